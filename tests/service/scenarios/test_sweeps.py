"""Sweeps: the same rows whoever works them out, every case with a row, and a folder that belongs to one sweep alone."""

from __future__ import annotations

import json
import os
import resource
import signal
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from service.county import open_county
from service.scenarios import processes as hands_module
from service.scenarios.cases import CaseRequest, OpenSweep
from service.scenarios.finding import read_scenario
from service.scenarios.parcels import Parcel, packed, record_of, with_facts
from service.scenarios.processes import Processes, processes
from service.scenarios.rows import kept_rows
from service.scenarios.sweep_faults import (
    NotASweep,
    NothingToSweep,
    SweepOfAnother,
    SweepRowsDamaged,
    SweepUnderWay,
    SweepWithoutRoom,
)
from service.scenarios.sweeps import Row, SweepProgress, sweep
from service.solving import RulesCollide
from tests.service.scenarios.swept import IMPOSSIBLE, SCENARIO, SIZE, lines, recorded, store, table
from tests.service.small import PLANNER, edited_policy


@pytest.fixture(scope="module")
def hands() -> Iterator[Processes]:
    with processes(1) as one:
        yield one


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a record with its scenario, which no test changes."""
    return recorded(tmp_path_factory.mktemp("county")).parent


@pytest.fixture(scope="module")
def parcel(here: Path) -> Parcel:
    composed = read_scenario(str(here / "thin.scenario.yaml"))
    with open_county(store(here)) as county:
        return packed(composed, record_of(composed.loaded.scenario.based_on, county))


@pytest.fixture(scope="module")
def undisturbed(parcel: Parcel) -> list[Row]:
    """The rows as this process works them out by itself."""
    opened = OpenSweep(parcel)
    try:
        return [opened.row(number) for number in range(opened.size)]
    finally:
        opened.close()


def swept(here: Path, out: Path, hands: Processes, name: str = "thin", **further: object) -> list[Row]:
    with open_county(store(here)) as county:
        return sweep(str(here / f"{name}.scenario.yaml"), out, hands, county=county, **further)  # type: ignore[arg-type]  # passed on


@pytest.mark.parametrize("count", [2, pytest.param(3, marks=pytest.mark.slow)])
def test_however_many_processes_work_the_rows_are_those_of_one(
    here: Path, tmp_path: Path, undisturbed: list[Row], count: int
) -> None:
    with processes(count) as some:
        assert swept(here, tmp_path, some) == undisturbed


def test_the_facts_of_a_record_give_the_rows_the_record_itself_gives(
    here: Path, parcel: Parcel, undisturbed: list[Row]
) -> None:
    with open_county(store(here)) as county:
        elsewhere = with_facts(parcel, county)
    assert elsewhere.record is not None
    assert (elsewhere.record.store, len(elsewhere.record.facts)) == (None, elsewhere.record.position)
    opened = OpenSweep(elsewhere)
    try:
        assert [opened.row(number) for number in (0, 2, 4)] == [undisturbed[number] for number in (0, 2, 4)]
    finally:
        opened.close()


def test_an_impossible_case_says_which_rules_collide_and_the_cheapest_repair_and_the_others_have_plans(
    undisturbed: list[Row],
) -> None:
    assert {row["number"] for row in undisturbed if row["state"] == "impossible"} == IMPOSSIBLE
    for row in undisturbed:
        if row["number"] in IMPOSSIBLE:
            assert "nobody-below-floor" in row["said"]
            assert {"rule", "where"} <= row["conflict"][0].keys()
            assert row["repairs"][0]["cost_yuan"]
            assert row["repair"]
        else:
            assert row["state"] == "planned"


def test_a_base_that_is_itself_impossible_ends_the_sweep_and_blames_no_case(tmp_path: Path, hands: Processes) -> None:
    scenario = recorded(tmp_path, SCENARIO + "based_on: {policy: hard.yaml}\n")
    (tmp_path / "hard.yaml").write_text(
        edited_policy(("version: 1", "version: 2"), ("amount_yuan: 5000}", "amount_yuan: 50000}"))
    )
    with pytest.raises(RulesCollide):
        swept(scenario.parent, tmp_path / "out", hands)
    assert len(lines(tmp_path / "out")) == 1


@dataclass(frozen=True)
class Deadly(CaseRequest):
    """A case whose number 4 kills the process that works it out."""

    def __call__(self, listener: object = None) -> Row:
        if self.number == 4:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().__call__()


@pytest.mark.slow
def test_a_case_that_kills_its_process_has_a_row_and_is_tried_again_the_next_time(
    here: Path, tmp_path: Path, undisturbed: list[Row], monkeypatch: pytest.MonkeyPatch
) -> None:
    with processes(1) as one:
        with monkeypatch.context() as deadly:
            deadly.setattr(hands_module, "CaseRequest", Deadly)
            rows = swept(here, tmp_path, one)
        assert rows[:4] + rows[5:] == undisturbed[:4] + undisturbed[5:]
        assert rows[4]["state"] == "crashed"
        assert "killed" in rows[4]["said"]
        assert (rows[4]["case"], rows[4]["at"]) == (undisturbed[4]["case"], undisturbed[4]["at"])
        assert swept(here, tmp_path, one) == undisturbed


@pytest.mark.slow
def test_a_worker_killed_in_the_middle_of_a_case_costs_nothing_but_time(
    here: Path, tmp_path: Path, undisturbed: list[Row]
) -> None:
    with processes(2) as two:

        def kill(news: SweepProgress) -> None:
            if news.fresh in (2, 5):
                process = two.workers[news.fresh % 2].process_id()
                assert process is not None
                os.kill(process, signal.SIGKILL)

        assert swept(here, tmp_path, two, listener=kill) == undisturbed


def test_closing_in_the_middle_ends_every_process(here: Path, tmp_path: Path) -> None:
    def stop(news: SweepProgress) -> None:
        raise ZeroDivisionError

    before = set(threading.enumerate())
    with pytest.raises(ZeroDivisionError), processes(2) as two:
        swept(here, tmp_path, two, listener=stop)
    assert [worker.process_id() for worker in two.workers] == [None, None]
    assert set(threading.enumerate()) <= before


def test_at_most_so_many_cases_are_worked_out_at_a_time_and_none_twice(
    here: Path, tmp_path: Path, hands: Processes, undisturbed: list[Row]
) -> None:
    told: list[int] = []
    rows: list[Row] = []
    for so_far in (4, 8, SIZE, SIZE):
        rows = swept(here, tmp_path, hands, at_most=4, listener=lambda news: told.append(news.row["number"]))
        assert len(rows) == so_far
    assert sorted(told) == list(range(SIZE))
    assert rows == undisturbed
    assert sum("number" in line for line in lines(tmp_path)) == SIZE


@pytest.mark.parametrize("share", [0.0, 0.03, 0.5, 0.999])
def test_wherever_a_death_cut_the_rows_off_going_on_gives_the_same_table(
    here: Path, tmp_path: Path, hands: Processes, undisturbed: list[Row], share: float
) -> None:
    swept(here, tmp_path, hands)
    whole, rows = table(tmp_path), tmp_path / "cases.jsonl"
    rows.write_bytes(rows.read_bytes()[: int(rows.stat().st_size * share)])
    (tmp_path / "cases.csv").unlink()
    (tmp_path / ".cases.half.csv").write_text("number,ca")
    assert swept(here, tmp_path, hands) == undisturbed
    assert table(tmp_path) == whole
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cases.csv", "cases.jsonl"]


def test_what_is_recorded_after_a_sweep_began_is_none_of_its_business(
    tmp_path: Path, hands: Processes, undisturbed: list[Row]
) -> None:
    folder = recorded(tmp_path).parent
    swept(folder, tmp_path / "out", hands, at_most=3)
    with open_county(store(folder)) as county:
        from domain.decisions.units import StrikeOff

        county.decide(StrikeOff(mandate=county.mandate(PLANNER, why="done"), unit="v1", evidence="seen"))
    assert [row["plan_hash"] for row in swept(folder, tmp_path / "out", hands) if "plan_hash" in row] == [
        row["plan_hash"] for row in undisturbed if "plan_hash" in row
    ]


def test_a_scenario_that_was_changed_between_two_runs_is_refused_unless_begun_anew(
    tmp_path: Path, hands: Processes
) -> None:
    scenario = recorded(tmp_path)
    swept(tmp_path, tmp_path / "out", hands, at_most=2)
    before = (tmp_path / "out" / "cases.jsonl").read_bytes()
    scenario.write_text(SCENARIO.replace("1.6]", "1.7]"))
    with pytest.raises(SweepOfAnother, match="scenario_hash"):
        swept(tmp_path, tmp_path / "out", hands)
    assert (tmp_path / "out" / "cases.jsonl").read_bytes() == before
    assert len(swept(tmp_path, tmp_path / "out", hands, fresh=True)) == SIZE
    assert lines(tmp_path / "out")[0]["scenario_hash"] != json.loads(before.split(b"\n")[0])["scenario_hash"]


def test_a_scenario_that_is_changed_while_it_is_swept_changes_no_case(
    tmp_path: Path, hands: Processes, undisturbed: list[Row]
) -> None:
    scenario = recorded(tmp_path)

    def correct(news: SweepProgress) -> None:
        scenario.write_text("nonsense: yes\n")

    rows = swept(tmp_path, tmp_path / "out", hands, listener=correct)
    assert [row.get("plan_hash") for row in rows] == [row.get("plan_hash") for row in undisturbed]


@pytest.mark.parametrize("fresh", [False, True])
@pytest.mark.parametrize(
    "content", [b"my own notes\n", b'{"number": 1}\n', b"\xff\xfe", b"[1]\nrest", b'{"cases": 3}\n']
)
def test_a_file_no_sweep_wrote_is_left_alone(
    here: Path, tmp_path: Path, hands: Processes, content: bytes, fresh: bool
) -> None:
    (tmp_path / "cases.jsonl").write_bytes(content)
    with pytest.raises(NotASweep):
        swept(here, tmp_path, hands, fresh=fresh)
    assert (tmp_path / "cases.jsonl").read_bytes() == content
    assert list(tmp_path.iterdir()) == [tmp_path / "cases.jsonl"]


def test_a_row_somebody_spoiled_is_named_by_its_line(here: Path, tmp_path: Path, hands: Processes) -> None:
    swept(here, tmp_path, hands, at_most=3)
    rows = tmp_path / "cases.jsonl"
    spoiled = rows.read_bytes().split(b"\n")
    spoiled[2] = spoiled[2][:-9]
    rows.write_bytes(b"\n".join(spoiled))
    with pytest.raises(SweepRowsDamaged, match="Line 3 of"):
        swept(here, tmp_path, hands)
    assert rows.read_bytes() == b"\n".join(spoiled)


def test_a_disk_that_fills_up_keeps_whole_rows_and_the_next_run_goes_on(
    here: Path, tmp_path: Path, hands: Processes, undisturbed: list[Row]
) -> None:
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)

    def fill_up(news: SweepProgress) -> None:
        if news.done == 3:
            resource.setrlimit(resource.RLIMIT_FSIZE, ((tmp_path / "cases.jsonl").stat().st_size + 100, usual[1]))

    try:
        with pytest.raises(SweepWithoutRoom, match=f"3 of {SIZE} cases are worked out and kept"):
            swept(here, tmp_path, hands, listener=fill_up)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)
    assert len((tmp_path / "cases.jsonl").read_bytes().split(b"\n")[-1]) == 100
    before = lines(tmp_path)
    assert swept(here, tmp_path, hands) == undisturbed
    assert lines(tmp_path)[:4] == before


def test_two_sweeps_at_once_in_one_folder_are_one_too_many(here: Path, tmp_path: Path, hands: Processes) -> None:
    with kept_rows(tmp_path), pytest.raises(SweepUnderWay):
        swept(here, tmp_path, hands)
    assert len(swept(here, tmp_path, hands)) == SIZE


def test_a_scenario_without_a_sweep_makes_no_folder(tmp_path: Path, hands: Processes) -> None:
    folder = recorded(tmp_path, SCENARIO.partition("sweep:")[0]).parent
    with pytest.raises(NothingToSweep):
        swept(folder, tmp_path / "out", hands)
    assert not (tmp_path / "out").exists()


def test_reforms_and_policies_beside_a_scenario_travel_with_it(tmp_path: Path, hands: Processes) -> None:
    extra = "based_on: {policy: other/hard.yaml}\nchange: [{use: more}]\ncompare_with: twin\n"
    folder = recorded(tmp_path, SCENARIO + extra).parent
    (folder / "other").mkdir()
    (folder / "other" / "hard.yaml").write_text(edited_policy(("version: 1", "version: 2")))
    cut = "change: [{scale: funds.service.amount_yuan, by: 1.1, why: more}]\n"
    (folder / "more.scenario.yaml").write_text("scenario: more\nquestion: {zh: 多, en: more}\n" + cut)
    (folder / "twin.scenario.yaml").write_text("scenario: twin\nquestion: {zh: 双, en: twin}\nchange: [{use: more}]\n")
    (folder / "stranger.scenario.yaml").write_text("not one of ours")
    composed = read_scenario(str(folder / "thin.scenario.yaml"))
    names = [name for name, _ in packed(composed, None).files]
    assert names == ["more.scenario.yaml", "other/hard.yaml", "thin.scenario.yaml", "twin.scenario.yaml"]
    rows = swept(folder, tmp_path / "out", hands, at_most=1)
    assert rows[0]["state"] == "planned"
    assert rows[0]["measures"]["moved_yuan"] == "0"


def test_a_refused_case_has_a_row_that_says_why(tmp_path: Path, hands: Processes) -> None:
    sweep_text = "sweep: {grid: [{set: units.v1.stars, values: [3, 99, many]}]}\n"
    folder = recorded(tmp_path, SCENARIO.partition("sweep:")[0] + sweep_text).parent
    rows = swept(folder, tmp_path / "out", hands)
    assert [row["state"] for row in rows] == ["planned", "refused", "refused"]
    assert all(row["said"] for row in rows[1:])


def test_every_case_of_a_sweep_is_the_same_whichever_is_asked_for_first(parcel: Parcel) -> None:
    opened = OpenSweep(parcel)
    try:
        forwards = [opened.about(number) for number in range(opened.size)]
        backwards = [opened.about(number) for number in reversed(range(opened.size))]
        assert forwards == backwards[::-1]
        assert len({json.dumps(one["at"]) for one in forwards}) == SIZE
    finally:
        opened.close()
