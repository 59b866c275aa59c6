"""Starting, hearing and killing the children."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.cli.running import environment

ROOT = Path(__file__).resolve().parents[2]


class Child:
    """Another process and the lines it says."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def hear(self) -> str:
        """Its next line, empty at its end."""
        assert self.process.stdout is not None
        return self.process.stdout.readline().rstrip("\n")

    def hear_all(self) -> list[str]:
        """The whole lines it still says; a last one cut off by its death does not count."""
        assert self.process.stdout is not None
        return self.process.stdout.read().split("\n")[:-1]

    def go(self) -> None:
        """Tell it to begin."""
        assert self.process.stdin is not None
        self.process.stdin.write("go\n")
        self.process.stdin.flush()


@contextmanager
def child(*arguments: object) -> Iterator[Child]:
    """A child that is dead when this ends."""
    command = [sys.executable, "-m", "tests.robustness.children", *map(str, arguments)]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield Child(process)
        finally:
            process.kill()
