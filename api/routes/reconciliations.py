"""A bank statement against what was paid and came back (M08): sent as a file, compared, and not kept."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, File, Form, Request, Response, UploadFile

from api.access import AUDIT, PAY, Served, may
from api.languages import language
from api.moments import When
from api.problems import problems
from api.schemas.reconciliations import ReconciliationOut
from service.asking.reconciliation import DAYS, reconciled_upload
from service.days import Day

router = APIRouter(tags=["audit"])
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@router.post(
    "/reconciliations",
    dependencies=[may(AUDIT, PAY, scope="county")],
    response_model=ReconciliationOut,
    responses={
        200: {"content": {kind.partition(";")[0]: {"schema": {"type": "string"}} for kind in TYPES.values()}},
        **problems(400, 401, 403, 404, 413, 422, 503),
    },
)
def reconcile_statement(
    served: Served,
    when: When,
    request: Request,
    statement: Annotated[
        UploadFile, File(description="The bank's statement, .csv or .xlsx; headers in Chinese or English.")
    ],
    since: Annotated[Day | None, Form(alias="from", description="First day; by default the statement's.")] = None,
    until: Annotated[Day | None, Form(alias="to", description="Last day, likewise.")] = None,
    days: Annotated[int, Form(ge=0, le=366, description="How far two days may be apart.")] = DAYS,
    form: Annotated[Literal["json", "csv", "xlsx"], Form(description="The form of the answer.")] = "json",
) -> Any:
    """Compare a statement with the payments on record. Every faulty cell is named; a file with one is not compared."""
    with served.county() as county:
        name, at = statement.filename or "statement", when.at(county)
        found = reconciled_upload(county, statement.file, name, at, since=since, until=until, days=days)
        if form == "json":
            return ReconciliationOut.model_validate(found.json())
        content = found.content(form, language(request))
        disposition = f'attachment; filename="reconciliation.{form}"'
        return Response(content, media_type=TYPES[form], headers={"Content-Disposition": disposition})
