"""The register as people look things up in it: townships, units, projects, funds, and one entry with its fields.

What an entry says is labelled as in the spreadsheet it came from, so that whoever keeps the register finds the column.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from msgspec.structs import replace

from documents.wording import have, kind, money_unit, name, standing
from domain.decisions.common import UnknownFund, UnknownProject, UnknownTownship, UnknownUnit
from domain.errors import Refusal
from domain.register import Fund, Project, Register, Township, Unit
from intake.register_rows import Degrees, Fen, Out, sheets_of
from intake.sheets import BY_KEY
from service.progress import Progress
from texts import Both, both, both_or, literal

EntryKind = Literal["township", "unit", "project", "fund"]
MICRO = Decimal(1_000_000)
NAMED = {"name_zh", "name_en"}
UNKNOWN: dict[EntryKind, type[Refusal]] = {
    "township": UnknownTownship,
    "unit": UnknownUnit,
    "project": UnknownProject,
    "fund": UnknownFund,
}


@dataclass(frozen=True)
class TownshipRow:
    """One township with what is in it; money in fen."""

    code: str
    name: Both
    kind: Both
    units: int
    households: int
    backward: int
    poor: int
    projects: int
    cost_fen: int
    """What its admitted projects still cost."""


@dataclass(frozen=True)
class UnitRow:
    """One unit of the list."""

    code: str
    name: Both
    township: str
    township_name: Both
    kind: Both
    standing: Both
    households: int
    stars: int | None
    haves: int
    projects: int


@dataclass(frozen=True)
class ProjectRow:
    """One project of the library."""

    code: str
    name: Both
    unit: str
    unit_name: Both
    category: str
    clock: Progress


@dataclass(frozen=True)
class Field:
    """One field of an entry, as its column is called, and the entry it names, if it names one."""

    label: Both
    value: Both
    about: Both
    leads_to: tuple[EntryKind, str] | None = None


def township_rows(register: Register) -> list[TownshipRow]:
    """Every township."""
    units: dict[str, list[Unit]] = {code: [] for code in register.townships}
    for unit in register.units.values():
        units.setdefault(unit.township, []).append(unit)
    place = {unit.code: unit.township for unit in register.units.values()}
    projects: dict[str, list[Project]] = {}
    for project in register.plannable_projects():
        projects.setdefault(place.get(project.unit, ""), []).append(project)
    return [
        TownshipRow(
            code,
            name(town),
            kind(town.kind),
            len(units[code]),
            sum(unit.households for unit in units[code]),
            sum(unit.backward for unit in units[code]),
            sum(unit.poor for unit in units[code]),
            len(projects.get(code, ())),
            sum(project.remaining_fen for project in projects.get(code, ())),
        )
        for code, town in register.townships.items()
    ]


def unit_rows(register: Register) -> list[UnitRow]:
    """Every unit."""
    counts: dict[str, int] = {}
    for project in register.projects.values():
        counts[project.unit] = counts.get(project.unit, 0) + 1
    return [
        UnitRow(
            code,
            name(unit),
            unit.township,
            _called(register.townships.get(unit.township), unit.township),
            kind(unit.kind),
            standing(unit),
            unit.households,
            unit.stars,
            len(unit.haves),
            counts.get(code, 0),
        )
        for code, unit in register.units.items()
    ]


def project_rows(register: Register, progress: list[Progress]) -> list[ProjectRow]:
    """Every project, with how far it has come."""
    return [
        ProjectRow(
            one.project,
            _called(register.projects.get(one.project), one.project),
            one.unit,
            _called(register.units.get(one.unit), one.unit),
            register.projects[one.project].category,
            one,
        )
        for one in progress
    ]


def entry_name(register: Register, what: EntryKind, code: str) -> Both:
    """What an entry is called. Raises `UnknownUnit` and the like."""
    return name(_entry(register, what, code))


def name_if_known(register: Register | None, what: str, code: str) -> Both:
    """What an entry is called; nothing where there is no such entry, or its kind has no names."""
    entries = getattr(register, f"{what}s", {}) if what in UNKNOWN else {}
    return name(entries[code]) if code in entries else literal("")


def place_of(register: Register, what: EntryKind, code: str) -> str | None:
    """The township an entry is in; None for a fund, or where its unit is not registered."""
    entry = _entry(register, what, code)
    unit = register.units.get(entry.unit) if isinstance(entry, Project) else entry
    return unit.township if isinstance(unit, Unit) else code if isinstance(unit, Township) else None


def fields_of(register: Register, what: EntryKind, code: str) -> list[Field]:
    """What an entry says, in the order of its sheet, without its empty cells. Raises `UnknownUnit` and the like."""
    entry = _entry(register, what, code)
    shelves = {one: {code: entry} if one == f"{what}s" else {} for one in ("townships", "units", "projects", "funds")}
    alone = replace(register, **shelves, areas={}, adjacency=(), duties={})
    sheet = next(one for one in sheets_of(alone) if one.key == f"{what}s")
    columns = {column.key: column for column in BY_KEY[sheet.key].columns}
    found = []
    for header, value in zip(sheet.headers, sheet.rows[0], strict=True):
        if value is None or header in NAMED:
            continue
        column = columns.get(header)
        label = Both(column.zh[0], _plainly(header)) if column else both_or(f"indicator.{header}", header)
        about = Both(column.note_zh, column.note_en) if column else Both("", "")
        said, leads_to = _said(register, header, value)
        found.append(Field(label, said, about, leads_to))
    return found


def _entry(register: Register, what: EntryKind, code: str) -> Township | Unit | Project | Fund:
    found: Township | Unit | Project | Fund | None
    match what:
        case "township":
            found = register.townships.get(code)
        case "unit":
            found = register.units.get(code)
        case "project":
            found = register.projects.get(code)
        case "fund":
            found = register.funds.get(code)
    if found is None:
        raise UNKNOWN[what](**{what: code[:64]})
    return found


def _said(register: Register, header: str, value: Out) -> tuple[Both, tuple[EntryKind, str] | None]:
    match value:
        case bool():
            return both("web.register.yes" if value else "web.register.no"), None
        case Fen():
            return money_unit(value.fen), None
        case Degrees():
            return literal(f"{Decimal(value.micro) / MICRO:f}"), None
        case int():
            return literal(f"{value:,}" if header != "budget_year" else str(value)), None
        case date():
            return literal(value.isoformat()), None
        case Decimal():
            return literal(f"{value.normalize():,f}"), None
    text = str(value)
    if header == "kind":
        return kind(text), None
    if header == "stage":
        return both_or(f"times.step.{text}", text), None
    if header in ("haves", "closes"):
        return Both.join([have(one) for one in text.split(";")], zh="、", en=", "), None
    if header == "township" and text in register.townships:
        return name(register.townships[text]), ("township", text)
    if header == "unit" and text in register.units:
        return name(register.units[text]), ("unit", text)
    if header == "running_fund" and text in register.funds:
        return name(register.funds[text]), ("fund", text)
    return literal(text.replace(";", ", ")), None


def _plainly(header: str) -> str:
    """A canonical header as words: `income_per_head_yuan` is “Income per head”."""
    words = header.removesuffix("_yuan").replace("_", " ")
    return words[:1].upper() + words[1:]


def _called(entry: Township | Unit | Project | None, code: str) -> Both:
    return literal(code) if entry is None else name(entry)
