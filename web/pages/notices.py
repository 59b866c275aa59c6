"""Public notices (公示, 公告) and the sheets to print: for everybody who can read, and for who signs (M27)."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from api.access import READ, Served, may
from api.moments import When
from service.approvals import approval_sheet
from service.notices import public_notice
from service.plan_page import lines_by_fund
from service.plan_reading import planned, standing
from service.registers import day_of
from service.unit_pages import PUBLIC_STATES
from web.periods import period_of
from web.rendering import looked, page

router = APIRouter(include_in_schema=False)


@router.get("/notices", dependencies=[may(scope="open")])
def list_of_notices(request: Request, served: Served, when: When) -> Response:
    """Every plan that is, or was, made public."""
    with served.county() as county:
        here = looked(request, county, when.at(county))
        today = day_of(county, here.at)
        public = [(plan, state, fen) for plan, state, fen in standing(county, here.at) if state in PUBLIC_STATES]
        rows = [(plan, state, fen, period_of(planned(county, plan, here.at), today)) for plan, state, fen in public]
        return page("notices.html.j2", here, rows=rows[::-1])


@router.get("/notices/{plan}", dependencies=[may(scope="open")])
def notice_page(request: Request, served: Served, when: When, plan: str) -> Response:
    """The notice of one plan, to read and to print."""
    with served.county() as county:
        here = looked(request, county, when.at(county))
        content = public_notice(county, plan, here.at)
        period = period_of(planned(county, plan, here.at), day_of(county, here.at))
        return page("public_notice.html.j2", here, plan_id=plan, period=period, **content)


@router.get("/notices/{plan}/distribution", dependencies=[may(scope="open")])
def distribution_page(request: Request, served: Served, when: When, plan: str) -> Response:
    """The distribution table of a public plan, fund by fund, to print."""
    with served.county() as county:
        here = looked(request, county, when.at(county))
        content = public_notice(county, plan, here.at)
        funds = lines_by_fund(planned(county, plan, here.at))
        return page("distribution.html.j2", here, plan_id=plan, fund_lines=funds, **content)


@router.get("/notices/{plan}/approval", dependencies=[may(READ, scope="county")])
def approval_page(request: Request, served: Served, when: When, plan: str) -> Response:
    """The approval sheet of a plan, to print and sign."""
    with served.county() as county:
        here = looked(request, county, when.at(county))
        return page("approval_sheet.html.j2", here, plan_id=plan, **approval_sheet(county, plan, here.at))
