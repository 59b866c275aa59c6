"""Use case of the overview: what became of every fund's money, and what waits for whom, at a moment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup

from documents.story import Told
from documents.svg.bars import reach_bar
from documents.svg.flow import fund_class
from domain.folds.objections import Objection
from domain.register import Fund, Tranche
from service.asking.known import Known
from service.asking.stories import tell
from service.county import County
from service.hearing import objections_at
from service.ledger import ledger_at
from service.plan_reading import standing
from service.registers import Moment, day_of, register_at, registered
from texts import Both

NEXT_STEP: dict[str, tuple[str, str]] = {
    "drafted": ("propose", "planner"),
    "proposed": ("review", "approver"),
    "reviewed": ("announce", "planner"),
    "announced": ("close-objections", "planner"),
    "objections_closed": ("approve", "approver"),
    "approved": ("notice", "planner"),
    "returned": ("adjust", "planner"),
}
"""State of a plan -> the step it waits for, and the role that takes it (M27)."""


TOLD_MAX = 8
"""So many facts since the last visit are told; the auditor's page has them all."""


@dataclass(frozen=True)
class FundStanding:
    """One fund's money, in fen; each figure is part of the one before it, but for what was carried over."""

    fund: str
    name: Both
    plannable_fen: int
    arrived_fen: int
    committed_fen: int
    disbursed_fen: int
    css: str

    def bar(self, longest_fen: int) -> Markup:
        """How far it has come, as a picture; `longest_fen` is the largest fund's money."""
        steps = {
            "announced": self.plannable_fen,
            "arrived": self.arrived_fen,
            "committed": self.committed_fen,
            "disbursed": self.disbursed_fen,
        }
        return reach_bar(steps, self.css, longest_fen)


@dataclass(frozen=True)
class Since:
    """What was recorded after a position: how many facts, and the last of them as sentences, newest first."""

    facts: int
    told: tuple[Told, ...]


@dataclass(frozen=True)
class Waiting:
    """Something that waits for somebody."""

    kind: Literal["plan", "objection", "tranche"]
    subject: str | Both
    step: str
    role: str
    address: str
    """The page on which it is done, or where what is missing stands."""
    overdue: bool = False


@dataclass(frozen=True)
class Overview:
    """The county's money at a moment."""

    funds: tuple[FundStanding, ...]
    waiting: tuple[Waiting, ...]

    @property
    def longest_fen(self) -> int:
        """The largest fund's money."""
        return max((fund.plannable_fen for fund in self.funds), default=0)

    @property
    def plannable_fen(self) -> int:
        """All funds together."""
        return sum(fund.plannable_fen for fund in self.funds)

    @property
    def committed_fen(self) -> int:
        """All funds together."""
        return sum(fund.committed_fen for fund in self.funds)

    @property
    def disbursed_fen(self) -> int:
        """All funds together."""
        return sum(fund.disbursed_fen for fund in self.funds)


def since_visit(county: County, position: int) -> Since:
    """What was recorded since somebody last looked."""
    head = county.log.head()
    last = list(county.log.facts(after=max(position, head - TOLD_MAX), until=head))
    return Since(max(head - position, 0), tuple(tell(reversed(last), Known(county, head))))


def overview_at(county: County, at: Moment) -> Overview:
    """The overview at a moment; empty before anything is registered."""
    if not registered(county, at):
        return Overview((), ())
    register, day = register_at(county, at), day_of(county, at)
    committed, disbursed = dict.fromkeys(register.funds, 0), dict.fromkeys(register.funds, 0)
    for row in ledger_at(county, at):
        if row.unit is not None and row.fund in committed:
            committed[row.fund] += row.committed_fen
            disbursed[row.fund] += row.disbursed_fen - row.returned_fen
    funds = tuple(
        FundStanding(
            code,
            Both(fund.name_zh, fund.name_en or fund.name_zh),
            fund.plannable_fen,
            fund.arrived_fen,
            committed[code],
            disbursed[code],
            fund_class(code, number),
        )
        for number, (code, fund) in enumerate(register.funds.items())
    )
    waiting = [
        Waiting("plan", plan, *NEXT_STEP[state], f"/plans/{plan}#next")
        for plan, state, _ in standing(county, at)
        if state in NEXT_STEP
    ]
    waiting += [
        Waiting("objection", one.lodged.objection, "answer", "approver", _place_of(one))
        for one in objections_at(county, at)
        if one.state == "open"
    ]
    waiting += [
        Waiting("tranche", _tranche(fund, one), "receive", "treasurer", "/register/funds", overdue=one.due_on < day)
        for code, fund in register.funds.items()
        for one in fund.tranches
        if one.arrived_on is None and one.due_on is not None
    ]
    return Overview(funds, tuple(waiting))


def _place_of(objection: Objection) -> str:
    """Where an objection is answered."""
    return f"/plans/{objection.lodged.plan}#objection-{objection.lodged.objection}"


def _tranche(fund: Fund, tranche: Tranche) -> Both:
    """Which money has not arrived, by the fund's name."""
    zh, en = fund.name_zh, fund.name_en or fund.name_zh
    return Both(f"{zh}（{tranche.code}）", f"{en} ({tranche.code})")
