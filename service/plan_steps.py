"""Use cases of a plan's standing: the steps of its life and the objections to it, and whether the public may see it."""

from __future__ import annotations

from datetime import date, datetime

from msgspec import Struct

from domain.decisions.plans import UnknownPlan
from domain.facts import OBJECTION_FACTS, Fact
from domain.facts.objections import ObjectionAnswered, ObjectionLodged, ObjectionWithdrawn
from domain.folds import PlanFold
from service.county import County
from service.planning import plans_at
from service.registers import Moment, counting


class Step(Struct, frozen=True, kw_only=True):
    """One step in the life of a plan, or one of an objection to it."""

    position: int
    """Of the fact on the record."""
    recorded_at: datetime
    effective_on: date
    """The day from which it counts."""
    what: str
    """The state the plan took: drafted, proposed, …; or objection-lodged, -upheld, -rejected, -withdrawn."""
    objection: str | None
    person: str
    """Pseudonymous id of who did it …"""
    name: str | None
    """… and the name, where whoever asks may see names and it was not erased."""
    post: str
    """In which post."""
    why: str
    document: str | None


def steps_of(county: County, plan: str, at: Moment) -> list[Step]:
    """The steps of a plan and the objections to it, in the order they were recorded; none for an unknown plan."""
    county.refresh()
    found = []
    for position, recorded_at, effective_on, state, person, post, why, document in county.views.plans.life(
        plan, position=at.position, as_of=at.as_of
    ):
        found.append(
            Step(
                position=position,
                recorded_at=datetime.fromisoformat(recorded_at),
                effective_on=date.fromisoformat(effective_on),
                what=state,
                objection=None,
                person=person,
                name=county.name_of(person),
                post=post,
                why=why,
                document=document,
            )
        )
    for recorded in counting(county, at, OBJECTION_FACTS, tags=[f"plan:{plan}"]):
        by = recorded.fact.mandate
        what, objection, reason = _objected(recorded.fact)
        found.append(
            Step(
                position=recorded.position,
                recorded_at=recorded.recorded_at,
                effective_on=by.effective_on,
                what=what,
                objection=objection,
                person=by.person,
                name=county.name_of(by.person),
                post=by.post,
                why=reason,
                document=by.document,
            )
        )
    return sorted(found, key=lambda step: step.position)


def _objected(fact: Fact) -> tuple[str, str, str]:
    """What a fact about an objection says, of which, and in which words."""
    match fact:
        case ObjectionLodged():
            return "objection-lodged", fact.objection, fact.text
        case ObjectionAnswered():
            return f"objection-{fact.outcome}", fact.objection, fact.reason
        case ObjectionWithdrawn():
            return "objection-withdrawn", fact.objection, fact.reason
    raise TypeError(f"{fact.stored_name()} is not about an objection")


def is_published(life: PlanFold) -> bool:
    """Whether what the plan says now was made public: announced, and neither drafted anew nor changed by hand since.

    The one rule of what everybody may read (公示, M27), of pages and of the API. A plan that was returned or superseded
    after its announcement was public and stays so; one that never was announced is not, whatever became of it.
    """
    return life.objections_until is not None


def published(county: County, at: Moment) -> list[PlanFold]:
    """The plans everybody may read at a moment, in the order of their first drafts."""
    return [life for life in plans_at(county, at).plans.values() if is_published(life)]


def plan_seen(county: County, plan: str, at: Moment, *, public: bool) -> PlanFold:
    """A plan at a moment, by the public only if it was published by then. Raises `UnknownPlan`."""
    life = plans_at(county, at).plans.get(plan)
    if life is None or (public and not is_published(life)):
        raise UnknownPlan(plan=plan)
    return life
