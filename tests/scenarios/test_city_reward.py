"""The shipped city: counties are the recipients, rewards follow results, the second batch leans to the poor (M23)."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from pathlib import Path

from domain.plan import Plan
from intake.register_file import read_register
from optimizer.verify import verify
from service.county import Actor, open_county
from service.outputs import write_outputs
from service.planning import Computed, compute, compute_from, draft_and_propose
from service.policies import read_policy
from service.prepare import prepare
from service.registers import shipped_registers
from tests.scenarios.shipped import LIBRARY

FOLDER = LIBRARY / "city-reward"


@cache
def computed() -> Computed:
    register = read_register(FOLDER)
    return compute_from(register, read_policy(FOLDER / "policy.yaml", register))


def of(plan: Plan, fund: str) -> dict[str, int]:
    return {line.unit: line.amount_fen for line in plan.lines if line.fund == fund}


def test_the_city_is_shipped_and_says_that_it_is_synthetic() -> None:
    assert "city-reward" in shipped_registers()
    register = read_register(FOLDER)
    assert "Synthetic" in register.note
    assert len(register.units) == 12
    assert {unit.kind for unit in register.units.values()} == {"county", "district", "county-city"}
    ranks = sorted((-(unit.last_result or 0), unit.indicators["rank"]) for unit in register.units.values())
    assert [rank for _, rank in ranks] == list(range(1, 13)), "the ranking is that of the results"


def test_the_plan_of_the_city_is_proven_verified_and_gives_out_every_yuan() -> None:
    found = computed()
    assert verify(found.register, found.loaded, found.plan) == []
    assert all(o.gap <= o.tolerance for o in found.plan.run.objectives)
    assert all(use.unallocated_fen == 0 for use in found.plan.funds)


def test_no_result_no_reward_and_no_better_tier_is_worse_off_per_household() -> None:
    units, first = computed().register.units, of(computed().plan, "reward-1")
    assert "c12" not in first
    tiers: list[list[float]] = [[], [], [], []]
    for code, unit in units.items():
        if code in first:
            tiers[sum((unit.last_result or 0) >= limit for limit in (70, 80, 90))].append(first[code] / unit.households)
    for worse, better in pairwise(tiers):
        assert max(worse) <= min(better)


def test_the_second_batch_leans_to_poor_counties_at_least_as_far_as_the_policy_asks() -> None:
    units, second = computed().register.units, of(computed().plan, "reward-2")
    poor = sum(fen for code, fen in second.items() if units[code].poor)
    assert poor * 4 >= sum(second.values()) * 3
    assert second["c12"] > 0


def test_a_store_is_prepared_planned_and_its_papers_are_written(tmp_path: Path) -> None:
    with open_county(f"sqlite:///{tmp_path / 'city.db'}") as county:
        planner = Actor("li-na", "finance-planner")
        said = list(prepare(county, planner, register="city-reward"))
        assert "city-reward" in said[0]
        planned = draft_and_propose(county, compute(county), planner)
        assert planned.computed.plan.plan_hash
        written = write_outputs(planned, tmp_path / "out")
    report = next(path for path in written if path.suffix == ".html").read_text(encoding="utf-8")
    assert "大干大支持" in report
    assert 'class="map"' in report
