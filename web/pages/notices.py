"""Public notices (公示, 公告) and the sheets to print: for everybody who can read, and for who signs (M27)."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from api.access import READ, Served, may
from api.moments import When
from service.approvals import approval_sheet
from service.notices import public_notice
from service.plan_page import lines_by_fund
from service.plan_reading import planned, standing
from service.plan_steps import published
from service.registers import day_of
from web.periods import period_of
from web.rendering import looked, page

router = APIRouter(include_in_schema=False)


@router.get("/notices", dependencies=[may(scope="open")])
def list_of_notices(request: Request, served: Served, when: When) -> Response:
    """Every plan that is, or was, made public."""
    with served.county() as county:
        here = looked(request, county, when.at(county))
        today = day_of(county, here.at)
        readable = {life.plan for life in published(county, here.at)}
        public = [(plan, state, fen) for plan, state, fen in standing(county, here.at) if plan in readable]
        rows = [(plan, state, fen, period_of(planned(county, plan, here.at), today)) for plan, state, fen in public]
        return page("notices.html.j2", here, rows=rows[::-1])


@router.get("/notices/{plan}", dependencies=[may(scope="open")])
def notice_page(request: Request, served: Served, when: When, plan: str) -> Response:
    """The notice of one plan, to read and to print."""
    with served.county() as county:
        here = looked(request, county, when.at(county))
        content = public_notice(county, plan, here.at)
        found = planned(county, plan, here.at)
        period = period_of(found, day_of(county, here.at))
        return page("public_notice.html.j2", here, plan_id=plan, plan_state=found.state, period=period, **content)


@router.get("/notices/{plan}/distribution", dependencies=[may(scope="open")])
def distribution_page(request: Request, served: Served, when: When, plan: str) -> Response:
    """The distribution table of a public plan, fund by fund, to print."""
    with served.county() as county:
        here = looked(request, county, when.at(county))
        content = public_notice(county, plan, here.at)
        found = planned(county, plan, here.at)
        lines = lines_by_fund(found)
        return page("distribution.html.j2", here, plan_id=plan, plan_state=found.state, fund_lines=lines, **content)


@router.get("/notices/{plan}/approval", dependencies=[may(READ, scope="county")])
def approval_page(request: Request, served: Served, when: When, plan: str) -> Response:
    """The approval sheet of a plan, to print and sign."""
    with served.county() as county:
        here = looked(request, county, when.at(county))
        return page("approval_sheet.html.j2", here, plan_id=plan, **approval_sheet(here.county, plan, here.at))
