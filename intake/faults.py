"""Faults: what is wrong with a file or a cell, where, and the cure, in Chinese and in English."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from domain.quoting import printable, quoted
from texts import Both, Lang, both, text

KEPT_MAX = 10_000
"""Faults beyond these are counted, not kept: nobody reads more, and a million wrong rows must not fill memory."""


class IntakeFault(Exception):
    """A file that cannot be read at all; `code` is stable, `sentence(lang)` says what it is and what to do."""

    def __init__(self, code: str, file: str, **details: object) -> None:
        self.code = code
        self.file = file
        self.details = details
        super().__init__(self.sentence("en"))

    def sentence(self, lang: Lang) -> str:
        """What is wrong with the file and the cure, for a person."""
        words = {name: printable(value) if isinstance(value, str) else value for name, value in self.details.items()}
        return text(f"intake.file.{self.code}", lang, file=printable(self.file), **words)


@dataclass(frozen=True)
class CellFault:
    """One fault in a table, with the place as the planner sees it in the spreadsheet (the header is row 1)."""

    sheet: str
    """The sheet or file, by the name it has there."""
    row: int | None
    """None: the fault is of the whole sheet or column."""
    column: str | None
    """The header as it is written in the file, or the canonical one where the column is missing."""
    letter: str | None
    """The column's letter (`K`), where it stands in the file."""
    value: str | None
    """What was found, short and harmless; None when nothing was."""
    code: str
    problem: Both
    cure: Both
    counted: Literal["row", "feature"] = "row"
    """What `row` counts: rows of a table, or features of a file of areas, from 1."""

    def sentence(self, lang: Lang) -> str:
        """Place, finding and cure in one line."""
        place = [text("intake.place.sheet", lang, sheet=printable(self.sheet))]
        if self.row is not None:
            place.append(text(f"intake.place.{self.counted}", lang, row=self.row))
        if self.column is not None and self.letter is not None:
            place.append(text("intake.place.lettered_column", lang, column=printable(self.column), letter=self.letter))
        elif self.column is not None:
            place.append(text("intake.place.column", lang, column=printable(self.column)))
        elif self.letter is not None:
            place.append(text("intake.place.letter", lang, letter=self.letter))
        return text(
            "intake.place.sentence", lang, place="，".join(place) if lang == "zh" else ", ".join(place),
            problem=self.problem[lang], cure=self.cure[lang],
        )  # fmt: skip

    def __str__(self) -> str:
        return self.sentence("en")


class RegisterFaults(Exception):
    """Every fault of a register at once; nothing was taken from it."""

    def __init__(self, faults: Iterable[CellFault], *, file: str = "", more: int = 0) -> None:
        self.faults = list(faults)
        self.file = file
        self.more = more
        """Faults that were counted but not kept (beyond `KEPT_MAX`)."""
        super().__init__(self.sentence("en"))

    @property
    def count(self) -> int:
        """All faults found, kept or not."""
        return len(self.faults) + self.more

    def headline(self, lang: Lang) -> str:
        """How many faults in which file, and that nothing was taken from it."""
        key = "intake.faults.one" if self.count == 1 else "intake.faults.headline"
        return text(key, lang, count=self.count, file=printable(self.file))

    def sentence(self, lang: Lang) -> str:
        """The headline, then one line per fault."""
        lines = [self.headline(lang), *(fault.sentence(lang) for fault in self.faults)]
        if self.more:
            lines.append(text("intake.faults.more", lang, more=self.more))
        return "\n".join(lines)


@dataclass(frozen=True)
class Place:
    """Where a fault is."""

    sheet: str
    order: int
    """The rank of the sheet, in which faults are told."""
    row: int | None = None
    column: str | None = None
    index: int | None = None
    """The column's place from 0."""
    counted: Literal["row", "feature"] = "row"


class CellProblem(Exception):
    """What a reader of one value says of it; whoever knows the place makes a `CellFault` of it."""

    def __init__(self, code: str, **details: object) -> None:
        self.code = code
        self.details = details
        super().__init__(code)


class FaultList:
    """Collects the faults of all sheets, in the order of sheets, rows and columns."""

    def __init__(self) -> None:
        self._kept: list[tuple[tuple[int, int, int], CellFault]] = []
        self._more = 0

    def __len__(self) -> int:
        return len(self._kept) + self._more

    def add(self, code: str, place: Place, value: object = None, **details: object) -> None:
        """Note a fault at a place, with what was found there and what its sentence needs beside."""
        if len(self._kept) >= KEPT_MAX:
            self._more += 1
            return
        found = None if value is None else quoted(value)
        words = {"value": found, "column": place.column} | {
            name: printable(detail) if isinstance(detail, str) else detail for name, detail in details.items()
        }
        fault = CellFault(
            sheet=place.sheet,
            row=place.row,
            column=place.column,
            letter=None if place.index is None else column_letter(place.index),
            value=found,
            code=code,
            problem=both(f"intake.cell.{code}.problem", **words),
            cure=both(f"intake.cell.{code}.cure", **words),
            counted=place.counted,
        )
        self._kept.append(((place.order, place.row or 0, -1 if place.index is None else place.index), fault))

    def raise_if_any(self, file: str) -> None:
        """Raise `RegisterFaults` with everything noted so far, or return."""
        if self._kept:
            ordered = sorted(self._kept, key=lambda noted: noted[0])
            raise RegisterFaults((fault for _, fault in ordered), file=file, more=self._more)


def column_letter(index: int) -> str:
    """The letters of a spreadsheet column: 0 is A, 25 Z, 26 AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
