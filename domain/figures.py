"""Figures: what an expression of a policy may ask of a unit, by name, exact as the register has it (M11, M18, M42).

A figure the register does not give is absent, never zero: whoever asks for it hears that it is missing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

from domain.money import FEN_PER_YUAN
from domain.policy.expression import Value
from domain.quoting import printable, quoted
from domain.register import Register, Township, Unit

MICRODEGREES = 10**6


class ScoringFault(ValueError):
    """A unit that cannot be scored, or a fund whose condition cannot be answered: `code` is stable."""

    def __init__(self, code: str, sentence: str, unit: str | None = None) -> None:
        self.code = code
        self.sentence = sentence
        self.unit = unit
        super().__init__(code, sentence, unit)

    def __str__(self) -> str:
        return self.sentence


def _yuan(fen: int | None) -> Fraction | None:
    return None if fen is None else Fraction(fen, FEN_PER_YUAN)


def _degrees(micro: int | None) -> Fraction | None:
    return None if micro is None else Fraction(micro, MICRODEGREES)


FIGURES: dict[str, Callable[[Unit], Value | None]] = {
    "code": lambda unit: unit.code,
    "kind": lambda unit: unit.kind,
    "township": lambda unit: unit.township,
    "households": lambda unit: unit.households,
    "population": lambda unit: unit.population,
    "income": lambda unit: _yuan(unit.income_fen),  # yuan per head and year
    "poor": lambda unit: unit.poor,
    "backward": lambda unit: unit.backward,
    "stars": lambda unit: unit.stars,
    "office_rented_out": lambda unit: unit.office_rented_out,
    "collective_income": lambda unit: _yuan(unit.collective_income_fen),  # yuan per year
    "longitude": lambda unit: _degrees(unit.lon_e6),
    "latitude": lambda unit: _degrees(unit.lat_e6),
    "last_result": lambda unit: unit.last_result,
}
"""Figures of the unit itself. Beside them: `township_kind`, `haves` and `missing` (how many of the checklist),
`has_<have>`, and the indicators of the register."""
COUNTED = ("township_kind", "haves", "missing")
OF_FORMULAS = ("need", "priority", "weight")
"""What formulas may ask beside: the scores themselves."""


def figure_name(header: str) -> str:
    """The name by which an expression reaches an indicator whose column is called `header`.

    Letters (of any script), digits and `_` stay; every run of anything else becomes one `_`; a name may not begin
    with a digit, so `_` is put in front of one. `IMD score (2025)` is `IMD_score_2025`.
    """
    name = re.sub(r"\W+", "_", unicodedata.normalize("NFKC", header)).strip("_")
    return f"_{name}" if name[:1].isdigit() or not name else name


class UnitValues(Mapping[str, Value]):
    """The figures of one unit by name, worked out when asked for: a rubric asks for few of many, 700,000 times."""

    def __init__(
        self,
        unit: Unit,
        township: Township,
        checklist: Sequence[str],
        further: Mapping[str, Callable[[str], Value]] | None = None,
    ) -> None:
        """`further` are figures that come from elsewhere: by name, what to ask with the unit's code."""
        self.unit = unit
        self._township = township
        self._checklist = checklist
        self._further = further or {}

    def __getitem__(self, name: str) -> Value:
        value = self._read(name)
        if value is None:
            raise KeyError(name)
        return value

    def get(self, name: str, default: object = None) -> Any:
        """One figure, or `default` where the register does not give it. (Any, as Mapping has it.)"""
        value = self._read(name)
        return default if value is None else value

    def _read(self, name: str) -> Value | None:
        if (read := FIGURES.get(name)) is not None:
            return read(self.unit)
        if name in self._further:
            return self._further[name](self.unit.code)
        if name == "township_kind":
            return self._township.kind
        if name == "haves":
            return sum(have in self.unit.haves for have in self._checklist)
        if name == "missing":
            return sum(have not in self.unit.haves for have in self._checklist)
        if (have := self._own.haves.get(name)) is not None:
            return have in self.unit.haves
        header = self._own.headers.get(name)
        return None if header is None else self.unit.indicators[header]

    @cached_property
    def _own(self) -> _Names:
        return _names(tuple(self.unit.indicators), tuple(self._checklist))

    def __iter__(self) -> Iterator[str]:
        own = [*FIGURES, *COUNTED, *self._further, *self._own.haves, *self._own.headers]
        return (name for name in own if self._read(name) is not None)

    def __len__(self) -> int:
        return sum(1 for _ in self)


class _Names(NamedTuple):
    """Names that depend on policy and register: name -> have of the checklist, name -> header of an indicator."""

    haves: dict[str, str]
    headers: dict[str, str]


@lru_cache(maxsize=256)
def _names(headers: tuple[str, ...], checklist: tuple[str, ...]) -> _Names:
    """Worked out once for each set of columns, of which a register has few."""
    names = _Names({figure_name(f"has_{have}"): have for have in checklist}, {})
    taken = dict.fromkeys((*FIGURES, *COUNTED, *OF_FORMULAS), "a figure of every register")
    taken |= dict.fromkeys(names.haves, "the checklist")
    for header in headers:
        name = figure_name(header)
        if name in taken:
            raise ScoringFault(
                "score-name-taken",
                f"The indicators' column {quoted(header)} reads as `{printable(name)}` in expressions, which is "
                f"taken by {taken[name]}; rename the column in the register.",
            )
        taken[name] = f"the column {quoted(header)}"
        names.headers[name] = header
    return names


def unit_values(unit: Unit, township: Township, checklist: Sequence[str]) -> UnitValues:
    """Everything an expression may ask of a unit, by name (`FIGURES` and what is listed there). Raises
    `ScoringFault`."""
    return UnitValues(unit, township, checklist)


def known_names(register: Register, checklist: Sequence[str]) -> frozenset[str]:
    """All names an expression over this register can be answered for, to check a policy against it."""
    headers = {header for unit in register.units.values() for header in unit.indicators}
    names = _names(tuple(sorted(headers)), tuple(checklist))
    return frozenset((*FIGURES, *COUNTED, *OF_FORMULAS, *names.haves, *names.headers))
