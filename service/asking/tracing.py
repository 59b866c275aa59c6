"""From a yuan back to the posts that decided (一案三查, M32): disbursement, commitment, approval, line, rules, policy,
money, evidence, and who answers for each, one level up and the supervising post included.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from documents.citations import Citations
from documents.traced import Step, choices_table, trace_table
from domain.facts import EVIDENCE_FACTS, OBJECTION_FACTS, PLAN_FACTS, PROJECT_FACTS
from domain.facts.base import Fact
from domain.facts.funds import FundAmended, FundAnnounced, FundCarriedOver, PledgeReceived, TrancheReceived
from domain.facts.policies import PolicyAdopted
from domain.facts.projects import ProjectAccepted, ProjectOverrun, ProjectStarted, ProjectWithdrawn
from domain.facts.register import UnitAssessed, UnitCorrected, UnitListedBackward, UnitRegistered, UnitStruckOff
from domain.facts.spending import CommitmentReleased, LineCommitted, MoneyDisbursed, MoneyReturned
from domain.money import Lang
from domain.reasons import Piece
from domain.traces import PostRow, Target
from history.log import Recorded
from optimizer.reasons.decomposition import decompose
from service.asking.known import Known
from service.asking.posts import answering
from service.asking.stories import tell
from service.asking.subjects import counts
from service.county import County
from service.plan_reading import planned
from service.registers import Moment
from service.why import Asked

Wanted = tuple[Sequence[type[Fact]], Sequence[str]]
"""Types and tags of facts."""
Kinds = tuple[type[Fact], ...]
AFTERWARDS: Kinds = (ProjectStarted, ProjectOverrun, ProjectAccepted, ProjectWithdrawn)
BEFORE: Kinds = tuple(kind for kind in PROJECT_FACTS if kind not in AFTERWARDS)
INCOME: Kinds = (FundAnnounced, FundAmended, TrancheReceived, PledgeReceived, FundCarriedOver)
STANDING: Kinds = (UnitRegistered, UnitCorrected, UnitAssessed, UnitListedBackward, UnitStruckOff, *EVIDENCE_FACTS)
"""What a unit's part in a formula rests on."""


@dataclass(frozen=True)
class Trace:
    """The way of one sum, from its last step back to what it rests on, and who answers for it."""

    target: Target
    at: Moment
    names: Known
    steps: tuple[Step, ...]
    about: Asked | None
    """The plan as it stood when the money was committed; None where it had no such line."""
    pieces: tuple[Piece, ...]
    """The line taken apart by rule."""
    posts: tuple[PostRow, ...]

    def table(self, lang: Lang) -> Any:
        """For the terminal."""
        view = None if self.about is None else self.about.view
        return trace_table(self.target, self.at.position, self.steps, view, self.pieces, self.posts, self.names, lang)

    def json(self) -> dict[str, Any]:
        """For programs."""
        plan = None if self.about is None else self.about.planned.computed.plan
        return {
            "target": msgspec.to_builtins(self.target),
            "position": self.at.position,
            "as_of": self.at.as_of,
            "plan_hash": None if plan is None else plan.plan_hash,
            "policy": None if plan is None else [plan.run.policy, plan.run.policy_version, plan.run.policy_hash],
            "steps": [{"step": one.step, "facts": [told.json() for told in one.told]} for one in self.steps],
            "rules": list(self._rules()),
            "posts": msgspec.to_builtins(self.posts),
        }

    def _rules(self) -> Iterator[dict[str, Any]]:
        if self.about is None:
            return
        citations = Citations(self.about.loaded.policy)
        for piece in self.pieces:
            cited = citations[piece.rule]
            called = {"clause": cited.clause, "zh": cited.label.zh, "en": cited.label.en}
            yield {**msgspec.to_builtins(piece), **called}


@dataclass(frozen=True)
class Several:
    """More than one sum was meant: the auditor picks."""

    county: County
    given: str
    targets: Sequence[Target]
    at: Moment

    def table(self, lang: Lang) -> Any:
        """For the terminal."""
        return choices_table(self.given, self.targets, self.at.position, Known(self.county, self.at.position), lang)

    def json(self) -> dict[str, Any]:
        """For programs."""
        found = msgspec.to_builtins(self.targets)
        return {"given": self.given, "position": self.at.position, "as_of": self.at.as_of, "targets": found}


def trace(county: County, target: Target, at: Moment) -> Trace:
    """Everything on the record behind one sum, in both times. Raises `UnknownPlan` where its plan is not known then."""
    names = Known(county, at.position)
    committed_at = _committed_at(county, target, at)
    then = planned(county, target.plan, Moment(committed_at))
    line = next((one for one in then.computed.plan.lines if one.line == target.line), None)
    about = None if line is None else Asked(then)
    money = decompose(about.case, then.computed.plan, target.unit).pieces if about is not None else ()
    steps = tuple(
        Step(step, tuple(tell(iter(facts), names)))
        for step, facts in _steps(county, target, then.computed.plan.run.policy_hash, committed_at, at)
        if facts
    )
    pieces = tuple(piece for piece in money if piece.line == target.line)
    return Trace(target, at, names, steps, about, pieces, tuple(answering(county, steps, at)))


def _committed_at(county: County, target: Target, at: Moment) -> int:
    """The position of the first commitment of the money; the moment's where there is none."""
    return next((one.position for one in _commitments(county, target, at)), at.position)


def _commitments(county: County, target: Target, at: Moment) -> list[Recorded]:
    """What reserved the money, and what of it was released."""
    tag = f"plan:{target.plan}" if target.commitment is None else f"commitment:{target.commitment}"
    facts = _facts(county, [((LineCommitted, CommitmentReleased), [tag])], at.position, at)
    return [one for one in facts if getattr(one.fact, "line", None) == target.line]


def _steps(
    county: County, target: Target, policy_hash: str, committed_at: int, at: Moment
) -> Iterator[tuple[str, list[Recorded]]]:
    """The facts of every step, from the last one back."""
    made = _commitments(county, target, at)
    if target.kind == "disbursement":
        paid: list[Wanted] = [((MoneyDisbursed, MoneyReturned, *EVIDENCE_FACTS), [f"disbursement:{target.code}"])]
    else:
        commitments = {one.fact.commitment for one in made if isinstance(one.fact, LineCommitted)}
        paid = [((MoneyDisbursed, MoneyReturned), [f"commitment:{code}"]) for code in sorted(commitments)]
    unit, project = f"unit:{target.unit}", f"project:{target.project}"
    yield "paid", _facts(county, paid, at.position, at)
    yield "committed", made
    yield "decided", _facts(county, [((*PLAN_FACTS, *OBJECTION_FACTS), [f"plan:{target.plan}"])], committed_at, at)
    adopted = _facts(county, [((PolicyAdopted,), [])], committed_at, at)
    yield "policy", [one for one in adopted if getattr(one.fact, "policy_hash", None) == policy_hash]
    yield "money", _facts(county, [(INCOME, [f"fund:{target.fund}"])], committed_at, at)
    yield "grounds", _facts(county, [(STANDING, [unit]), (BEFORE, [project])], committed_at, at)
    yield "carried_out", _facts(county, [((*AFTERWARDS, *EVIDENCE_FACTS), [project])], at.position, at)


def _facts(county: County, wanted: Sequence[Wanted], until: int, at: Moment) -> list[Recorded]:
    return [one for one in county.log.matching(wanted, until=until) if counts(one, at)]
