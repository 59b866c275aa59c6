"""Decisions about the pool: a department puts its fund in for planning, or keeps it out, with the reason (M43, M04)."""

from __future__ import annotations

from dataclasses import dataclass, field

from eventsourcing.dcb.domain import Selector

from domain.decisions.common import FUND_STATE, NothingChanged, OnRegister, must_be_reasoned
from domain.facts.base import Fact
from domain.facts.funds import DepartmentJoinedPool, DepartmentRefusedPool


@dataclass(eq=False, kw_only=True)
class _AboutPool(OnRegister):
    fund: str
    said_so: bool = field(default=False, init=False, repr=False)
    """Whether the department ever declared itself; an announced fund is in the pool without it."""

    def boundary(self) -> list[Selector]:
        """The fund."""
        return [Selector(types=FUND_STATE, tags=[f"fund:{self.fund}"])]

    def fold(self, fact: Fact) -> None:
        """Keep the fund, and whether its department declared itself."""
        super().fold(fact)
        self.said_so = self.said_so or isinstance(fact, DepartmentJoinedPool | DepartmentRefusedPool)


@dataclass(eq=False, kw_only=True)
class JoinPool(_AboutPool):
    """Put a department's fund into the pool for planning; its channel stays (M43, M04).

    Refuses with `UnknownFund`, `FundIsClosed` or `NothingChanged`.
    """

    def execute(self) -> None:
        """Record `DepartmentJoinedPool`."""
        fund = self.fund_open(self.fund)
        if fund.pooled and self.said_so:
            raise NothingChanged(decision=self.title(), subject=self.fund)
        self.record(DepartmentJoinedPool(mandate=self.mandate, department=fund.department, fund=self.fund))


@dataclass(eq=False, kw_only=True)
class RefusePool(_AboutPool):
    """Keep a department's fund out of the pool, with the reason (M43). What is approved from it can still be committed.

    Refuses with `UnknownFund`, `FundIsClosed`, `NothingChanged` or `ReasonMissing`.
    """

    reason: str

    def execute(self) -> None:
        """Record `DepartmentRefusedPool`."""
        must_be_reasoned(self, self.reason)
        fund = self.fund_open(self.fund)
        if not fund.pooled and self.said_so:
            raise NothingChanged(decision=self.title(), subject=self.fund)
        self.record(
            DepartmentRefusedPool(mandate=self.mandate, department=fund.department, fund=self.fund, reason=self.reason)
        )
