"""A generated county's log of any length: units assessed, projects built, money committed, paid and returned, seeded.

The facts are written straight into a store, as an import of an archive would be, for a million decisions would take
hours. They are valid in themselves (they are read back, folded and add up); that a decision would have allowed each is
not claimed. Three in ten are recorded late, by up to a month, as papers come in.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import count, islice
from pathlib import Path
from random import Random
from typing import Any

from msgspec.json import Encoder

from domain.facts import Fact, Mandate
from domain.facts.funds import FundAmended, FundAnnounced, TrancheAnnounced, TrancheReceived
from domain.facts.plans import PlanApproved, PlanDrafted
from domain.facts.projects import ProjectAccepted, ProjectAdmitted, ProjectProposed, ProjectStarted
from domain.facts.register import CountyNamed, TownshipRegistered, UnitAssessed, UnitRegistered
from domain.facts.spending import CommitmentReleased, LineCommitted, MoneyDisbursed, MoneyReturned
from domain.plan import FundUse, Plan, PlanLine, RunRecord
from domain.register import Fund, Project, Township, Tranche, Unit
from history.leaf import SALT_BYTES, leaf_hash
from history.sqlite import SQLiteRecorder

UNITS, TOWNSHIPS, FUNDS, PROJECTS = 300, 20, 9, 900
FIRST_DAY, YEARS = date(2006, 1, 1), 20
LATE_SHARE, LATE_DAYS_MAX = 0.3, 30
PLAN_EVERY = 10_000
_encode = Encoder(order="deterministic").encode
_json = Encoder().encode


def write_log(path: Path, facts: int, seed: int = 1) -> None:
    """A store of so many facts at a path where there is none."""
    dice = Random(seed)
    SQLiteRecorder(path, clock=lambda: datetime.now(UTC), chance=Random(seed).randbytes).close()
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA synchronous = OFF")
    rows = _rows(dice, facts)
    while some := list(islice(rows, 20_000)):
        connection.executemany("INSERT INTO facts VALUES (?, ?, ?, ?, ?, ?, ?)", [row for row, _ in some])
        connection.executemany(
            "INSERT INTO fact_tags VALUES (?, ?, ?)", [(tag, row[1], row[0]) for row, tags in some for tag in tags]
        )
        connection.commit()
    connection.close()


def _rows(dice: Random, many: int) -> Iterator[tuple[tuple[int, str, bytes, str, str, bytes, bytes], list[str]]]:
    for position, (day, fact) in enumerate(islice(_facts(dice, many), many), start=1):
        name, data, tags = fact.stored_name(), _encode(fact), fact.tags()
        text = _json(tags).decode()
        at = f"{day.isoformat()}T09:00:00.000000Z"
        salt = dice.randbytes(SALT_BYTES)
        yield (position, name, data, text, at, salt, leaf_hash(position, name, text, at, salt, data)), tags


class _Teller:
    """The day it is, and mandates of that day."""

    def __init__(self, dice: Random, many: int) -> None:
        self.dice, self.told, self.many = dice, 0, many
        self.day = FIRST_DAY

    def mandate(self) -> Mandate:
        """Of the day the telling has come to; some count from a day before it."""
        self.told += 1
        self.day = FIRST_DAY + timedelta(days=self.told * 365 * YEARS // self.many)
        late = self.dice.randint(1, LATE_DAYS_MAX) if self.dice.random() < LATE_SHARE else 0
        return Mandate(
            person=f"p-{self.dice.randrange(40):012x}",
            post="treasurer",
            effective_on=self.day - timedelta(days=late),
            command=f"{self.told:032x}",
            why="as decided by the leading group",
            document=f"CZ-{self.day.year}-{self.told % 999}",
        )


def _facts(dice: Random, many: int) -> Iterator[tuple[date, Fact]]:
    """Without end: the register, then projects, payments and assessments in turn."""
    tell = _Teller(dice, many)

    def told(kind: type[Fact], **fields: Any) -> tuple[date, Fact]:
        return tell.day, kind(mandate=tell.mandate(), **fields)

    yield told(CountyNamed, county="long", name_zh="长县", name_en="Long County")
    for t in range(TOWNSHIPS):
        town = Township(code=f"t{t:02}", name_zh=f"镇{t}", name_en=f"Town {t}")
        yield told(TownshipRegistered, township=town.code, record=town)
    units = [_unit(n) for n in range(UNITS)]
    for one in units:
        yield told(UnitRegistered, unit=one.code, record=one)
    for f in range(FUNDS):
        yield told(FundAnnounced, fund=f"f{f}", record=_fund(f))
    stage = dict.fromkeys(range(PROJECTS), 0)
    spent: dict[str, Any] = {"commitment": "k0", "fund": "f0", "unit": units[0].code, "project": "p-0000"}
    for serial in count(1):
        n = dice.randrange(PROJECTS)
        code, unit, fund = f"p-{n:04}", units[n % UNITS].code, f"f{n % FUNDS}"
        line = {"plan": "2006-01", "line": f"{fund}.{code}"}
        if serial % PLAN_EVERY == 0:
            plan = f"pl-{serial // PLAN_EVERY}"
            content = _plan(serial)
            yield told(PlanDrafted, plan=plan, content=content, policy="long")
            yield told(PlanApproved, plan=plan, plan_hash=content.plan_hash, total_fen=0)
        draw = dice.random()
        if draw < 0.55:
            paid = {"amount_fen": dice.randrange(10**6), "payee": "a builder", "voucher": f"V-{serial}"}
            yield told(MoneyDisbursed, disbursement=f"d{serial}", **spent, **paid)
        elif draw < 0.75:
            spent = {"commitment": f"k{serial}", "fund": fund, "unit": unit, "project": code}
            yield told(LineCommitted, **line, **spent, amount_fen=dice.randrange(10**7))
        elif draw < 0.78:
            back = {"disbursement": f"d{serial - 1}", "amount_fen": 100, "reason": "paid twice"}
            yield told(MoneyReturned, **spent, **back)
        elif draw < 0.80:
            yield told(CommitmentReleased, **line, **spent, amount_fen=100, reason="cheaper")
        elif draw < 0.86:
            record = _unit(n % UNITS, stars=1 + dice.randrange(5))
            yield told(UnitAssessed, unit=unit, record=record, changed=("stars",))
        elif draw < 0.88:
            tranche = Tranche(code=f"t{serial % 12}", amount_fen=10**8)
            if serial % 2:
                yield told(TrancheAnnounced, fund=fund, tranche=tranche)
            else:
                yield told(TrancheReceived, fund=fund, tranche=tranche.code, amount_fen=10**8, arrived_on=tell.day)
        elif draw < 0.89:
            yield told(FundAmended, fund=fund, old_amount_fen=10**9, new_amount_fen=10**9)
        else:
            step, stage[n] = stage[n], (stage[n] + 1) % 4
            kinds: tuple[tuple[type[Fact], dict[str, Any]], ...] = (
                (ProjectProposed, {"unit": unit, "record": _project(n, unit)}),
                (ProjectAdmitted, {}),
                (ProjectStarted, {}),
                (ProjectAccepted, {"unit": unit, "evidence": "inspected on site"}),
            )
            kind, fields = kinds[step]
            yield told(kind, project=code, **fields)


def _plan(serial: int) -> Plan:
    """A plan of a line for every unit."""
    amounts = [10**6 + (serial + n) % 1000 for n in range(UNITS)]
    codes = [_unit(n).code for n in range(UNITS)]
    usual: dict[str, Any] = {"fund": "f0", "project": None, "rules": ("weight", "floor")}
    lines = tuple(
        PlanLine(line=f"f0.{code}", unit=code, amount_fen=fen, parts={"need": fen}, **usual)
        for code, fen in zip(codes, amounts, strict=True)
    )
    run = RunRecord(
        instance_hash="0" * 64, register_position=serial, policy="long", policy_version=1, policy_hash="0" * 64,
        rules=("weight", "floor"), engine="none", engine_version="0", parameters={}, termination="optimal",
        objectives=(),
    )  # fmt: skip
    use = FundUse(fund="f0", amount_fen=sum(amounts), allocated_fen=sum(amounts), unallocated_fen=0)
    return Plan(lines=lines, funds=(use,), sites=(), not_funded=(), run=run, plan_hash=f"{serial:064x}")


def _unit(n: int, stars: int = 3) -> Unit:
    return Unit(
        code=f"t{n % TOWNSHIPS:02}-v{n:03}", name_zh=f"村{n}", name_en=f"Village {n}", kind="village",
        township=f"t{n % TOWNSHIPS:02}", households=100 + n, population=400 + n, stars=stars, haves=("money", "people"),
    )  # fmt: skip


def _fund(f: int) -> Fund:
    return Fund(
        code=f"f{f}", name_zh=f"资金{f}", name_en=f"Fund {f}", department="finance", document_no=f"CZ-{f}",
        budget_year=2026, purposes=("road", "water"), amount_fen=10**9,
    )  # fmt: skip


def _project(n: int, unit: str) -> Project:
    return Project(
        code=f"p-{n:04}", unit=unit, name_zh=f"道路{n}", name_en=f"Road {n}", category="road",
        builder="village committee", responsible_post="village-head", purposes=("road",), closes=("place",),
        cost_fen=10**7, benefit=n % 100, target="two kilometres of road", due_on=date(2026, 12, 1), stage="proposed",
    )  # fmt: skip
