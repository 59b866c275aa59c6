"""Payments that stand out beside each other: several just under a limit, and one payee paid for several units.

A payee is the same however it is typed (`writing.plainly`). With T the limit, N the nearness in percent and D days,
payments of one payee are listed as split when at least two in a row, no more than D days apart, are each

    N / 100 * T <= payment < T,        so that together they pass what none of them does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from domain.auditing.finding import Entry, Finding, Said, largest_first
from domain.auditing.writing import plainly
from domain.facts.spending import MoneyDisbursed

LIMIT_FEN = 5_000_000
"""**(ours)** 50,000 yuan; where a county's own limit differs, the auditor gives it."""
NEAR_PERCENT = 80
DAYS = 30

Paid = tuple[int, MoneyDisbursed]
"""Position, and the payment."""


def split_payments(
    entries: Iterable[Entry], limit_fen: int = LIMIT_FEN, near_percent: int = NEAR_PERCENT, days: int = DAYS
) -> list[Finding]:
    """Rows of payments to one payee, each just under the limit."""
    return largest_first(
        _split(payee, run, limit_fen)
        for payee, paid in _by_payee(entries)
        for run in _runs([one for one in paid if _just_under(one, limit_fen, near_percent)], days)
    )


def across_units(entries: Iterable[Entry], units_min: int = 2) -> list[Finding]:
    """Payees that were paid for at least so many units."""
    found = []
    for payee, paid in _by_payee(entries):
        units = tuple(dict.fromkeys(one.unit for _, one in paid))
        if len(units) >= units_min:
            whole = sum(one.amount_fen for _, one in paid)
            said: dict[str, Said] = {"payee": payee, "units": units, "payments": len(paid), "total_fen": whole}
            found.append(Finding(kind="payees", positions=tuple(at for at, _ in paid), amount_fen=whole, said=said))
    return largest_first(found)


def _by_payee(entries: Iterable[Entry]) -> Iterator[tuple[str, list[Paid]]]:
    """Payments by payee, called as first written."""
    shelves: dict[str, list[Paid]] = {}
    for entry in entries:
        if isinstance(entry.fact, MoneyDisbursed):
            shelves.setdefault(plainly(entry.fact.payee), []).append((entry.position, entry.fact))
    for paid in shelves.values():
        yield paid[0][1].payee, paid


def _runs(near: list[Paid], days: int) -> Iterator[list[Paid]]:
    """Stretches of at least two payments, each at most `days` after the one before."""
    run: list[Paid] = []
    for one in sorted(near, key=lambda one: (_day(one), one[0])):
        if run and _day(one) - _day(run[-1]) > days:
            if len(run) > 1:
                yield run
            run = []
        run.append(one)
    if len(run) > 1:
        yield run


def _just_under(one: Paid, limit_fen: int, near_percent: int) -> bool:
    return near_percent * limit_fen <= 100 * one[1].amount_fen < 100 * limit_fen


def _day(one: Paid) -> int:
    return one[1].mandate.effective_on.toordinal()


def _split(payee: str, run: list[Paid], limit_fen: int) -> Finding:
    whole = sum(one.amount_fen for _, one in run)
    return Finding(
        kind="split",
        positions=tuple(sorted(at for at, _ in run)),
        amount_fen=whole,
        said={
            "payee": payee,
            "payments": len(run),
            "total_fen": whole,
            "limit_fen": limit_fen,
            "first_on": run[0][1].mandate.effective_on,
            "last_on": run[-1][1].mandate.effective_on,
            "units": tuple(dict.fromkeys(one.unit for _, one in run)),
        },
    )
