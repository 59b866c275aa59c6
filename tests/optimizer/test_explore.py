"""Questions around a plan against writing down every plan: knapsacks small enough for all sets of projects."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from functools import cached_property
from itertools import chain, combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.plan import Plan
from domain.register import Tranche
from optimizer.checking.audit import PlanAudit
from optimizer.explore.alternatives import alternatives
from optimizer.explore.importance import importance
from optimizer.explore.robust import last_tranches, robust
from optimizer.explore.trade_off import trade_off
from optimizer.planning import default_engine
from optimizer.verify import verify_allocation
from tests.optimizer.hand import (
    K,
    best_plan,
    built,
    case_of,
    fund,
    policy,
    project,
    projects_only,
    reached,
    register,
    unit,
)

BENEFIT = [{"id": "benefit", "clause": "M36"}]
BOTH = [{"id": "welfare", "clause": "M11"}, *BENEFIT]
wishes = st.lists(st.tuples(st.integers(0, 2), st.integers(1, 9), st.integers(1, 20)), min_size=1, max_size=6)
"""(unit, cost in thousands, benefit) of each project."""


class Knapsack:
    """Three units of different weight, one fund, some projects; `sets` are all that the fund can pay."""

    def __init__(self, projects: list[tuple[int, int, int]], fund_k: int, objectives: list[dict[str, str]]) -> None:
        units = [unit("A"), unit("B", households=250), unit("C", backward=True)]
        self.costs = {f"P{i}": cost for i, (_, cost, _) in enumerate(projects)}
        self.benefits = {f"P{i}": benefit for i, (_, _, benefit) in enumerate(projects)}
        self.units = {f"P{i}": "ABC"[of] for i, (of, _, _) in enumerate(projects)}
        wished = [project(p, self.units[p], self.costs[p], benefit=self.benefits[p]) for p in self.costs]
        self.register = register(units, wished, [fund("F", fund_k)])
        self.loaded = policy({"F": projects_only()}, objectives=objectives)
        self.case = case_of(self.register, self.loaded)
        self.engine = default_engine(self.case)
        self.fund_k = fund_k

    @cached_property
    def plan(self) -> Plan:
        return best_plan(self.register, self.loaded)

    def sets(self, money_k: int | None = None) -> Iterator[frozenset[str]]:
        every = chain.from_iterable(combinations(self.costs, size) for size in range(len(self.costs) + 1))
        most = self.fund_k if money_k is None else money_k
        return (frozenset(s) for s in every if sum(self.costs[p] for p in s) <= most)

    def benefit(self, chosen: frozenset[str]) -> int:
        return sum(self.benefits[p] for p in chosen)

    def welfare(self, chosen: frozenset[str]) -> int:
        grants = {u: sum(self.costs[p] for p in chosen if self.units[p] == u) for u in "ABC"}
        return self.case.welfare.of_grants(grants, self.case.weights)


@settings(max_examples=30)
@given(wishes, st.integers(1, 30), st.sampled_from([Fraction(0), Fraction(1, 10), Fraction(1, 3)]))
def test_alternatives_differ_from_all_before_and_none_differs_more_than_their_bound(
    projects: list[tuple[int, int, int]], fund_k: int, loss: Fraction
) -> None:
    sack = Knapsack(projects, fund_k, BENEFIT)
    least = (reached(sack.plan, "benefit") * (1 - loss)).__ceil__()
    known = [frozenset(built(sack.plan))]
    for one in alternatives(sack.case, sack.plan, sack.engine, count=3, loss=loss):
        chosen = frozenset(built(one.plan))
        audit = PlanAudit.of(sack.register, sack.loaded.policy, one.plan)
        assert list(verify_allocation(audit, one.plan)) == []
        assert sack.benefit(chosen) >= least
        apart = {
            s: min(sum(sack.costs[p] for p in s ^ k) for k in known) for s in sack.sets() if sack.benefit(s) >= least
        }
        assert one.moved_fen == apart[chosen] * K > 0
        assert one.moved_at_most_fen >= max(apart.values()) * K
        known.append(chosen)


@settings(max_examples=30)
@given(wishes, st.integers(1, 30))
def test_the_importance_of_a_project_is_what_the_best_plan_without_it_lacks(
    projects: list[tuple[int, int, int]], fund_k: int
) -> None:
    sack = Knapsack(projects, fund_k, BENEFIT)
    best = reached(sack.plan, "benefit")
    for p in sorted(built(sack.plan)):
        without = max(sack.benefit(s) for s in sack.sets() if p not in s)
        found = importance(sack.case, sack.plan, sack.engine, p)
        assert (found.loss_at_least, found.loss_at_most, found.indispensable) == (best - without, best - without, False)
        wide = importance(sack.case, sack.plan, sack.engine, p, gap=5)
        assert wide.loss_at_most is not None
        assert wide.loss_at_least <= best - without <= wide.loss_at_most <= wide.loss_at_least + 5


def test_a_project_that_an_earlier_objective_needs_is_indispensable() -> None:
    sack = Knapsack([(0, 5, 1), (0, 4, 20)], 5, BOTH)
    assert built(sack.plan) == {"P0"}, "welfare first: 5 spent is worth more than 4"
    assert importance(sack.case, sack.plan, sack.engine, "P0").indispensable


@settings(max_examples=20)
@given(wishes, st.integers(1, 30), st.integers(2, 5))
def test_no_plan_lies_beyond_the_trade_off_curve_and_every_point_is_a_plan(
    projects: list[tuple[int, int, int]], fund_k: int, points: int
) -> None:
    sack = Knapsack(projects, fund_k, BOTH)
    outcomes = {(sack.welfare(s), sack.benefit(s)) for s in sack.sets()}
    curve = list(trade_off(sack.case, sack.plan, sack.engine, "welfare", "benefit", points=points))
    for point in curve:
        assert any(w >= point.raw[0] and b == point.raw[1] for w, b in outcomes)
        beyond = max(b for w, b in outcomes if w >= point.raw[0])
        assert point.raw[1] <= beyond <= point.second_at_most
    assert curve[-1].raw[1] == max(b for _, b in outcomes)
    assert [p.raw[1] for p in curve] == sorted(p.raw[1] for p in curve)


@settings(max_examples=20)
@given(wishes, st.integers(1, 30), st.integers(0, 30), st.sampled_from([Fraction(0), Fraction(1, 5)]))
def test_the_firm_part_of_a_robust_plan_is_worth_most_among_plans_within_the_loss(
    projects: list[tuple[int, int, int]], fund_k: int, short_k: int, loss: Fraction
) -> None:
    sack = Knapsack(projects, fund_k, BENEFIT)
    least = (reached(sack.plan, "benefit") * (1 - loss)).__ceil__()
    left = max(fund_k - short_k, 0)

    def firm(chosen: frozenset[str]) -> int:
        return max(sack.benefit(f) for f in sack.sets(left) if f <= chosen)

    found = robust(sack.case, sack.plan, sack.engine, short_fen={"F": short_k * K}, loss=loss)
    assert found is not None
    assert (
        found.firm_benefit
        == found.firm_benefit_at_most
        == max(firm(s) for s in sack.sets() if sack.benefit(s) >= least)
    )
    assert found.firm_benefit_of_best == firm(frozenset(built(sack.plan)))
    assert sack.benefit(frozenset(found.firm)) == found.firm_benefit
    assert sum(sack.costs[p] for p in found.firm) <= left
    assert {*found.firm, *found.waiting} == built(found.plan)
    assert sack.benefit(frozenset(built(found.plan))) >= least
    assert found.uncovered_fen == ({"F": (short_k - fund_k) * K} if short_k > fund_k else {})


def test_the_last_tranche_is_the_latest_that_has_not_arrived() -> None:
    tranches = (
        Tranche(code="a", amount_fen=5, due_on=date(2026, 3, 1), arrived_on=date(2026, 3, 2)),
        Tranche(code="b", amount_fen=7, due_on=date(2026, 6, 1)),
        Tranche(code="c", amount_fen=11, due_on=date(2026, 9, 1)),
    )
    county = register([unit("A")], [], [fund("F", 1, tranches=tranches), fund("G", 1)])
    assert last_tranches(county) == {"F": 11}


@pytest.mark.parametrize("pair", [("benefit", "welfare"), ("welfare", "benefit")])
def test_the_curve_can_be_walked_from_either_end(pair: tuple[str, str]) -> None:
    sack = Knapsack([(0, 5, 1), (1, 4, 20), (2, 3, 7)], 8, BOTH)
    curve = list(trade_off(sack.case, sack.plan, sack.engine, *pair, points=2))
    other = list(trade_off(sack.case, sack.plan, sack.engine, *pair[::-1], points=2))
    assert [p.raw for p in curve] == [p.raw[::-1] for p in reversed(other)]
