"""Several processes keep the same tables, and die: the tables stay true for some position, and no row comes twice."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest

from projections.views import Views
from tests.projections.streams import DAYS, KINDS, Kept, kept, past_of

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Kept]:
    """A store on disk, and its facts."""
    path = tmp_path_factory.mktemp("store") / "log.db"
    dice = random.Random(7)
    deeds = [(dice.choice(KINDS), dice.randrange(6), dice.randrange(1, 200), dice.choice(DAYS)) for _ in range(120)]
    past = past_of(deeds, f"sqlite:///{path}")
    with past.log:
        return path, kept(past)


@contextmanager
def child(deed: str, *paths: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "tests.projections.children", deed, *map(str, paths)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as one:
        try:
            yield one
        finally:
            one.kill()


def hear(of: subprocess.Popen[str]) -> str:
    assert of.stdout is not None
    return of.stdout.readline().strip()


def state_from_nothing(log: Kept) -> tuple[int, str]:
    anew = Views(None)
    anew.rebuild(log)
    return anew.state()


def kill_while_keeping(store: tuple[Path, Kept], tables: Path, kills: int, dice: random.Random) -> set[int]:
    """Kill the keeper of the tables at random moments; the positions at which it left them, each of them true."""
    path, log = store
    positions = set()
    for _ in range(kills):
        with child("again-and-again", path, tables) as keeper:
            assert hear(keeper) == "began"
            time.sleep(dice.uniform(0, 0.15))
            keeper.kill()
        with closing(Views(tables)) as left:
            position, state = left.state()
            assert (position, state) == state_from_nothing(log.up_to(position))
            positions.add(position)
            if dice.random() < 0.5:
                left.follow(log)
                assert left.state() == state_from_nothing(log)
    return positions


def test_tables_that_were_opened_and_never_written_are_those_of_an_empty_log(
    store: tuple[Path, Kept], tmp_path: Path
) -> None:
    with closing(Views(tmp_path / "views.db")) as left:
        assert left.state() == state_from_nothing(store[1].up_to(0))


def test_tables_of_a_killed_keeper_are_true_for_some_position_and_go_on_from_there(
    store: tuple[Path, Kept], tmp_path: Path, dice: random.Random
) -> None:
    kill_while_keeping(store, tmp_path / "views.db", 4, dice)


@pytest.mark.long
def test_forty_killed_keepers_leave_true_tables(store: tuple[Path, Kept], tmp_path: Path, dice: random.Random) -> None:
    positions = kill_while_keeping(store, tmp_path / "views.db", 40, dice)
    assert len(positions) > 5


@pytest.mark.parametrize("keepers", [2, 3])
def test_processes_that_catch_up_at_once_make_every_row_once(
    store: tuple[Path, Kept], tmp_path: Path, keepers: int
) -> None:
    path, log = store
    tables = tmp_path / "views.db"
    with ExitStack() as running:
        others = [running.enter_context(child("once", path, tables)) for _ in range(keepers)]
        for other in others:
            assert hear(other) == "ready"
        for other in others:
            assert other.stdin is not None
            other.stdin.write("go\n")
            other.stdin.flush()
        assert [hear(other) for other in others] == [f"reached {len(log.recorded)}"] * keepers
        assert [other.wait() for other in others] == [0] * keepers
    with closing(Views(tables)) as left:
        assert left.state() == state_from_nothing(log)
