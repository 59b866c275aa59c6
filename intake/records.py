"""Records: complete rows as the townships, units, projects, funds and duties of a register."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from msgspec.structs import replace

from domain.register import Duty, Fund, Pledge, Project, Township, Tranche, Unit
from intake.completeness import entry_of
from intake.rows import Row


def _names(row: Row) -> dict[str, Any]:
    """Both names; one that is missing is the same as the other."""
    zh, en = row.values.get("name_zh"), row.values.get("name_en")
    return {"name_zh": zh if zh is not None else en, "name_en": en if en is not None else zh}


def _given(row: Row, **keys: str) -> dict[str, Any]:
    """The fields of a record that the row fills, by the column each is read from; the others keep their default."""
    return {name: row.values[key] for name, key in keys.items() if key in row.values}


def _same(row: Row, *keys: str) -> dict[str, Any]:
    return _given(row, **{key: key for key in keys})


def township(row: Row) -> Township:
    """The township of a complete row."""
    return Township(**_same(row, "code", "kind"), **_names(row))


def unit(row: Row) -> Unit:
    """The unit of a complete row."""
    return Unit(
        **_same(
            row, "code", "kind", "township", "households", "population", "poor", "backward", "backward_reason", "stars",
            "haves", "office_rented_out", "last_result",
        ),
        **_given(
            row, income_fen="income_per_head_yuan", collective_income_fen="collective_income_yuan", lon_e6="longitude",
            lat_e6="latitude",
        ),
        **_names(row),
        indicators=dict(sorted(row.further.items())),
    )  # fmt: skip


def project(row: Row) -> Project:
    """The project of a complete row."""
    return Project(
        **_same(
            row, "code", "unit", "category", "builder", "responsible_post", "purposes", "closes", "returns_office",
            "running_fund", "benefit", "target", "due_on", "requires", "variant_group", "started", "stage", "rank",
        ),
        **_given(row, cost_fen="cost_yuan", running_cost_fen="running_cost_yuan", spent_fen="spent_yuan"),
        **_names(row),
        quantities=dict(sorted(row.further.items())),
    )  # fmt: skip


def duty(row: Row) -> Duty:
    """The duty of a complete row."""
    return Duty(**_same(row, "code", "name", "unit", "fund"), **_given(row, amount_fen="amount_yuan"))


def funds(rows: Iterable[Row]) -> dict[str, Fund]:
    """The funds of complete rows, each with its tranches and pledges in order of codes."""
    found: dict[str, Fund] = {}
    tranches: dict[str, list[Tranche]] = {}
    pledges: dict[str, list[Pledge]] = {}
    for row in rows:
        entry, owner = entry_of(row), cast(str, row.values.get("fund"))
        if entry == "tranche":
            record = Tranche(**_same(row, "code", "due_on", "arrived_on"), **_given(row, amount_fen="amount_yuan"))
            tranches.setdefault(owner, []).append(record)
        elif entry == "pledge":
            pledges.setdefault(owner, []).append(_pledge(row))
        else:
            own = _same(row, "code", "department", "document_no", "budget_year", "purposes", "eligibility")
            fund = Fund(**own, **_given(row, amount_fen="amount_yuan"), **_names(row))
            found[fund.code] = fund
    return {
        code: replace(
            fund,
            tranches=tuple(sorted(tranches.get(code, ()), key=lambda part: part.code)),
            pledges=tuple(sorted(pledges.get(code, ()), key=lambda part: part.code)),
        )
        for code, fund in found.items()
    }


def _pledge(row: Row) -> Pledge:
    return Pledge(
        **_same(row, "code", "by", "due_on"),
        **_given(row, kind="pledge_kind", amount_fen="amount_yuan", arrived_fen="arrived_yuan"),
    )
