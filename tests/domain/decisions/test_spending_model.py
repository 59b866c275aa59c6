"""Random commitments, payments, releases, returns and arrivals agree with a plain model of the county's purse."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from domain.decisions import (
    AnnounceTranche,
    CloseFund,
    CommitLine,
    Deciding,
    Disburse,
    ReceiveTranche,
    ReleaseCommitment,
    ReturnMoney,
    TakeBack,
    WithdrawProject,
)
from domain.errors import Refusal
from tests.domain.decisions.harness import Record, by
from tests.domain.decisions.samples import approved, county, fund, line, plan_of, project, recorded, unit, with_rows

FUNDS = {"a": 40, "b": 30}
COSTS = {"p1": 25, "p2": 20}
LINES = [line("a", "v1", 12, "p1"), line("b", "v1", 13, "p1"), line("a", "v2", 20, "p2"), line("b", "v3", 17)]
AMOUNTS = st.integers(min_value=1, max_value=15)
DAY = date(2026, 5, 1)


def small_county() -> Record:
    """Two funds, two projects and four approved lines, all in single fen, nothing arrived yet."""
    register = with_rows(
        county(projects={}, funds={}),
        units=[unit("v1"), unit("v2"), unit("v3")],
        funds=[fund(code, amount_fen=amount) for code, amount in FUNDS.items()],
        projects=[project(code, unit=f"v{code[1]}", cost_fen=cost) for code, cost in COSTS.items()],
    )
    record = recorded(register)
    approved(record, content=plan_of(record, *LINES))
    return record


class Purse(RuleBasedStateMachine):
    """Every rule predicts from plain dictionaries whether the decision must succeed, then takes it."""

    def __init__(self) -> None:
        super().__init__()
        self.serial = 0

    @initialize()
    def start(self) -> None:
        self.record = small_county()
        self.arrived = dict.fromkeys(FUNDS, 0)
        self.announced = dict.fromkeys(FUNDS, 0)
        self.taken_back = dict.fromkeys(FUNDS, 0)
        self.closed: set[str] = set()
        self.withdrawn: set[str] = set()
        self.commitments: dict[str, dict[str, Any]] = {}
        self.payments: dict[str, dict[str, Any]] = {}

    def attempt(self, decision: Deciding, must_succeed: bool) -> bool:
        """Take the decision, twice: the model says whether it succeeds, and the repeat must record nothing."""
        before = len(self.record.facts)
        try:
            self.record.decide(decision)
        except Refusal:
            assert not must_succeed, f"{decision} was refused, the model allows it"
            assert len(self.record.facts) == before
            return False
        assert must_succeed, f"{decision} succeeded, the model forbids it"
        assert self.record.decide(decision) == []
        return True

    def name(self, kind: str) -> str:
        self.serial += 1
        return f"{kind}{self.serial}"

    def held(self, **where: Any) -> int:
        return sum(
            k["amount"] - k["released"] - k["returned"]
            for k in self.commitments.values()
            if all(k[name] == value for name, value in where.items())
        )

    def open(self, commitment: dict[str, Any]) -> int:
        return int(commitment["amount"] - commitment["released"] - commitment["paid"])

    @rule(code=st.sampled_from(sorted(FUNDS)), amount=AMOUNTS)
    def money_arrives(self, code: str, amount: int) -> None:
        tranche = self.name("t")
        fits = code not in self.closed and self.announced[code] + amount <= FUNDS[code]
        announce = AnnounceTranche(mandate=by(), fund=code, tranche=tranche, amount_fen=amount)
        if self.attempt(announce, fits):
            self.announced[code] += amount
            self.attempt(ReceiveTranche(mandate=by(), fund=code, tranche=tranche, arrived_on=DAY), True)
            self.arrived[code] += amount

    @rule(code=st.sampled_from(sorted(FUNDS)), amount=AMOUNTS)
    def owner_takes_back(self, code: str, amount: int) -> None:
        held = self.held(fund=code)
        free = self.arrived[code] - self.taken_back[code] - held
        plannable = FUNDS[code] - self.taken_back[code] - amount
        if self.attempt(TakeBack(mandate=by(), fund=code, amount_fen=amount), amount <= free and plannable >= held):
            self.taken_back[code] += amount

    @rule(of=st.sampled_from(LINES), amount=AMOUNTS)
    def treasurer_commits(self, of: Any, amount: int) -> None:
        code = self.name("k")
        fits = (
            self.held(line=of.line) + amount <= of.amount_fen
            and of.fund not in self.closed
            and self.held(fund=of.fund) + amount <= self.arrived[of.fund] - self.taken_back[of.fund]
            and of.project not in self.withdrawn
            and (of.project is None or self.held(project=of.project) + amount <= COSTS[of.project])
        )
        decision = CommitLine.of(of, plan="pl1", commitment=code, mandate=by(), amount_fen=amount)
        if self.attempt(decision, fits):
            self.commitments[code] = {
                "line": of.line,
                "fund": of.fund,
                "project": of.project,
                "amount": amount,
                "released": 0,
                "paid": 0,
                "returned": 0,
            }

    @precondition(lambda self: self.commitments)
    @rule(data=st.data(), amount=AMOUNTS)
    def treasurer_pays(self, data: st.DataObject, amount: int) -> None:
        code = data.draw(st.sampled_from(sorted(self.commitments)))
        disbursement, commitment = self.name("d"), self.commitments[code]
        decision = Disburse(
            mandate=by(),
            disbursement=disbursement,
            commitment=code,
            amount_fen=amount,
            payee="builder",
            voucher=disbursement,
        )
        if self.attempt(decision, amount <= self.open(commitment)):
            commitment["paid"] += amount
            self.payments[disbursement] = {"commitment": code, "amount": amount, "returned": 0}

    @precondition(lambda self: self.commitments)
    @rule(data=st.data(), amount=st.none() | AMOUNTS)
    def treasurer_releases(self, data: st.DataObject, amount: int | None) -> None:
        code = data.draw(st.sampled_from(sorted(self.commitments)))
        commitment = self.commitments[code]
        wanted = self.open(commitment) if amount is None else amount
        decision = ReleaseCommitment(mandate=by(), commitment=code, reason="cheaper", amount_fen=amount)
        if self.attempt(decision, 0 < wanted <= self.open(commitment)):
            commitment["released"] += wanted

    @precondition(lambda self: self.payments)
    @rule(data=st.data(), amount=AMOUNTS)
    def payee_gives_back(self, data: st.DataObject, amount: int) -> None:
        code = data.draw(st.sampled_from(sorted(self.payments)))
        payment = self.payments[code]
        decision = ReturnMoney(mandate=by(), disbursement=code, amount_fen=amount, reason="cheaper")
        if self.attempt(decision, amount <= payment["amount"] - payment["returned"]):
            payment["returned"] += amount
            self.commitments[payment["commitment"]]["returned"] += amount

    @rule(code=st.sampled_from(sorted(FUNDS)))
    def county_closes(self, code: str) -> None:
        unpaid = sum(self.open(k) for k in self.commitments.values() if k["fund"] == code)
        if self.attempt(CloseFund(mandate=by(), fund=code, reason="over"), code not in self.closed and unpaid == 0):
            self.closed.add(code)

    @rule(code=st.sampled_from(sorted(COSTS)))
    def county_withdraws(self, code: str) -> None:
        unpaid = sum(self.open(k) for k in self.commitments.values() if k["project"] == code)
        decision = WithdrawProject(mandate=by(), project=code, reason="flood")
        if self.attempt(decision, code not in self.withdrawn and unpaid == 0):
            self.withdrawn.add(code)

    @invariant()
    def the_record_says_what_the_model_says(self) -> None:
        money, register = self.record.money(), self.record.register()
        for code in FUNDS:
            assert money.arrived(code) == self.arrived[code] - self.taken_back[code]
            assert register.funds[code].arrived_fen == money.arrived(code)
            assert money.fund(code).held_fen == self.held(fund=code)
            assert 0 <= money.fund(code).paid_fen <= money.fund(code).held_fen <= money.arrived(code)
            if code in self.closed:
                assert money.fund(code).open_fen == 0
        for code, cost in COSTS.items():
            assert money.project(code).held_fen == self.held(project=code) <= cost
        for one in LINES:
            assert money.line("pl1", one.line).held_fen <= one.amount_fen


Purse.TestCase.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
TestPurse = Purse.TestCase
