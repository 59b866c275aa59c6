"""The ledger of the facts as a beancount file: every movement of money a transaction, whole fen, exact.

    Equity:FUND:Owner        whoever gives the fund its money       (credit)
    Assets:FUND:ToCome       announced and not yet arrived
    Assets:FUND:Free         arrived and not reserved
    Assets:FUND:Committed:UNIT[:PROJECT]     reserved for a plan line
    Expenses:FUND:Paid:UNIT[:PROJECT]        paid out, less what came back

A transaction stands on the day it counts from, tells the position of its fact in the log and the document it rests on
(as a link too); on the day after the last one every balance is stated, so that `bean-check` adds up on its own.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from documents.standalone.certificate_check.sayings import Wrong
from documents.standalone.pack_check.facts import FactLine

LEDGER = "ledger.beancount"
Place = tuple[str, ...]
"""State, fund, and for committed and paid money the unit, and the project if there is one."""
SAID = {
    "fund.announced": "公布资金 fund announced",
    "fund.amended": "调整金额 amount amended",
    "fund.tranche_received": "资金到账 tranche received",
    "fund.pledge_received": "帮扶到账 pledge received",
    "fund.carried_over": "结转 carried over",
    "fund.taken_back": "收回 taken back",
    "money.committed": "承诺 committed",
    "money.commitment_released": "解除承诺 commitment released",
    "money.disbursed": "支付 disbursed",
    "money.returned": "退回 returned",
}
STATES = {
    "owner": "Equity:{}:Owner",
    "to-come": "Assets:{}:ToCome",
    "free": "Assets:{}:Free",
    "committed": "Assets:{}:Committed",
    "paid": "Expenses:{}:Paid",
}
TOLD = ("plan", "line", "commitment", "disbursement", "voucher", "tranche", "pledge", "to_fund")
HEAD = """\
; 统筹 Tongchou: 由账本事实逐笔生成 · made from the facts of the log, one by one. bean-check 可核 · checks it.
option "title" "统筹 Tongchou"
option "operating_currency" "CNY"
"""


@dataclass(frozen=True)
class Entry:
    """One movement of money: what a fact takes from one place and gives to another, in fen."""

    fact: FactLine
    giver: Place
    taker: Place
    fen: int


def entries_of(facts: Iterable[FactLine]) -> Iterator[Entry]:
    """The movements of the facts that move money."""
    for fact in facts:
        if fact.name in SAID:
            try:
                giver, taker, fen = _moved(fact.name, fact.said)
            except (KeyError, TypeError) as fault:
                raise Wrong("fact", position=fact.position) from fault
            if fen:
                yield Entry(fact, giver, taker, fen)


def _moved(name: str, said: dict[str, Any]) -> tuple[Place, Place, int]:
    fund = said["fund"]
    owner, to_come, free = ("owner", fund), ("to-come", fund), ("free", fund)
    if name == "fund.announced":
        return owner, to_come, said["record"]["amount_fen"]
    if name == "fund.amended":
        return owner, to_come, said["new_amount_fen"] - said["old_amount_fen"]
    fen = said["amount_fen"]
    if name == "fund.tranche_received":
        return to_come, free, fen
    if name == "fund.pledge_received":
        return owner, free, fen if said["kind"] == "money" else 0
    if name == "fund.carried_over":
        return free, ("free", said["to_fund"]), fen
    if name == "fund.taken_back":
        return free, owner, fen
    whom = (fund, said["unit"], *([said["project"]] if said["project"] else []))
    committed, paid = ("committed", *whom), ("paid", *whom)
    if name == "money.committed":
        return free, committed, fen
    if name == "money.commitment_released":
        return committed, free, fen
    return (committed, paid, fen) if name == "money.disbursed" else (paid, free, fen)


def balances_of(entries: Iterable[Entry]) -> dict[Place, int]:
    """What is in every place after all movements, in fen; what was given away is negative."""
    balances: dict[Place, int] = {}
    for entry in entries:
        balances[entry.giver] = balances.get(entry.giver, 0) - entry.fen
        balances[entry.taker] = balances.get(entry.taker, 0) + entry.fen
    return balances


def ledger_text(facts: Iterable[FactLine]) -> str:
    """The whole beancount file; the same facts give the same bytes."""
    return "".join(ledger_pieces(facts))


def ledger_pieces(facts: Iterable[FactLine]) -> Iterator[str]:
    """The file piece by piece: of a long log it is much longer than the facts themselves."""
    told = list(facts)
    entries = sorted(entries_of(told), key=lambda entry: (entry.fact.effective_on, entry.fact.position))
    names = _names(told)
    accounts = _Accounts(entries)
    yield HEAD
    opened: dict[Place, str] = {}
    for entry in entries:
        for place in (entry.giver, entry.taker):
            opened.setdefault(place, entry.fact.effective_on)
    ordered = sorted(opened, key=lambda place: accounts[place])
    for place in ordered:
        yield f"{opened[place]} open {accounts[place]} CNY\n{_meta('code', ' '.join(place[1:]))}"
    for entry in entries:
        yield _transaction(entry, accounts, names)
    if entries:
        after = (date.fromisoformat(entries[-1].fact.effective_on) + timedelta(days=1)).isoformat()
        wholes: dict[Place, int] = {}  # an account's balance is that of all accounts below it, too
        for place, fen in balances_of(entries).items():
            for depth in range(1, len(place) + 1):
                wholes[place[:depth]] = wholes.get(place[:depth], 0) + fen
        yield "\n"
        for place in ordered:
            yield f"{after} balance {accounts[place]}  {yuan_of(wholes[place])} CNY\n"


def yuan_of(fen: int) -> str:
    """Whole fen as yuan with two decimals, exactly."""
    whole, part = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{whole}.{part:02d}"


def _transaction(entry: Entry, accounts: _Accounts, names: dict[str, str]) -> str:
    fact, said, mandate = entry.fact, entry.fact.said, entry.fact.said["mandate"]
    subjects = [names[key] for kind in ("unit", "project", "fund") if (key := f"{kind}:{said.get(kind)}") in names]
    payee = said.get("payee") or names.get(f"fund:{said['fund']}") or said["fund"]
    head = f"\n{fact.effective_on} * {_quoted(payee)} {_quoted(' · '.join([SAID[fact.name], *subjects]))}"
    document = mandate.get("document")
    if document:
        head += f" ^{link_of(document)}"
    told = [("recorded-at", fact.recorded_at), ("fact", fact.name), ("post", mandate["post"]), ("document", document)]
    told += [(key.replace("_", "-"), said.get(key)) for key in TOLD]
    lines = [head + "\n", f"  position: {fact.position}\n"]
    lines += [_meta(key, value) for key, value in told if value]
    for place, fen in ((entry.giver, -entry.fen), (entry.taker, entry.fen)):
        lines.append(f"  {accounts[place]}  {yuan_of(fen)} CNY\n    position: {fact.position}\n")
    return "".join(lines)


def _meta(key: str, value: object) -> str:
    return f"  {key}: {_quoted(str(value))}\n"


def _quoted(text: str) -> str:
    """A text as beancount reads it: on one line, nothing in it that ends it."""
    plain = text if text.isprintable() else "".join(sign if sign.isprintable() else " " for sign in text)
    return '"' + plain.replace("\\", "\\\\").replace('"', '\\"') + '"'


def link_of(document: str) -> str:
    """A document's number as a link: what a link may hold of it, and a few digits of its hash where that is not all."""
    plain = re.sub(r"[^A-Za-z0-9_.-]+", "-", document).strip("-.")
    if plain != document:
        plain += ("-" if plain else "") + hashlib.sha256(document.encode()).hexdigest()[:8]
    return f"doc-{plain}"


def _names(facts: Iterable[FactLine]) -> dict[str, str]:
    """The names of units, projects and funds as they were given last, Chinese before English."""
    names: dict[str, str] = {}
    for fact in facts:
        kind = fact.name.partition(".")[0]
        if kind in ("unit", "project", "fund") and isinstance(record := fact.said.get("record"), dict):
            names[f"{kind}:{fact.said.get(kind)}"] = str(record.get("name_zh") or record.get("name_en") or "")
    return {key: name for key, name in names.items() if name}


class _Accounts:
    """An account for every place. A code becomes a component beancount takes; two that would be one stay apart."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._accounts: dict[Place, str] = {}
        self._taken: set[str] = set()
        self._component: dict[str, str] = {}
        places = {place for entry in entries for place in (entry.giver, entry.taker)}
        for code in sorted({code for place in places for code in place[1:]}):
            self._component[code] = self._free(code)
        for place in places:
            state, fund, *whom = place
            parts = [STATES[state].format(self._component[fund]), *(self._component[code] for code in whom)]
            self._accounts[place] = ":".join(parts)

    def __getitem__(self, place: Place) -> str:
        return self._accounts[place]

    def _free(self, code: str) -> str:
        plain = "".join(sign if sign.isalpha() or sign.isdecimal() else "-" for sign in code)
        plain = plain[:1].upper() + plain[1:] if plain[:1].isascii() and plain[:1].isalnum() else f"X{plain}"
        wanted, number = plain, 1
        while wanted in self._taken:
            number += 1
            wanted = f"{plain}-{number}"
        self._taken.add(wanted)
        return wanted
