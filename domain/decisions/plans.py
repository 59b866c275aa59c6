"""Decisions that begin a plan's life: draft, propose; and the two things most plan decisions stand on (M27)."""

from __future__ import annotations

from dataclasses import dataclass, field

from eventsourcing.dcb.domain import Selector

from domain.decisions.base import Deciding
from domain.decisions.plan_content import must_be_sound
from domain.errors import Refusal
from domain.facts import CASE_FACTS, PLAN_FACTS
from domain.facts.base import Fact
from domain.facts.plans import PlanDrafted, PlanProposed
from domain.folds import PlanFold, PlanState, PolicyFold, RegisterFold
from domain.plan import Plan

_CASE = frozenset(CASE_FACTS)


class UnknownPlan(Refusal):
    """A plan that was never drafted."""

    code = "unknown-plan"
    sentence_en = "There is no plan {plan} in the record."
    cure_en = "Check the code, or draft the plan first."


class PlanInWrongState(Refusal):
    """Drafted, proposed, reviewed, announced, objections closed, approved, notice: no step is left out (M27)."""

    code = "plan-in-wrong-state"
    sentence_en = "Plan {plan} is {state}; “{decision}” is possible only when it is {needed}."
    cure_en = "Take the steps of a plan in their order; a plan that must change is returned and drafted anew."


class NoSuchLine(Refusal):
    """A line the plan does not have."""

    code = "no-such-line"
    sentence_en = "Plan {plan} has no line {line}."
    cure_en = "`tongchou plans show {plan}` lists its lines; they are named `fund.unit` or `fund.project`."


class CaseMoved(Refusal):
    """What the plan was computed from is no longer what is on the record (M27)."""

    code = "case-moved"
    sentence_en = "Plan {plan} was computed at position {based_on}; “{what}” was recorded at {position} since."
    cure_en = "Compute the plan again from the register, funds and policy as they stand now."


class PolicyNotAdopted(Refusal):
    """A plan is computed under the adopted policy, to the letter."""

    code = "policy-not-adopted"
    sentence_en = "Plan {plan} was computed under policy {policy} version {version}, which is not the one adopted."
    cure_en = "Adopt that policy, or compute the plan under the adopted one."


class PlanHashDiffers(Refusal):
    """Who proposes or approves a plan names the very text that is meant."""

    code = "plan-hash-differs"
    sentence_en = "Plan {plan} stands at hash {standing}, the decision names {named}."
    cure_en = "Read the plan as it stands now, and decide on that."


@dataclass(eq=False, kw_only=True)
class AboutPlan(Deciding):
    """A decision that stands on where one plan is on its way."""

    plan: str
    life: PlanFold = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.life = PlanFold(self.plan)

    def boundary(self) -> list[Selector]:
        """The plan's own facts."""
        return [Selector(types=PLAN_FACTS, tags=[f"plan:{self.plan}"])]

    def fold(self, fact: Fact) -> None:
        """Keep where the plan stands."""
        self.life.apply(fact)

    def in_state(self, *needed: PlanState) -> Plan:
        """The plan's content, when it is in one of these states; raises `UnknownPlan` or `PlanInWrongState`."""
        if self.life.state is None or self.life.content is None:
            raise UnknownPlan(plan=self.plan)
        if self.life.state not in needed:
            raise PlanInWrongState(
                plan=self.plan,
                state=self.life.state.replace("_", " "),
                decision=self.title(),
                needed=" or ".join(needed).replace("_", " "),
            )
        return self.life.content


@dataclass(eq=False, kw_only=True)
class OnCase(AboutPlan):
    """A decision that also stands on what plans are computed from: register, funds and policy.

    Positions come from `at`: the last fact of the case is remembered with where it stands in the log.
    """

    register: RegisterFold = field(default_factory=RegisterFold, init=False, repr=False)
    policies: PolicyFold = field(default_factory=PolicyFold, init=False, repr=False)
    last_of_case: tuple[int, str] = field(default=(0, ""), init=False, repr=False)

    def boundary(self) -> list[Selector]:
        """The plan's own facts, and every fact of the case."""
        return [*super().boundary(), Selector(types=CASE_FACTS)]

    def fold(self, fact: Fact) -> None:
        """Keep the plan, the case and where the case moved last."""
        super().fold(fact)
        self.register.apply(fact)
        self.policies.apply(fact)
        if type(fact) in _CASE and self.at is not None:
            self.last_of_case = (self.at, fact.stored_name())

    def case_must_stand(self, content: Plan, based_on: int) -> None:
        """Raise `CaseMoved` when the case moved after the plan was computed, `PolicyNotAdopted` for another policy."""
        position, what = self.last_of_case
        if position > based_on:
            raise CaseMoved(plan=self.plan, based_on=based_on, what=what, position=position)
        adopted, run = self.policies.latest, content.run
        computed_under = (run.policy, run.policy_version, run.policy_hash)
        if adopted is None or computed_under != (adopted.policy, adopted.policy_version, adopted.policy_hash):
            raise PolicyNotAdopted(plan=self.plan, policy=run.policy, version=run.policy_version)


class DraftByHand(Refusal):
    """A draft is what the search found; a hand changes it by a decision of its own, with its reason (M27)."""

    code = "draft-by-hand"
    sentence_en = "Plan {plan} was not drafted: it has lines set by hand, of which a draft has none."
    cure_en = "Draft the computed plan, and adjust its lines with the reason."


@dataclass(eq=False, kw_only=True)
class DraftPlan(OnCase):
    """Put a computed and verified plan on the record; it binds nobody. A draft or returned plan can be drafted anew.

    `based_on` is the position the case was read at. Refuses with `CaseMoved`, `PolicyNotAdopted`, `PlanInWrongState`,
    `DraftByHand`, or where the text is not sound (`plan_content`).
    """

    content: Plan
    based_on: int

    def execute(self) -> None:
        """Record `PlanDrafted`."""
        if self.content.by_hand:
            raise DraftByHand(plan=self.plan)
        if self.life.state is not None:
            self.in_state("drafted", "returned")
        self.case_must_stand(self.content, min(self.based_on, self.content.run.register_position))
        must_be_sound(self.plan, self.content, self.register)
        self.record(
            PlanDrafted(mandate=self.mandate, plan=self.plan, content=self.content, policy=self.content.run.policy)
        )


@dataclass(eq=False, kw_only=True)
class ProposePlan(OnCase):
    """Put the drafted plan before the leading group (M27).

    Refuses with `UnknownPlan`, `PlanInWrongState`, `PlanHashDiffers`, `CaseMoved` or `PolicyNotAdopted`.
    """

    plan_hash: str

    def execute(self) -> None:
        """Record `PlanProposed`."""
        content = self.in_state("drafted")
        if self.plan_hash != content.plan_hash:
            raise PlanHashDiffers(plan=self.plan, standing=content.plan_hash, named=self.plan_hash)
        self.case_must_stand(content, content.run.register_position)
        self.record(PlanProposed(mandate=self.mandate, plan=self.plan, plan_hash=self.plan_hash))
