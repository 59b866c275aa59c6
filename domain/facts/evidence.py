"""Facts about evidence: attached, withdrawn, cited. The file stays outside the log, its hash is on it (M29, M31)."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from msgspec import Meta

from domain.facts.base import Fact, Reason
from domain.facts.objections import PersonId
from domain.register import Code

FileHash = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$")]
"""SHA-256 of a file, in hexadecimal: whoever holds the file can show that it is the one that is meant."""


def file_tag(sha256: str) -> str:
    """The tag under which everything attached to one file is found."""
    return f"file:{sha256}"


class EvidenceAttached(Fact, frozen=True, kw_only=True, tag="evidence.attached"):
    """A file was attached to what it shows: exactly one of `unit`, `project`, `objection` and `disbursement`.

    `kind` is data (photo, report, document, minutes, inspection, …); an `inspection` is an unannounced one (暗访, M31).
    `indicator` is the field of the unit it is about. `finder` in `finder_post` found it on `found_on`; the mandate
    names who put it on the record. `supersedes` is an earlier piece about the same that this one replaces.
    """

    evidence: Code
    sha256: FileHash
    kind: Code
    found_on: date
    finder: PersonId
    finder_post: Annotated[str, Meta(min_length=1, max_length=64)]
    unit: Code | None = None
    indicator: Annotated[str, Meta(max_length=200)] | None = None
    project: Code | None = None
    objection: Code | None = None
    disbursement: Code | None = None
    supersedes: Code | None = None
    note: Reason = ""

    def further_tags(self) -> list[str]:
        """The piece itself, the one it replaces, and its file."""
        replaced = [f"evidence:{self.supersedes}"] if self.supersedes else []
        return [f"evidence:{self.evidence}", *replaced, file_tag(self.sha256)]


class EvidenceWithdrawn(Fact, frozen=True, kw_only=True, tag="evidence.withdrawn"):
    """A piece of evidence no longer stands: forged, mistaken, of another place. What cited it stays visible."""

    evidence: Code
    reason: Reason

    def further_tags(self) -> list[str]:
        """The piece itself."""
        return [f"evidence:{self.evidence}"]


class EvidenceCited(Fact, frozen=True, kw_only=True, tag="evidence.cited"):
    """A decision rested on pieces of evidence; `decided` is the stored name of the fact it recorded beside this one."""

    cited: tuple[Code, ...]
    decided: str
    unit: Code | None = None
    project: Code | None = None
    objection: Code | None = None

    def further_tags(self) -> list[str]:
        """Every piece cited."""
        return [f"evidence:{code}" for code in self.cited]
