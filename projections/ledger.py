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
    """What every kind of spending adds up to per line, and the sums of the funds' own accounts.

    The accounts of a line follow from how much was committed, released, paid and returned; so of the many facts that
    spend, each is one addition, and accounts are made up when rows are asked for.
    """

    def __init__(self, spent: dict[Key, list[int]] | None = None, funds: dict[str, list[int]] | None = None) -> None:
        self._spent = spent or {}
        self._funds = funds or {}

    def take(self, facts: Iterable[Shaped]) -> None:
        """Add the double entries of facts."""
        spent = self._spent
        for _, _, name, fact in facts:
            place = _SPENT.get(name)
            if place is None:
                self._take_funds(name, fact)
                continue
            key = (fact.fund, fact.unit, fact.project)
            if key not in spent:
                spent[key] = [0] * len(_SPENT)
            spent[key][place] += fact.amount_fen

    def size(self) -> int:
        """How many sums there are."""
        return len(self._spent) + len(self._funds)

    def dump(self) -> bytes:
        """The sums as bytes, in the order in which they were begun."""
        return msgspec.msgpack.encode((list(self._spent.items()), self._funds))

    @classmethod
    def load(cls, state: bytes) -> LedgerFold:
        """The fold `dump` made."""
        spent, funds = _decode(state)
        return cls(dict(spent), funds)

    def rows(self) -> list[LedgerRow]:
        """The ledger, by fund, unit and project."""
        ordered = sorted(self._sums().items(), key=lambda one: tuple((code is not None, code or "") for code in one[0]))
        return [_row(key, sums) for key, sums in ordered]

    def imbalance_fen(self) -> int:
        """What all accounts together add up to: nothing, always."""
        return sum(sum(sums[: len(ACCOUNTS)]) for sums in self._sums().values())

    def _take_funds(self, name: str, fact: Any) -> None:
        for account, fund, _, _, fen in _RULES[name](fact):
            sums = self._funds.setdefault(fund, [0] * _SUMS)
            for place, sign in _PLACES[name, account]:
                sums[place] += sign * fen

    def _sums(self) -> dict[Key, list[int]]:
        """Accounts and figures of every row."""
        made: dict[Key, list[int]] = {(fund, None, None): list(sums) for fund, sums in self._funds.items()}
        for key, amounts in self._spent.items():
            line = made.setdefault(key, [0] * _SUMS)
            fund = made.setdefault((key[0], None, None), [0] * _SUMS)
            for (giver, taker), name, fen in zip(_SPENDING.values(), _SPENDING, amounts, strict=True):
                for account, sign in ((giver, -1), (taker, 1)):
                    of = fund if account == "free" else line
                    for place, also in _PLACES[name, account]:
                        of[place] += sign * also * fen
        return made


_State = tuple[list[tuple[Key, list[int]]], dict[str, list[int]]]
_decode = msgspec.msgpack.Decoder(_State).decode


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

_SPENT = {name: place for place, name in enumerate(_SPENDING)}

LEDGER = Model(
    "ledger",
    {name: shape for name, shape in shapes_of(SPENDING_FACTS, FUND_FACTS).items() if name in _RULES},
    LedgerFold,
    LedgerFold.load,
)
