"""Random decisions of every subject, put to the product and to the model of the county: both must always agree.

They agree on whether a decision is taken and which refusal it meets, on what a repeat of it does, and on every balance
and standing after it. Most draws are sensible, so that plans come into force and money moves; some are not.
"""

from __future__ import annotations

from abc import abstractmethod
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from datetime import date
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from domain import decisions as d
from domain.decisions.base import Deciding
from domain.decisions.objections import AnswerObjection, LodgeObjection, WithdrawObjection
from domain.errors import Refusal
from domain.facts import Mandate
from domain.register import Pledge
from history.log import Log
from tests.domain.decisions.samples import fund, project, unit
from tests.model import facts
from tests.model.agreement import Follower
from tests.model.county import Line, Project
from tests.model.money import Code

PEOPLE = {"p-planner": "planner", "p-reviewer": "reviewer", "p-leader": "leader"}
DAYS = [date(2026, 4, day) for day in (1, 5, 10)]
AMOUNTS = st.integers(1, 25) | st.sampled_from([-1, 0, 200])
REASONS = st.sampled_from(["seen", "seen", "seen", ""])
PERSONS = st.sampled_from(sorted(PEOPLE))
FUNDS = st.sampled_from(["a", "b", "b", "a27", "zz"])
UNITS = st.sampled_from(["v1", "v2", "v3", "v4", "zz"])
PROJECTS = st.sampled_from(["p1", "p2", "p3", "p4", "zz"])
PLANS = st.sampled_from(["x", "x", "y", "y", "z"])
SMALL = st.sampled_from(["1", "2", "3"])
LINES = st.lists(
    st.builds(Line, st.sampled_from(["a", "b"]), st.just("v3"), st.none(), st.integers(1, 20))
    | st.builds(Line, st.sampled_from(["a", "b"]), st.just("v1"), st.just("p1"), st.integers(1, 20))
    | st.builds(Line, st.sampled_from(["b"]), st.just("v2"), st.just("p2"), st.integers(1, 15))
    | st.builds(Line, FUNDS, UNITS, st.none() | PROJECTS, st.integers(1, 40)),
    min_size=1,
    max_size=4,
    unique_by=lambda line: line.name,
).map(tuple)
FIRST = (
    Line("a", "v3", None, 12),
    Line("a", "v1", "p1", 15),
    Line("b", "v1", "p1", 15),
    Line("b", "v2", "p2", 20),
    Line("b", "v3", None, 8),
)
"""The plan every run begins with, in force: 30 of each fund have arrived."""
FLAWS = st.sampled_from([*[None] * 12, "plan-does-not-add-up", "plan-hash-wrong", "policy-not-adopted"])


class CountyMachine(RuleBasedStateMachine):
    """Subclasses say which log is decided on; `closing` gives back what they open."""

    outcomes: ClassVar[Counter[str]] = Counter()
    """How often each decision was taken and each refusal met, over all runs."""

    def __init__(self) -> None:
        super().__init__()
        self.closing = ExitStack()

    @abstractmethod
    def open_log(self) -> Log:
        """A log that holds what `facts.register` and version 1 of the policy put on it."""

    @initialize()
    def begin(self) -> None:
        self.commands = 0
        self.taken = False
        self.log = self.open_log()
        self.model = facts.model()
        self.follower = Follower(self.log)
        for code in ("a", "b"):
            self.a_whole_tranche_comes_at_once(code, "1")
        self.a_plan_goes_its_way("x", FIRST, 6)
        assert self.taken

    def teardown(self) -> None:
        """Compare the ledger, and give everything back."""
        with self.closing:
            if hasattr(self, "follower"):
                self.follower.compare_ledger(self.model)

    @invariant()
    def every_balance_and_standing_is_the_same(self) -> None:
        self.follower.compare(self.model)

    def by(self, person: str = "p-planner", on: date = DAYS[0], post: str | None = None) -> Mandate:
        self.commands += 1
        return Mandate(person=person, post=post or PEOPLE[person], effective_on=on, command=f"m{self.commands}")

    def take(self, decision: Deciding, expected: Code) -> None:
        """Put the decision to the product, twice where something was recorded; `taken` says whether it was."""
        head = self.log.head()
        found = None
        try:
            receipt = self.log.decide(decision)
        except Refusal as refusal:
            found = refusal.code
        assert found == expected, f"{decision}: the model expects {expected or 'it to be taken'}, it met {found}"
        self.taken = found is None
        self.outcomes[found or decision.title()] += 1
        if found is not None:
            assert self.log.head() == head
        elif receipt.recorded:
            again = self.log.decide(decision.fresh())
            assert (again.repeated, again.position) == (True, receipt.position)

    # money comes and goes

    @rule(code=FUNDS, amount=st.integers(0, 60), year=st.sampled_from([2026, 2027]))
    def a_fund_is_announced(self, code: str, amount: int, year: int) -> None:
        entry = fund(code, amount_fen=amount, department="finance", budget_year=year, purposes=facts.BOTH)
        expected = self.model.announce_fund(code, amount, "finance", year, frozenset(facts.BOTH))
        self.take(d.AnnounceFund(mandate=self.by(), entry=entry), expected)

    @rule(code=FUNDS, tranche=SMALL, amount=AMOUNTS)
    def a_tranche_is_announced(self, code: str, tranche: str, amount: int) -> None:
        decision = d.AnnounceTranche(mandate=self.by(), fund=code, tranche=tranche, amount_fen=amount)
        self.take(decision, self.model.announce_tranche(code, tranche, amount))

    @rule(code=FUNDS, tranche=SMALL, amount=st.none() | st.none() | AMOUNTS)
    def a_tranche_arrives(self, code: str, tranche: str, amount: int | None) -> None:
        decision = d.ReceiveTranche(
            mandate=self.by(), fund=code, tranche=tranche, arrived_on=DAYS[0], amount_fen=amount
        )
        self.take(decision, self.model.receive_tranche(code, tranche, amount))

    @rule(code=st.sampled_from(["a", "b"]), tranche=SMALL)
    def a_whole_tranche_comes_at_once(self, code: str, tranche: str) -> None:
        self.a_tranche_is_announced(code, tranche, 30)
        self.a_tranche_arrives(code, tranche, None)

    @rule(code=FUNDS, pledge=SMALL, kind=st.sampled_from(["money", "in_kind"]), amount=AMOUNTS)
    def help_is_pledged(self, code: str, pledge: str, kind: Any, amount: int) -> None:
        promised = Pledge(code=pledge, by="a school", kind=kind, amount_fen=amount)
        expected = self.model.make_pledge(code, pledge, kind, amount)
        self.take(d.MakePledge(mandate=self.by(), fund=code, pledge=promised), expected)

    @rule(code=FUNDS, pledge=SMALL, amount=AMOUNTS)
    def help_arrives(self, code: str, pledge: str, amount: int) -> None:
        decision = d.ReceivePledge(mandate=self.by(), fund=code, pledge=pledge, amount_fen=amount)
        self.take(decision, self.model.receive_pledge(code, pledge, amount))

    @rule(code=FUNDS, amount=st.integers(-1, 120))
    def a_fund_is_amended(self, code: str, amount: int) -> None:
        decision = d.AmendFund(mandate=self.by(), fund=code, new_amount_fen=amount)
        self.take(decision, self.model.amend(code, amount))

    @rule(code=FUNDS, to=FUNDS, amount=AMOUNTS)
    def money_is_carried_over(self, code: str, to: str, amount: int) -> None:
        decision = d.CarryOver(mandate=self.by(), fund=code, to_fund=to, amount_fen=amount)
        self.take(decision, self.model.carry_over(code, to, amount))

    @rule(amount=st.integers(1, 10))
    def money_goes_to_the_next_year(self, amount: int) -> None:
        self.money_is_carried_over("a", "a27", amount)

    @rule(code=FUNDS, amount=AMOUNTS)
    def the_owner_takes_money_back(self, code: str, amount: int) -> None:
        decision = d.TakeBack(mandate=self.by(), fund=code, amount_fen=amount)
        self.take(decision, self.model.take_back(code, amount))

    @rule(code=st.sampled_from(["a", "b", "a27", "a27", "zz"]), reason=st.sampled_from(["", "", "over"]))
    def a_fund_is_closed(self, code: str, reason: str) -> None:
        self.take(d.CloseFund(mandate=self.by(), fund=code, reason=reason), self.model.close(code, reason))

    @rule(code=FUNDS, joins=st.booleans(), reason=REASONS)
    def a_department_speaks_of_the_pool(self, code: str, joins: bool, reason: str) -> None:
        by = self.by()
        decision = d.JoinPool(mandate=by, fund=code) if joins else d.RefusePool(mandate=by, fund=code, reason=reason)
        self.take(decision, self.model.pool(code, joins, reason))

    # the register and the project library

    @rule(code=UNITS, township=st.sampled_from(["t1", "t2", "t9"]))
    def a_unit_is_registered(self, code: str, township: str) -> None:
        expected = self.model.register_unit(code, township)
        self.take(d.RegisterUnit(mandate=self.by(), entry=unit(code, township=township)), expected)

    @rule(
        code=UNITS,
        change=st.sampled_from(["households", "stars", "township", "nonsense"]),
        value=st.integers(-1, 7),
        assessed=st.booleans(),
    )
    def a_unit_is_corrected_or_assessed(self, code: str, change: str, value: Any, assessed: bool) -> None:
        if change == "township":
            value = f"t{max(value, 1)}"
        kind: Any = d.AssessUnit if assessed else d.CorrectUnit
        expected = self.model.change_unit(code, change, value, assessed=assessed)
        self.take(kind(mandate=self.by(), unit=code, changes={change: value}), expected)

    @rule(code=UNITS, listed=st.booleans(), reason=REASONS)
    def a_unit_is_listed_or_struck_off(self, code: str, listed: bool, reason: str) -> None:
        by = self.by()
        decision: Deciding = (
            d.ListBackward(mandate=by, unit=code, reason=reason)
            if listed
            else d.StrikeOff(mandate=by, unit=code, evidence=reason)
        )
        self.take(decision, self.model.set_backward(code, listed, reason))

    @rule(duty=SMALL, code=UNITS, of=FUNDS, amount=st.integers(-1, 50))
    def a_duty_moves(self, duty: str, code: str, of: str, amount: int) -> None:
        decision = d.MoveDuty(mandate=self.by(), duty=duty, name="sweeping", unit=code, fund=of, amount_fen=amount)
        self.take(decision, self.model.move_duty(duty, code, of, amount))

    @rule(code=PROJECTS, at=UNITS, cost=st.integers(0, 40), spent=st.sampled_from([0, 0, 5, 50]), needs=PROJECTS)
    def a_project_is_proposed(self, code: str, at: str, cost: int, spent: int, needs: str) -> None:
        requires = (needs,) if spent else ()
        purposes = ("construction", "tourism") if cost % 7 == 0 else facts.BOTH
        entry = project(code, unit=at, cost_fen=cost, spent_fen=spent, purposes=purposes, requires=requires)
        plain = Project(at, cost, spent, frozenset(purposes), frozenset())
        expected = self.model.propose_project(code, plain, requires)
        self.take(d.ProposeProject(mandate=self.by(), entry=entry), expected)

    @rule(code=PROJECTS, benefit=st.integers(-1, 9), finding=REASONS)
    def a_project_is_appraised(self, code: str, benefit: int, finding: str) -> None:
        decision = d.AppraiseProject(mandate=self.by(), project=code, benefit=benefit, finding=finding)
        self.take(decision, self.model.appraise(code, benefit, finding))

    @rule(code=PROJECTS)
    def a_project_is_admitted(self, code: str) -> None:
        self.take(d.AdmitProject(mandate=self.by(), project=code), self.model.admit(code))

    @rule(code=PROJECTS, rank=st.integers(0, 3))
    def a_project_is_ranked(self, code: str, rank: int) -> None:
        self.take(d.RankProject(mandate=self.by(), project=code, rank=rank), self.model.rank(code, rank))

    @rule(code=PROJECTS)
    def work_begins(self, code: str) -> None:
        self.take(d.StartProject(mandate=self.by(), project=code), self.model.start(code))

    @rule(code=PROJECTS, cost=st.integers(10, 60), reason=REASONS)
    def work_becomes_dearer(self, code: str, cost: int, reason: str) -> None:
        decision = d.RaiseCost(mandate=self.by(), project=code, new_cost_fen=cost, reason=reason)
        self.take(decision, self.model.raise_cost(code, cost, reason))

    @rule(code=PROJECTS, evidence=REASONS)
    def work_is_accepted(self, code: str, evidence: str) -> None:
        decision = d.AcceptProject(mandate=self.by(), project=code, evidence=evidence)
        self.take(decision, self.model.accept(code, evidence))

    @rule(code=PROJECTS, reason=REASONS)
    def a_project_is_withdrawn(self, code: str, reason: str) -> None:
        decision = d.WithdrawProject(mandate=self.by(), project=code, reason=reason)
        self.take(decision, self.model.withdraw(code, reason))

    @rule(version=st.integers(1, 3))
    def a_policy_is_adopted(self, version: int) -> None:
        self.take(facts.policy(version, self.by()), self.model.adopt(version))

    # plans

    def content(self, lines: tuple[Line, ...], at: int | None = None, broken: Code = None) -> Any:
        plannable = {code: one.plannable for code, one in self.model.funds.items()}
        return facts.content(lines, at or self.log.head(), self.model.policy, plannable, broken)

    def some(self, *states: str) -> bool:
        """Whether a plan is in one of these states."""
        return any(plan.state in states for plan in self.model.plans.values())

    def lines_of(self, plan: str) -> tuple[Line, ...]:
        return self.model.plans[plan].lines if plan in self.model.plans else (Line("a", "v3", None, 1),)

    @rule(plan=PLANS, lines=LINES, person=PERSONS, stale=st.sampled_from([False] * 5 + [True]), broken=FLAWS)
    def a_plan_is_drafted(
        self, plan: str, lines: tuple[Line, ...], person: str, stale: bool = False, broken: Code = None
    ) -> None:
        content = self.content(lines, 1 if stale else None, broken)
        maker = (person, PEOPLE[person])
        expected = self.model.draft(plan, lines, maker, stale=stale, broken=broken)
        at = content.run.register_position
        self.take(d.DraftPlan(mandate=self.by(person), plan=plan, content=content, based_on=at), expected)

    @rule(plan=PLANS, lines=LINES, person=PERSONS, reason=REASONS)
    def a_draft_is_changed_by_hand(self, plan: str, lines: tuple[Line, ...], person: str, reason: str) -> None:
        expected = self.model.adjust(plan, lines, (person, PEOPLE[person]), reason)
        decision = d.AdjustLines(mandate=self.by(person), plan=plan, content=self.content(lines), reason=reason)
        self.take(decision, expected)

    @precondition(lambda self: self.some("drafted"))
    @rule(plan=PLANS, person=PERSONS, other=st.none() | st.none() | LINES)
    def a_plan_is_proposed(self, plan: str, person: str, other: tuple[Line, ...] | None = None) -> None:
        lines = other or self.lines_of(plan)
        expected = self.model.propose(plan, lines, (person, PEOPLE[person]))
        named = self.content(lines).plan_hash
        self.take(d.ProposePlan(mandate=self.by(person), plan=plan, plan_hash=named), expected)

    @precondition(lambda self: self.some("proposed"))
    @rule(plan=PLANS, person=PERSONS, opinion=REASONS)
    def a_plan_is_reviewed(self, plan: str, person: str, opinion: str) -> None:
        decision = d.ReviewPlan(mandate=self.by(person), plan=plan, opinion=opinion)
        self.take(decision, self.model.review(plan, person, opinion))

    @precondition(lambda self: self.some("reviewed"))
    @rule(plan=PLANS, on=st.sampled_from(DAYS), until=st.sampled_from(DAYS))
    def a_plan_is_announced(self, plan: str, on: date, until: date) -> None:
        decision = d.AnnouncePlan(mandate=self.by(on=on), plan=plan, objections_until=until)
        self.take(decision, self.model.announce(plan, on, until))

    @precondition(lambda self: self.some("announced"))
    @rule(code=SMALL, plan=PLANS, objector=PERSONS, scribe=PERSONS, on=st.sampled_from(DAYS))
    def somebody_objects(self, code: str, plan: str, objector: str, scribe: str, on: date) -> None:
        decision = LodgeObjection(
            mandate=self.by(scribe, on),
            objection=code,
            plan=plan,
            objector=objector,
            capacity="resident",
            text="not fair",
        )
        self.take(decision, self.model.lodge(code, plan, objector, scribe, on))

    @precondition(lambda self: self.model.objections)
    @rule(code=SMALL, plan=PLANS, person=PERSONS, upheld=st.booleans())
    def an_objection_is_answered(self, code: str, plan: str, person: str, upheld: bool) -> None:
        outcome: Any = "upheld" if upheld else "rejected"
        decision = AnswerObjection(
            mandate=self.by(person), plan=plan, objection=code, outcome=outcome, reason="looked into"
        )
        self.take(decision, self.model.answer(code, plan, person, upheld))

    @precondition(lambda self: self.model.objections)
    @rule(code=SMALL, plan=PLANS, person=PERSONS)
    def an_objection_is_withdrawn(self, code: str, plan: str, person: str) -> None:
        decision = WithdrawObjection(mandate=self.by(person), plan=plan, objection=code, reason="settled")
        self.take(decision, self.model.withdraw_objection(code, plan, person))

    @precondition(lambda self: self.some("announced"))
    @rule(plan=PLANS, on=st.sampled_from(DAYS))
    def objections_are_closed(self, plan: str, on: date) -> None:
        decision = d.CloseObjections(mandate=self.by(on=on), plan=plan)
        self.take(decision, self.model.close_objections(plan, on))

    @precondition(lambda self: self.some("objections_closed"))
    @rule(plan=PLANS, person=PERSONS, post=st.sampled_from(sorted(PEOPLE.values())), on=st.sampled_from(DAYS))
    def a_plan_is_approved(self, plan: str, person: str, post: str, on: date) -> None:
        lines = self.lines_of(plan)
        expected = self.model.approve(plan, lines, person, post, on)
        mandate = self.by(person, on, post)
        named = self.content(lines).plan_hash
        self.take(d.ApprovePlan(mandate=mandate, plan=plan, plan_hash=named), expected)

    @rule(plan=PLANS)
    def a_plan_is_noticed(self, plan: str) -> None:
        self.take(d.NoticePlan(mandate=self.by(), plan=plan), self.model.notice(plan))

    @precondition(lambda self: self.some("proposed", "reviewed", "announced", "objections_closed"))
    @rule(plan=PLANS, reason=REASONS)
    def a_plan_is_returned(self, plan: str, reason: str) -> None:
        decision = d.ReturnPlan(mandate=self.by(), plan=plan, reason=reason)
        self.take(decision, self.model.return_plan(plan, reason))

    @rule(plan=PLANS, by_plan=PLANS)
    def a_plan_is_superseded(self, plan: str, by_plan: str) -> None:
        decision = d.SupersedePlan(mandate=self.by(), plan=plan, by_plan=by_plan)
        self.take(decision, self.model.supersede(plan, by_plan))

    @rule(plan=PLANS, lines=LINES, steps=st.integers(2, 6))
    def a_plan_goes_its_way(self, plan: str, lines: tuple[Line, ...], steps: int) -> None:
        """As far as it gets, at most so many steps: otherwise hardly one would ever be approved."""
        way: list[Callable[[], None]] = [
            lambda: self.a_plan_is_drafted(plan, lines, "p-planner"),
            lambda: self.a_plan_is_proposed(plan, "p-planner"),
            lambda: self.a_plan_is_reviewed(plan, "p-reviewer", "sound"),
            lambda: self.a_plan_is_announced(plan, DAYS[0], DAYS[1]),
            lambda: self.objections_are_closed(plan, DAYS[1]),
            lambda: self.a_plan_is_approved(plan, "p-leader", "leader", DAYS[2]),
        ]
        for step in way[:steps]:
            step()
            if not self.taken:
                break

    @rule(plan=st.sampled_from(["y", "z"]), lines=LINES)
    def another_plan_comes_into_force(self, plan: str, lines: tuple[Line, ...]) -> None:
        self.a_plan_goes_its_way(plan, lines, 6)

    # money is spent

    @precondition(lambda self: self.model.plans)
    @rule(code=st.integers(1, 30), data=st.data(), amount=st.none() | st.none() | AMOUNTS)
    def a_line_is_committed(self, code: int, data: st.DataObject, amount: int | None) -> None:
        plan = data.draw(st.sampled_from(sorted(self.model.plans)))
        line = data.draw(st.sampled_from(self.lines_of(plan)) | st.just(Line("a", "v3", None, 1)))
        decision = d.CommitLine(
            mandate=self.by("p-leader"),
            commitment=f"k{code}",
            plan=plan,
            line=line.name,
            fund=line.fund,
            project=line.project,
            amount_fen=amount,
        )
        self.take(decision, self.model.commit(f"k{code}", plan, line, amount))

    @precondition(lambda self: self.some("approved", "noticed"))
    @rule(code=st.integers(1, 30), data=st.data())
    def a_line_is_committed_and_half_of_it_paid(self, code: int, data: st.DataObject) -> None:
        self.a_line_is_committed(code, data, None)
        if self.taken:
            amount = max(self.model.commitments[f"k{code}"].open // 2, 1)
            self.a_payment(f"d{code}", f"k{code}", amount, f"voucher {code}")

    def commitment(self, data: st.DataObject) -> str:
        return str(data.draw(st.sampled_from([*sorted(self.model.commitments), "zz"])))

    @precondition(lambda self: self.model.commitments)
    @rule(data=st.data(), reason=REASONS, amount=st.none() | st.integers(1, 4) | AMOUNTS)
    def a_commitment_is_released(self, data: st.DataObject, reason: str, amount: int | None) -> None:
        code = self.commitment(data)
        decision = d.ReleaseCommitment(mandate=self.by(), commitment=code, reason=reason, amount_fen=amount)
        self.take(decision, self.model.release(code, reason, amount))

    @precondition(lambda self: self.model.commitments)
    @rule(
        code=st.integers(1, 30),
        data=st.data(),
        amount=st.integers(1, 6) | AMOUNTS,
        voucher=st.sampled_from(["", *"abcdefgh"]),
    )
    def money_is_paid(self, code: int, data: st.DataObject, amount: int, voucher: str) -> None:
        self.a_payment(f"d{code}", self.commitment(data), amount, voucher)

    def a_payment(self, code: str, against: str, amount: int, voucher: str) -> None:
        decision = d.Disburse(
            mandate=self.by(),
            disbursement=code,
            commitment=against,
            amount_fen=amount,
            payee="builder",
            voucher=voucher,
        )
        self.take(decision, self.model.disburse(code, against, amount, "builder", voucher))

    @precondition(lambda self: self.model.payments)
    @rule(data=st.data(), amount=st.integers(1, 4) | AMOUNTS, reason=REASONS)
    def money_comes_back(self, data: st.DataObject, amount: int, reason: str) -> None:
        code = data.draw(st.sampled_from([*sorted(self.model.payments), "zz"]))
        decision = d.ReturnMoney(mandate=self.by(), disbursement=code, amount_fen=amount, reason=reason)
        self.take(decision, self.model.return_money(code, amount, reason))
