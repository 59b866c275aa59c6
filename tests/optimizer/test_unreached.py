"""Should-rules a plan misses: the best each could reach alone, by brute force, and what stands against it."""

from __future__ import annotations

import random

import pytest

from optimizer.conflicts.unreached import Unreached, unreached
from optimizer.planning import default_engine, solve_plan
from optimizer.solve.order import NoPlan
from tests.conftest import SEED
from tests.optimizer.brute import Brute, TooManyPlans
from tests.optimizer.hand import K, case_of, fund, policy, project, projects_only, register, unit
from tests.optimizer.small import Small, small_county


def least_alone(county: Small, rule_id: str) -> int:
    """The least this should-rule is missed by in all plans that keep the must-rules, in quanta or sites."""
    policy = county.loaded.policy
    rules = tuple(
        rule.model_copy(update={"priority_class": 9}) if rule.id == rule_id else rule
        for rule in policy.rules
        if rule.kind == "must" or rule.id == rule_id
    )
    shortfall = policy.objectives[0].model_copy(update={"id": "shortfall"})
    asked = policy.model_copy(update={"rules": rules, "objectives": (shortfall,)})
    return min(outcome[0] for outcome in Brute(county.register, asked, plans_max=3_000).outcomes())


@pytest.mark.slow
def test_on_small_counties_the_best_a_missed_rule_could_reach_alone_is_what_brute_force_finds() -> None:
    dice, compared, whys = random.Random(f"{SEED}:unreached"), 0, set()
    while compared < 25:
        county = small_county(dice)
        case = county.case
        try:
            missed = unreached(case, solve_plan(case), default_engine(case))
            for one in missed:
                size = case.quantum_fen if one.rule.measure == "fen" else 1
                assert one.missed_at_least == one.missed_first == least_alone(county, one.rule.id) * size
                assert (one.why == "impossible") == (one.missed == one.missed_at_least)
                whys.add(one.why)
        except (NoPlan, TooManyPlans):
            continue
        compared += bool(missed)
    assert "impossible" in whys


def reasons(first: int, second: int, **differs: object) -> list[Unreached]:
    """What is missed where A should get 40k and B should get 40k of 50k, in whole projects."""
    county = register([unit("A"), unit("B")], [project("P", "A", 40), project("Q", "B", 40)], [fund("F", 50)])
    rules = [
        {"rule": "floor", "id": code, "where": f"households == {size}", "amount_yuan": 40_000, "kind": "should"}
        | {"priority_class": number}
        for code, number, size in (("a", first, 100), ("b", second, 101))
    ]
    county = register(
        [unit("A"), unit("B", households=101)], list(county.projects.values()), list(county.funds.values())
    )
    case = case_of(county, policy({"F": projects_only()}, rules, **differs))
    return unreached(case, solve_plan(case), default_engine(case))


def test_a_rule_that_gives_way_to_a_higher_class_is_told_to_which() -> None:
    (one,) = reasons(1, 2)
    assert (one.rule.id, one.missed, one.missed_first) == ("b", 40 * K, 0)
    assert (one.why, one.against) == ("higher-class", ("a",))


def test_a_rule_that_gives_way_inside_its_class_is_told_to_whom() -> None:
    (one,) = reasons(1, 1)
    assert one.why == "same-class"
    assert {one.rule.id, *one.against} == {"a", "b"}


def test_a_rule_that_an_earlier_step_leaves_behind_says_so() -> None:
    steps = [{"id": "benefit", "clause": "M26"}, {"id": "shortfall", "clause": "M20"}]
    county = register(
        [unit("A"), unit("B", backward=True)],
        [project("P", "A", 40), project("Q", "B", 30, benefit=1)],
        [fund("F", 50)],
    )
    rule = {"rule": "floor", "where": "backward", "amount_yuan": 30_000, "kind": "should"}
    case = case_of(county, policy({"F": projects_only()}, [rule], objectives=steps))
    (one,) = unreached(case, solve_plan(case), default_engine(case))
    assert (one.why, one.missed, one.missed_at_least) == ("order", 30 * K, 0)
