"""Days and moments as callers write them: as text, and only so, because a bare number would be taken for seconds."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Annotated

from pydantic import BeforeValidator

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def _day(given: object) -> date:
    if isinstance(given, str) and _DAY.fullmatch(given):
        return date.fromisoformat(given)
    if isinstance(given, date) and not isinstance(given, datetime):
        return given
    raise ValueError("a day is written YYYY-MM-DD")


def _moment(given: object) -> object:
    if isinstance(given, str) and not _DAY.match(given):
        raise ValueError("a day is written YYYY-MM-DD, a time 2026-04-02T09:14+08:00")
    return given


Day = Annotated[date, BeforeValidator(_day)]
"""A day, written YYYY-MM-DD."""
DayOrTime = Annotated[datetime | date, BeforeValidator(_moment)]
"""A day, or a time that begins with one."""
