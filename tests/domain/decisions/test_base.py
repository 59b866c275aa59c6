"""A repeated command is one decision; a reused one is refused; no decision rests on handlers the library would drop."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import date
from string import Formatter

import pytest

from domain.decisions import CommandReused, Deciding, ListBackward, RaiseCost, StrikeOff, TakeBack
from domain.decisions.catalogue import ALL_DECISIONS, ALL_REFUSALS
from domain.errors import Refusal, shown
from domain.facts.funds import FundTakenBack
from tests.domain.decisions.harness import by
from tests.domain.decisions.samples import YUAN, recorded


def test_a_command_repeated_after_others_decided_is_recognised_and_records_nothing() -> None:
    record = recorded()
    once = TakeBack(mandate=by(command="take"), fund="beautiful", amount_fen=400 * YUAN)
    first = record.decide(once)
    record.decide(TakeBack(mandate=by(), fund="beautiful", amount_fen=200 * YUAN))

    again = record.read(once)
    assert again.settle() is False
    assert again.repeated == first
    assert again.repeated_at == [record.facts.index(first[0]) + 1]
    assert len(list(record.named(FundTakenBack))) == 2


def test_a_repeat_may_carry_a_newer_date_and_reason_but_not_another_person() -> None:
    record = recorded()
    record.decide(TakeBack(mandate=by(command="take"), fund="beautiful", amount_fen=400 * YUAN))

    later = by(command="take", on=date(2026, 5, 1), why="sent again")
    assert record.decide(TakeBack(mandate=later, fund="beautiful", amount_fen=400 * YUAN)) == []

    stranger = by("p-other", command="take")
    record.refuses(TakeBack(mandate=stranger, fund="beautiful", amount_fen=400 * YUAN), CommandReused)


@pytest.mark.parametrize(
    "other",
    [
        TakeBack(mandate=by(command="take"), fund="beautiful", amount_fen=401 * YUAN),
        TakeBack(mandate=by(command="take"), fund="service", amount_fen=400 * YUAN),
        TakeBack(mandate=by(command="take"), fund="nowhere", amount_fen=400 * YUAN),
        ListBackward(mandate=by(command="take"), unit="v2", reason="no books"),
    ],
)
def test_a_command_that_comes_back_with_other_content_is_refused(other: Deciding) -> None:
    record = recorded()
    record.decide(TakeBack(mandate=by(command="take"), fund="beautiful", amount_fen=400 * YUAN))
    record.refuses(other, CommandReused)


def test_a_repeat_is_judged_on_the_state_the_command_first_met() -> None:
    """The second time round the unit is not on the list any more, and still the answer is: done already."""
    record = recorded()
    off = StrikeOff(mandate=by(command="off"), unit="v1", evidence="books in order")
    record.decide(off)
    assert record.decide(off) == []
    record.decide(ListBackward(mandate=by(), unit="v1", reason="slipped"))
    assert record.decide(off) == []
    assert record.register().units["v1"].backward


def test_a_decision_started_afresh_keeps_its_arguments_and_nothing_else() -> None:
    record = recorded()
    ready = record.read(RaiseCost(mandate=by(command="up"), project="p1", new_cost_fen=600 * YUAN, reason="rock"))
    assert ready.settle()
    fresh = ready.fresh()
    assert (fresh.project, fresh.new_cost_fen, fresh.mandate) == ("p1", 600 * YUAN, ready.mandate)
    assert fresh.new_decisions == []
    assert fresh.register.projects == {}
    assert fresh.last_known_position is None


@pytest.mark.parametrize("decision", ALL_DECISIONS, ids=lambda d: d.__name__)
def test_no_decision_uses_handlers_that_a_subclass_would_lose(decision: type[Deciding]) -> None:
    assert decision.projected_types == []
    assert is_dataclass(decision)
    assert "fold" not in [field.name for field in fields(decision)]
    assert decision.__doc__
    assert decision.title().islower()


@pytest.mark.parametrize("refusal", ALL_REFUSALS, ids=lambda r: r.__name__)
def test_every_refusal_has_a_code_of_its_own_a_sentence_and_a_cure(refusal: type[Refusal]) -> None:
    assert [other for other in ALL_REFUSALS if other.code == refusal.code] == [refusal]
    assert refusal.code.replace("-", "").isalpha()
    assert refusal.sentence_en.endswith(".")
    assert refusal.cure_en.endswith(".")
    names = {name for text in (refusal.sentence_en, refusal.cure_en) for _, name, _, _ in Formatter().parse(text)}
    assert "" not in names


def test_money_in_a_sentence_is_printed_as_yuan() -> None:
    assert shown({"free_fen": 123456, "fund": "service", "year": 2026}) == {
        "free_fen": "¥1,234.56",
        "fund": "service",
        "year": 2026,
    }
