"""Use case of the audit pack: everything an auditor needs to check the record without believing us, in one file."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from documents.pack import with_manifest, write_archive
from documents.standalone.bundle import VERIFY, verify
from documents.standalone.pack_check.contents import (
    CERTIFICATE,
    PlanText,
    ledger_files,
    place,
    plan_files,
    plan_texts,
    policy_files,
)
from documents.standalone.pack_check.facts import FACTS, FactLine
from documents.standalone.pack_check.keys import KEYS, Keys
from documents.standalone.pack_check.readme import readme_file
from documents.standalone.pack_check.sayings import Checked as Findings
from domain.errors import Refusal
from domain.money import Lang
from history.faults import StoreDamaged
from history.port import Checkpoint, Entry, FactRecorder
from intake.register_csv import register_files
from intake.register_rows import UnwritableRegister
from service.certificates import Checked, PlanNotCertifiable, RegisterNotPortable, certificate_of, json_text
from service.county import County
from service.files import whole_file
from service.plan_reading import planned
from service.registers import Moment, register_at


class NothingSealed(Refusal):
    """A pack whose facts no checkpoint covers would prove nothing."""

    code = "nothing-sealed"
    sentence_en = (
        "No checkpoint covers the first {until} facts or a part of them, so a pack of them would prove nothing."
    )
    cure_en = "Seal the log first with `tongchou audit seal`."


@dataclass(frozen=True)
class Packed:
    """A pack that was written: how many facts are in it, how many of them no checkpoint covers, what its check said."""

    path: Path
    facts: int
    unsealed: int
    bytes: int
    checked: Checked


def write_pack(county: County, path: Path, *, until: int | None = None, lang: Lang = "en") -> Packed:
    """Write the pack of the facts up to a position (default: of the newest checkpoint), and check it as anyone would.

    Raises `NothingSealed`, and `RegisterNotPortable` for a register no table can carry.
    """
    recorder = county.log.recorder
    checkpoints = standing_checkpoints(recorder)
    until = min(until or (checkpoints[-1].size if checkpoints else 0), recorder.head())
    covered = [one for one in checkpoints if one.size <= until]
    if not covered:
        raise NothingSealed(until=until)
    files = pack_files(county, covered, until)
    whole_file(path, lambda draft: write_archive(draft, files))
    checked = run_verify([str(path.resolve())], lang=lang)
    return Packed(path, until, until - covered[-1].size, path.stat().st_size, checked)


def pack_files(county: County, checkpoints: Sequence[Checkpoint], until: int) -> dict[str, bytes]:
    """Every file of the pack by its name."""
    recorder = county.log.recorder
    facts = [fact_line(entry) for entry in recorder.entries(until=until)]
    texts = list(plan_texts(facts))
    files = {
        VERIFY: verify().encode(),
        **readme_file(recorder.store_id, until),
        FACTS: "".join(fact.line() for fact in facts).encode(),
        KEYS: Keys(facts, Findings()).text().encode(),
        **{f"checkpoints/{place(one.size)}.note": one.note.encode() for one in checkpoints},
        **policy_files(facts),
        **plan_files(texts),
        **ledger_files(facts),
    }
    for text in texts:
        files.update(_basis_of(county, text))
    return with_manifest(files, recorder.store_id, until)


def _basis_of(county: County, text: PlanText) -> Iterator[tuple[str, bytes]]:
    """The register a plan's text was computed from, and its certificate where one can be made."""
    register = register_at(county, Moment(int(text.content["run"]["register_position"])))
    try:
        for name, content in register_files(register).items():
            if name.endswith(".csv"):
                yield f"{text.register}/{name}", content
    except UnwritableRegister as fault:
        raise RegisterNotPortable(reason=str(fault)) from fault
    try:
        certificate = certificate_of(planned(county, text.plan, Moment(text.position)).computed)
    except PlanNotCertifiable:
        return
    yield f"{text.folder}/{CERTIFICATE}", json_text(certificate).encode()


def fact_line(entry: Entry) -> FactLine:
    """A stored row as packs and disclosures hand it out. Raises `StoreDamaged` for one that is no text."""
    try:
        return FactLine(
            entry.position, entry.name, entry.tags, entry.recorded_at, entry.salt, entry.data.decode("utf-8")
        )
    except UnicodeDecodeError as fault:
        raise StoreDamaged(where=f"at position {entry.position}", reason="its bytes are no text") from fault


def standing_checkpoints(recorder: FactRecorder) -> list[Checkpoint]:
    """One checkpoint for each number of facts, with all signatures it has got so far, smallest first."""
    newest = {one.size: one for one in recorder.checkpoints()}
    return [one for _, one in sorted(newest.items())]


def run_verify(arguments: Sequence[str], *, lang: Lang, as_json: bool = False) -> Checked:
    """Run the stand-alone script in a Python of its own that knows nothing of this program."""
    with tempfile.TemporaryDirectory(prefix="tongchou-verify-") as empty:
        (Path(empty) / VERIFY).write_text(verify(), encoding="utf-8")
        command: list[Any] = [sys.executable, "-I", "-S", VERIFY, *arguments, "--lang", lang]
        command += ["--json"] if as_json else []
        done = subprocess.run(command, cwd=empty, capture_output=True, text=True, encoding="utf-8", check=False)
    return Checked(done.returncode == 0, (done.stdout + done.stderr).strip())
