"""Processes of a storm: clerks who decide about one fund until they are killed, a reader, a keeper of tables.

Each writes what it does line by line into a file of its own, so that nothing it said is lost with it. What a clerk
decides hangs on its seed and on what it reads; each command is said before it is tried and again when it is answered.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, date, datetime
from functools import partial
from itertools import count
from pathlib import Path
from random import Random
from secrets import token_bytes
from typing import TextIO, TypeVar

from domain.decisions import (
    AmendFund,
    AnnounceTranche,
    CommitLine,
    CorrectUnit,
    Deciding,
    Disburse,
    ReceiveTranche,
    ReleaseCommitment,
    ReturnMoney,
)
from domain.errors import Refusal
from domain.facts import PLAN_FACTS, Mandate
from domain.facts.funds import TrancheAnnounced
from domain.folds import MoneyFold, PlansFold
from domain.plan import PlanLine
from history.faults import StoreFault
from history.log import Log, Receipt
from history.store import open_log
from projections.views import Views

DAY = date(2026, 5, 1)
FUND, PLAN = "service", "pl1"
DEEDS = (*("commit", "pay") * 4, *("release", "return") * 2, "promise", "receive", "amend", "correct")
AGAIN_SECONDS = 0.05
"""How long a clerk waits before it repeats a command the store could not answer."""


def now() -> datetime:
    return datetime.now(UTC)


class Clerk:
    """One who commits, pays, releases, takes back and corrects; half of what it tries is allowed."""

    def __init__(self, log: Log, name: str) -> None:
        self.log, self.name, self.dice = log, name, Random(name)
        self.numbers = count(1)
        self.read_to = 0
        self.money = MoneyFold()
        self.promised: list[str] = []
        plans = PlansFold()
        for recorded in log.facts(types=PLAN_FACTS):
            plans.apply(recorded.fact)
        content = plans.plans[PLAN].content
        assert content is not None
        self.lines: tuple[PlanLine, ...] = content.lines

    def next(self) -> Deciding:
        """What it wants now, on what it has read."""
        self._read_on()
        command = f"{self.name}-{next(self.numbers)}"
        mandate = Mandate(person=self.name, post="treasurer", effective_on=DAY, command=command)
        dice, line, fen = self.dice, self.dice.choice(self.lines), self.dice.randrange(1, 500_00)
        commitment = dice.choice(list(self.money.commitments) or ["none"])
        match dice.choice(DEEDS):
            case "commit":
                return CommitLine.of(line, plan=PLAN, commitment=command, mandate=mandate, amount_fen=fen)
            case "pay":
                voucher = f"{self.name}-1" if dice.random() < 0.1 else command
                return Disburse(
                    mandate=mandate,
                    disbursement=command,
                    commitment=commitment,
                    amount_fen=fen // 2 + 1,
                    payee=self.name.split(".")[0],
                    voucher=voucher,
                )
            case "release":
                return ReleaseCommitment(mandate=mandate, commitment=commitment, reason="cheaper", amount_fen=fen)
            case "return":
                paid = dice.choice(list(self.money.disbursements) or ["none"])
                return ReturnMoney(mandate=mandate, disbursement=paid, amount_fen=fen // 3 + 1, reason="paid twice")
            case "promise":
                return AnnounceTranche(mandate=mandate, fund=FUND, tranche=command, amount_fen=fen)
            case "receive":
                tranche = dice.choice(self.promised or ["none"])
                return ReceiveTranche(mandate=mandate, fund=FUND, tranche=tranche, arrived_on=DAY)
            case "amend":
                return AmendFund(mandate=mandate, fund=FUND, new_amount_fen=10_000_000_00 + fen)
            case _:
                return CorrectUnit(mandate=mandate, unit=line.unit, changes={"households": fen})

    def _read_on(self) -> None:
        for recorded in self.log.facts(after=self.read_to):
            self.read_to = recorded.position
            self.money.apply(recorded.fact)
            if isinstance(recorded.fact, TrancheAnnounced):
                self.promised.append(recorded.fact.tranche.code)


T = TypeVar("T")


def again(ask: Callable[[], T]) -> T:
    """Ask until the store answers: it may be locked or away for a while. Refusals go to the caller."""
    while True:
        try:
            return ask()
        except StoreFault:
            time.sleep(AGAIN_SECONDS)


def decide_anew(log: Log, decision: Deciding) -> Receipt:
    """Take a decision that knows nothing yet: who repeats a command sends it again, not what was read for it."""
    return log.decide(decision.fresh())


def opened(store: str) -> Log:
    """The log at an address, as soon as it can be opened."""
    return again(lambda: open_log(store, clock=now, chance=token_bytes))


def say(said: TextIO, **content: object) -> None:
    """Write one line down at once: what stands there was said, whatever happens next."""
    said.write(json.dumps(content) + "\n")
    said.flush()


def decide(store: str, name: str, file: str) -> None:
    """Decide until killed. A command the store could not answer is repeated under its key until it is answered."""
    with Path(file).open("a", encoding="utf-8") as said, opened(store) as log:
        clerk = again(partial(Clerk, log, name))
        while True:
            decision = again(clerk.next)
            for repetition in range(2 if clerk.dice.random() < 0.2 else 1):
                say(said, tried=decision.mandate.command)
                try:
                    receipt = again(partial(decide_anew, log, decision))
                except Refusal as refusal:
                    say(said, refused=decision.mandate.command, code=refusal.code)
                    break
                answer(said, decision, receipt, repetition)


def answer(said: TextIO, decision: Deciding, receipt: Receipt, repetition: int) -> None:
    if not receipt.recorded:
        say(said, refused=decision.mandate.command, code="nothing")
        return
    say(
        said,
        done=decision.mandate.command,
        positions=[recorded.position for recorded in receipt.recorded],
        facts=[recorded.fact.stored_name() for recorded in receipt.recorded],
        repeated=receipt.repeated,
        asked=repetition,
    )


def follow(store: str, file: str) -> None:
    """Write down the position of every fact, past and coming, until killed."""
    with Path(file).open("a", encoding="utf-8") as said, opened(store) as log:
        tail = again(log.recorder.subscribe)
        while True:
            say(said, saw=again(partial(next, tail)).position)


def keep_tables(store: str, tables: str) -> None:
    """Keep the tables of the store up, and compute them anew now and then, until killed."""
    with opened(store) as log, closing(Views(Path(tables))) as views:
        for turn in count(1):
            again(partial(views.rebuild if turn % 20 == 0 else views.follow, log))
            time.sleep(AGAIN_SECONDS)
