"""Use case of disclosure: one fact handed out with its proof, and nothing of any other."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from documents.standalone.certificate_check.sayings import Wrong
from documents.standalone.pack_check import disclosure as script
from documents.standalone.pack_check.disclosure import DISCLOSURE_BYTES_MAX, Disclosure, read_disclosure
from documents.standalone.pack_check.notes import read_key, read_note
from documents.standalone.pack_check.sayings import Checked as Findings
from documents.standalone.pack_check.whole import STRANGE
from domain.errors import Refusal
from domain.facts import NOTICE_FACTS
from domain.money import Lang
from history.port import Checkpoint, FactRecorder
from service.certificates import Checked
from service.county import County
from service.files import whole_file
from service.keys import current, keyring
from service.pack import fact_line, run_verify, standing_checkpoints
from service.sealing import tree_of

PUBLIC = frozenset(kind.stored_name() for kind in NOTICE_FACTS)


class FactMissing(Refusal):
    """A position at which there is nothing."""

    code = "fact-missing"
    sentence_en = "There is no fact at position {position}; the last one is at {head}."
    cure_en = "Look positions up with `tongchou store facts`."


class FactNotSealed(Refusal):
    """A fact no checkpoint covers yet cannot be proven to anybody."""

    code = "fact-not-sealed"
    sentence_en = "No checkpoint covers the fact at position {position} yet, so it cannot be proven."
    cure_en = "Seal the log first with `tongchou audit seal`."


class Discloser:
    """Disclosures of one log, all against the checkpoints it has now."""

    def __init__(self, county: County) -> None:
        self._recorder: FactRecorder = county.log.recorder
        self._checkpoints = standing_checkpoints(self._recorder)
        self._tree = tree_of(county)

    def checkpoint(self, position: int) -> Checkpoint:
        """The first checkpoint that covers a position, with all its signatures. Raises `FactNotSealed`."""
        found = next((one for one in self._checkpoints if one.size >= position), None)
        if found is None:
            raise FactNotSealed(position=position)
        return found

    def disclose(self, position: int) -> Disclosure:
        """The fact at a position with what proves it. Raises `FactMissing` or `FactNotSealed`."""
        entry = next(self._recorder.entries(after=position - 1, until=position), None) if position > 0 else None
        if entry is None:
            raise FactMissing(position=position, head=self._recorder.head())
        checkpoint = self.checkpoint(position)
        return Disclosure(fact_line(entry), self._tree.inclusion(position, checkpoint.size), checkpoint.note)


def write_disclosure(county: County, position: int, path: Path) -> Disclosure:
    """Write one fact with its proof into a file. Raises what `Discloser.disclose` raises."""
    disclosed = Discloser(county).disclose(position)
    whole_file(path, lambda draft: _write(draft, disclosed.text()))
    return disclosed


def is_public(county: County, position: int) -> bool:
    """Whether the fact at a position was told everybody when it was made: what a unit was granted, on its notice."""
    rows = county.log.recorder.rows(after=position - 1, until=position) if position > 0 else ()
    return any(name in PUBLIC for _, name, *_ in rows)


def own_key(county: County, path: Path) -> str:
    """The key of this log with which the checkpoint of a disclosure should be signed; the newest for anything else.

    Raises `NoSigningKey`.
    """
    try:
        with path.open("rb") as file:
            return _key_for(county, file.read(DISCLOSURE_BYTES_MAX))
    except OSError:
        return _key_for(county, b"")  # what is wrong with the file is for the script to say


def _key_for(county: County, content: bytes) -> str:
    newest = current(county, "check a disclosure").key
    try:
        size = read_note(read_disclosure(content).note, "checkpoint").size
    except (Wrong, *STRANGE):
        return str(newest)
    period = keyring(county).at(size)
    return str(period.key if period else newest)


def checked_disclosure(
    county: County, content: bytes, *, key: str | None = None, pinned: str | None = None, lang: Lang = "en"
) -> dict[str, Any]:
    """What the stand-alone check says of a disclosed fact, as its `--json` does.

    Trusted is the key or the checkpoint handed in; without either the key of this log at that time. Raises
    `NoSigningKey`.
    """
    if key is None and pinned is None:
        key = _key_for(county, content)
    findings = Findings()
    try:
        trusted = read_key(key)[0] if key else None
        kept = read_note(pinned, "pinned") if pinned else None
        findings = script.check_disclosure(read_disclosure(content), trusted, kept)
    except Wrong as wrong:
        findings.bad(wrong)
    except STRANGE as fault:
        findings.bad(Wrong("strange", file=type(fault).__name__))
    return {"right": not findings.faults, "checks": [one.plain(lang) for one in findings.found]}


def check_disclosure(path: Path, trust: Sequence[str], *, lang: Lang, as_json: bool = False) -> Checked:
    """Check a disclosed fact, or a pack, as anybody would; `trust` is `--key …` and `--pinned …` for the script.

    Raises OSError when the file is not there.
    """
    path.stat()  # what is not there is a fault of the command line, not of what was handed out
    return run_verify([str(path.resolve()), *trust], lang=lang, as_json=as_json)


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
