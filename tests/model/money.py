"""A county's purse in plain Python: funds, tranches, pledges, commitments, payments. It knows nothing of the product.

Every method is one decision: it gives the code of the refusal it expects, or None and has then carried it out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Code = str | None
"""The code of a refusal; None: the decision is taken."""


@dataclass
class Fund:
    """One fund; `arrived` is what came in by tranches and pledges, and by and by went to or came from elsewhere."""

    amount: int
    department: str
    year: int
    purposes: frozenset[str]
    arrived: int = 0
    pooled: bool = True
    declared: bool = False
    closed: bool = False
    moved_in: int = 0
    moved_out: int = 0
    tranches: dict[str, int] = field(default_factory=dict)
    tranches_here: set[str] = field(default_factory=set)
    pledges: dict[str, list[Any]] = field(default_factory=dict)
    """Code -> kind, promised, arrived."""

    @property
    def plannable(self) -> int:
        return self.amount + self.moved_in - self.moved_out


@dataclass
class Commitment:
    plan: str
    line: str
    fund: str
    unit: str
    project: str | None
    amount: int
    released: int = 0
    paid: int = 0
    returned: int = 0

    @property
    def open(self) -> int:
        return self.amount - self.released - self.paid

    @property
    def held(self) -> int:
        return self.amount - self.released - self.returned


@dataclass
class Payment:
    commitment: str
    amount: int
    voucher: tuple[str, str]
    returned: int = 0


class Purse:
    """What is left of the county when only its money is looked at. `case` counts what plans are computed from."""

    def __init__(self) -> None:
        self.case = 0
        self.funds: dict[str, Fund] = {}
        self.commitments: dict[str, Commitment] = {}
        self.payments: dict[str, Payment] = {}

    def held(self, **where: Any) -> int:
        return sum(c.held for c in self.commitments.values() if all(getattr(c, k) == v for k, v in where.items()))

    def open(self, **where: Any) -> int:
        return sum(c.open for c in self.commitments.values() if all(getattr(c, k) == v for k, v in where.items()))

    def free(self, fund: str) -> int:
        return self.funds[fund].arrived - self.held(fund=fund)

    def usable(self, fund: str) -> Code:
        if fund not in self.funds:
            return "unknown-fund"
        return "fund-is-closed" if self.funds[fund].closed else None

    def announce_fund(self, fund: str, amount: int, department: str, year: int, purposes: frozenset[str]) -> Code:
        if fund in self.funds:
            return "fund-taken"
        self.funds[fund] = Fund(amount, department, year, purposes)
        self.case += 1
        return None

    def announce_tranche(self, fund: str, tranche: str, amount: int) -> Code:
        if amount <= 0:
            return "amount-not-positive"
        if no := self.usable(fund):
            return no
        there = self.funds[fund]
        if tranche in there.tranches:
            return "tranche-taken"
        if sum(there.tranches.values()) + amount > there.amount:
            return "fund-below-tranches"
        there.tranches[tranche] = amount
        return None

    def receive_tranche(self, fund: str, tranche: str, amount: int | None) -> Code:
        if fund not in self.funds:
            return "unknown-fund"
        there = self.funds[fund]
        if tranche not in there.tranches:
            return "unknown-tranche"
        if tranche in there.tranches_here:
            return "tranche-arrived"
        amount = there.tranches[tranche] if amount is None else amount
        if amount <= 0:
            return "amount-not-positive"
        if amount > there.tranches[tranche]:
            return "tranche-exceeded"
        there.tranches[tranche] = amount
        there.tranches_here.add(tranche)
        there.arrived += amount
        return None

    def make_pledge(self, fund: str, pledge: str, kind: str, amount: int) -> Code:
        if amount <= 0:
            return "amount-not-positive"
        if no := self.usable(fund):
            return no
        if pledge in self.funds[fund].pledges:
            return "pledge-taken"
        self.funds[fund].pledges[pledge] = [kind, amount, 0]
        self.case += 1
        return None

    def receive_pledge(self, fund: str, pledge: str, amount: int) -> Code:
        if amount <= 0:
            return "amount-not-positive"
        if fund not in self.funds:
            return "unknown-fund"
        there = self.funds[fund].pledges.get(pledge)
        if there is None:
            return "unknown-pledge"
        kind, promised, here = there
        if amount > promised - here:
            return "pledge-exceeded"
        there[2] += amount
        self.funds[fund].arrived += amount if kind == "money" else 0
        return None

    def amend(self, fund: str, amount: int) -> Code:
        if amount <= 0:
            return "amount-not-positive"
        if no := self.usable(fund):
            return no
        there = self.funds[fund]
        if amount == there.amount:
            return "nothing-changed"
        if sum(there.tranches.values()) > amount:
            return "fund-below-tranches"
        if there.plannable - there.amount + amount < self.held(fund=fund):
            return "fund-below-committed"
        there.amount = amount
        self.case += 1
        return None

    def carry_over(self, fund: str, to_fund: str, amount: int) -> Code:
        if amount <= 0:
            return "amount-not-positive"
        if fund not in self.funds:
            return "unknown-fund"
        if no := self.usable(to_fund):
            return no
        giver, taker = self.funds[fund], self.funds[to_fund]
        if (taker.department, taker.year) != (giver.department, giver.year + 1):
            return "channel-changed"
        if no := self._leaves(fund, amount):
            return no
        taker.moved_in += amount
        taker.arrived += amount
        return None

    def take_back(self, fund: str, amount: int) -> Code:
        if amount <= 0:
            return "amount-not-positive"
        if fund not in self.funds:
            return "unknown-fund"
        return self._leaves(fund, amount)

    def _leaves(self, fund: str, amount: int) -> Code:
        there = self.funds[fund]
        if amount > self.free(fund):
            return "fund-exhausted"
        if there.plannable - amount < self.held(fund=fund):
            return "fund-below-committed"
        there.moved_out += amount
        there.arrived -= amount
        self.case += 1
        return None

    def close(self, fund: str, reason: str) -> Code:
        if not reason:
            return "reason-missing"
        if no := self.usable(fund):
            return no
        if self.open(fund=fund):
            return "commitments-open"
        self.funds[fund].closed = True
        self.case += 1
        return None

    def pool(self, fund: str, joins: bool, reason: str) -> Code:
        if not joins and not reason:
            return "reason-missing"
        if no := self.usable(fund):
            return no
        there = self.funds[fund]
        if there.declared and there.pooled == joins:
            return "nothing-changed"
        there.pooled, there.declared = joins, True
        self.case += 1
        return None

    def release(self, commitment: str, reason: str, amount: int | None) -> Code:
        if not reason:
            return "reason-missing"
        if commitment not in self.commitments:
            return "unknown-commitment"
        there = self.commitments[commitment]
        amount = there.open if amount is None else amount
        if there.open == 0 or amount > there.open:
            return "nothing-open"
        if amount <= 0:
            return "amount-not-positive"
        there.released += amount
        return None

    def disburse(self, payment: str, commitment: str, amount: int, payee: str, voucher: str) -> Code:
        if amount <= 0:
            return "amount-not-positive"
        if not payee or not voucher:
            return "payee-or-voucher-missing"
        if payment in self.payments:
            return "disbursement-taken"
        if commitment not in self.commitments:
            return "unknown-commitment"
        if (payee, voucher) in {paid.voucher for paid in self.payments.values()}:
            return "voucher-used"
        if amount > self.commitments[commitment].open:
            return "nothing-open"
        self.commitments[commitment].paid += amount
        self.payments[payment] = Payment(commitment, amount, (payee, voucher))
        return None

    def return_money(self, payment: str, amount: int, reason: str) -> Code:
        if not reason:
            return "reason-missing"
        if amount <= 0:
            return "amount-not-positive"
        if payment not in self.payments:
            return "unknown-disbursement"
        there = self.payments[payment]
        if amount > there.amount - there.returned:
            return "return-exceeded"
        there.returned += amount
        self.commitments[there.commitment].returned += amount
        return None
