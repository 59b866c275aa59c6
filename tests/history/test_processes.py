"""Several processes on one store: conditions hold, acknowledged facts survive `kill -9`, a follower misses nothing."""

from __future__ import annotations

import os
import random
import select
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from eventsourcing.dcb.api import DCBQuery, DCBQueryItem

from history.log import Log
from history.mapper import FactMapper
from tests.history.children import BATCH
from tests.history.conftest import Opens
from tests.history.examples import Receive, event, mandate, opened, said

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 120


class Child:
    """Another process and what it says."""

    def __init__(self, *deed: str) -> None:
        command = [sys.executable, "-m", "tests.history.children", *deed]
        self.process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self.process.stdout is not None
        self.out = self.process.stdout.fileno()
        self.heard = b""

    def hear(self, seconds: float) -> bool:
        """Take in what it says within so many seconds; whether it is still saying something."""
        if not select.select([self.out], [], [], seconds)[0]:
            return True
        said_now = os.read(self.out, 65_536)
        self.heard += said_now
        return bool(said_now)

    def hear_until(self, ending: bytes) -> None:
        give_up = time.monotonic() + PATIENCE_SECONDS
        while ending not in self.heard:  # it may have said more already
            if not self.hear(1) or time.monotonic() > give_up:
                pytest.fail(f"said {self.heard[-200:]!r}, never {ending!r}")

    def hear_all(self) -> list[str]:
        while self.hear(PATIENCE_SECONDS):
            pass
        return self.lines()

    def lines(self) -> list[str]:
        """The whole lines it said; a last one cut off by its death does not count."""
        return self.heard.decode().split("\n")[:-1]

    def go(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(b"go\n")
        self.process.stdin.flush()

    def kill(self) -> None:
        self.process.kill()
        self.hear_all()


@contextmanager
def child(*deed: str) -> Iterator[Child]:
    one = Child(*deed)
    try:
        yield one
    finally:
        one.process.kill()
        one.process.wait()
        for pipe in (one.process.stdin, one.process.stdout):
            if pipe is not None:
                pipe.close()


@pytest.mark.parametrize("processes", [2, 4])
def test_processes_taking_from_one_fund_take_exactly_what_is_there_each_command_once(
    address: str, reopen: Opens, processes: int
) -> None:
    there_fen, tries = 50, 40
    with Log(reopen(), FactMapper()) as log, ExitStack() as running:
        log.decide(Receive(mandate=mandate("money"), amount_fen=there_fen))
        others = [running.enter_context(child("take_back", address, f"p{n}", str(tries))) for n in range(processes)]
        for other in others:
            other.hear_until(b"ready\n")
        for other in others:
            other.go()
        granted = [int(other.hear_all()[-1].removeprefix("granted ")) for other in others]
        assert sum(granted) == there_fen
        assert all("moved" not in other.lines() for other in others)
        facts = list(log.facts())
        assert [recorded.position for recorded in facts] == list(range(1, there_fen + 2))
        assert max(Counter(recorded.fact.mandate.command for recorded in facts).values()) == 1


@pytest.mark.slow
def test_processes_that_find_no_store_make_one_store_together(address: str, reopen: Opens) -> None:
    with ExitStack() as running:
        others = [running.enter_context(child("create", address)) for _ in range(8)]
        for other in others:
            other.hear_until(b"ready\n")
        for other in others:
            other.go()
        for other in others:
            other.hear_all()
            assert other.process.wait() == 0
    with reopen() as recorder:
        assert said(recorder) == ["made"] * 8


def kill_writers_at_random(address: str, reopen: Opens, kills: int, dice: random.Random) -> None:
    """Kill a writer again and again while another goes on; then all that was acknowledged is there, in order."""
    acknowledged: list[tuple[int, str]] = []
    with child("append_batches", address, "steady") as steady:
        steady.hear_until(b"\n")
        for number in range(kills):
            name = f"killed{number}"
            with child("append_batches", address, name) as victim:
                if number % 4:  # else it may die before or while it opens the store
                    victim.hear_until(b"\n")
                moment = time.monotonic() + dice.uniform(0, 0.25)
                while (left := moment - time.monotonic()) > 0:
                    victim.hear(left)
                    steady.hear(0)
                victim.kill()
                acknowledged += [(int(line.split()[0]), f"{name} {line.split()[1]}") for line in victim.lines()]
        steady.kill()
        acknowledged += [(int(line.split()[0]), f"steady {line.split()[1]}") for line in steady.lines()]

    with reopen() as recorder:
        rows = list(recorder.rows())
        assert [row[0] for row in rows] == list(range(1, len(rows) + 1))
        assert len(rows) % BATCH == 0
        batches = [[row[2].decode() for row in rows[start : start + BATCH]] for start in range(0, len(rows), BATCH)]
        for parts in batches:  # each append is there whole and unmixed
            name = parts[0].rsplit(" ", 1)[0]
            assert parts == [f"{name} {part}" for part in range(BATCH)]
        assert len({parts[0] for parts in batches}) == len(batches)
        assert acknowledged
        for position, name in acknowledged:
            assert rows[position - 1][2].decode() == f"{name} {BATCH - 1}"
        by_steady = recorder.read(DCBQuery([DCBQueryItem(tags=["by:steady"])]))
        assert [found.position for found in by_steady] == [row[0] for row in rows if row[2].startswith(b"steady")]
        assert [row[4] for row in rows] == sorted(row[4] for row in rows)
        assert recorder.append([event("life goes on")]) == len(rows) + 1


@pytest.mark.slow
def test_writers_killed_at_random_moments_lose_nothing_they_acknowledged(
    address: str, reopen: Opens, dice: random.Random
) -> None:
    kill_writers_at_random(address, reopen, 5, dice)


@pytest.mark.long
def test_fifty_writers_killed_at_random_moments_lose_nothing_they_acknowledged(
    address: str, reopen: Opens, dice: random.Random
) -> None:
    kill_writers_at_random(address, reopen, 50, dice)


@pytest.mark.slow
def test_a_process_killed_while_it_makes_the_store_leaves_a_whole_one_or_none(
    tmp_path: Path, dice: random.Random
) -> None:
    for number in range(60):
        path = tmp_path / f"{number}.db"
        with child("create", f"sqlite:///{path}") as maker:
            maker.hear_until(b"ready\n")
            maker.go()
            time.sleep(dice.uniform(0, 0.03))
            maker.kill()
        with opened(path) as recorder:
            assert said(recorder) in ([], ["made"])


def test_a_follower_in_another_process_sees_every_position_once_and_in_order(address: str, reopen: Opens) -> None:
    count = 1_500
    with reopen() as recorder, child("follow", address, str(count)) as follower:
        recorder.append([event("past") for _ in range(100)])
        follower.hear_until(b"ready\n")
        with child("append_batches", address, "other"):
            while recorder.head() < count:
                recorder.append([event("now") for _ in range(7)])
        assert follower.hear_all() == ["ready", *(str(position) for position in range(1, count + 1))]
