"""Classes of a map: five quantiles, equal values never split, the bounds kept as found so that they can be printed."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

CLASSES = 5


@dataclass(frozen=True)
class Band:
    """One class: its least and greatest value and how many lie in it."""

    low: int
    high: int
    members: int


@dataclass(frozen=True)
class Scale:
    """The classes of a map from the least to the greatest, at most five and none empty."""

    bands: tuple[Band, ...]

    def index(self, value: int) -> int:
        """The class of a value, 0 for the lowest; beyond the ends the nearest class."""
        return min(bisect_left(self._highs, value), len(self.bands) - 1)

    @cached_property
    def _highs(self) -> list[int]:
        return [band.high for band in self.bands]

    def shade(self, index: int) -> int:
        """The step of colour, 1 (light) to 5 (dark), of a class: spread over all five also when there are fewer."""
        if len(self.bands) == 1:
            return 3
        return 1 + round(index * (CLASSES - 1) / (len(self.bands) - 1))

    def css(self, value: int | None) -> str:
        """The class name of a value's colour, `c1` … `c5`; `c0` where nothing is known."""
        return "c0" if value is None else f"c{self.shade(self.index(value))}"


def quantiles(values: Iterable[int], classes: int = CLASSES) -> Scale:
    """Classes of about equally many values each; equal values share a class, so there may be fewer classes."""
    ordered = sorted(values)
    bands: list[Band] = []
    start = 0
    for number in range(1, classes + 1):
        end = len(ordered) * number // classes
        if end <= start:
            continue
        while end < len(ordered) and ordered[end] == ordered[end - 1]:
            end += 1
        bands.append(Band(ordered[start], ordered[end - 1], end - start))
        start = end
    return Scale(tuple(bands))
