"""Evidence whose file is at hand: hashed as it comes, and not kept (M29, M31)."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, File, Form, Response, UploadFile

from api.access import APPROVE, AUDIT, PAY, PLAN, may
from api.bodies import CodeIn
from api.deciding.routes import taken
from api.deciding.table import EVIDENCE
from api.repeating import DecisionRoute
from api.strict import FormText
from api.writing import REFUSED, Asking, ReceiptOut
from service.days import Day
from service.evidence import hash_of_stream

router = APIRouter(route_class=DecisionRoute, tags=["evidence"])


@router.post(
    "/evidence-files",
    dependencies=[may(PLAN, APPROVE, PAY, AUDIT, scope="place")],
    responses=REFUSED,
    status_code=201,
)
def attach_evidence_file(
    response: Response,
    asking: Asking,
    file: Annotated[UploadFile, File(description="The file; its hash is recorded, the file itself is not kept.")],
    evidence: Annotated[CodeIn, Form(description="Code of the piece.")],
    kind: Annotated[CodeIn, Form(description="photo, report, document, minutes, inspection, …")],
    found_on: Annotated[Day | None, Form(description="Default: the day the decision counts from.")] = None,
    finder: Annotated[FormText | None, Form(max_length=120, description="PERSON@POST. Default: who decides.")] = None,
    unit: Annotated[CodeIn | None, Form(description="About this unit …")] = None,
    indicator: Annotated[FormText | None, Form(max_length=200, description="… and this field of it.")] = None,
    project: Annotated[CodeIn | None, Form(description="About this project.")] = None,
    objection: Annotated[CodeIn | None, Form(description="About this objection.")] = None,
    disbursement: Annotated[CodeIn | None, Form(description="About this disbursement.")] = None,
    supersedes: Annotated[CodeIn | None, Form(description="The piece this one replaces.")] = None,
    note: Annotated[FormText, Form(max_length=2000, description="What it shows.")] = "",
    why: Annotated[FormText, Form(max_length=2000, description="The reason, kept on the record.")] = "",
    effective_on: Annotated[Day | None, Form(description="The day it counts from. Default: today.")] = None,
    document: Annotated[FormText | None, Form(max_length=200, description="The document it rests on.")] = None,
) -> ReceiptOut:
    """Attach a file as evidence of one unit, project, objection or disbursement, by its hash."""
    stated = {
        "evidence": evidence,
        "sha256": hash_of_stream(file.file),
        "kind": kind,
        "found_on": found_on,
        "finder": finder,
        "unit": unit,
        "indicator": indicator,
        "project": project,
        "objection": objection,
        "disbursement": disbursement,
        "supersedes": supersedes,
        "note": note,
        "why": why,
        "effective_on": effective_on,
        "document": document,
    }
    body = EVIDENCE.body.model_construct(
        _fields_set={name for name, value in stated.items() if value is not None}, **stated
    )
    return ReceiptOut.model_validate(taken(EVIDENCE, response, asking, body, {}))
