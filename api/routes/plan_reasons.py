"""Why a plan is as it is: money by rule and clause, what stands in a project's way, how rules stand (M03, M32).

Answers come from prices and rules, without a search; exact ones are jobs. Published plans answer everybody.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query

from api.access import READ, Served, Visitor, may
from api.codes import LineCode, PlanCode
from api.derived import item_of, model_of
from api.languages import Language
from api.lists import Listed, Page
from api.moments import When
from api.plans_seen import about
from api.problems import problems
from api.reading import ReadRoute
from domain.measures import Measures
from domain.reasons import FundWorth
from service.plan_answers import line_of, rules, why_not_quick
from service.reason_words import Because, Obstacle, Reasons, Standing, obstacles_of, reasons_of, standings_of

router = APIRouter(route_class=ReadRoute, tags=["reasons"])
ReasonsOut: Any = model_of(Reasons)
BecauseOut: Any = model_of(Because)
ObstacleOut: Any = model_of(Obstacle)
StandingOut: Any = model_of(Standing)
WorthOut: Any = model_of(FundWorth)
MeasuresOut: Any = model_of(Measures)
FAULTS = problems(401, 404, 422, 503)


@router.get("/plans/{plan}/reasons/{unit}", dependencies=[may(scope="open")], responses=FAULTS)
def get_reasons(
    served: Served,
    visitor: Visitor,
    when: When,
    lang: Language,
    plan: PlanCode,
    unit: Annotated[str, Path(max_length=200, description="A unit, by code or name.")],
) -> ReasonsOut:
    """Why a unit gets what it gets: every piece of its money with rule, clause and figures, to the fen."""
    with served.county() as county:
        return item_of(ReasonsOut, reasons_of(about(served, county, plan, when.at(county), visitor), unit, lang))


@router.get("/plans/{plan}/lines/{line}/reasons", dependencies=[may(scope="open")], responses=FAULTS)
def list_line_reasons(
    served: Served, visitor: Visitor, listed: Listed, lang: Language, plan: PlanCode, line: LineCode
) -> Page[BecauseOut]:
    """The pieces of one line, which sum to its amount."""
    with served.county() as county:
        at = listed.at(county)
        asked = about(served, county, plan, at, visitor)
        pieces = reasons_of(asked, line_of(asked, line).unit, lang).pieces
    return listed.page(BecauseOut, (piece for piece in pieces if piece.line == line), at)


@router.get("/plans/{plan}/why-not/{subject}", dependencies=[may(scope="open")], responses=FAULTS)
def list_obstacles(
    served: Served,
    visitor: Visitor,
    listed: Listed,
    lang: Language,
    plan: PlanCode,
    subject: Annotated[str, Path(max_length=200, description="A project or a unit, by code or name.")],
) -> Page[ObstacleOut]:
    """What stands in the way of a project, or of each project of a unit and of its being a demonstration site.

    How near each is comes from prices: never more than is true, and at once. Who would lose and what would change the
    answer takes a search.
    """
    with served.county() as county:
        at = listed.at(county)
        answer = why_not_quick(about(served, county, plan, at, visitor), served.kept, subject)
    return listed.page(ObstacleOut, obstacles_of(answer, lang), at)


@router.get(
    "/plans/{plan}/rules", dependencies=[may(READ, scope="county")], responses=problems(401, 403, 404, 422, 503)
)
def list_plan_rules(
    served: Served,
    visitor: Visitor,
    listed: Listed,
    lang: Language,
    plan: PlanCode,
    binding: Annotated[bool | None, Query(description="Only rules that bind, or only slack ones.")] = None,
) -> Page[StandingOut]:
    """How every rule stands: binding or slack, how much room its numbers leave, and what a step is worth by prices."""
    with served.county() as county:
        at = listed.at(county)
        found = standings_of(rules(about(served, county, plan, at, visitor), served.kept), lang).rules
    return listed.page(StandingOut, (one for one in found if binding in (None, one.binding)), at)


@router.get(
    "/plans/{plan}/fund-worth", dependencies=[may(READ, scope="county")], responses=problems(401, 403, 404, 422, 503)
)
def list_fund_worth(served: Served, visitor: Visitor, listed: Listed, plan: PlanCode) -> Page[WorthOut]:
    """What more project money in each fund would add to the last objective, by prices."""
    with served.county() as county:
        at = listed.at(county)
        found = rules(about(served, county, plan, at, visitor), served.kept).funds
    return listed.page(WorthOut, found, at)


@router.get("/plans/{plan}/measures", dependencies=[may(scope="open")], responses=FAULTS)
def get_plan_measures(served: Served, visitor: Visitor, when: When, plan: PlanCode) -> MeasuresOut:
    """What a plan does to whom: money by township, kind and group, and inequality before and after (M11, M13)."""
    with served.county() as county:
        return item_of(MeasuresOut, about(served, county, plan, when.at(county), visitor).planned.computed.measures)
