"""What the auditor's page shows of a moment: the rails of time, every fund's money then, where it went, the chain."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from markupsafe import Markup

from documents.record_map import RecordMap, record_map
from documents.svg.bars import reach_bar
from documents.svg.flow import End, flow, fund_class
from documents.svg.timeline import Happened, Moments, Words, timeline
from documents.wording import money, money_unit, name
from domain.facts import Fact
from domain.facts.funds import TrancheReceived
from domain.facts.plans import (
    ObjectionsClosed,
    PlanAnnounced,
    PlanApproved,
    PlanDrafted,
    PlanNoticed,
    PlanProposed,
    PlanReturned,
    PlanReviewed,
    PlanSuperseded,
)
from domain.facts.policies import PolicyAdopted
from domain.facts.register import CountyNamed
from domain.facts.spending import CommitmentReleased, LineCommitted, MoneyDisbursed, MoneyReturned
from domain.money import Lang
from history.log import Recorded
from history.note import cosigned_at
from service.county import County
from service.keys import keyring
from service.ledger import ledger_at
from service.registers import Moment, register_at
from service.sealing import Resting, kept, resting_on
from service.showing import speaking
from texts import Both, both

DECIDED: tuple[type[Fact], ...] = (
    CountyNamed,
    PolicyAdopted,
    TrancheReceived,
    PlanDrafted,
    PlanProposed,
    PlanReviewed,
    PlanAnnounced,
    ObjectionsClosed,
    PlanApproved,
    PlanReturned,
    PlanNoticed,
    PlanSuperseded,
)
"""Named on the rails."""
SPENT: tuple[type[Fact], ...] = (LineCommitted, CommitmentReleased, MoneyDisbursed, MoneyReturned)
"""A thin stroke each."""
STROKES_FROM, STROKES_MAX = 20_000, 400
"""Strokes come from so many facts before the end of the log, and of those so many, evenly, and every late one."""


@dataclass(frozen=True)
class FundThen:
    """One fund's money at a moment, in fen."""

    fund: str
    name: Both
    css: str
    announced_fen: int
    arrived_fen: int
    committed_fen: int
    disbursed_fen: int

    @property
    def to_commit_fen(self) -> int:
        """What has arrived and is not committed."""
        return self.arrived_fen - self.committed_fen

    def share(self, fen: int) -> Decimal:
        """A part of what was announced."""
        return Decimal(fen) / max(self.announced_fen, 1)

    def bar(self, longest_fen: int) -> Markup:
        """How far the fund has come, on the scale of the largest."""
        reached = {"announced": self.announced_fen, "arrived": self.arrived_fen, "committed": self.committed_fen}
        return reach_bar({**reached, "disbursed": self.disbursed_fen}, self.css, longest_fen)


@dataclass(frozen=True)
class Moved:
    """One sum of one fund, or of all, at two moments, in fen."""

    name: Both
    of: str
    before_fen: int
    after_fen: int

    @property
    def more_fen(self) -> int:
        """By how much it grew."""
        return self.after_fen - self.before_fen


@dataclass(frozen=True)
class Chain:
    """How far the record is sealed, and who signed."""

    facts: int
    sealed: int
    unsealed: int
    root: str
    witnesses: tuple[str, ...]
    key_known: bool


def rails(
    county: County, at: Moment, lang: Lang, since: date | None = None
) -> tuple[Markup | None, list[Happened], Both]:
    """The picture of the two times, the named decisions on it, and what it shows; no picture of an empty record.

    `since` is the day that is compared with, where there is one.
    """
    as_of, known_on = at.as_of or county.today(), at.known_on or recorded_on(county, at)
    facts = sorted({one.position: one for one in _happened(county, at, as_of)}.values(), key=lambda one: one.position)
    if not facts:
        return None, [], both("web.audit.rails")
    late = sum(one.late for one in facts if one.standing == "known")
    words = Words(
        (
            (both("web.audit.as_of"), both("web.audit.rail_counts")),
            (both("web.audit.known_at"), both("web.audit.rail_recorded")),
        ),
        [both(f"web.month.{month}") for month in range(1, 13)],
        both("web.audit.today"),
        both("web.audit.rail_late", late=late),
    )
    finding = both("web.audit.rails_finding", late=late) if late else both("web.audit.rails_prompt")
    with speaking(lang):
        drawn = timeline(
            facts,
            Moments(as_of, known_on, county.today(), since),
            words,
            title=both("web.audit.rails"),
            finding=finding,
        )
    return drawn, [one for one in facts if one.name is not None], finding


def recorded_on(county: County, at: Moment) -> date:
    """The day by whose end a moment's facts were on the record: today, where nothing came after them."""
    if at.position >= county.log.head():
        return county.today()
    last = next(iter(county.log.facts(after=max(at.position, 1) - 1, until=max(at.position, 1))))
    return last.recorded_at.date()


def funds_then(county: County, at: Moment) -> list[FundThen]:
    """Every fund's money at a moment. Raises `NothingRegistered`."""
    funds, sums = register_at(county, at).funds, dict[str, list[int]]()
    for row in ledger_at(county, at):
        found = sums.setdefault(row.fund, [0, 0, 0, 0])
        if row.unit is None and row.project is None:
            found[0], found[1] = row.announced_fen, row.arrived_fen
        else:
            found[2] += row.committed_fen
            found[3] += row.disbursed_fen - row.returned_fen
    return [
        FundThen(code, name(fund), fund_class(code, number), *sums.get(code, [0, 0, 0, 0]))
        for number, (code, fund) in enumerate(funds.items())
    ]


def moved_between(first: list[FundThen], second: list[FundThen]) -> list[Moved]:
    """The sums of funds that moved from one moment to another."""
    before = {one.fund: one for one in first}
    rows = [
        Moved(fund.name, of, getattr(before.get(fund.fund), f"{of}_fen", 0), getattr(fund, f"{of}_fen"))
        for of in ("announced", "arrived", "committed", "disbursed")
        for fund in second
    ]
    return [row for row in rows if row.more_fen]


def committed_map(county: County, at: Moment, lang: Lang, finding: Both) -> RecordMap | None:
    """What is committed to every unit, on the map."""
    with speaking(lang):
        return record_map(register_at(county, at), committed_by_unit(county, at), finding)


def committed_by_unit(county: County, at: Moment) -> Counter[str]:
    """What is committed to every unit at a moment, in fen."""
    committed = Counter[str]()
    for row in ledger_at(county, at):
        if row.unit is not None:
            committed[row.unit] += row.committed_fen
    return committed


def committed_flow(county: County, at: Moment, lang: Lang) -> tuple[Markup | None, Both]:
    """Where committed money goes, fund by township, and the sentence that says it."""
    register = register_at(county, at)
    ribbons, towns = dict[tuple[str, str], int](), dict[str, int]()
    for row in ledger_at(county, at):
        unit = register.units.get(row.unit or "")
        if unit is not None and row.committed_fen > 0:
            key = (row.fund, unit.township)
            ribbons[key] = ribbons.get(key, 0) + row.committed_fen
            towns[unit.township] = towns.get(unit.township, 0) + row.committed_fen
    if not towns:
        return None, both("web.audit.nothing_committed")
    ordered = sorted(towns, key=lambda code: (-towns[code], code))
    funds = [code for code in register.funds if any(fund == code for fund, _ in ribbons)]
    finding = both(
        "web.audit.flow_finding", town=name(register.townships[ordered[0]]), amount=money_unit(towns[ordered[0]])
    )
    sums = {fund: sum(fen for (of, _), fen in ribbons.items() if of == fund) for fund in funds}
    with speaking(lang):
        drawn = flow(
            {fund: End(name(register.funds[fund]), money(sums[fund]), sums[fund]) for fund in funds},
            {town: End(name(register.townships[town]), money(towns[town]), towns[town]) for town in ordered},
            ribbons,
            [fund_class(fund, list(register.funds).index(fund)) for fund in funds],
            title=both("web.audit.flow"),
            description=finding,
        )
    return drawn, finding


def chain(county: County, at: Moment) -> Chain:
    """How far the record is sealed at a moment, as the checkpoints kept say; verifying anew is another question."""
    resting: Resting = resting_on(county, at.position)
    known = {key.name for key in keyring(county).witnesses}
    notes = [note for note, says in kept(county.log.recorder) if says.size == resting.sealed]
    signed = {line.name for note in notes for line in note.signatures if cosigned_at(line) and line.name in known}
    return Chain(
        at.position,
        resting.sealed,
        resting.unsealed,
        resting.root.hex(),
        tuple(sorted(signed)),
        keyring(county).at(max(at.position, 1)) is not None,
    )


def _happened(county: County, at: Moment, as_of: date) -> Iterator[Happened]:
    for recorded in county.log.facts(types=DECIDED):
        yield _as_happened(recorded, at, as_of, both(f"web.timeline.{recorded.fact.stored_name()}"))
    head = county.log.head()
    spent = [
        _as_happened(one, at, as_of, None) for one in county.log.facts(after=max(head - STROKES_FROM, 0), types=SPENT)
    ]
    step = max(len(spent) // STROKES_MAX, 1)
    yield from (one for number, one in enumerate(spent) if one.late or number % step == 0)


def _as_happened(recorded: Recorded, at: Moment, as_of: date, named: Both | None) -> Happened:
    counts_on = recorded.fact.mandate.effective_on
    standing: Literal["known", "unknown", "later"] = (
        "unknown" if recorded.position > at.position else "later" if counts_on > as_of else "known"
    )
    return Happened(recorded.position, counts_on, recorded.recorded_at.date(), named, standing)
