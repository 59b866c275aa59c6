"""Promoting a branch: its decisions become decisions of the record, all or none, nobody's duty done by another."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import msgspec
import pytest

import service.promotion
from domain.decisions.approval import ApprovePlan, ProposerApproves
from domain.decisions.arrivals import ReceiveTranche
from domain.decisions.hearing import AnnouncePlan, CloseObjections, PeriodTooShort, ReviewPlan
from domain.decisions.plans import DraftPlan
from domain.decisions.stored import DecisionUnknown, DecisionUnreadable
from domain.decisions.units import AssessUnit, CorrectUnit, ListBackward
from domain.errors import Refusal
from domain.facts.plans import PlanDrafted
from history.branch_log import BranchLog
from history.log import Log, Receipt
from optimizer.adjusting import adjusted
from optimizer.case import build_case
from service.branches import open_branch, start_branch
from service.county import Actor, County, open_county
from service.plan_life import approve, content_now
from service.plan_reading import standing
from service.planning import PlanNotVerified, compute, draft_and_propose
from service.policies import adopt_policy, read_policy
from service.promotion import (
    BranchIncomplete,
    DecidedByAnother,
    LiveMovedOn,
    NothingToPromote,
    PromotedAlready,
    promote,
)
from service.registers import import_register, moment, register_at
from tests.postgres_server import Server
from tests.service.small import APPROVER, PLANNER, REVIEWER, TREASURER, store_in, write_policy, write_register
from tests.year import YearClock


@contextmanager
def branched(folder: Path, clock: YearClock | None = None, store: str | None = None) -> Iterator[County]:
    """The small county in January 2026 with a branch `wenn` on its last position."""
    with open_county(store or store_in(folder), clock=clock or YearClock()) as county:
        held = import_register(county, write_register(folder / "register"), county.mandate(PLANNER)).register
        adopt_policy(county, read_policy(write_policy(folder / "policy.yaml"), held), county.mandate(PLANNER))
        start_branch(county, "wenn", PLANNER, "why not")
        yield county


def list_backward(county: County, unit: str = "v2", by: Actor = PLANNER) -> Receipt:
    return county.decide(ListBackward(mandate=county.mandate(by, why="seen"), unit=unit, reason="weak"))


def arrive(county: County) -> Receipt:
    day = date(2026, 1, 10)
    return county.decide(
        ReceiveTranche(mandate=county.mandate(TREASURER), fund="beautiful", tranche="b2", arrived_on=day)
    )


def refused(county: County, kind: type[Refusal], by: Actor = PLANNER) -> Refusal:
    """The refusal a promotion raises; nothing may have been recorded."""
    before = list(county.log.facts())
    with pytest.raises(kind) as caught:
        promote(county, "wenn", by)
    assert list(county.log.facts()) == before
    return caught.value


def test_a_plan_made_on_a_branch_goes_its_way_on_the_record_also_when_other_facts_came_between(tmp_path: Path) -> None:
    clock = YearClock()
    with branched(tmp_path, clock) as county:
        with open_branch(county, "wenn") as branch:
            list_backward(branch)
            planned = draft_and_propose(branch, compute(branch), PLANNER)
        arrive(county)  # no plan was computed from it, so that it moves positions and nothing else
        clock.turn_to(date(2026, 2, 2))
        receipt = promote(county, "wenn", PLANNER)
        assert [one.fact.stored_name() for one in receipt.recorded] == [
            "unit.listed_backward",
            "plan.drafted",
            "plan.proposed",
        ]
        listed, drafted, _ = receipt.recorded
        assert isinstance(drafted.fact, PlanDrafted)
        assert drafted.fact.content.run.register_position == listed.position == county.log.head() - 2
        assert content_now(county, planned.plan_id).plan_hash == planned.computed.plan.plan_hash
        assert {one.fact.mandate.cause for one in receipt.recorded} == {listed.fact.mandate.cause}
        assert str(listed.fact.mandate.cause).startswith("branch:wenn:")
        assert (listed.fact.mandate.why, listed.fact.mandate.person) == ("seen", county.people.id_of(PLANNER.person))

        plan = planned.plan_id
        county.decide(ReviewPlan(mandate=county.mandate(REVIEWER), plan=plan, opinion="sound"))
        county.decide(AnnouncePlan(mandate=county.mandate(PLANNER), plan=plan, objections_until=date(2026, 2, 9)))
        clock.turn_to(date(2026, 2, 10))
        county.decide(CloseObjections(mandate=county.mandate(PLANNER), plan=plan))
        approve(county, plan, county.mandate(APPROVER))


def test_the_same_record_comes_of_deciding_on_it_and_of_promoting_what_was_decided_on_a_branch(tmp_path: Path) -> None:
    def decide(county: County) -> None:
        list_backward(county)
        county.decide(AssessUnit(mandate=county.mandate(PLANNER), unit="v3", changes={"stars": 5}))
        draft_and_propose(county, compute(county), PLANNER)

    with branched(tmp_path) as county:
        with open_branch(county, "wenn") as branch:
            decide(branch)
        promote(county, "wenn", PLANNER)
        promoted = [(type(one.fact), one.fact.tags()[:-1]) for one in county.log.facts()]
        register = register_at(county, moment(county))
    (tmp_path / "straight").mkdir()
    with branched(tmp_path / "straight") as county:
        decide(county)
        assert [(type(one.fact), one.fact.tags()[:-1]) for one in county.log.facts()] == promoted
        assert register_at(county, moment(county)) == register


def test_it_is_refused_naming_the_decision_and_the_fact_that_moved_on_with_nothing_recorded(tmp_path: Path) -> None:
    with branched(tmp_path) as county:
        with open_branch(county, "wenn") as branch:
            list_backward(branch, "v3")
            list_backward(branch, "v2")
        county.decide(CorrectUnit(mandate=county.mandate(PLANNER), unit="v2", changes={"households": 9}))
        refusal = refused(county, LiveMovedOn)
        assert refusal.details == {
            "branch": "wenn",
            "number": 2,
            "decision": "list backward",
            "fact": "unit.corrected",
            "position": county.log.head(),
            "base": county.log.head() - 1,
        }


def test_what_another_person_or_the_same_in_another_post_decided_is_not_promoted(tmp_path: Path) -> None:
    with branched(tmp_path) as county:
        with open_branch(county, "wenn") as branch:
            list_backward(branch, "v3")
            list_backward(branch, "v2", by=Actor(PLANNER.person, "other-post"))
        refusal = refused(county, DecidedByAnother)
        assert (refusal.details["number"], refusal.details["who"]) == (2, f"{PLANNER.person}@other-post")
        refused(county, DecidedByAnother, by=REVIEWER)


def test_nobody_takes_all_the_turns_of_a_plan_on_a_branch_and_promotes_them(tmp_path: Path) -> None:
    """Pretending to be the reviewer works on a branch; it carries over to the record for nobody."""
    with branched(tmp_path) as county:
        with open_branch(county, "wenn") as branch:
            plan = draft_and_propose(branch, compute(branch), PLANNER).plan_id
            branch.decide(ReviewPlan(mandate=branch.mandate(REVIEWER), plan=plan, opinion="sound"))
        for pretender in (PLANNER, REVIEWER):
            refused(county, DecidedByAnother, by=pretender)


def test_who_drafted_on_a_branch_is_the_maker_on_the_record(tmp_path: Path) -> None:
    clock = YearClock()
    with branched(tmp_path, clock) as county:
        with open_branch(county, "wenn") as branch:
            plan = draft_and_propose(branch, compute(branch), PLANNER).plan_id
        promote(county, "wenn", PLANNER)
        county.decide(ReviewPlan(mandate=county.mandate(REVIEWER), plan=plan, opinion="sound"))
        until = date(2026, 1, 20)
        county.decide(AnnouncePlan(mandate=county.mandate(REVIEWER), plan=plan, objections_until=until))
        clock.turn_to(date(2026, 1, 21))
        county.decide(CloseObjections(mandate=county.mandate(REVIEWER), plan=plan))
        standing = content_now(county, plan).plan_hash
        with pytest.raises(ProposerApproves):
            county.decide(ApprovePlan(mandate=county.mandate(PLANNER), plan=plan, plan_hash=standing))


def test_what_counted_from_its_own_day_counts_from_the_day_of_promotion_and_a_stated_day_stays(tmp_path: Path) -> None:
    clock = YearClock(date(2026, 1, 12))
    with branched(tmp_path, clock) as county:
        with open_branch(county, "wenn") as branch:
            list_backward(branch, "v3")
            late = branch.mandate(PLANNER, why="found late", effective_on=date(2025, 12, 31))
            branch.decide(ListBackward(mandate=late, unit="v2", reason="weak"))
        clock.turn_to(date(2026, 3, 1))
        receipt = promote(county, "wenn", PLANNER)
        assert [one.fact.mandate.effective_on for one in receipt.recorded] == [date(2026, 3, 1), date(2025, 12, 31)]


def test_an_announcement_nobody_could_read_does_not_count_as_one(tmp_path: Path) -> None:
    """Announced on a branch in January, promoted when its period is over: on the record the period begins then."""
    clock = YearClock()
    with branched(tmp_path, clock) as county:
        plan = draft_and_propose(county, compute(county), PLANNER).plan_id
        county.decide(ReviewPlan(mandate=county.mandate(REVIEWER), plan=plan, opinion="sound"))
        start_branch(county, "quiet", PLANNER, "nobody looks here")
        with open_branch(county, "quiet") as branch:
            until = date(2026, 1, 20)
            branch.decide(AnnouncePlan(mandate=branch.mandate(PLANNER), plan=plan, objections_until=until))
            clock.turn_to(date(2026, 1, 21))
            branch.decide(CloseObjections(mandate=branch.mandate(PLANNER), plan=plan))
        before = county.log.head()
        with pytest.raises(PeriodTooShort):
            promote(county, "quiet", PLANNER)
        assert county.log.head() == before


def test_a_branch_is_promoted_once_and_an_empty_one_not_at_all(tmp_path: Path) -> None:
    with branched(tmp_path) as county:
        refused(county, NothingToPromote)
        with open_branch(county, "wenn") as branch:
            list_backward(branch)
        done = promote(county, "wenn", PLANNER)
        refusal = refused(county, PromotedAlready)
        assert refusal.details["position"] == done.position


def test_facts_that_come_in_while_it_is_rehearsed_make_it_start_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with branched(tmp_path) as county:
        with open_branch(county, "wenn") as branch:
            list_backward(branch)
        usual, lost = service.promotion.append_to, []

        def outrun(live: Log, rehearsal: BranchLog) -> Receipt | None:
            if not lost:
                lost.append(arrive(county).position)
            return usual(live, rehearsal)

        monkeypatch.setattr(service.promotion, "append_to", outrun)
        assert promote(county, "wenn", PLANNER).position == lost[0] + 1
        assert county.views.position() == county.log.head()


@pytest.mark.parametrize(
    "statement,kind",
    [
        ("UPDATE decisions SET name = 'os.system'", DecisionUnknown),
        ("UPDATE decisions SET arguments = '{}'", DecisionUnreadable),
        ("UPDATE decisions SET arguments = json_set(arguments, '$.further', 1)", DecisionUnreadable),
        ("UPDATE decisions SET arguments = json_set(arguments, '$.based_on', 'x') WHERE name = 'DraftPlan'", Refusal),
        ("DELETE FROM decisions WHERE number = 1", BranchIncomplete),
        ("DELETE FROM decisions WHERE number = 2", BranchIncomplete),
        ("UPDATE decisions SET arguments = replace(arguments, 'c-list', 'c-else') WHERE number = 1", BranchIncomplete),
        ("UPDATE decisions SET facts = 9 WHERE number = 3", BranchIncomplete),
    ],
)
def test_a_branch_whose_file_was_altered_is_refused(tmp_path: Path, statement: str, kind: type[Refusal]) -> None:
    with branched(tmp_path) as county:
        with open_branch(county, "wenn") as branch:
            listing = branch.mandate(PLANNER, command="c-list")
            branch.decide(ListBackward(mandate=listing, unit="v2", reason="weak"))
            draft_and_propose(branch, compute(branch), PLANNER)
        with sqlite3.connect(tmp_path / "county.branches" / "wenn.db") as raw:
            raw.execute(statement)
        raw.close()
        refused(county, kind)


def test_a_forged_plan_on_a_branch_meets_the_verifier(tmp_path: Path) -> None:
    """A plan of its own making whose sums and hash are right, but which breaks the floor, reaches no record."""
    with branched(tmp_path) as county:
        with open_branch(county, "wenn") as branch:
            computed = compute(branch)
            case = build_case(computed.register, computed.loaded)
            lowered = adjusted(case, computed.plan, {"service.v3": 100_000, "service.v2": 1_000_000})
            forged = msgspec.structs.replace(lowered, by_hand=())
            branch.decide(
                DraftPlan(
                    mandate=branch.mandate(PLANNER), plan="f", content=forged, based_on=forged.run.register_position
                )
            )
        refused(county, PlanNotVerified)


@pytest.mark.postgres
def test_a_branch_of_a_store_on_a_server_is_kept_here_and_promoted_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, postgres_server: Server
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    with branched(tmp_path, store=f"{postgres_server.url()}?schema=promoted") as county:
        with open_branch(county, "wenn") as branch:
            list_backward(branch)
            planned = draft_and_propose(branch, compute(branch), PLANNER)
            assert [plan for plan, *_ in standing(branch, moment(branch))] == [planned.plan_id]
        assert len(list((tmp_path / "data").rglob("wenn.db"))) == 1
        arrive(county)
        receipt = promote(county, "wenn", PLANNER)
        assert [one.position for one in receipt.recorded] == [county.log.head() - 2 + n for n in range(3)]
        assert standing(county, moment(county))[0][:2] == (planned.plan_id, "proposed")
