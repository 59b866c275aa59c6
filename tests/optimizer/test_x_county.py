"""The shipped county: its plan is proven and verified, the same every time, and no single change of it goes unseen."""

from __future__ import annotations

import random
from functools import cache
from pathlib import Path

import pytest

from domain.plan import Plan, PlanLine
from domain.policy.loading import LoadedPolicy, load_policy
from domain.register import Register
from intake.register_file import read_register
from optimizer.case import build_case
from optimizer.planning import solve_plan
from optimizer.rules import RULES
from optimizer.verify import verify
from tests.conftest import SEED
from tests.optimizer.forging import changed, forged, with_amount

pytestmark = pytest.mark.slow
LIBRARY = Path(__file__).resolve().parents[2] / "scenarios" / "library"


@cache
def shipped(name: str) -> tuple[Register, LoadedPolicy]:
    folder = LIBRARY / name
    return read_register(folder), load_policy((folder / "policy.yaml").read_text(encoding="utf-8"), RULES)


@cache
def plan_of(name: str) -> Plan:
    return solve_plan(build_case(*shipped(name)))


def faults(name: str, plan: Plan) -> set[str]:
    return {violation.rule for violation in verify(*shipped(name), plan)}


@pytest.mark.parametrize("name", ["x-county", "middlesbrough"])
def test_the_plan_of_a_shipped_county_is_verified_and_proven_within_its_tolerances(name: str) -> None:
    plan = plan_of(name)
    assert faults(name, plan) == set()
    assert all(o.gap <= o.tolerance for o in plan.run.objectives)
    assert "limit" not in plan.run.termination
    service = next(use for use in plan.funds if use.fund == "service")
    assert service.unallocated_fen == 0
    assert {line.unit for line in plan.lines} == set(shipped(name)[0].units)


def test_every_town_has_its_sites_and_no_fund_could_pay_for_one_project_more() -> None:
    register, _ = shipped("x-county")
    plan = plan_of("x-county")
    for code, town in register.townships.items():
        sites = [site for site in plan.sites if register.units[site].township == code]
        assert len(sites) in ((2, 3) if town.kind == "town" else (0,))
    assert {n.reason for n in plan.not_funded} <= {
        "no-money",
        "no-fund",
        "variant",
        "prerequisite",
        "rule",
        "objective",
    }


def test_money_moved_between_lines_of_the_shipped_county_is_found_however_well_the_books_are_forged() -> None:
    register, loaded = shipped("x-county")
    plan, dice = plan_of("x-county"), random.Random(f"{SEED}:forger")
    for _ in range(60):
        giver, taker = dice.sample(plan.lines, 2)
        moved = dice.choice([1, loaded.policy.quantum_fen, giver.amount_fen])
        amounts = {giver.line: giver.amount_fen - moved, taker.line: taker.amount_fen + moved}

        def edit(line: PlanLine, amounts: dict[str, int] = amounts) -> PlanLine | None:
            fen = amounts.get(line.line, line.amount_fen)
            return with_amount(line, fen) if fen > 0 else None

        assert faults("x-county", forged(register, loaded, plan, edit=edit)) != set(), (giver.line, taker.line, moved)


def test_reasons_of_the_shipped_county_cannot_be_exchanged() -> None:
    plan, dice = plan_of("x-county"), random.Random(f"{SEED}:reasons")
    reasons = ["no-money", "rule", "variant", "prerequisite", "objective", "no-fund", "by-hand"]
    for place in dice.sample(range(len(plan.not_funded)), 40):
        claim = plan.not_funded[place]
        other = dice.choice([reason for reason in reasons if reason != claim.reason])
        lie = changed(claim, reason=other)
        claims = (*plan.not_funded[:place], lie, *plan.not_funded[place + 1 :])
        assert faults("x-county", changed(plan, not_funded=claims)) == {"left-out"}, (claim, other)
