"""Bundles: whole or not at all, cheaper together; what cannot be is refused, and what is left out has its reason."""

from __future__ import annotations

from typing import Any

import pytest

from domain.policy.faults import PolicyFaults
from domain.register import Register
from optimizer.case import CaseMisfit
from optimizer.choices import allowed_sets
from optimizer.conflicts.repairs import cheapest_repairs
from tests.optimizer.collisions import named_conflict
from tests.optimizer.forging import forged, line_of, with_amount
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
    verify,
)

BENEFIT = [{"id": "shortfall", "clause": "M20"}, {"id": "benefit", "clause": "M26"}]
A_AND_B = {"rule": "bundle", "clause": "M06", "projects": ["A1", "A2"]}


def three(money_k: int, **differs: Any) -> Register:
    """Two small projects of A that are worth much, and a larger one of B that is worth a little less than both."""
    works = [project("A1", "A", 20, benefit=9), project("A2", "A", 30, benefit=1), project("B1", "B", 25, benefit=8)]
    return register([unit("A"), unit("B")], works, [fund("F", money_k)], **differs)


def test_of_two_bundled_projects_neither_is_built_where_only_one_fits() -> None:
    alone = best_plan(three(45), policy({"F": projects_only()}, objectives=BENEFIT))
    assert built(alone) == {"A1", "B1"}
    plan = best_plan(three(45), policy({"F": projects_only()}, [A_AND_B], objectives=BENEFIT))
    assert built(plan) == {"B1"}
    assert {(n.project, n.reason, n.missing_fen) for n in plan.not_funded} == {
        ("A1", "no-money", 30 * K),
        ("A2", "no-money", 30 * K),
    }


def test_a_discount_makes_the_bundle_fit_and_is_what_the_lines_pay() -> None:
    rule = {**A_AND_B, "discount_share": 0.17}  # 3.4 and 5.1 thousand, down to whole thousands: 3 and 5
    plan = best_plan(three(42), policy({"F": projects_only()}, [rule], objectives=BENEFIT))
    assert {line.project: line.amount_fen // K for line in plan.lines} == {"A1": 17, "A2": 25}
    assert all("bundle" in line.rules for line in plan.lines)


def test_a_sum_off_is_spread_by_cost_to_the_last_quantum() -> None:
    works = [project(f"P{n}", "A", cost) for n, cost in enumerate([10, 20, 40])]
    rule = {"rule": "bundle", "where": "true", "discount_yuan": 11_500}
    plan = best_plan(register([unit("A")], works, [fund("F", 70)]), policy({"F": projects_only()}, [rule]))
    # 11 thousand: up to P0 1.6, up to P1 4.9, up to P2 11.5, each down to whole thousands
    assert {line.project: line.amount_fen // K for line in plan.lines} == {"P0": 9, "P1": 17, "P2": 33}


def test_the_verifier_refuses_a_member_at_its_full_price_and_a_bundle_torn_apart() -> None:
    county, loaded = three(90), policy({"F": projects_only()}, [{**A_AND_B, "discount_share": 0.1}])
    plan = best_plan(county, loaded)
    full = forged(county, loaded, plan, edit=lambda x: with_amount(x, 20 * K) if x.project == "A1" else x)
    assert "full-funding" in {found.rule for found in verify(county, loaded, full)}
    torn = forged(county, loaded, plan, edit=lambda x: None if x.project == "A1" else x)
    assert "bundle" in {found.rule for found in verify(county, loaded, torn)}
    assert line_of(plan, "F.A1").amount_fen == 18 * K


def test_a_bundle_that_fits_but_that_no_objective_asks_for_is_built_all_the_same() -> None:
    works = [project("A1", "A", 20, benefit=0), project("A2", "A", 20, benefit=0)]
    county = register([unit("A")], works, [fund("F", 40)])
    plan = best_plan(county, policy({"F": projects_only()}, [A_AND_B], objectives=BENEFIT))
    assert built(plan) == {"A1", "A2"}


def test_projects_of_one_category_in_neighbouring_units_make_a_bundle_and_those_further_off_another() -> None:
    units = [unit(code) for code in "ABCD"]
    works = [project(f"{code}1", code, 10, category="road", benefit=n) for n, code in enumerate("ABCD")]
    works.append(project("A2", "A", 10, category="hall", benefit=9))
    county = register(units, works, [fund("F", 30)], adjacency=(("A", "B"), ("B", "C")))
    rule = {"rule": "bundle", "category": "road", "within": "neighbours"}
    loaded = policy({"F": projects_only()}, [rule], objectives=BENEFIT)
    assert [bundle.members for bundle in case_of(county, loaded).bundles] == [("A1", "B1", "C1")]
    assert built(best_plan(county, loaded)) == {"A2", "D1"}


def test_a_bundle_that_should_be_whole_counts_the_members_left_out() -> None:
    rule = {**A_AND_B, "kind": "should"}
    floor = {"rule": "floor", "where": 'code == "A"', "amount_yuan": 20_000}
    plan = best_plan(three(45), policy({"F": projects_only()}, [rule, floor], objectives=BENEFIT))
    assert "A1" in built(plan) or "A2" in built(plan)
    assert reached(plan, "shortfall-1") == 1


def test_a_bundle_that_cannot_be_paid_collides_with_the_floor_that_needs_a_part_of_it() -> None:
    floor = {"rule": "floor", "id": "something-for-A", "where": 'code == "A"', "amount_yuan": 20_000}
    idle = {"rule": "cap", "id": "idle", "amount_yuan": 90_000}
    loaded = policy({"F": projects_only()}, [A_AND_B, idle, floor])
    assert named_conflict(three(45), loaded) == ["bundle", "something-for-A"]


def test_a_discount_makes_nothing_possible_for_the_search_of_conflicts_once_its_bundle_is_left_out() -> None:
    """25 thousand buy the bundle at half price; without the rule, floor and fund collide by themselves."""
    half = {**A_AND_B, "discount_share": 0.5}
    floor = {"rule": "floor", "id": "much-for-A", "where": 'code == "A"', "amount_yuan": 30_000}
    loaded = policy({"F": projects_only()}, [half, floor])
    assert named_conflict(three(25), loaded) == ["much-for-A"]


def test_a_bundle_with_a_discount_is_never_repaired_by_halves() -> None:
    """Half of it at half its price would be nobody's offer; the floor gives way. Without a discount the bundle may."""
    floor = {"rule": "floor", "id": "much-for-A", "where": 'code == "A"', "amount_yuan": 30_000}
    discounted = case_of(three(20), policy({"F": projects_only()}, [{**A_AND_B, "discount_share": 0.5}, floor]))
    assert {relax.rule.id for repair in cheapest_repairs(discounted) for relax in repair.relaxes} == {"much-for-A"}
    plain = case_of(three(30), policy({"F": projects_only()}, [A_AND_B, floor]))
    assert "bundle" in {relax.rule.id for repair in cheapest_repairs(plain) for relax in repair.relaxes}


def test_inside_a_unit_only_sets_with_the_whole_bundle_or_none_of_it_have_a_column() -> None:
    works = [project(code, "A", 1) for code in ("A1", "A2", "A3")] + [project("B1", "B", 1)]
    rule = {"rule": "bundle", "projects": ["A1", "A2", "B1"], "within": "county"}
    case = case_of(register([unit("A"), unit("B")], works, [fund("F", 9)]), policy({"F": projects_only()}, [rule]))
    assert list(allowed_sets(case, "A")) == [(), ("A3",), ("A1", "A2"), ("A1", "A2", "A3")]


@pytest.mark.parametrize(
    "rule,expected",
    [
        ({"projects": ["A1", "A9"]}, "A9, which the register does not have"),
        ({"projects": ["A1", "W"]}, "W, which is withdrawn, not admitted"),
        ({"projects": ["A1", "N"]}, "N, which no fund of the policy may pay for"),
        ({"projects": ["A1", "B1"]}, "several units"),
        ({"projects": ["A1", "B1"], "within": "neighbours"}, "do not border on one another"),
        ({"projects": ["V1", "V2"]}, "two variants of V"),
        ({"where": "true", "within": "county", "category": "roads"}, "perhaps road is meant"),
        ({"closes": "gate"}, "known are money, place"),
        ({"projects": ["A1", "A2"], "discount_yuan": 50_000}, "make the discount smaller"),
    ],
)
def test_a_bundle_that_cannot_be_is_refused_before_anything_is_solved(rule: dict[str, Any], expected: str) -> None:
    works = [
        project("A1", "A", 20, category="road"),
        project("A2", "A", 30),
        project("B1", "B", 25),
        project("W", "A", 5, stage="withdrawn"),
        project("N", "A", 5, purposes=("serve",)),
        project("V1", "A", 5, variant_group="V"),
        project("V2", "A", 5, variant_group="V"),
    ]
    county = register([unit("A"), unit("B")], works, [fund("F", 90)])
    with pytest.raises(CaseMisfit, match=expected):
        case_of(county, policy({"F": projects_only()}, [{"rule": "bundle", **rule}]))


def test_a_project_in_two_bundles_is_refused() -> None:
    rules = [A_AND_B, {"rule": "bundle", "id": "again", "where": 'code == "A"'}]
    with pytest.raises(CaseMisfit, match="A1 would be in two bundles"):
        case_of(three(90), policy({"F": projects_only()}, rules))


@pytest.mark.parametrize(
    "keys,expected",
    [
        ({}, "either `projects`"),
        ({"projects": ["A1"]}, "projects"),
        ({"projects": ["A1", "A1"]}, "once"),
        ({"projects": ["A1", "A2"], "category": "road"}, "either `projects`"),
        ({"category": "road", "discount_share": 0.1, "discount_yuan": 5}, "not both"),
        ({"category": "road", "discount_share": 1}, "less than 1"),
        ({"category": "road", "discount_share": 0.1, "kind": "should"}, "no discount beside"),
    ],
)
def test_a_bundle_that_says_too_little_or_too_much_is_refused(keys: dict[str, Any], expected: str) -> None:
    with pytest.raises(PolicyFaults, match=expected):
        policy({"F": projects_only()}, [{"rule": "bundle", **keys}])
