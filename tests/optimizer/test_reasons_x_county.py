"""Reasons of the shipped county: what a lever says is proven by really solving the changed register again."""

from __future__ import annotations

from functools import cache

import msgspec
import pytest

from domain.plan import Plan
from domain.register import Project
from optimizer.case import Case, build_case
from optimizer.planning import default_engine, solve_plan
from optimizer.reasons.footing import Footing
from optimizer.reasons.levers import cost_lever, score_lever
from optimizer.reasons.why_not import Reasons
from tests.optimizer.test_x_county import plan_of, shipped

pytestmark = pytest.mark.slow
ASKED = ("0302-liushu-1", "1003-pingshan-4", "0809-jinji-4")
"""Projects 4, 12 and 100 points short of the plan."""


@cache
def case() -> Case:
    return build_case(*shipped("x-county"))


def built_when(project: Project) -> bool:
    """Whether the plan of the register with this project changed builds it."""
    register, loaded = shipped("x-county")
    changed = msgspec.structs.replace(register, projects={**register.projects, project.code: project})
    plan = solve_plan(build_case(changed, loaded))
    return project.code in {line.project for line in plan.lines}


def footing(plan: Plan) -> Footing:
    return Footing(case(), plan.run.objectives, default_engine(case()))


@pytest.mark.parametrize("code", [ASKED[0], *(pytest.param(code, marks=pytest.mark.long) for code in ASKED[1:])])
def test_with_the_points_the_score_lever_names_it_is_built_and_with_two_fewer_it_is_not(code: str) -> None:
    """One fewer is a draw, which either plan may win."""
    lever = score_lever(footing(plan_of("x-county")), code)
    assert lever.change.exact
    assert lever.change.high is not None
    project = case().projects[code]
    assert built_when(msgspec.structs.replace(project, benefit=project.benefit + lever.change.high))
    assert not built_when(msgspec.structs.replace(project, benefit=project.benefit + lever.change.high - 2))


@pytest.mark.parametrize("code", ASKED[:2])
def test_at_the_cost_the_cost_lever_names_it_is_built(code: str) -> None:
    lever = cost_lever(case(), plan_of("x-county"), default_engine(case()), code)
    assert lever.change.exact
    assert lever.change.high is not None
    project = case().projects[code]
    assert built_when(msgspec.structs.replace(project, cost_fen=project.cost_fen - lever.change.high))


def test_forced_in_a_project_costs_points_and_the_money_only_moves() -> None:
    reasons = Reasons(case(), plan_of("x-county"), default_engine(case()))
    found = reasons.project(ASKED[0], ()).forced
    assert found is not None
    assert found.worsened is not None
    assert (found.worsened.objective, found.worsened.low, found.worsened.high) == ("benefit", 4, 4)
    assert sum(unit.more_fen for unit in found.units) == 0
    assert ASKED[0] in {project.code for project in found.projects if project.before_fen == 0}
