"""Units are registered, corrected, assessed, listed and struck off; duties move with their money."""

from __future__ import annotations

from decimal import Decimal

import pytest

from domain.decisions import AssessUnit, CorrectUnit, ListBackward, MoveDuty, RegisterUnit, StrikeOff
from domain.decisions.common import (
    FundIsClosed,
    ImpossibleValue,
    NothingChanged,
    ReasonMissing,
    UnknownFund,
    UnknownTownship,
    UnknownUnit,
)
from domain.decisions.duties import DutiesExceedFund, DutyWithoutItsMoney
from domain.decisions.funds import CloseFund
from domain.decisions.units import AlreadyBackward, NotBackward, UnitTaken
from domain.facts.register import DutyMoved, UnitAssessed, UnitCorrected
from tests.domain.decisions.harness import Record, by
from tests.domain.decisions.samples import YUAN, recorded, unit


@pytest.fixture
def record() -> Record:
    return recorded()


def test_a_new_unit_enters_the_register_in_a_township_there_is(record: Record) -> None:
    record.decide(RegisterUnit(mandate=by(), entry=unit("v9")))
    assert record.register().units["v9"] == unit("v9")
    record.refuses(RegisterUnit(mandate=by(), entry=unit("v9")), UnitTaken)
    record.refuses(RegisterUnit(mandate=by(), entry=unit("v8", township="t9")), UnknownTownship)


def test_a_correction_names_what_changed_and_keeps_the_rest(record: Record) -> None:
    [fact] = record.decide(
        CorrectUnit(mandate=by(), unit="v2", changes={"households": 120, "haves": ["rules", "money"]})
    )
    assert isinstance(fact, UnitCorrected)
    assert fact.changed == ("households", "haves")
    assert record.register().units["v2"] == unit("v2", households=120, haves=("money", "rules"))


@pytest.mark.parametrize(
    "changes",
    [{"households": "many"}, {"households": -1}, {"stars": 6}, {"code": "v7"}, {"colour": "red"}, {"haves": 3}],
)
def test_a_value_a_unit_cannot_have_is_refused(record: Record, changes: dict[str, object]) -> None:
    record.refuses(CorrectUnit(mandate=by(), unit="v2", changes=changes), ImpossibleValue)


def test_a_correction_that_corrects_nothing_is_refused(record: Record) -> None:
    record.refuses(CorrectUnit(mandate=by(), unit="v2", changes={"households": 100}), NothingChanged)


def test_a_unit_moves_only_to_a_township_there_is(record: Record) -> None:
    record.refuses(CorrectUnit(mandate=by(), unit="v2", changes={"township": "t9"}), UnknownTownship)
    record.decide(CorrectUnit(mandate=by(), unit="v2", changes={"township": "t2"}))
    assert record.register().units["v2"].township == "t2"


def test_a_unit_nobody_registered_is_neither_corrected_nor_assessed_nor_listed(record: Record) -> None:
    record.refuses(CorrectUnit(mandate=by(), unit="v9", changes={"households": 1}), UnknownUnit)
    record.refuses(AssessUnit(mandate=by(), unit="v9", changes={"stars": 1}), UnknownUnit)
    record.refuses(ListBackward(mandate=by(), unit="v9", reason="no books"), UnknownUnit)
    record.refuses(StrikeOff(mandate=by(), unit="v9", evidence="books"), UnknownUnit)


def test_an_assessment_finds_stars_haves_and_results_and_nothing_else(record: Record) -> None:
    [fact] = record.decide(
        AssessUnit(mandate=by(), unit="v2", changes={"stars": 4, "last_result": Decimal("81.5"), "haves": ("rules",)})
    )
    assert isinstance(fact, UnitAssessed)
    assert fact.changed == ("stars", "haves", "last_result")
    record.refuses(AssessUnit(mandate=by(), unit="v2", changes={"households": 5}), ImpossibleValue)
    record.refuses(AssessUnit(mandate=by(), unit="v2", changes={"stars": 4}), NothingChanged)


def test_a_unit_is_listed_once_with_a_reason_and_struck_off_once_on_evidence(record: Record) -> None:
    record.refuses(ListBackward(mandate=by(), unit="v2", reason=" "), ReasonMissing)
    record.refuses(StrikeOff(mandate=by(), unit="v2", evidence="books"), NotBackward)
    record.decide(ListBackward(mandate=by(), unit="v2", reason="no books"))
    assert record.register().units["v2"].backward_reason == "no books"
    record.refuses(ListBackward(mandate=by(), unit="v2", reason="no books"), AlreadyBackward)
    record.refuses(StrikeOff(mandate=by(), unit="v2", evidence=""), ReasonMissing)
    record.decide(StrikeOff(mandate=by(), unit="v2", evidence="books in order"))
    assert record.register().units["v2"] == unit("v2")


def duty(amount_fen: int, unit: str = "v1", fund: str = "service", code: str = "lamps") -> MoveDuty:
    return MoveDuty(mandate=by(), duty=code, name="street lamps", unit=unit, fund=fund, amount_fen=amount_fen)


def test_a_duty_moves_with_its_money_and_both_units_are_concerned(record: Record) -> None:
    record.decide(duty(100 * YUAN), duty(100 * YUAN, unit="v2"))
    [first, second] = [fact for fact in record.facts if isinstance(fact, DutyMoved)]
    assert (first.from_unit, second.from_unit) == (None, "v1")
    assert {"unit:v1", "unit:v2"} <= set(second.tags())
    assert record.register().duties["lamps"].unit == "v2"
    record.refuses(duty(100 * YUAN, unit="v2"), NothingChanged)


def test_a_duty_without_its_money_is_refused(record: Record) -> None:
    record.refuses(duty(0), DutyWithoutItsMoney)
    record.decide(duty(100 * YUAN))
    record.refuses(duty(99 * YUAN, unit="v2"), DutyWithoutItsMoney)
    record.refuses(duty(100 * YUAN, unit="v2", fund="beautiful"), DutyWithoutItsMoney)


def test_the_duties_of_a_fund_stay_within_what_it_has_to_plan_with(record: Record) -> None:
    record.decide(duty(300 * YUAN))
    record.refuses(duty(101 * YUAN, code="roads"), DutiesExceedFund)
    record.decide(duty(100 * YUAN, code="roads"))
    record.refuses(duty(301 * YUAN), DutiesExceedFund)


def test_a_duty_needs_a_unit_and_an_open_fund(record: Record) -> None:
    record.refuses(duty(1, unit="v9"), UnknownUnit)
    record.refuses(duty(1, fund="nowhere"), UnknownFund)
    record.decide(CloseFund(mandate=by(), fund="service", reason="year over"))
    record.refuses(duty(1), FundIsClosed)
