"""Classes of a difference: the same bounds on both sides of nothing, three steps each, losses hatched as well.

Zero is white whatever the others are; a loss and a gain of the same size are of the same strength.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass

from documents.svg.classes import quantiles

STEPS = 3


@dataclass(frozen=True)
class Diverging:
    """The sizes of change in at most three steps: the least and the greatest size of each, rising."""

    steps: tuple[tuple[int, int], ...]

    def css(self, value: int | None) -> str:
        """The class of a value: `l3` … `l1` for losses, `dz` for none, `g1` … `g3` for gains, `c0` for not known."""
        if value is None:
            return "c0"
        if value == 0:
            return "dz"
        step = min(bisect_left([high for _, high in self.steps], abs(value)), len(self.steps) - 1) + 1
        return f"{'l' if value < 0 else 'g'}{step + STEPS - len(self.steps)}"

    def classes(self) -> list[tuple[str, int, int]]:
        """Every class with its bounds, from the greatest gain to the greatest loss: class, low, high."""
        sizes = [(step + STEPS - len(self.steps), low, high) for step, (low, high) in enumerate(self.steps, 1)]
        gains = [(f"g{step}", low, high) for step, low, high in reversed(sizes)]
        return [*gains, ("dz", 0, 0), *((f"l{step}", -high, -low) for step, low, high in sizes)]


def diverging(values: Iterable[int]) -> Diverging:
    """Classes of about equally many changes each, by size whichever way they go."""
    sizes = [abs(value) for value in values if value]
    return Diverging(tuple((band.low, band.high) for band in quantiles(sizes, STEPS).bands))
