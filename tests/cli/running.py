"""Running `tongchou` as a person would: in this process (quick), or as a process of its own."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from cli.main import run
from tests.service.small import POLICY, write_policy, write_register

ROOT = Path(__file__).resolve().parents[2]
DONE, REFUSED, USAGE, BAD_INPUT, NO_PLAN, STORE, SOLVER, INTERRUPTED = 0, 1, 2, 3, 4, 5, 6, 130
"""The documented exit codes (README)."""


_MADE: dict[str, dict[str, bytes]] = {}
"""Files by name that a command made in an empty folder: a store is a file, and may be copied."""


@dataclass(frozen=True)
class Said:
    """What a command answered."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one object on stdout; fails when there is anything else."""
        return json.loads(self.out)


@dataclass
class Desk:
    """A folder in which commands are typed."""

    folder: Path
    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]
    environment: dict[str, str] = field(default_factory=dict)

    def run(self, *arguments: object) -> Said:
        """Run a command in this process."""
        self.capsys.readouterr()
        with self.monkeypatch.context() as typed:
            typed.chdir(self.folder)
            typed.setattr(sys, "argv", ["tongchou", *map(str, arguments)])
            for name in ("TONGCHOU_STORE", "TONGCHOU_AS", "TONGCHOU_DEBUG"):
                typed.delenv(name, raising=False)
            typed.setenv("TONGCHOU_LANG", "en")
            for name, value in self.environment.items():
                typed.setenv(name, value)
            usual = signal.getsignal(signal.SIGINT)
            try:
                run()
                code: object = 0
            except SystemExit as end:
                code = end.code
            finally:
                signal.signal(signal.SIGINT, usual)  # a process that ends has no further use for it, this one has
        out, err = self.capsys.readouterr()
        assert "Traceback" not in out + err
        return Said(int(str(code or 0)), out, err)

    def done(self, *arguments: object) -> Said:
        """Run a command that must succeed."""
        said = self.run(*arguments)
        assert said.code == DONE, said
        return said

    def told(self, code: int, *arguments: object) -> str:
        """Run a command that must fail with this code, with sentences on stderr, and leave the record as it is."""
        before = self.rows()
        said = self.run(*arguments)
        assert said.code == code, said
        assert self.rows() == before
        assert is_told(said.err), said
        return said.err

    def rows(self, store: str = "tongchou.db") -> list[tuple[Any, ...]]:
        """Every row of the log as it lies in the file."""
        path = self.folder / store
        return facts_in(path) if path.exists() else []

    def register(self, name: str = "register", **changed: str) -> Path:
        """The small county as a folder of tables."""
        return write_register(self.folder / name, **changed)

    def policy(self, text: str = POLICY, name: str = "policy.yaml") -> Path:
        """A policy file."""
        return write_policy(self.folder / name, text)

    def imported(self) -> None:
        """A store with the small county, as `register import` makes it."""
        self._begin("imported", "register", "import", self.register())

    def planned(self) -> None:
        """A store with the small county, its policy, a proposed plan and its papers, as `plan` makes them."""
        self._begin("planned", "plan", "--register", self.register(), "--policy", self.policy())

    def _begin(self, kept: str, *arguments: object) -> None:
        """Run a command in an empty folder; the first time truly, then from a copy of what it made."""
        assert not list(self.folder.glob("*.db")), "a copy would not be what the command makes here"
        if kept not in _MADE:
            before = {path.name for path in self.folder.iterdir()}
            self.done(*arguments)
            made = {path for path in self.folder.rglob("*") if path.is_file()}
            _MADE[kept] = {
                str(path.relative_to(self.folder)): path.read_bytes()
                for path in made
                if path.relative_to(self.folder).parts[0] not in before
            }
            return
        for name, content in _MADE[kept].items():
            (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / name).write_bytes(content)


def facts_in(path: Path) -> list[tuple[Any, ...]]:
    """Every row of a log, read beside whatever else reads and writes it."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        return connection.execute("SELECT position, type, data, tags, recorded_at FROM facts ORDER BY 1").fetchall()


def is_told(err: str) -> bool:
    """Whether stderr holds sentences a person can read, and nothing of the program's inside."""
    lines = [line for line in err.splitlines() if line.strip()]
    return bool(lines) and not any(word in err for word in ("Traceback", 'File "', "unforeseen", "Error:"))


def environment(**further: str) -> dict[str, str]:
    """The environment of a process of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TONGCHOU_")}
    return {**kept, "PYTHONPATH": str(ROOT), "TONGCHOU_LANG": "en", **further}


def started(folder: Path, *arguments: object, **further: Any) -> subprocess.Popen[str]:
    """Start a command as a process of its own, with Ctrl-C as a terminal would have it."""
    usual = signal.signal(signal.SIGINT, signal.SIG_DFL)  # a run in the background would pass on that it is ignored
    try:
        return subprocess.Popen(
            [*further.pop("through", ()), sys.executable, "-m", "cli.main", *map(str, arguments)],
            cwd=folder,
            env=further.pop("env", environment()),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            **further,
        )
    finally:
        signal.signal(signal.SIGINT, usual)


def ended(process: subprocess.Popen[str]) -> Said:
    """What a process said by its end."""
    out, err = process.communicate(timeout=120)
    return Said(process.returncode, out, err)


def ran(folder: Path, *arguments: object, **further: Any) -> Said:
    """Run a command as a process of its own."""
    return ended(started(folder, *arguments, **further))
