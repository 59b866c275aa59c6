"""The edges of a case: nothing to plan with or for, caps that are full, odd fen, sums too large to count exactly."""

from __future__ import annotations

import re
from typing import Any

import pytest

from domain.formula import FormulaFault
from domain.money import MAX_FEN
from domain.plan import NotFunded
from domain.register import Duty, Register
from optimizer.case import CaseMisfit, build_case
from optimizer.model import ModelFault
from optimizer.planning import solve_plan
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

A_AND_B = [unit("A", households=300), unit("B", households=100)]
WEIGHTLESS = {
    "id": "poor",
    "clause": "M02",
    "share": 1,
    "weight": "if(poor, 1, 0)",
    "label": {"zh": "贫", "en": "Poor"},
}


def test_a_county_without_projects_is_split_by_its_formula() -> None:
    plan = best_plan(register(A_AND_B, [], [fund("F", 40)]), policy({"F": by_formula(40)}))
    assert grants_k(plan, "F") == {"A": 30, "B": 10}
    assert plan.not_funded == ()


def test_a_county_whose_funds_stay_out_of_the_pool_has_an_empty_plan_that_says_so() -> None:
    county = register(A_AND_B, [project("P", "A", 5)], [fund("F", 40, pooled=False)])
    plan = best_plan(county, policy({"F": by_formula(40)}))
    assert (plan.lines, plan.funds) == ((), ())
    assert plan.not_funded == (NotFunded(project="P", reason="no-fund", detail="build"),)


def test_a_county_without_units_has_an_empty_plan_whatever_the_tolerance() -> None:
    objectives = [{"id": "welfare", "clause": "M11", "tolerance": 0.01}, {"id": "benefit", "clause": "M26"}]
    plan = best_plan(register([], [], [fund("F", 40)]), policy({"F": by_formula(10)}, objectives=objectives))
    assert plan.lines == ()
    assert plan.funds[0].unallocated_fen == 40 * K


def test_a_policy_without_anything_to_optimise_still_gives_a_plan_that_keeps_the_rules() -> None:
    county = register(A_AND_B, [project("P", "A", 5), project("Q", "B", 5)], [fund("F", 5)])
    only_rules = [{"id": "shortfall", "clause": "M20"}]
    loaded = policy(
        {"F": projects_only()}, [{"rule": "floor", "where": 'code == "B"', "amount_yuan": 1}], objectives=only_rules
    )
    plan = best_plan(county, loaded)
    assert built(plan) == {"Q"}
    assert plan.run.objectives == ()


def test_should_rules_that_concern_nobody_are_a_step_of_their_own_in_the_order_of_classes() -> None:
    """Written in any order, with no unit and no project to fall short of them."""
    rules: list[dict[str, Any]] = [
        {"rule": "floor", "where": "poor", "amount_yuan": 5, "kind": "should", "priority_class": 3},
        {"rule": "unfinished-first", "kind": "should", "priority_class": 1},
    ]
    plan = best_plan(register(A_AND_B, [], [fund("F", 40)]), policy({"F": by_formula()}, rules))
    names = [(o.name, o.unit, o.raw_value, o.raw_bound) for o in plan.run.objectives]
    assert names[:2] == [("shortfall-1", "yuan", 0, 0), ("shortfall-3", "yuan", 0, 0)]


def test_a_fund_nobody_may_receive_from_stays_whole() -> None:
    county = register(A_AND_B, [project("P", "A", 5)], [fund("F", 40, eligibility="poor")])
    for spec in (by_formula(10), by_formula(10, mode="optimize"), projects_only()):
        plan = best_plan(county, policy({"F": spec}))
        assert plan.funds[0].unallocated_fen == 40 * K
        assert [n.reason for n in plan.not_funded] == ["no-fund"]


@pytest.mark.parametrize("mode", ["factor", "optimize"])
def test_where_all_are_at_their_cap_what_is_left_stays_in_the_fund(mode: str) -> None:
    county = register(A_AND_B, [project("P", "A", 5)], [fund("F", 40)])
    plan = best_plan(county, policy({"F": by_formula(20, mode=mode, cap_yuan=10_000)}))
    assert grants_k(plan, "F") == {"A": 10, "B": 10}
    assert built(plan) == {"P"}
    assert plan.funds[0].unallocated_fen == 15 * K


@pytest.mark.parametrize("mode", ["factor", "optimize"])
def test_money_stays_in_the_fund_only_while_all_are_at_their_cap(mode: str) -> None:
    county = register(A_AND_B, [], [fund("F", 40)])
    plan = best_plan(county, policy({"F": by_formula(20, mode=mode, cap_yuan=25_000)}))
    assert grants_k(plan, "F") == {"A": 25, "B": 15}
    assert plan.funds[0].unallocated_fen == 0


def test_units_without_weight_get_their_floor_and_nothing_of_what_projects_leave() -> None:
    county = register([unit("A", poor=True), unit("B")], [], [fund("F", 40)])
    plan = best_plan(county, policy({"F": by_formula(20, factors=[WEIGHTLESS], floor_yuan=5000)}))
    assert grants_k(plan, "F") == {"A": 35, "B": 5}


def test_where_no_unit_has_weight_only_floors_are_given() -> None:
    county = register(A_AND_B, [project("P", "A", 5)], [fund("F", 40)])
    plan = best_plan(county, policy({"F": by_formula(20, factors=[WEIGHTLESS], floor_yuan=5000)}))
    assert grants_k(plan, "F") == {"A": 5, "B": 5}
    assert plan.funds[0].unallocated_fen == 25 * K


def grouped(projects_k: int, rest: str) -> dict[str, Any]:
    groups = [{"group": "village", "amount_yuan": 20_000}, {"group": "community", "amount_yuan": 10_000}]
    return by_formula(projects_k, rest=rest, group_by="kind", groups=groups)


def test_groups_with_amounts_of_their_own_leave_the_rest_where_it_is() -> None:
    county = register([*A_AND_B, unit("C", kind="community")], [project("P", "A", 5)], [fund("F", 40)])
    plan = best_plan(county, policy({"F": grouped(10, "unallocated")}))
    assert grants_k(plan, "F") == {"A": 15, "B": 5, "C": 10}
    assert built(plan) == {"P"}
    assert plan.funds[0].unallocated_fen == 5 * K


def test_groups_that_ask_for_the_rest_too_are_either_refused_or_leave_it() -> None:
    county = register([*A_AND_B, unit("C", kind="community")], [], [fund("F", 40)])
    plan = best_plan(county, policy({"F": grouped(10, "formula")}))
    assert plan.funds[0].unallocated_fen == 10 * K


def test_groups_in_a_fund_that_the_objectives_split_are_refused() -> None:
    county = register([*A_AND_B, unit("C", kind="community")], [], [fund("F", 40)])
    spec = {**grouped(10, "unallocated"), "mode": "optimize"}
    with pytest.raises(CaseMisfit, match="amounts per group need `mode: factor`"):
        case_of(county, policy({"F": spec}))


@pytest.mark.parametrize("mode", ["factor", "optimize"])
def test_floors_above_the_fund_are_refused_in_every_mode(mode: str) -> None:
    with pytest.raises(FormulaFault, match="floors of 2 units"):
        case_of(register(A_AND_B, [], [fund("F", 9)]), policy({"F": by_formula(mode=mode, floor_yuan=5000)}))


@pytest.mark.parametrize("mode", ["factor", "optimize"])
def test_floors_may_ask_for_priority(mode: str) -> None:
    county = register([unit("A", backward=True), unit("B")], [], [fund("F", 10)])
    floors = [{"when": "priority > 1", "amount_yuan": 8000}]
    plan = best_plan(county, policy({"F": by_formula(mode=mode, floor_yuan=floors)}))
    assert grants_k(plan, "F")["A"] >= 8
    assert sum(grants_k(plan, "F").values()) == 10


def with_duty(of: str = "B", paid_by: str = "F") -> Register:
    duty = Duty(code="D", name="archives", unit=of, fund=paid_by, amount_fen=7 * K)
    return register(A_AND_B, [], [fund("F", 40, eligibility="households > 1"), fund("G", 40)], duties={"D": duty})


@pytest.mark.parametrize("mode", ["factor", "optimize"])
def test_a_duty_brings_its_money_beside_the_cap(mode: str) -> None:
    county = with_duty()
    plan = best_plan(county, policy({"F": by_formula(mode=mode, cap_yuan=12_000), "G": projects_only()}))
    assert grants_k(plan, "F") == {"A": 12, "B": 19}
    (line,) = [x for x in plan.lines if x.unit == "B"]
    assert line.parts["duty"] == 7 * K


def test_a_duty_whose_fund_has_no_formula_or_may_not_pay_its_unit_is_refused() -> None:
    funds = {"F": by_formula(), "G": projects_only()}
    with pytest.raises(CaseMisfit, match=r"carries a duty paid from fund G \(M09\)"):
        case_of(with_duty(paid_by="G"), policy(funds))
    county = with_duty()
    barred = {**county.funds, "F": fund("F", 40, eligibility='code == "A"')}
    for mode in ("factor", "optimize"):
        with pytest.raises(FormulaFault, match="carries a duty"):
            case_of(
                register(A_AND_B, [], barred.values(), duties=county.duties),
                policy({**funds, "F": by_formula(mode=mode)}),
            )


def test_a_fund_with_an_odd_fen_is_split_to_that_fen() -> None:
    county = register(A_AND_B, [project("P", "A", 5)], [fund("F", 40, carried_in_fen=1)])
    for mode in ("factor", "optimize"):
        plan = best_plan(county, policy({"F": by_formula(20, mode=mode)}))
        assert case_of(county, policy({"F": by_formula(20)})).quantum_fen == 1
        assert plan.funds[0].unallocated_fen == 0
        assert plan.funds[0].allocated_fen == 40 * K + 1


def test_a_large_fund_counted_in_single_fen_is_settled_at_once() -> None:
    """Six million yuan and a fen: 600 million quanta, which nobody may hand out one by one."""
    county = register(A_AND_B, [project("P", "A", 5)], [fund("F", 6_000, carried_in_fen=1)])
    plan = best_plan(county, policy({"F": by_formula(2000, mode="optimize")}))
    assert plan.funds[0].unallocated_fen == 0


def test_a_share_of_a_fund_for_projects_is_whole_quanta_of_the_policy() -> None:
    spec = {**by_formula(), "envelopes": {"projects_at_most_share": 0.3333, "rest": "formula"}}
    case = case_of(register(A_AND_B, [], [fund("F", 40)]), policy({"F": spec}))
    assert case.funds["F"].projects_fen == 13 * K
    assert case.quantum_fen == K


def test_a_project_of_no_benefit_is_built_when_it_fits() -> None:
    county = register(A_AND_B, [project("P", "A", 5, benefit=0)], [fund("F", 7)])
    objectives = [{"id": "benefit", "clause": "M26"}]
    assert built(best_plan(county, policy({"F": projects_only()}, objectives=objectives))) == {"P"}


def test_a_project_that_costs_nothing_more_needs_no_line_and_no_reason() -> None:
    done = project("P", "A", 5, started=True, spent_fen=5 * K)
    plan = best_plan(register(A_AND_B, [done], [fund("F", 7)]), policy({"F": projects_only()}))
    assert (plan.lines, plan.not_funded) == ((), ())


def test_a_project_takes_from_decided_grants_only_what_it_is_worth() -> None:
    """One unit has no claim but its project; the other only its grant: α decides between them."""
    units = [unit("A", households=10), unit("B", households=1000)]
    county = register(units, [project("P", "A", 20, benefit=1)], [fund("F", 40)])
    plan = best_plan(county, policy({"F": by_formula(40, mode="optimize", rest="unallocated")}))
    assert built(plan) == set()
    assert plan.not_funded == (NotFunded(project="P", reason="objective", detail="welfare"),)
    benefit_first = [{"id": "benefit", "clause": "M26"}, {"id": "welfare", "clause": "M11"}]
    plan = best_plan(county, policy({"F": by_formula(40, mode="optimize")}, objectives=benefit_first))
    assert built(plan) == {"P"}
    assert sum(grants_k(plan, "F").values()) == 20


def test_a_project_fits_though_another_fund_must_take_over_a_third_ones_bill() -> None:
    """Only G could take over from F; the search leaves both as they are when neither welfare nor benefit is asked."""
    projects = [project("X", "A", 10, purposes=("build",)), project("Y", "B", 10, purposes=("roads",))]
    funds = [fund("F", 10, purposes=("build", "roads")), fund("G", 10, purposes=("build",))]
    county = register(A_AND_B, projects, funds)
    objectives = [{"id": "shortfall", "clause": "M20"}]
    plan = best_plan(county, policy({"F": projects_only(), "G": projects_only()}, objectives=objectives))
    assert {line.line for line in plan.lines} == {"F.Y", "G.X"}


def test_units_and_projects_of_the_same_code_keep_their_lines_apart() -> None:
    units = [unit("1"), unit("2")]
    county = register(units, [project("1", "2", 5), project("2", "2", 5)], [fund("F", 40)])
    plan = best_plan(county, policy({"F": by_formula(20)}))
    assert [line.line for line in plan.lines] == ["F.1", "F.2", "F.2.1", "F.2.2"]


def test_the_order_in_which_a_register_lists_its_things_changes_nothing() -> None:
    projects = [project(f"P{i}", "A", 5, benefit=5) for i in range(4)]
    one = register(A_AND_B, projects, [fund("F", 9), fund("G", 6)])
    other = register(A_AND_B[::-1], projects[::-1], [fund("G", 6), fund("F", 9)])
    loaded = policy({"F": projects_only(), "G": projects_only()})
    assert best_plan(one, loaded) == best_plan(other, loaded)


def test_sums_too_large_for_exact_arithmetic_are_refused_with_the_cure() -> None:
    funds = [fund("F", 1, carried_in_fen=MAX_FEN - K)]
    county = register(A_AND_B, [project("P", "A", 5)], funds)
    loaded = policy({"F": by_formula(20, mode="optimize")}, quantum_yuan="0.01", welfare={"alpha": 2})
    with pytest.raises(ModelFault, match=r"beyond exact 64-bit arithmetic; give funds, costs"):
        solve_plan(case_of(county, loaded))


def test_a_share_with_many_decimals_over_large_sums_is_refused_with_the_cure() -> None:
    county = register(A_AND_B, [], [fund("F", 10**7, carried_in_fen=1)])
    rule = {"rule": "share", "where": "backward", "at_most": 0.123456789012}
    with pytest.raises(ModelFault, match="fewer decimals"):
        solve_plan(case_of(county, policy({"F": by_formula(20, mode="optimize")}, [rule])))


def test_a_fund_the_register_lacks_is_refused_by_name() -> None:
    county = register(A_AND_B, [], [fund("F", 40)])
    with pytest.raises(CaseMisfit, match=re.escape("plans with fund G, which the register does not have")):
        build_case(county, policy({"F": by_formula(), "G": by_formula()}))


@pytest.mark.parametrize("of,code", [("U", "P" * 31), ("U" * 31, "P")], ids=["project", "unit"])
def test_codes_too_long_to_name_a_line_are_refused_before_the_search(of: str, code: str) -> None:
    for money, fits in (("F" * 32, True), ("F" * 33, False)):
        county = register([unit(of)], [project(code, of, 5)], [fund(money, 40)])
        if fits:
            assert built(best_plan(county, policy({money: by_formula(5)}))) == {code}
        else:
            with pytest.raises(CaseMisfit, match="65 characters where 64 are allowed"):
                case_of(county, policy({money: by_formula(5)}))


def test_what_the_formula_is_sure_of_counts_for_welfare_and_what_projects_leave_does_not() -> None:
    county = register(A_AND_B, [], [fund("F", 40)])
    half = best_plan(county, policy({"F": by_formula(20)}))
    whole = best_plan(county, policy({"F": by_formula(0)}))
    assert half.lines == whole.lines
    assert reached(half, "welfare") < reached(whole, "welfare")
