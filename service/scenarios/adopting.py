"""A scenario becomes a proposal: its decisions taken on the record, and the plan it found drafted there.

Adopting is no shortcut: what the scenario decided on a branch is decided anew on the record, by a person in a post, in
one piece or not at all, and the draft must be the very plan the scenario found. Where the record has moved on since
the position the scenario was read at, adopting is refused with what moved.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import msgspec

from domain.decisions.plans import DraftPlan, PlanHashDiffers
from domain.errors import Moved, Refusal
from domain.facts import CASE_FACTS
from domain.facts.plans import PlanDrafted
from domain.plan import Plan
from history.log import ATTEMPTS
from history.promotion import append_to
from optimizer.solve.engine import Listener
from service.branches import branch_log
from service.county import Actor, County
from service.plan_life import plan_now
from service.planning import Computed, How, compute, next_plan_id
from service.registers import moment
from service.scenarios.finding import Composed
from service.scenarios.running import changed_branch, open_base
from texts import Both


class NothingToAdopt(Refusal):
    """A scenario about another register than the one on the record."""

    code = "nothing-to-adopt"
    sentence_en = "Scenario {scenario} is based on the shipped register {register}, not on this record."
    cure_en = "Base it on the record: leave `register` out of `based_on`."


class RecordMovedOn(Refusal):
    """Register, funds or policy changed since the scenario was read."""

    code = "record-moved-on"
    sentence_en = "Scenario {scenario} was computed at position {based_on}; “{what}” was recorded at {position} since."
    cure_en = "Run the scenario again, on the record as it stands now, and adopt what it finds then."


class OtherPolicyFirst(Refusal):
    """A scenario on another policy than the one in force: that one is not adopted in passing."""

    code = "other-policy-first"
    sentence_en = "Scenario {scenario} is based on policy {policy}, which is not adopted with it."
    cure_en = "Adopt that policy first with `tongchou policy adopt`, then base the scenario on the record without it."


@dataclass(frozen=True)
class Adopted:
    """The draft on the record, its hash, and the position of its fact; `facts` counts all that adopting recorded."""

    plan: str
    plan_hash: str
    position: int
    facts: int


def adopt(
    county: County,
    composed: Composed,
    actor: Actor,
    *,
    plan_hash: str | None = None,
    how: How | None = None,
    listener: Listener | None = None,
) -> Adopted:
    """Take a scenario's decisions on the record and draft the plan it finds; the facts cite the scenario's hash.

    With `plan_hash` it must be that very plan. Adopted once more while the case stands, it is the draft there is.
    Raises `NothingToAdopt`, `OtherPolicyFirst`, `RecordMovedOn`, `PlanHashDiffers`, whatever refuses one of the
    decisions or the draft, and `Moved` when others kept recording meanwhile; nothing is then recorded.
    """
    based_on = composed.loaded.scenario.based_on
    if based_on.register_name is not None:
        raise NothingToAdopt(scenario=composed.name, register=based_on.register_name)
    if based_on.policy is not None:
        raise OtherPolicyFirst(scenario=composed.name, policy=based_on.policy)
    with open_base(based_on, composed.path, county) as named:
        position = named.at.position
    county.people.id_of(actor.person)  # whoever is on the record has a name at the desk; a branch would not leave one
    computed: Computed | None = None
    for _ in range(ATTEMPTS):
        _must_stand(county, composed, position)
        head = moment(county).position
        with _decided(county, composed, actor, head) as branch:
            computed = _anew(branch, computed) or compute(branch, how=how, listener=listener)
            if plan_hash is not None and computed.plan.plan_hash != plan_hash:
                raise PlanHashDiffers(plan=composed.name, standing=computed.plan.plan_hash, named=plan_hash)
            known = _known_draft(county, composed, computed.plan)
            if known is not None:
                return known
            plan = _draft(branch, computed, composed, actor)
            receipt = append_to(county.log, branch_log(branch))
        if receipt is not None:
            county.refresh_quietly()
            return Adopted(plan, computed.plan.plan_hash, receipt.position, len(receipt.recorded))
    raise Moved(decision="adopt scenario")


@contextmanager
def _decided(county: County, composed: Composed, actor: Actor, head: int) -> Iterator[County]:
    """A branch of the record as it stands, on which the scenario's changes were decided by the actor."""
    now = composed.loaded.scenario.based_on.model_copy(update={"position": head, "known_at": None})
    with (
        open_base(now, composed.path, county) as base,
        changed_branch(base, composed.name, composed.changes, actor=actor, cause=_cause(composed)) as branch,
    ):
        yield branch


def _anew(branch: County, computed: Computed | None) -> Computed | None:
    """What was computed on the branch before this one, for this one: the same case, at another position."""
    if computed is None:
        return None
    at = moment(branch)
    run = msgspec.structs.replace(computed.plan.run, register_position=at.position)
    return replace(computed, plan=msgspec.structs.replace(computed.plan, run=run), at=at)


def _draft(branch: County, computed: Computed, composed: Composed, actor: Actor) -> str:
    """Draft the plan on the branch; its code."""
    plan, cause = next_plan_id(branch, computed), _cause(composed)
    question = composed.loaded.scenario.question
    mandate = branch.mandate(
        actor, why=Both(question.zh, question.en).line[:2000], command=f"draft-{plan}-{cause[-12:]}", cause=cause
    )
    branch.decide(DraftPlan(mandate=mandate, plan=plan, content=computed.plan, based_on=computed.at.position))
    return plan


def _known_draft(county: County, composed: Composed, content: Plan) -> Adopted | None:
    """The draft an earlier adoption of the scenario left, where it says the same and its case still stands."""
    for recorded in reversed(list(county.log.facts(types=[PlanDrafted]))):
        fact = recorded.fact
        if isinstance(fact, PlanDrafted) and fact.mandate.cause == _cause(composed):
            since = fact.content.run.register_position
            stands = next(county.log.facts(after=since, types=CASE_FACTS), None) is None
            life = plan_now(county, fact.plan)
            said = None if life.state in ("returned", "superseded") else life.content
            if stands and said is not None and said.plan_hash == content.plan_hash:
                return Adopted(fact.plan, content.plan_hash, recorded.position, 0)
    return None


def _cause(composed: Composed) -> str:
    return f"scenario:{composed.scenario_hash}"


def _must_stand(county: County, composed: Composed, position: int) -> None:
    """Raise `RecordMovedOn` where register, funds or policy changed since."""
    moved = next(county.log.facts(after=position, types=CASE_FACTS), None)
    if moved is not None:
        raise RecordMovedOn(
            scenario=composed.name, based_on=position, what=moved.fact.stored_name(), position=moved.position
        )
