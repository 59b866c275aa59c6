"""Backdated facts: recorded long after the day they count from, or after what they touch was closed (M33).

A fact is listed when it was recorded more than N days after its `effective_on`, or, however few days late, when it
counts from a day before something was closed and was recorded after that:

    year     the calendar year it counts from was over when it was recorded
    fund     its fund had been closed (M08)
    plan     a plan had been approved that was computed from such facts (register, projects, funds, policy)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from domain.auditing.finding import Entry, Finding
from domain.facts import CASE_FACTS
from domain.facts.base import Fact
from domain.facts.funds import FundClosed
from domain.facts.plans import PlanApproved

LATE_DAYS = 30
"""**(ours)** A month of grace for papers on their way."""


def backdated(entries: Iterable[Entry], days: int = LATE_DAYS) -> list[Finding]:
    """Every backdated fact in the order of the record; the entries must be all facts up to a position, in order."""
    return list(_backdated(entries, days))


def _backdated(entries: Iterable[Entry], days: int) -> Iterator[Finding]:
    closed_funds: dict[str, tuple[date, int]] = {}
    approved: list[tuple[date, int]] = []
    for entry in entries:
        fact, recorded_on = entry.fact, entry.recorded_at.date()
        counts_from = fact.mandate.effective_on
        late = (recorded_on - counts_from).days
        closings: list[tuple[str, int]] = []
        if recorded_on.year > counts_from.year:
            closings.append(("year", entry.position))
        fund = getattr(fact, "fund", None)
        if fund in closed_funds and counts_from < closed_funds[fund][0]:
            closings.append(("fund", closed_funds[fund][1]))
        if isinstance(fact, CASE_FACTS):
            before = [at for day, at in approved if counts_from <= day < recorded_on]
            closings += [("plan", before[-1])] if before else []
        if late > days or (late > 0 and closings):
            yield _finding(entry, late, closings)
        if isinstance(fact, FundClosed):
            closed_funds[fact.fund] = (counts_from, entry.position)
        if isinstance(fact, PlanApproved):
            approved.append((counts_from, entry.position))


def _finding(entry: Entry, late: int, closings: list[tuple[str, int]]) -> Finding:
    fact: Fact = entry.fact
    witnesses = {at for _, at in closings} | {entry.position}
    return Finding(
        kind="backdated",
        positions=tuple(sorted(witnesses)),
        amount_fen=_sum_of(fact),
        said={
            "at": entry.position,
            "effective_on": fact.mandate.effective_on,
            "recorded_on": entry.recorded_at.date(),
            "days": late,
            "closed": tuple(name for name, _ in closings),
        },
    )


def _sum_of(fact: Fact) -> int:
    """The money a fact moves, where it names one sum."""
    value = getattr(fact, "amount_fen", 0)
    return value if isinstance(value, int) else 0
