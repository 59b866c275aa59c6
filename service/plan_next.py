"""What may be done next with a plan, by whom, and why this very person may or may not do it (M27).

Whether somebody may is not worked out here: the decision itself is asked. It is advanced through the record and
executed, and what it would record is dropped, so the sentence a page shows is the one the decision would refuse with.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, get_args

from domain.decisions.approval import ApprovePlan
from domain.decisions.base import Deciding
from domain.decisions.hearing import AnnouncePlan, CloseObjections, NoticePlan, ReturnPlan, ReviewPlan
from domain.decisions.objections import AnswerObjection
from domain.decisions.plans import ProposePlan
from domain.errors import Refusal
from domain.facts import Mandate
from domain.folds import PlanFold
from history.log import Receipt
from service.access.principal import Forbidden, OutsideTownship, Principal, Role, Unauthenticated
from service.county import County
from service.plan_life import approve, plan_now, propose

Action = Literal["propose", "review", "announce", "close", "approve", "notice", "return"]
ACTIONS: tuple[Action, ...] = get_args(Action)
ROLES: Mapping[str, frozenset[Role]] = {
    "adjust": frozenset(("planner",)),
    "propose": frozenset(("planner",)),
    "review": frozenset(("approver", "auditor")),
    "announce": frozenset(("planner",)),
    "close": frozenset(("planner",)),
    "approve": frozenset(("approver",)),
    "notice": frozenset(("planner",)),
    "return": frozenset(("approver",)),
    "answer": frozenset(("planner", "approver")),
}
"""Who may take a step, the same over HTTP; who took an earlier one is another matter, and the decision's."""
NEXT: Mapping[str, tuple[Action, ...]] = {
    "drafted": ("propose",),
    "proposed": ("review", "return"),
    "reviewed": ("announce", "return"),
    "announced": ("close", "return"),
    "objections_closed": ("approve", "return"),
    "approved": ("notice",),
}
WAY = ("drafted", "proposed", "reviewed", "announced", "objections_closed", "approved", "noticed")
"""The way of a plan, in order."""
HEARD_DAYS = 7
"""How long a hearing lasts where nobody says otherwise."""
_SOMETHING = "-"
"""Stands for the reason in a decision that is only asked whether it would be refused."""


@dataclass(frozen=True)
class Step:
    """One thing that may be done next."""

    action: str
    roles: tuple[Role, ...]
    refusal: Refusal | None
    """Why whoever looks cannot do it; None where they can."""


@dataclass(frozen=True)
class Stage:
    """One station of a plan's way, and who took it there."""

    state: str
    taken: bool
    by: str = ""
    on: date | None = None
    document: str | None = None
    position: int | None = None


def stages(steps: Sequence[tuple[object, ...]]) -> list[Stage]:
    """The stations of a plan as it is now, from the steps of its life; what an earlier draft went through is over."""
    last: dict[str, tuple[object, ...]] = {}
    for step in steps:
        if step[3] in ("drafted", "returned"):
            last.clear()
        last[str(step[3])] = step
    return [_stage(name, last.get(name)) for name in WAY]


def steps_for(county: County, plan: str, visitor: Principal | None) -> list[Step]:
    """What may be done next with a plan as it stands, and whether the visitor may. Raises `UnknownPlan`."""
    life = plan_now(county, plan)
    return [
        Step(action, _roles(action), _refusal(county, life, action, visitor))
        for action in NEXT.get(life.state or "", ())
    ]


def answer_step(county: County, plan: str, objection: str, visitor: Principal | None) -> Step:
    """Answering one objection, and whether the visitor may."""
    refusal = _outside(visitor, "answer")
    if refusal is None and visitor is not None:
        mandate = _asking(county, visitor)
        refusal = _refused(
            county,
            AnswerObjection(mandate=mandate, plan=plan, objection=objection, outcome="rejected", reason=_SOMETHING),
        )
    return Step("answer", _roles("answer"), refusal)


def adjust_step(county: County, plan: str, visitor: Principal | None) -> Step | None:
    """Changing lines by hand, and whether the visitor may; None in a state in which nobody may."""
    if plan_now(county, plan).state not in ("drafted", "returned"):
        return None
    return Step("adjust", _roles("adjust"), _outside(visitor, "adjust"))


def take(county: County, plan: str, action: Action, mandate: Mandate, *, said: str, until: date | None) -> Receipt:
    """Take a step; `said` is the opinion of a review or the reason of a return. Raises the decision's refusal."""
    match action:
        case "propose":
            return propose(county, plan, mandate)
        case "approve":
            return approve(county, plan, mandate)
    life = plan_now(county, plan)
    return county.decide(_decision(life, action, mandate, said, until))


def _decision(life: PlanFold, action: str, mandate: Mandate, said: str, until: date | None) -> Deciding:
    plan = life.plan
    match action:
        case "propose":
            return ProposePlan(mandate=mandate, plan=plan, plan_hash=_hash(life))
        case "review":
            return ReviewPlan(mandate=mandate, plan=plan, opinion=said)
        case "announce":
            last = until or mandate.effective_on + timedelta(days=HEARD_DAYS)
            return AnnouncePlan(mandate=mandate, plan=plan, objections_until=last)
        case "close":
            return CloseObjections(mandate=mandate, plan=plan)
        case "approve":
            return ApprovePlan(mandate=mandate, plan=plan, plan_hash=_hash(life))
        case "notice":
            return NoticePlan(mandate=mandate, plan=plan)
        case "return":
            return ReturnPlan(mandate=mandate, plan=plan, reason=said)
    raise ValueError(action)


def _refusal(county: County, life: PlanFold, action: str, visitor: Principal | None) -> Refusal | None:
    outside = _outside(visitor, action)
    if outside is not None or visitor is None:
        return outside
    return _refused(county, _decision(life, action, _asking(county, visitor), _SOMETHING, None))


def _outside(visitor: Principal | None, action: str) -> Refusal | None:
    """Why nobody, or somebody without the role or for some townships only, may not even ask."""
    if visitor is None:
        return Unauthenticated(reason="nobody is signed in")
    try:
        visitor.must_have(ROLES[action])
        visitor.must_cover(None)
    except (Forbidden, OutsideTownship) as refusal:
        return refusal
    return None


def _refused(county: County, decision: Deciding) -> Refusal | None:
    """What a decision would be refused with now; nothing is recorded."""
    try:
        county.log.advance(decision)
        decision.settle()
    except Refusal as refusal:
        return refusal
    return None


def _asking(county: County, visitor: Principal) -> Mandate:
    """The mandate of a question: of no command that could be on the record."""
    return Mandate(person=visitor.account, post=visitor.post, effective_on=county.today(), command=uuid.uuid4().hex)


def _roles(action: str) -> tuple[Role, ...]:
    return tuple(sorted(ROLES[action]))


def _hash(life: PlanFold) -> str:
    return "" if life.content is None else life.content.plan_hash


def _stage(state: str, step: tuple[object, ...] | None) -> Stage:
    if step is None:
        return Stage(state, taken=False)
    position, _, effective_on, _, who, _, document = step
    on = date.fromisoformat(str(effective_on))
    return Stage(state, True, str(who), on, None if document is None else str(document), int(str(position)))
