"""The two times every read takes: what counts by a day (`as_of`), and what was known (`known_at` or `position`)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Annotated

from fastapi import Depends, Query
from pydantic import BaseModel, Field

from api.problems import RequestUnclear
from service.county import County
from service.days import Day, DayOrTime
from service.registers import Moment, moment


class Known(BaseModel):
    """The moment an answer is about."""

    position: Annotated[int, Field(ge=0, description="Facts up to here were taken into account.", examples=[1111])]
    as_of: Annotated[date | None, Field(description="Only facts that count by this day; null: all.")] = None
    known_on: Annotated[date | None, Field(description="The day the position was asked by, if it was.")] = None


@dataclass(frozen=True)
class Asked:
    """The moment as the address states it; `at` makes it one of a store."""

    as_of: date | None = None
    known_at: datetime | None = None
    position: int | None = None

    def at(self, county: County) -> Moment:
        """The moment in a store: by default everything known now."""
        return moment(county, as_of=self.as_of, known_at=self.known_at, position=self.position)


def known(at: Moment) -> Known:
    """A moment as answers state it."""
    return Known(position=at.position, as_of=at.as_of, known_on=at.known_on)


async def asked(
    as_of: Annotated[Day | None, Query(description="Only what counts by this day.", examples=["2026-06-30"])] = None,
    known_at: Annotated[
        DayOrTime | None,
        Query(
            description="As it was known then: a day (its end, in the server's zone) or a time with its zone.",
            examples=["2026-06-30"],
        ),
    ] = None,
    position: Annotated[
        int | None, Query(ge=0, le=2**53, description="As it was known at this position of the record.")
    ] = None,
) -> Asked:
    """The moment a question is about. Raises `RequestUnclear` for two answers to one of its questions."""
    if known_at is not None and position is not None:
        raise RequestUnclear(where="known_at", given="stated together with position", expected="one of the two says it")
    if isinstance(known_at, datetime) and known_at.tzinfo is None:
        if known_at.time() != time():
            expected = "a time has its zone, such as 2026-04-02T09:14+08:00"
            raise RequestUnclear(where="known_at", given=known_at.isoformat(), expected=expected)
        known_at = known_at.date()
    if known_at is not None and not isinstance(known_at, datetime):
        known_at = datetime.combine(known_at, time.max).astimezone()
    return Asked(as_of, known_at, position)


When = Annotated[Asked, Depends(asked)]
