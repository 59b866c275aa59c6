"""Use case of disclosure: one fact handed out with its proof, and nothing of any other."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from documents.standalone.certificate_check.sayings import Wrong
from documents.standalone.pack_check.disclosure import DISCLOSURE_BYTES_MAX, Disclosure, read_disclosure
from documents.standalone.pack_check.notes import read_note
from domain.errors import Refusal
from domain.money import Lang
from history.port import Checkpoint, FactRecorder
from history.tree import Tree
from service.certificates import Checked
from service.county import County
from service.files import whole_file
from service.keys import current, keyring
from service.pack import fact_line, run_verify, standing_checkpoints


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
        self._tree = Tree(self._recorder)

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


def own_key(county: County, path: Path) -> str:
    """The key of this log with which the checkpoint of a disclosure should be signed; the newest for anything else.

    Raises `NoSigningKey`.
    """
    newest = current(county, "check a disclosure").key
    try:
        with path.open("rb") as file:
            size = read_note(read_disclosure(file.read(DISCLOSURE_BYTES_MAX)).note, path.name).size
    except (Wrong, OSError):
        return str(newest)  # what is wrong with the file is for the script to say
    period = keyring(county).at(size)
    return str(period.key if period else newest)


def check_disclosure(path: Path, trust: Sequence[str], *, lang: Lang, as_json: bool = False) -> Checked:
    """Check a disclosed fact, or a pack, as anybody would; `trust` is `--key …` and `--pinned …` for the script.

    Raises OSError when the file is not there.
    """
    path.stat()  # what is not there is a fault of the command line, not of what was handed out
    return run_verify([str(path.resolve()), *trust], lang=lang, as_json=as_json)


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
