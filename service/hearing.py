"""Use cases of a hearing: objections lodged, answered, withdrawn, and as they stood at any moment (公示, M27)."""

from __future__ import annotations

from domain.decisions.objections import AnswerObjection, LodgeObjection, UnknownObjection, WithdrawObjection
from domain.facts import Mandate
from domain.facts.objections import ObjectionLodged, Outcome
from domain.folds import ObjectionsFold
from domain.folds.objections import HEARING_FACTS, Hearing, Objection
from domain.folds.plans import PlanFold
from history.log import Receipt
from service.county import County
from service.registers import Moment, counting


def lodge(
    county: County,
    objection: str,
    mandate: Mandate,
    *,
    plan: str,
    capacity: str,
    said: str,
    by: str | None = None,
    unit: str | None = None,
    project: str | None = None,
    line: str | None = None,
) -> Receipt:
    """Put an objection on the record. `by` is the name of whoever objects, if that is not who puts it there.

    The name goes to the desk, where it can be erased; the record gets an id.
    """
    objector = mandate.person if by is None else county.people.id_of(by)
    return county.decide(
        LodgeObjection(
            mandate=mandate,
            plan=plan,
            objection=objection,
            objector=objector,
            capacity=capacity,
            text=said,
            unit=unit,
            project=project,
            line=line,
        )
    )


def answer(
    county: County, objection: str, mandate: Mandate, *, outcome: Outcome, reason: str, cites: tuple[str, ...] = ()
) -> Receipt:
    """Uphold an objection, which returns its plan, or reject it. Raises `UnknownObjection` or what is refused."""
    plan = _plan_of(county, objection)
    return county.decide(
        AnswerObjection(mandate=mandate, plan=plan, objection=objection, outcome=outcome, reason=reason, cites=cites)
    )


def withdraw(county: County, objection: str, mandate: Mandate, *, reason: str) -> Receipt:
    """Take an objection back. Raises `UnknownObjection` or the decision's refusal."""
    plan = _plan_of(county, objection)
    return county.decide(WithdrawObjection(mandate=mandate, plan=plan, objection=objection, reason=reason))


def objections_at(county: County, at: Moment, plan: str | None = None) -> list[Objection]:
    """The objections to a plan, or to any, as known and effective at a moment, in the order they were lodged."""
    fold = ObjectionsFold()
    for recorded in counting(county, at, HEARING_FACTS, tags=None if plan is None else [f"plan:{plan}"]):
        fold.apply(recorded.fact)
    return fold.of(plan)


def hearing_of(county: County, life: PlanFold, at: Moment) -> Hearing | None:
    """The last hearing of a plan and every objection to it so far; None for a plan not (or no longer) announced."""
    if life.announced_on is None or life.objections_until is None:
        return None
    return Hearing(life.announced_on, life.objections_until, tuple(objections_at(county, at, life.plan)))


def _plan_of(county: County, objection: str) -> str:
    found = next(county.log.facts(types=[ObjectionLodged], tags=[f"objection:{objection}"]), None)
    if found is None or not isinstance(found.fact, ObjectionLodged):
        raise UnknownObjection(objection=objection)
    return found.fact.plan
