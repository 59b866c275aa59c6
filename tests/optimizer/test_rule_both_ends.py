"""Both ends: a share for the best, a larger one for the last, the middle held by a floor; and what each costs."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from domain.policy.faults import PolicyFaults
from domain.policy.loading import LoadedPolicy
from domain.register import Register
from optimizer.case import CaseMisfit
from optimizer.checking.audit import PlanAudit
from optimizer.rules.both_ends import BothEnds
from tests.optimizer.collisions import named_conflict
from tests.optimizer.hand import K, best_plan, by_formula, case_of, fund, grants_k, policy, reached, register, unit

RULE = {"rule": "both-ends", "best": "last_result >= 90", "last": "last_result < 60"}


def county(money_k: int = 100) -> Register:
    """One of the best, one of the last, two in the middle, all of one size."""
    results = {"A": 95, "B": 50, "C": 70, "D": 75}
    units = [unit(code, last_result=Decimal(result)) for code, result in results.items()]
    return register(units, [], [fund("F", money_k)])


def by_objectives(*rules: dict[str, Any]) -> LoadedPolicy:
    return policy({"F": by_formula(mode="optimize")}, rules)


def test_both_ends_get_their_shares_and_the_middle_gives_them_up() -> None:
    assert set(grants_k(best_plan(county(), by_objectives()), "F").values()) == {25}
    plan = best_plan(county(), by_objectives({**RULE, "best_share": 0.3, "last_share": 0.4}))
    grants = grants_k(plan, "F")
    assert (grants["A"], grants["B"], grants["C"] + grants["D"]) == (30, 40, 30)


def test_nobody_in_the_middle_falls_below_the_floor() -> None:
    rules = [
        {**RULE, "best_share": 0.1, "last_share": 0.2, "middle_floor_yuan": 24_500},
        {"rule": "floor", "where": 'code == "A"', "amount_yuan": 29_000},
    ]
    grants = grants_k(best_plan(county(), by_objectives(*rules)), "F")
    assert (grants["C"], grants["D"]) == (25, 25), "24,500 rounded up to whole thousands"
    assert grants["B"] == 21


def test_what_each_share_costs_the_others_is_what_it_asks_beyond_need_and_priority() -> None:
    loaded = by_objectives({**RULE, "best_share": 0.2, "last_share": 0.4})
    plan = best_plan(county(), loaded)
    rule = loaded.policy.rules[0]
    assert isinstance(rule, BothEnds)
    best, last = rule.ends(PlanAudit.of(county(), loaded.policy, plan))
    assert (best.asked_fen, best.by_weight_fen, best.costs_others_fen) == (20 * K, 25 * K, 0)
    assert (last.got_fen, last.asked_fen, last.costs_others_fen) == (40 * K, 40 * K, 15 * K)
    assert last.share == Fraction(2, 5)


def test_shares_that_should_hold_count_what_is_missing() -> None:
    """The formula gives everyone 25 of 100: the last are 15 short, the best nothing."""
    rule = {**RULE, "best_share": 0.2, "last_share": 0.4, "kind": "should"}
    plan = best_plan(county(), policy({"F": by_formula()}, [rule]))
    assert reached(plan, "shortfall-1") == 15


def test_ends_and_caps_that_cannot_both_hold_are_named() -> None:
    rules = [
        {**RULE, "id": "ends", "best_share": 0.1, "last_share": 0.4},
        {"rule": "cap", "id": "cap", "amount_yuan": 30_000},
        {"rule": "floor", "id": "idle", "amount_yuan": 1_000},
    ]
    assert named_conflict(county(12), policy({"F": by_formula(mode="optimize")}, [
        rules[0], {**rules[1], "amount_yuan": 4_000}, rules[2]])) == ["ends", "cap"]  # fmt: skip


@pytest.mark.parametrize("best,last,expected", [(0.4, 0.3, "larger share for the last"), (0.3, 0.3, "larger share"),
                                                (0.5, 0.6, "at most 1 together")])  # fmt: skip
def test_a_policy_in_which_the_best_are_not_the_smaller_share_is_refused(
    best: float, last: float, expected: str
) -> None:
    with pytest.raises(PolicyFaults, match=expected):
        by_objectives({**RULE, "best_share": best, "last_share": last})


def test_a_unit_at_both_ends_is_refused() -> None:
    rule = {**RULE, "last": "last_result > 80", "best_share": 0.1, "last_share": 0.2}
    with pytest.raises(CaseMisfit, match="unit A is among the best and among the last"):
        case_of(county(), by_objectives(rule))
