"""The joined view: every unit, sums that close, and a plan of another register refused."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.view import PARTS, ForeignPlan, add_parts, make_view, per_head
from domain.measures import Measures
from domain.plan import Plan
from domain.policy.model import Policy
from domain.register import Register
from tests.documents.county import everything, register, view

Case = tuple[Register, Policy, Plan, Measures]


def test_every_unit_is_in_the_view_also_one_that_gets_nothing(case: Case) -> None:
    county, rules, plan, measures = case
    kept = tuple(line for line in plan.lines if line.unit != "T01-02")
    found = make_view(county, rules, msgspec.structs.replace(plan, lines=kept), measures)
    assert [unit.unit.code for unit in found.units] == sorted(county.units)
    assert found.by_code["T01-02"].total_fen == 0
    assert found.by_code["T01-02"].parts == {}


@given(st.integers(1, 4), st.integers(1, 5), st.integers(0, 10**6))
def test_the_parts_of_all_units_add_up_to_what_the_funds_give_out(towns: int, each: int, seed: int) -> None:
    found = view(register(towns, each, seed=seed))
    assert sum(unit.total_fen for unit in found.units) == found.allocated_fen
    assert sum(sum(unit.parts.values()) for unit in found.units) == found.allocated_fen
    assert found.allocated_fen + found.unallocated_fen == found.amount_fen
    assert sum(fund.use.allocated_fen for fund in found.funds) == found.allocated_fen
    assert sum(line.amount_fen for fund in found.funds for line in fund.lines) == found.allocated_fen


def test_parts_stand_in_the_one_order_used_everywhere(case: Case) -> None:
    parts = add_parts(case[2].lines)
    assert list(parts) == [part for part in PARTS if part in parts]


def test_the_criteria_that_raise_a_units_priority_are_kept_with_it(case: Case) -> None:
    found = make_view(*case)
    for unit in found.units:
        held = [name for name, holds in (("backward", unit.unit.backward), ("poor", unit.unit.poor)) if holds]
        assert list(found.criteria[unit.unit.code]) == held


@pytest.mark.parametrize("what", ["unit", "fund", "project", "site", "not_funded"])
def test_a_plan_that_names_what_the_register_does_not_have_is_refused_with_its_name(case: Case, what: str) -> None:
    county, rules, plan, measures = case
    if what == "site":
        foreign = msgspec.structs.replace(plan, sites=("elsewhere",))
    elif what == "not_funded":
        entry = msgspec.structs.replace(plan.not_funded[0], project="elsewhere")
        foreign = msgspec.structs.replace(plan, not_funded=(entry,))
    else:
        line = msgspec.structs.replace(plan.lines[0], **{what: "elsewhere"})
        foreign = msgspec.structs.replace(plan, lines=(line, *plan.lines[1:]))
    with pytest.raises(ForeignPlan, match="elsewhere, which the register of grid does not have"):
        make_view(county, rules, foreign, measures)


@given(st.integers(0, 10**12), st.integers(1, 10**6))
def test_a_share_per_head_is_off_by_at_most_half_a_fen(fen: int, heads: int) -> None:
    share = per_head(fen, heads)
    assert share is not None
    assert abs(2 * share * heads - 2 * fen) <= heads


def test_nobody_to_share_with_is_no_share() -> None:
    assert per_head(100, 0) is None
    assert per_head(5, 10) == 0
    assert per_head(15, 10) == 2


def test_a_register_without_projects_gives_a_view_with_one_fund_and_no_projects() -> None:
    found = make_view(*everything(register(projects=False)))
    assert [fund.fund.code for fund in found.funds] == ["service"]
    assert found.projects == ()
    assert found.not_funded_by_reason() == {}
