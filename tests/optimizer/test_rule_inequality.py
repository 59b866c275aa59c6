"""Inequality within bounds: a Gini index, or the most over the least, of what units get per household or weight."""

from __future__ import annotations

from typing import Any

import pytest

from domain.policy.faults import PolicyFaults
from optimizer.checking.audit import PlanAudit
from optimizer.formulation import Formulation
from optimizer.model import ModelFault
from optimizer.rules import inequality
from optimizer.rules.inequality import Inequality
from tests.optimizer.forging import changed, forged, line_of, with_amount
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
    reached,
    register,
    unit,
)
from tests.optimizer.map_collisions import named_map_conflict

BENEFIT = [{"id": "benefit", "clause": "M26"}]
UNITS = [unit("A"), unit("B"), unit("C", households=200)]
WORKS = [project("PA", "A", 10, benefit=30), project("PB", "B", 10), project("PC", "C", 20, benefit=15)]
DECIDED = {"F": by_formula(mode="optimize", rest="unallocated")}


def bound(**differs: Any) -> dict[str, Any]:
    return {"rule": "inequality", "clause": "M13", **differs}


def test_a_gini_of_nothing_gives_every_household_the_same() -> None:
    county = register(UNITS, WORKS, [fund("F", 40)])
    plan = best_plan(county, policy({"F": projects_only()}, [bound(gini_at_most=0)], objectives=BENEFIT))
    assert built(plan) == {"PA", "PB", "PC"}
    poorer = register(UNITS, WORKS, [fund("F", 39)])
    assert (
        built(best_plan(poorer, policy({"F": projects_only()}, [bound(gini_at_most=0)], objectives=BENEFIT))) == set()
    )


@pytest.mark.parametrize("at_most,chosen", [(0.5, {"BIG"}), (0.499, {"PA", "PB"}), (0, {"PA", "PB"})])
def test_the_best_that_is_not_too_unequal_is_built(at_most: float, chosen: set[str]) -> None:
    # all for one of two equal units is an index of a half
    works = [project("BIG", "A", 20, benefit=30), project("PA", "A", 10), project("PB", "B", 10)]
    county = register([unit("A"), unit("B")], works, [fund("F", 20)])
    plan = best_plan(county, policy({"F": projects_only()}, [bound(gini_at_most=at_most)], objectives=BENEFIT))
    assert built(plan) == chosen


def test_the_most_over_the_least_is_kept_exactly() -> None:
    county = register(UNITS, [], [fund("F", 100)])
    floors = [{"rule": "floor", "amount_yuan": 40_000, "where": "households == 200"}]
    loaded = policy(DECIDED, [bound(max_min_at_most=1.5), *floors], objectives=[{"id": "welfare", "clause": "M11"}])
    grants = grants_k(best_plan(county, loaded), "F")
    levels = [grants["A"] / 100, grants["B"] / 100, grants["C"] / 200]
    assert max(levels) <= 1.5 * min(levels)


def test_a_ratio_of_one_asks_for_equal_levels_and_a_little_more_for_nearly_equal_ones() -> None:
    county = register([unit("A"), unit("B")], [project("P", "A", 10)], [fund("F", 10)])
    for ratio, at_all in ((1, False), (100, False)):
        plan = best_plan(county, policy({"F": projects_only()}, [bound(max_min_at_most=ratio)], objectives=BENEFIT))
        assert bool(built(plan)) == at_all  # B gets nothing, so A may not get anything either


def test_per_weight_the_backward_may_get_more_than_others_but_not_per_household() -> None:
    units = [unit("A", backward=True), unit("B")]
    works = [project("PA", "A", 15), project("PB", "B", 10)]
    county = register(units, works, [fund("F", 25)])
    equal = {"max_min_at_most": 1, "gini_at_most": 0}
    by_weight = policy({"F": projects_only()}, [bound(of="weight", **equal)], objectives=BENEFIT)
    assert built(best_plan(county, by_weight)) == {"PA", "PB"}
    by_household = policy({"F": projects_only()}, [bound(**equal)], objectives=BENEFIT)
    assert built(best_plan(county, by_household)) == set()


def test_a_unit_without_households_has_no_say_and_one_unit_is_never_unequal() -> None:
    county = register([unit("A"), unit("B", households=0)], [project("P", "A", 10)], [fund("F", 10)])
    rules = [bound(gini_at_most=0, max_min_at_most=1)]
    loaded = policy({"F": projects_only()}, rules, objectives=BENEFIT, priority=COUNTED_ALIKE)
    assert built(best_plan(county, loaded)) == {"P"}


COUNTED_ALIKE = {"need": "1", "need_label": {"zh": "一", "en": "one"}}


def test_as_a_should_rule_the_gini_is_missed_by_the_money_it_is_too_high_for() -> None:
    county = register([unit("A"), unit("B")], [project("P", "A", 10)], [fund("F", 10)])
    rules = [bound(gini_at_most=0.2, kind="should"), {"rule": "share", "where": "true", "at_least": 1}]
    steps = [*BENEFIT, {"id": "shortfall", "clause": "M13"}]
    plan = best_plan(county, policy({"F": projects_only()}, rules, objectives=steps))
    assert reached(plan, "shortfall-1") == 3  # 10 × (0.5 - 0.2)
    assert plan.run.objectives[1].unit == "yuan"


def test_as_a_should_rule_the_ratio_is_missed_by_what_is_above_it() -> None:
    works = [project("PA", "A", 10), project("PB", "B", 2)]
    county = register([unit("A"), unit("B")], works, [fund("F", 12)])
    steps = [*BENEFIT, {"id": "shortfall", "clause": "M13"}]
    rules = [bound(max_min_at_most=1.4, kind="should")]
    plan = best_plan(county, policy({"F": projects_only()}, rules, objectives=steps))
    assert reached(plan, "shortfall-1") == 8  # 10 - 1.4 × 2 = 7.2, in whole thousands


@pytest.mark.parametrize("limit", [{"gini_at_most": 0.2}, {"max_min_at_most": 3}])
def test_a_bound_and_a_share_that_goes_against_it_collide(limit: dict[str, float]) -> None:
    share = {"rule": "floor", "amount_yuan": 10_000, "where": "backward"}
    units = [unit("A", backward=True), *UNITS[1:]]
    county = register(units, WORKS[:1], [fund("F", 40)])
    rules = [{"rule": "cap", "amount_yuan": 90_000}, bound(**limit), share]
    assert named_map_conflict(county, policy({"F": projects_only()}, rules)) == ["inequality", "floor"]


def test_money_moved_by_a_forger_so_that_the_index_rises_is_found() -> None:
    county = register(UNITS, [], [fund("F", 40)])
    loaded = policy(DECIDED, [bound(gini_at_most=0.05)], objectives=[{"id": "welfare", "clause": "M11"}])
    plan = best_plan(county, loaded)
    taken, given = line_of(plan, "F.A"), line_of(plan, "F.B")

    def edit(line: Any) -> Any:
        moved = 5 * K if line == given else -5 * K if line == taken else 0
        return with_amount(line, line.amount_fen + moved)

    lie = forged(county, loaded, plan, edit=edit)
    audit = PlanAudit.of(county, loaded.policy, changed(lie))
    rule = loaded.policy.rules[0]
    assert isinstance(rule, Inequality)
    (short,) = rule.check(audit)
    assert short.sentence.startswith("The Gini index of what units get per household is 0.1")


def test_too_many_pairs_are_refused_with_the_limit_and_a_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    county = register(UNITS, WORKS, [fund("F", 40)])
    case = case_of(county, policy({"F": projects_only()}, [bound(gini_at_most=0.1)]))
    monkeypatch.setattr(inequality, "PAIRS_MAX", 2)
    with pytest.raises(
        ModelFault, match=r"more than 2 pairs.*bound fewer units with `where`, or use `max_min_at_most`"
    ):
        Formulation(case)


@pytest.mark.parametrize("limit", [{"gini_at_most": 0.123456789}, {"max_min_at_most": 1.23456789}])
def test_numbers_beyond_exact_arithmetic_are_refused_with_a_way_out(limit: dict[str, float]) -> None:
    units = [unit(u, households=10**9 + n) for n, u in enumerate("ABC")]
    county = register(units, [project("PA", "A", 10**6), project("PB", "B", 10**6)], [fund("F", 10**7)])
    with pytest.raises(ModelFault, match="beyond exact 64-bit arithmetic; bound fewer units"):
        Formulation(case_of(county, policy({"F": projects_only()}, [bound(**limit)])))


def test_a_rule_without_a_bound_or_with_a_ratio_below_one_is_refused() -> None:
    with pytest.raises(PolicyFaults, match="`gini_at_most`, `max_min_at_most` or both"):
        policy({"F": projects_only()}, [bound()])
    with pytest.raises(PolicyFaults, match="at least 1"):
        policy({"F": projects_only()}, [bound(max_min_at_most=0.5)])
