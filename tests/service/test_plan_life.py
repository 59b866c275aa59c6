"""A plan's whole life through the use cases: who may do what, what a hand may change, where the money goes (M27)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from domain.decisions.approval import ProposerApproves, ProposingPostApproves
from domain.decisions.arrivals import ReceiveTranche
from domain.decisions.base import Deciding
from domain.decisions.common import FundExhausted
from domain.decisions.hearing import (
    AnnouncePlan,
    CloseObjections,
    MakerReviews,
    NoticePlan,
    ObjectionsStillPossible,
    ReturnPlan,
    ReviewPlan,
    SupersedePlan,
)
from domain.decisions.paying import Disburse, ReturnMoney, VoucherUsed
from domain.decisions.plans import CaseMoved, DraftPlan, PlanInWrongState, ProposePlan, UnknownPlan
from domain.decisions.spending import CommitmentTaken, LineExceeded, LineNotApproved, NothingOpen, ReleaseCommitment
from domain.decisions.units import CorrectUnit, StrikeOff
from domain.errors import Refusal
from domain.facts import Mandate
from domain.facts.plans import PlanLineAdjusted
from domain.hashing import plan_hash
from optimizer.adjusting import LineUnknown
from service.county import Actor, County
from service.ledger import check_views, ledger_at
from service.plan_life import HandBreaksRule, NoSuchLine, adjust, approve, commit_line, content_now, plan_now, propose
from service.plan_reading import findings, life_of, planned
from service.planning import PlanNotVerified, compute, draft_and_propose
from service.policies import adopt_policy, read_policy
from service.prepare import prepare
from service.registers import moment
from tests.service.small import (
    APPROVER,
    PLANNER,
    REVIEWER,
    TREASURER,
    edited_policy,
    small_county,
    write_policy,
    write_register,
)

PLAN = "2026-01"


@dataclass
class Life:
    """A county with a proposed plan, and shorthands for taking it further."""

    county: County
    folder: Path

    def by(self, actor: Actor, *, days_ago: int = 0) -> Mandate:
        day = self.county.today() - timedelta(days=days_ago)
        return self.county.mandate(actor, why="as it is done", effective_on=day)

    def decide(self, *decisions: Deciding) -> None:
        for decision in decisions:
            self.county.decide(decision)

    def to_objections_closed(self) -> None:
        until = self.county.today() - timedelta(days=3)
        self.decide(
            ReviewPlan(mandate=self.by(REVIEWER), plan=PLAN, opinion="sound"),
            AnnouncePlan(mandate=self.by(PLANNER, days_ago=10), plan=PLAN, objections_until=until),
            CloseObjections(mandate=self.by(PLANNER, days_ago=2), plan=PLAN),
        )

    def approved(self) -> None:
        self.to_objections_closed()
        approve(self.county, PLAN, self.by(APPROVER))

    def refuses(self, refusal: type[Refusal], deed: Callable[..., Any], *arguments: Any, **named: Any) -> Refusal:
        head = self.county.log.head()
        with pytest.raises(refusal) as caught:
            deed(*arguments, **named)
        assert self.county.log.head() == head
        assert caught.value.sentence.endswith(".")
        return caught.value


@pytest.fixture
def life(tmp_path: Path) -> Iterator[Life]:
    with small_county(tmp_path) as county:
        folder = write_register(tmp_path / "register")
        list(prepare(county, PLANNER, register=str(folder), policy=write_policy(tmp_path / "policy.yaml")))
        draft_and_propose(county, compute(county), PLANNER)
        yield Life(county, tmp_path)


def test_a_plan_goes_from_proposal_to_notice_and_its_money_to_the_payee_and_back(life: Life) -> None:
    county = life.county
    life.approved()
    life.decide(NoticePlan(mandate=life.by(PLANNER), plan=PLAN))
    commit_line(county, PLAN, "beautiful.p1", life.by(TREASURER))
    pay = Disburse(
        mandate=life.by(TREASURER),
        disbursement="d1",
        commitment=f"{PLAN}.beautiful.p1",
        amount_fen=20_000_00,
        payee="Builders & Sons",
        voucher="2026-0001",
    )
    life.decide(
        pay,
        ReturnMoney(mandate=life.by(TREASURER), disbursement="d1", amount_fen=500_00, reason="fewer bricks"),
        ReleaseCommitment(mandate=life.by(TREASURER), commitment=f"{PLAN}.beautiful.p1", reason="done for less"),
    )
    rows = {(row.fund, row.project): row for row in ledger_at(county, moment(county))}
    hall, fund = rows["beautiful", "p1"], rows["beautiful", None]
    assert (hall.committed_fen, hall.disbursed_fen, hall.returned_fen, hall.open_fen) == (
        20_000_00,
        20_000_00,
        500_00,
        0,
    )
    assert (fund.announced_fen, fund.arrived_fen, fund.free_fen) == (80_000_00, 50_000_00, 30_500_00)
    assert [step[3] for step in life_of(county, PLAN, moment(county))] == [
        "drafted",
        "proposed",
        "reviewed",
        "announced",
        "objections_closed",
        "approved",
        "noticed",
    ]
    assert life_of(county, PLAN, moment(county))[2][4] == "zhao-min@audit-reviewer"
    assert check_views(county).same
    assert findings(county, PLAN) == []


def test_names_of_persons_stand_in_no_recorded_fact(life: Life) -> None:
    life.approved()
    for _, _, data, tags, _ in life.county.log.recorder.rows():
        for actor in (PLANNER, REVIEWER, APPROVER):
            assert actor.person not in data.decode() + str(tags)


def test_who_proposed_does_not_review_and_neither_person_nor_post_approves(life: Life) -> None:
    county = life.county
    review = ReviewPlan(mandate=life.by(Actor(PLANNER.person, "audit-reviewer")), plan=PLAN, opinion="mine")
    life.refuses(MakerReviews, county.decide, review)
    life.to_objections_closed()
    same_person = life.by(Actor(PLANNER.person, APPROVER.post))
    life.refuses(ProposerApproves, approve, county, PLAN, same_person)
    same_post = life.by(Actor(APPROVER.person, PLANNER.post))
    life.refuses(ProposingPostApproves, approve, county, PLAN, same_post)
    approve(county, PLAN, life.by(APPROVER))
    assert plan_now(county, PLAN).state == "approved"


def test_no_step_is_left_out(life: Life) -> None:
    county = life.county
    life.refuses(PlanInWrongState, approve, county, PLAN, life.by(APPROVER))
    life.refuses(LineNotApproved, commit_line, county, PLAN, "service.v1", life.by(TREASURER))
    life.refuses(PlanInWrongState, county.decide, NoticePlan(mandate=life.by(PLANNER), plan=PLAN))
    life.refuses(PlanInWrongState, propose, county, PLAN, life.by(PLANNER))
    life.refuses(UnknownPlan, propose, county, "2026-99", life.by(PLANNER))
    life.decide(
        ReviewPlan(mandate=life.by(REVIEWER), plan=PLAN, opinion="sound"),
        AnnouncePlan(mandate=life.by(PLANNER), plan=PLAN, objections_until=county.today() + timedelta(days=7)),
    )
    close_early = CloseObjections(mandate=life.by(PLANNER), plan=PLAN)
    life.refuses(ObjectionsStillPossible, county.decide, close_early)


def unit_corrected(life: Life) -> None:
    life.decide(CorrectUnit(mandate=life.by(REVIEWER), unit="v5", changes={"households": 260}))


def unit_struck_off(life: Life) -> None:
    life.decide(StrikeOff(mandate=life.by(REVIEWER), unit="v1", evidence="meets again"))


def policy_superseded(life: Life) -> None:
    newer = edited_policy(("version: 1", "version: 2"), ("floor_yuan: 5000", "floor_yuan: 4000"))
    adopt_policy(life.county, read_policy(write_policy(life.folder / "v2.yaml", newer)), life.by(PLANNER))


@pytest.mark.parametrize("moves", [unit_corrected, unit_struck_off, policy_superseded])
def test_approval_is_refused_when_the_case_moved_since_the_plan_was_computed(
    life: Life, moves: Callable[[Life], None]
) -> None:
    life.to_objections_closed()
    moves(life)
    refusal = life.refuses(CaseMoved, approve, life.county, PLAN, life.by(APPROVER))
    assert "Compute the plan again" in refusal.cure


def test_money_that_arrives_does_not_move_the_case(life: Life) -> None:
    life.to_objections_closed()
    life.decide(ReceiveTranche(mandate=life.by(TREASURER), fund="beautiful", tranche="b2", arrived_on=date(2026, 7, 1)))
    approve(life.county, PLAN, life.by(APPROVER))
    assert plan_now(life.county, PLAN).state == "approved"


def test_a_returned_plan_is_drafted_anew_and_a_superseded_one_commits_nothing_more(life: Life) -> None:
    county = life.county
    life.approved()
    commit_line(county, PLAN, "service.v1", life.by(TREASURER))
    life.decide(CorrectUnit(mandate=life.by(REVIEWER), unit="v5", changes={"households": 260}))
    second = draft_and_propose(county, compute(county), PLANNER)
    assert second.plan_id == "2026-02"
    life.decide(SupersedePlan(mandate=life.by(APPROVER), plan=PLAN, by_plan="2026-02"))
    life.refuses(LineNotApproved, commit_line, county, PLAN, "service.v2", life.by(TREASURER))
    life.decide(ReturnPlan(mandate=life.by(APPROVER), plan="2026-02", reason="talk to the townships first"))
    third = draft_and_propose(county, compute(county), PLANNER)
    assert third.plan_id == "2026-03"


def test_a_commitment_counts_on_arrived_money_and_on_its_line_alone(life: Life) -> None:
    county = life.county
    life.approved()
    by = life.by
    commit_line(county, PLAN, "beautiful.p1", by(TREASURER))  # 30,000 of the 50,000 that arrived
    refusal = life.refuses(FundExhausted, commit_line, county, PLAN, "beautiful.p3", by(TREASURER))
    assert "¥20,000.00" in refusal.sentence
    assert "¥26,000.00" in refusal.sentence
    commit_line(county, PLAN, "beautiful.p2", by(TREASURER))
    life.refuses(CommitmentTaken, commit_line, county, PLAN, "beautiful.p1", by(TREASURER))
    life.refuses(LineExceeded, commit_line, county, PLAN, "beautiful.p1", by(TREASURER), commitment="again")
    life.refuses(NoSuchLine, commit_line, county, PLAN, "beautiful.p9", by(TREASURER))
    life.decide(ReceiveTranche(mandate=by(TREASURER), fund="beautiful", tranche="b2", arrived_on=date(2026, 7, 1)))
    commit_line(county, PLAN, "beautiful.p3", by(TREASURER), amount_fen=1)
    commit_line(county, PLAN, "beautiful.p3", by(TREASURER), commitment="rest")
    assert {row.free_fen for row in ledger_at(county, moment(county)) if row.fund == "beautiful" and not row.unit} == {
        6_000_00
    }


def test_a_disbursement_stays_within_its_commitment_and_a_voucher_is_paid_once(life: Life) -> None:
    county = life.county
    life.approved()
    commit_line(county, PLAN, "service.v1", life.by(TREASURER), commitment="k1")

    def pay(disbursement: str, fen: int, voucher: str) -> Disburse:
        by = life.by(TREASURER)
        return Disburse(
            mandate=by, disbursement=disbursement, commitment="k1", amount_fen=fen, payee="Li", voucher=voucher
        )

    life.refuses(NothingOpen, county.decide, pay("d1", 8_500_01, "7"))
    life.decide(pay("d1", 8_500_00, "7"))
    life.refuses(VoucherUsed, county.decide, pay("d2", 1, " ７ "))
    life.refuses(NothingOpen, county.decide, pay("d2", 1, "8"))


def test_the_same_command_twice_is_one_commitment(life: Life) -> None:
    life.approved()
    mandate = life.by(TREASURER)
    first = commit_line(life.county, PLAN, "service.v1", mandate)
    again = commit_line(life.county, PLAN, "service.v1", mandate)
    assert (again.repeated, again.position) == (True, first.position)


def test_a_line_changed_by_hand_is_verified_again_and_says_what_it_costs(life: Life) -> None:
    county = life.county
    life.decide(ReturnPlan(mandate=life.by(APPROVER), plan=PLAN, reason="village three first"))
    receipt, cost = adjust(
        county, PLAN, {"service.v1": 8_600_00, "service.v6": 10_400_00}, "the well is dry", life.by(PLANNER)
    )
    fact = receipt.recorded[0].fact
    assert isinstance(fact, PlanLineAdjusted)
    assert [(line.line, line.amount_fen) for line in fact.old_lines] == [
        ("service.v1", 8_500_00),
        ("service.v6", 10_500_00),
    ]
    assert [(line.line, line.amount_fen) for line in fact.new_lines] == [
        ("service.v1", 8_600_00),
        ("service.v6", 10_400_00),
    ]
    assert set(cost) == {"shortfall-1", "welfare", "benefit"}
    assert cost["benefit"].startswith("0")
    assert fact.cost == cost
    assert content_now(county, PLAN).by_hand == ("service.v1", "service.v6")
    assert findings(county, PLAN) == []
    propose(county, PLAN, life.by(PLANNER))
    assert plan_now(county, PLAN).state == "proposed"


def spare(county: County) -> tuple[str, int]:
    """A project of the construction fund that no site needs, and its points; which unit is the site is a draw."""
    return ("p2", 30) if "v3" in content_now(county, PLAN).sites else ("p3", 40)


def test_dropping_a_project_by_hand_costs_its_benefit(life: Life) -> None:
    county = life.county
    life.decide(ReturnPlan(mandate=life.by(APPROVER), plan=PLAN, reason="the hall can wait"))
    dropped, points = spare(county)
    _, cost = adjust(county, PLAN, {f"beautiful.{dropped}": 0}, "no ground for it", life.by(PLANNER))
    assert cost["benefit"].split()[0].partition(".")[0] == str(points)
    plan = content_now(county, PLAN)
    assert f"beautiful.{dropped}" not in {line.line for line in plan.lines}
    assert next(n for n in plan.not_funded if n.project == dropped).reason == "by-hand"
    assert planned(county, PLAN, moment(county)).computed.plan == plan


def test_a_plan_that_breaks_a_rule_is_neither_proposed_nor_approved_however_it_came_on_the_record(life: Life) -> None:
    """The bookkeeper's checks let it pass: its sums, names and hash are right. The verifier does not."""
    county = life.county
    good = content_now(county, PLAN)
    moved = {"service.v1": -4_000_00, "service.v2": 4_000_00}  # village one falls below the floor
    lines = tuple(
        replace(line, amount_fen=line.amount_fen + moved[line.line], parts={"need": line.amount_fen + moved[line.line]})
        if line.line in moved
        else line
        for line in good.lines
    )
    bad = replace(good, lines=lines, plan_hash=plan_hash(good.run.instance_hash, lines, good.sites))
    life.decide(
        ReturnPlan(mandate=life.by(APPROVER), plan=PLAN, reason="try something"),
        DraftPlan(mandate=life.by(PLANNER), plan=PLAN, content=bad, based_on=good.run.register_position),
    )
    life.refuses(PlanNotVerified, propose, county, PLAN, life.by(PLANNER))
    life.decide(ProposePlan(mandate=life.by(PLANNER), plan=PLAN, plan_hash=bad.plan_hash))
    life.to_objections_closed()
    life.refuses(PlanNotVerified, approve, county, PLAN, life.by(APPROVER))


def test_the_cost_of_a_second_hand_is_told_against_the_optimum_not_against_the_first_hand(life: Life) -> None:
    county = life.county
    life.decide(ReturnPlan(mandate=life.by(APPROVER), plan=PLAN, reason="both can wait"))
    dropped, points = spare(county)
    adjust(county, PLAN, {f"beautiful.{dropped}": 0}, "no ground for it", life.by(PLANNER))
    left = content_now(county, PLAN)
    other, unit, more = ("p6", "v6", 20) if "v4" in left.sites else ("p4", "v4", 50)
    lines = {line.line: line.amount_fen for line in left.lines}
    instead = lines[f"service.{unit}"] + lines[f"service.{other}"]
    _, cost = adjust(
        county, PLAN, {f"service.{other}": 0, f"service.{unit}": instead}, "no bank near", life.by(PLANNER)
    )
    assert cost["benefit"].split()[0].partition(".")[0] == str(points + more)


@pytest.mark.parametrize(
    "changes, refusal",
    [
        ({"service.v1": 4_900_00}, HandBreaksRule),  # below the floor
        ({"service.v1": 9_500_00}, HandBreaksRule),  # beyond the fund
        ({"beautiful.p1": 29_000_00}, HandBreaksRule),  # a half-finished hall
        ({"beautiful.p5": 12_000_00}, HandBreaksRule),  # more than is left
        ({"beautiful.p2": 0, "beautiful.p3": 0, "service.p6": 0, "service.p4": 0}, HandBreaksRule),  # no site left
        ({"service.nobody": 100}, LineUnknown),
    ],
)
def test_a_hand_that_breaks_a_rule_is_refused(life: Life, changes: dict[str, int], refusal: type[Refusal]) -> None:
    life.decide(ReturnPlan(mandate=life.by(APPROVER), plan=PLAN, reason="try something"))
    life.refuses(refusal, adjust, life.county, PLAN, changes, "because", life.by(PLANNER))


def test_a_hand_makes_its_person_a_maker_who_cannot_approve(life: Life) -> None:
    county = life.county
    life.decide(ReturnPlan(mandate=life.by(REVIEWER), plan=PLAN, reason="village three first"))
    adjust(county, PLAN, {"service.v1": 8_600_00, "service.v6": 10_400_00}, "the well is dry", life.by(APPROVER))
    propose(county, PLAN, life.by(PLANNER))
    life.to_objections_closed()
    life.refuses(ProposerApproves, approve, county, PLAN, life.by(APPROVER))
    approve(county, PLAN, life.by(Actor("sun-li", "deputy-head")))
