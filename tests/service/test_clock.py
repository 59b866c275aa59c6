"""A clock that was set back dates nothing back: undated decisions are refused, dated ones keep their place."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from domain.decisions import AmendFund, ImportRegister
from service.county import ClockBehind, County, DateInFuture, open_county
from tests.domain.decisions.samples import county as sample_county
from tests.service.small import PLANNER
from tests.year import YearClock


def amend(county: County, fen: int, on: date | None = None) -> None:
    county.decide(AmendFund(mandate=county.mandate(PLANNER, effective_on=on), fund="service", new_amount_fen=fen))


def test_a_clock_set_back_refuses_what_is_not_dated_and_never_turns_a_moment_back(tmp_path: Path) -> None:
    clock = YearClock(date(2026, 3, 10))
    with open_county(f"sqlite:///{tmp_path / 'county.db'}", clock=clock) as county:
        county.decide(ImportRegister(mandate=county.mandate(PLANNER), wanted=sample_county()))
        head = county.log.head()
        clock.turn_to(date(2025, 3, 10))
        with pytest.raises(ClockBehind, match="says it is 2025-03-10, but the record has a fact of 2026-03-10"):
            amend(county, 500_00)
        with pytest.raises(DateInFuture):
            amend(county, 500_00, on=date(2026, 3, 9))
        assert county.log.head() == head
        amend(county, 500_00, on=date(2025, 3, 9))
        clock.turn_to(date(2026, 3, 11))
        amend(county, 600_00)
        moments = [recorded.recorded_at for recorded in county.log.facts()]
        assert moments == sorted(moments)
        assert [moment.date() for moment in moments[-2:]] == [date(2026, 3, 10), date(2026, 3, 11)]


def test_a_clock_that_stands_still_or_an_empty_record_refuse_nothing(tmp_path: Path) -> None:
    clock = YearClock(date(2026, 3, 10))
    with open_county(f"sqlite:///{tmp_path / 'county.db'}", clock=clock) as county:
        county.decide(ImportRegister(mandate=county.mandate(PLANNER), wanted=sample_county()))
        clock.turn_to(date(2026, 3, 10))
        amend(county, 500_00)
