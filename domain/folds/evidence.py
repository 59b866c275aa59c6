"""The evidence fold: which pieces stand, about what, and which decisions rest on them (M29, M31)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from domain.facts.base import Fact
from domain.facts.evidence import EvidenceAttached, EvidenceCited, EvidenceWithdrawn

SUBJECTS = ("unit", "project", "objection", "disbursement")
"""What evidence can be about: fields of `EvidenceAttached`, of which each piece has one."""


class Subject(NamedTuple):
    """What a piece of evidence is about: the kind, one of `SUBJECTS`, and its code."""

    kind: str
    code: str


def subjects_of(attached: EvidenceAttached) -> list[Subject]:
    """What a piece says it is about: exactly one thing in a fact a decision has recorded."""
    return [Subject(kind, code) for kind in SUBJECTS if (code := getattr(attached, kind)) is not None]


@dataclass
class Evidence:
    """One piece as it stands."""

    attached: EvidenceAttached
    state: Literal["standing", "superseded", "withdrawn"] = "standing"
    by_evidence: str | None = None
    """The piece that replaced it."""
    reason: str = ""
    """Why it was withdrawn."""
    cited_by: list[EvidenceCited] = field(default_factory=list)


class EvidenceFold:
    """Pieces by code, in the order they were attached; may see the facts of some pieces only."""

    def __init__(self) -> None:
        self.pieces: dict[str, Evidence] = {}

    def apply(self, fact: Fact) -> None:
        """Take in one fact; all but those about evidence are ignored."""
        match fact:
            case EvidenceAttached():
                if (replaced := self.pieces.get(fact.supersedes or "")) is not None:
                    replaced.state, replaced.by_evidence = "superseded", fact.evidence
                self.pieces[fact.evidence] = Evidence(fact)
            case EvidenceWithdrawn():
                if (piece := self.pieces.get(fact.evidence)) is not None:
                    piece.state, piece.reason = "withdrawn", fact.reason
            case EvidenceCited():
                for code in fact.cited:
                    if (piece := self.pieces.get(code)) is not None:
                        piece.cited_by.append(fact)
            case _:
                pass

    def about(self, subject: Subject) -> list[Evidence]:
        """Every piece about one thing, standing or not."""
        return [piece for piece in self.pieces.values() if subject in subjects_of(piece.attached)]

    def of_file(self, sha256: str) -> list[Evidence]:
        """Every piece that is this very file."""
        return [piece for piece in self.pieces.values() if piece.attached.sha256 == sha256]
