"""Chance from a seed, the same on every machine and Python: built on `random()` alone, whose sequence is promised."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """Draws for the generator.

    Only `random.Random.random()` is used: Python promises its sequence for a seed, but not that of `randint`,
    `choice` or `shuffle`. Every float below goes through `+ - * /` alone, which IEEE 754 fixes to the last bit.
    """

    def __init__(self, seed: str) -> None:
        self._random = random.Random(seed)

    def real(self, low: float, high: float) -> float:
        """A number from `low` up to, not including, `high`."""
        return low + (high - low) * self._random.random()

    def whole(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        return low + int(self._random.random() * (high - low + 1))

    def chance(self, share: float) -> bool:
        """True in `share` of all throws."""
        return self._random.random() < share

    def pick(self, choices: Sequence[T]) -> T:
        """One of the choices, each as likely."""
        return choices[self.whole(0, len(choices) - 1)]

    def shuffled(self, things: Sequence[T]) -> list[T]:
        """The things in a random order (Fisher-Yates)."""
        mixed = list(things)
        for last in range(len(mixed) - 1, 0, -1):
            other = self.whole(0, last)
            mixed[last], mixed[other] = mixed[other], mixed[last]
        return mixed
