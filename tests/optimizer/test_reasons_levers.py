"""Why not: what forcing a project in worsens, and the least change that builds it, against every plan written down."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from domain.plan import Plan
from domain.reasons import Between, Lever
from optimizer.case import Case
from optimizer.planning import default_engine, solve_plan
from optimizer.reasons.footing import Footing
from optimizer.reasons.forced import force
from optimizer.reasons.levers import Asked, cost_lever, fund_lever, rule_levers, score_lever
from optimizer.rules import stated_rules
from optimizer.solve.order import NoPlan
from tests.conftest import SEED
from tests.optimizer.brute_reasons import BruteReasons, TooManyPlans
from tests.optimizer.small import small_county

SLOW, LONG = pytest.mark.slow, pytest.mark.long

PLANS_MAX = 1_500


def left_out(name: str) -> Iterator[tuple[Case, Plan, str]]:
    """A random small county with its plan and each project that could be built and is not."""
    case = small_county(random.Random(name)).case
    try:
        plan = solve_plan(case)
    except NoPlan:
        return
    built = {line.project for line in plan.lines}
    for project in case.projects:
        if project not in built:
            yield case, plan, project


def agrees(case: Case, plan: Plan, project: str) -> bool:
    """Compare one project; False when there are too many plans to write down."""
    engine, brute = default_engine(case), BruteReasons(case, plan, project, PLANS_MAX)
    footing = Footing(case, plan.run.objectives, engine)
    try:
        expected = brute.worsened()
        forced = force(footing, plan, {footing.form.built[project]: 1})
        if expected is False:
            assert not forced.possible
        elif expected is None:
            assert forced.possible
            assert forced.worsened is None
        else:
            assert forced.worsened is not None
            assert (forced.worsened.objective, forced.worsened.raw) == (expected[0], Between(expected[1], expected[1]))
        score_agrees(brute, score_lever(footing, project), "benefit" in brute.names)
        cost_agrees(brute, cost_lever(case, plan, engine, project), case.cost_quanta(project), case.quantum_fen)
        for fund in case.payers[project]:
            fund_agrees(brute, fund_lever(case, plan, engine, Asked(project=project), fund), case)
        for lever in rule_levers(case, plan, engine, Asked(project=project)):
            rule = next(rule for rule in stated_rules(case.policy) if rule.id == lever.subject)
            per = case.quantum_fen if rule.MEASURE == "fen" else 1
            short = brute.relaxation(lever.subject)
            assert (lever.outcome == "not-in-the-way") == (short is None), lever
            if short is not None:
                assert lever.change == Between(short * per, short * per)
                assert sum(amount for _, amount in lever.places) == short * per
    except TooManyPlans:
        return False
    return True


def score_agrees(brute: BruteReasons, lever: Lever, asked: bool) -> None:
    if not asked:
        assert lever.outcome == "not-asked"
        return
    if lever.outcome == "never":
        assert not brute.flips(points=10_000)
        return
    points = lever.change.high
    assert lever.outcome == "least"
    assert lever.change.exact
    assert points is not None
    assert brute.flips(points=points)
    assert points == 1 or not brute.flips(points=points - 1)


def cost_agrees(brute: BruteReasons, lever: Lever, cost_quanta: int, quantum_fen: int) -> None:
    least = next((saved for saved in range(cost_quanta) if brute.flips(saved=saved)), None)
    if least is None:
        assert lever.outcome == "never"
    else:
        assert lever.change == Between(least * quantum_fen, least * quantum_fen)


def fund_agrees(brute: BruteReasons, lever: Lever, case: Case) -> None:
    most = 2 * max(case.cost_quanta(brute.project), case.quanta(case.funds[lever.subject].total_fen))
    upto = most if lever.change.high is None else lever.change.high // case.quantum_fen
    enough = next((more for more in range(upto + 1) if brute.good_enough(fund=lever.subject, more=more)), None)
    if enough is None:
        assert lever.outcome == "never"
    else:
        assert lever.change == Between(enough * case.quantum_fen, enough * case.quantum_fen)


@pytest.mark.slow
def test_on_small_counties_every_lever_is_the_least_change_brute_force_finds() -> None:
    asked = [left for n in range(24) for left in list(left_out(f"{SEED}:reasons:{n}"))[:2]]
    assert sum(agrees(*left) for left in asked) > 15


@pytest.mark.parametrize("part", [pytest.param(part, marks=SLOW if part < 1 else LONG) for part in range(4)])
def test_on_many_small_counties_every_lever_is_the_least_change_brute_force_finds(part: int) -> None:
    asked = [left for n in range(60) for left in left_out(f"{SEED}:many-reasons:{part}:{n}")]
    assert sum(agrees(*left) for left in asked) > 60
