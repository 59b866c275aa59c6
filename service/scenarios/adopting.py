"""A scenario becomes a proposal: its decisions taken on the record, and the plan it found drafted there.

Adopting is no shortcut: what the scenario decided on a branch is decided anew on the record, by a person in a post, in
one piece or not at all, and the draft must be the very plan the scenario found. Where the record has moved on since
the position the scenario was read at, adopting is refused with what moved.
"""

from __future__ import annotations

from dataclasses import dataclass

from domain.decisions.plans import DraftPlan
from domain.errors import Moved, Refusal
from domain.facts import CASE_FACTS
from history.promotion import append_to
from optimizer.solve.engine import Listener
from service.branches import branch_log
from service.county import Actor, County
from service.planning import How, compute, next_plan_id
from service.registers import moment
from service.scenarios.finding import Composed
from service.scenarios.running import changed_branch, open_base


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
    how: How | None = None,
    listener: Listener | None = None,
) -> Adopted:
    """Take a scenario's decisions on the record and draft the plan it finds; the facts cite the scenario's hash.

    Raises `NothingToAdopt`, `RecordMovedOn`, whatever refuses one of the decisions or the draft, and `Moved` when
    others kept recording meanwhile; nothing is then recorded.
    """
    based_on = composed.loaded.scenario.based_on
    if based_on.register_name is not None:
        raise NothingToAdopt(scenario=composed.name, register=based_on.register_name)
    cause = f"scenario:{composed.scenario_hash}"
    with open_base(based_on, composed.path, county) as named:
        position = named.at.position
    _must_stand(county, composed, position)
    head = moment(county).position
    now = based_on.model_copy(update={"position": head, "known_at": None})
    with (
        open_base(now, composed.path, county) as base,
        changed_branch(base, composed.name, composed.changes, actor=actor, cause=cause) as branch,
    ):
        computed = compute(branch, how=how, listener=listener)
        plan = next_plan_id(branch, computed)
        mandate = branch.mandate(
            actor, why=composed.loaded.scenario.question.en, command=f"draft-{plan}-{cause[-12:]}", cause=cause
        )
        branch.decide(DraftPlan(mandate=mandate, plan=plan, content=computed.plan, based_on=computed.at.position))
        receipt = append_to(county.log, branch_log(branch))
    if receipt is None:
        _must_stand(county, composed, head)
        raise Moved(decision="adopt scenario")
    county.refresh_quietly()
    return Adopted(plan, computed.plan.plan_hash, receipt.position, len(receipt.recorded))


def _must_stand(county: County, composed: Composed, position: int) -> None:
    """Raise `RecordMovedOn` where register, funds or policy changed since."""
    moved = next(county.log.facts(after=position, types=CASE_FACTS), None)
    if moved is not None:
        raise RecordMovedOn(
            scenario=composed.name, based_on=position, what=moved.fact.stored_name(), position=moved.position
        )
