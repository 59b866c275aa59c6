"""Prerequisites and variants: always in force, whatever the policy writes."""

from __future__ import annotations

from typing import Any

import pytest

from domain.register import Project, Register
from tests.optimizer.collisions import named_conflict
from tests.optimizer.hand import K, best_plan, built, fund, policy, project, projects_only, register, unit

FUNDS = {"F": projects_only()}


def county(*projects: Project, money_k: int = 50) -> Register:
    return register([unit("A"), unit("B")], projects, [fund("F", money_k)])


def reasons(of: Register) -> dict[str, tuple[str, str]]:
    return {n.project: (n.reason, n.detail) for n in best_plan(of, policy(FUNDS)).not_funded}


def test_a_project_is_built_only_with_what_it_needs() -> None:
    cheap, dear = project("ROAD", "B", 40, benefit=0), project("HALL", "A", 20, requires=("ROAD",), benefit=99)
    assert built(best_plan(county(cheap, dear, money_k=60), policy(FUNDS))) == {"ROAD", "HALL"}
    assert built(best_plan(county(cheap, dear, money_k=50), policy(FUNDS))) == {"ROAD"}
    assert reasons(county(cheap, dear, money_k=30)) == {"ROAD": ("no-money", "F"), "HALL": ("prerequisite", "ROAD")}


@pytest.mark.parametrize(
    "differs",
    [{"stage": "accepted"}, {"started": True, "spent_fen": 40 * K}],
    ids=["accepted", "paid for to its end"],
)
def test_what_is_built_already_is_no_obstacle(differs: dict[str, object]) -> None:
    plan = best_plan(
        county(project("ROAD", "B", 40, **differs), project("HALL", "A", 20, requires=("ROAD",))), policy(FUNDS)
    )
    assert built(plan) == {"HALL"}
    assert plan.not_funded == ()


@pytest.mark.parametrize("differs", [{"stage": "withdrawn"}, {"stage": "proposed"}, {"purposes": ("roads",)}], ids=str)
def test_what_needs_something_that_cannot_come_is_not_built(differs: dict[str, object]) -> None:
    of = county(project("ROAD", "B", 40, **differs), project("HALL", "A", 20, requires=("ROAD",)))
    assert reasons(of)["HALL"] == ("prerequisite", "ROAD")


def test_a_prerequisite_the_register_lacks_can_never_come() -> None:
    assert reasons(county(project("HALL", "A", 20, requires=("NOWHERE",)))) == {"HALL": ("prerequisite", "NOWHERE")}


def test_two_projects_that_need_each_other_are_built_together_or_not_at_all() -> None:
    pair = [project("X", "A", 30, requires=("Y",)), project("Y", "B", 30, requires=("X",))]
    assert built(best_plan(county(*pair, money_k=60), policy(FUNDS))) == {"X", "Y"}
    assert built(best_plan(county(*pair, money_k=59), policy(FUNDS))) == set()


def test_of_variants_the_better_one_is_built() -> None:
    small, large = project("SMALL", "A", 20, variant_group="V"), project("LARGE", "A", 45, variant_group="V")
    assert built(best_plan(county(small, large, money_k=90), policy(FUNDS))) == {"LARGE"}
    assert reasons(county(small, large, money_k=90)) == {"SMALL": ("variant", "LARGE")}


@pytest.mark.parametrize(
    "differs",
    [{"stage": "accepted"}, {"started": True, "spent_fen": 20 * K}],
    ids=["accepted", "paid for to its end"],
)
def test_a_variant_of_what_is_built_already_is_not_built(differs: dict[str, object]) -> None:
    of = county(project("SMALL", "A", 20, variant_group="V", **differs), project("LARGE", "A", 45, variant_group="V"))
    assert reasons(of) == {"LARGE": ("variant", "SMALL")}


def test_a_prerequisite_and_a_variant_that_exclude_each_other_collide_with_the_rule_that_wants_both() -> None:
    of = county(
        project("ROAD", "B", 10, variant_group="V"),
        project("PATH", "B", 10, variant_group="V"),
        project("HALL", "A", 10, requires=("ROAD",), started=True),
        project("SHED", "A", 10, requires=("PATH",), started=True),
    )
    rule = {"rule": "unfinished-first", "clause": "M20"}
    assert named_conflict(of, policy(FUNDS, [rule])) == ["unfinished-first"]


def test_a_policy_may_write_them_too_without_changing_anything() -> None:
    of = county(project("ROAD", "B", 40), project("HALL", "A", 20, requires=("ROAD",)))
    rules: list[dict[str, Any]] = [
        {"rule": "prerequisites", "id": "needs", "kind": "should", "priority_class": 2},
        {"rule": "variants", "id": "either", "kind": "must"},
    ]
    plan = best_plan(of, policy(FUNDS, rules))
    assert built(plan) == {"ROAD"}
    first = plan.run.objectives[0]
    assert (first.name, first.unit, first.raw_value) == ("shortfall-2", "projects", 0)
