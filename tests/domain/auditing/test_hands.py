"""Lines set by hand: the money that moved and what it cost, as the fact of the change says it."""

from __future__ import annotations

from domain.auditing.hands import by_hand
from domain.facts.plans import PlanLineAdjusted
from tests.domain.auditing.facts import by, recorded
from tests.domain.decisions.samples import line, plan_of
from tests.domain.decisions.samples import recorded as county


def test_a_change_by_hand_lists_what_grew_what_shrank_and_the_cost() -> None:
    old = (line("service", "v1", 300), line("service", "v2", 500), line("service", "v3", 100))
    new = (line("service", "v1", 450), line("service", "v2", 400), line("service", "v3", 100))
    fact = PlanLineAdjusted(
        mandate=by(),
        plan="pl1",
        old_lines=old,
        new_lines=new,
        content=plan_of(county(), *new),
        reason="road",
        cost={"welfare": "0.5 yuan"},
    )
    (found,) = by_hand(recorded([fact]))
    assert (found.said["raised"], found.said["lowered"]) == (("service.v1",), ("service.v2",))
    assert (found.said["more_fen"], found.said["less_fen"], found.amount_fen) == (150, 100, 150)
    assert found.said["cost.welfare"] == "0.5 yuan"
