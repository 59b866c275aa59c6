"""When no plan keeps all must-rules: what is named collides, and no part of it does, by brute force."""

from __future__ import annotations

import random

import pytest

from optimizer.conflicts.conditions import Background, Conditions, without_rows
from optimizer.conflicts.conflict import find_conflict, has_no_plan
from optimizer.planning import solve_plan
from optimizer.solve.feasibility import decide
from optimizer.solve.order import NoPlan
from tests.conftest import SEED
from tests.optimizer.collisions import named_conflict
from tests.optimizer.hand import case_of, fund, policy, project, projects_only, register, unit
from tests.optimizer.small import small_county


def test_on_small_counties_without_a_plan_the_rules_named_collide_and_none_could_be_spared() -> None:
    dice, found = random.Random(f"{SEED}:conflicts"), 0
    while found < 6:
        county = small_county(dice)
        try:
            solve_plan(county.case)
        except NoPlan:
            assert named_conflict(county.register, county.loaded)
            found += 1


def test_should_rules_never_collide_and_are_never_named() -> None:
    county = register([unit("A")], [project("P", "A", 30)], [fund("F", 50)])
    rules = [
        {"rule": "floor", "id": "too-much", "amount_yuan": 90_000, "kind": "should"},
        {"rule": "cap", "id": "too-little", "amount_yuan": 10_000},
        {"rule": "floor", "id": "in-between", "amount_yuan": 20_000},
    ]
    assert named_conflict(county, policy({"F": projects_only()}, rules)) == ["too-little", "in-between"]


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_of_several_conflicts_one_whole_one_is_named(order: tuple[int, ...]) -> None:
    county = register([unit("A")], [project("P", "A", 30)], [fund("F", 50)])
    written = [
        {"rule": "floor", "id": "thirty", "amount_yuan": 30_000},
        {"rule": "cap", "id": "twenty", "amount_yuan": 20_000},
        {"rule": "cap", "id": "ten", "amount_yuan": 10_000},
    ]
    named = named_conflict(county, policy({"F": projects_only()}, [written[i] for i in order]))
    assert "thirty" in named
    assert len(named) == 2


def test_of_a_rule_for_many_units_only_those_that_collide_are_named_with_the_money_that_is_too_little() -> None:
    units = [unit("A"), unit("B"), unit("C")]
    projects = [project(f"P{u.code}", u.code, 30) for u in units]
    county = register(units, projects, [fund("F", 50), fund("G", 10, purposes=("serve",))])
    rules = [{"rule": "floor", "amount_yuan": 30_000}, {"rule": "cap", "amount_yuan": 40_000}]
    found = find_conflict(case_of(county, policy({"F": projects_only(), "G": projects_only()}, rules)))
    assert found.rules == ["floor"]
    assert len(found.parts[0].where) == 2
    assert found.background == (Background("budget", "F"),)
    assert found.minimal


def test_whole_projects_are_part_of_a_collision_where_half_ones_would_do() -> None:
    county = register([unit("A")], [project("P", "A", 30)], [fund("F", 20)])
    found = find_conflict(case_of(county, policy({"F": projects_only()}, [{"rule": "floor", "amount_yuan": 10_000}])))
    assert found.background == (Background("budget", "F"), Background("full-funding"))


@pytest.mark.parametrize("statutory", [False, True])
def test_a_statutory_rule_that_takes_part_is_named_and_marked(statutory: bool) -> None:
    county = register([unit("A")], [project("P", "A", 30)], [fund("F", 50)])
    rules = [
        {"rule": "floor", "id": "thirty", "amount_yuan": 30_000, "statutory": statutory},
        {"rule": "cap", "id": "ten", "amount_yuan": 10_000},
    ]
    found = find_conflict(case_of(county, policy({"F": projects_only()}, rules)))
    assert [(part.rule.id, part.rule.statutory) for part in found.parts] == [("thirty", statutory), ("ten", False)]


def test_no_demand_of_a_named_conflict_could_be_spared_on_small_counties() -> None:
    dice, found = random.Random(f"{SEED}:demands"), 0
    while found < 8:
        case = small_county(dice).case
        if not has_no_plan(case):
            continue
        conflict = find_conflict(case)
        assert conflict.minimal
        form = Conditions(case, [part.rule for part in conflict.parts])
        named = {(part.rule.id, where) for part in conflict.parts for where in part.where}
        idle = {d.row for d in form.demands if (d.rule.id, d.where) not in named}
        idle.update(row for one, rows in form.background().items() if one not in conflict.background for row in rows)
        assert decide(without_rows(form.model, idle)).verdict == "impossible"
        for rule, where in named:
            spared = {d.row for d in form.demands if (d.rule.id, d.where) == (rule, where)}
            assert decide(without_rows(form.model, idle | spared)).verdict == "possible"
        for condition in conflict.background:
            rows = form.background()[condition]
            assert decide(without_rows(form.model, idle.union(rows))).verdict == "possible"
        found += 1
