"""Counterfactual history: a stretch of the record told again under another policy, or with a scenario's changes.

Decision by decision, on a branch in memory that begins where the stretch does. Each keeps its day, its post and its
command, and the branch's clock tells the moment the log learned of it. The rules:

- What the county decided about register, funds, projects, posts and evidence is decided again as it was.
- Every adoption gives way to the other policy, which is adopted in place of the first of them, or at the beginning
  where the stretch has none. It counts from the day of the one it replaces if its own day is later, and gets the next
  version number if its own was used. A scenario's changes are decided as soon as register and policy both stand.
- Where a plan was drafted, it is computed anew from the branch, with engine, seed and limit of the recorded run, and
  verified. The steps of its hearing are taken again, on what it says then.
- A change by hand moves the same sums between the same lines. How money is tried again: `retold_money`. Work on a
  project that had money in the record and has none here is neither begun, made dearer nor accepted.
- Keys and witnesses prove the record; a branch has none.

What is refused is refused for the branch and goes into the ledger with its reason; the story goes on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from pathlib import Path

import msgspec

from domain.counterfactual import Counterfactual, Fate, OpenLine, PlanRetold, Retold, totals
from domain.decisions.retelling import decision_behind
from domain.errors import Refusal
from domain.facts import FUND_FACTS, PLAN_FACTS, SPENDING_FACTS, Fact
from domain.facts.plans import PlanDrafted, PlanLineAdjusted
from domain.facts.policies import PolicyAdopted
from domain.facts.projects import ProjectAccepted, ProjectOverrun, ProjectStarted
from domain.facts.spending import LineCommitted
from domain.folds import MoneyFold, PlansFold
from history.faults import StoreFault
from history.log import Receipt, Recorded
from optimizer.solve.engine import Listener
from service.branches import branch_log, open_branch
from service.county import County
from service.planning import plans_at
from service.registers import Moment, moment
from service.scenarios.finding import Composed
from service.scenarios.retold_ground import Ground
from service.scenarios.retold_money import Books, Money, Tried
from service.scenarios.retold_plans import Planner
from service.worker import Worker


class NothingToReplay(Refusal):
    """A stretch without a fact."""

    code = "nothing-to-replay"
    sentence_en = "From position {since} to {until} the record holds nothing that could be told again."
    cure_en = "Name positions of the record; it ends at {head}."


class OneGround(Refusal):
    """A policy and a scenario at once."""

    code = "replay-one-ground"
    sentence_en = "A past is told again under another policy or with a scenario’s changes, not both at once."
    cure_en = "Write the policy’s change into the scenario, or replay twice."


def replay(
    county: County,
    *,
    policy: Path | None = None,
    scenario: Composed | None = None,
    since: int = 1,
    until: int | None = None,
    worker: Worker | None = None,
    listener: Listener | None = None,
) -> Counterfactual:
    """Tell the facts from one position to another again; without policy or scenario, as they were.

    A decision of which the stretch would cut facts off belongs to it whole. The same record and ground give the same
    answer; nothing is recorded. Raises `NothingToReplay`, `OneGround`, or what is wrong with policy or scenario.
    """
    if policy is not None and scenario is not None:
        raise OneGround
    groups = list(_stretch(county, since, until))
    if not groups:
        raise NothingToReplay(since=since, until=until or county.log.head(), head=county.log.head())
    first, last = groups[0][0], groups[-1][-1]
    clock = _Retelling(first.recorded_at)
    past = Moment(first.position - 1)
    with open_branch(replace(county, clock=clock), None, past) as branch:
        teller = _Teller(county, past, Ground(policy, scenario), Planner(branch, worker, listener))
        for together in groups:
            clock.now = together[0].recorded_at
            teller.tell(together)
        return Counterfactual(
            since=first.position,
            until=last.position,
            ground=teller.ground.name,
            steps=tuple(teller.steps),
            plans=tuple(teller.plans),
            open_lines=tuple(teller.open_lines()),
            totals=totals(
                (one.fact for some in groups for one in some), (one.fact for one in branch_log(branch).own_facts())
            ),
        )


class _Retelling:
    """The clock of the branch: it stands at the moment that is being told."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


def _stretch(county: County, since: int, until: int | None) -> Iterator[tuple[Recorded, ...]]:
    """The facts of a stretch, those of one decision together."""
    facts = county.log.facts(after=0 if since <= 1 else _begins(county, since) - 1)
    for _, some in groupby(facts, key=lambda one: one.fact.mandate.command):
        together = tuple(some)
        if until is not None and together[0].position > until:
            return
        yield together


def _begins(county: County, position: int) -> int:
    """Where the decision began whose fact stands at a position."""
    found = next(county.log.facts(after=position - 1), None)
    if found is None:
        return position
    command = found.fact.mandate.command
    return min((one.position for one in county.log.facts(tags=[f"command:{command}"])), default=position)


class _Teller:
    """Tells one decision after the other on the branch, and keeps how the record stood before it."""

    def __init__(self, county: County, past: Moment, ground: Ground, planner: Planner) -> None:
        self.county, self.branch = county, planner.branch
        self.ground, self.planner = ground, planner
        self.steps: list[Retold] = []
        self.plans: list[PlanRetold] = []
        self.register = county.views.register(county.log, position=past.position).fork()
        self.recorded_plans = PlansFold()
        recorded, found = MoneyFold(), MoneyFold()
        for one in county.log.facts(until=past.position, types=[*PLAN_FACTS, *FUND_FACTS, *SPENDING_FACTS]):
            recorded.apply(one.fact)
            found.apply(one.fact)
            if isinstance(one.fact, PLAN_FACTS):
                self.recorded_plans.apply(one.fact)
        self.books = Books(recorded, found)
        self._committed: set[tuple[str, str]] = set(recorded.lines)

    def tell(self, together: tuple[Recorded, ...]) -> None:
        """One decision."""
        head = self.branch.log.head()
        if self.ground.lay(self.branch):
            self._keep(together[0], "changed", Tried())
            for one in self.branch.log.facts(after=head):
                self.books.found.apply(one.fact)
        first = together[0].fact
        facts = tuple(one.fact for one in together)
        tried = self._tried(facts)
        fate = tried.fate or ("refused" if tried.refusal else "same" if _alike(facts, tried.facts) else "otherwise")
        self._keep(together[0], fate, tried)
        for fact in tried.facts:
            self.books.found.apply(fact)
        for fact in facts:
            self.register.apply(fact)
            self.books.recorded.apply(fact)
            if isinstance(fact, PLAN_FACTS):
                self.recorded_plans.apply(fact)
        if isinstance(first, LineCommitted):
            self._committed.add((first.plan, first.line))
        if isinstance(first, PlanDrafted):
            refused = tried.refusal is not None
            self.plans.append(self.planner.side_by_side(self.county, together[0], first, refused))

    def open_lines(self) -> Iterator[OpenLine]:
        """The lines in force on the branch that nobody committed in the record."""
        for plan, life in plans_at(self.branch, moment(self.branch)).plans.items():
            if life.in_force and life.content is not None:
                for line in life.content.lines:
                    if (plan, line.line) not in self._committed:
                        yield OpenLine(plan, line)

    def _keep(self, at: Recorded, fate: Fate, tried: Tried) -> None:
        day = at.fact.mandate.effective_on
        sums = (tried.recorded_fen, tried.found_fen)
        self.steps.append(Retold(at.position, at.recorded_at, day, at.fact, fate, *sums, tried.refusal))

    def _tried(self, facts: tuple[Fact, ...]) -> Tried:
        """What comes of the decision behind the facts, taken anew on the branch."""
        first = facts[0]
        if self.ground.policy is not None and isinstance(first, PolicyAdopted):
            if self.ground.laid:
                return Tried(fate="replaced")
            found = _facts(self.ground.adopt(self.branch, first.mandate, first.in_force_from))
            return Tried(found, None if _alike(facts, found) else "replaced")
        decision = decision_behind(facts, self.register)
        if decision is None:
            return Tried(fate="not-retold")
        if isinstance(first, Money):
            now = plans_at(self.branch, moment(self.branch))
            return self.books.try_again(self.branch, decision, first, self.recorded_plans, now)
        try:
            if isinstance(first, ProjectStarted | ProjectOverrun | ProjectAccepted):
                self.books.must_have_its_money(first.project)
            return Tried(_facts(self.planner.decide(first, decision)))
        except StoreFault:
            raise
        except Refusal as refusal:
            return Tried(refusal=refusal)


def _facts(receipt: Receipt) -> tuple[Fact, ...]:
    return tuple(one.fact for one in receipt.recorded)


def _alike(recorded: Sequence[Fact], found: Sequence[Fact]) -> bool:
    """Whether two decisions recorded the same. A plan is the same when its hash is, wherever it was computed."""
    return [_without_run(one) for one in recorded] == [_without_run(one) for one in found]


def _without_run(fact: Fact) -> object:
    if isinstance(fact, PlanDrafted | PlanLineAdjusted):
        said = msgspec.structs.asdict(fact)
        return type(fact), {**said, "content": fact.content.plan_hash}
    return fact
