"""Stability and fewest changes: what an earlier plan built is not dropped lightly, what changes is counted (M45)."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from domain.measures import Churn
from domain.plan import Baseline, Plan
from domain.policy.faults import PolicyFaults
from domain.register import Register
from optimizer.case import CaseMisfit
from optimizer.fairness.measures import measure
from optimizer.verify import verify
from tests.optimizer.collisions import named_conflict
from tests.optimizer.hand import (
    K,
    best_plan,
    built,
    by_formula,
    case_of,
    fund,
    policy,
    project,
    projects_only,
    reached,
    register,
    unit,
)

FUNDS = {"F": projects_only()}
BENEFIT = [{"id": "shortfall", "clause": "M20"}, {"id": "benefit", "clause": "M26"}]
BENEFIT_THEN_CHANGES = [*BENEFIT, {"id": "changes", "clause": "M45"}]
CHANGES_THEN_BENEFIT = [{"id": "changes", "clause": "M45"}, {"id": "benefit", "clause": "M26"}]


def before(*projects: str, sites: tuple[str, ...] = (), **money_k: int) -> Baseline:
    """An earlier plan that built these."""
    money = {code: k * K for code, k in money_k.items()}
    return Baseline(plan_hash="b" * 64, projects=tuple(sorted(projects)), sites=sites, money_fen=money)


def stability(**limits: Any) -> dict[str, Any]:
    return {"rule": "stability", "clause": "M45", **limits}


def two_for_one() -> Register:
    """Money for one of two projects; Q is worth more than P."""
    works = [project("P", "A", 30, benefit=1), project("Q", "B", 30, benefit=9)]
    return register([unit("A"), unit("B")], works, [fund("F", 30)])


def churn(county: Register, loaded: Any, plan: Plan) -> Churn:
    found = measure(county, loaded.policy, plan).churn
    assert found is not None
    return found


def test_a_project_of_the_earlier_plan_is_kept_though_another_is_worth_more() -> None:
    loaded = policy(FUNDS, [stability(dropped_at_most=0)], objectives=BENEFIT)
    assert built(best_plan(two_for_one(), loaded, before("P"))) == {"P"}
    assert built(best_plan(two_for_one(), loaded, before())) == {"Q"}


def test_changes_in_all_count_what_comes_and_what_goes() -> None:
    one, two = (policy(FUNDS, [stability(changed_at_most=n)], objectives=BENEFIT) for n in (1, 2))
    assert built(best_plan(two_for_one(), one, before("P"))) == {"P"}
    plan = best_plan(two_for_one(), two, before("P"))
    assert built(plan) == {"Q"}
    assert churn(two_for_one(), two, plan).projects == 2


def test_as_a_should_rule_what_is_dropped_too_many_is_the_shortfall() -> None:
    gone = register([unit("A")], [project("P", "A", 30), project("Q", "A", 30)], [fund("F", 30)])
    plan = best_plan(gone, policy(FUNDS, [stability(dropped_at_most=0, kind="should")]), before("P", "Q"))
    assert reached(plan, "shortfall-1") == 1
    assert plan.run.objectives[0].unit == "projects"


def test_what_can_no_longer_be_built_is_no_change() -> None:
    works = [
        project("DONE", "A", 10, stage="accepted"),
        project("OUT", "A", 10, stage="withdrawn"),
        project("PAID", "A", 10, started=True, spent_fen=10 * K),
        project("P", "A", 10),
    ]
    county = register([unit("A")], works, [fund("F", 10)])
    loaded = policy(FUNDS, [stability(changed_at_most=0)], objectives=CHANGES_THEN_BENEFIT)
    plan = best_plan(county, loaded, before("DONE", "OUT", "PAID", "GONE", "P", sites=("GONE",)))
    assert (built(plan), reached(plan, "changes")) == ({"P"}, 0)


def test_fewest_changes_come_first_where_the_policy_says_so_and_last_where_it_says_so() -> None:
    first = policy(FUNDS, objectives=CHANGES_THEN_BENEFIT)
    last = policy(FUNDS, objectives=BENEFIT_THEN_CHANGES)
    kept, changed = (best_plan(two_for_one(), loaded, before("P")) for loaded in (first, last))
    assert (built(kept), reached(kept, "changes")) == ({"P"}, 0)
    assert (built(changed), reached(changed, "changes")) == ({"Q"}, 2)
    assert changed.run.objectives[-1].sense == "min"


def test_sites_that_come_and_go_are_changes() -> None:
    units = [unit("A"), unit("B"), unit("C")]
    sites = {"rule": "demonstration-sites", "clause": "M14", "sites_min": 2, "sites_max": 2}
    county, loaded = register(units, [], [fund("F", 5)]), policy(FUNDS, [sites], objectives=CHANGES_THEN_BENEFIT)
    plan = best_plan(county, loaded, before(sites=("B", "C")))
    assert (plan.sites, reached(plan, "changes")) == (("B", "C"), 0)
    moved = best_plan(county, loaded, before(sites=("C",)))
    assert (reached(moved, "changes"), len(churn(county, loaded, moved).sites_added)) == (1, 1)


def test_a_project_that_would_fit_but_is_one_change_more_is_left_out_and_said_to_be() -> None:
    county = register([unit("A")], [project("P", "A", 10), project("Q", "A", 10)], [fund("F", 30)])
    plan = best_plan(county, policy(FUNDS, objectives=CHANGES_THEN_BENEFIT), before("P"))
    assert built(plan) == {"P"}
    assert [(n.project, n.reason, n.detail) for n in plan.not_funded] == [("Q", "objective", "changes")]


def test_the_money_of_a_unit_stays_within_its_share_of_the_earlier_plan() -> None:
    county = register([unit("A"), unit("B", households=300)], [], [fund("F", 40)])
    funds = {"F": by_formula(mode="optimize")}
    free = best_plan(county, policy(funds), before())
    rule = {"rule": "stable-money", "clause": "M45", "within": 0.25}
    held = best_plan(county, policy(funds, [rule]), before(A=20, B=20))
    assert {line.unit: line.amount_fen // K for line in free.lines} == {"A": 10, "B": 30}
    assert {line.unit: line.amount_fen // K for line in held.lines} == {"A": 15, "B": 25}
    assert {line.unit: line.amount_fen // K for line in best_plan(county, policy(funds, [rule]), before()).lines} == {
        "A": 10,
        "B": 30,
    }


def test_money_that_moves_too_far_is_a_shortfall_in_yuan() -> None:
    county = register([unit("A")], [], [fund("F", 40)])
    rule = {"rule": "stable-money", "clause": "M45", "within": 0.1, "kind": "should"}
    plan = best_plan(county, policy({"F": by_formula()}, [rule]), before(A=20))
    assert (reached(plan, "shortfall-1"), plan.run.objectives[0].unit) == (18, "yuan")


def test_keeping_projects_and_a_cap_below_their_cost_are_named_together() -> None:
    rules = [stability(dropped_at_most=0), {"rule": "cap", "amount_yuan": 20_000}, {"rule": "floor", "amount_yuan": 0}]
    assert named_conflict(two_for_one(), policy(FUNDS, rules), before("P")) == ["stability", "cap"]


def test_money_held_still_and_a_floor_above_it_are_named_together() -> None:
    county = register([unit("A"), unit("B")], [], [fund("F", 40)])
    rules = [
        {"rule": "stable-money", "clause": "M45", "within": 0.1, "where": "households > 0"},
        {"rule": "floor", "amount_yuan": 20_000},
    ]
    loaded = policy({"F": by_formula(mode="optimize", rest="unallocated")}, rules)
    assert named_conflict(county, loaded, before(A=10, B=20)) == ["stable-money", "floor"]


def test_without_an_earlier_plan_the_case_says_what_asks_for_one() -> None:
    with pytest.raises(CaseMisfit, match=r"newest-approved.*rule stability.*none is at hand.*take the comparison out"):
        case_of(two_for_one(), policy(FUNDS, [stability(dropped_at_most=0)]))


def test_two_different_baselines_in_one_policy_are_refused() -> None:
    rules = [stability(dropped_at_most=0, baseline="2025-01")]
    with pytest.raises(CaseMisfit, match="rule stability names 2025-01 and objective changes names newest-approved"):
        case_of(two_for_one(), policy(FUNDS, rules, objectives=BENEFIT_THEN_CHANGES), before())


def test_a_baseline_belongs_to_changes_only_and_a_limit_to_every_rule_of_stability() -> None:
    with pytest.raises(PolicyFaults, match="baseline"):
        policy(FUNDS, objectives=[{"id": "benefit", "clause": "M26", "baseline": "2025-01"}])
    with pytest.raises(PolicyFaults, match="dropped_at_most"):
        policy(FUNDS, [stability()])


def test_a_plan_that_names_another_baseline_than_it_was_computed_with_is_found_out() -> None:
    loaded = policy(FUNDS, [stability(dropped_at_most=0)], objectives=BENEFIT)
    plan = best_plan(two_for_one(), loaded, before("P"))
    other = msgspec.structs.replace(plan, run=msgspec.structs.replace(plan.run, baseline=before("Q")))
    none = msgspec.structs.replace(plan, run=msgspec.structs.replace(plan.run, baseline=None))
    assert {v.rule for v in verify(two_for_one(), loaded, other)} >= {"hash", "stability"}
    assert {v.rule for v in verify(two_for_one(), loaded, none)} >= {"hash", "time"}


def test_the_earlier_plan_enters_the_hash_of_the_case_and_none_leaves_it_as_it_was() -> None:
    loaded = policy(FUNDS, objectives=BENEFIT)
    hashes = [case_of(two_for_one(), loaded, one).instance_hash for one in (None, before("P"), before("Q"))]
    assert len(set(hashes)) == 3
