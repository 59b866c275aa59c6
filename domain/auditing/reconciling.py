"""A bank statement against the payments on record: who goes with whom, and how that was decided.

Every line and every payment ends in exactly one outcome. Steps, each on what the earlier ones left, each one to one:

    voucher    the line's voucher is the payment's (`plainly`); of several the pair that differs least goes first
    summary    the line has no voucher, but a word of its summary is the payment's voucher, and the sums agree
    payee      same direction, sum and payee, at most N days apart; by dates, earliest with earliest, which pairs as
               many as any assignment can (both sides are points on one line, and only their distance counts)
    anonymous  the same for lines that name no payee, where the line and the payment are each other's only choice
    vouchers   one line names several vouchers, all on record, which add up to its sum
    sum        one line is the sum of several payments to its payee within N days, in exactly one way, and no other
               line claims any of them
    apart      same sum and payee, more than N days apart; or another payee, and each is the other's only choice

What is found by `voucher`, `vouchers` or `apart` differs where sums, payees or days do; all else agrees. Payees and
vouchers are compared by `plainly`, so that width, case, spaces and punctuation never make a difference.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from datetime import date
from itertools import combinations
from typing import Literal, TypeVar

from msgspec import Struct

from domain.auditing.writing import plainly

DAYS = 5
"""**(ours)** A transfer is booked within a working week."""
CANDIDATES_MAX = 12
"""Of more payments no sum is tried: too many ways, and none of them safe."""

T = TypeVar("T")
Step = Literal["voucher", "summary", "payee", "anonymous", "vouchers", "sum", "apart"]
Differing = tuple[Literal["amount", "payee", "date"], ...]
Outcome = Literal["matched", "differs", "only_here", "only_there"]


class BankLine(Struct, frozen=True, kw_only=True):
    """One line of a statement: money out of the county's account, or into it."""

    row: int
    """As the file counts: the header is row 1."""
    on: date
    amount_fen: int
    out: bool
    payee: str = ""
    voucher: str = ""
    summary: str = ""


class Payment(Struct, frozen=True, kw_only=True):
    """A disbursement, or money that came back, as it is on record."""

    position: int
    code: str
    on: date
    amount_fen: int
    out: bool
    payee: str
    voucher: str
    unit: str
    project: str | None = None


class Entry(Struct, frozen=True, kw_only=True):
    """What came of some lines and payments."""

    outcome: Outcome
    step: Step | None = None
    lines: tuple[BankLine, ...] = ()
    payments: tuple[Payment, ...] = ()
    differing: Differing = ()


def reconcile(lines: Iterable[BankLine], payments: Iterable[Payment], days: int = DAYS) -> list[Entry]:
    """Every line and every payment in one outcome: by row, then, what is only on record, by position.

    Rows, and positions, are each given once.
    """
    work = _Work(lines, payments, days)
    for step in (work.by_voucher, work.by_summary, work.by_payee, work.unnamed):
        step()
    for step in (work.by_vouchers, work.by_sum, work.apart):
        step()
    left = [Entry(outcome="only_there", lines=(line,)) for line in work.lines.values()]
    ours = [Entry(outcome="only_here", payments=(one,)) for one in work.payments.values()]
    return sorted([*work.found, *left], key=lambda entry: entry.lines[0].row) + ours


class _Work:
    """What is found so far, and what is left of both sides: lines by row, payments by position, in order."""

    def __init__(self, lines: Iterable[BankLine], payments: Iterable[Payment], days: int) -> None:
        self.lines = {line.row: line for line in sorted(lines, key=lambda line: line.row)}
        self.payments = {one.position: one for one in sorted(payments, key=lambda one: one.position)}
        self.days = days
        self.found: list[Entry] = []

    def by_voucher(self) -> None:
        """The line's voucher is the payment's."""
        groups = _grouped(self.payments.values(), _voucher_of)
        pairs = [(line, one) for line in self.lines.values() for one in groups.get(_voucher_of(line), ())]
        for line, one in sorted(pairs, key=lambda pair: (*self._distance(*pair), pair[0].row, pair[1].position)):
            if line.row in self.lines and one.position in self.payments:
                self._take("voucher", line, (one,), self._differing(line, one))

    def by_summary(self) -> None:
        """A word of the summary is the payment's voucher, and the sums agree."""
        groups = _grouped(self.payments.values(), _voucher_of)
        for line in list(self.lines.values()):
            if plainly(line.voucher):
                continue
            told = dict.fromkeys(plainly(word) for word in words_of(line.summary))
            meant = [one for word in told for one in groups.get((line.out, word), ()) if one.position in self.payments]
            if len(meant) == 1 and not self._differing(line, meant[0]):
                self._take("summary", line, meant)

    def by_payee(self) -> None:
        """Same sum and payee, near in time, as many as can be."""
        ours = _grouped(self.payments.values(), _whole_of)
        for key, theirs in _grouped(self.lines.values(), _whole_of).items():
            for line, one in _earliest_first(theirs, ours.get(key, []), self.days):
                self._take("payee", line, (one,))

    def unnamed(self) -> None:
        """A line without a payee, and the one payment it can mean."""
        silent = [line for line in self.lines.values() if not plainly(line.payee)]
        for line, one in self._only_choices(silent):
            self._take("anonymous", line, (one,))

    def by_vouchers(self) -> None:
        """A line that names several vouchers whose payments add up to it."""
        groups = _grouped(self.payments.values(), _voucher_of)
        for line in list(self.lines.values()):
            told = [word for word in dict.fromkeys(map(plainly, words_of(line.voucher))) if word]
            meant = [one for word in told for one in groups.get((line.out, word), ()) if one.position in self.payments]
            whole = sum(one.amount_fen for one in meant)
            if len(told) > 1 and len(meant) == len(told) and whole == line.amount_fen:
                ways = {way for one in meant for way in self._differing(line, one) if way != "amount"}
                self._take("vouchers", line, meant, tuple(sorted(ways, reverse=True)))

    def by_sum(self) -> None:
        """A line that is the sum of several payments in exactly one way."""
        groups = _grouped(self.payments.values(), lambda one: (one.out, plainly(one.payee)))
        claims: list[tuple[BankLine, tuple[Payment, ...]]] = []
        wanted: Counter[int] = Counter()
        for line in self.lines.values():
            if not plainly(line.payee):
                continue
            same = groups.get((line.out, plainly(line.payee)), ())
            near = [one for one in same if _days(line, one) <= self.days]
            ways = _ways(near, line.amount_fen) if 2 <= len(near) <= CANDIDATES_MAX else []
            if len(ways) == 1:
                claims.append((line, ways[0]))
            # a line that can be told in several ways may mean any of them: no other line takes one for certain
            wanted.update(one.position for one in (ways[0] if len(ways) == 1 else near if ways else ()))
        for line, way in claims:
            if all(wanted[one.position] == 1 for one in way):
                self._take("sum", line, way)

    def apart(self) -> None:
        """What is alike but for its day, or but for its payee."""
        ours = _grouped(self.payments.values(), _whole_of)
        for line in [line for line in self.lines.values() if plainly(line.payee)]:
            same = [one for one in ours.get(_whole_of(line), ()) if one.position in self.payments]
            if same:
                one = min(same, key=lambda one: (_days(line, one), one.position))
                self._take("apart", line, (one,), self._differing(line, one))
        for line, one in self._only_choices([line for line in self.lines.values() if plainly(line.payee)]):
            self._take("apart", line, (one,), self._differing(line, one))

    def _only_choices(self, lines: Sequence[BankLine]) -> list[tuple[BankLine, Payment]]:
        """Pairs of one sum, near in time, in which each side is the other's only choice."""
        ours = _grouped(self.payments.values(), lambda one: (one.out, one.amount_fen))
        choices = [
            (line, [one for one in ours.get((line.out, line.amount_fen), ()) if _days(line, one) <= self.days])
            for line in lines
        ]
        wanted = Counter(one.position for _, near in choices for one in near)
        return [(line, near[0]) for line, near in choices if len(near) == 1 and wanted[near[0].position] == 1]

    def _take(self, step: Step, line: BankLine, meant: Sequence[Payment], differing: Differing = ()) -> None:
        del self.lines[line.row]
        for one in meant:
            del self.payments[one.position]
        outcome: Outcome = "differs" if differing else "matched"
        self.found.append(Entry(outcome=outcome, step=step, lines=(line,), payments=tuple(meant), differing=differing))

    def _differing(self, line: BankLine, one: Payment) -> Differing:
        found: list[Literal["amount", "payee", "date"]] = []
        if line.amount_fen != one.amount_fen:
            found.append("amount")
        if plainly(line.payee) and plainly(line.payee) != plainly(one.payee):
            found.append("payee")
        if _days(line, one) > self.days:
            found.append("date")
        return tuple(found)

    def _distance(self, line: BankLine, one: Payment) -> tuple[int, int]:
        return len(self._differing(line, one)), _days(line, one)


def _days(line: BankLine, one: Payment) -> int:
    return abs((line.on - one.on).days)


def _voucher_of(thing: BankLine | Payment) -> Hashable | None:
    """Direction and voucher; None where there is none."""
    voucher = plainly(thing.voucher)
    return (thing.out, voucher) if voucher else None


def _whole_of(thing: BankLine | Payment) -> Hashable | None:
    """Direction, sum and payee; None where nobody is named."""
    payee = plainly(thing.payee)
    return (thing.out, thing.amount_fen, payee) if payee else None


def _grouped(things: Iterable[T], key: Callable[[T], Hashable | None]) -> dict[Hashable | None, list[T]]:
    """Things by their key, those without one left out."""
    groups: dict[Hashable | None, list[T]] = {}
    for thing in things:
        if (found := key(thing)) is not None:
            groups.setdefault(found, []).append(thing)
    return groups


def _earliest_first(
    lines: Sequence[BankLine], payments: Sequence[Payment], days: int
) -> Iterator[tuple[BankLine, Payment]]:
    """Pairs at most `days` apart, as many as can be: whoever comes first and has nobody near can never be paired."""
    theirs = sorted(lines, key=lambda line: (line.on, line.row))
    ours = sorted(payments, key=lambda one: (one.on, one.position))
    at = to = 0
    while at < len(theirs) and to < len(ours):
        apart = (theirs[at].on - ours[to].on).days
        if abs(apart) <= days:
            yield theirs[at], ours[to]
            at, to = at + 1, to + 1
        elif apart > 0:
            to += 1
        else:
            at += 1


def _ways(payments: Sequence[Payment], amount_fen: int) -> list[tuple[Payment, ...]]:
    """Every choice of at least two payments that adds up; two are enough to know that none is safe."""
    ways: list[tuple[Payment, ...]] = []
    for size in range(2, len(payments) + 1):
        for chosen in combinations(payments, size):
            if sum(one.amount_fen for one in chosen) == amount_fen:
                ways.append(chosen)
                if len(ways) > 1:
                    return ways
    return ways


def words_of(text: str) -> list[str]:
    """The words of a cell of vouchers or of a summary: between spaces and marks other than `-`, `_`, `/` and `.`."""
    return re.split(r"[^\w\-/.]+", text)
