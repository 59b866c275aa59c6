"""A register as rows of its sheets, by the canonical headers: what every writer writes and the reader reads back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from domain.register import Fund, Project, Register, Unit
from intake.cells import clean, refuse_formula
from intake.faults import CellProblem
from intake.headers import heading, is_ignored
from intake.sheets import BY_KEY


@dataclass(frozen=True)
class Fen:
    """An amount, to be written in yuan."""

    fen: int


@dataclass(frozen=True)
class Degrees:
    """A coordinate in microdegrees, to be written in degrees."""

    micro: int


Out = str | int | bool | date | Decimal | Fen | Degrees | None
"""What a cell is to say; None: nothing."""


@dataclass(frozen=True)
class SheetRows:
    """A sheet to be written."""

    key: str
    headers: tuple[str, ...]
    rows: list[list[Out]]


class UnwritableRegister(ValueError):
    """A register holds a text that no spreadsheet could be trusted with, or that would not read back as it is."""


def sheets_of(register: Register) -> list[SheetRows]:
    """All sheets, those that may be left out only when there is something in them. Raises `UnwritableRegister`.

    A register file holds what people state. What only decisions change is not in it: the pool, closed funds, and money
    carried over or taken back.
    """
    county: dict[str, Out] = {
        "code": register.county, "name_zh": register.name_zh, "name_en": register.name_en, "note": register.note,
    }  # fmt: skip
    units, projects = _ordered(register.units), _ordered(register.projects)
    sheets = [
        _sheet("county", [county]),
        _sheet(
            "townships", [_fields(one, "code", "name_zh", "name_en", "kind") for one in _ordered(register.townships)]
        ),
        _sheet("units", [_unit(one) for one in units], [one.indicators for one in units]),
        _sheet("projects", [_project(one) for one in projects], [one.quantities for one in projects]),
        _sheet("funds", [row for fund in _ordered(register.funds) for row in _fund(fund)]),
    ]
    if register.adjacency:
        sheets.append(_sheet("adjacency", [{"unit_a": a, "unit_b": b} for a, b in sorted(register.adjacency)]))
    if register.duties:
        duties = _ordered(register.duties)
        rows = [_fields(one, "code", "name", "unit", "fund") | {"amount_yuan": Fen(one.amount_fen)} for one in duties]
        sheets.append(_sheet("duties", rows))
    return sheets


def _ordered(by_code: Mapping[str, Any]) -> list[Any]:
    return [record for _, record in sorted(by_code.items())]


def _sheet(key: str, rows: Iterable[Mapping[str, Out]], further: Iterable[Mapping[str, Decimal]] = ()) -> SheetRows:
    own = tuple(column.key for column in BY_KEY[key].columns)
    figures = list(further)
    extra = sorted({name for one in figures for name in one})
    for name in extra:
        _check_header(key, name)
    lines = [[_checked(key, header, row.get(header)) for header in own] for row in rows]
    for line, one in zip(lines, figures, strict=False):
        line.extend(one.get(name) for name in extra)
    return SheetRows(key, (*own, *extra), lines)


def _checked(sheet: str, header: str, value: Out) -> Out:
    """A value that reads back as it is."""
    if isinstance(value, str):
        try:
            refuse_formula(value, textual=True)
            if clean(value) == value:
                return value or None
        except CellProblem:
            pass
        raise UnwritableRegister(
            f"The text {value[:40]!r} for column {header} of sheet {sheet} begins like a formula, holds invisible "
            "characters or has spaces around it; correct it in the register before it is written to a spreadsheet."
        )
    return value


def _check_header(sheet: str, name: str) -> None:
    """A figure's name must come back as a further column."""
    try:
        refuse_formula(name, textual=True)
        usable = clean(name) == name and bool(name) and heading(BY_KEY[sheet], name) is None and not is_ignored(name)
    except CellProblem:
        usable = False
    if not usable:
        raise UnwritableRegister(
            f"The figure {name[:40]!r} cannot be a column of sheet {sheet}, where that means something else; rename it."
        )


def _fields(record: Any, *names: str) -> dict[str, Out]:
    return {name: getattr(record, name) for name in names}


def _list(codes: Iterable[str]) -> str | None:
    return ";".join(sorted(codes)) or None


def _optional(value: int | None, make: Callable[[int], Out]) -> Out:
    return None if value is None else make(value)


def _unit(one: Unit) -> dict[str, Out]:
    return {
        **_fields(
            one, "code", "name_zh", "name_en", "kind", "township", "households", "population", "poor", "backward",
            "backward_reason", "stars", "office_rented_out", "last_result",
        ),
        "income_per_head_yuan": _optional(one.income_fen, Fen),
        "haves": _list(one.haves),
        "collective_income_yuan": _optional(one.collective_income_fen, Fen),
        "longitude": _optional(one.lon_e6, Degrees),
        "latitude": _optional(one.lat_e6, Degrees),
    }  # fmt: skip


def _project(one: Project) -> dict[str, Out]:
    return {
        **_fields(
            one, "code", "unit", "name_zh", "name_en", "category", "builder", "responsible_post", "returns_office",
            "running_fund", "benefit", "target", "due_on", "variant_group", "started", "stage", "rank",
        ),
        "purposes": _list(one.purposes),
        "closes": _list(one.closes),
        "cost_yuan": Fen(one.cost_fen),
        "running_cost_yuan": Fen(one.running_cost_fen),
        "requires": _list(one.requires),
        "spent_yuan": Fen(one.spent_fen),
    }  # fmt: skip


def _fund(one: Fund) -> list[dict[str, Out]]:
    rows: list[dict[str, Out]] = [
        {
            "entry": "fund",
            **_fields(one, "code", "name_zh", "name_en", "department", "document_no", "budget_year", "eligibility"),
            "purposes": _list(one.purposes),
            "amount_yuan": Fen(one.amount_fen),
        }
    ]
    for tranche in sorted(one.tranches, key=lambda part: part.code):
        dates = _fields(tranche, "code", "due_on", "arrived_on")
        rows.append({"entry": "tranche", "fund": one.code, "amount_yuan": Fen(tranche.amount_fen), **dates})
    rows.extend(
        {
            "entry": "pledge",
            "fund": one.code,
            **_fields(pledge, "code", "by", "due_on"),
            "pledge_kind": pledge.kind,
            "amount_yuan": Fen(pledge.amount_fen),
            "arrived_yuan": Fen(pledge.arrived_fen),
        }
        for pledge in sorted(one.pledges, key=lambda part: part.code)
    )
    return rows
