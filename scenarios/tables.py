"""A register as the folder of CSV tables that `tongchou register import` reads: one way to write each thing."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from domain.register import Fund, Project, Register, Township, Unit

Cell = str | int | Decimal | date | bool | None
COUNTY = ("code", "name_zh", "name_en", "note")
TOWNSHIPS = ("code", "name_zh", "name_en", "kind")
UNITS = (
    "code", "name_zh", "name_en", "kind", "township", "households", "population", "income_per_head_yuan", "poor",
    "backward", "backward_reason", "stars", "haves", "office_rented_out", "collective_income_yuan", "longitude",
    "latitude", "last_result",
)  # fmt: skip
PROJECTS = (
    "code", "unit", "name_zh", "name_en", "category", "builder", "responsible_post", "purposes", "closes",
    "returns_office", "cost_yuan", "running_cost_yuan", "running_fund", "benefit", "target", "due_on", "requires",
    "variant_group", "started", "spent_yuan", "stage", "rank",
)  # fmt: skip
FUNDS = (
    "entry", "code", "fund", "name_zh", "name_en", "department", "document_no", "budget_year", "purposes",
    "amount_yuan", "due_on", "arrived_on", "by", "pledge_kind", "arrived_yuan", "eligibility",
)  # fmt: skip


def register_tables(register: Register) -> dict[str, str]:
    """The tables of a register by file name; areas are not among them, and empty tables are left out."""
    tables = {
        "county.csv": table(COUNTY, [[register.county, register.name_zh, register.name_en, register.note]]),
        "townships.csv": table(TOWNSHIPS, [_township(one) for one in register.townships.values()]),
        "units.csv": _units(list(register.units.values())),
        "funds.csv": funds_table(register.funds.values()),
    }
    if register.projects:
        tables["projects.csv"] = _projects(list(register.projects.values()))
    if register.adjacency:
        tables["adjacency.csv"] = table(("unit_a", "unit_b"), register.adjacency)
    return tables


def funds_table(funds: Iterable[Fund]) -> str:
    """Funds with their tranches and pledges below them."""
    return table(FUNDS, [row for fund in funds for row in _fund(fund)])


def table(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """CSV as RFC 4180 has it, but with plain line ends."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue()


def _cell(value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.isoformat() if isinstance(value, date) else str(value)


def yuan(fen: int | None) -> str | None:
    """An amount in yuan, with decimals only where there are fen."""
    if fen is None:
        return None
    whole, rest = divmod(fen, 100)
    return f"{whole}.{rest:02d}" if rest else str(whole)


def degrees(microdegrees: int | None) -> str | None:
    """A coordinate in degrees with all six decimals."""
    if microdegrees is None:
        return None
    whole, part = divmod(abs(microdegrees), 1_000_000)
    return f"{'-' if microdegrees < 0 else ''}{whole}.{part:06d}"


def _list(codes: Iterable[str]) -> str:
    return ";".join(codes)


def _township(one: Township) -> list[Cell]:
    return [one.code, one.name_zh, one.name_en, one.kind]


def _units(units: list[Unit]) -> str:
    further = list(dict.fromkeys(name for unit in units for name in unit.indicators))
    rows: list[list[Cell]] = [
        [
            one.code, one.name_zh, one.name_en, one.kind, one.township, one.households, one.population,
            yuan(one.income_fen), one.poor, one.backward, one.backward_reason, one.stars, _list(one.haves),
            one.office_rented_out, yuan(one.collective_income_fen), degrees(one.lon_e6), degrees(one.lat_e6),
            one.last_result, *(one.indicators.get(name) for name in further),
        ]
        for one in units
    ]  # fmt: skip
    return table((*UNITS, *further), rows)


def _projects(projects: list[Project]) -> str:
    further = list(dict.fromkeys(name for project in projects for name in project.quantities))
    rows: list[list[Cell]] = [
        [
            one.code, one.unit, one.name_zh, one.name_en, one.category, one.builder, one.responsible_post,
            _list(one.purposes), _list(one.closes), one.returns_office, yuan(one.cost_fen), yuan(one.running_cost_fen),
            one.running_fund, one.benefit, one.target, one.due_on, _list(one.requires), one.variant_group, one.started,
            yuan(one.spent_fen), one.stage, one.rank, *(one.quantities.get(name) for name in further),
        ]
        for one in projects
    ]  # fmt: skip
    return table((*PROJECTS, *further), rows)


def _fund(fund: Fund) -> list[list[Cell]]:
    rows: list[list[Cell]] = [
        [
            "fund", fund.code, None, fund.name_zh, fund.name_en, fund.department, fund.document_no, fund.budget_year,
            _list(fund.purposes), yuan(fund.amount_fen), None, None, None, None, None, fund.eligibility,
        ]
    ]  # fmt: skip
    blank = [None] * 6
    rows += [
        ["tranche", one.code, fund.code, *blank, yuan(one.amount_fen), one.due_on, one.arrived_on, *[None] * 4]
        for one in fund.tranches
    ]
    rows += [
        [
            "pledge", one.code, fund.code, *blank, yuan(one.amount_fen), one.due_on, None, one.by, one.kind,
            yuan(one.arrived_fen), None,
        ]
        for one in fund.pledges
    ]  # fmt: skip
    return rows
