"""Days in cells: ISO dates, date cells, `2026年11月30日`, and the day numbers spreadsheets keep dates as."""

from __future__ import annotations

import math
import re
import unicodedata
from datetime import date, datetime, timedelta

from intake.faults import CellProblem
from intake.tables import Cell

YEARS = (1950, 2200)
"""Days outside these years are typing errors."""
DAY_ZERO = date(1899, 12, 30)
"""Day 0 of spreadsheets: every day from 1 March 1900 on has its number (before it they count a 29 February 1900)."""
DAY_ZERO_1904 = date(1904, 1, 1)
_TIME = re.compile(r"(?<=\S)[T\s]+[0-9]{1,2}[:：][0-9]{2}(?:[:：][0-9]{2}(?:\.[0-9]+)?)?\s*$")
_WRITTEN = re.compile(
    r"(?P<year>[0-9]{4})(?:(?P<mark>[-/.])(?P<month>[0-9]{1,2})(?P=mark)(?P<day>[0-9]{1,2})"
    r"|年(?P<month_zh>[0-9]{1,2})月(?P<day_zh>[0-9]{1,2})[日号]|(?P<month_8>[0-9]{2})(?P<day_8>[0-9]{2}))"
    r"(?:[T ]00:00(?::00)?)?"
)


def day(cell: Cell, *, counts_from_1904: bool = False) -> date:
    """The day a cell means. Raises `CellProblem`."""
    if isinstance(cell, datetime):
        if (cell.hour, cell.minute, cell.second) != (0, 0, 0):
            raise CellProblem("day-with-time")
        return _bounded(cell.date())
    if isinstance(cell, date):
        return _bounded(cell)
    if isinstance(cell, str):
        return _written(unicodedata.normalize("NFKC", cell).strip(), counts_from_1904)
    if isinstance(cell, bool) or not isinstance(cell, int | float) or cell != cell // 1:
        raise CellProblem("not-a-day")
    return _numbered(int(cell), counts_from_1904)


def without_time(cell: Cell) -> Cell:
    """A cell without the time of day behind its day."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, str):
        return _TIME.sub("", cell)
    return cell // 1 if isinstance(cell, float) and math.isfinite(cell) else cell


def _written(text: str, counts_from_1904: bool) -> date:
    if re.fullmatch(r"[0-9]{5}", text):
        return _numbered(int(text), counts_from_1904)
    text = re.sub(r"\s*([年月日号])\s*", r"\1", text)
    match = _WRITTEN.fullmatch(text)
    if match is None:
        raise CellProblem("not-a-day")
    month = match["month"] or match["month_zh"] or match["month_8"]
    return _existing(int(match["year"]), int(month), int(match["day"] or match["day_zh"] or match["day_8"]))


def _numbered(number: int, counts_from_1904: bool) -> date:
    """A day number, or a day written without marks: 20261130."""
    if 10**7 <= number < 10**8:
        return _existing(number // 10_000, number // 100 % 100, number % 100)
    if not 0 < number < 200_000:
        raise CellProblem("not-a-day")
    return _bounded((DAY_ZERO_1904 if counts_from_1904 else DAY_ZERO) + timedelta(days=number))


def _existing(year: int, month: int, day_of_month: int) -> date:
    try:
        return _bounded(date(year, month, day_of_month))
    except ValueError as fault:
        raise CellProblem("no-such-day") from fault


def _bounded(found: date) -> date:
    if not YEARS[0] <= found.year <= YEARS[1]:
        raise CellProblem("day-out-of-range", low=YEARS[0], high=YEARS[1])
    return found
