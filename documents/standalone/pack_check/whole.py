"""The check of a whole pack: all in it is worked out anew from its facts, and the facts are held by what was signed."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from documents.standalone.certificate_check.files import read_json
from documents.standalone.certificate_check.sayings import Wrong
from documents.standalone.certificate_check.steps import check
from documents.standalone.pack_check.archive import MANIFEST, Files, check_manifest, write_files
from documents.standalone.pack_check.contents import (
    CERTIFICATE,
    PLAN,
    PlanText,
    ledger_files,
    plan_files,
    plan_texts,
    policy_files,
)
from documents.standalone.pack_check.facts import FACTS, FactLine, read_facts, roots_of
from documents.standalone.pack_check.keys import KEYS, Keys
from documents.standalone.pack_check.ledger import entries_of
from documents.standalone.pack_check.notes import Key, Note, read_note
from documents.standalone.pack_check.readme import README, readme_file
from documents.standalone.pack_check.registers import check_register
from documents.standalone.pack_check.sayings import Checked

STRANGE = (ArithmeticError, AttributeError, LookupError, OSError, RecursionError, StopIteration, TypeError, ValueError)
"""What files that no sentence foresaw make of the check: they are refused all the same."""
ALWAYS = (MANIFEST, FACTS, KEYS, README, "verify.py")
CHECKPOINTS = "checkpoints/"
TABLES_OF_A_REGISTER = ("county", "townships", "units", "projects", "funds", "adjacency", "duties")


@dataclass(frozen=True)
class Trust:
    """What whoever checks has from elsewhere: a key of the log, a checkpoint kept earlier; both may be missing."""

    key: Key | None = None
    pinned: Note | None = None


class PackCheck:
    """One run over the files of a pack; what was found stands in `checked`."""

    def __init__(self, files: Files, trust: Trust) -> None:
        self.files, self.trust = files, trust
        self.checked = Checked()
        self.store, self.stated = "", 0
        self.facts: list[FactLine] = []
        self.notes: dict[str, Note] = {}
        self.keys: Keys | None = None
        self.roots: dict[int, bytes] = {}

    def run(self) -> Checked:
        """Every check after the other; one that fails does not keep the others from being made, where they can be."""
        self._try(self._files)
        if self._try(self._facts):
            self._try(self._keys)
            self._try(self._checkpoints)
            self._try(self._pinned)
            self._try(self._policies)
            self._try(self._plans)
            self._try(self._ledger)
        return self.checked

    def _try(self, part: Callable[[], None]) -> bool:
        try:
            part()
        except Wrong as wrong:
            self.checked.bad(wrong)
        except STRANGE as fault:
            self.checked.bad(Wrong("strange", file=f"{part.__name__.strip('_')} ({type(fault).__name__})"))
        else:
            return True
        return False

    def _files(self) -> None:
        self.store, self.stated = check_manifest(self.files)
        self._same(readme_file(self.store, self.stated))
        self.checked.right("pack-files", files=len(self.files))
        if self.files.get("verify.py") != Path(__file__).read_bytes():
            self.checked.note("pack-other-script")

    def _facts(self) -> None:
        self.facts = list(read_facts(self._file(FACTS)))
        if self.store and self.stated != len(self.facts):
            raise Wrong("facts-count", stated=self.stated, found=len(self.facts))
        self.checked.right("pack-facts", facts=len(self.facts))

    def _keys(self) -> None:
        self.keys = keys = Keys(self.facts, self.checked)
        self._same({KEYS: keys.text().encode()})
        newest = keys.signers[-1].key
        self.checked.right("pack-key", name=newest.name, fingerprint=newest.fingerprint)
        if self.trust.key is not None:
            keys.must_follow_from(self.trust.key)
        if self.trust.key is None and self.trust.pinned is None:
            self.checked.note("pack-own-key")

    def _checkpoints(self) -> None:
        names = sorted(name for name in self.files if name.startswith(CHECKPOINTS))
        self.notes = {name: read_note(self.files[name].decode("utf-8"), name) for name in names}
        if not self.notes:
            raise Wrong("no-checkpoint")
        if self.keys is None:
            raise Wrong("no-key")
        self.store = self.store or next(iter(self.notes.values())).store
        sizes = {note.size for note in self.notes.values()} | ({self.trust.pinned.size} if self.trust.pinned else set())
        self.roots = roots_of(self.facts, sizes)
        seen: dict[tuple[str, str], int] = {}
        for name, note in self.notes.items():
            self._holds(name, note)
            for witness in self.keys.witnessed(note, name):
                seen[witness.key.name, witness.post] = note.size
        sealed = max(note.size for note in self.notes.values())
        self.checked.right("pack-checkpoints", checkpoints=len(self.notes))
        for (name, post), size in seen.items():
            self.checked.right("pack-witnessed", name=name, post=post, size=size)
        if sealed < len(self.facts):
            self.checked.note("pack-unsealed", facts=len(self.facts) - sealed)

    def _holds(self, name: str, note: Note) -> None:
        """The facts of the pack are those the note speaks of, and it is signed by the key of its time."""
        if note.store != self.store:
            raise Wrong("checkpoint-store", where=name)
        if note.size > len(self.facts):
            raise Wrong("checkpoint-beyond", where=name, size=note.size, found=len(self.facts))
        if self.roots[note.size] != note.root:
            sound = max((n.size for n in self.notes.values() if self.roots.get(n.size) == n.root), default=0)
            raise Wrong("checkpoint-root", where=name, size=note.size, sound=sound if sound < note.size else 0)
        key = self.keys.at(note.size) if self.keys is not None else None
        if key is None or key.name != f"tongchou/{note.store}" or not note.is_signed_by(key):
            raise Wrong("checkpoint-signature", where=name)

    def _pinned(self) -> None:
        pinned = self.trust.pinned
        if pinned is not None and self.notes:
            self._holds("--pinned", pinned)
            self.checked.right("pack-pinned", size=pinned.size)

    def _policies(self) -> None:
        policies = policy_files(self.facts)
        self._same(policies, "policies/")
        self.checked.right("pack-policies", policies=len(policies))

    def _plans(self) -> None:
        texts = list(plan_texts(self.facts))
        certificates = {f"{text.folder}/{CERTIFICATE}" for text in texts} & set(self.files)
        self._same(plan_files(texts), "plans/", beside=certificates)
        tables = {f"{text.register}/{table}.csv" for text in texts for table in TABLES_OF_A_REGISTER}
        self._same({}, "registers/", beside=tables)
        self.checked.right("pack-plans", plans=len(texts))
        with tempfile.TemporaryDirectory(prefix="tongchou-pack-") as name:
            folder = Path(name)
            write_files(self.files, folder, "plans/")
            write_files(self.files, folder, "registers/")
            registers = sorted({text.register for text in texts})
            for register in registers:
                until = int(register.rpartition("/")[2])
                check_register(folder / register, register, self.facts[:until])
            self.checked.right("pack-registers", registers=len(registers))
            for text in texts:
                self._certificate(text, folder)

    def _certificate(self, text: PlanText, folder: Path) -> None:
        told: dict[str, Any] = {"plan": text.plan, "position": text.position}
        if f"{text.folder}/{CERTIFICATE}" not in self.files:
            self.checked.note("pack-uncertified", **told)
            return
        here = folder / text.folder
        steps = check(read_json(here / PLAN), read_json(here / CERTIFICATE), folder / text.register)
        self.checked.right("pack-certified", steps=len(steps), **told)

    def _ledger(self) -> None:
        self._same(ledger_files(self.facts))
        self.checked.right("pack-ledger", entries=sum(1 for _ in entries_of(self.facts)))
        known = (*ALWAYS, *ledger_files(()), "policies/", "plans/", "registers/", CHECKPOINTS)
        for name in self.files:
            if not re.match("|".join(f"{re.escape(one)}{'' if one.endswith('/') else '$'}" for one in known), name):
                raise Wrong("pack-stranger", name=name)

    def _file(self, name: str) -> bytes:
        if name not in self.files:
            raise Wrong("pack-missing", name=name)
        return self.files[name]

    def _same(self, wanted: Files, under: str | None = None, beside: Collection[str] = ()) -> None:
        """Files that follow from the facts are there, as they follow; under a folder no others but those `beside`."""
        for name, content in wanted.items():
            if self._file(name) != content:
                raise Wrong("pack-differs", name=name)
        for name in self.files:
            if under is not None and name.startswith(under) and name not in wanted and name not in beside:
                raise Wrong("pack-stranger", name=name)
