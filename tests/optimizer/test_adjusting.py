"""A plan changed by hand: bound by rules, budgets and full funding, free of formula and optimum; its cost is stated."""

from __future__ import annotations

import pytest

from domain.plan import NotFunded, Plan
from domain.policy.loading import LoadedPolicy
from domain.register import Register
from optimizer.adjusting import LineUnknown, adjusted, cost_of_hand
from optimizer.verify import verify
from tests.optimizer.forging import forged, with_amount
from tests.optimizer.hand import (
    K,
    best_plan,
    built,
    by_formula,
    case_of,
    fund,
    grants_k,
    policy,
    project,
    projects_only,
    register,
    unit,
)


def county() -> Register:
    projects = [project("P", "A", 30), project("Q", "B", 25), project("M", "C", 10, purposes=("serve",))]
    return register(
        [unit("A"), unit("B"), unit("C", haves=("money",))],
        projects,
        [fund("works", 30), fund("service", 100, purposes=("serve",))],
    )


def loaded() -> LoadedPolicy:
    rules = [{"rule": "cap", "amount_yuan": 75_000}]
    return policy({"works": projects_only(), "service": by_formula(10, floor_yuan=10_000)}, rules)


def by_hand(**changes_k: int) -> Plan:
    """The best plan with lines set to amounts in thousands, by `fund.subject`."""
    plan = best_plan(county(), loaded())
    return adjusted(case_of(county(), loaded()), plan, {line: k * K for line, k in changes_k.items()})


def faults(plan: Plan) -> set[str]:
    return {v.rule for v in verify(county(), loaded(), plan)}


def test_the_plan_to_begin_with() -> None:
    plan = best_plan(county(), loaded())
    assert built(plan) == {"P", "M"}
    assert grants_k(plan, "service") == {"A": 30, "B": 30, "C": 30}


def test_another_project_in_the_place_of_the_best_one_is_lawful_and_has_its_price() -> None:
    plan = by_hand(**{"works.P": 0, "works.Q": 25})
    assert faults(plan) == set()
    assert built(plan) == {"Q", "M"}
    assert plan.by_hand == ("works.P", "works.Q")
    cost = cost_of_hand(best_plan(county(), loaded()), plan)
    assert cost["benefit"] == "5.000000 points"
    assert cost["welfare"].endswith(" yuan per weighted household")
    assert plan.not_funded == (NotFunded(project="P", reason="no-money", detail="works", missing_fen=25 * K),)


def test_a_project_dropped_by_hand_though_it_fits_is_said_to_be() -> None:
    plan = by_hand(**{"works.P": 0})
    assert faults(plan) == set()
    assert {n.project: n.reason for n in plan.not_funded} == {"P": "by-hand", "Q": "by-hand"}


def test_money_moved_between_grants_leaves_the_formula_with_what_it_costs_in_welfare() -> None:
    plan = by_hand(**{"service.A": 22, "service.C": 38})
    assert faults(plan) == set()
    assert grants_k(plan, "service") == {"A": 22, "B": 30, "C": 38}
    (line,) = [x for x in plan.lines if x.line == "service.C"]
    assert line.parts == {"floor": 10 * K, "need": 20 * K, "manual": 8 * K}
    assert "by-hand" in line.rules
    cost = cost_of_hand(best_plan(county(), loaded()), plan)
    assert cost["benefit"] == "0.000000 points"
    # this hand gives to the unit that has less, which welfare likes: a negative cost
    assert cost["welfare"].startswith("-")
    worse = by_hand(**{"service.A": 38, "service.C": 22})
    assert not cost_of_hand(best_plan(county(), loaded()), worse)["welfare"].startswith("-")


@pytest.mark.parametrize(
    "changes,expected",
    [
        ({"works.P": 29}, "full-funding"),
        ({"works.Q": 25}, "budget"),
        ({"service.A": 9, "service.B": 51}, "service.formula"),
        ({"service.A": 46, "service.B": 14}, "cap"),
        ({"service.A": 40}, "budget"),
    ],
)
def test_a_hand_may_not_break_full_funding_budgets_floors_or_must_rules(changes: dict[str, int], expected: str) -> None:
    assert expected in faults(by_hand(**changes))


def test_a_hand_in_one_fund_leaves_the_proof_of_the_others_in_force() -> None:
    plan = by_hand(**{"works.P": 0})
    moved = {"service.A": -1, "service.B": 1}
    other = forged(
        county(),
        loaded(),
        plan,
        edit=lambda line: with_amount(line, line.amount_fen + moved.get(line.line, 0)),
        not_funded=plan.not_funded,
        by_hand=plan.by_hand,
    )
    assert faults(other) == {"service.formula"}


def test_changes_add_up_over_several_hands() -> None:
    first = by_hand(**{"works.P": 0})
    second = adjusted(case_of(county(), loaded()), first, {"works.Q": 25 * K})
    assert second.by_hand == ("works.P", "works.Q")
    assert faults(second) == set()


@pytest.mark.parametrize("name", ["works.X", "works.A", "nothing.P", "service.P", "works"])
def test_a_line_that_can_never_be_is_refused(name: str) -> None:
    with pytest.raises(LineUnknown, match=name):
        by_hand(**{name: 5})
