"""A plan whose policy counts on pledges may give more than is announced, never more than was pledged (M07, M10)."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from domain.decisions.plan_content import PlanOverFund
from domain.facts.plans import PlanApproved
from domain.plan import FundUse, Plan, PlanLine
from domain.register import Pledge
from tests.domain.decisions.harness import Record
from tests.domain.decisions.samples import (
    YUAN,
    approve,
    county,
    draft,
    fund,
    line,
    plan_of,
    recorded,
    to_objections_closed,
)

PLEDGES = (
    Pledge(code="g1", by="a school", kind="money", amount_fen=100 * YUAN, arrived_fen=20 * YUAN),
    Pledge(code="g2", by="a firm", kind="in_kind", amount_fen=900 * YUAN),
)


def record() -> Record:
    """`beautiful` has 1,000 yuan announced and 100 more pledged in money."""
    return recorded(county(funds={"beautiful": fund(pledges=PLEDGES)}))


def counting(found: Record, total_yuan: int, *lines: PlanLine) -> Plan:
    """A plan that states so much money for the fund."""
    plan = plan_of(found, *lines)
    given = sum(one.amount_fen for one in lines)
    use = FundUse(
        fund="beautiful",
        amount_fen=total_yuan * YUAN,
        allocated_fen=given,
        unallocated_fen=total_yuan * YUAN - given,
    )
    return replace(plan, funds=(use,))


def test_a_plan_that_counts_on_pledges_is_drafted_and_approved() -> None:
    found = record()
    content = to_objections_closed(found, content=counting(found, 1_080, line("beautiful", "v1", 1_080 * YUAN)))
    found.decide(approve(content))
    assert isinstance(found.facts[-1], PlanApproved)


@pytest.mark.parametrize(
    "stated,given,may_give",
    [(1_000, 1_080, 1_000), (1_080, 1_081, 1_080), (1_500, 1_101, 1_100)],
)
def test_a_plan_gives_no_more_than_it_counts_on_and_no_more_than_all_that_was_pledged_in_money(
    stated: int, given: int, may_give: int
) -> None:
    found = record()
    content = counting(found, stated, line("beautiful", "v1", given * YUAN))
    with pytest.raises(PlanOverFund) as refused:
        found.decide(draft(found, content=content))
    assert refused.value.details["plannable_fen"] == may_give * YUAN


def test_two_plans_together_stay_within_what_the_second_counts_on() -> None:
    found = record()
    first = to_objections_closed(found, "pl1", counting(found, 1_080, line("beautiful", "v1", 600 * YUAN)))
    found.decide(approve(first, "pl1"))
    second = to_objections_closed(found, "pl2", counting(found, 1_080, line("beautiful", "v2", 500 * YUAN)))
    with pytest.raises(PlanOverFund):
        found.decide(approve(second, "pl2"))
