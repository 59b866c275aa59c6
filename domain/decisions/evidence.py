"""Decisions about evidence: attach a file to what it shows, withdraw a piece that does not hold (M29, M31, M32)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from eventsourcing.dcb.domain import Selector

from domain.decisions.base import Deciding
from domain.decisions.citing import STANDING_OF_EVIDENCE, EvidenceElsewhere, standing
from domain.decisions.common import UNIT_STATE, ImpossibleValue, UnknownProject, UnknownUnit, must_be_reasoned
from domain.decisions.objections import UnknownObjection
from domain.decisions.paying import UnknownDisbursement
from domain.errors import Refusal
from domain.facts.base import Fact
from domain.facts.evidence import EvidenceAttached, EvidenceWithdrawn
from domain.facts.objections import ObjectionLodged
from domain.facts.projects import ProjectProposed
from domain.facts.spending import MoneyDisbursed
from domain.folds import EvidenceFold, RegisterFold
from domain.folds.evidence import Subject, subjects_of
from domain.register import Unit


class EvidenceTaken(Refusal):
    """A piece's code is given once."""

    code = "evidence-taken"
    sentence_en = "There is evidence {evidence} already."
    cure_en = "Give the new piece a code of its own; `--supersedes` names the one it replaces."


class SubjectUnclear(Refusal):
    """A piece of evidence is about one thing."""

    code = "subject-unclear"
    sentence_en = "Evidence {evidence} is said to be about {count} things; it is about exactly one."
    cure_en = "Name one unit (and its indicator), one project, one objection or one disbursement."


class FoundLater(Refusal):
    """What was found on a day cannot count before it."""

    code = "found-later"
    sentence_en = "Evidence {evidence} was found on {found_on} and cannot count from {on}, which is earlier."
    cure_en = "Check the two dates; evidence counts from the day it was found, or later."


@dataclass(eq=False, kw_only=True)
class AttachEvidence(Deciding):
    """Put the hash of a file on the record as evidence of one thing; the file itself stays with its owner (M29, M31).

    `sha256` in hexadecimal; `finder` is a pseudonymous id. `supersedes` names a standing piece about the same thing.
    Refuses with `EvidenceTaken`, `SubjectUnclear`, `FoundLater`, `UnknownUnit`, `ImpossibleValue` (an indicator the
    unit does not have), `UnknownProject`, `UnknownObjection`, `UnknownDisbursement`, `UnknownEvidence`,
    `EvidenceFallen` or `EvidenceElsewhere`.
    """

    evidence: str
    sha256: str
    kind: str
    found_on: date
    finder: str
    finder_post: str
    unit: str | None = None
    indicator: str | None = None
    project: str | None = None
    objection: str | None = None
    disbursement: str | None = None
    supersedes: str | None = None
    note: str = ""
    register: RegisterFold = field(default_factory=RegisterFold, init=False, repr=False)
    pieces: EvidenceFold = field(default_factory=EvidenceFold, init=False, repr=False)
    known: set[Subject] = field(default_factory=set, init=False, repr=False)

    def boundary(self) -> list[Selector]:
        """The piece's own code, the one it replaces, and what it is about."""
        pieces = [self.evidence, *([self.supersedes] if self.supersedes else [])]
        selectors = [Selector(types=STANDING_OF_EVIDENCE, tags=[f"evidence:{code}"]) for code in pieces]
        kinds: dict[str, tuple[type[Fact], ...]] = {
            "unit": UNIT_STATE,
            "project": (ProjectProposed,),
            "objection": (ObjectionLodged,),
            "disbursement": (MoneyDisbursed,),
        }
        about = [Selector(types=kinds[s.kind], tags=[f"{s.kind}:{s.code}"]) for s in subjects_of(self._fact())]
        return [*selectors, *about]

    def fold(self, fact: Fact) -> None:
        """Keep the pieces, the unit as it stands, and what else is there to be shown."""
        self.pieces.apply(fact)
        self.register.apply(fact)
        match fact:
            case ObjectionLodged():
                self.known.add(Subject("objection", fact.objection))
            case MoneyDisbursed():
                self.known.add(Subject("disbursement", fact.disbursement))
            case _:
                pass

    def execute(self) -> None:
        """Record `EvidenceAttached`."""
        attached = self._fact()
        about = subjects_of(attached)
        if len(about) != 1:
            raise SubjectUnclear(evidence=self.evidence, count=len(about))
        if self.evidence in self.pieces.pieces:
            raise EvidenceTaken(evidence=self.evidence)
        if self.found_on > self.mandate.effective_on:
            raise FoundLater(evidence=self.evidence, found_on=self.found_on, on=self.mandate.effective_on)
        self._must_be_there(about[0])
        if self.supersedes is not None:
            [before] = subjects_of(standing(self.pieces, self.supersedes, self).attached)
            if before != about[0]:
                raise EvidenceElsewhere(
                    evidence=self.supersedes,
                    kind=before.kind,
                    about=before.code,
                    subject=about[0].code,
                    decision=self.title(),
                )
        self.record(attached)

    def _must_be_there(self, about: Subject) -> None:
        match about:
            case Subject("unit", code):
                if (unit := self.register.units.get(code)) is None:
                    raise UnknownUnit(unit=code)
                self._must_have_indicator(unit)
            case Subject("project", code):
                if code not in self.register.projects:
                    raise UnknownProject(project=code)
            case Subject("objection", code):
                if about not in self.known:
                    raise UnknownObjection(objection=code)
            case _:
                if about not in self.known:
                    raise UnknownDisbursement(disbursement=about.code)
        if self.indicator is not None and about.kind != "unit":
            raise ImpossibleValue(subject=self.evidence, fault="only a unit has indicators")

    def _must_have_indicator(self, unit: Unit) -> None:
        if self.indicator not in (None, *unit.__struct_fields__, *unit.indicators):
            fault = f"there is no indicator “{self.indicator}”"
            raise ImpossibleValue(subject=unit.code, fault=fault)

    def _fact(self) -> EvidenceAttached:
        return EvidenceAttached(
            mandate=self.mandate,
            evidence=self.evidence,
            sha256=self.sha256,
            kind=self.kind,
            found_on=self.found_on,
            finder=self.finder,
            finder_post=self.finder_post,
            unit=self.unit,
            indicator=self.indicator,
            project=self.project,
            objection=self.objection,
            disbursement=self.disbursement,
            supersedes=self.supersedes,
            note=self.note,
        )


@dataclass(eq=False, kw_only=True)
class WithdrawEvidence(Deciding):
    """Say that a piece of evidence does not hold, with the reason; decisions that cited it stay and show it.

    Refuses with `UnknownEvidence`, `EvidenceFallen` or `ReasonMissing`.
    """

    evidence: str
    reason: str
    pieces: EvidenceFold = field(default_factory=EvidenceFold, init=False, repr=False)

    def boundary(self) -> list[Selector]:
        """The piece's own facts."""
        return [Selector(types=STANDING_OF_EVIDENCE, tags=[f"evidence:{self.evidence}"])]

    def fold(self, fact: Fact) -> None:
        """Keep whether the piece stands."""
        self.pieces.apply(fact)

    def execute(self) -> None:
        """Record `EvidenceWithdrawn`."""
        must_be_reasoned(self, self.reason)
        standing(self.pieces, self.evidence, self)
        self.record(EvidenceWithdrawn(mandate=self.mandate, evidence=self.evidence, reason=self.reason))
