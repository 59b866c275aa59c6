"""The ledger: every movement of money as a double entry, summed per fund × unit × project, in both times (M07, M33).

Accounts, debits positive and credits negative, every fact in balance:

    owner      whoever gives the fund its money            to-come    announced and not yet arrived
    free       arrived and not reserved                    committed  reserved for a plan line
    paid       disbursed

`to-come` and `free` are the fund's; `committed` and `paid` carry unit and project.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import msgspec

from domain.facts import FUND_FACTS, SPENDING_FACTS, Fact
from projections.replay import Model, Shaped
from projections.shapes import shapes_of

Posting = tuple[str, str, str | None, str | None, int]
"""Account, fund, unit, project, fen (debit positive)."""
Key = tuple[str, str | None, str | None]
"""Fund, unit, project."""

ACCOUNTS = ("owner", "to-come", "free", "committed", "paid")
_FIGURES = ("announced", "arrived", "reserved", "disbursed", "returned")
_SUMS = len(ACCOUNTS) + len(_FIGURES)


class LedgerRow(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one fund's money for one unit and project, in fen; unit and project are None for the fund itself.

    `committed` is net of what was released; `free` is what may still be committed, `open` what may still be paid.
    """

    fund: str
    unit: str | None
    project: str | None
    announced_fen: int
    arrived_fen: int
    committed_fen: int
    disbursed_fen: int
    returned_fen: int
    free_fen: int
    open_fen: int


class LedgerFold:
    """The sums of every account, and of the movements a person asks for, per fund, unit and project."""

    def __init__(self, sums: dict[Key, list[int]] | None = None) -> None:
        self._sums = sums or {}

    def take(self, facts: Iterable[Shaped]) -> None:
        """Add the double entries of facts. (Nine in ten of a long log are spending, so that is done at once.)"""
        known = self._sums.get
        for _, _, name, fact in facts:
            spent = _SPENT.get(name)
            if spent is None:
                for account, fund, unit, project, fen in _entries(name, fact):
                    sums = self._of((fund, unit, project))
                    for place, sign in _PLACES[name, account]:
                        sums[place] += sign * fen
                continue
            fen, (of_fund, of_line) = fact.amount_fen, spent
            key = (fact.fund, fact.unit, fact.project)
            sums = known(key) or self._of(key)
            for place, sign in of_line:
                sums[place] += sign * fen
            if of_fund:
                key = (fact.fund, None, None)
                sums = known(key) or self._of(key)
                for place, sign in of_fund:
                    sums[place] += sign * fen

    def _of(self, key: Key) -> list[int]:
        sums = self._sums.get(key)
        if sums is None:
            sums = self._sums[key] = [0] * _SUMS
        return sums

    def size(self) -> int:
        """How many sums there are."""
        return len(self._sums)

    def dump(self) -> bytes:
        """The sums as bytes, in the order in which they were begun."""
        return msgspec.msgpack.encode([(*key, *sums) for key, sums in self._sums.items()])

    @classmethod
    def load(cls, state: bytes) -> LedgerFold:
        """The fold `dump` made."""
        return cls({(row[0], row[1], row[2]): row[3:] for row in msgspec.msgpack.decode(state)})

    def rows(self) -> list[LedgerRow]:
        """The ledger, by fund, unit and project."""
        ordered = sorted(self._sums.items(), key=lambda one: tuple((code is not None, code or "") for code in one[0]))
        return [_row(key, sums) for key, sums in ordered]

    def imbalance_fen(self) -> int:
        """What all accounts together add up to: nothing, always."""
        return sum(sum(sums[: len(ACCOUNTS)]) for sums in self._sums.values())


def _row(key: Key, sums: list[int]) -> LedgerRow:
    (fund, unit, project), (_, _, free, open_, _, announced, arrived, reserved, disbursed, returned) = key, sums
    return LedgerRow(
        fund=fund,
        unit=unit,
        project=project,
        announced_fen=announced,
        arrived_fen=arrived,
        committed_fen=reserved,
        disbursed_fen=disbursed,
        returned_fen=returned,
        free_fen=free,
        open_fen=open_,
    )


def postings(fact: Fact) -> Iterator[Posting]:
    """The double entry of a fact; most facts move no money and have none."""
    name = fact.stored_name()
    if name in _RULES:
        yield from _entries(name, fact)


def _entries(name: str, fact: Any) -> tuple[Posting, ...]:
    return _RULES[name](fact) if name in _RULES else ()


def _move(giver: str, taker: str, fund: str, fen: int) -> tuple[Posting, ...]:
    return ((giver, fund, None, None, -fen), (taker, fund, None, None, fen)) if fen else ()


def _spend(giver: str, taker: str) -> Callable[[Any], tuple[Posting, ...]]:
    """Between accounts of which only `free` is the fund's own."""

    def entries(fact: Any) -> tuple[Posting, ...]:
        fund, fen, line = fact.fund, fact.amount_fen, (fact.unit, fact.project)
        gives, takes = ((None, None) if account == "free" else line for account in (giver, taker))
        return ((giver, fund, *gives, -fen), (taker, fund, *takes, fen))

    return entries


_SPENDING = {
    "money.committed": ("free", "committed"),
    "money.commitment_released": ("committed", "free"),
    "money.disbursed": ("committed", "paid"),
    "money.returned": ("paid", "free"),
}
"""Stored name -> the account that gives and the one that takes."""
_RULES: dict[str, Callable[[Any], tuple[Posting, ...]]] = {
    **{name: _spend(*accounts) for name, accounts in _SPENDING.items()},
    "fund.announced": lambda fact: _move("owner", "to-come", fact.fund, fact.record.amount_fen),
    "fund.amended": lambda fact: _move("owner", "to-come", fact.fund, fact.new_amount_fen - fact.old_amount_fen),
    "fund.tranche_received": lambda fact: _move("to-come", "free", fact.fund, fact.amount_fen),
    "fund.pledge_received": lambda fact: (
        _move("owner", "free", fact.fund, fact.amount_fen) if fact.kind == "money" else ()
    ),
    "fund.carried_over": lambda fact: (
        ("free", fact.fund, None, None, -fact.amount_fen),
        ("free", fact.to_fund, None, None, fact.amount_fen),
    ),
    "fund.taken_back": lambda fact: _move("free", "owner", fact.fund, fact.amount_fen),
}
"""Stored name -> its double entry."""


def _places(name: str, account: str) -> Iterator[tuple[int, int]]:
    """Which sums an entry of such a fact on such an account belongs to, and with which sign."""
    figures: dict[str, tuple[tuple[str, bool, int], ...]] = {
        "owner": (("announced", name in ("fund.announced", "fund.amended"), -1),),
        "free": (("arrived", name.startswith("fund."), 1),),
        "committed": (("reserved", name != "money.disbursed", 1),),
        "paid": (("disbursed", name == "money.disbursed", 1), ("returned", name == "money.returned", -1)),
    }
    yield ACCOUNTS.index(account), 1
    for figure, counts, sign in figures.get(account, ()):
        if counts:
            yield len(ACCOUNTS) + _FIGURES.index(figure), sign


_PLACES = {(name, account): tuple(_places(name, account)) for name in _RULES for account in ACCOUNTS}


def _spent(name: str) -> tuple[tuple[tuple[int, int], ...], tuple[tuple[int, int], ...]]:
    """The same per kind of spending: places and signs of the fund's sums, and of those of its line."""
    giver, taker = _SPENDING[name]
    sides = [
        (account == "free", (place, sign * side))
        for account, side in ((giver, -1), (taker, 1))
        for place, sign in _PLACES[name, account]
    ]
    return tuple(one for free, one in sides if free), tuple(one for free, one in sides if not free)


_SPENT = {name: _spent(name) for name in _SPENDING}

LEDGER = Model(
    "ledger",
    {name: shape for name, shape in shapes_of(SPENDING_FACTS, FUND_FACTS).items() if name in _RULES},
    LedgerFold,
    LedgerFold.load,
)
