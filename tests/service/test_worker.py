"""A search in a process of its own: news and faults come back, and however it ends, whoever asked goes on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from domain.plan import Plan
from intake.register_file import read_register
from optimizer.solve.engine import Progress
from optimizer.verify import verify
from service.faults import Exit, explain
from service.planning import How, compute_from
from service.policies import read_policy
from service.programs import programs
from service.registers import library
from service.solving import Asked, PlanSearch
from service.worker import SearchCancelled, SearchCrashed, SearchOverran, Worker
from tests.cli.running import ended, facts_in, started
from tests.optimizer import medium
from tests.service.errands import Counts, Dies, Lingers, Refuses, Says, Unwilling

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def kept() -> Iterator[Worker]:
    """One worker for all tests: whatever one does to it, the next finds it usable."""
    with Worker(grace_seconds=0.3) as worker:
        yield worker


def is_alive(process: int) -> bool:
    """Whether a process runs (one that is only waiting to be collected does not)."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def gone(process: int) -> bool:
    """Whether a process ends soon."""
    for _ in range(500):
        if not is_alive(process):
            return True
        time.sleep(0.01)
    return False


def assert_it_is_the_plan(found: Plan) -> None:
    """The plan of the medium county, with the word of the search on which programs made it."""
    assert found.run.made_with == programs()
    assert replace(found, run=replace(found.run, made_with=None)) == medium.plan()


def test_one_process_serves_one_request_after_another_and_what_it_prints_is_lost(
    kept: Worker, capfd: pytest.CaptureFixture[str]
) -> None:
    first, second = kept.solve(Says({"a": 1})), kept.solve(Says("b"))
    assert (first[0], second[0]) == ({"a": 1}, "b")
    assert first[1] == second[1] != os.getpid()
    assert capfd.readouterr() == ("", "")


def test_news_come_in_order_before_the_result(kept: Worker) -> None:
    heard: list[Progress] = []
    assert kept.solve(Counts(40), heard.append) == 40
    assert [news.value for news in heard] == list(range(40))


def test_a_refusal_comes_back_as_itself_with_its_details(kept: Worker) -> None:
    with pytest.raises(Unwilling, match=r"it costs ¥1.50. Ask the mayor.") as refused:
        kept.solve(Refuses("refusal"))
    assert refused.value.details == {"what": "it", "amount_fen": 150, "whom": "the mayor"}


def test_a_fault_that_cannot_travel_comes_back_in_words(kept: Worker) -> None:
    with pytest.raises(RuntimeError, match="Awkward: 1 2"):
        kept.solve(Refuses("awkward"))
    with pytest.raises(FileNotFoundError, match="nowhere"):
        kept.solve(Refuses("file"))
    with pytest.raises(MemoryError, match="no room"):
        kept.solve(Refuses("memory"))


@pytest.mark.parametrize(
    "kind,how",
    [("segfault", "stopped on signal SIGSEGV"), ("killed", "was killed, which is"), ("exit", "ended with code 3")],
)
def test_a_crash_is_one_sentence_and_the_next_request_is_served(kept: Worker, kind: str, how: str) -> None:
    with pytest.raises(SearchCrashed, match=how) as crash:
        kept.solve(Dies(kind))
    explained = explain(crash.value)
    assert explained is not None
    assert (explained.exit, len(explained.sentences)) == (Exit.SOLVER, 1)
    assert kept.solve(Says(7))[0] == 7


def test_kill_minus_nine_in_the_middle_of_a_search_is_told_and_no_plan_comes_of_it(kept: Worker) -> None:
    def kill(news: Progress) -> None:
        if news.step == "welfare":
            os.kill(process, signal.SIGKILL)

    process = kept.solve(Says(None))[1]
    with pytest.raises(SearchCrashed, match="was killed"):
        kept.solve(PlanSearch(medium.county(), medium.loaded()), kill)
    assert gone(process)


@pytest.mark.parametrize("deaf", [True, False])
def test_a_cancelled_search_is_killed_at_once(kept: Worker, deaf: bool) -> None:
    process = kept.solve(Says(None))[1]
    with pytest.raises(SearchCancelled):
        kept.solve(Lingers(deaf), lambda _: threading.Thread(target=kept.cancel).start())
    assert gone(process)
    assert kept.solve(Says(8))[0] == 8


def test_a_search_that_eats_time_is_asked_to_end_and_gives_what_it_has(kept: Worker) -> None:
    assert kept.solve(Lingers(deaf=False), within_seconds=0.1) == "the best so far"
    assert kept.solve(Lingers(deaf=False), lambda _: kept.stop()) == "the best so far"


def test_a_search_that_does_not_hear_is_killed_after_its_grace(kept: Worker) -> None:
    process = kept.solve(Says(None))[1]
    with pytest.raises(SearchOverran, match="without a plan"):
        kept.solve(Lingers(deaf=True), within_seconds=0.1)
    assert gone(process)


def test_a_request_that_was_stopped_does_not_stop_the_next(kept: Worker) -> None:
    kept.solve(Lingers(deaf=False), within_seconds=0.1)
    assert_it_is_the_plan(kept.solve(PlanSearch(medium.county(), medium.loaded())))


def test_a_listener_that_fails_leaves_no_answer_behind_for_the_next_request(kept: Worker) -> None:
    def fail(news: Progress) -> None:
        raise ZeroDivisionError(news.step)

    with pytest.raises(ZeroDivisionError):
        kept.solve(Counts(40), fail)
    assert kept.solve(Says("mine"))[0] == "mine"


def test_ctrl_c_kills_the_search_and_is_raised(kept: Worker) -> None:
    process = kept.solve(Says(None))[1]
    with pytest.raises(KeyboardInterrupt):
        kept.solve(Lingers(deaf=True), lambda _: signal.raise_signal(signal.SIGINT))
    assert gone(process)


def test_when_the_asker_is_killed_the_search_is_gone_too(tmp_path: Path) -> None:
    told = tmp_path / "process"
    code = (
        "from pathlib import Path; from service.worker import Worker; from tests.service.errands import Lingers; "
        f"Worker().solve(Lingers(True, Path({str(told)!r})))"
    )
    asker = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)})
    while not told.exists():
        assert asker.poll() is None
        time.sleep(0.01)
    process = int(told.read_text())
    assert is_alive(process)
    asker.kill()
    asker.wait()
    assert gone(process)


def test_a_plan_from_another_process_is_the_plan_of_this_one(kept: Worker) -> None:
    computed = compute_from(medium.county(), medium.loaded(), how=How(worker=kept))
    assert_it_is_the_plan(computed.plan)


def test_what_is_asked_otherwise_than_the_policy_says_stands_in_the_run_record(kept: Worker) -> None:
    asked = Asked(engine="cp-sat", seed=9, limit=33)
    run = compute_from(medium.county(), medium.loaded(), how=How(asked, kept)).plan.run
    assert run.engine == "cp-sat"
    assert (run.parameters["random_seed"], run.parameters["max_deterministic_time"]) == ("9", "33")


@pytest.mark.slow
def test_a_search_stopped_once_it_has_a_plan_gives_it_with_an_honest_gap_and_says_so() -> None:
    def stop(news: Progress) -> None:
        if news.step == "welfare" and news.value is not None:
            worker.stop()

    county = read_register(library() / "x-county")  # seconds of search, so that the word comes before its end
    loaded = read_policy(library() / "x-county" / "policy.yaml", county)
    with Worker() as worker:
        plan = worker.solve(PlanSearch(county, loaded), stop)
    assert plan.run.parameters["stopped"] == "by whoever asked"
    assert "limit" in plan.run.termination
    assert verify(county, loaded, plan) == []
    assert all(o.raw_value <= o.raw_bound for o in plan.run.objectives if o.sense == "max")


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks into /proc for the process that searches")
def test_when_the_searching_process_is_killed_the_command_says_so_and_records_no_plan(tmp_path: Path) -> None:
    process = started(tmp_path, "plan")
    assert process.stdout is not None
    children: list[str] = []
    while not children:
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    assert len(children) == 1
    while b"service.child" not in Path(f"/proc/{children[0]}/cmdline").read_bytes():
        time.sleep(0.005)  # stopped before it is itself, it would stop the command, too
    os.kill(int(children[0]), signal.SIGSTOP)  # it will still be at it when it is killed, however quick it is
    for line in process.stdout:
        if "adopted" in line:
            break
    time.sleep(2)
    os.kill(int(children[0]), signal.SIGKILL)
    said = ended(process)
    assert said.code == Exit.SOLVER
    assert said.err.startswith("The search ended without an answer: its process was killed")
    assert said.err.count("\n") == 1
    assert not any(row[1].startswith("plan.") for row in facts_in(tmp_path / "tongchou.db"))
