"""A county in plain Python: its purse, units, projects, duties and plans. It knows nothing of the product.

Every method is one decision: it gives the code of the refusal it expects, or None and has then carried it out.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from tests.model.money import Code, Commitment, Purse

IN_FORCE = ("approved", "noticed")
ASSESSED = ("stars",)
FIELDS = ("households", "township", "stars")


class Line(NamedTuple):
    fund: str
    unit: str
    project: str | None
    amount: int

    @property
    def name(self) -> str:
        return f"{self.fund}.{self.project or self.unit}"


@dataclass
class Project:
    unit: str
    cost: int
    spent: int
    purposes: frozenset[str]
    closes: frozenset[str]
    stage: str = "proposed"
    started: bool = False
    rank: int | None = None

    @property
    def remaining(self) -> int:
        return self.cost - self.spent


@dataclass
class Objection:
    plan: str
    objector: str
    scribe: str
    open: bool = True


@dataclass
class Plan:
    lines: tuple[Line, ...]
    case: int
    makers: list[tuple[str, str]]
    state: str = "drafted"
    proposed: tuple[Line, ...] | None = None
    since: date | None = None
    until: date | None = None

    def line(self, name: str) -> Line | None:
        return next((line for line in self.lines if line.name == name), None)


@dataclass
class County(Purse):
    """The whole county."""

    townships: frozenset[str] = frozenset({"t1", "t2"})
    units: dict[str, dict[str, Any]] = field(default_factory=dict)
    projects: dict[str, Project] = field(default_factory=dict)
    duties: dict[str, tuple[str, str, int]] = field(default_factory=dict)
    """Code -> unit, fund, yearly amount."""
    plans: dict[str, Plan] = field(default_factory=dict)
    objections: dict[str, Objection] = field(default_factory=dict)
    policy: int = 1

    def __post_init__(self) -> None:
        super().__init__()

    def adopt(self, version: int) -> Code:
        if version < self.policy:
            return "policy-version-not-higher"
        self.case += version > self.policy
        self.policy = version
        return None

    # units and duties

    def register_unit(self, unit: str, township: str) -> Code:
        if unit in self.units:
            return "unit-taken"
        if township not in self.townships:
            return "unknown-township"
        self.units[unit] = {"township": township, "households": 100, "stars": None, "backward": False, "haves": set()}
        self.case += 1
        return None

    def change_unit(self, unit: str, name: str, value: Any, *, assessed: bool) -> Code:
        if unit not in self.units:
            return "unknown-unit"
        known = ASSESSED if assessed else FIELDS
        possible = {"stars": range(1, 6), "households": range(10**10)}
        if name not in known or (name in possible and value not in possible[name]):
            return "impossible-value"
        if self.units[unit][name] == value:
            return "nothing-changed"
        if name == "township" and value not in self.townships:
            return "unknown-township"
        self.units[unit][name] = value
        self.case += 1
        return None

    def set_backward(self, unit: str, backward: bool, reason: str) -> Code:
        if not reason:
            return "reason-missing"
        if unit not in self.units:
            return "unknown-unit"
        if self.units[unit]["backward"] == backward:
            return "already-backward" if backward else "not-backward"
        self.units[unit]["backward"] = backward
        self.case += 1
        return None

    def move_duty(self, duty: str, unit: str, fund: str, amount: int) -> Code:
        if unit not in self.units:
            return "unknown-unit"
        if no := self.usable(fund):
            return no
        _, now_fund, now_amount = self.duties.get(duty, (None, fund, 1))
        if self.duties.get(duty) == (unit, fund, amount):
            return "nothing-changed"
        if amount < max(now_amount, 1) or fund != now_fund:
            return "duty-without-its-money"
        others = sum(a for code, (_, f, a) in self.duties.items() if f == fund and code != duty)
        if others + amount > self.funds[fund].plannable:
            return "duties-exceed-fund"
        self.duties[duty] = (unit, fund, amount)
        self.case += 1
        return None

    # projects

    def propose_project(self, code: str, project: Project, requires: tuple[str, ...]) -> Code:
        if code in self.projects:
            return "project-taken"
        if project.unit not in self.units:
            return "unknown-unit"
        if any(one not in self.projects for one in requires):
            return "unknown-project"
        if project.spent > project.cost:
            return "impossible-value"
        self.projects[code] = project
        self.case += 1
        return None

    def in_stage(self, code: str, *stages: str) -> Code:
        if code not in self.projects:
            return "unknown-project"
        return None if self.projects[code].stage in stages else "project-in-wrong-stage"

    def appraise(self, code: str, benefit: int, finding: str) -> Code:
        if not finding:
            return "reason-missing"
        if no := self.in_stage(code, "proposed", "appraised", "admitted"):
            return no
        if benefit < 0:
            return "impossible-value"
        if self.projects[code].stage == "proposed":
            self.projects[code].stage = "appraised"
        self.case += 1
        return None

    def admit(self, code: str) -> Code:
        if no := self.in_stage(code, "appraised"):
            return no
        payers = (fund for fund in self.funds.values() if fund.pooled and not fund.closed)
        if not any(fund.purposes >= self.projects[code].purposes for fund in payers):
            return "no-fund-for-project"
        self.projects[code].stage = "admitted"
        self.case += 1
        return None

    def rank(self, code: str, rank: int) -> Code:
        if no := self.in_stage(code, "admitted"):
            return no
        if rank < 1:
            return "impossible-value"
        if self.projects[code].rank == rank:
            return "nothing-changed"
        self.projects[code].rank = rank
        self.case += 1
        return None

    def start(self, code: str) -> Code:
        if no := self.in_stage(code, "admitted"):
            return no
        if self.projects[code].started:
            return "project-started-already"
        self.projects[code].started = True
        self.case += 1
        return None

    def raise_cost(self, code: str, cost: int, reason: str) -> Code:
        if not reason:
            return "reason-missing"
        if no := self.in_stage(code, "proposed", "appraised", "admitted"):
            return no
        if cost <= self.projects[code].cost:
            return "cost-not-raised"
        self.projects[code].cost = cost
        self.case += 1
        return None

    def accept(self, code: str, evidence: str) -> Code:
        if not evidence:
            return "reason-missing"
        if no := self.in_stage(code, "admitted"):
            return no
        project = self.projects[code]
        if not project.started:
            return "project-not-started"
        project.stage = "accepted"
        self.units[project.unit]["haves"] |= project.closes
        self.case += 1
        return None

    def withdraw(self, code: str, reason: str) -> Code:
        if no := self.in_stage(code, "proposed", "appraised", "admitted"):
            return no
        if self.open(project=code):
            return "project-committed"
        project = self.projects[code]
        if not reason and (project.started or project.spent + self.held(project=code) > 0):
            return "reason-missing"
        project.stage = "withdrawn"
        self.case += 1
        return None

    # plans

    def in_state(self, plan: str, *states: str) -> Code:
        if plan not in self.plans:
            return "unknown-plan"
        return None if self.plans[plan].state in states else "plan-in-wrong-state"

    def draft(self, plan: str, lines: tuple[Line, ...], maker: tuple[str, str], *, stale: bool, broken: Code) -> Code:
        if plan in self.plans and self.plans[plan].state not in ("drafted", "returned"):
            return "plan-in-wrong-state"
        if stale:
            return "case-moved"
        if no := broken or self._unsound(lines):
            return no
        self._lapse(plan)
        self.plans[plan] = Plan(lines, self.case, [maker])
        return None

    def adjust(self, plan: str, lines: tuple[Line, ...], maker: tuple[str, str], reason: str) -> Code:
        if not reason:
            return "reason-missing"
        if no := self.in_state(plan, "drafted", "returned"):
            return no
        there = self.plans[plan]
        if there.case != self.case:
            return "case-moved"
        if no := self._unsound(lines):
            return no
        if set(lines) == set(there.lines):
            return "nothing-changed"
        self._lapse(plan)
        self.plans[plan] = Plan(lines, self.case, [*there.makers, maker])
        return None

    def _unsound(self, lines: tuple[Line, ...]) -> Code:
        for line in lines:
            fund = self.funds.get(line.fund)
            if fund is None or fund.closed or not fund.pooled or line.unit not in self.units:
                return "plan-names-unknown"
            if line.project is not None:
                project = self.projects.get(line.project)
                if project is None or project.stage != "admitted" or project.unit != line.unit:
                    return "plan-names-unknown"
        return self._unaffordable(lines, lines)

    def _unaffordable(self, own: tuple[Line, ...], lines: tuple[Line, ...], held: bool = False) -> Code:
        """Whether the funds and projects of a plan carry all these lines (and what plans no longer in force hold)."""
        by_fund: Counter[str] = Counter()
        by_project: Counter[str] = Counter()
        for line in lines:
            by_fund[line.fund] += line.amount
            by_project[line.project or ""] += line.amount
        if held:
            for one in self.commitments.values():
                if self.plans[one.plan].state not in IN_FORCE:
                    by_fund[one.fund] += one.held
                    by_project[one.project or ""] += one.held
        if any(by_fund[line.fund] > self.funds[line.fund].plannable for line in own):
            return "plan-over-fund"
        built = {line.project for line in own if line.project is not None}
        return "plan-over-cost" if any(by_project[p] > self.projects[p].remaining for p in built) else None

    def propose(self, plan: str, lines: tuple[Line, ...], maker: tuple[str, str]) -> Code:
        if no := self.in_state(plan, "drafted"):
            return no
        there = self.plans[plan]
        if set(lines) != set(there.lines):
            return "plan-hash-differs"
        if there.case != self.case:
            return "case-moved"
        there.state, there.proposed = "proposed", lines
        there.makers.append(maker)
        return None

    def review(self, plan: str, person: str, opinion: str) -> Code:
        if not opinion:
            return "reason-missing"
        if no := self.in_state(plan, "proposed"):
            return no
        if person in {maker for maker, _ in self.plans[plan].makers}:
            return "maker-reviews"
        self.plans[plan].state = "reviewed"
        return None

    def announce(self, plan: str, on: date, until: date) -> Code:
        if no := self.in_state(plan, "reviewed"):
            return no
        if until <= on:
            return "period-too-short"
        there = self.plans[plan]
        there.state, there.since, there.until = "announced", on, until
        return None

    def lodge(self, objection: str, plan: str, objector: str, scribe: str, on: date) -> Code:
        if no := self.in_state(plan, "announced"):
            return no
        there = self.plans[plan]
        assert there.since is not None
        assert there.until is not None
        if not there.since <= on <= there.until:
            return "outside-hearing"
        if objection in self.objections:
            return "objection-taken"
        self.objections[objection] = Objection(plan, objector, scribe)
        return None

    def _waiting(self, objection: str, plan: str) -> Code:
        there = self.objections.get(objection)
        if there is None or there.plan != plan:
            return "unknown-objection"
        return None if there.open else "objection-settled"

    def answer(self, objection: str, plan: str, person: str, upheld: bool) -> Code:
        if no := self._waiting(objection, plan) or self.in_state(plan, "announced"):
            return no
        there = self.objections[objection]
        if person == there.objector or person in {maker for maker, _ in self.plans[plan].makers}:
            return "own-cause"
        there.open = False
        if upheld:
            self._lapse(plan)
            self.plans[plan].state = "returned"
        return None

    def withdraw_objection(self, objection: str, plan: str, person: str) -> Code:
        if no := self._waiting(objection, plan):
            return no
        there = self.objections[objection]
        if person not in (there.objector, there.scribe):
            return "objection-not-theirs"
        there.open = False
        return None

    def _lapse(self, plan: str) -> None:
        for one in self.objections.values():
            one.open = one.open and one.plan != plan

    def _unheard(self, plan: str, on: date) -> Code:
        until = self.plans[plan].until
        if until is not None and on < until:
            return "objections-still-possible"
        return "objections-open" if any(one.open and one.plan == plan for one in self.objections.values()) else None

    def close_objections(self, plan: str, on: date) -> Code:
        if no := self.in_state(plan, "announced") or self._unheard(plan, on):
            return no
        self.plans[plan].state = "objections_closed"
        return None

    def approve(self, plan: str, lines: tuple[Line, ...], person: str, post: str, on: date) -> Code:
        if no := self.in_state(plan, "objections_closed"):
            return no
        there = self.plans[plan]
        if person in {maker for maker, _ in there.makers}:
            return "proposer-approves"
        if post in {maker for _, maker in there.makers}:
            return "proposing-post-approves"
        if no := self._unheard(plan, on):
            return no
        if set(lines) != set(there.lines):
            return "plan-hash-differs"
        if there.case != self.case:
            return "case-moved"
        others = [line for one in self.plans.values() if one.state in IN_FORCE for line in one.lines]
        if no := self._unaffordable(there.lines, (*there.lines, *others), held=True):
            return no
        there.state = "approved"
        return None

    def notice(self, plan: str) -> Code:
        if no := self.in_state(plan, "approved"):
            return no
        self.plans[plan].state = "noticed"
        return None

    def return_plan(self, plan: str, reason: str) -> Code:
        if not reason:
            return "reason-missing"
        if no := self.in_state(plan, "proposed", "reviewed", "announced", "objections_closed"):
            return no
        self._lapse(plan)
        self.plans[plan].state = "returned"
        return None

    def supersede(self, plan: str, by_plan: str) -> Code:
        if no := self.in_state(plan, *IN_FORCE):
            return no
        if by_plan not in self.plans:
            return "unknown-plan"
        if by_plan == plan or self.plans[by_plan].state in ("drafted", "returned", "superseded"):
            return "plan-in-wrong-state"
        self.plans[plan].state = "superseded"
        return None

    def commit(self, commitment: str, plan: str, line: Line, amount: int | None) -> Code:
        if commitment in self.commitments:
            return "commitment-taken"
        there = self.plans.get(plan)
        found = there.line(line.name) if there is not None and there.state in IN_FORCE else None
        if found is None or (found.fund, found.project) != (line.fund, line.project):
            return "line-not-approved"
        left = found.amount - self.held(plan=plan, line=line.name)
        amount = left if amount is None else amount
        if left == 0 or amount > left:
            return "line-exceeded"
        if amount <= 0:
            return "amount-not-positive"
        if no := self.usable(line.fund):
            return no
        if amount > self.free(line.fund):
            return "fund-exhausted"
        if line.project is not None:
            project = self.projects[line.project]
            if project.stage not in ("admitted", "accepted"):
                return "project-not-admitted"
            if self.held(project=line.project) + amount > project.remaining:
                return "cost-exceeded"
        self.commitments[commitment] = Commitment(plan, line.name, line.fund, found.unit, line.project, amount)
        return None
