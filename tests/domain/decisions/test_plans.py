"""A plan is drafted, changed by hand, proposed, reviewed, announced, heard and returned; every step in its order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from domain.decisions import (
    AdjustLines,
    AmendFund,
    AnnouncePlan,
    CloseFund,
    CloseObjections,
    CorrectUnit,
    Deciding,
    DraftPlan,
    NoticePlan,
    ProposePlan,
    ReceiveTranche,
    RefusePool,
    ReturnPlan,
    ReviewPlan,
    SupersedePlan,
    WithdrawProject,
)
from domain.decisions.common import NothingChanged, ReasonMissing
from domain.decisions.hearing import MakerReviews, ObjectionsStillPossible, PeriodTooShort
from domain.decisions.plan_content import (
    PlanDoesNotAddUp,
    PlanHashWrong,
    PlanNamesUnknown,
    PlanOverCost,
    PlanOverFund,
)
from domain.decisions.plans import (
    CaseMoved,
    DraftByHand,
    PlanHashDiffers,
    PlanInWrongState,
    PolicyNotAdopted,
    UnknownPlan,
)
from domain.facts.plans import PlanLineAdjusted
from domain.plan import Plan, PlanLine
from tests.domain.decisions.harness import Record, by
from tests.domain.decisions.samples import YUAN, adopt, approved, draft, line, plan_of, recorded, usual_lines

UNTIL = date(2026, 4, 10)


@pytest.fixture
def record() -> Record:
    return recorded()


MOVES: dict[str, Callable[[], Deciding]] = {
    "a unit corrected": lambda: CorrectUnit(mandate=by(), unit="v2", changes={"households": 99}),
    "a fund amended": lambda: AmendFund(mandate=by(), fund="beautiful", new_amount_fen=1_100 * YUAN),
    "a project withdrawn": lambda: WithdrawProject(mandate=by(), project="p2"),
    "a department refusing": lambda: RefusePool(mandate=by(), fund="service", reason="law"),
    "a policy adopted": lambda: adopt(2),
}


@pytest.mark.parametrize("moves", MOVES.values(), ids=MOVES.keys())
def test_a_plan_whose_case_moved_is_neither_drafted_nor_adjusted_nor_proposed(
    record: Record, moves: Callable[[], Deciding]
) -> None:
    late, content = plan_of(record, *usual_lines()), plan_of(record, *usual_lines()[:3])
    record.decide(draft(record, content=content), moves())
    record.refuses(draft(record, "pl2", late), CaseMoved)
    record.refuses(DraftPlan(mandate=by(), plan="pl2", content=late, based_on=99), CaseMoved)
    record.refuses(AdjustLines(mandate=by(), plan="pl1", content=late, reason="wish"), CaseMoved)
    refusal = record.refuses(ProposePlan(mandate=by(), plan="pl1", plan_hash=content.plan_hash), CaseMoved)
    assert refusal.details["position"] == len(record.facts)


def test_a_draft_with_lines_set_by_hand_is_refused(record: Record) -> None:
    content = plan_of(record, *usual_lines())
    by_hand = replace(content, by_hand=(content.lines[0].line,))
    record.refuses(
        DraftPlan(mandate=by(), plan="pl1", content=by_hand, based_on=content.run.register_position), DraftByHand
    )


def test_money_that_arrives_does_not_move_the_case(record: Record) -> None:
    content = plan_of(record, *usual_lines())
    record.decide(ReceiveTranche(mandate=by(), fund="beautiful", tranche="b2", arrived_on=date(2026, 3, 1)))
    record.decide(draft(record, content=content))
    assert record.facts[-1].stored_name() == "plan.drafted"


def test_a_plan_under_another_policy_is_not_drafted(record: Record) -> None:
    record.refuses(draft(record, content=plan_of(record, policy_hash="other")), PolicyNotAdopted)
    record.refuses(draft(record, content=plan_of(record, policy_version=2)), PolicyNotAdopted)


def one_fen_more(of: PlanLine) -> PlanLine:
    return replace(of, amount_fen=of.amount_fen + 1)


UNSOUND: dict[str, tuple[type[Exception], Callable[[Plan], Plan]]] = {
    "a line that is not its parts": (
        PlanDoesNotAddUp,
        lambda p: replace(p, lines=(one_fen_more(p.lines[0]), *p.lines[1:])),
    ),
    "a fund that is not its lines": (PlanDoesNotAddUp, lambda p: replace(p, lines=p.lines[1:])),
    "a line of a fund left out": (PlanDoesNotAddUp, lambda p: replace(p, funds=p.funds[1:])),
    "two lines of one name": (PlanNamesUnknown, lambda p: replace(p, lines=(*p.lines, p.lines[0]))),
    "a site nobody hashed": (PlanHashWrong, lambda p: replace(p, sites=("v1",))),
}


@pytest.mark.parametrize("refusal,damage", UNSOUND.values(), ids=UNSOUND.keys())
def test_a_plan_that_does_not_hang_together_is_refused(record: Record, refusal: Any, damage: Any) -> None:
    record.refuses(draft(record, content=damage(plan_of(record, *usual_lines()))), refusal)


@pytest.mark.parametrize(
    "wrong",
    [
        line("beautiful", "v9", 1),
        line("beautiful", "v1", 1, "p9"),
        line("beautiful", "v1", 1, "p2"),
    ],
    ids=["a unit not registered", "a project not in the library", "a project of another unit"],
)
def test_a_plan_gives_only_to_what_is_on_the_record(record: Record, wrong: PlanLine) -> None:
    record.refuses(draft(record, content=plan_of(record, wrong)), PlanNamesUnknown)


def test_a_plan_takes_from_no_fund_that_is_closed_or_outside_the_pool(record: Record) -> None:
    record.decide(RefusePool(mandate=by(), fund="service", reason="law"))
    record.refuses(draft(record, content=plan_of(record, line("service", "v3", 1))), PlanNamesUnknown)
    record.decide(CloseFund(mandate=by(), fund="beautiful", reason="year over"))
    record.refuses(draft(record, content=plan_of(record, line("beautiful", "v3", 1))), PlanNamesUnknown)


def test_a_plan_one_fen_over_its_fund_or_over_a_project_is_refused(record: Record) -> None:
    over_fund = plan_of(record, line("service", "v3", 400 * YUAN + 1))
    record.refuses(draft(record, content=over_fund), PlanOverFund)
    over_cost = plan_of(record, line("beautiful", "v2", 300 * YUAN, "p2"), line("service", "v2", 1, "p2"))
    record.refuses(draft(record, content=over_cost), PlanOverCost)


def test_an_adjustment_states_its_reason_its_cost_and_the_lines_that_changed(record: Record) -> None:
    record.decide(draft(record))
    content = plan_of(record, *usual_lines()[:4], line("service", "v2", 200 * YUAN))
    adjust = AdjustLines(mandate=by(), plan="pl1", content=content, reason="flood in v2", cost={"benefit": "1 point"})
    record.refuses(replace_reason(adjust, ""), ReasonMissing)
    [fact] = record.decide(adjust)
    assert isinstance(fact, PlanLineAdjusted)
    assert [one.line for one in fact.old_lines] == ["service.v3"]
    assert [one.line for one in fact.new_lines] == ["service.v2"]
    assert fact.cost == {"benefit": "1 point"}
    record.refuses(AdjustLines(mandate=by(), plan="pl1", content=content, reason="again"), NothingChanged)
    record.refuses(AdjustLines(mandate=by(), plan="pl9", content=content, reason="flood"), UnknownPlan)


def replace_reason(adjust: AdjustLines, reason: str) -> AdjustLines:
    return AdjustLines(mandate=by(), plan=adjust.plan, content=adjust.content, reason=reason)


def test_a_plan_is_proposed_by_the_hash_it_stands_at(record: Record) -> None:
    record.decide(draft(record))
    record.refuses(ProposePlan(mandate=by(), plan="pl1", plan_hash="other"), PlanHashDiffers)
    record.refuses(ProposePlan(mandate=by(), plan="pl9", plan_hash="other"), UnknownPlan)


def test_who_drafted_adjusted_or_proposed_a_plan_does_not_review_it(record: Record) -> None:
    content = plan_of(record, *usual_lines())
    record.decide(
        DraftPlan(mandate=by("ann"), plan="pl1", content=plan_of(record), based_on=content.run.register_position),
        AdjustLines(mandate=by("bob"), plan="pl1", content=content, reason="flood"),
        ProposePlan(mandate=by("cid"), plan="pl1", plan_hash=content.plan_hash),
    )
    for maker in ("ann", "bob", "cid"):
        record.refuses(ReviewPlan(mandate=by(maker, "reviewer"), plan="pl1", opinion="fine"), MakerReviews)
    record.refuses(ReviewPlan(mandate=by("dan"), plan="pl1", opinion=""), ReasonMissing)
    record.decide(ReviewPlan(mandate=by("dan"), plan="pl1", opinion="fine"))


def test_objections_have_their_time_and_are_not_closed_before_it_is_over(record: Record) -> None:
    content = plan_of(record, *usual_lines())
    record.decide(
        draft(record, content=content),
        ProposePlan(mandate=by(), plan="pl1", plan_hash=content.plan_hash),
        ReviewPlan(mandate=by("dan"), plan="pl1", opinion="fine"),
    )
    record.refuses(AnnouncePlan(mandate=by(), plan="pl1", objections_until=date(2026, 3, 31)), PeriodTooShort)
    record.decide(AnnouncePlan(mandate=by(), plan="pl1", objections_until=UNTIL))
    record.refuses(CloseObjections(mandate=by(on=date(2026, 4, 9)), plan="pl1"), ObjectionsStillPossible)
    record.decide(CloseObjections(mandate=by(on=UNTIL), plan="pl1"))


def test_no_step_of_a_plan_is_left_out_or_taken_twice(record: Record) -> None:
    content = plan_of(record, *usual_lines())
    steps: list[Deciding] = [
        draft(record, content=content),
        ProposePlan(mandate=by(), plan="pl1", plan_hash=content.plan_hash),
        ReviewPlan(mandate=by("dan"), plan="pl1", opinion="fine"),
        AnnouncePlan(mandate=by(), plan="pl1", objections_until=UNTIL),
        CloseObjections(mandate=by(on=UNTIL), plan="pl1"),
    ]
    for done, step in enumerate(steps):
        for other in steps[done + 1 :]:
            record.refuses(other, UnknownPlan if done == 0 else PlanInWrongState)
        record.decide(step)
        for earlier in steps[: done + 1] if done else []:
            again = earlier.fresh()
            again.mandate = by("dan", on=UNTIL)
            record.refuses(again, PlanInWrongState)
    record.refuses(NoticePlan(mandate=by(), plan="pl1"), PlanInWrongState)


def test_a_returned_plan_is_drafted_or_adjusted_anew_and_loses_its_way_so_far(record: Record) -> None:
    content = plan_of(record, *usual_lines())
    record.decide(draft(record, content=content))
    record.refuses(ReturnPlan(mandate=by(), plan="pl1", reason="unfair"), PlanInWrongState)
    record.decide(ProposePlan(mandate=by(), plan="pl1", plan_hash=content.plan_hash))
    record.refuses(ReturnPlan(mandate=by(), plan="pl1", reason=""), ReasonMissing)
    record.decide(ReturnPlan(mandate=by("p-leader", "leader"), plan="pl1", reason="unfair"))
    record.refuses(ProposePlan(mandate=by(), plan="pl1", plan_hash=content.plan_hash), PlanInWrongState)
    record.decide(draft(record, content=plan_of(record, *usual_lines()[:3])))


def test_a_plan_in_force_gives_way_only_to_another_that_was_proposed(record: Record) -> None:
    approved(record)
    rival = plan_of(record)
    record.refuses(SupersedePlan(mandate=by(), plan="pl1", by_plan="pl2"), UnknownPlan)
    record.decide(draft(record, "pl2", rival))
    record.refuses(SupersedePlan(mandate=by(), plan="pl1", by_plan="pl2"), PlanInWrongState)
    record.refuses(SupersedePlan(mandate=by(), plan="pl1", by_plan="pl1"), PlanInWrongState)
    record.refuses(SupersedePlan(mandate=by(), plan="pl2", by_plan="pl1"), PlanInWrongState)
    record.decide(
        ProposePlan(mandate=by(), plan="pl2", plan_hash=rival.plan_hash),
        NoticePlan(mandate=by(), plan="pl1"),
        SupersedePlan(mandate=by(), plan="pl1", by_plan="pl2"),
    )
    record.refuses(NoticePlan(mandate=by(), plan="pl1"), PlanInWrongState)
