"""`scenario sweep` under fire: killed, stopped, without room; whoever goes on ends with the undisturbed table."""

from __future__ import annotations

import json
import os
import random
import signal
import time
from collections.abc import Callable
from pathlib import Path
from subprocess import Popen

import pytest

from tests.cli.running import DONE, INTERRUPTED, REFUSED, Desk, ended, ran, started
from tests.service.scenarios.swept import IMPOSSIBLE, SIZE, lines, recorded, store, table


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A record and a scenario about it."""
    return recorded(tmp_path_factory.mktemp("county")).parent


@pytest.fixture(scope="module")
def undisturbed(county: Path) -> bytes:
    """The table of a run nobody disturbs."""
    assert ran(county, *command(county, county / "undisturbed")).code == DONE
    return table(county / "undisturbed")


def command(county: Path, out: Path, *further: object) -> tuple[object, ...]:
    scenario = county / "thin.scenario.yaml"
    return ("scenario", "sweep", scenario, "--store", store(county), "--out", out, "--jobs", 2, *further)


def rows_so_far(out: Path) -> int:
    return len(lines(out)) - 1 if (out / "cases.jsonl").exists() else 0


def until(process: Popen[str], done: Callable[[], bool]) -> None:
    while process.poll() is None and not done():
        time.sleep(0.005)


@pytest.mark.slow
def test_ctrl_c_keeps_the_rows_and_says_how_to_go_on(county: Path, tmp_path: Path, undisturbed: bytes) -> None:
    process = started(county, *command(county, tmp_path))
    until(process, lambda: rows_so_far(tmp_path) >= 2)
    process.send_signal(signal.SIGINT)
    said = ended(process)
    kept = rows_so_far(tmp_path)
    assert said.code == INTERRUPTED
    assert said.err == (
        f"Stopped with {kept} of {SIZE} cases worked out; their rows are kept in {tmp_path / 'cases.jsonl'}. "
        "Run the same command again, and it goes on from there.\n"
    )
    before = lines(tmp_path)
    assert ran(county, *command(county, tmp_path)).code == DONE
    assert lines(tmp_path)[: len(before)] == before
    assert table(tmp_path) == undisturbed


@pytest.mark.slow
def test_two_sweeps_at_once_share_no_folder(county: Path, tmp_path: Path, undisturbed: bytes, desk: Desk) -> None:
    process = started(county, *command(county, tmp_path))
    until(process, lambda: (tmp_path / "cases.jsonl").exists() and bool(lines(tmp_path)))
    assert "Another sweep is writing" in desk.told(REFUSED, *command(county, tmp_path))
    assert ended(process).code == DONE
    assert table(tmp_path) == undisturbed


@pytest.mark.slow
def test_programs_are_told_of_every_row_on_a_line_of_its_own(county: Path, tmp_path: Path) -> None:
    said = ran(county, *command(county, tmp_path, "--json", "--max-cases", 4))
    news = [json.loads(line) for line in said.err.splitlines()]
    assert [one["done"] for one in news] == [1, 2, 3, 4]
    assert {one["size"] for one in news} == {SIZE}
    assert all(one["rows_per_second"] > 0 and one["seconds_left"] > 0 for one in news)
    assert said.json["cases"] == 4
    assert said.json["states"]["impossible"] == len(IMPOSSIBLE & {one["number"] for one in news})


def test_an_unsafe_cluster_is_refused_on_the_command_line_before_anything_is_made(desk: Desk) -> None:
    recorded(desk.folder)
    asked = ("scenario", "sweep", "thin.scenario.yaml", "--store", store(desk.folder), "--cluster", "tcp://192.0.2.7:1")
    assert "plain tcp:// is for this machine alone" in desk.told(REFUSED, *asked)
    assert not (desk.folder / "sweep").exists()


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks into /proc for the processes that search")
@pytest.mark.parametrize("seed", [1, 2])
def test_killed_at_any_moments_and_gone_on_with_it_gives_the_same_table(
    county: Path, tmp_path: Path, undisturbed: bytes, seed: int
) -> None:
    chance = random.Random(seed)
    for _ in range(3):
        process = started(county, *command(county, tmp_path))
        wanted = rows_so_far(tmp_path) + chance.randrange(0, 3)
        while process.poll() is None and rows_so_far(tmp_path) < wanted:
            time.sleep(0.005)
        time.sleep(chance.random() * 0.3)
        if chance.random() < 0.4:
            for child in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split():
                os.kill(int(child), signal.SIGKILL)
            time.sleep(chance.random())
        process.kill()
        ended(process)
    assert ran(county, *command(county, tmp_path)).code == DONE
    assert table(tmp_path) == undisturbed
