"""Announced plans are heard: objections in their period, each answered by somebody else, none left open at approval."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.decisions import (
    AdjustLines,
    AnnouncePlan,
    AnswerObjection,
    CloseObjections,
    Deciding,
    LodgeObjection,
    ProposePlan,
    ReturnPlan,
    ReviewPlan,
    WithdrawObjection,
)
from domain.decisions.common import ReasonMissing, UnknownProject, UnknownUnit
from domain.decisions.hearing import ObjectionsOpen, ObjectionsStillPossible
from domain.decisions.objections import (
    NotTheirs,
    ObjectionSettled,
    ObjectionTaken,
    OutsideHearing,
    OwnCause,
    UnknownObjection,
)
from domain.decisions.plans import NoSuchLine, PlanInWrongState, UnknownPlan
from domain.errors import Refusal
from domain.facts.objections import ObjectionAnswered, ObjectionLodged, Outcome
from domain.facts.plans import ObjectionsClosed, PlanApproved, PlanReturned
from domain.folds import ObjectionsFold, PlanFold
from tests.domain.decisions.harness import Record, by
from tests.domain.decisions.samples import HEARD_BY, approve, draft, line, plan_of, recorded, usual_lines

ANNOUNCED_ON = date(2026, 3, 31)


def announce(record: Record, plan: str = "pl1") -> None:
    """Bring a plan before the public."""
    content = plan_of(record, *usual_lines())
    record.decide(
        draft(record, plan, content),
        ProposePlan(mandate=by(), plan=plan, plan_hash=content.plan_hash),
        ReviewPlan(mandate=by("p-reviewer", "reviewer"), plan=plan, opinion="sound"),
        AnnouncePlan(mandate=by(), plan=plan, objections_until=HEARD_BY),
    )


@pytest.fixture
def record() -> Record:
    """An announced plan, open to objections from 31 March until 10 April."""
    record = recorded()
    announce(record)
    return record


def lodge(code: str = "o1", on: date = ANNOUNCED_ON, **more: Any) -> LodgeObjection:
    fields: dict[str, Any] = {
        "plan": "pl1",
        "objector": "p-resident",
        "capacity": "resident",
        "text": "our road is worse",
        **more,
    }
    return LodgeObjection(mandate=by("p-clerk", "clerk", on=on), objection=code, **fields)


def answer(outcome: Outcome, code: str = "o1", person: str = "p-reviewer", reason: str = "measured") -> AnswerObjection:
    return AnswerObjection(mandate=by(person, "reviewer"), plan="pl1", objection=code, outcome=outcome, reason=reason)


def withdraw(code: str = "o1", person: str = "p-resident", reason: str = "explained") -> WithdrawObjection:
    return WithdrawObjection(mandate=by(person, "resident"), plan="pl1", objection=code, reason=reason)


def close(on: date = HEARD_BY) -> CloseObjections:
    return CloseObjections(mandate=by(on=on), plan="pl1")


def standing(record: Record) -> dict[str, str]:
    fold = ObjectionsFold()
    for fact in record.facts:
        fold.apply(fact)
    return {code: one.state for code, one in fold.objections.items()}


def state_of(record: Record, plan: str = "pl1") -> str | None:
    fold = PlanFold(plan)
    for fact in record.facts:
        fold.apply(fact)
    return fold.state


def test_anybody_objects_from_the_day_of_the_announcement_to_the_last_day_and_not_outside(record: Record) -> None:
    record.decide(lodge("first", ANNOUNCED_ON), lodge("last", HEARD_BY, unit="v3", project="p1", line="service.p1"))
    record.refuses(lodge("early", date(2026, 3, 30)), OutsideHearing)
    refusal = record.refuses(lodge("late", date(2026, 4, 11)), OutsideHearing)
    assert refusal.details == {
        "plan": "pl1",
        "since": ANNOUNCED_ON,
        "until": HEARD_BY,
        "on": date(2026, 4, 11),
    }


def test_an_objection_says_what_and_names_only_what_there_is(record: Record) -> None:
    record.refuses(lodge(text=" "), ReasonMissing)
    record.refuses(lodge(unit="v9"), UnknownUnit)
    record.refuses(lodge(project="p9"), UnknownProject)
    record.refuses(lodge(line="service.v1"), NoSuchLine)
    record.refuses(lodge(plan="pl9"), UnknownPlan)
    record.decide(lodge())
    record.refuses(lodge(), ObjectionTaken)


def test_only_an_announced_plan_is_objected_to(record: Record) -> None:
    record.decide(close())
    record.refuses(lodge(), PlanInWrongState)


def test_who_lodged_it_and_who_made_the_plan_do_not_answer_an_objection(record: Record) -> None:
    record.decide(lodge())
    for person in ("p-resident", "p-planner"):
        for outcome in ("upheld", "rejected"):
            record.refuses(answer(outcome, person=person), OwnCause)
    record.refuses(answer("rejected", reason=""), ReasonMissing)
    record.refuses(answer("rejected", "o9"), UnknownObjection)


def test_a_rejected_objection_leaves_the_plan_where_it_is_and_is_answered_once(record: Record) -> None:
    record.decide(lodge(), answer("rejected"))
    assert state_of(record) == "announced"
    record.refuses(answer("upheld"), ObjectionSettled)
    record.refuses(withdraw(), ObjectionSettled)
    record.decide(close())


def test_an_upheld_objection_returns_the_plan_in_the_same_decision_and_is_its_cause(record: Record) -> None:
    record.decide(lodge())
    upheld, returned = record.decide(answer("upheld"))
    assert isinstance(upheld, ObjectionAnswered)
    assert isinstance(returned, PlanReturned)
    assert returned.mandate.cause == "objection:o1"
    assert (returned.mandate.command, returned.reason) == (upheld.mandate.command, "measured")
    assert state_of(record) == "returned"


def test_what_else_was_open_lapses_with_the_plan_and_does_not_hold_up_the_next_announcement(record: Record) -> None:
    record.decide(lodge("o1"), lodge("o2"), lodge("o3"), answer("rejected", "o3"), answer("upheld", "o1"))
    assert standing(record) == {"o1": "upheld", "o2": "lapsed", "o3": "rejected"}
    record.refuses(answer("rejected", "o2"), ObjectionSettled)
    announce(record)
    record.decide(lodge("o4"), withdraw("o4"), close())


def test_a_returned_plan_takes_its_open_objections_with_it_also_when_it_is_adjusted(record: Record) -> None:
    record.decide(lodge(), ReturnPlan(mandate=by("p-leader", "leader"), plan="pl1", reason="unfair"))
    changed = plan_of(record, *usual_lines()[:4], line("service", "v2", 200_00))
    record.decide(AdjustLines(mandate=by(), plan="pl1", content=changed, reason="the road"))
    assert standing(record) == {"o1": "lapsed"}


def test_only_who_lodged_an_objection_or_took_it_down_withdraws_it(record: Record) -> None:
    record.decide(lodge("o1"), lodge("o2"))
    record.refuses(withdraw("o1", "p-planner"), NotTheirs)
    record.refuses(withdraw("o1", reason=""), ReasonMissing)
    record.decide(withdraw("o1"), withdraw("o2", "p-clerk"))
    assert set(standing(record).values()) == {"withdrawn"}


def test_objections_are_closed_when_the_period_is_over_and_every_one_has_its_answer(record: Record) -> None:
    record.decide(lodge("o1"), lodge("o2"))
    record.refuses(close(date(2026, 4, 9)), ObjectionsStillPossible)
    assert record.refuses(close(), ObjectionsOpen).details["objections"] == "o1, o2"
    record.decide(answer("rejected", "o1"))
    assert record.refuses(close(), ObjectionsOpen).details["objections"] == "o2"
    record.decide(withdraw("o2"), close())


def test_a_plan_is_not_approved_on_a_day_of_its_hearing_though_it_was_closed(record: Record) -> None:
    content = plan_of(record, *usual_lines())
    record.decide(close())
    early = approve(content)
    early.mandate = by("p-leader", "leader", on=date(2026, 4, 9))
    record.refuses(early, ObjectionsStillPossible)
    record.decide(approve(content))


def test_a_plan_is_not_approved_over_an_open_objection_whatever_let_it_get_there(record: Record) -> None:
    record.decide(lodge())
    record.facts.append(ObjectionsClosed(mandate=by(on=HEARD_BY), plan="pl1"))
    record.refuses(approve(plan_of(record, *usual_lines())), ObjectionsOpen)


STEPS = (*("lodge", "reject") * 3, *("close", "approve") * 4, "uphold", "withdraw", "return", "announce")


@given(st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 1), st.booleans()), min_size=20, max_size=40))
def test_whatever_is_tried_no_plan_is_approved_unheard(tried: list[tuple[str, int, bool]]) -> None:
    record = recorded()
    announce(record)
    for step, which, early in tried:
        code, on = f"o{which}", date(2026, 4, 9) if early else HEARD_BY
        content = plan_of(record, *usual_lines())
        steps: dict[str, Deciding] = {
            "lodge": lodge(code, on),
            "reject": answer("rejected", code),
            "uphold": answer("upheld", code),
            "withdraw": withdraw(code),
            "close": close(on),
            "approve": approve(content),
            "return": ReturnPlan(mandate=by(), plan="pl1", reason="unfair"),
        }
        try:
            if step == "announce":
                announce(record)
            else:
                record.decide(steps[step])
        except Refusal:
            continue
    must_be_heard(record)


def must_be_heard(record: Record) -> None:
    """Told by the facts alone: every objection of an approved text was settled before, every upheld one returned it."""
    settled: dict[str, str] = {}
    lodged: list[str] = []
    for at, fact in enumerate(record.facts):
        match fact:
            case ObjectionLodged():
                assert fact.objection not in lodged, "a code is given once"
                lodged.append(fact.objection)
            case PlanReturned():
                settled.update({code: settled.get(code, "lapsed") for code in lodged})
            case ObjectionAnswered():
                settled[fact.objection] = fact.outcome
                assert (fact.outcome == "upheld") == (
                    at + 1 < len(record.facts)
                    and isinstance(record.facts[at + 1], PlanReturned)
                    and record.facts[at + 1].mandate.command == fact.mandate.command
                )
            case ObjectionsClosed() | PlanApproved():
                assert fact.mandate.effective_on >= HEARD_BY
                assert set(lodged) <= set(settled) | withdrawn(record, at)
            case _:
                pass


def withdrawn(record: Record, before: int) -> set[str]:
    return {
        str(getattr(fact, "objection", ""))
        for fact in record.facts[:before]
        if fact.stored_name() == "objection.withdrawn"
    }
