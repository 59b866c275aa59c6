"""The cases of a sweep, worked out before any of them is run: the same file and seed give the same cases everywhere.

A case is a name, the changes it adds to those of the scenario, and the coordinates it stands at. Draws come from a
generator of their own for every variable and case (its seed is a hash of the sweep's seed and both), so that a case
does not depend on how many others are drawn, nor on who works it out.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from hashlib import sha256
from math import prod
from typing import Any

from scenarios.language import AnyChange, Draw, Scale, Scenario, Set, Values
from scenarios.situation import Situation, steps_of

FEN = Decimal("0.01")
PLACES = Decimal("1E-6")
"""Drawn figures are kept to six decimals: what a case says can be written down and repeated."""


@dataclass(frozen=True)
class SweepCase:
    """One case. `coordinates` are what varies, by the path it varies, for tables and pictures."""

    number: int
    name: str
    changes: tuple[AnyChange, ...]
    coordinates: dict[str, Any]


def size_of(scenario: Scenario) -> int:
    """How many cases the scenario's sweep has; none without one."""
    sweep = scenario.sweep
    if sweep is None:
        return 0
    return prod(len(axis.values) for axis in sweep.grid) if sweep.grid else len(sweep.cases) or sweep.count


def case_of(scenario: Scenario, situation: Situation, number: int) -> SweepCase:
    """A case of the scenario's sweep, 0 <= number < size_of. `situation` is the one it starts from."""
    sweep = scenario.sweep
    assert sweep is not None
    if sweep.grid:
        return _of_grid(sweep.grid, number)
    if sweep.cases:
        case = sweep.cases[number]
        return SweepCase(number, case.case, case.change, {"case": case.case})
    return _drawn(sweep.draws, number, scenario.seed, situation)


def _of_grid(axes: tuple[Values, ...], number: int) -> SweepCase:
    """Of a grid, counting through its axes with the last one fastest."""
    values: list[Any] = []
    rest = number
    for axis in reversed(axes):
        rest, place = divmod(rest, len(axis.values))
        values.insert(0, axis.values[place])
    changes = tuple(_change(axis, value) for axis, value in zip(axes, values, strict=True))
    at = {str(axis.set or axis.scale): value for axis, value in zip(axes, values, strict=True)}
    return SweepCase(number, f"grid-{number:05d}", changes, at)


def _change(axis: Values | Draw, value: Any) -> Set | Scale:
    if axis.set is not None:
        return Set(set=axis.set, to=value, why="swept", where=axis.where)
    return Scale(scale=str(axis.scale), by=Decimal(value), why="swept", where=axis.where)


def _drawn(draws: tuple[Draw, ...], number: int, seed: int, situation: Situation) -> SweepCase:
    changes: list[AnyChange] = []
    at: dict[str, Any] = {}
    for draw in draws:
        path = str(draw.set or draw.scale)
        paths = [path]
        if draw.each == "apart":
            paths = [".".join(steps) for steps in steps_of(path, situation)]
        for one in paths:
            value = _value(draw, _generator(seed, number, one))
            if draw.set and one.endswith("_yuan"):
                value = value.quantize(FEN, ROUND_HALF_EVEN)
            varied = draw.model_copy(update={"set": one if draw.set else None, "scale": one if draw.scale else None})
            changes.append(_change(varied, _written(one, value) if draw.set else value))
            at[one] = value
    return SweepCase(number, f"draw-{number:05d}", tuple(changes), at)


def _written(path: str, value: Decimal) -> Any:
    """A drawn figure as a file would say it: an amount as text, a whole number without a point."""
    if path.endswith("_yuan"):
        return format(value, "f")
    return int(value) if value == value.to_integral() else value


def _generator(seed: int, number: int, path: str) -> random.Random:
    return random.Random(int.from_bytes(sha256(f"{seed} {number} {path}".encode()).digest()[:8]))


def _value(draw: Draw, chance: random.Random) -> Decimal:
    if draw.chance is not None:
        return Decimal(1) if Decimal(chance.random()) < draw.chance else Decimal(0)
    if draw.uniform is not None:
        value = chance.uniform(*map(float, draw.uniform))
    elif draw.triangular is not None:
        low, mode, high = map(float, draw.triangular)
        value = chance.triangular(low, high, mode)
    else:
        assert draw.normal is not None
        value = max(0.0, chance.gauss(*map(float, draw.normal)))
    return Decimal(value).quantize(PLACES, ROUND_HALF_EVEN)
