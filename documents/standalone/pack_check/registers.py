"""The registers of a pack held against the facts: the tables say what the facts up to their position say."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from documents.standalone.certificate_check.files import packed
from documents.standalone.certificate_check.sayings import Wrong
from documents.standalone.certificate_check.sheets import folder_tables
from documents.standalone.certificate_check.tables import DECIDED, read_register
from documents.standalone.pack_check.facts import FactLine

Shelf = dict[str, dict[str, Any]]
DESCRIPTIVE = ("name_zh", "name_en", "department", "document_no", "budget_year", "purposes", "eligibility")
STAGES = {"project.admitted": "admitted", "project.withdrawn": "withdrawn", "project.accepted": "accepted"}
KINDS = ("township", "unit", "project", "fund", "duty")


class Folded:
    """Townships, units, projects, funds and duties as the facts so far leave them, each a JSON object by its code."""

    def __init__(self, facts: Iterable[FactLine]) -> None:
        self.shelves: dict[str, Shelf] = {kind: {} for kind in KINDS}
        self.county: dict[str, Any] = {}
        self.neighbours: list[tuple[str, ...]] = []
        for fact in facts:
            kind = fact.name.partition(".")[0]
            if kind in KINDS or kind == "pool":
                self._take(fact.name, fact.said)
            elif fact.name == "county.named":
                self.county = fact.said
            elif fact.name == "register.adjacency_recorded":
                self.neighbours = sorted({tuple(sorted(pair)) for pair in fact.said["pairs"]})

    def _take(self, name: str, said: dict[str, Any]) -> None:
        kind = "fund" if name.startswith("pool.") else name.partition(".")[0]
        shelf = self.shelves[kind]
        own = shelf.get(said[kind])
        if name in ("township.registered", "unit.registered", "project.proposed", "fund.announced", "duty.moved"):
            shelf[said[kind]] = dict(said["record"])
        elif own is None:
            if name.endswith((".corrected", ".assessed")) and kind != "fund":
                shelf[said[kind]] = dict(said["record"])
        elif name.endswith((".corrected", ".assessed")):
            wanted = [one for one in said["changed"] if kind != "fund" or one in DESCRIPTIVE]
            own.update({one: said["record"][one] for one in wanted})
        elif kind == "unit":
            self._unit(name, said, own)
        elif kind == "project":
            self._project(name, said, own)
        elif kind == "fund":
            self._fund(name, said, own)

    def _unit(self, name: str, said: dict[str, Any], own: dict[str, Any]) -> None:
        if name == "unit.listed_backward":
            own.update(backward=True, backward_reason=said["reason"])
        elif name == "unit.struck_off":
            own.update(backward=False, backward_reason=None)

    def _project(self, name: str, said: dict[str, Any], own: dict[str, Any]) -> None:
        own["stage"] = STAGES.get(name, own["stage"])
        if name == "project.appraised":
            own["benefit"] = said["benefit"]
            own["stage"] = "appraised" if own["stage"] == "proposed" else own["stage"]
        elif name == "project.ranked":
            own["rank"] = said["rank"]
        elif name == "project.started":
            own["started"] = True
        elif name == "project.overrun":
            own["cost_fen"] = said["new_cost_fen"]
        elif name == "project.accepted" and (unit := self.shelves["unit"].get(said["unit"])):
            unit["haves"] = sorted({*unit["haves"], *own["closes"]})
            unit["office_rented_out"] = unit["office_rented_out"] and not own["returns_office"]

    def _fund(self, name: str, said: dict[str, Any], own: dict[str, Any]) -> None:
        if name == "fund.amended":
            own["amount_fen"] = said["new_amount_fen"]
        elif name == "fund.tranche_announced":
            own["tranches"] = _with(own["tranches"], said["tranche"])
        elif name == "fund.tranche_received":
            before = _of(own["tranches"], said["tranche"])
            arrived = {"code": said["tranche"], "amount_fen": said["amount_fen"], "due_on": before.get("due_on")}
            own["tranches"] = _with(own["tranches"], {**arrived, "arrived_on": said["arrived_on"]})
        elif name == "fund.pledge_made":
            before = _of(own["pledges"], said["pledge"]["code"])
            own["pledges"] = _with(own["pledges"], {**said["pledge"], "arrived_fen": before.get("arrived_fen", 0)})
        elif name == "fund.pledge_received":
            if before := _of(own["pledges"], said["pledge"]):
                arrived_fen = before["arrived_fen"] + said["amount_fen"]
                own["pledges"] = _with(own["pledges"], {**before, "arrived_fen": arrived_fen})
        elif name == "fund.carried_over":
            own["carried_out_fen"] += said["amount_fen"]
            if taker := self.shelves["fund"].get(said["to_fund"]):
                taker["carried_in_fen"] += said["amount_fen"]
        elif name == "fund.taken_back":
            own["taken_back_fen"] += said["amount_fen"]
        elif name == "fund.closed":
            own["closed"] = True
        elif name in ("pool.joined", "pool.refused"):
            own["pooled"] = name == "pool.joined"


def check_register(tables: Path, name: str, facts: Iterable[FactLine]) -> None:
    """Raise `Wrong` unless the tables of a folder, which the pack calls `name`, say what the facts say."""
    folded = Folded(facts)
    decided = {code: {key: fund[key] for key in DECIDED} for code, fund in folded.shelves["fund"].items()}
    rows = dict(folder_tables(tables))
    if any(row.cells.get("code") not in decided for row in rows["funds"] if row.cells.get("entry") == "fund"):
        raise Wrong("pack-differs", name=f"{name}/funds.csv")
    register = read_register(tables, decided)
    stated = {
        "townships": (register.townships, folded.shelves["township"]),
        "units": (register.units, folded.shelves["unit"]),
        "projects": (register.projects, folded.shelves["project"]),
        "duties": (register.duties, folded.shelves["duty"]),
    }
    for table, (found, wanted) in stated.items():
        if _plain(found) != _plain(wanted):
            raise Wrong("pack-differs", name=f"{name}/{table}.csv")
    if [tuple(pair) for pair in register.adjacency] != folded.neighbours:
        raise Wrong("pack-differs", name=f"{name}/adjacency.csv")
    fund_cells = [{key: text for key, text in row.cells.items() if text} for row in rows["funds"]]
    if fund_cells != [cells for _, fund in sorted(folded.shelves["fund"].items()) for cells in _fund_cells(fund)]:
        raise Wrong("pack-differs", name=f"{name}/funds.csv")
    _check_county(tables / "county.csv", name, folded.county)


def _check_county(file: Path, name: str, said: Mapping[str, Any]) -> None:
    with file.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    wanted = {"code": said["county"], **{key: said.get(key, "") for key in ("name_zh", "name_en", "note")}}
    if rows != [wanted]:
        raise Wrong("pack-differs", name=f"{name}/county.csv")


def _fund_cells(fund: Mapping[str, Any]) -> Iterable[dict[str, str]]:
    """The rows a fund has in its table, without empty cells."""
    told = {key: str(fund[key]) for key in DESCRIPTIVE if fund[key] and key != "purposes"}
    codes = {"code": fund["code"], "purposes": ";".join(sorted(fund["purposes"]))}
    yield {
        key: text
        for key, text in {"entry": "fund", **codes, **told, "amount_yuan": _yuan(fund["amount_fen"])}.items()
        if text
    }
    for tranche in sorted(fund["tranches"], key=lambda one: str(one["code"])):
        yield _entry("tranche", fund["code"], tranche, {})
    for pledge in sorted(fund["pledges"], key=lambda one: str(one["code"])):
        further = {"by": pledge["by"], "pledge_kind": pledge["kind"], "arrived_yuan": _yuan(pledge["arrived_fen"])}
        yield _entry("pledge", fund["code"], pledge, further)


def _entry(entry: str, fund: str, part: Mapping[str, Any], further: dict[str, str]) -> dict[str, str]:
    dates = {key: part.get(key) or "" for key in ("due_on", "arrived_on")}
    cells = {"entry": entry, "fund": fund, "code": part["code"], "amount_yuan": _yuan(part["amount_fen"])}
    return {key: text for key, text in {**cells, **dates, **further}.items() if text}


def _yuan(fen: int) -> str:
    whole, part = divmod(fen, 100)
    return f"{whole}.{part:02d}" if part else str(whole)


def _of(parts: Iterable[dict[str, Any]], code: str) -> dict[str, Any]:
    return next((part for part in parts if part["code"] == code), {})


def _with(parts: Iterable[dict[str, Any]], one: dict[str, Any]) -> list[dict[str, Any]]:
    return [*(part for part in parts if part["code"] != one["code"]), one]


def _plain(shelf: Mapping[str, Mapping[str, Any]]) -> str:
    """Records in one form: in order of codes and of fields, lists in order, figures without idle zeros."""
    return packed(
        {code: {key: _value(key, record[key]) for key in sorted(record)} for code, record in sorted(shelf.items())}
    )


def _value(key: str, value: Any) -> Any:
    if isinstance(value, list):
        return sorted(value)
    if isinstance(value, dict):
        return {name: str(Decimal(figure).normalize()) for name, figure in sorted(value.items())}
    return str(Decimal(value).normalize()) if key == "last_result" and value is not None else value
