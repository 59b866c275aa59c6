"""Long work in one server process: it is done once, told while it goes, ended on request, and never lost."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.facts.plans import PlanDrafted, PlanProposed
from service.county import now, open_county
from service.jobs.asks import PlanAsk, ScenarioAsk, WhatIfAsk
from service.jobs.call import JobCall
from service.jobs.queue import JobNotDone, NoSuchFile, UnknownJob
from service.jobs.runner import Runner
from service.jobs.scenario_texts import ScenarioReachesOut
from service.jobs.settings import SettingUnclear, solvers
from service.office import Office
from tests.service.small import PLANNER
from tests.service.work import LI, store_with_work, sweep_of, until, working


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    office = Office(store_with_work(tmp_path_factory.mktemp("work")))
    yield office
    office.close()


@pytest.fixture(scope="module")
def runner(office: Office) -> Iterator[Runner]:
    """One for all tests: whatever becomes of one job, the next is worked on."""
    with working(office) as runner:
        yield runner


@pytest.mark.usefixtures("runner")
def test_a_what_if_is_answered_and_leaves_the_record_alone(office: Office) -> None:
    head = office.head()
    job = office.jobs.ask("what-if", WhatIfAsk(change=[{"scale": "funds.beautiful.amount_yuan", "by": 0.9}]), LI, "")
    done = until(office, job)
    assert done.state == "done", done.problem
    answer = json.loads(str(office.jobs.result(done)))
    assert answer["comparison"]["units"]
    assert answer["currency"] == "CNY"
    assert office.head() == head


@pytest.mark.usefixtures("runner")
def test_a_job_whose_rules_collide_fails_with_the_conflict_and_the_repairs(office: Office) -> None:
    change = [{"set": "policy.rules.nobody-below-floor.amount_yuan", "to": 50000}]
    failed = until(office, office.jobs.ask("what-if", WhatIfAsk(change=change), LI, ""))
    problem = json.loads(str(failed.problem))
    assert (failed.state, problem["code"]) == ("failed", "rules-collide")
    assert problem["details"]["conflicts"]
    assert problem["details"]["repairs"]
    assert "\u4e00" <= problem["zh"][0] <= "\u9fff"
    with pytest.raises(JobNotDone):
        office.jobs.result(failed)


def test_a_sweep_is_told_of_cancelled_and_the_next_job_is_worked_on(office: Office, runner: Runner) -> None:
    job = office.jobs.ask("sweep", sweep_of(500), LI, "")
    told = until(office, job, "running", progress=True)
    assert runner.name == told.runner
    progress = json.loads(str(told.progress))
    assert progress["of"] == 500
    office.jobs.cancel(job)
    assert until(office, job).state == "cancelled"
    few = until(office, office.jobs.ask("sweep", sweep_of(2), LI, ""))
    assert json.loads(str(office.jobs.result(few)))["states"] == {"planned": 2}
    assert office.jobs.file(few, "cases.csv").is_file()
    assert office.jobs.folder_of(few.id).parent.stat().st_mode & 0o777 == 0o700
    for name in ("../county.db", "nothing.csv", ".."):
        with pytest.raises(NoSuchFile):
            office.jobs.file(few, name)


def test_a_job_whose_process_is_killed_is_tried_once_more_and_then_given_up(office: Office, runner: Runner) -> None:
    job = office.jobs.ask("sweep", sweep_of(500), LI, "")
    for attempt in (1, 2):
        told = until(office, job, "running", "failed", progress=attempt == 1)
        while told.attempts < attempt:
            told = office.jobs.get(job)
        process = None
        while process is None:
            process = runner.processes()[0]
        os.kill(process, signal.SIGKILL)
        while office.jobs.get(job).attempts == attempt and not office.jobs.get(job).ended:
            pass
    failed = until(office, job)
    assert (failed.state, failed.attempts) == ("failed", 2)
    assert json.loads(str(failed.problem))["code"] == "job-crashed"


def test_what_is_wrong_with_a_scenario_is_said_before_it_is_queued(office: Office) -> None:
    reaches = "scenario: x\nquestion: {zh: 问, en: q}\nbased_on: {policy: %s}\n"
    for policy in ("../../etc/passwd", "/etc/passwd", "a/../../b"):
        with pytest.raises(ScenarioReachesOut):
            office.jobs.ask("scenario", ScenarioAsk(text=reaches % policy), LI, "")
    with pytest.raises(UnknownJob):
        office.jobs.get("none")


def test_a_plan_asked_for_again_after_its_process_died_is_the_one_on_the_record(tmp_path: Path) -> None:
    url = store_with_work(tmp_path)
    request = PlanAsk(record="propose").model_dump_json()
    call = JobCall(url, now, "j1", "plan", request, PLANNER, tmp_path / "files")
    first, again = json.loads(str(call(None))), json.loads(str(call(None)))
    assert (first["plan"], first["state"], first["plan_hash"]) == (again["plan"], "proposed", again["plan_hash"])
    with open_county(url) as county:
        drafted = [one.fact for one in county.log.facts(types=[PlanDrafted])]
        assert [one.mandate.command for one in drafted] == ["job-j1"]
        assert [one.mandate.post for one in drafted] == [PLANNER.post]
        assert len(list(county.log.facts(types=[PlanProposed]))) == 1


def test_a_setting_that_is_no_number_is_said_and_the_usual_one_leaves_a_processor_free(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TONGCHOU_SOLVERS", "3")
    assert solvers() == 3
    for given in ("0", "-1", "many", "1.5", "٣"):
        monkeypatch.setenv("TONGCHOU_SOLVERS", given)
        with pytest.raises(SettingUnclear):
            solvers()
    monkeypatch.delenv("TONGCHOU_SOLVERS")
    assert solvers() == max(1, (os.cpu_count() or 1) - 1)
