"""Counterfactual history: the small county's year told again, under what it was decided under and under other rules."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from pathlib import Path

import pytest

from domain.counterfactual import Counterfactual, Retold
from domain.facts.plans import PlanLineAdjusted
from domain.facts.spending import LineCommitted
from history.log import Recorded
from service.branches import open_branch
from service.hearing import answer, lodge
from service.plan_life import content_now
from service.registers import Moment, moment
from service.scenarios.finding import read_scenario
from service.scenarios.replay import NothingToReplay, OneGround, replay
from service.scenarios.replay_answers import replay_object, replay_table
from tests.service.small import POLICY, REVIEWER, TREASURER, edited_policy, write_policy
from tests.year import PLAN, Year, finished_year

MORE_PROJECTS = edited_policy(
    ("floor_yuan: 5000", "floor_yuan: 4000"),
    ("amount_yuan: 5000}", "amount_yuan: 4000}"),
    ("projects_at_most_yuan: 7000", "projects_at_most_yuan: 30000"),
)
"""A lower floor, and a larger part of the service fund for projects."""


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Year]:
    with finished_year(tmp_path_factory.mktemp("year")) as told:
        yield told


@pytest.fixture(scope="module")
def other(year: Year) -> Counterfactual:
    """The year under the other policy."""
    return replay(year.county, policy=write_policy(year.folder / "other.yaml", MORE_PROJECTS))


def facts(year: Year) -> list[Recorded]:
    return list(year.county.log.facts())


def of(found: Counterfactual, name: str) -> list[Retold]:
    return [one for one in found.steps if one.fact.stored_name() == name]


def fen(found: Counterfactual, grouping: str, code: str) -> tuple[int, int, int]:
    [one] = [one for one in found.totals if (one.grouping, one.code) == (grouping, code)]
    return one.recorded.held_fen, one.found.held_fen, one.found.paid_fen


def test_the_year_told_again_as_it_was_gives_the_record_decision_by_decision(year: Year) -> None:
    found = replay(year.county)
    assert found.same
    assert {one.fate for one in found.steps} == {"same"}
    assert (found.since, found.until) == (1, len(facts(year)))
    assert [one.before_hash for one in found.plans] == [one.after_hash for one in found.plans] != []
    assert all(one.recorded == one.found for one in found.totals)
    assert found.totals


def test_the_same_policy_in_a_file_changes_nothing_either(year: Year) -> None:
    assert replay(year.county, policy=write_policy(year.folder / "same.yaml")).same


@pytest.mark.parametrize("share", [0.1, 0.35, 0.5, 0.8, 0.97])
def test_a_year_told_again_from_anywhere_in_it_gives_the_record(year: Year, share: float) -> None:
    found = replay(year.county, since=1 + int(share * len(facts(year))))
    assert found.same
    assert found.until == len(facts(year))


def test_a_stretch_takes_the_decisions_it_would_cut_in_two_as_a_whole(year: Year) -> None:
    found = replay(year.county, since=5, until=7)
    assert (found.since, found.until) == (1, 29)
    assert [one.fact.stored_name() for one in found.steps] == ["county.named"]


def test_under_another_policy_another_plan_is_drafted_verified_and_heard_on_the_same_days(
    year: Year, other: Counterfactual
) -> None:
    [plan] = other.plans
    assert plan.after_hash not in (None, plan.before_hash)
    assert plan.comparison is not None
    assert plan.comparison.projects_lost == ("p3",)
    assert plan.comparison.projects_gained == ("p5",)
    [approved] = of(other, "plan.approved")
    assert (approved.fate, approved.effective_on) == ("otherwise", date(2026, 3, 20))
    days = [(one.position, one.effective_on, one.recorded_at) for one in other.steps]
    recorded = {one.position: (one.fact.mandate.effective_on, one.recorded_at) for one in facts(year)}
    assert all(recorded[position] == (on, at) for position, on, at in days)


def test_a_line_that_is_gone_takes_its_payment_its_works_and_its_acceptance_with_it(other: Counterfactual) -> None:
    gone = [one for one in other.steps if one.fate in ("no-line", "refused")]
    assert [(one.effective_on, one.fact.stored_name(), one.refusal and one.refusal.code) for one in gone] == [
        (date(2026, 8, 10), "money.committed", "no-such-line"),
        (date(2026, 8, 10), "project.started", "work-without-money"),
        (date(2026, 10, 9), "money.disbursed", "unknown-commitment"),
        (date(2026, 10, 9), "project.accepted", "work-without-money"),
    ]
    assert [(one.plan, one.line.line) for one in other.open_lines] == [(PLAN, "beautiful.p5")]


def test_a_commitment_of_a_whole_line_takes_the_whole_line_there_is_now(other: Counterfactual) -> None:
    moved = [one for one in of(other, "money.committed") if one.fate in ("less", "more")]
    assert {one.fate for one in moved} == {"less", "more"}
    for one in moved:
        assert one.recorded_fen is not None
        assert one.found_fen is not None
        assert (one.found_fen < one.recorded_fen) == (one.fate == "less")
    assert fen(other, "fund", "service")[:2] == (5_840_000, 5_840_000), "all of the fund, given out otherwise"
    assert fen(other, "fund", "beautiful") == (7_400_000, 4_800_000, 4_800_000)
    assert fen(other, "unit", "v3") == (3_370_000, 740_000, 385_000)


def test_totals_by_fund_and_by_unit_come_to_the_same_sums(other: Counterfactual) -> None:
    for sums in ("recorded", "found"):
        by = {
            grouping: [getattr(one, sums) for one in other.totals if one.grouping == grouping]
            for grouping in ("fund", "unit")
        }
        assert sum(one.held_fen for one in by["fund"]) == sum(one.held_fen for one in by["unit"])
        assert sum(one.paid_fen for one in by["fund"]) == sum(one.paid_fen for one in by["unit"])


def test_the_change_by_hand_moves_the_same_sum_between_the_same_lines(year: Year, other: Counterfactual) -> None:
    [recorded] = [one.fact for one in facts(year) if isinstance(one.fact, PlanLineAdjusted)]
    [told] = of(other, "plan.line_adjusted")
    assert told.fate == "otherwise"
    old, new = ({one.line: one.amount_fen for one in lines} for lines in (recorded.old_lines, recorded.new_lines))
    assert {line: new[line] - old[line] for line in old} == {"service.v2": 10_000, "service.v3": -10_000}
    committed = {one.fact.line: one.found_fen for one in other.steps if isinstance(one.fact, LineCommitted)}
    assert (committed["service.v2"], committed["service.v3"]) == (850_000, 740_000)


def test_a_policy_nobody_can_keep_drafts_no_plan_and_nothing_is_committed_under_it(year: Year) -> None:
    impossible = edited_policy(("amount_yuan: 5000}", "amount_yuan: 50000}"))
    found = replay(year.county, policy=write_policy(year.folder / "impossible.yaml", impossible))
    [drafted] = of(found, "plan.drafted")
    assert (drafted.fate, drafted.refusal and drafted.refusal.code) == ("refused", "rules-collide")
    [plan] = found.plans
    assert (plan.after_hash, plan.comparison) == (None, None)
    assert {one.fate for one in found.steps if one.fact.stored_name().startswith(("plan.", "money."))} <= {
        "refused",
        "no-line",
    }
    assert all(one.found.held_fen == one.found.paid_fen == 0 for one in found.totals)
    assert of(found, "unit.struck_off")[0].fate == "same", "what is no plan's business goes on"


def test_this_years_policy_counts_from_the_day_of_the_one_it_stands_in_for(year: Year) -> None:
    later = MORE_PROJECTS.replace("in_force_from: 2020-01-01", "in_force_from: 2030-01-01")
    found = replay(year.county, policy=write_policy(year.folder / "later.yaml", later))
    assert of(found, "plan.approved")[0].fate == "otherwise"
    assert found.open_lines


def test_a_policy_that_comes_after_the_plan_changes_nothing_that_was_decided(year: Year) -> None:
    spring = next(one.position for one in facts(year) if one.recorded_at.date() >= date(2026, 4, 1))
    path = write_policy(year.folder / "mid.yaml", MORE_PROJECTS)
    found = replay(year.county, policy=path, since=spring)
    assert {one.fate for one in found.steps} == {"same", "changed"}
    assert [one.fate for one in found.steps].count("changed") == 1


def scenario(folder: Path, changes: str) -> Path:
    path = folder / "past.scenario.yaml"
    path.write_text(f"scenario: past\nquestion: {{zh: 问, en: What if}}\nchange:\n{changes}", encoding="utf-8")
    return path


def test_the_changes_of_a_scenario_are_decided_once_register_and_policy_stand(year: Year) -> None:
    path = scenario(year.folder, "  - {set: funds.beautiful.amount_yuan, to: 110000, why: a better year}\n")
    found = replay(year.county, scenario=read_scenario(str(path)))
    [changed] = [one for one in found.steps if one.fate == "changed"]
    assert changed.position == position_of(year, "plan.drafted"), "right before the first decision after both"
    [plan] = found.plans
    assert plan.comparison is not None
    assert plan.comparison.projects_gained == ("p5",)
    assert fen(found, "fund", "beautiful")[1] == 7_400_000, "the record committed what it committed"
    assert [one.line.line for one in found.open_lines] == ["beautiful.p5"]


def test_a_commitment_takes_what_its_fund_has_free_when_that_is_less(year: Year) -> None:
    path = scenario(
        year.folder, "  - {decide: take-back, with: {fund: service, amount_yuan: 10000}, why: the owner needs it}\n"
    )
    found = replay(year.county, scenario=read_scenario(str(path)), since=position_of(year, "money.committed"))
    short = [one for one in of(found, "money.committed") if one.fate in ("less", "refused")]
    assert {one.refusal and one.refusal.code for one in short} == {"fund-exhausted"}
    assert short[0].fate == "less"
    assert short[0].effective_on == date(2026, 4, 1)
    held = fen(found, "fund", "service")
    assert held[1] < held[0] <= 6_000_000
    assert all(one.fate in ("same", "changed") for one in found.steps if one.position < short[0].position)


def position_of(year: Year, name: str) -> int:
    return next(one.position for one in facts(year) if one.fact.stored_name() == name)


def test_objections_are_lodged_and_answered_again(year: Year, tmp_path: Path) -> None:
    with finished_year(tmp_path) as told:
        county = told.county
        past = Moment(position_of(told, "plan.objections_closed") - 1)
        with open_branch(county, None, past) as branch:
            lodge(
                branch,
                "o1",
                told.by(REVIEWER, effective_on=date(2026, 3, 10)),
                plan=PLAN,
                capacity="resident",
                said="the road first",
                line=content_now(branch, PLAN).lines[0].line,
            )
            answer(branch, "o1", told.by(TREASURER), outcome="rejected", reason="next year")
            found = replay(branch, policy=write_policy(tmp_path / "other.yaml", MORE_PROJECTS))
            objections = {one.fact.stored_name(): one for one in found.steps if "objection." in one.fact.stored_name()}
            assert set(objections) == {"objection.lodged", "objection.answered"}
            lodged = objections["objection.lodged"]
            gone = lodged.refusal is not None and lodged.refusal.code == "no-such-line"
            assert lodged.fate == ("refused" if gone else "same")
            assert replay(branch).same


def test_a_replay_is_the_same_every_time_and_says_so_in_two_languages(year: Year, other: Counterfactual) -> None:
    again = replay(year.county, policy=year.folder / "other.yaml")
    content = replay_object(year.county, other)
    assert json.dumps(content, default=str) == json.dumps(replay_object(year.county, again), default=str)
    assert [asdict(one) for one in again.totals] == [asdict(one) for one in other.totals]
    assert content["summary"]["zh"].startswith("46 项决定中")
    assert len(content["steps"]) == 46
    for lang in ("zh", "en"):
        assert replay_table(year.county, other, lang) is not None


def test_nothing_of_a_replay_is_on_the_record(year: Year) -> None:
    before = facts(year), moment(year.county)
    replay(year.county, policy=write_policy(year.folder / "other.yaml", MORE_PROJECTS))
    assert (facts(year), moment(year.county)) == before


def test_a_stretch_without_facts_and_two_grounds_at_once_are_refused(year: Year) -> None:
    with pytest.raises(NothingToReplay):
        replay(year.county, since=len(facts(year)) + 5)
    path = scenario(year.folder, "  - {set: funds.beautiful.amount_yuan, to: 90000, why: more}\n")
    with pytest.raises(OneGround):
        replay(year.county, policy=write_policy(year.folder / "x.yaml", POLICY), scenario=read_scenario(str(path)))


def test_money_that_arrives_again_arrives_the_same(year: Year, other: Counterfactual) -> None:
    [arrival] = [one for one in of(other, "fund.tranche_received") if one.effective_on == date(2026, 8, 10)]
    assert arrival.fate == "same"
