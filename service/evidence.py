"""Use cases of evidence: record a file's hash, find where a file is attached, tell what stands (M29, M31)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO

from domain.decisions.evidence import AttachEvidence
from domain.facts import EVIDENCE_FACTS, Mandate
from domain.folds import EvidenceFold
from domain.folds.evidence import Evidence, Subject, subjects_of
from history.log import Receipt
from service.county import Actor, County
from service.registers import Moment, counting

_PIECE_BYTES = 2**20


def hash_of(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal; the file is read piece by piece and goes nowhere. Raises `OSError`."""
    with path.open("rb") as file:
        return hash_of_stream(file)


def hash_of_stream(file: BinaryIO) -> str:
    """SHA-256 of what is still to be read of a file, in hexadecimal."""
    said = hashlib.sha256()
    while piece := file.read(_PIECE_BYTES):
        said.update(piece)
    return said.hexdigest()


def attach(county: County, evidence: str, file: Path, mandate: Mandate, **stated: Any) -> Receipt:
    """Attach a file to what it shows, by its hash; else as `attach_hash`. Raises `OSError` too."""
    return attach_hash(county, evidence, hash_of(file), mandate, **stated)


def attach_hash(
    county: County,
    evidence: str,
    sha256: str,
    mandate: Mandate,
    *,
    kind: str,
    found_on: date | None = None,
    finder: Actor | None = None,
    unit: str | None = None,
    indicator: str | None = None,
    project: str | None = None,
    objection: str | None = None,
    disbursement: str | None = None,
    supersedes: str | None = None,
    note: str = "",
) -> Receipt:
    """Attach the file of this hash to what it shows. Without `finder` it was found by who decides, without `found_on`
    on the day the decision counts from. Raises the decision's refusal."""
    return county.decide(
        AttachEvidence(
            mandate=mandate,
            evidence=evidence,
            sha256=sha256,
            kind=kind,
            found_on=found_on or mandate.effective_on,
            finder=mandate.person if finder is None else county.people.id_of(finder.person),
            finder_post=mandate.post if finder is None else finder.post,
            unit=unit,
            indicator=indicator,
            project=project,
            objection=objection,
            disbursement=disbursement,
            supersedes=supersedes,
            note=note,
        )
    )


def evidence_at(county: County, at: Moment, about: Iterable[Subject] = ()) -> list[Evidence]:
    """The pieces about any of these things, or all there are, as known and effective at a moment, in their order."""
    subjects = set(about)
    pieces = _fold(county, at).pieces.values()
    return [piece for piece in pieces if not subjects or subjects.intersection(subjects_of(piece.attached))]


def attached_to(county: County, file: Path, at: Moment) -> list[Evidence]:
    """The pieces that are this very file, by its hash. Raises `OSError`."""
    return _fold(county, at).of_file(hash_of(file))


def _fold(county: County, at: Moment) -> EvidenceFold:
    fold = EvidenceFold()
    for recorded in counting(county, at, EVIDENCE_FACTS):
        fold.apply(recorded.fact)
    return fold
