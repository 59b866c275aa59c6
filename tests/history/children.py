"""What other processes do in the tests of the log: `python -m tests.history.children DEED ADDRESS …`."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_bytes
from typing import NoReturn

from domain.errors import Moved
from history import upgrade
from history.leaf import leaf_hash
from history.store import open_log, open_recorder
from tests.history.examples import FundEmpty, TakeBack, event, mandate

BATCH = 3


def now() -> datetime:
    return datetime.now(UTC)


def take_back(address: str, name: str, times: str) -> None:
    """Take one fen so often, each command twice; say how often it was granted anew."""
    granted = 0
    with open_log(address, clock=now, chance=token_bytes) as log:
        say("ready")
        sys.stdin.readline()
        for number in range(2 * int(times)):
            try:
                receipt = log.decide(TakeBack(mandate=mandate(f"{name}-{number // 2}"), amount_fen=1))
            except (FundEmpty, Moved) as refusal:
                say(refusal.code)
            else:
                granted += not receipt.repeated
    say(f"granted {granted}")


def append_batches(address: str, name: str) -> None:
    """Append batches of events until killed; acknowledge each by its last position and its number."""
    with open_recorder(address, clock=now, chance=token_bytes) as recorder:
        number = 0
        while True:
            number += 1
            batch = [event(f"{name} {number} {part}", f"by:{name}", f"batch:{name}-{number}") for part in range(BATCH)]
            say(f"{recorder.append(batch)} {number}")


def follow(address: str, count: str) -> None:
    """Say the position of every event, past and coming, until so many were seen."""
    with open_recorder(address, clock=now, chance=token_bytes) as recorder, recorder.subscribe() as tail:
        say("ready")
        for _ in range(int(count)):
            say(str(next(tail).position))


def create(address: str) -> None:
    """Open the store, making it if need be, and append one event."""
    say("ready")
    sys.stdin.readline()
    with open_recorder(address, clock=now, chance=token_bytes) as recorder:
        recorder.append([event("made")])


def upgrade_and_die(path: str, when: str) -> None:
    """Begin to upgrade a store, and be killed at a moment of it."""

    def die(*_: object, **__: object) -> NoReturn:
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError("killed processes do nothing more")

    def after(usual: Callable[..., object]) -> Callable[..., object]:
        def done_and_dead(*arguments: object) -> object:
            usual(*arguments)
            die()

        return done_and_dead

    place, deed = {
        "copying": ("leaf_hash", after(leaf_hash)),  # at the first fact
        "checking": ("verify", die),
        "checked": ("_swap", die),
        "kept": ("keep_names", die),
        "swapped": ("_swap", after(upgrade._swap)),
    }[when]
    setattr(upgrade, place, deed)
    upgrade.upgrade_store(Path(path), clock=now, chance=token_bytes, busy_seconds=1)


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


DEEDS: dict[str, Callable[..., None]] = {
    "take_back": take_back,
    "append_batches": append_batches,
    "follow": follow,
    "create": create,
    "upgrade_and_die": upgrade_and_die,
}

if __name__ == "__main__":
    DEEDS[sys.argv[1]](*sys.argv[2:])
