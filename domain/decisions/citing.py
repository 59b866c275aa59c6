"""What a decision rests on: the pieces of evidence it cites must stand and be about what is decided (M29, M31).

Which ones they were is a fact of its own beside the decision's, so that no other fact had to change its form, and one
tag leads from a piece to all that rests on it.
"""

from __future__ import annotations

from collections.abc import Iterable

from eventsourcing.dcb.domain import Selector

from domain.decisions.base import Deciding
from domain.errors import Refusal
from domain.facts.base import Fact
from domain.facts.evidence import EvidenceAttached, EvidenceCited, EvidenceWithdrawn
from domain.folds.evidence import Evidence, EvidenceFold, Subject, subjects_of

STANDING_OF_EVIDENCE: tuple[type[Fact], ...] = (EvidenceAttached, EvidenceWithdrawn)
"""With the tag of a piece: all that says whether it stands. Being cited changes nothing for who cites it too."""
INSPECTION = "inspection"
"""The kind of evidence an unannounced inspection (暗访) gives."""


class UnknownEvidence(Refusal):
    """A piece of evidence the record does not hold."""

    code = "unknown-evidence"
    sentence_en = "There is no evidence {evidence} in the record."
    cure_en = "Check the code, or attach the file first with `tongchou evidence attach`."


class EvidenceFallen(Refusal):
    """Only what stands carries anything."""

    code = "evidence-fallen"
    sentence_en = "Evidence {evidence} is {state}, so “{decision}” was refused."
    cure_en = "Name a piece that stands."


class EvidenceElsewhere(Refusal):
    """A piece about one thing says nothing of another."""

    code = "evidence-elsewhere"
    sentence_en = "Evidence {evidence} is about {kind} {about}, not about {subject}, so “{decision}” was refused."
    cure_en = "Attach the file to what it is to show, under a code of its own, and name that."


class BeforeInspection(Refusal):
    """An unannounced inspection changes a standing from its date on (M31)."""

    code = "before-inspection"
    sentence_en = "Inspection {evidence} was on {found_on}; “{decision}” counts from {on}, which is earlier."
    cure_en = "Date the decision to the day of the inspection or later."


def standing(pieces: EvidenceFold, code: str, decision: Deciding) -> Evidence:
    """The piece, as long as it stands; raises `UnknownEvidence` or `EvidenceFallen`."""
    piece = pieces.pieces.get(code)
    if piece is None:
        raise UnknownEvidence(evidence=code)
    if piece.state != "standing":
        raise EvidenceFallen(evidence=code, state=piece.state, decision=decision.title())
    return piece


class Citations:
    """The pieces one decision cites, folded as it is advanced; part of the decision's state."""

    def __init__(self, codes: Iterable[str]) -> None:
        self.codes = tuple(sorted(set(codes)))
        self._pieces = EvidenceFold()

    def boundary(self) -> list[Selector]:
        """All that says whether the pieces stand."""
        return [Selector(types=STANDING_OF_EVIDENCE, tags=[f"evidence:{code}"]) for code in self.codes]

    def apply(self, fact: Fact) -> None:
        """Keep the pieces as they stand."""
        self._pieces.apply(fact)

    def record(self, decision: Deciding, decided: Fact, subject: Subject, *also: Subject) -> None:
        """Record `EvidenceCited` beside the fact that was decided, where anything is cited.

        Raises `UnknownEvidence`, `EvidenceFallen`, `EvidenceElsewhere` for a piece about neither the subject nor what
        else it may be about, or `BeforeInspection`.
        """
        for code in self.codes:
            attached = standing(self._pieces, code, decision).attached
            [about] = subjects_of(attached)
            if about not in (subject, *also):
                raise EvidenceElsewhere(
                    evidence=code, kind=about.kind, about=about.code, subject=subject.code, decision=decision.title()
                )
            on = decision.mandate.effective_on
            if attached.kind == INSPECTION and on < attached.found_on:
                raise BeforeInspection(evidence=code, found_on=attached.found_on, decision=decision.title(), on=on)
        if self.codes:
            decision.record(
                EvidenceCited(
                    mandate=decision.mandate,
                    cited=self.codes,
                    decided=decided.stored_name(),
                    unit=subject.code if subject.kind == "unit" else None,
                    project=subject.code if subject.kind == "project" else None,
                    objection=subject.code if subject.kind == "objection" else None,
                )
            )
