"""The funds fold: every fund with its tranches, pledges, place in the pool and what was carried over or taken back."""

from __future__ import annotations

from msgspec.structs import replace

from domain.facts.base import Fact
from domain.facts.funds import (
    DepartmentJoinedPool,
    DepartmentRefusedPool,
    FundAmended,
    FundAnnounced,
    FundCarriedOver,
    FundClosed,
    FundCorrected,
    FundTakenBack,
    PledgeMade,
    PledgeReceived,
    TrancheAnnounced,
    TrancheReceived,
)
from domain.register import Fund, Pledge, Tranche

DESCRIPTIVE = ("name_zh", "name_en", "department", "document_no", "budget_year", "purposes", "eligibility")
"""What a correction of a fund may change; everything else of a fund is moved by facts of its own."""


class FundsFold:
    """Funds by code, as the facts so far leave them (M04, M07, M10, M43)."""

    def __init__(self) -> None:
        self.funds: dict[str, Fund] = {}

    def apply(self, fact: Fact) -> None:
        """Take in one fact; all but facts about funds are ignored."""
        match fact:
            case FundAnnounced():
                self.funds[fact.fund] = fact.record
            case FundCorrected():
                self._change(
                    fact.fund, **{name: getattr(fact.record, name) for name in DESCRIPTIVE if name in fact.changed}
                )
            case FundAmended():
                self._change(fact.fund, amount_fen=fact.new_amount_fen)
            case TrancheAnnounced():
                self._tranche(fact.fund, fact.tranche)
            case TrancheReceived():
                due_on = next((t.due_on for t in self._tranches(fact.fund) if t.code == fact.tranche), None)
                arrived = Tranche(
                    code=fact.tranche, amount_fen=fact.amount_fen, due_on=due_on, arrived_on=fact.arrived_on
                )
                self._tranche(fact.fund, arrived)
            case PledgeMade():
                arrived_fen = next((p.arrived_fen for p in self._pledges(fact.fund) if p.code == fact.pledge.code), 0)
                self._pledge(fact.fund, replace(fact.pledge, arrived_fen=arrived_fen))
            case PledgeReceived():
                for pledge in self._pledges(fact.fund):
                    if pledge.code == fact.pledge:
                        self._pledge(fact.fund, replace(pledge, arrived_fen=pledge.arrived_fen + fact.amount_fen))
            case FundCarriedOver():
                if giver := self.funds.get(fact.fund):
                    self._change(fact.fund, carried_out_fen=giver.carried_out_fen + fact.amount_fen)
                if taker := self.funds.get(fact.to_fund):
                    self._change(fact.to_fund, carried_in_fen=taker.carried_in_fen + fact.amount_fen)
            case FundTakenBack():
                if fund := self.funds.get(fact.fund):
                    self._change(fact.fund, taken_back_fen=fund.taken_back_fen + fact.amount_fen)
            case FundClosed():
                self._change(fact.fund, closed=True)
            case DepartmentJoinedPool():
                self._change(fact.fund, pooled=True)
            case DepartmentRefusedPool():
                self._change(fact.fund, pooled=False)
            case _:
                pass

    def _change(self, code: str, **changes: object) -> None:
        if fund := self.funds.get(code):
            self.funds[code] = replace(fund, **changes)

    def _tranches(self, code: str) -> tuple[Tranche, ...]:
        return fund.tranches if (fund := self.funds.get(code)) else ()

    def _pledges(self, code: str) -> tuple[Pledge, ...]:
        return fund.pledges if (fund := self.funds.get(code)) else ()

    def _tranche(self, code: str, tranche: Tranche) -> None:
        """Put a tranche in its place, in order of codes; an announcement repeated under its code replaces the first."""
        others = (t for t in self._tranches(code) if t.code != tranche.code)
        self._change(code, tranches=tuple(sorted((*others, tranche), key=lambda t: t.code)))

    def _pledge(self, code: str, pledge: Pledge) -> None:
        others = (p for p in self._pledges(code) if p.code != pledge.code)
        self._change(code, pledges=tuple(sorted((*others, pledge), key=lambda p: p.code)))
