"""The live log is out of reach of what-if: runs, sweeps, replays and crashes leave every byte as it was."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from cli.tree import command
from domain.errors import Refusal
from domain.policy.faults import PolicyFaults
from service.county import County, open_county
from service.scenarios.finding import read_scenario
from service.scenarios.replay import replay
from service.scenarios.running import ACTOR, run_scenario
from service.solving import RulesCollide
from tests.service.small import PLANNER, edited_policy, store_in, write_policy
from tests.year import Year, YearClock, finished_year

CHANGES = """\
  - {set: funds.beautiful.amount_yuan, to: 96000, why: a gift}
  - {set: policy.rules.nobody-below-floor.amount_yuan, to: 4000, why: a lower floor}
  - {decide: list-backward, with: {unit: v5, reason: no meetings}, why: inspected}
"""
SWEEP = "sweep: {grid: [{set: funds.beautiful.amount_yuan, values: [90000, 96000, 110000]}]}\n"


IN_FEBRUARY = "based_on: {known_at: 2026-02-01}\n"
"""Before the money was given out: at the end of the year there is nothing left to plan."""


def write_scenario(folder: Path, changes: str = CHANGES, more: str = IN_FEBRUARY) -> str:
    path = folder / "asked.scenario.yaml"
    path.write_text(f"scenario: asked\nquestion: {{zh: 问, en: What if}}\nchange:\n{changes}{more}", encoding="utf-8")
    return str(path)


def a_run(county: County, folder: Path) -> None:
    run = run_scenario(read_scenario(write_scenario(folder)), county)
    assert not run.comparison.same


def an_explained_run(county: County, folder: Path) -> None:
    assert run_scenario(read_scenario(write_scenario(folder)), county, explain=True).explained is not None


def a_run_at_the_end_of_the_record(county: County, folder: Path) -> None:
    with pytest.raises(RulesCollide):
        run_scenario(read_scenario(write_scenario(folder, more="")), county)


def a_run_that_is_refused(county: County, folder: Path) -> None:
    for changes in (
        "  - {decide: strike-off, with: {unit: v2, evidence: none}, why: not backward}\n",
        "  - {decide: strike-off, with: {unit: v1, evidence: good}, why: then the backward share cannot hold}\n",
    ):
        with pytest.raises(Refusal):
            run_scenario(read_scenario(write_scenario(folder, changes)), county)
    with pytest.raises(PolicyFaults):
        run_scenario(
            read_scenario(write_scenario(folder, "  - {set: funds.none.amount_yuan, to: 1, why: x}\n")), county
        )


def a_sweep(county: County, folder: Path) -> None:
    scenario = write_scenario(folder, more=IN_FEBRUARY + SWEEP)
    asked = ["scenario", "sweep", scenario, "--out", str(folder / "sweep"), "--jobs", "1", "--store", county.store]
    command("scenario")(asked, standalone_mode=False)
    assert len((folder / "sweep" / "cases.csv").read_text(encoding="utf-8").splitlines()) == 4


def a_replay(county: County, folder: Path) -> None:
    other = edited_policy(("amount_yuan: 5000}", "amount_yuan: 4000}"), ("floor_yuan: 5000", "floor_yuan: 4000"))
    assert not replay(county, policy=write_policy(folder / "other.yaml", other)).same
    assert replay(county).same


WHAT_IF = [a_run, an_explained_run, a_run_at_the_end_of_the_record, a_run_that_is_refused, a_sweep, a_replay]


def bytes_of(folder: Path) -> dict[str, str]:
    """The record, its tables and the names beside it, byte by byte."""
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.iterdir())
        if path.name.startswith("county.")
    }


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed store with the whole year on its record."""
    folder = tmp_path_factory.mktemp("year")
    with finished_year(folder):
        pass
    with open_county(store_in(folder)):
        pass
    return folder


@pytest.mark.parametrize("what_if", WHAT_IF)
def test_what_if_on_a_store_in_a_file_changes_no_byte_of_record_tables_and_names(
    finished: Path, tmp_path: Path, what_if: Callable[[County, Path], None]
) -> None:
    before = bytes_of(finished)
    assert {"county.db", "county.views.db", "county.desk.db"} <= set(before)
    with open_county(store_in(finished)) as county:
        what_if(county, tmp_path)
        assert county.people.find(ACTOR.person) is None
    assert bytes_of(finished) == before


@pytest.mark.parametrize("what_if", [one for one in WHAT_IF if one is not a_sweep])
def test_what_if_on_a_store_in_memory_leaves_facts_and_names_alone(
    tmp_path: Path, what_if: Callable[[County, Path], None]
) -> None:
    clock = YearClock()
    with open_county("sqlite://", clock=clock) as county:
        Year(county, clock, tmp_path).tell()
        before = list(county.log.recorder.entries()), county.people.everyone(), county.log.head()
        what_if(county, tmp_path)
        assert (list(county.log.recorder.entries()), county.people.everyone(), county.log.head()) == before


KILLED = """
import sys
from service.county import open_county
from service.scenarios.finding import read_scenario
from service.scenarios.replay import replay
from service.scenarios.running import run_scenario
with open_county(sys.argv[1]) as county:
    print("open", flush=True)
    while True:
        run_scenario(read_scenario(sys.argv[2]), county)
        replay(county)
"""


@pytest.mark.slow
def test_what_if_killed_at_any_moment_leaves_a_record_as_it_was(finished: Path, tmp_path: Path) -> None:
    before = bytes_of(finished)
    scenario = write_scenario(tmp_path)
    for wait_ms in (5, 150, 400):
        child = subprocess.Popen(
            [sys.executable, "-c", KILLED, store_in(finished), scenario], stdout=subprocess.PIPE, text=True
        )
        assert child.stdout is not None
        assert child.stdout.readline() == "open\n"
        time.sleep(wait_ms / 1000)
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
        child.stdout.close()
    with open_county(store_in(finished)):
        pass
    assert bytes_of(finished) == before


def test_a_name_that_is_known_keeps_its_id_in_what_if_and_a_new_one_is_gone_with_it(finished: Path) -> None:
    from service.branches import open_branch

    with open_county(store_in(finished)) as county, open_branch(county) as branch:
        assert branch.people.id_of(PLANNER.person) == county.people.find(PLANNER.person)
        passing = branch.people.id_of("somebody new")
        assert branch.people.id_of("somebody new") == passing != branch.people.id_of("another")
        assert branch.people.name_of(passing) == "somebody new"
        with open_branch(branch) as above:
            assert above.people.id_of("somebody new") == passing
            assert above.people.id_of("a third") not in (passing, branch.people.id_of("another"))
        assert county.people.find("somebody new") is None
