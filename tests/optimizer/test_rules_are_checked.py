"""Plans that know nothing of a rule, held against it: its check finds exactly what brute force counts missing."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from optimizer.case import build_case
from optimizer.checking.audit import PlanAudit
from optimizer.planning import solve_plan
from optimizer.rules import stated_rules
from optimizer.solve.order import NoPlan
from tests.conftest import SEED
from tests.optimizer.brute_case import BruteCase
from tests.optimizer.brute_rules import BrutePlan
from tests.optimizer.small import Small
from tests.optimizer.small_rules import KINDS, county_with


def counted(county: Small) -> list[tuple[int, int]]:
    """For each rule: what its check misses in a plan made without any rule, and what brute force does."""
    policy = county.loaded.policy
    steps = tuple(step for step in policy.objectives if step.id != "shortfall")
    free = replace(county.loaded, policy=policy.model_copy(update={"rules": (), "objectives": steps}))
    plan = solve_plan(build_case(county.register, free))
    audit = PlanAudit.of(county.register, policy, plan)
    case = BruteCase(county.register, policy)
    quantum, money, pays = audit.quantum_fen, dict[tuple[str, str], int](), dict[tuple[str, str], int]()
    for line in plan.lines:
        key = (line.unit, line.fund)
        money[key] = money.get(key, 0) + line.amount_fen // quantum
        if line.project is not None:
            pays[line.project, line.fund] = line.amount_fen // quantum
    brute = BrutePlan(case, money, pays, {project for project, _ in pays}, frozenset(plan.sites))
    found = []
    for rule in stated_rules(policy):
        if rule.rule in KINDS:
            amount = sum(short.amount for short in rule.check(audit))
            found.append((amount // quantum if rule.measure == "fen" else amount, brute.missing(rule)))
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_the_check_of_a_rule_finds_what_is_missing_in_a_plan_that_did_not_know_it(kind: str) -> None:
    pairs, dice = list[tuple[int, int]](), random.Random(f"{SEED}:checked:{kind}")
    while len(pairs) < 12:
        try:
            pairs += counted(county_with(dice, (kind,)))
        except NoPlan:
            continue
    assert [by_check for by_check, _ in pairs] == [by_brute_force for _, by_brute_force in pairs]
    assert any(by_check for by_check, _ in pairs), "some plan breaks the rule"
