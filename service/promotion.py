"""Promoting a branch: what was decided on it is decided anew on the record, all of it or nothing.

**Who.** The promoter decides, in the post the promotion is made in; and every decision of the branch must have been
taken by that very person in that very post. A branch is open to anybody's pretending: were another's decisions carried
over under the other's name, one person could review and approve what the same person drafted; were they carried over
under the promoter's name, whoever drafted on the branch could later review as if it were somebody else's plan.

**When.** What counted from the day it was taken on the branch counts from the day of promotion, because on the record
it happens that day: an announcement on a branch was no announcement. A day stated on purpose stays, as it would in a
decision taken late on the record.

**On what.** Refused when the live log recorded anything inside the boundary of any of the decisions after the position
the branch was made at. The decisions are then rehearsed on a branch of the live log as it stands, plans verified once
more, and the facts appended in one piece, if the live log still ends there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import msgspec

from domain.decisions.adjustments import AdjustLines
from domain.decisions.base import Deciding
from domain.decisions.plans import DraftPlan
from domain.errors import Moved, Refusal
from domain.facts.plans import PlanApproved, PlanDrafted, PlanLineAdjusted, PlanProposed
from domain.plan import Plan
from history.branch_log import BranchLog
from history.branch_store import BranchAbout, KeptDecision
from history.log import ATTEMPTS, Receipt, Recorded
from history.promotion import append_to
from history.query import query_of
from service.branches import branch_log, open_branch
from service.county import Actor, County
from service.plan_life import verified_again
from service.registers import Moment

_PLAN_TEXT = (PlanDrafted, PlanLineAdjusted, PlanProposed, PlanApproved)


class NothingToPromote(Refusal):
    """A branch on which nothing was decided."""

    code = "nothing-to-promote"
    sentence_en = "Nothing was decided on branch {branch}, so there is nothing to promote."
    cure_en = "Decide on it with --branch {branch} first."


class BranchIncomplete(Refusal):
    """Facts on a branch that no kept decision stands behind."""

    code = "branch-incomplete"
    sentence_en = "Branch {branch} has a fact at position {position} without the decision it came from."
    cure_en = "It was altered by another program and cannot be promoted; drop it, and decide on a new branch."


class DecidedByAnother(Refusal):
    """Nobody promotes what another decided, or what the same person decided in another post (M27)."""

    code = "decided-by-another"
    sentence_en = (
        "Branch {branch} was not promoted: its decision {number}, “{decision}”, was taken by {who}, "
        "and {promoter} promotes."
    )
    cure_en = "Only who took every decision of a branch, in that post, promotes it; others decide on the record itself."


class LiveMovedOn(Refusal):
    """The record has a fact that a decision of the branch depends on and did not see."""

    code = "live-moved-on"
    sentence_en = (
        "Branch {branch} was not promoted: its decision {number}, “{decision}”, depends on “{fact}”, which the record "
        "has at position {position}, after the branch was made at {base}."
    )
    cure_en = "Decide it anew on a branch of the record as it stands now."


class PromotedAlready(Refusal):
    """A branch is promoted once."""

    code = "promoted-already"
    sentence_en = "Branch {branch} was promoted already: “{decision}” is on the record at position {position}."
    cure_en = "Nothing needs doing; drop the branch if it is no longer wanted."


@dataclass(frozen=True)
class _Taken:
    """A decision of the branch, its number from 1, and the facts that came of it there."""

    number: int
    decision: Deciding
    facts: tuple[Recorded, ...]


def promote(county: County, name: str, actor: Actor) -> Receipt:
    """Take every decision of a kept branch anew on the record; returns where their facts are.

    Raises the refusals above, whatever refuses one of the decisions, and `Moved` when others kept recording; nothing
    is then recorded.
    """
    person = county.people.id_of(actor.person)
    with open_branch(county, name) as branch:
        log = branch_log(branch)
        about, own_id = log.branch.own.about(), log.branch.store_id
        cause = f"branch:{name}:{own_id}"
        taken = _all_taken(name, log)
        for one in taken:
            _must_be_own(branch, one, person, actor)
        for _ in range(ATTEMPTS):
            head = county.log.head()
            for one in taken:
                _must_not_have_moved(county, about, one, cause)
            with open_branch(county, None, Moment(head)) as rehearsal:
                _rehearse(rehearsal, about, taken, cause)
                receipt = append_to(county.log, branch_log(rehearsal))
            if receipt is not None:
                county.refresh_quietly()
                return receipt
    raise Moved(decision="promote branch")


def _all_taken(name: str, log: BranchLog) -> list[_Taken]:
    """The decisions of a branch with their facts; every fact must have its decision."""
    facts = list(log.own_facts())
    taken: list[_Taken] = []
    reached = 0
    kept: KeptDecision
    for kept, decision in log.decisions():
        own = tuple(facts[reached : reached + kept.facts])
        commands = {recorded.fact.mandate.command for recorded in own}
        if kept.position != reached + 1 or len(own) < kept.facts or commands != {decision.mandate.command}:
            break
        reached += kept.facts
        taken.append(_Taken(len(taken) + 1, decision, own))
    if reached < len(facts):
        raise BranchIncomplete(branch=name, position=facts[reached].position)
    if not taken:
        raise NothingToPromote(branch=name)
    return taken


def _must_be_own(branch: County, one: _Taken, person: str, actor: Actor) -> None:
    mandate = one.decision.mandate
    if (mandate.person, mandate.post) != (person, actor.post):
        raise DecidedByAnother(
            branch=branch.branch,
            number=one.number,
            decision=one.decision.title(),
            who=f"{branch.people.name_of(mandate.person) or mandate.person}@{mandate.post}",
            promoter=f"{actor.person}@{actor.post}",
        )


def _must_not_have_moved(county: County, about: BranchAbout, one: _Taken, cause: str) -> None:
    rows = county.log.recorder.rows(query_of(one.decision.consistency_boundary()), after=about.base_position, limit=1)
    for position, name, data, _, _ in rows:
        said = {"branch": about.name, "decision": one.decision.title(), "position": position}
        if county.log.mapper.fact(name, data).mandate.cause == cause:
            raise PromotedAlready(**said)
        raise LiveMovedOn(**said, number=one.number, fact=name, base=about.base_position)


def _rehearse(rehearsal: County, about: BranchAbout, taken: list[_Taken], cause: str) -> None:
    """Take the decisions on a branch of the live log, and verify once more every plan they wrote."""
    places: dict[int, int] = {}
    plans: set[str] = set()
    for one in taken:
        mandate = msgspec.structs.replace(
            one.decision.mandate, cause=cause, effective_on=_counting_from(one, rehearsal.today())
        )
        receipt = rehearsal.log.decide(replace(_placed(one.decision, places), mandate=mandate))
        # what was recorded as the n-th fact of the decision there is its n-th fact here; where the branch recorded
        # more, the live log has that since, and the decision would have been refused above
        for there, here in zip(one.facts, receipt.recorded, strict=True):
            places[there.position] = here.position
            if isinstance(here.fact, _PLAN_TEXT):
                plans.add(here.fact.plan)
    for plan in sorted(plans):
        verified_again(rehearsal, plan)


def _counting_from(one: _Taken, today: date) -> date:
    stated = one.decision.mandate.effective_on
    return today if stated == one.facts[0].recorded_at.date() else stated


def _placed(decision: Deciding, places: Mapping[int, int]) -> Deciding:
    """A decision that names positions of the branch, naming those of the record."""
    match decision:
        case DraftPlan():
            based_on = places.get(decision.based_on, decision.based_on)
            return replace(decision, content=_plan_placed(decision.content, places), based_on=based_on)
        case AdjustLines():
            return replace(decision, content=_plan_placed(decision.content, places))
        case _:
            return decision


def _plan_placed(plan: Plan, places: Mapping[int, int]) -> Plan:
    at = plan.run.register_position
    return msgspec.structs.replace(plan, run=msgspec.structs.replace(plan.run, register_position=places.get(at, at)))
