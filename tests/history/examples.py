"""A small world for the tests of the log: a clock that is told, two kinds of fact, one decision about one fund."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

from eventsourcing.dcb.api import DCBEvent
from eventsourcing.dcb.domain import Selector

from domain.decisions.base import Deciding
from domain.errors import Refusal
from domain.facts import Fact, Mandate
from domain.facts.funds import FundTakenBack, TrancheReceived
from history.log import Log
from history.mapper import FactMapper
from history.port import FactRecorder
from history.sqlite import SQLiteRecorder

MORNING = datetime(2026, 3, 31, 8, 0, tzinfo=UTC)


chance = Random(20260331).randbytes
"""Salts and ids of the tests: the same in every run."""


class ToldClock:
    """Stands at `now`, and goes on by `tick` whenever it was read."""

    def __init__(self, now: datetime = MORNING, tick: timedelta = timedelta(seconds=1)) -> None:
        self.now = now
        self.tick = tick

    def __call__(self) -> datetime:
        read, self.now = self.now, self.now + self.tick
        return read


def recorder_at(path: Path | None = None, busy_seconds: float = 10.0) -> SQLiteRecorder:
    return SQLiteRecorder(path, clock=ToldClock(), chance=chance, busy_seconds=busy_seconds)


def log_at(path: Path | None = None, attempts: int = 20) -> Log:
    return Log(recorder_at(path), FactMapper(), attempts=attempts, wait=lambda attempt: None)


@contextmanager
def opened(path: Path | None = None) -> Iterator[SQLiteRecorder]:
    with recorder_at(path) as recorder:
        yield recorder


def event(data: str, *tags: str, kind: str = "thing.happened") -> DCBEvent:
    return DCBEvent(type=kind, data=data.encode(), tags=list(tags))


def said(recorder: FactRecorder, after: int = 0) -> list[str]:
    """The data of all events after a position."""
    return [data.decode() for _, _, data, _, _ in recorder.rows(after=after)]


def mandate(command: str) -> Mandate:
    return Mandate(person="u1", post="treasurer", effective_on=date(2026, 3, 31), command=command)


def received(command: str, amount_fen: int, fund: str = "service") -> TrancheReceived:
    day = date(2026, 3, 30)
    return TrancheReceived(mandate=mandate(command), fund=fund, tranche="t1", amount_fen=amount_fen, arrived_on=day)


class FundEmpty(Refusal):
    """More was to be taken back than is there."""

    code = "fund-empty"
    sentence_en = "Only {free_fen} are left."


@dataclass(eq=False, kw_only=True)
class Receive(Deciding):
    """Money arrives, whatever else happened."""

    fund: str = "service"
    amount_fen: int

    def boundary(self) -> list[Selector]:
        return []

    def fold(self, fact: Fact) -> None:
        """Depends on nothing."""

    def execute(self) -> None:
        self.record(received(self.mandate.command, self.amount_fen, self.fund))


@dataclass(eq=False, kw_only=True)
class TakeBack(Deciding):
    """Take money out of a fund, never more than arrived."""

    fund: str = "service"
    amount_fen: int
    free_fen: int = field(default=0, init=False)

    def boundary(self) -> list[Selector]:
        return [Selector(types=[TrancheReceived, FundTakenBack], tags=[f"fund:{self.fund}"])]

    def fold(self, fact: Fact) -> None:
        match fact:
            case TrancheReceived():
                self.free_fen += fact.amount_fen
            case FundTakenBack():
                self.free_fen -= fact.amount_fen

    def execute(self) -> None:
        if self.amount_fen > self.free_fen:
            raise FundEmpty(free_fen=self.free_fen)
        if self.amount_fen:
            self.record(FundTakenBack(mandate=self.mandate, fund=self.fund, amount_fen=self.amount_fen))
