"""What the record says of every balance and standing, held against what the model of the county says."""

from __future__ import annotations

from domain.folds import MoneyFold, ObjectionsFold, PlansFold, RegisterFold
from history.log import Log
from projections.views import Views
from tests.model.county import County


class Follower:
    """Folds what is new on a log, and compares."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._seen = 0
        self._register, self._money = RegisterFold(), MoneyFold()
        self._plans, self._objections = PlansFold(), ObjectionsFold()

    def compare(self, model: County) -> None:
        """Every balance and standing is the same on both sides."""
        for recorded in self._log.facts(after=self._seen):
            for fold in (self._register, self._money, self._plans, self._objections):
                fold.apply(recorded.fact)
            assert recorded.position == self._seen + 1
            self._seen = recorded.position
        self._compare_funds(model)
        self._compare_spending(model)
        self._compare_register(model)
        self._compare_plans(model)

    def compare_ledger(self, model: County) -> None:
        """The ledger of double entries says the same of every fund, and is in balance."""
        views = Views(None)
        try:
            views.rebuild(self._log)
            rows = views.ledger(self._log, position=self._log.head())
            assert views.imbalance_fen(self._log, position=self._log.head()) == 0
        finally:
            views.close()
        for code, fund in model.funds.items():
            own = [row for row in rows if row.fund == code]
            assert sum(row.arrived_fen for row in own) == fund.arrived
            assert sum(row.free_fen for row in own) == model.free(code)
            assert sum(row.open_fen for row in own) == model.open(fund=code)
            paid = [one for one in model.payments.values() if model.commitments[one.commitment].fund == code]
            assert sum(row.disbursed_fen for row in own) == sum(one.amount for one in paid)
            assert sum(row.returned_fen for row in own) == sum(one.returned for one in paid)

    def _compare_funds(self, model: County) -> None:
        assert set(self._register.funds) == set(model.funds)
        for code, fund in model.funds.items():
            entry = self._register.funds[code]
            assert self._money.arrived(code) == entry.arrived_fen == fund.arrived
            assert (entry.plannable_fen, entry.pooled, entry.closed) == (fund.plannable, fund.pooled, fund.closed)
            assert {one.code: one.amount_fen for one in entry.tranches} == fund.tranches
            assert {one.code: [one.kind, one.amount_fen, one.arrived_fen] for one in entry.pledges} == fund.pledges
            assert self._money.free(code) == model.free(code) >= 0
            assert self._money.fund(code).open_fen == model.open(fund=code) >= 0
            assert self._money.fund(code).held_fen == model.held(fund=code) <= fund.plannable

    def _compare_spending(self, model: County) -> None:
        assert set(self._money.commitments) == set(model.commitments)
        for code, one in model.commitments.items():
            there = self._money.commitment(code)
            assert (there.open_fen, there.held_fen, there.disbursed_fen) == (one.open, one.held, one.paid)
            assert self._money.line(one.plan, one.line).held_fen == model.held(plan=one.plan, line=one.line)
        for code, project in model.projects.items():
            assert self._money.project(code).held_fen == model.held(project=code) <= max(project.remaining, 0)

    def _compare_register(self, model: County) -> None:
        assert set(self._register.units) == set(model.units)
        for code, told in model.units.items():
            unit = self._register.units[code]
            assert (unit.township, unit.households, unit.stars) == (told["township"], told["households"], told["stars"])
            assert (unit.backward, set(unit.haves)) == (told["backward"], told["haves"])
        assert set(self._register.projects) == set(model.projects)
        for code, project in model.projects.items():
            entry = self._register.projects[code]
            assert (entry.stage, entry.started, entry.rank) == (project.stage, project.started, project.rank)
            assert (entry.cost_fen, entry.remaining_fen) == (project.cost, project.remaining)
        duties = {code: (duty.unit, duty.fund, duty.amount_fen) for code, duty in self._register.duties.items()}
        assert duties == model.duties

    def _compare_plans(self, model: County) -> None:
        assert {code: life.state for code, life in self._plans.plans.items()} == {
            code: plan.state for code, plan in model.plans.items()
        }
        for code, plan in model.plans.items():
            life = self._plans.plans[code]
            assert life.content is not None
            assert {line.line: line.amount_fen for line in life.content.lines} == {
                line.name: line.amount for line in plan.lines
            }
            assert life.makers == plan.makers
        assert {code: one.state == "open" for code, one in self._objections.objections.items()} == {
            code: one.open for code, one in model.objections.items()
        }
