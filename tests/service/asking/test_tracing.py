"""Traces: a yuan leads back through every step to whoever decided, and a clause forward to every yuan it moved."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from domain.decisions.evidence import AttachEvidence
from domain.decisions.posts import RecordPost
from domain.facts.spending import LineCommitted, MoneyDisbursed
from domain.folds import MoneyFold
from service.asking.clauses import NotCited, moved_by
from service.asking.subjects import SubjectUnknown
from service.asking.targets import MoneyUnknown, targets_of
from service.asking.tracing import trace
from service.county import County
from service.plan_reading import planned
from service.registers import Moment, moment
from tests.service.asking.conftest import before
from tests.service.small import PLANNER, REVIEWER
from tests.year import finished_year


def codes(county: County, given: str, at: Moment | None = None) -> list[str]:
    return [target.code for target in targets_of(county, given, at or moment(county))]


def test_every_disbursement_leads_back_to_its_commitment_line_approval_policy_and_money(county: County) -> None:
    for recorded in county.log.facts(types=[MoneyDisbursed]):
        paid = recorded.fact
        assert isinstance(paid, MoneyDisbursed)
        (target,) = targets_of(county, paid.disbursement, moment(county))
        found = trace(county, target, moment(county))
        told = {step.step: [one.fact for one in step.told] for step in found.steps}
        assert told["paid"][0] == "money.disbursed"
        assert told["committed"][0] == "money.committed"
        assert told["decided"][0] == "plan.drafted"
        assert told["decided"][-1] == "plan.noticed"
        assert told["policy"] == ["policy.adopted"]
        assert {"fund.announced", "fund.tranche_received"} <= set(told["money"])
        assert "unit.registered" in told["grounds"]
        assert ("project.proposed" in told["grounds"]) == (paid.project is not None)
        line = next(
            one for one in planned(county, target.plan, moment(county)).computed.plan.lines if one.line == target.line
        )
        assert sum(piece.amount_fen for piece in found.pieces) == line.amount_fen


def test_every_post_that_decided_answers_with_the_persons_who_held_it(county: County) -> None:
    (target,) = targets_of(county, "w-001", moment(county))
    posts = {row.post: row for row in trace(county, target, moment(county)).posts}
    assert posts["treasurer"].persons == ("chen-jie",)
    assert set(posts["treasurer"].steps) >= {"paid", "committed"}
    assert posts["leading-group"].persons == ("wang-wei",)
    assert "carried_out" in posts["audit-reviewer"].steps


def test_a_trace_goes_one_level_up_and_names_the_supervising_post_and_what_was_shown(tmp_path: Path) -> None:
    with finished_year(tmp_path) as year:
        county, by = year.county, year.by
        county.decide(RecordPost(mandate=by(PLANNER), post="magistrate", name_zh="县长", name_en="Magistrate"))
        county.decide(RecordPost(mandate=by(PLANNER), post="discipline", name_zh="纪委", name_en="Discipline"))
        county.decide(
            RecordPost(
                mandate=by(PLANNER), post="treasurer", name_zh="出纳", name_en="Treasurer",
                above="magistrate", supervised_by="discipline",
            )
        )  # fmt: skip
        county.decide(
            AttachEvidence(
                mandate=by(REVIEWER), evidence="e1", sha256="ab" * 32, kind="photo", found_on=date(2026, 10, 8),
                finder=county.people.id_of("zhao-min"), finder_post="audit-reviewer", project="p2",
            )
        )  # fmt: skip
        (target,) = targets_of(county, "w-001", moment(county))
        found = trace(county, target, moment(county))
        treasurer = next(row for row in found.posts if row.post == "treasurer")
        assert (treasurer.above, treasurer.supervised_by) == ("magistrate", "discipline")
        told = {step.step: [one.fact for one in step.told] for step in found.steps}
        assert "evidence.attached" in told["carried_out"]
        sentence = next(one for step in found.steps for one in step.told if one.fact == "evidence.attached").sentence
        assert "zhao-min" in sentence.zh
        assert "abababababab" in sentence.en
        assert "chen-jie，出纳（treasurer）" in found.steps[0].told[0].sentence.zh
        before = moment(county, position=target.position)
        assert all(row.above is None for row in trace(county, target, before).posts)


def test_a_trace_knows_nothing_of_what_came_after_its_moment(county: County) -> None:
    recorded = next(one for one in county.log.facts(types=[LineCommitted]))
    assert isinstance(recorded.fact, LineCommitted)
    at = moment(county, position=recorded.position)
    (target,) = targets_of(county, recorded.fact.commitment, at)
    found = trace(county, target, at)
    assert next(step.step for step in found.steps) == "committed"
    assert max(one.position for step in found.steps for one in step.told) == recorded.position


def test_a_trace_as_of_a_day_holds_only_what_counts_by_then(county: County) -> None:
    at = moment(county, as_of=date(2026, 5, 1))
    (target,) = targets_of(county, "2026-01.service.v1", at)
    steps = {step.step: step.told for step in trace(county, target, at).steps}
    assert [one.fact for one in steps["paid"]] == ["money.disbursed"]
    (today,) = targets_of(county, "2026-01.service.v1", moment(county))
    paid = {step.step: step.told for step in trace(county, today, moment(county)).steps}["paid"]
    assert [one.fact for one in paid] == ["money.disbursed", "money.returned"]


def test_a_sum_finds_the_last_step_of_its_way_and_a_receiver_narrows_it(county: County) -> None:
    assert codes(county, "30000") == ["w-000"]
    assert codes(county, "8,600.00") == ["2026-01.service.v2"]
    assert codes(county, "1500") == ["d-007"]
    assert codes(county, "0.4万元@service") == ["2026-01.service.p4"]
    assert codes(county, "4000@四村") == ["2026-01.service.p4"]
    assert codes(county, "4000", moment(county, position=before(county, LineCommitted))) == ["2026-01.service.p4"]
    assert targets_of(county, "4000", moment(county, position=before(county, LineCommitted)))[0].kind == "line"


def test_a_line_is_found_by_its_own_name_and_with_its_plans(county: County) -> None:
    assert codes(county, "service.v3") == codes(county, "2026-01.service.v3") == ["2026-01.service.v3"]


def test_a_sum_of_several_payments_gives_all_of_them(county: County) -> None:
    fold = MoneyFold()
    for recorded in county.log.facts():
        fold.apply(recorded.fact)
    by_sum: dict[int, set[str]] = {}
    for code, paid in fold.disbursements.items():
        by_sum.setdefault(paid.amount_fen, set()).add(code)
    for fen, paid_codes in by_sum.items():
        assert paid_codes <= set(codes(county, f"{fen / 100:.2f}"))


@pytest.mark.parametrize("given", ["", "77", "-5", "1e9", "20000元元", "x" * 500, "\0", "service.v99", "２０００１"])
def test_what_no_money_is_called_is_refused(county: County, given: str) -> None:
    with pytest.raises(MoneyUnknown):
        targets_of(county, given, moment(county))


def test_an_unknown_receiver_is_refused(county: County) -> None:
    with pytest.raises(SubjectUnknown):
        targets_of(county, "4000@nowhere", moment(county))


def test_a_funds_clause_moves_all_money_of_the_fund_once(county: County) -> None:
    found = moved_by(county, moment(county), clause="M02")
    lines = planned(county, "2026-01", moment(county)).computed.plan.lines
    assert sum(line.amount_fen for line in found.lines) == sum(one.amount_fen for one in lines if one.fund == "service")
    fold = MoneyFold()
    for recorded in county.log.facts():
        fold.apply(recorded.fact)
    assert sum(line.committed_fen for line in found.lines) == fold.fund("service").held_fen
    assert sum(line.paid_fen for line in found.lines) == fold.fund("service").paid_fen


def test_a_criterion_moves_its_pieces_and_the_shares_of_a_line_never_exceed_it(county: County) -> None:
    found = moved_by(county, moment(county), clause="M11")
    assert {line.unit for line in found.lines} == {"v1", "v4"}
    for line in found.lines:
        assert 0 < line.amount_fen < line.line_fen
        assert 0 <= line.paid_fen <= line.committed_fen <= line.amount_fen
    assert {one.rule for one in found.bounded} == {"backward-share", "poor-share"}


def test_a_rule_that_only_bounds_moves_nothing_and_shows_its_group(county: County) -> None:
    found = moved_by(county, moment(county), rule="backward-share")
    assert found.lines == ()
    (bounded,) = found.bounded
    assert (bounded.units, bounded.where) == (2, "backward")
    assert 3 * bounded.whole_fen <= 10 * bounded.amount_fen < 10 * bounded.whole_fen


def test_every_yuan_of_a_plan_is_moved_by_some_clause(county: County) -> None:
    with pytest.raises(NotCited) as refused:
        moved_by(county, moment(county), clause="M99")
    clauses = str(refused.value.details["cited"]).split(", ")
    moved = [moved_by(county, moment(county), clause=clause) for clause in clauses]
    lines = planned(county, "2026-01", moment(county)).computed.plan.lines
    assert {one.line for found in moved for one in found.lines} == {one.line for one in lines}


def test_an_unknown_rule_is_refused_with_those_there_are(county: County) -> None:
    with pytest.raises(NotCited, match="backward-share"):
        moved_by(county, moment(county), rule="backward-shares")


def test_a_clause_is_asked_as_known_then(county: County) -> None:
    before_any_payment = moved_by(county, moment(county, position=before(county, LineCommitted)), clause="M02")
    assert sum(line.committed_fen for line in before_any_payment.lines) == 0
    assert sum(line.amount_fen for line in before_any_payment.lines) == 60_000_00
