"""What an auditor, or a forger, does with a pack: run the script over it, take it apart, put it together again."""

from __future__ import annotations

import contextlib
import importlib.util
import io
import json
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from documents.standalone.bundle import VERIFY, verify
from documents.standalone.pack_check.archive import MANIFEST, manifest_text
from documents.standalone.pack_check.facts import FACTS, FactLine, read_facts
from documents.standalone.pack_check.ledger import LEDGER, ledger_text
from documents.standalone.pack_check.readme import readme_file

Files = dict[str, bytes]


class Answer(NamedTuple):
    """What the script said."""

    code: int
    said: str

    @property
    def codes(self) -> list[str]:
        """What was found wrong, by its code."""
        return [one["code"] for one in json.loads(self.said)["checks"] if one["kind"] == "wrong"]


@cache
def script() -> Any:
    """The one file as a module of its own."""
    path = Path(tempfile.mkdtemp(prefix="verify-")) / VERIFY
    path.write_text(verify(), encoding="utf-8")
    spec = importlib.util.spec_from_file_location("verify_pack", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["verify_pack"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def checked(subject: Path, *arguments: str) -> Answer:
    """Run the script in this process."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        code = script().main([str(subject), "--json", "--lang", "en", *arguments])
    return Answer(code, out.getvalue())


def run_alone(folder: Path, *arguments: str) -> Answer:
    """Run it in a Python of its own that sees nothing but the file in the folder and its library."""
    command = [sys.executable, "-I", "-S", VERIFY, *arguments]
    done = subprocess.run(
        command, cwd=folder, env={}, capture_output=True, text=True, encoding="utf-8", check=False, timeout=120
    )
    return Answer(done.returncode, done.stdout + done.stderr)


def files_of(pack: Path) -> Files:
    """What is in a pack."""
    with zipfile.ZipFile(pack) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def repacked(files: Files, path: Path, *, listed: bool = True) -> Path:
    """Files as a pack again, by a forger who makes the list of files anew (unless not `listed`)."""
    if listed:
        stated = json.loads(files[MANIFEST])
        facts = files[FACTS].count(b"\n")
        files = {**files, MANIFEST: manifest_text(stated["store"], facts, files).encode()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def with_facts(files: Files, change: Callable[[list[FactLine]], list[FactLine]]) -> Files:
    """The pack of other facts, with the ledger and the text to read first made anew."""
    facts = change(list(read_facts(files[FACTS])))
    lines = "".join(fact.line() for fact in facts).encode()
    readme = readme_file(json.loads(files[MANIFEST])["store"], len(facts))
    return {**files, **readme, FACTS: lines, LEDGER: ledger_text(facts).encode()}
