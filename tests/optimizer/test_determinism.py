"""The same case gives the same plan, in any process; what makes it another case changes its hash, nothing else does."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from domain.hashing import case_hash, plan_hash
from domain.plan import Plan
from domain.policy.loading import load_policy
from domain.register import Area, Duty, Pledge, Register, Tranche
from optimizer.planning import solve_plan
from optimizer.rules import RULES
from optimizer.solve.cp_sat import CpSat
from tests.optimizer import medium
from tests.optimizer.forging import changed
from tests.optimizer.hand import case_of, fund, policy, project, projects_only, register, unit

ROOT = Path(__file__).resolve().parents[2]
SQUARE = ((((0, 0), (1, 0), (1, 1), (0, 0)),),)


def in_a_process_of_its_own(hash_seed: str) -> str:
    code = "from tests.optimizer import medium; print(medium.plan().plan_hash)"
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(ROOT)}
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, env=environment, check=False
    )
    assert ran.returncode == 0, ran.stderr  # a process that was killed, say for memory, is no other plan
    return ran.stdout.strip()


def test_the_same_case_solved_twice_is_the_same_plan() -> None:
    assert solve_plan(medium.build()) == medium.plan()


def test_another_process_finds_the_same_plan() -> None:
    assert in_a_process_of_its_own(hash_seed="1") == medium.plan().plan_hash


def test_listening_to_the_search_does_not_change_its_answer() -> None:
    heard: list[str] = []
    plan = solve_plan(medium.build(), listener=lambda news: heard.append(news.step))
    assert plan == medium.plan()
    assert {"welfare", "benefit"} <= set(heard)


def test_the_run_record_names_everything_that_decided_the_answer() -> None:
    county = register([unit("A")], [project("P", "A", 5)], [fund("F", 9)])
    loaded = policy({"F": projects_only()})
    run = solve_plan(case_of(county, loaded), engine=CpSat(seed=7, deterministic_seconds=9), register_position=41).run
    assert (run.engine, run.engine_version, run.register_position) == ("cp-sat", CpSat.version, 41)
    assert run.parameters["random_seed"] == "7"
    assert run.parameters["max_deterministic_time"] == "9"
    assert run.instance_hash == case_hash(county, loaded.policy_hash)
    assert run.rules[:2] == ("prerequisites", "variants")


def hash_of(register: Register) -> str:
    return case_hash(register, medium.loaded().policy_hash)


def with_fund(**differs: object) -> Register:
    county = medium.county()
    return changed(county, funds={**county.funds, "service": changed(county.funds["service"], **differs)})


def with_unit(**differs: object) -> Register:
    county = medium.county()
    return changed(county, units={**county.units, "U00": changed(county.units["U00"], **differs)})


def with_project(**differs: object) -> Register:
    county = medium.county()
    return changed(county, projects={**county.projects, "P000": changed(county.projects["P000"], **differs)})


SAME: dict[str, Callable[[], Register]] = {
    "outlines": lambda: changed(medium.county(), areas={"U00": Area(unit="U00", polygons=SQUARE)}),
    "an arrived tranche": lambda: with_fund(tranches=(Tranche(code="T", amount_fen=5, arrived_on=date(2026, 3, 1)),)),
    "a pledge": lambda: with_fund(pledges=(Pledge(code="G", by="bureau", kind="money", amount_fen=5),)),
    "the document number": lambda: with_fund(document_no="2"),
    "the county's note": lambda: changed(medium.county(), note="read from a spreadsheet"),
    "the order of listing": lambda: changed(
        medium.county(),
        units=dict(reversed(medium.county().units.items())),
        funds=dict(reversed(medium.county().funds.items())),
    ),
}
OTHER: dict[str, Callable[[], Register]] = {
    "a fen in a fund": lambda: with_fund(amount_fen=90_000_001),
    "money carried over": lambda: with_fund(carried_in_fen=2),
    "money taken back": lambda: with_fund(taken_back_fen=1),
    "a purpose": lambda: with_fund(purposes=("serve",)),
    "eligibility": lambda: with_fund(eligibility="poor"),
    "a fund leaving the pool": lambda: with_fund(pooled=False),
    "a fund being closed": lambda: with_fund(closed=True),
    "a household": lambda: with_unit(households=1),
    "a backward unit": lambda: with_unit(backward=False),
    "a have": lambda: with_unit(haves=("money",)),
    "an indicator": lambda: with_unit(indicators={"distance": Decimal("1.5")}),
    "a township": lambda: with_unit(township="T1"),
    "a cost": lambda: with_project(cost_fen=1),
    "money spent": lambda: with_project(spent_fen=1),
    "a benefit": lambda: with_project(benefit=1),
    "a stage": lambda: with_project(stage="withdrawn"),
    "a prerequisite": lambda: with_project(requires=("P001",)),
    "a neighbour": lambda: changed(medium.county(), adjacency=(("U00", "U01"),)),
    "a duty": lambda: changed(
        medium.county(), duties={"D": Duty(code="D", name="d", unit="U00", fund="service", amount_fen=1)}
    ),
}


@pytest.mark.parametrize("what", SAME)
def test_what_no_plan_depends_on_leaves_the_case_as_it_is(what: str) -> None:
    assert hash_of(SAME[what]()) == hash_of(medium.county())


@pytest.mark.parametrize("what", OTHER)
def test_every_figure_a_plan_depends_on_makes_another_case(what: str) -> None:
    assert hash_of(OTHER[what]()) != hash_of(medium.county())


def test_all_other_cases_are_other_than_one_another() -> None:
    assert len({hash_of(make()) for make in OTHER.values()}) == len(OTHER)


def test_another_policy_is_another_case_but_a_comment_in_it_is_not() -> None:
    text = medium.loaded().text
    same = load_policy(f"# read in the leading group\n{text}", RULES).policy_hash
    other = load_policy(text.replace("at_least: 0.38", "at_least: 0.37"), RULES).policy_hash
    assert case_hash(medium.county(), same) == hash_of(medium.county())
    assert case_hash(medium.county(), other) != hash_of(medium.county())


def test_a_plan_written_down_and_read_again_is_the_same_plan() -> None:
    assert msgspec.json.decode(msgspec.json.encode(medium.plan()), type=Plan) == medium.plan()


def test_a_plans_hash_does_not_depend_on_the_order_of_its_lines() -> None:
    plan = medium.plan()
    assert plan_hash(plan.run.instance_hash, plan.lines[::-1], plan.sites[::-1]) == plan.plan_hash
