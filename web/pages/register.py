"""The register at a moment: townships, units, projects, funds, posts, and any entry with its fields and its history."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Generic, Literal, TypeVar

from fastapi import APIRouter, Query, Request, Response

from api.access import READ, Caller, Served, may
from api.moments import When
from service.asking.stories import story_of
from service.audit_page import committed_by_unit
from service.listings import post_rows
from service.progress import progress_at
from service.register_shelf import (
    EntryKind,
    entry_name,
    fields_of,
    place_of,
    project_rows,
    township_rows,
    unit_rows,
)
from service.registers import register_at
from texts import Both
from web.rendering import looked, page
from web.visitors import may_plan

router = APIRouter(include_in_schema=False)
ROWS_PER_PAGE = 50
Row = TypeVar("Row")
Sought = Annotated[str, Query(max_length=100)]
PageNumber = Annotated[int, Query(ge=1, le=100_000, alias="page")]
UNIT_ORDERS: dict[str, Callable[[Any], Any]] = {
    "code": lambda row: row.code,
    "township": lambda row: (row.township, row.code),
    "households": lambda row: row.households,
    "stars": lambda row: row.stars or 0,
    "haves": lambda row: row.haves,
    "projects": lambda row: row.projects,
}
PROJECT_ORDERS: dict[str, Callable[[Any], Any]] = {
    "code": lambda row: row.code,
    "unit": lambda row: (row.unit, row.code),
    "cost": lambda row: row.clock.cost_fen,
    "funded": lambda row: row.clock.funded_fen,
    "paid": lambda row: row.clock.paid_fen,
    "due": lambda row: row.clock.due_on,
}


@dataclass(frozen=True)
class Leaf(Generic[Row]):
    """One page of a sorted list."""

    rows: Sequence[Row]
    number: int
    pages: int
    found: int
    sort: str


@router.get("/register", dependencies=[may(READ, scope="open")])
def register_page(
    request: Request,
    served: Served,
    caller: Caller,
    when: When,
    recorded: Annotated[int | None, Query(ge=1, le=2**53)] = None,
) -> Response:
    """Townships, and how much of everything there is."""
    with served.county() as county:
        here = looked(request, county, when.at(county))
        register = register_at(county, here.at)
        return page(
            "register.html.j2",
            here,
            register=register,
            rows=[row for row in township_rows(register) if caller.covers(row.code)],
            posts=len(post_rows(county, here.at)),
            may_import=may_plan(caller),
            recorded=recorded if recorded is not None and recorded <= county.log.head() else None,
        )


@router.get("/register/units", dependencies=[may(READ, scope="open")])
def units_of_register(
    request: Request,
    served: Served,
    caller: Caller,
    when: When,
    q: Sought = "",
    township: Sought = "",
    standing: Literal["", "backward", "poor"] = "",
    sort: Sought = "township",
    number: PageNumber = 1,
) -> Response:
    """Every unit as the register has it."""
    with served.county() as county:
        here = looked(request, county, when.at(county))
        register = register_at(county, here.at)
        found = [
            row
            for row in unit_rows(register)
            if caller.covers(row.township)
            and township in ("", row.township)
            and (not standing or getattr(register.units[row.code], standing))
            and _matches(q, row.code, row.name)
        ]
        committed = committed_by_unit(county, here.at)
        orders = {**UNIT_ORDERS, "money": lambda row: committed[row.code]}
        leaf = _leaf(found, orders, sort, number)
        sought: dict[str, Any] = {"q": q, "township": township, "standing": standing}
        towns = township_rows(register)
        shown: dict[str, Any] = {"leaf": leaf, "whole": len(register.units), "towns": towns, "committed": committed}
        return page("register_units.html.j2", here, **shown, **sought)


@router.get("/register/projects", dependencies=[may(READ, scope="open")])
def projects_of_register(
    request: Request,
    served: Served,
    caller: Caller,
    when: When,
    q: Sought = "",
    township: Sought = "",
    step: Sought = "",
    late: bool = False,
    sort: Sought = "code",
    number: PageNumber = 1,
) -> Response:
    """The project library (项目库), with how far every project has come."""
    with served.county() as county:
        here = looked(request, county, when.at(county))
        register = register_at(county, here.at)
        rows = project_rows(register, progress_at(county, here.at))
        every = [row for row in rows if caller.covers(row.clock.township)]
        found = [
            row
            for row in every
            if township in ("", row.clock.township)
            and step in ("", row.clock.step)
            and (row.clock.late or not late)
            and (_matches(q, row.code, row.name) or _matches(q, row.unit, row.unit_name))
        ]
        leaf = _leaf(found, PROJECT_ORDERS, sort, number)
        steps = {row.clock.step: sum(one.clock.step == row.clock.step for one in every) for row in every}
        sought: dict[str, Any] = {"q": q, "township": township, "step": step, "late": late}
        towns = township_rows(register)
        return page("register_projects.html.j2", here, leaf=leaf, every=every, steps=steps, towns=towns, **sought)


@router.get("/register/funds", dependencies=[may(READ, scope="open")])
def funds_of_register(request: Request, served: Served, when: When) -> Response:
    """Every fund with its tranches and pledges."""
    with served.county() as county:
        here = looked(request, county, when.at(county))
        return page("register_funds.html.j2", here, funds=register_at(county, here.at).funds.values())


@router.get("/register/posts", dependencies=[may(READ, scope="open")])
def posts_of_register(request: Request, served: Served, when: When) -> Response:
    """Every post, who stands above it and who supervises it (M32)."""
    with served.county() as county:
        here = looked(request, county, when.at(county))
        rows = post_rows(county, here.at)
        return page("register_posts.html.j2", here, rows=rows, by_code={row.post: row for row in rows})


@router.get("/register/{what}s/{code}", dependencies=[may(READ, scope="open")])
def entry_page(request: Request, served: Served, caller: Caller, when: When, what: EntryKind, code: str) -> Response:
    """One entry: what it says, and how it came to say so."""
    with served.county() as county:
        here = looked(request, county, when.at(county))
        register = register_at(county, here.at)
        if what != "fund":
            caller.must_cover(place_of(register, what, code))
        return page(
            "register_entry.html.j2",
            here,
            what=what,
            code=code,
            called=entry_name(register, what, code),
            fields=fields_of(register, what, code),
            story=story_of(here.county, f"{what}:{code}", here.at),
            offices={row.post: row for row in post_rows(here.county, here.at)},
        )


def _matches(sought: str, code: str, called: Both) -> bool:
    """Whether what was typed stands in a code or a name, in any case."""
    wanted = sought.strip().casefold()
    return not wanted or any(wanted in text.casefold() for text in (code, called.zh, called.en))


def _leaf(rows: list[Row], orders: dict[str, Callable[[Any], Any]], sort: str, number: int) -> Leaf[Row]:
    """A page of the rows in an order; `-name` turns it round, an unknown one is the first."""
    order = orders.get(sort.removeprefix("-")) or next(iter(orders.values()))
    ordered = sorted(rows, key=order, reverse=sort.startswith("-"))
    pages = max(1, -(-len(ordered) // ROWS_PER_PAGE))
    number = min(number, pages)
    first = (number - 1) * ROWS_PER_PAGE
    return Leaf(ordered[first : first + ROWS_PER_PAGE], number, pages, len(ordered), sort)
