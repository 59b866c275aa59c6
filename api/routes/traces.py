"""From a yuan back to the posts that decided, and from a clause or rule forward to the yuan it moved (M32)."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query

from api.access import READ, Caller, Served, may, sees_names
from api.derived import rows_of
from api.moments import When
from api.problems import problems
from api.reading import ReadRoute
from api.schemas.telling import MovedOut, TraceAnswer
from service.asking.clauses import moved_by
from service.asking.subjects import Subject, township_of
from service.asking.targets import targets_of
from service.asking.tracing import trace

router = APIRouter(prefix="/traces", route_class=ReadRoute, tags=["audit"])
Plan = Annotated[str | None, Query(max_length=64, description="Only under this plan; by default all ever in force.")]


@router.get(
    "",
    dependencies=[may(READ, scope="place")],
    response_model=TraceAnswer,
    responses=problems(401, 403, 404, 422, 503),
)
def trace_money(
    served: Served,
    caller: Caller,
    when: When,
    of: Annotated[
        str,
        Query(
            max_length=200,
            description="A sum in yuan (20000 or 20000@UNIT), a line (fund.unit), a commitment or a disbursement.",
            examples=["d-001"],
        ),
    ],
) -> Any:
    """A sum back to the posts that decided; where it can mean several things, those, to pick one by its code."""
    with served.county() as county:
        county.refresh()
        at = when.at(county)
        found = targets_of(county, of, at)
        towns = {one.unit: township_of(county, Subject("unit", one.unit), at) for one in found}
        targets = [one for one in found if caller.covers(towns[one.unit])]
        if not targets:
            caller.must_cover(towns[found[0].unit])
        named = county.for_reader(named=sees_names(caller))
        traced = trace(named, targets[0], at).json() if len(targets) == 1 else None
        answer = {"given": of, "targets": rows_of(targets), "trace": traced, "position": at.position, "as_of": at.as_of}
        return TraceAnswer.model_validate(answer)


@router.get(
    "/clauses/{clause}",
    dependencies=[may(READ, scope="county")],
    response_model=MovedOut,
    responses=problems(401, 403, 404, 422, 503),
)
def trace_clause(
    served: Served,
    when: When,
    clause: Annotated[str, Path(max_length=64, description="As the policy cites it.", examples=["M11"])],
    plan: Plan = None,
) -> Any:
    """What a clause of the policy moved, by line and unit: allotted, committed, paid; no yuan counts twice."""
    with served.county() as county:
        return MovedOut.model_validate(moved_by(county, when.at(county), clause=clause, plan=plan).json())


@router.get(
    "/rules/{rule}",
    dependencies=[may(READ, scope="county")],
    response_model=MovedOut,
    responses=problems(401, 403, 404, 422, 503),
)
def trace_rule(
    served: Served,
    when: When,
    rule: Annotated[str, Path(max_length=64, description="A rule's id in the policy.", examples=["backward-share"])],
    plan: Plan = None,
) -> Any:
    """What one rule of the policy moved, likewise; of a rule over many units whom it bounded, and whether it binds."""
    with served.county() as county:
        return MovedOut.model_validate(moved_by(county, when.at(county), rule=rule, plan=plan).json())
