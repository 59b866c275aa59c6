"""What changed between two moments, and by which facts (M33). The second moment is the read's own, by default now."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query

from api.access import READ, Served, may
from api.lists import Listed, Page
from api.moments import Asked, asked
from api.problems import RequestUnclear, problems
from api.reading import ReadRoute
from api.schemas.telling import BetweenOut, ChangeOut
from service.diffing import Diff, diff

router = APIRouter(prefix="/diffs", route_class=ReadRoute, tags=["audit"])
DIGITS_MAX = 9
"""More digits are a date without its dashes, or no position."""


async def first_moment(
    since: Annotated[
        str,
        Query(
            alias="from",
            max_length=40,
            description="The first moment: a position, a day (its end), or a time with its zone.",
            examples=["1000", "2026-06-30"],
        ),
    ],
    as_of: Annotated[date | None, Query(include_in_schema=False)] = None,
) -> Asked:
    """The moment compared with. Raises `RequestUnclear`."""
    if since.isascii() and since.isdigit() and len(since) <= DIGITS_MAX:
        return Asked(as_of=as_of, position=int(since))
    try:
        known_at = date.fromisoformat(since) if len(since) <= len("2026-06-30") else datetime.fromisoformat(since)
    except ValueError:
        expected = "a position, a day such as 2026-06-30 or a time such as 2026-04-02T09:14+08:00"
        raise RequestUnclear(where="from", given=f"“{since}”", expected=expected) from None
    return await asked(as_of=as_of, known_at=known_at, position=None)


First = Annotated[Asked, Depends(first_moment)]


@router.get(
    "/changes",
    dependencies=[may(READ, scope="county")],
    response_model=Page[ChangeOut],
    responses=problems(401, 403, 422, 503),
)
def list_changes(served: Served, first: First, listed: Listed) -> Any:
    """Every field of register, funds, plans, ledger and projects that differs, and the facts that came between."""
    with served.county() as county:
        at = listed.at(county)
        found: Diff = diff(county, first.at(county), at)
        return listed.page(ChangeOut, found.changes_json(), at)


@router.get(
    "/facts",
    dependencies=[may(READ, scope="county")],
    response_model=Page[BetweenOut],
    responses=problems(401, 403, 422, 503),
)
def list_facts_between(served: Served, first: First, listed: Listed) -> Any:
    """Every fact recorded between the two moments that counts; late ones count from before the first."""
    with served.county() as county:
        at = listed.at(county)
        found: Diff = diff(county, first.at(county), at)
        return listed.page(BetweenOut, found.facts_json(), at)
