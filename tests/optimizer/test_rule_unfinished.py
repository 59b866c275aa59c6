"""Unfinished works first: finished before anything new, named where they cannot be, counted where they should be."""

from __future__ import annotations

from domain.register import Project
from tests.optimizer.collisions import named_conflict
from tests.optimizer.hand import K, best_plan, built, fund, policy, project, projects_only, reached, register, unit

MUST = {"rule": "unfinished-first", "clause": "M20"}
SHOULD = {**MUST, "kind": "should"}
UNITS = [unit("A"), unit("B")]


def half_done(code: str, of: str, cost_k: int, spent_k: int, **differs: object) -> Project:
    return project(code, of, cost_k, started=True, spent_fen=spent_k * K, benefit=0, **differs)


def test_what_was_started_is_finished_though_something_new_is_worth_more() -> None:
    county = register(UNITS, [half_done("OLD", "A", 60, 30), project("NEW", "B", 40)], [fund("F", 40)])
    assert built(best_plan(county, policy({"F": projects_only()}))) == {"NEW"}
    plan = best_plan(county, policy({"F": projects_only()}, [MUST]))
    assert built(plan) == {"OLD"}
    assert plan.lines[0].amount_fen == 30 * K
    assert "unfinished-first" in plan.lines[0].rules


def test_what_cannot_be_finished_collides_with_the_rule() -> None:
    too_dear = register(UNITS, [half_done("OLD", "A", 60, 10)], [fund("F", 40)])
    assert named_conflict(too_dear, policy({"F": projects_only()}, [MUST])) == ["unfinished-first"]
    nobody_pays = register(UNITS, [half_done("OLD", "A", 60, 30, purposes=("roads",))], [fund("F", 40)])
    assert named_conflict(nobody_pays, policy({"F": projects_only()}, [MUST])) == ["unfinished-first"]


def test_two_half_done_variants_cannot_both_be_finished() -> None:
    projects = [half_done("X", "A", 20, 10, variant_group="V"), half_done("Y", "A", 20, 10, variant_group="V")]
    county = register(UNITS, projects, [fund("F", 40)])
    assert named_conflict(county, policy({"F": projects_only()}, [MUST])) == ["unfinished-first"]
    plan = best_plan(county, policy({"F": projects_only()}, [SHOULD]))
    assert len(built(plan)) == 1
    assert reached(plan, "shortfall-1") == 10


def test_as_a_should_rule_the_money_still_missing_is_the_shortfall() -> None:
    projects = [half_done("X", "A", 30, 5), half_done("Y", "B", 40, 5), half_done("Z", "B", 9, 2, purposes=("roads",))]
    county = register(UNITS, projects, [fund("F", 40)])
    plan = best_plan(county, policy({"F": projects_only()}, [SHOULD]))
    assert built(plan) == {"Y"}
    assert reached(plan, "shortfall-1") == 25 + 7
    assert plan.run.objectives[0].value == 32_000


def test_withdrawn_accepted_and_fully_paid_works_are_none_of_its_business() -> None:
    projects = [
        half_done("W", "A", 30, 5, stage="withdrawn"),
        half_done("X", "A", 30, 5, stage="accepted"),
        half_done("Y", "A", 30, 30),
    ]
    county = register(UNITS, projects, [fund("F", 5)])
    assert built(best_plan(county, policy({"F": projects_only()}, [MUST]))) == set()
    plan = best_plan(county, policy({"F": projects_only()}, [SHOULD]))
    assert reached(plan, "shortfall-1") == 0
