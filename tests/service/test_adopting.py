"""Adopting a scenario: what it decided is decided on the record by a person, in one piece, and only on what it saw."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from domain.decisions.approval import ProposerApproves
from domain.decisions.hearing import AnnouncePlan, CloseObjections, MakerReviews, ReturnPlan, ReviewPlan
from domain.decisions.plans import PlanHashDiffers
from domain.decisions.posts import RecordPost
from domain.decisions.units import AlreadyBackward, CorrectUnit
from domain.errors import Refusal
from domain.facts.plans import PlanDrafted
from domain.policy.faults import PolicyFaults
from service import planning
from service.county import Actor, County, open_county
from service.plan_life import approve, propose
from service.policies import adopt_policy, read_policy
from service.registers import import_register
from service.scenarios import adopting
from service.scenarios.adopting import NothingToAdopt, OtherPolicyFirst, RecordMovedOn, adopt
from service.scenarios.finding import Composed, read_scenario
from service.scenarios.replay import replay
from service.scenarios.running import run_scenario
from tests.service.small import APPROVER, PLANNER, REVIEWER, edited_policy, store_in, write_policy, write_register
from tests.year import YearClock

LESS = "  - {set: funds.beautiful.amount_yuan, from: 90000, to: 80000, why: revenue note}\n"
MORE = "  - {set: funds.beautiful.amount_yuan, to: 96000, why: a gift}\n"
FLOOR = "  - {set: policy.rules.nobody-below-floor.amount_yuan, to: 4000, why: a lower floor}\n"
LISTED = "  - {decide: list-backward, with: {unit: v5, reason: no meetings}, why: inspected}\n"


@contextmanager
def county_in(folder: Path, clock: YearClock | None = None) -> Iterator[County]:
    """The small county with register and policy on the record, in March 2026."""
    clock = clock or YearClock(date(2026, 3, 2))
    with open_county(store_in(folder), clock=clock) as county:
        mandate = county.mandate(PLANNER, why="begin", command="begin")
        held = import_register(county, write_register(folder / "register"), mandate).register
        policy = read_policy(write_policy(folder / "policy.yaml"), held)
        adopt_policy(county, policy, county.mandate(PLANNER, why="begin", command="policy"))
        yield county


def scenario(folder: Path, changes: str, based_on: str = "") -> Composed:
    path = folder / "asked.scenario.yaml"
    base = f"based_on: {based_on}\n" if based_on else ""
    text = f"scenario: asked\nquestion: {{zh: 问, en: What if}}\n{base}change:\n{changes}"
    path.write_text(text, encoding="utf-8")
    return read_scenario(str(path))


def rows(county: County) -> list[Any]:
    return list(county.log.recorder.entries())


def test_what_is_adopted_is_the_plan_a_run_found_and_every_fact_cites_the_scenario(tmp_path: Path) -> None:
    with county_in(tmp_path) as county:
        asked = scenario(tmp_path, MORE + FLOOR + LISTED)
        found = run_scenario(asked, county)
        before = county.log.head()
        adopted = adopt(county, asked, PLANNER, plan_hash=found.after.plan.plan_hash)
        assert adopted.plan_hash == found.after.plan.plan_hash != found.before.plan.plan_hash
        facts = [one.fact for one in county.log.facts(after=before)]
        assert len(facts) == adopted.facts
        assert {one.stored_name() for one in facts} >= {"fund.amended", "policy.adopted", "unit.listed_backward"}
        assert all(str(one.mandate.cause).endswith(f"scenario:{asked.scenario_hash}") for one in facts)
        assert {(one.mandate.person, one.mandate.post) for one in facts} == {
            (county.people.find(PLANNER.person), PLANNER.post)
        }
        assert isinstance(facts[-1], PlanDrafted)


def test_the_adopted_draft_is_proposed_heard_and_approved_like_any_other_by_other_people(tmp_path: Path) -> None:
    clock = YearClock(date(2026, 3, 2))
    with county_in(tmp_path, clock) as county:
        plan = adopt(county, scenario(tmp_path, MORE + FLOOR + LISTED), PLANNER).plan

        def by(actor: Actor) -> Any:
            return county.mandate(actor, why="as the rules say")

        propose(county, plan, by(PLANNER))
        with pytest.raises(MakerReviews):
            county.decide(ReviewPlan(mandate=by(PLANNER), plan=plan, opinion="mine is sound"))
        county.decide(ReviewPlan(mandate=by(REVIEWER), plan=plan, opinion="sound"))
        county.decide(AnnouncePlan(mandate=by(PLANNER), plan=plan, objections_until=date(2026, 3, 9)))
        clock.turn_to(date(2026, 3, 10))
        county.decide(CloseObjections(mandate=by(PLANNER), plan=plan))
        with pytest.raises(ProposerApproves):
            approve(county, plan, by(Actor(PLANNER.person, APPROVER.post)))
        assert approve(county, plan, by(APPROVER)).recorded
        told = replay(county)
        assert told.same, [(one.position, one.fate, one.refusal) for one in told.differing]


def test_a_decision_that_is_refused_leaves_the_record_as_it_was(tmp_path: Path) -> None:
    with county_in(tmp_path) as county:
        before = rows(county)
        with pytest.raises(AlreadyBackward):
            adopt(county, scenario(tmp_path, MORE + LISTED.replace("v5", "v4")), PLANNER)
        with pytest.raises(PolicyFaults):
            adopt(county, scenario(tmp_path, LESS), PLANNER)  # it says `from` another amount
        assert rows(county) == before


def test_another_plan_than_the_one_demanded_is_not_adopted(tmp_path: Path) -> None:
    with county_in(tmp_path) as county:
        before = rows(county)
        with pytest.raises(PlanHashDiffers):
            adopt(county, scenario(tmp_path, MORE), PLANNER, plan_hash="0" * 64)
        assert rows(county) == before


@pytest.mark.parametrize("based_on", ["{position: 30}", "{known_at: 2026-03-02}"])
def test_a_record_that_moved_on_since_the_scenario_was_read_is_named_and_nothing_is_adopted(
    tmp_path: Path, based_on: str
) -> None:
    clock = YearClock(date(2026, 3, 2))
    with county_in(tmp_path, clock) as county:
        assert county.log.head() == 30
        clock.turn_to(date(2026, 3, 5))
        mandate = county.mandate(REVIEWER, why="a typing error")
        county.decide(CorrectUnit(mandate=mandate, unit="v5", changes={"households": 210}))
        before = rows(county)
        with pytest.raises(RecordMovedOn) as refused:
            adopt(county, scenario(tmp_path, MORE, based_on), PLANNER)
        assert refused.value.details["what"] == "unit.corrected"
        assert (refused.value.details["based_on"], refused.value.details["position"]) == (30, 31)
        assert rows(county) == before


def recording_meanwhile(monkeypatch: pytest.MonkeyPatch, county: County, what: Any) -> list[int]:
    """While the plan is searched for the first time, somebody else records something."""
    searches: list[int] = []
    compute = planning.compute

    def slow(branch: County, **options: Any) -> Any:
        searches.append(1)
        if len(searches) == 1:
            county.decide(what)
        return compute(branch, **options)

    monkeypatch.setattr(adopting, "compute", slow)
    return searches


def test_a_register_that_moves_while_the_plan_is_searched_refuses_the_adoption(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with county_in(tmp_path) as county:
        mandate = county.mandate(REVIEWER, why="a typing error")
        correction = CorrectUnit(mandate=mandate, unit="v5", changes={"households": 210})
        recording_meanwhile(monkeypatch, county, correction)
        with pytest.raises(RecordMovedOn) as refused:
            adopt(county, scenario(tmp_path, MORE), PLANNER)
        assert refused.value.details["what"] == "unit.corrected"
        assert county.log.head() == 31, "the correction alone"


def test_what_is_no_matter_of_the_case_does_not_stand_in_the_way_and_nothing_is_searched_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with county_in(tmp_path) as county:
        post = RecordPost(
            mandate=county.mandate(REVIEWER, why="new"), post="auditor", name_zh="审计", name_en="Auditor"
        )
        searches = recording_meanwhile(monkeypatch, county, post)
        asked = scenario(tmp_path, MORE + LISTED)
        adopted = adopt(county, asked, PLANNER)
        assert searches == [1]
        assert county.log.head() == 31 + adopted.facts
        mandate = county.mandate(PLANNER, why="as found")
        assert propose(county, adopted.plan, mandate).recorded, "it still verifies against what it was computed from"


def test_adopting_the_same_once_more_is_the_draft_there_is(tmp_path: Path) -> None:
    with county_in(tmp_path) as county:
        asked = scenario(tmp_path, MORE)
        first = adopt(county, asked, PLANNER)
        before = rows(county)
        again = adopt(county, asked, PLANNER)
        assert (again.plan, again.plan_hash, again.position, again.facts) == (
            first.plan,
            first.plan_hash,
            first.position,
            0,
        )
        assert rows(county) == before


def test_a_change_that_builds_on_what_it_finds_is_not_made_twice(tmp_path: Path) -> None:
    with county_in(tmp_path) as county:
        asked = scenario(tmp_path, "  - {scale: funds.beautiful.amount_yuan, by: 1.2, why: a fifth more}\n")
        adopt(county, asked, PLANNER)
        before = rows(county)
        with pytest.raises(Refusal) as refused:
            adopt(county, asked, PLANNER)
        assert refused.value.code == "command-reused"
        assert rows(county) == before


def test_what_is_not_based_on_the_record_or_on_its_policy_is_not_adopted(tmp_path: Path) -> None:
    with county_in(tmp_path) as county:
        before = rows(county)
        with pytest.raises(NothingToAdopt):
            adopt(county, scenario(tmp_path, MORE, "{register: x-county}"), PLANNER)
        write_policy(tmp_path / "other.yaml", edited_policy(("version: 1", "version: 2")))
        with pytest.raises(OtherPolicyFirst):
            adopt(county, scenario(tmp_path, MORE, "{policy: other.yaml}"), PLANNER)
        assert rows(county) == before


def test_a_returned_draft_is_not_taken_for_the_one_adopted_again(tmp_path: Path) -> None:
    with county_in(tmp_path) as county:
        asked = scenario(tmp_path, MORE)
        first = adopt(county, asked, PLANNER)
        propose(county, first.plan, county.mandate(PLANNER, why="as found"))
        county.decide(ReturnPlan(mandate=county.mandate(APPROVER), plan=first.plan, reason="read it to us again"))
        again = adopt(county, asked, PLANNER)
        assert again.plan != first.plan
        assert (again.plan_hash, again.facts) == (first.plan_hash, 1)
