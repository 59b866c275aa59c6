"""What projects leave of a fund: given out by its formula, unless a rule or an objective enforces another spread."""

from __future__ import annotations

import pytest

from domain.plan import Plan, PlanLine
from domain.policy.loading import LoadedPolicy
from domain.register import Register
from optimizer.verify import verify
from tests.optimizer.forging import forged, with_amount
from tests.optimizer.hand import K, best_plan, by_formula, fund, grants_k, policy, reached, register, unit

UNITS = [unit("A", backward=True), unit("B"), unit("C", township="T2"), unit("D", township="T2")]
"""Weights 150, 100, 100, 100: the formula gives A a third."""


def county(amount_k: int = 90) -> Register:
    return register(UNITS, [], [fund("F", amount_k)])


def with_share(kind: str, at_least: float) -> LoadedPolicy:
    """Half of the fund is sure by formula, half is what (no) projects leave."""
    rule = {"rule": "share", "where": "backward", "at_least": at_least, "kind": kind}
    return policy({"F": by_formula(45)}, [rule])


def moved(plan: Plan, **by_k: int) -> Plan:
    def edit(line: PlanLine) -> PlanLine:
        return with_amount(line, line.amount_fen + by_k.get(line.unit, 0) * K)

    return forged(county(), with_share("must", 0.4), plan, edit=edit)


def test_it_goes_by_the_formula_where_that_keeps_all_rules() -> None:
    plan = best_plan(county(), with_share("must", 0.33))
    assert grants_k(plan, "F") == {"A": 30, "B": 20, "C": 20, "D": 20}


@pytest.mark.parametrize("kind", ["must", "should"])
def test_a_share_the_formula_misses_is_made_up_from_it_and_as_little_as_possible_goes_elsewhere(kind: str) -> None:
    plan = best_plan(county(), with_share(kind, 0.4))
    grants = grants_k(plan, "F")
    assert grants["A"] == 36
    assert sum(grants.values()) == 90
    assert all(10 <= grants[u] <= 20 for u in "BCD"), "the sure half is 15, 10, 10, 10, and nobody gains but A"


def test_what_the_formula_is_sure_of_is_never_taken_away_for_a_should_rule() -> None:
    plan = best_plan(county(), with_share("should", 0.9))
    assert grants_k(plan, "F") == {"A": 60, "B": 10, "C": 10, "D": 10}
    assert reached(plan, "shortfall-1") == 81 - 60


def test_each_part_of_an_enforced_spread_is_explained() -> None:
    plan = best_plan(county(), with_share("must", 0.4))
    (line,) = [line for line in plan.lines if line.unit == "A"]
    assert line.parts == {"need": 24 * K, "priority": 12 * K}


def test_the_verifier_wants_the_formula_back_where_no_rule_forbids_it() -> None:
    lawful = best_plan(county(), with_share("must", 0.33))
    elsewhere = forged(
        county(),
        with_share("must", 0.33),
        lawful,
        edit=lambda line: with_amount(line, line.amount_fen + {"A": K, "B": -K}.get(line.unit, 0)),
    )
    assert {v.rule for v in verify(county(), with_share("must", 0.33), elsewhere)} == {"F.formula"}


@pytest.mark.parametrize(
    "by_k,expected",
    [
        ({"A": -1, "B": 1}, {"share"}),
        ({"A": 30, "B": -10, "C": -10, "D": -10}, {"F.formula"}),
        ({"B": 1, "C": 1}, {"F.formula", "budget"}),
        ({"B": -1}, {"F.formula"}),
    ],
    ids=["below the share", "into what is sure", "more than there is", "less than there is"],
)
def test_an_enforced_spread_is_bound_by_the_rules_the_sure_part_and_the_whole(
    by_k: dict[str, int], expected: set[str]
) -> None:
    plan = best_plan(county(), with_share("must", 0.4))
    found = {v.rule for v in verify(county(), with_share("must", 0.4), moved(plan, **by_k))}
    assert expected <= found
