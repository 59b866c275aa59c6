"""Columns and tables of the data package: what a cell is, how it is written as CSV, and its Table Schema.

Money is whole fen in columns that end in `_fen`. Several codes in one cell stand apart by `;`, which no code holds.
A CSV file is opened in spreadsheets too, and these take a text that begins like a formula for one: so such a text gets
an apostrophe before it, as does one that begins with an apostrophe (else nobody could tell the two apart); whoever
wants the text as recorded takes that one sign away. Codes, numbers and dates never need it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Literal

from texts import Both, both, has

Cell = str | int | Decimal | bool | date | datetime | Sequence[str] | None
Kind = Literal["code", "codes", "text", "integer", "number", "boolean", "date", "datetime"]
BEGINS_A_FORMULA = tuple("=+-@\t\r\n＝＋－＠'")
"""What spreadsheets begin a formula with, also in full width, and the sign that is put before it."""
CODE = r"^[\w.\-]+$"
CODES = r"^[\w.\-:]+(;[\w.\-:]+)*$"
_TYPES: dict[Kind, str] = {"code": "string", "codes": "string", "text": "string"}
_PATTERNS: dict[Kind, str] = {"code": CODE, "codes": CODES}


@dataclass(frozen=True)
class Column:
    """One column: its name, what its cells are, and what holds for each of them."""

    name: str
    kind: Kind = "text"
    required: bool = False
    least: int | None = None
    most: int | None = None
    one_of: tuple[str, ...] = ()

    def written(self, cell: Cell) -> str:
        """A cell in the one way it is written; nothing for what is not known."""
        match cell:
            case None:
                return ""
            case bool():
                return "true" if cell else "false"
            case Decimal():
                return f"{cell:f}"
            case datetime():
                return cell.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
            case date():
                return cell.isoformat()
            case str():
                return f"'{cell}" if self.kind == "text" and cell.startswith(BEGINS_A_FORMULA) else cell
            case int():
                return str(cell)
            case _:
                return ";".join(cell)

    def schema(self, table: str) -> dict[str, Any]:
        """The field's descriptor (Table Schema): type, title in both languages, constraints, unit of measure."""
        title = said(f"data.{table}.{self.name}", f"data.{self.name}")
        constraints: dict[str, Any] = {"required": True} if self.required else {}
        constraints |= {"pattern": _PATTERNS[self.kind]} if self.kind in _PATTERNS else {}
        constraints |= {"minimum": self.least} if self.least is not None else {}
        constraints |= {"maximum": self.most} if self.most is not None else {}
        constraints |= {"enum": list(self.one_of)} if self.one_of else {}
        return {
            "name": self.name,
            "type": _TYPES.get(self.kind, self.kind),
            "title": f"{title.zh} · {title.en}",
            "titles": {"zh": title.zh, "en": title.en},
            **({"unit": "fen", "currency": "CNY"} if self.name.endswith("_fen") else {}),
            **({"constraints": constraints} if constraints else {}),
        }


@dataclass(frozen=True)
class Reference:
    """Columns whose cells, where they are filled, are the key of a row in another table."""

    columns: tuple[str, ...]
    table: str
    key: tuple[str, ...]

    def schema(self) -> dict[str, Any]:
        """The foreign key as Table Schema states it."""
        return {"fields": list(self.columns), "reference": {"resource": self.table, "fields": list(self.key)}}


@dataclass(frozen=True)
class Table:
    """A table of the package; its rows may be made while they are written."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    rows: Iterable[Sequence[Cell]]
    references: tuple[Reference, ...] = field(default=())


def said(*keys: str) -> Both:
    """The first of these texts that there is."""
    return both(next((key for key in keys if has(key)), keys[-1]))


def code(name: str, *, required: bool = True) -> Column:
    """What a thing is called by programs."""
    return Column(name, "code", required=required)


def codes(name: str) -> Column:
    """Any number of codes."""
    return Column(name, "codes")


def fen(name: str, *, least: int | None = 0, required: bool = True) -> Column:
    """Whole fen."""
    return Column(name, "integer", required=required, least=least)


def count(name: str, *, required: bool = True) -> Column:
    """A whole number of something."""
    return Column(name, "integer", required=required, least=0)


def flag(name: str) -> Column:
    """Yes or no."""
    return Column(name, "boolean", required=True)


def texts_of(*names: str) -> tuple[Column, ...]:
    """Free texts, any of which may be empty."""
    return tuple(Column(name) for name in names)


def refers(column: str, table: str, key: str = "code") -> Reference:
    """A column that holds codes of another table."""
    return Reference((column,), table, (key,))
