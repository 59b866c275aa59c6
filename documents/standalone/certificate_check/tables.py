"""The register: townships, units, projects, funds and duties as they are planned with and hashed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from documents.standalone.certificate_check.cells import Row
from documents.standalone.certificate_check.files import at, only, packed, sha256
from documents.standalone.certificate_check.sayings import Wrong
from documents.standalone.certificate_check.sheets import folder_tables, workbook_tables

Record = dict[str, Any]
"""One row, its fields in the order in which they are hashed."""


@dataclass
class Register:
    """What the tables say. Money in fen, coordinates in microdegrees, further figures as exact decimals."""

    townships: dict[str, Record]
    units: dict[str, Record]
    projects: dict[str, Record]
    funds: dict[str, Record]
    duties: dict[str, Record]
    adjacency: list[list[str]]

    def instance_hash(self, policy_hash: str) -> str:
        """The hash of all a plan depends on."""
        funds = {
            code: [plannable(f), f["purposes"], f["eligibility"], f["pooled"], f["closed"], f["budget_year"]]
            for code, f in self.funds.items()
        }
        shelves: Record = {"duties": self.duties, "funds": funds, "projects": self.projects}
        shelves |= {"townships": self.townships, "units": self.units}
        content: Record = {name: dict(sorted(shelf.items())) for name, shelf in shelves.items()}
        content |= {"adjacency": self.adjacency, "policy": policy_hash}
        return sha256(packed(dict(sorted(content.items()))))


def plannable(fund: Record) -> int:
    """What a plan may count on, in fen."""
    moved: int = fund["carried_in_fen"] - fund["carried_out_fen"] - fund["taken_back_fen"]
    return int(fund["amount_fen"]) + moved


def read_register(path: Path, decided: Mapping[str, Any]) -> Register:
    """The tables of a folder or workbook; `decided` is what decisions on the record changed of funds."""
    tables = dict(workbook_tables(path)) if path.is_file() else dict(folder_tables(path))
    if "units" not in tables or "funds" not in tables:
        raise Wrong("file", file=path.name)
    pairs = {tuple(sorted((row.need("unit_a"), row.need("unit_b")))) for row in tables.get("adjacency", [])}
    return Register(
        townships=_shelf(
            tables.get("townships", []), lambda row: {"code": row.need("code"), **row.names(), "kind": row.need("kind")}
        ),
        units=_shelf(tables["units"], _unit),
        projects=_shelf(tables.get("projects", []), _project),
        funds=_funds(tables["funds"], decided),
        duties=_shelf(tables.get("duties", []), _duty),
        adjacency=[list(pair) for pair in sorted(pairs)],
    )


def _shelf(rows: Iterable[Row], read: Callable[[Row], Record]) -> dict[str, Record]:
    shelf: dict[str, Record] = {}
    for row in rows:
        record = read(row)
        if record["code"] in shelf:
            row.bad("code", "a code that occurs once")
        shelf[record["code"]] = record
    return dict(sorted(shelf.items()))


UNIT_COLUMNS = frozenset(
    [
        "code",
        "name_zh",
        "name_en",
        "kind",
        "township",
        "households",
        "population",
        "income_per_head_yuan",
        "poor",
        "backward",
        "backward_reason",
        "stars",
        "haves",
        "office_rented_out",
        "collective_income_yuan",
        "longitude",
        "latitude",
        "last_result",
    ]
)
PROJECT_COLUMNS = frozenset(
    [
        "code",
        "unit",
        "name_zh",
        "name_en",
        "category",
        "builder",
        "responsible_post",
        "purposes",
        "closes",
        "returns_office",
        "cost_yuan",
        "running_cost_yuan",
        "running_fund",
        "benefit",
        "target",
        "due_on",
        "requires",
        "variant_group",
        "started",
        "spent_yuan",
        "stage",
        "rank",
    ]
)


def _further(row: Row, own: frozenset[str]) -> Record:
    return {name: value for name in sorted(row.cells) if name not in own and (value := row.decimal(name)) is not None}


def _unit(row: Row) -> Record:
    return {
        "code": row.need("code"), **row.names(), "kind": row.need("kind"), "township": row.need("township"),
        "households": row.count("households") if row.cell("households") else row.bad("households", "a whole number"),
        "population": row.count("population"), "income_fen": row.fen("income_per_head_yuan"), "poor": row.flag("poor"),
        "backward": row.flag("backward"), "backward_reason": row.cell("backward_reason"), "stars": row.count("stars"),
        "haves": row.codes("haves"), "office_rented_out": row.flag("office_rented_out"),
        "collective_income_fen": row.fen("collective_income_yuan"), "lon_e6": row.micro("longitude"),
        "lat_e6": row.micro("latitude"), "last_result": _said(row.decimal("last_result")),
        "indicators": {name: _said(value) for name, value in _further(row, UNIT_COLUMNS).items()},
    }  # fmt: skip


def _project(row: Row) -> Record:
    return {
        "code": row.need("code"), "unit": row.need("unit"), **row.names(), "category": row.need("category"),
        "builder": row.need("builder"), "responsible_post": row.need("responsible_post"),
        "purposes": row.codes("purposes"), "closes": row.codes("closes"), "returns_office": row.flag("returns_office"),
        "cost_fen": row.fen("cost_yuan") or 0, "running_cost_fen": row.fen("running_cost_yuan") or 0,
        "running_fund": row.cell("running_fund"), "benefit": row.count("benefit") or 0, "target": row.need("target"),
        "due_on": row.day("due_on"), "requires": row.codes("requires"), "variant_group": row.cell("variant_group"),
        "started": row.flag("started"), "spent_fen": row.fen("spent_yuan") or 0,
        "stage": row.cell("stage") or "admitted", "rank": row.count("rank"),
        "quantities": {name: _said(value) for name, value in _further(row, PROJECT_COLUMNS).items()},
    }  # fmt: skip


def _duty(row: Row) -> Record:
    return {name: row.need(name) for name in ("code", "name", "unit", "fund")} | {
        "amount_fen": row.fen("amount_yuan") or 0
    }


def _said(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


DECIDED = ("pooled", "closed", "carried_in_fen", "carried_out_fen", "taken_back_fen")
"""What of a fund no table states and only decisions on the record change."""


def _funds(rows: Iterable[Row], decided: Mapping[str, Any]) -> dict[str, Record]:
    funds = {}
    for row in rows:
        if (row.cell("entry") or "fund") != "fund":
            continue  # tranches and pledges say when money arrives, not how much may be planned with
        code = row.need("code")
        own = only(decided.get(code, {}), DECIDED, f"certificate.decided.{code}")
        flags = {
            name: at(own, name, bool, f"decided.{code}") if name in own else name == "pooled" for name in DECIDED[:2]
        }
        moved = {name: at(own, name, int, f"decided.{code}") if name in own else 0 for name in DECIDED[2:]}
        funds[code] = {
            "code": code, "purposes": row.codes("purposes"), "eligibility": row.cell("eligibility"),
            "budget_year": row.count("budget_year"), "amount_fen": row.fen("amount_yuan") or 0, **flags, **moved,
        }  # fmt: skip
    if strangers := sorted(set(decided) - set(funds)):
        raise Wrong("unknown", where="certificate.decided", name=strangers[0])
    return dict(sorted(funds.items()))
