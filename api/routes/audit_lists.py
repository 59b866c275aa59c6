"""What auditors list: late entries, changes by hand, needs declared twice, payments split or unaccepted … (M32)."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query

from api.access import READ, Caller, Served, may, sees_names
from api.lists import Listed
from api.problems import problems
from api.reading import ReadRoute
from api.schemas.telling import AuditListName, AuditListOut, FindingOut, Said
from service.asking.lists import LISTS, Choices, audit_list
from texts import both

router = APIRouter(prefix="/audit-lists", route_class=ReadRoute, tags=["audit"])
DEFAULT = Choices()


@router.get(
    "",
    dependencies=[may(READ, scope="open")],
    response_model=list[AuditListName],
    responses=problems(401, 403, 503),
)
def list_audit_lists() -> Any:
    """Every list there is, by its name."""
    titles = {kind: both(f"audit.{kind}.title") for kind in LISTS}
    return [
        AuditListName.model_validate({"list": kind, "title": {"zh": t.zh, "en": t.en}}) for kind, t in titles.items()
    ]


@router.get(
    "/{kind}",
    dependencies=[may(READ, scope="county")],
    response_model=AuditListOut,
    responses=problems(401, 403, 404, 422, 503),
)
def get_audit_list(
    served: Served,
    caller: Caller,
    listed: Listed,
    kind: Annotated[str, Path(max_length=64, examples=["backdated"])],
    days: Annotated[
        int | None, Query(description="backdated: days of grace; split: days between payments. By default 30.")
    ] = None,
    share: Annotated[
        int, Query(description="unaccepted: per cent of the cost that may be paid before acceptance.")
    ] = DEFAULT.share_percent,
    limit_fen: Annotated[int, Query(ge=0, le=10**15, description="split: the limit.")] = DEFAULT.limit_fen,
    near: Annotated[int, Query(description="split: from how many per cent of the limit.")] = DEFAULT.near_percent,
    units: Annotated[int, Query(description="payees: paid for at least so many units.")] = DEFAULT.units_min,
) -> Any:
    """One list with its rule: each finding a question to somebody, with its witnesses, who acted and the sum."""
    choices = Choices(days=days, share_percent=share, limit_fen=limit_fen, near_percent=near, units_min=units)
    with served.county() as county:
        at = listed.at(county)
        named = county.for_reader(named=sees_names(caller))
        found = audit_list(named, kind, at, choices, listed.window).json()
        page = listed.page_of(FindingOut, found["findings"], found["count"], at)
        return AuditListOut.model_construct(**dict(page), list=kind, rule=Said.model_validate(found["rule"]))
