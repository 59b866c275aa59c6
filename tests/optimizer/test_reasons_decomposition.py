"""Why a unit gets what it gets: the pieces sum to the fen, and each rests on the figures its rule names."""

from __future__ import annotations

import random
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from domain.plan import Plan
from domain.policy.loading import load_policy
from domain.reasons import Decomposition
from domain.register import Duty
from intake.register_file import read_register
from optimizer.adjusting import adjusted
from optimizer.case import Case, build_case
from optimizer.planning import solve_plan
from optimizer.reasons.decomposition import decompose, split
from optimizer.rules import RULES
from optimizer.solve.order import NoPlan
from tests.conftest import SEED
from tests.optimizer import hand
from tests.optimizer.small import small_county

LIBRARY = Path(__file__).resolve().parents[2] / "scenarios" / "library"


@cache
def shipped(name: str) -> tuple[Case, Plan]:
    folder = LIBRARY / name
    policy = load_policy((folder / "policy.yaml").read_text(encoding="utf-8"), RULES)
    case = build_case(read_register(folder), policy)
    return case, solve_plan(case)


def adds_up(case: Case, plan: Plan, unit: str) -> Decomposition:
    """The decomposition of a unit, whose pieces sum to every part of every line."""
    found = decompose(case, plan, unit)
    lines = {line.line: line for line in plan.lines if line.unit == unit}
    assert found.total_fen == sum(line.amount_fen for line in lines.values())
    assert sum(piece.amount_fen for piece in found.pieces) == found.total_fen
    for line in lines.values():
        parts: dict[str, int] = {}
        for piece in found.pieces:
            if piece.line == line.line:
                parts[piece.part] = parts.get(piece.part, 0) + piece.amount_fen
        assert parts == line.parts
    return found


@pytest.mark.parametrize("name", ["middlesbrough", pytest.param("x-county", marks=pytest.mark.slow)])
def test_every_unit_of_a_shipped_register_is_explained_to_the_fen(name: str) -> None:
    case, plan = shipped(name)
    for unit in case.units:
        adds_up(case, plan, unit)


def test_on_random_counties_the_pieces_sum_to_every_part_of_every_line() -> None:
    pieces = 0
    for n in range(60):
        case = small_county(random.Random(f"{SEED}:why:{n}"), tolerances=True).case
        try:
            plan = solve_plan(case)
        except NoPlan:
            continue
        pieces += sum(len(adds_up(case, plan, unit).pieces) for unit in case.units)
    assert pieces > 200


def county(**differs: object) -> tuple[Case, Plan]:
    """Two villages share 120,000 yuan above a floor of 10,000 each, 1 : 1.5; U2 builds a hall for 30,000."""
    register = hand.register(
        [hand.unit("U1"), hand.unit("U2", backward=True)],
        [hand.project("hall", "U2", 30)],
        [hand.fund("care", 120, purposes=("serve",)), hand.fund("works", 30)],
        duties={"books": Duty(code="books", name="Books", unit="U1", fund="care", amount_fen=20 * hand.K)},
    )
    loaded = hand.policy({"care": hand.by_formula(floor_yuan=10_000), "works": hand.projects_only()}, **differs)
    case = hand.case_of(register, loaded)
    return case, hand.best_plan(register, loaded)


def test_need_priority_floor_duty_and_project_are_told_apart_with_their_figures() -> None:
    """120 - 20 for the duty - 2 x 10 of floors = 80 by weights 100 and 150: 32 and 48, of which 16 for priority."""
    case, plan = county()
    ones = {(p.part, p.rule, p.of): p for p in adds_up(case, plan, "U1").pieces}
    twos = {(p.part, p.rule, p.of): p for p in adds_up(case, plan, "U2").pieces}
    assert {key: p.amount_fen // hand.K for key, p in ones.items()} == {
        ("duty", "care.duty", "books"): 20,
        ("floor", "care.floor", None): 10,
        ("need", "care.weight", None): 32,
    }
    assert {key: p.amount_fen // hand.K for key, p in twos.items()} == {
        ("floor", "care.floor", None): 10,
        ("need", "care.weight", None): 32,
        ("priority", "priority.backward", None): 16,
        ("project", "full-funding", "hall"): 30,
    }
    weight = twos["need", "care.weight", None].figures
    assert (weight["need"], weight["priority"], weight["own"], weight["all"]) == (100, Decimal("1.5"), 150, 250)
    assert weight["pool_fen"] == 80 * hand.K
    assert twos["priority", "priority.backward", None].figures["added"] == Decimal("0.5")


def test_what_a_hand_added_is_a_piece_of_its_own() -> None:
    case, plan = county()
    line = next(line for line in plan.lines if line.line == "care.U1")
    by_hand = adjusted(case, plan, {"care.U1": line.amount_fen + 7})
    pieces = adds_up(case, by_hand, "U1").pieces
    assert [(p.part, p.rule, p.amount_fen) for p in pieces if p.rule == "by-hand"] == [("manual", "by-hand", 7)]


def test_a_criterion_that_lowers_the_priority_has_a_piece_below_zero() -> None:
    criteria = [
        {"id": "backward", "clause": "M11", "when": "backward", "add": 0.5, "label": {"zh": "后", "en": "b"}},
        {"id": "large", "clause": "M11", "when": "households >= 100", "add": -0.25, "label": {"zh": "大", "en": "l"}},
    ]
    case, plan = county(
        priority={"need": "households", "need_label": {"zh": "户", "en": "Households"}, "criteria": criteria}
    )
    rubric = {p.rule: p.amount_fen for p in adds_up(case, plan, "U2").pieces if p.part == "priority"}
    assert rubric["priority.backward"] == -2 * rubric["priority.large"] > 0


def test_an_amount_is_split_to_the_fen_however_odd_the_shares() -> None:
    from fractions import Fraction

    assert split(100, [Fraction(1)] * 3) == [33, 34, 33]
    assert split(10, [Fraction(2), Fraction(-1)]) == [20, -10]
    assert split(7, [Fraction(1, 3), Fraction(2, 3)]) == [2, 5]
