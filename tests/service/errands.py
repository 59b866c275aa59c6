"""Requests a worker's process may be asked: honest ones, and every way to go wrong."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from domain.errors import Refusal
from optimizer.solve import stopping
from optimizer.solve.engine import Progress

Listener = Callable[[Progress], None]


class Unwilling(Refusal):
    """A refusal with details of every kind."""

    code = "unwilling"
    sentence_en = "{what} costs {amount_fen}."
    cure_en = "Ask {whom}."


class Awkward(Exception):
    """A fault that cannot be sent: it cannot be made again from its words."""

    def __init__(self, one: int, *, other: int) -> None:
        super().__init__(f"{one} {other}")


@dataclass(frozen=True)
class Says:
    """Gives back what it was given, and which process it ran in."""

    what: object

    def __call__(self, listener: Listener) -> tuple[object, int]:
        os.write(1, b"solvers print, and nobody may hear it")
        sys.stderr.write("nor this")
        return self.what, os.getpid()


@dataclass(frozen=True)
class Counts:
    """Tells so many news of as many steps."""

    news: int

    def __call__(self, listener: Listener) -> int:
        for number in range(self.news):
            listener(Progress(f"step {number}", number, number + 1, 0.0))
        return self.news


@dataclass(frozen=True)
class Refuses:
    """Raises."""

    kind: str

    def __call__(self, listener: Listener) -> None:
        match self.kind:
            case "refusal":
                raise Unwilling(what="it", amount_fen=150, whom="the mayor")
            case "file":
                raise FileNotFoundError(2, "No such file", "nowhere")
            case "awkward":
                raise Awkward(1, other=2)
            case _:
                raise MemoryError("no room")


@dataclass(frozen=True)
class Dies:
    """Ends its process in the middle of the work, in a way no Python sees."""

    kind: str

    def __call__(self, listener: Listener) -> None:
        match self.kind:
            case "segfault":
                ctypes.string_at(0)
            case "killed":
                os.kill(os.getpid(), signal.SIGKILL)
            case _:
                os._exit(3)


@dataclass(frozen=True)
class Lingers:
    """Works on until it is asked to end, or, when it is deaf, for ever; says in a file which process it is."""

    deaf: bool
    told: Path | None = None

    def __call__(self, listener: Listener) -> str:
        if self.told is not None:
            draft = self.told.with_suffix(".draft")
            draft.write_text(str(os.getpid()))
            draft.rename(self.told)
        listener(Progress("lingering", None, 0, 0.0))
        while self.deaf or not stopping.asked():
            time.sleep(0.01)
        return "the best so far"
