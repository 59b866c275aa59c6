"""What the benchmarks of the log put into a store, and the raw driver beside it, given the same rows.

A recorder is measured by how it is opened (`RECORDERS`), against the raw driver of its database (`RAW`); one line in
each adds another kind of store.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from secrets import token_bytes
from typing import Any, Protocol

from eventsourcing.dcb.api import DCBEvent
from eventsourcing.dcb.domain import Tagged
from msgspec.json import Decoder

from domain.decisions import CommitLine
from domain.facts import FACT_BY_NAME, Fact, Mandate
from domain.facts.funds import FundAnnounced, TrancheReceived
from domain.facts.plans import PlanApproved, PlanDrafted
from domain.facts.register import UnitRegistered
from domain.facts.spending import LineCommitted
from domain.plan import Plan, PlanLine, RunRecord
from domain.register import Fund, Register, Township, Unit
from history.mapper import FactMapper
from history.port import Entry, FactRecorder, TagRow
from history.sqlite import SQLiteRecorder
from history.sqlite_file import SCHEMA

DAY = date(2026, 3, 31)
PLAIN_ROW = (
    "money.committed",
    b'{"type": "money.committed", "commitment": "2026-01.service.V012", "amount_fen": 3140000}',
    '["command:1","fund:service"]',
    "2026-01-01T00:00:00Z",
)
"""Stored name, bytes, tags, moment of a fact of ordinary size."""
LINES = 100
"""Lines of the plan under which money is committed again and again, a little each time."""


def mandate(command: str) -> Mandate:
    return Mandate(person="p-0123456789ab", post="treasurer", effective_on=DAY, command=command)


def nation(units: int) -> Register:
    """A register of so many villages, twenty to a township."""
    towns = (f"t{number:06d}" for number in range(units // 20 + 1))
    return Register(
        county="nation",
        name_zh="全国",
        name_en="Nation",
        townships={code: Township(code=code, name_zh=f"{code}镇", name_en=f"Town {code}") for code in towns},
        units={
            code: Unit(
                code=code,
                name_zh=f"第{number}村",
                name_en=f"Village {number}",
                kind="village",
                township=f"t{number // 20:06d}",
                households=100 + number % 500,
                population=400 + number % 2000,
            )
            for number in range(units)
            for code in [f"u{number:07d}"]
        },
    )


def stored(*facts: Fact) -> list[DCBEvent]:
    """Facts as a recorder takes them."""
    mapper = FactMapper()
    return [mapper.to_dcb_event(Tagged(tags=fact.tags(), decision=fact)) for fact in facts]


def registered(register: Register) -> list[DCBEvent]:
    """Its units as a recorder takes them."""
    by = mandate("import-of-the-nation")
    return stored(*(UnitRegistered(mandate=by, unit=code, record=unit) for code, unit in register.units.items()))


def committed(commitments: int) -> list[DCBEvent]:
    """A fund with an approved plan, and so many commitments made on it."""
    arrived_fen = 10**12
    fund = Fund(
        code="service",
        name_zh="公共服务",
        name_en="Services",
        department="finance",
        document_no="2026-8",
        budget_year=2026,
        purposes=("service",),
        amount_fen=arrived_fen,
    )
    facts: list[Fact] = [
        FundAnnounced(mandate=mandate("fund"), fund="service", record=fund),
        TrancheReceived(mandate=mandate("money"), fund="service", tranche="t1", amount_fen=arrived_fen, arrived_on=DAY),
        PlanDrafted(mandate=mandate("draft"), plan="2026-01", policy="rules", content=_plan()),
        PlanApproved(mandate=mandate("approve"), plan="2026-01", plan_hash="0" * 64, total_fen=arrived_fen),
    ]
    for number in range(commitments):
        line = f"service.v{number % LINES}"
        facts.append(
            LineCommitted(
                mandate=mandate(f"commit-{number}"),
                commitment=f"old-{number}",
                plan="2026-01",
                line=line,
                fund="service",
                unit=f"v{number % LINES}",
                project=None,
                amount_fen=100,
            )
        )
    return stored(*facts)


def commitment(number: int) -> CommitLine:
    """One more commitment on that fund."""
    return CommitLine(
        mandate=mandate(f"more-{number}"),
        commitment=f"new-{number}",
        plan="2026-01",
        line=f"service.v{number % LINES}",
        fund="service",
        project=None,
        amount_fen=100,
    )


def _plan() -> Plan:
    lines = tuple(
        PlanLine(
            line=f"service.v{number}",
            fund="service",
            unit=f"v{number}",
            project=None,
            amount_fen=10**10,
            parts={"floor": 10**10},
            rules=("floor",),
        )
        for number in range(LINES)
    )
    run = RunRecord(
        instance_hash="case",
        register_position=0,
        policy="rules",
        policy_version=1,
        policy_hash="0" * 64,
        rules=("floor",),
        engine="hand",
        engine_version="1",
        parameters={},
        termination="optimal",
        objectives=(),
    )
    return Plan(lines=lines, funds=(), sites=(), not_funded=(), run=run, plan_hash="0" * 64)


class Raw(Protocol):
    """A database driver doing what a recorder does, with nothing of ours around it, as durably."""

    def insert_all(self, facts: Sequence[Entry], tags: Sequence[TagRow]) -> None:
        """The rows of an empty store in one transaction; no tags: the facts alone."""

    def insert_one(self) -> None:
        """One row, without tags or proof, in a transaction of its own."""

    def read_all(self) -> int:
        """Every fact in order, decoded by its name; how many there are."""

    def close(self) -> None:
        """Give the connection back."""


class RawSQLite:
    """Python's `sqlite3` on the tables of a store, and on a table of plain rows."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        plain = "CREATE TABLE plain (position INTEGER PRIMARY KEY, type TEXT, data BLOB, tags TEXT, recorded_at TEXT)"
        for statement in ("PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL", *SCHEMA, plain):
            self._connection.execute(statement)

    def insert_all(self, facts: Sequence[Entry], tags: Sequence[TagRow]) -> None:
        """See `Raw`."""
        self._connection.execute("BEGIN IMMEDIATE")
        self._connection.executemany("INSERT INTO facts VALUES (?, ?, ?, ?, ?, ?, ?)", facts)
        self._connection.executemany("INSERT INTO fact_tags VALUES (?, ?, ?)", tags)
        self._connection.execute("COMMIT")

    def insert_one(self) -> None:
        """See `Raw`."""
        self._connection.execute("INSERT INTO plain (type, data, tags, recorded_at) VALUES (?, ?, ?, ?)", PLAIN_ROW)

    def read_all(self) -> int:
        """See `Raw`."""
        decoders: dict[str, Callable[[bytes], Any]] = {
            name: Decoder(kind).decode for name, kind in FACT_BY_NAME.items()
        }
        rows = self._connection.execute("SELECT type, data FROM facts ORDER BY position")
        return sum(decoders[name](data) is not None for name, data in rows)

    def close(self) -> None:
        """See `Raw`."""
        self._connection.close()


RECORDERS: dict[str, Callable[[Path], FactRecorder]] = {
    "sqlite": lambda folder: SQLiteRecorder(folder / "log.db", clock=lambda: datetime.now(UTC), chance=token_bytes)
}
RAW: dict[str, Callable[[Path], Raw]] = {"sqlite": lambda folder: RawSQLite(folder / "raw.db")}
