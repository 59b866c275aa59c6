"""Long work in several server processes, some of them killed: every job ends once, and never too many at once."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pytest

from domain.facts.plans import PlanDrafted
from service.county import open_county
from service.jobs.asks import PlanAsk, WhatIfAsk
from service.office import Office
from service.safekeeping import migrate
from tests.service.work import LI, serving, store_with_work, sweep_of, until, working

pytestmark = pytest.mark.slow


def test_a_server_killed_in_the_middle_loses_no_job_and_no_case_is_worked_out_twice(tmp_path: Path) -> None:
    url = store_with_work(tmp_path)
    office = Office(url)
    job = office.jobs.ask("sweep", sweep_of(40), LI, "")
    person = office.people.id_of(LI.person)
    plan = office.jobs.ask("plan", PlanAsk(record="draft"), LI, person)
    with serving(url) as first:
        until(office, job, "running", progress=True)
        first.kill()
    assert office.jobs.get(job).state == "running", "nobody has noticed yet"
    with serving(url):
        done, planned = until(office, job), until(office, plan)
    assert (done.state, done.attempts, planned.state) == ("done", 2, "done")
    rows = office.jobs.file(done, "cases.jsonl").read_text(encoding="utf-8").splitlines()[1:]
    assert sorted(json.loads(row)["number"] for row in rows) == list(range(40))
    assert [one.fact.mandate.command for one in office.log.facts(types=[PlanDrafted])] == [f"job-{plan}"]
    office.close()


def test_two_servers_share_the_queue_and_never_work_on_more_than_the_cap(tmp_path: Path) -> None:
    url = store_with_work(tmp_path)
    office = Office(url)
    with serving(url, 15.0), serving(url, 15.0):
        changes = [[{"scale": "funds.beautiful.amount_yuan", "by": 1 - number / 50}] for number in range(8)]
        jobs = [office.jobs.ask("what-if", WhatIfAsk(change=change), LI, "") for change in changes]
        rows = [until(office, job) for job in jobs]
    assert {row.state for row in rows} == {"done"}
    assert {row.attempts for row in rows} == {1}
    spans = sorted((row.started_at, row.ended_at) for row in rows if row.started_at and row.ended_at)
    assert all(ended <= started for (_, ended), (started, _) in pairwise(spans)), spans
    office.close()


def test_a_server_that_ends_hands_its_job_back_and_another_goes_on_with_it(tmp_path: Path) -> None:
    office = Office(store_with_work(tmp_path))
    job = office.jobs.ask("sweep", sweep_of(30), LI, "")
    with working(office):
        until(office, job, "running", progress=True)
    back = office.jobs.get(job)
    assert (back.state, back.attempts, back.runner) == ("queued", 0, None)
    with working(office):
        done = until(office, job)
    assert (done.state, done.attempts) == ("done", 1)
    office.close()


@pytest.mark.postgres
def test_two_servers_of_a_store_on_postgresql_do_each_job_once(tmp_path: Path, postgres_url: str) -> None:
    with open_county(store_with_work(tmp_path)) as county:
        migrate(county, postgres_url)
    office = Office(postgres_url)
    with serving(postgres_url, 15.0), serving(postgres_url, 15.0):
        changes = [[{"scale": "funds.beautiful.amount_yuan", "by": 1 - number / 50}] for number in range(6)]
        jobs = [office.jobs.ask("what-if", WhatIfAsk(change=change), LI, "") for change in changes]
        rows = [until(office, job) for job in jobs]
    assert [(row.state, row.attempts) for row in rows] == [("done", 1)] * len(rows)
    office.close()
