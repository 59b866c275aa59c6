"""The decision about duties: a duty moves to a unit together with its money, or not at all (费随事转, M09)."""

from __future__ import annotations

from dataclasses import dataclass

from eventsourcing.dcb.domain import Selector

from domain.decisions.common import FUND_STATE, NothingChanged, OnRegister
from domain.errors import Refusal
from domain.facts.register import DutyMoved, UnitRegistered
from domain.folds import RegisterFold
from domain.register import Duty


class DutyWithoutItsMoney(Refusal):
    """A duty keeps its money when it moves, and its channel (M09, M04)."""

    code = "duty-without-its-money"
    sentence_en = "Duty {duty} cannot move with {amount_fen} of fund {fund}: it needs {needed_fen} of {needed_fund}."
    cure_en = "Move the duty with at least the money it has, out of the fund that pays it."


class DutiesExceedFund(Refusal):
    """What the duties of a fund cost in a year stays within what a plan may count on (M09, M07)."""

    code = "duties-exceed-fund"
    sentence_en = "Duties paid from fund {fund} would cost {duties_fen} a year; it has {plannable_fen} to plan with."
    cure_en = "Raise the fund, or move the duty with money from another one."


@dataclass(eq=False, kw_only=True)
class MoveDuty(OnRegister):
    """Move a duty, new or carried by another unit, to a unit together with its yearly money (M09).

    A duty already on the record keeps its fund, and at least its amount. Refuses with `DutyWithoutItsMoney`,
    `DutiesExceedFund`, `UnknownUnit`, `UnknownFund`, `FundIsClosed` or `NothingChanged`.
    """

    duty: str
    name: str
    unit: str
    fund: str
    amount_fen: int

    def boundary(self) -> list[Selector]:
        """The duty, everything the fund pays duties with, and that the unit exists."""
        return [
            Selector(types=[DutyMoved], tags=[f"duty:{self.duty}"]),
            Selector(types=[*FUND_STATE, DutyMoved], tags=[f"fund:{self.fund}"]),
            Selector(types=[UnitRegistered], tags=[f"unit:{self.unit}"]),
        ]

    def execute(self) -> None:
        """Record `DutyMoved`."""
        self.unit_known(self.unit)
        self.fund_open(self.fund)
        now = self.register.duties.get(self.duty)
        wanted = Duty(code=self.duty, name=self.name, unit=self.unit, fund=self.fund, amount_fen=self.amount_fen)
        if wanted == now:
            raise NothingChanged(decision=self.title(), subject=self.duty)
        needed_fen, needed_fund = (now.amount_fen, now.fund) if now else (1, self.fund)
        if self.amount_fen < max(needed_fen, 1) or self.fund != needed_fund:
            raise DutyWithoutItsMoney(
                duty=self.duty,
                amount_fen=self.amount_fen,
                fund=self.fund,
                needed_fen=max(needed_fen, 1),
                needed_fund=needed_fund,
            )
        self.record(
            DutyMoved(
                mandate=self.mandate,
                duty=self.duty,
                fund=self.fund,
                unit=self.unit,
                from_unit=now.unit if now else None,
                record=wanted,
            )
        )
        must_hold_its_duties(self.register, self.fund)


def must_hold_its_duties(register: RegisterFold, fund: str) -> None:
    """Raise `DutiesExceedFund` when the duties of a fund cost more a year than it has to plan with."""
    duties_fen = sum(duty.amount_fen for duty in register.duties.values() if duty.fund == fund)
    plannable_fen = register.funds[fund].plannable_fen
    if duties_fen > plannable_fen:
        raise DutiesExceedFund(fund=fund, duties_fen=duties_fen, plannable_fen=plannable_fen)
