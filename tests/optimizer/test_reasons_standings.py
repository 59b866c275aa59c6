"""What rules leave room for and are worth: exact slack, steps solved again, and bounds that never say too much."""

from __future__ import annotations

import random
from decimal import Decimal

import msgspec

from domain.plan import Plan
from domain.policy.model import Policy
from optimizer.case import Case
from optimizer.checking.audit import PlanAudit
from optimizer.planning import default_engine, solve_plan
from optimizer.reasons.footing import Footing
from optimizer.reasons.forced import force
from optimizer.reasons.losers import moved_projects, moved_units
from optimizer.reasons.nearness import nearest_first
from optimizer.reasons.numbers import knobs, slack
from optimizer.reasons.why_not import Reasons
from optimizer.reasons.worth import Worth
from optimizer.rules import rules_in_force
from optimizer.solve.order import NoPlan
from tests.conftest import SEED
from tests.optimizer import hand
from tests.optimizer.brute import Brute, TooManyPlans
from tests.optimizer.small import small_county


def planned(name: str, count: int) -> list[tuple[Case, Plan]]:
    """Random small counties that have a plan."""
    found = []
    for n in range(count):
        case = small_county(random.Random(f"{SEED}:{name}:{n}")).case
        try:
            found.append((case, solve_plan(case)))
        except NoPlan:
            continue
    return found


def test_a_number_can_be_tightened_by_exactly_its_slack() -> None:
    asked = 0
    for case, plan in planned("slack", 60):
        audit = PlanAudit.of(case.register, case.policy, plan)
        for rule in rules_in_force(case.policy):
            base = sum(s.amount for s in rule.check(audit))
            for knob in knobs(audit, rule):
                room, missed = slack(audit, knob)
                assert sum(s.amount for s in knob.turned(room).check(audit)) == base
                assert sum(s.amount for s in knob.turned(room + 1).check(audit)) > base
                assert missed
                asked += 1
    assert asked > 30


def best(case: Case, policy: Policy, most: int = 1_500) -> list[int] | None:
    """The lexicographic optimum of a small county under other rules, by brute force."""
    brute = Brute(case.register, policy, plans_max=most)
    outcomes = [tuple(s * v for (_, s), v in zip(brute.steps, o, strict=True)) for o in brute.outcomes()]
    return list(max(outcomes)) if outcomes else None


def test_the_exact_worth_of_a_step_is_what_brute_force_gains_or_loses() -> None:
    """Tolerance 0: the first objective that differs between the two optima, and by how much when it is worsened."""
    compared = 0
    for case, plan in planned("worth", 24):
        worth = Worth(case, plan, default_engine(case))
        floors = [(1 if o.sense == "max" else -1) * o.raw_floor for o in plan.run.objectives]
        for rule in case.policy.rules:
            standing = next((s for s in worth.standings() if s.rule == rule.id), None)
            if standing is None or not standing.numbers:
                continue
            number = worth.asked(standing).numbers[0]
            knob = next(iter(knobs(worth.audit, next(r for r in rules_in_force(case.policy) if r.id == rule.id))))
            turned = knob.turned(1)
            rules = tuple(turned if r.id == rule.id else r for r in case.policy.rules)
            try:
                after = best(case, case.policy.model_copy(update={"rules": rules}))
            except TooManyPlans:
                continue
            effect = number.tightened
            assert effect is not None
            compared += 1
            if after is None:
                assert not effect.possible
                continue
            first = next((i for i, (a, f) in enumerate(zip(after, floors, strict=True)) if a != f), None)
            if first is None:
                assert effect.objective is None
            else:
                assert effect.objective == plan.run.objectives[first].name
                assert effect.low == effect.high < 0
    assert compared > 8


def test_prices_never_say_a_project_is_further_off_than_it_is() -> None:
    asked = 0
    for case, plan in planned("near", 40):
        reasons = Reasons(case, plan, default_engine(case))
        left = [p for p in case.projects if p not in reasons.built]
        if not reasons.footing.steps or not left:
            continue
        for near in nearest_first(reasons.footing, left):
            step = next(s for s in reasons.footing.steps if s.name == near.objective)
            answer = reasons.footing.best(step, {reasons.footing.form.built[near.project]: 1})
            asked += 1
            if answer.values is None:
                continue
            worsened = reasons.footing.worsened(step, answer)
            exact = Decimal(0) if worsened is None else worsened.high
            assert near.short_at_least <= exact
    assert asked > 40


def test_who_loses_is_the_difference_of_the_two_plans_fen_by_fen() -> None:
    """Of 40 for works well (20) and path (15) are built; the hall (30), forced in, takes the place of both."""
    register = hand.register(
        [hand.unit("U1"), hand.unit("U2")],
        [hand.project("hall", "U1", 30), hand.project("well", "U2", 20), hand.project("path", "U2", 15)],
        [hand.fund("works", 40), hand.fund("care", 20, purposes=("serve",))],
    )
    loaded = hand.policy(
        {"works": hand.projects_only(), "care": hand.by_formula()}, objectives=[{"id": "benefit", "clause": "M26"}]
    )
    plan, case = hand.best_plan(register, loaded), hand.case_of(register, loaded)
    assert hand.built(plan) == {"well", "path"}
    footing = Footing(case, plan.run.objectives, default_engine(case))
    forced = force(footing, plan, {footing.form.built["hall"]: 1})
    assert forced.worsened is not None
    assert (forced.worsened.objective, forced.worsened.high) == ("benefit", 5)
    assert [(m.code, m.more_fen // hand.K) for m in forced.units] == [("U2", -35), ("U1", 30)]
    assert [(m.code, m.more_fen // hand.K) for m in forced.projects] == [("well", -20), ("path", -15), ("hall", 30)]


def test_plans_that_differ_nowhere_move_nobody() -> None:
    case, plan = planned("same", 10)[0]
    assert moved_units(plan.lines, plan.lines) == moved_projects(plan.lines, plan.lines) == ()
    assert case.units
    line = plan.lines[0]
    more = (msgspec.structs.replace(line, amount_fen=line.amount_fen + 7), *plan.lines[1:])
    assert [m.more_fen for m in moved_units(plan.lines, more)] == [7]
