"""Plans: which there are, where each stands, its lines, and the steps it took (M27). Published ones are public."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from msgspec.structs import replace

from api.access import READ, Served, Visitor, may, sees_all, sees_names
from api.codes import LineCode, PlanCode
from api.derived import item_of, model_of, rows_of
from api.lists import Listed, Page
from api.moments import When
from api.plans_seen import about, seen
from api.problems import problems
from api.reading import ReadRoute
from api.schemas.plans import PlanOut, PlanRow, Run, UnderPolicy
from api.versions import stamp
from domain.folds import PlanFold
from domain.folds.plans import PlanState
from domain.plan import NotFunded
from service.listings import ObjectionRow, objection_rows
from service.plan_answers import LineSaid, line_of, lines_of
from service.plan_reading import policy_of
from service.plan_steps import Step, is_published, steps_of
from service.planning import plans_at
from service.versions import version_of

router = APIRouter(route_class=ReadRoute, tags=["plans"])
LineOut: Any = model_of(LineSaid, "Line")
LeftOut: Any = model_of(NotFunded)
StepOut: Any = model_of(Step)
ObjectionOut: Any = model_of(ObjectionRow, "Objection")
FAULTS = problems(401, 404, 422, 503)


@router.get("/plans", dependencies=[may(scope="open")], responses=FAULTS)
def list_plans(
    served: Served,
    visitor: Visitor,
    listed: Listed,
    state: Annotated[PlanState | None, Query(description="Only plans in this state.")] = None,
) -> Page[PlanRow]:
    """Every plan that whoever asks may see: the public those that were announced, in order of their first drafts."""
    with served.county() as county:
        at = listed.at(county)
        everything = sees_all(visitor)
        lives = plans_at(county, at).plans.values()
        chosen = [life for life in lives if state in (None, life.state) and (everything or is_published(life))]
        rows = [_row(life) for life in chosen]
    return listed.page(PlanRow, rows, at)


@router.get("/plans/{plan}", dependencies=[may(scope="open")], responses=FAULTS)
def get_plan(served: Served, visitor: Visitor, when: When, response: Response, plan: PlanCode) -> PlanOut:
    """One plan without its lines. Its `ETag` is the version that decisions about it may state in `If-Match`."""
    with served.county() as county:
        at = when.at(county)
        life = seen(county, plan, at, visitor)
        content = life.content
        assert content is not None
        policy = policy_of(county, content).policy
        stamp(response, county, "plan", plan, at)
        run = content.run
        return PlanOut.model_validate(
            {
                **_row(life),
                "version": version_of(county, "plan", plan, at.position),
                "return_reason": life.return_reason if life.state == "returned" else None,
                "under": UnderPolicy(
                    policy=policy.policy,
                    version=policy.version,
                    policy_hash=run.policy_hash,
                    title_zh=policy.title.zh,
                    title_en=policy.title.en,
                    in_force_from=policy.in_force_from,
                ),
                "funds": rows_of(content.funds),
                "objectives": rows_of(run.objectives),
                "lines": len(content.lines),
                "not_funded": len(content.not_funded),
                "sites": list(content.sites),
                "by_hand": list(content.by_hand),
                "schedule": rows_of(content.schedule),
                "baseline": None if run.baseline is None else rows_of([run.baseline])[0],
                "run": Run(
                    register_position=run.register_position,
                    instance_hash=run.instance_hash,
                    rules=list(run.rules),
                    engine=run.engine,
                    engine_version=run.engine_version,
                    parameters=run.parameters,
                    termination=run.termination,
                    made_with=run.made_with,
                ),
            }
        )


@router.get("/plans/{plan}/lines", dependencies=[may(scope="open")], responses=FAULTS)
def list_plan_lines(
    served: Served,
    visitor: Visitor,
    listed: Listed,
    plan: PlanCode,
    fund: Annotated[str | None, Query(max_length=64, description="Only of this fund.")] = None,
    unit: Annotated[str | None, Query(max_length=64, description="Only of this unit.")] = None,
    township: Annotated[str | None, Query(max_length=64, description="Only of units of this township.")] = None,
    project: Annotated[str | None, Query(max_length=64, description="Only of this project.")] = None,
    by_formula: Annotated[bool | None, Query(description="Only formula grants, or only projects.")] = None,
    by_hand: Annotated[bool | None, Query(description="Only lines set by hand, or only others (M27).")] = None,
) -> Page[LineOut]:
    """Who gets how much from which fund and for what: one line per fund and unit, or per fund and project."""
    with served.county() as county:
        at = listed.at(county)
        found = lines_of(about(served, county, plan, at, visitor))
    rows = (
        line
        for line in found
        if fund in (None, line.fund)
        and unit in (None, line.unit)
        and township in (None, line.township)
        and project in (None, line.project)
        and by_formula in (None, line.project is None)
        and by_hand in (None, line.by_hand)
    )
    return listed.page(LineOut, rows, at)


@router.get("/plans/{plan}/lines/{line}", dependencies=[may(scope="open")], responses=FAULTS)
def get_plan_line(served: Served, visitor: Visitor, when: When, plan: PlanCode, line: LineCode) -> LineOut:
    """One line of a plan."""
    with served.county() as county:
        return item_of(LineOut, line_of(about(served, county, plan, when.at(county), visitor), line))


@router.get("/plans/{plan}/not-funded", dependencies=[may(scope="open")], responses=FAULTS)
def list_not_funded(
    served: Served,
    visitor: Visitor,
    listed: Listed,
    plan: PlanCode,
    reason: Annotated[str | None, Query(max_length=20, description="Only for this reason.")] = None,
) -> Page[LeftOut]:
    """The admitted projects a plan leaves out, each with what adding it, and nothing else, would do."""
    with served.county() as county:
        at = listed.at(county)
        content = seen(county, plan, at, visitor).content
        assert content is not None
    return listed.page(LeftOut, (one for one in content.not_funded if reason in (None, one.reason)), at)


@router.get("/plans/{plan}/life", dependencies=[may(scope="open")], responses=FAULTS)
def list_plan_steps(served: Served, visitor: Visitor, listed: Listed, plan: PlanCode) -> Page[StepOut]:
    """Every step a plan has taken and every objection to it: when, by which post, why.

    Persons are pseudonymous ids; names come only to the county's people. What an objection says is not for the public.
    """
    with served.county() as county:
        at = listed.at(county)
        seen(county, plan, at, visitor)
        steps = steps_of(county.for_reader(named=sees_names(visitor)), plan, at)
    everything = sees_all(visitor)
    rows = (step if everything or not step.objection else replace(step, why="") for step in steps)
    return listed.page(StepOut, rows, at)


@router.get("/plans/{plan}/objections", dependencies=[may(scope="open")], responses=FAULTS)
def list_plan_objections(
    served: Served,
    visitor: Visitor,
    listed: Listed,
    plan: PlanCode,
    state: Annotated[str | None, Query(max_length=20, description="Only open, upheld, … ones.")] = None,
) -> Page[ObjectionOut]:
    """The objections to a plan and what came of each (公示, M27). Who objects, and in which words, is not public."""
    with served.county() as county:
        at = listed.at(county)
        seen(county, plan, at, visitor)
        found = [one for one in objection_rows(county, at, plan) if state in (None, one.state)]
    if not sees_all(visitor):
        found = [replace(one, text=None, objector=None) for one in found]
    return listed.page(ObjectionOut, found, at)


@router.get("/objections", dependencies=[may(READ, scope="county")], responses=problems(401, 403, 404, 422, 503))
def list_objections(
    served: Served,
    listed: Listed,
    unit: Annotated[str | None, Query(max_length=64, description="Only about this unit.")] = None,
    state: Annotated[str | None, Query(max_length=20, description="Only open, upheld, … ones.")] = None,
) -> Page[ObjectionOut]:
    """The objections to all plans, in the order they were lodged."""
    with served.county() as county:
        at = listed.at(county)
        found = objection_rows(county, at)
    rows = (one for one in found if unit in (None, one.unit) and state in (None, one.state))
    return listed.page(ObjectionOut, rows, at)


def _row(life: PlanFold) -> dict[str, Any]:
    content = life.content
    assert content is not None
    return {
        "plan": life.plan,
        "state": life.state,
        "published": is_published(life),
        "amount_fen": sum(line.amount_fen for line in content.lines),
        "plan_hash": content.plan_hash,
        "policy": content.run.policy,
        "announced_on": life.announced_on if is_published(life) else None,
        "objections_until": life.objections_until,
        "superseded_by": life.superseded_by,
    }
