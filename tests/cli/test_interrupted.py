"""Ctrl-C and a full disk in the middle: a sentence, a documented code, nothing half done, and the next run goes on."""

from __future__ import annotations

import resource
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.running import BAD_INPUT, DONE, INTERRUPTED, STORE, Desk, ended, facts_in, ran, started
from tests.service.small import TABLES


@pytest.mark.slow
def test_ctrl_c_while_a_plan_is_searched_records_no_plan(tmp_path: Path) -> None:
    process = started(tmp_path, "plan")
    assert process.stdout is not None
    for line in process.stdout:
        if "adopted" in line:
            break
    time.sleep(0.2)
    process.send_signal(signal.SIGINT)
    said = ended(process)
    assert said.code == INTERRUPTED
    assert said.err == "Stopped. What was recorded before stays recorded, nothing is half done.\n"
    names = [row[1] for row in facts_in(tmp_path / "tongchou.db")]
    assert names[-1] == "policy.adopted"
    assert not any(name.startswith("plan.") for name in names)


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="looks into /proc for what is loaded so far")
def test_ctrl_c_while_the_program_loads_leaves_no_trace(tmp_path: Path) -> None:
    process = started(tmp_path, "plan")
    mapped = Path(f"/proc/{process.pid}/maps")
    while "msgspec" not in mapped.read_text() and process.poll() is None:  # the first thing of others it loads
        time.sleep(0.005)
    process.send_signal(signal.SIGINT)
    said = ended(process)
    assert (said.code, said.out, said.err) == (INTERRUPTED, "", "Stopped before anything was done.\n")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow(seconds=20)
def test_ctrl_c_at_any_moment_is_told_and_the_next_run_goes_on(tmp_path: Path, desk: Desk) -> None:
    register, policy = desk.register(), desk.policy()
    for moment in range(20):
        process = started(tmp_path, "plan", "--register", register, "--policy", policy)
        if moment % 2:
            assert process.stdout is not None
            process.stdout.readline()  # the store is open: from here on to the end
            time.sleep(moment * 0.015)
        else:
            time.sleep(0.15 + moment * 0.04)
        process.send_signal(signal.SIGINT)
        said = ended(process)
        assert said.code in (DONE, INTERRUPTED), said
        assert said.code == DONE or said.err.startswith("Stopped"), said
    assert ran(tmp_path, "plan", "--register", register, "--policy", policy).code == DONE
    assert [row[1] for row in desk.rows()[29:]] == ["policy.adopted", "plan.drafted", "plan.proposed"]
    assert desk.done("store", "check", "--json").json["same"] is True


@contextmanager
def files_at_most(size: int) -> Iterator[None]:
    """Let no file of this process grow beyond so many bytes: writing more fails as it does on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_store_there_is_no_room_for_is_not_made(desk: Desk) -> None:
    register = desk.register()
    with files_at_most(8_000):
        said = desk.run("register", "import", register)
    assert said.code == STORE, said
    assert "full" in said.err
    assert not (desk.folder / "tongchou.db").exists()
    assert desk.done("register", "import", register).code == DONE


@pytest.mark.parametrize("room_kb", [2, 40, 75, 110])
def test_a_disk_that_fills_up_leaves_whole_decisions_and_the_next_run_goes_on(desk: Desk, room_kb: int) -> None:
    fill_up(desk, room_kb)


ROOMS_KB = range(5, 126, 5)
"""Up to where the largest paper finds room: with more nothing fills up."""


@pytest.mark.slow
@pytest.mark.parametrize("room_kb", ROOMS_KB)
def test_wherever_a_disk_fills_up_it_leaves_whole_decisions(desk: Desk, room_kb: int) -> None:
    code = fill_up(desk, room_kb)
    assert code == DONE or room_kb < ROOMS_KB[-1], "the papers have grown: let the rooms grow with them"


def fill_up(desk: Desk, room_kb: int) -> int:
    """Plan with so much room, and again with enough; returns the code of the first."""
    register, policy = desk.register(), desk.policy()
    with files_at_most(room_kb * 1_000):
        said = desk.run("plan", "--register", register, "--policy", policy)
    if said.code != DONE:
        assert said.code in (STORE, BAD_INPUT), said
        assert "full" in said.err or "too large" in said.err, said
    # the record ends where a decision ends: nothing, the register, its policy, the draft, the proposal
    assert len(desk.rows()) in (0, 29, 30, 31, 32)
    desk.done("plan", "--register", register, "--policy", policy)
    names = [row[1] for row in desk.rows()]
    assert names[29:] == ["policy.adopted", "plan.drafted", "plan.proposed"]
    assert desk.done("store", "check", "--json").json == {
        "position": 32,
        "faults": [],
        "same": True,
        "balanced": True,
    }
    return said.code


def test_a_correction_there_is_no_room_for_is_told_and_not_recorded(desk: Desk) -> None:
    desk.planned()
    units, projects = TABLES["units"].replace("Village ", "Hamlet "), TABLES["projects"].replace("committee", "council")
    changed = desk.register(units=units, projects=projects)
    before = desk.rows()
    with files_at_most(33_000):  # less, and SQLite could not even read
        said = desk.run("register", "import", changed)
    assert said.code == STORE, said
    assert "full" in said.err
    assert desk.rows() == before
    assert desk.done("register", "import", changed, "--json").json["facts"] == {
        "project.corrected": 6,
        "unit.corrected": 5,
    }


def test_papers_there_is_no_room_for_leave_the_old_papers_whole(desk: Desk) -> None:
    desk.planned()
    papers = {path.name: path.read_bytes() for path in (desk.folder / "out").iterdir() if path.is_file()}
    assert len(papers["report.html"]) > 50_000
    with files_at_most(50_000):
        said = desk.run("plan")
    assert said.code == BAD_INPUT, said
    assert "A file cannot be used" in said.err
    assert sorted(path.name for path in (desk.folder / "out").iterdir() if path.is_file()) == sorted(papers)
    assert (desk.folder / "out/report.html").read_bytes() == papers["report.html"]
