"""The ledger: what became of every fund's money, by unit and project (M07, M33)."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from api.access import READ, Caller, Served, may
from api.derived import model_of
from api.lists import Listed, Page
from api.problems import problems
from api.reading import ReadRoute
from service.ledger import LedgerRow, ledger_at
from service.registers import register_at, registered

router = APIRouter(route_class=ReadRoute, tags=["money"])
RowOut: Any = model_of(LedgerRow)
SUMS = ("announced", "arrived", "committed", "disbursed", "returned", "free", "open")


class Totals(BaseModel):
    """The rows of the list, over all its pages, added up."""

    announced_fen: int
    arrived_fen: int
    committed_fen: int
    disbursed_fen: int
    returned_fen: int
    free_fen: int
    open_fen: int


class LedgerPage(Page[RowOut]):
    """One page of the ledger, with what all of its pages add up to."""

    totals: Annotated[Totals, Field(description="Of every row that the filters let through, on this page or not.")]


@router.get("/ledger", dependencies=[may(READ, scope="own")], responses=problems(401, 403, 404, 422, 503))
def list_ledger(
    served: Served,
    caller: Caller,
    listed: Listed,
    fund: Annotated[str | None, Query(max_length=64, description="Only this fund.")] = None,
    unit: Annotated[str | None, Query(max_length=64, description="Only this unit.")] = None,
    project: Annotated[str | None, Query(max_length=64, description="Only this project.")] = None,
    township: Annotated[str | None, Query(max_length=64, description="Only units of this township.")] = None,
) -> LedgerPage:
    """A row per fund, unit and project, of which those without unit are the funds' own.

    Announced and arrived money is the fund's; committed is net of what was released; free may still be committed, open
    may still be paid. Of an account limited to townships: the rows of their units.
    """
    with served.county() as county:
        at = listed.at(county)
        rows = ledger_at(county, at)
        units = register_at(county, at).units if registered(county, at) else {}
    places = {code: one.township for code, one in units.items()}
    chosen = [
        row
        for row in rows
        for place in [places.get(row.unit) if row.unit is not None else None]
        if caller.covers(place)
        and fund in (None, row.fund)
        and unit in (None, row.unit)
        and project in (None, row.project)
        and township in (None, place)
    ]
    sums = {f"{name}_fen": sum(getattr(row, f"{name}_fen") for row in chosen) for name in SUMS}
    return LedgerPage.model_construct(**dict(listed.page(RowOut, chosen, at)), totals=Totals(**sums))
