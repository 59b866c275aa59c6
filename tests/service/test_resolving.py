"""A past plan is solved again from the log alone: the same plan, or the name of what differs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from domain.decisions.plans import DraftPlan
from domain.decisions.units import ListBackward
from domain.facts.plans import PlanDrafted
from domain.plan import Plan
from history.mapper import FactMapper
from service.branches import open_branch
from service.county import County
from service.planning import How, compute, draft_and_propose
from service.policies import adopt_policy, read_policy
from service.programs import programs
from service.registers import import_register
from service.resolving import NOT_TOLD, Compared, Resolved, resolve
from service.solving import Asked
from service.worker import Worker
from tests.service.small import PLANNER, edited_policy, small_county, write_policy, write_register
from tests.year import PLAN, finished_year


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    with Worker() as one:
        yield one


@pytest.fixture
def county(tmp_path: Path) -> Iterator[County]:
    """The small county with register and policy."""
    with small_county(tmp_path) as here:
        held = import_register(here, write_register(tmp_path / "register"), here.mandate(PLANNER)).register
        adopt_policy(here, read_policy(write_policy(tmp_path / "policy.yaml"), held), here.mandate(PLANNER))
        yield here


def drafted_as(county: County, content: Plan, plan: str = "2026-01") -> None:
    """Put a plan on the record whatever its run record says."""
    county.decide(
        DraftPlan(mandate=county.mandate(PLANNER), plan=plan, content=content, based_on=content.run.register_position)
    )


def differing(done: Resolved) -> dict[str, tuple[str, str]]:
    return {one.what: (one.recorded, one.now) for one in done.differing}


def test_a_plan_is_the_same_however_much_has_happened_since(county: County, tmp_path: Path, worker: Worker) -> None:
    planned = draft_and_propose(county, compute(county), PLANNER)
    county.decide(ListBackward(mandate=county.mandate(PLANNER), unit="v2", reason="weak"))
    stricter = edited_policy(("version: 1", "version: 2"), ("at_least: 0.30", "at_least: 0.31"))
    adopt_policy(county, read_policy(write_policy(tmp_path / "p2.yaml", stricter)), county.mandate(PLANNER))
    done = resolve(county, planned.plan_id, worker)
    assert (done.same, done.differing, done.by_hand) == (True, [], 0)
    assert done.plan_hash == planned.computed.plan.plan_hash
    assert {"instance", "policy", "solver", "rules", "program python", "draft"} <= {one.what for one in done.compared}


def test_changes_by_hand_are_made_again_and_verified(tmp_path: Path, worker: Worker) -> None:
    with finished_year(tmp_path) as year:
        done = resolve(year.county, PLAN, worker)
    assert (done.same, done.differing, done.by_hand) == (True, [], 1)
    assert {"draft", "plan", "hand", "verifier"} <= {one.what for one in done.compared}


def test_a_plan_of_a_branch_is_solved_again_on_the_branch(county: County, worker: Worker) -> None:
    with open_branch(county) as branch:
        branch.decide(ListBackward(mandate=branch.mandate(PLANNER), unit="v2", reason="weak"))
        planned = draft_and_propose(branch, compute(branch), PLANNER)
        assert resolve(branch, planned.plan_id, worker).same


def test_another_program_is_named_and_is_no_fault_while_the_plan_is_the_same(county: County, worker: Worker) -> None:
    found = compute(county).plan
    old = {**programs(), "python": "3.9.1", "ortools": "9.11"}
    run = msgspec.structs.replace(found.run, engine_version="9.11", made_with=old)
    drafted_as(county, msgspec.structs.replace(found, run=run))
    done = resolve(county, "2026-01", worker)
    assert done.same
    assert differing(done) == {
        "solver": ("9.11", programs()["ortools"]),
        "program python": ("3.9.1", programs()["python"]),
        "program ortools": ("9.11", programs()["ortools"]),
    }


def test_a_plan_the_case_does_not_give_is_told_with_both_hashes(county: County, worker: Worker) -> None:
    """Drafted as computed before a unit was listed, it claims to rest on the register after that."""
    found = compute(county).plan
    county.decide(ListBackward(mandate=county.mandate(PLANNER), unit="v2", reason="weak"))
    run = msgspec.structs.replace(found.run, register_position=county.log.head())
    drafted_as(county, msgspec.structs.replace(found, run=run))
    done = resolve(county, "2026-01", worker)
    assert not done.same
    honest = compute(county).plan
    assert differing(done)["instance"] == (found.run.instance_hash, honest.run.instance_hash)
    assert differing(done)["draft"] == (found.plan_hash, honest.plan_hash)


def test_a_search_that_was_ended_from_outside_says_so(county: County, worker: Worker) -> None:
    found = compute(county).plan
    parameters = {**found.run.parameters, "stopped": "by whoever asked"}
    drafted_as(county, msgspec.structs.replace(found, run=msgspec.structs.replace(found.run, parameters=parameters)))
    assert differing(resolve(county, "2026-01", worker)) == {"parameter stopped": ("by whoever asked", "none")}


def test_seed_limit_and_engine_of_the_run_are_those_searched_with_again(county: County, worker: Worker) -> None:
    computed = compute(county, how=How(Asked("cp-sat", seed=5, limit=7)))
    plan = draft_and_propose(county, computed, PLANNER).plan_id
    done = resolve(county, plan, worker)
    assert (done.same, done.differing) == (True, [])
    told = {one.what: one.now for one in done.compared}
    assert (told["engine"], told["parameter random_seed"], told["parameter max_deterministic_time"]) == (
        "cp-sat",
        "5",
        "7",
    )


def test_a_run_record_of_before_names_no_programs_and_is_read_all_the_same(county: County, worker: Worker) -> None:
    found = compute(county).plan
    mapper = FactMapper()
    fact = PlanDrafted(mandate=county.mandate(PLANNER), plan="2026-01", content=found, policy="xiao")
    written = msgspec.json.decode(msgspec.json.encode(fact))
    del written["content"]["run"]["made_with"]
    read = mapper.fact("plan.drafted", msgspec.json.encode(written))
    assert isinstance(read, PlanDrafted)
    assert read.content.run.made_with is None
    drafted_as(county, read.content)
    done = resolve(county, "2026-01", worker)
    assert (done.same, done.differing) == (True, [])
    assert Compared("program python", NOT_TOLD, programs()["python"]) in done.compared
