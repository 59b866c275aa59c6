"""What was read from YAML: the data, the line and column of every piece of it, or the faults with theirs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Literal, NamedTuple

Path = tuple[str | int, ...]
Data = dict[str, "Data"] | list["Data"] | str | int | Decimal | bool | date | None
Place = tuple[int, int]
"""Line and column, both from 1."""


class YamlFault(ValueError):
    """A text that cannot be taken: where, what was found, what was expected and the cure, in one `sentence`.

    `every` holds all faults of the same reading in their order, this one first; `str()` gives one sentence per line.
    """

    def __init__(self, source: str, place: Place, found: str, expected: str, cure: str) -> None:
        self.source = source
        self.line, self.column = place
        self.found = found
        self.expected = expected
        self.cure = cure
        self.sentence = f"{source}, line {self.line}, column {self.column}: found {found}, expected {expected}; {cure}."
        self.every: tuple[YamlFault, ...] = (self,)
        super().__init__(source, place, found, expected, cure)

    def __str__(self) -> str:
        return "\n".join(fault.sentence for fault in self.every)


class Marks(NamedTuple):
    """Where a piece begins: its key (an item of a list: the item) and its value."""

    key: Place
    value: Place


@dataclass(frozen=True)
class Tree:
    """What a YAML text says (`data`), and where it says it (`line_of`)."""

    data: Data
    source: str
    _marks: MappingProxyType[Path, Marks]

    def line_of(self, path: tuple[str | int, ...], *, of: Literal["key", "value"] = "key") -> Place:
        """Line and column of what stands at `path`: of its key (an item of a list: of the item), or of its value.

        Steps of the path that the text does not have (a key that is missing, the label of an alternative in a
        validator's path) are passed over, so the answer is the nearest place that exists.
        """
        reached: Path = ()
        for step in path:
            if (*reached, step) in self._marks:
                reached = (*reached, step)
        marks = self._marks[reached]
        return marks.key if of == "key" else marks.value
