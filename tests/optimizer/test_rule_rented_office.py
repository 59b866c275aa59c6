"""Rented-out offices: construction waits for their return, or comes with it; must and should (M19)."""

from __future__ import annotations

import pytest

from domain.policy.faults import PolicyFaults
from domain.register import Project, Register
from optimizer.case import CaseMisfit
from tests.optimizer.collisions import named_conflict
from tests.optimizer.hand import (
    best_plan,
    built,
    fund,
    policy,
    project,
    projects_only,
    reached,
    register,
    unit,
)

RULE = {"rule": "rented-office", "clause": "M19", "purposes": ["build"]}
BENEFIT = [{"id": "shortfall", "clause": "M20"}, {"id": "benefit", "clause": "M26"}]
ROAD, HOME = project("ROAD", "A", 40), project("OTHER", "B", 30)
BACK = project("BACK", "A", 15, returns_office=True, benefit=1)


def county(money_k: int, *works: Project) -> Register:
    return register([unit("A", office_rented_out=True), unit("B")], works, [fund("F", money_k)])


def test_a_unit_that_lets_its_office_builds_nothing_unless_it_takes_it_back() -> None:
    benefit = policy({"F": projects_only()}, [RULE], objectives=BENEFIT)
    assert built(best_plan(county(40, ROAD, HOME), benefit)) == {"OTHER"}
    assert built(best_plan(county(55, ROAD, HOME, BACK), benefit)) == {"ROAD", "BACK"}
    assert built(best_plan(county(50, ROAD, HOME, BACK), benefit)) == {"OTHER", "BACK"}


def test_service_projects_are_not_withheld_and_neither_is_the_money_of_others() -> None:
    service = project("CLINIC", "A", 40, purposes=("serve",))
    money = fund("F", 70, purposes=("build", "serve"))
    found = register([unit("A", office_rented_out=True), unit("B")], [service, HOME], [money])
    assert built(best_plan(found, policy({"F": projects_only()}, [RULE]))) == {"CLINIC", "OTHER"}


@pytest.mark.parametrize("differs", [{"stage": "accepted"}, {"spent_fen": BACK.cost_fen, "started": True}])
def test_an_office_that_comes_back_without_the_plan_withholds_nothing(differs: dict[str, object]) -> None:
    back = project("BACK", "A", 15, returns_office=True, **differs)
    assert built(best_plan(county(40, ROAD, back), policy({"F": projects_only()}, [RULE]))) == {"ROAD"}


def test_as_a_should_rule_it_counts_the_money_given_all_the_same() -> None:
    rules = [{**RULE, "kind": "should"}, {"rule": "floor", "where": "office_rented_out", "amount_yuan": 1_000}]
    plan = best_plan(county(40, ROAD, HOME), policy({"F": projects_only()}, rules))
    assert built(plan) == {"ROAD"}
    assert reached(plan, "shortfall-1") == 40


def test_an_office_that_cannot_come_back_collides_with_a_floor() -> None:
    rules = [RULE, {"rule": "floor", "where": "office_rented_out", "amount_yuan": 1_000}, {"rule": "cap",
             "amount_yuan": 90_000}]  # fmt: skip
    assert named_conflict(county(40, ROAD, HOME), policy({"F": projects_only()}, rules)) == ["rented-office", "floor"]


def test_the_rule_must_say_which_money_is_withheld() -> None:
    with pytest.raises(PolicyFaults, match="purposes"):
        policy({"F": projects_only()}, [{"rule": "rented-office"}])


def test_purposes_that_no_project_has_are_refused() -> None:
    with pytest.raises(CaseMisfit, match="the purpose built"):
        best_plan(county(40, ROAD), policy({"F": projects_only()}, [{**RULE, "purposes": ["built"]}]))
