"""A register out of a file: all sheets read and checked against each other; every fault at once, or the register."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TypeVar

from msgspec.structs import replace

from domain.register import Area, Fund, Register
from intake import records
from intake.areas import collect_areas, neighbours
from intake.completeness import check_complete, check_unique, entry_of
from intake.faults import FaultList
from intake.limits import Limits
from intake.money_checks import check_funds, check_payers, check_spent
from intake.references import Suggestions, check_circles, check_references
from intake.rows import Row, Rows, read_rows
from intake.sheet_checks import check_figures, check_positions, check_sheets, codes_of
from intake.sheets import BY_KEY, SHEETS
from intake.tables import Table
from intake.workbook import AREAS_FILE, read_tables

_Record = TypeVar("_Record")


def read_register(
    path: Path,
    *,
    areas: Path | None = None,
    county: str | None = None,
    base: Register | None = None,
    limits: Limits | None = None,
) -> Register:
    """The register in a workbook (`.xlsx`) or a folder of CSV files, as written by people.

    `areas` is a GeoJSON file of outlines; a folder may hold one as `areas.geojson`. Without a sheet `adjacency`,
    neighbours follow from the outlines. `county` is the code the register must be of. With `base`, the file may hold
    some of the sheets and rows only: what it does not hold is taken from there.

    Amounts are exact to the fen; lists and sums are in order of codes, so that the order of rows says nothing. Raises
    `IntakeFault` for a file that cannot be read at all, else `RegisterFaults` with the faults of all sheets at once.
    """
    return _Reader(path, areas, county, base, limits or Limits()).register()


class _Reader:
    """One reading: the sheets as rows, the faults so far, and what else the register consists of."""

    def __init__(
        self, path: Path, areas: Path | None, county: str | None, base: Register | None, limits: Limits
    ) -> None:
        self.path = path
        self.county = county
        self.base = base or Register(county="–", name_zh="", name_en="")
        self.partial = base is not None
        self.limits = limits
        self.faults = FaultList()
        self.tables = read_tables(path, limits)
        check_sheets(self.tables, self.faults, partial=self.partial)
        self.sheets: dict[str, Rows] = {
            sheet.key: read_rows(sheet, self.tables.by_sheet.get(sheet.key, Table(sheet.key, ())), self.faults)
            if sheet.key in self.tables.by_sheet
            else _absent(sheet.key, self.faults)
            for sheet in SHEETS
        }
        self.whole = {key: check_complete(rows) for key, rows in self.sheets.items()}
        self.suggestions = Suggestions()
        self.areas_path = areas or _areas_beside(path)

    def register(self) -> Register:
        """The register, or all faults."""
        self._check_county()
        codes = self._codes()
        self._check_references(codes)
        check_circles(self.sheets["projects"], {p.code: p.requires for p in self.base.projects.values()})
        check_spent(self.sheets["projects"])
        check_funds(self.sheets["funds"])
        check_figures(self.sheets["units"], self.sheets["funds"], self.base.units.values())
        outlines = self._areas(codes["units"])
        check_positions(self.sheets["units"])
        read = self._records()
        purposes: dict[str, tuple[tuple[str, ...], Fund | None]] = {
            **{code: (fund.purposes, fund) for code, fund in self.base.funds.items()},
            **self._purposes_of_rows(read.funds),
        }
        check_payers(self.sheets["projects"], purposes, read.units, read.townships)
        self.faults.raise_if_any(self.tables.file)
        adjacency = self._adjacency()
        if not adjacency:
            adjacency = neighbours(outlines) if self.areas_path is not None else self.base.adjacency
        return replace(read, areas=outlines, adjacency=adjacency)

    def _check_county(self) -> None:
        rows = self.sheets["county"]
        for row in rows.rows[1:]:
            rows.fault("one-row", row)
        for row in rows.rows[:1]:
            if self.county is not None and row.values.get("code", self.county) != self.county:
                rows.fault("other-county", row, "code", county=self.county)

    def _codes(self) -> dict[str, set[str]]:
        """The codes of every sheet, with those of the base."""
        base = self.base
        known = {"townships": set(base.townships), "units": set(base.units), "projects": set(base.projects)}
        for key in ("townships", "units", "projects", "duties"):
            known.setdefault(key, set()).update(check_unique(self.sheets[key]))
        funds = self.sheets["funds"]
        own = [row for row in funds.rows if entry_of(row) == "fund"]
        parts = [row for row in funds.rows if entry_of(row) in {"tranche", "pledge"}]
        known["funds"] = set(base.funds) | set(check_unique(funds, own))
        self.own_funds = {str(row.values["code"]) for row in own if "code" in row.values}
        check_unique(funds, parts, lambda row: row.values.get("fund"))
        units = self.sheets["units"]
        if not self.partial and "units" in self.tables.by_sheet and not units.rows and not units.unread:
            units.fault("no-rows", None)
        return known

    def _check_references(self, codes: Mapping[str, set[str]]) -> None:
        for sheet, key, target in (
            ("units", "township", "townships"),
            ("projects", "unit", "units"),
            ("projects", "running_fund", "funds"),
            ("projects", "requires", "projects"),
            ("adjacency", "unit_a", "units"),
            ("adjacency", "unit_b", "units"),
            ("duties", "unit", "units"),
            ("duties", "fund", "funds"),
        ):
            # A sheet that is missing or unreadable is one fault, not one for every row that refers to it.
            if codes[target] or not self._is_unreadable(target):
                check_references(self.sheets[sheet], key, codes[target], self._shown(target), self.suggestions)
        check_references(self.sheets["funds"], "fund", self.own_funds, self._shown("funds"), self.suggestions)
        adjacency = self.sheets["adjacency"]
        for row in adjacency.rows:
            if "unit_a" in row.values and row.values["unit_a"] == row.values.get("unit_b"):
                adjacency.fault("own-neighbour", row, "unit_b")

    def _is_unreadable(self, key: str) -> bool:
        return key not in self.tables.by_sheet or "code" in self.sheets[key].unread

    def _shown(self, key: str) -> str:
        table = self.tables.by_sheet.get(key)
        return table.name if table is not None else key

    def _areas(self, units: set[str]) -> dict[str, Area]:
        if self.areas_path is None:
            return dict(self.base.areas)
        known = None if self._is_unreadable("units") and not units else units
        return {**self.base.areas, **collect_areas(self.areas_path, known, self.faults, self.limits)}

    def _purposes_of_rows(self, funds: Mapping[str, Fund]) -> dict[str, tuple[tuple[str, ...], Fund | None]]:
        rows = [row for row in self.sheets["funds"].rows if entry_of(row) == "fund"]
        codes = [(str(row.values["code"]), row) for row in rows if "code" in row.values]
        return {code: (codes_of(row, "purposes"), funds.get(code)) for code, row in codes if "purposes" in row.values}

    def _records(self) -> Register:
        """All complete rows as records, over those of the base; worth something only when there are no faults."""
        base = self.base
        funds = {
            code: _kept_standing(fund, base.funds.get(code))
            for code, fund in records.funds(self._complete("funds")).items()
        }
        read = replace(
            base,
            townships=_merged(base.townships, self._made("townships", records.township)),
            units=_merged(base.units, self._made("units", records.unit)),
            projects=_merged(base.projects, self._made("projects", records.project)),
            funds=_merged(base.funds, funds),
            duties=_merged(base.duties, self._made("duties", records.duty)),
        )
        for row in self._complete("county"):
            zh, en = row.values.get("name_zh"), row.values.get("name_en")
            return replace(
                read, county=str(row.values["code"]), name_zh=str(zh or en), name_en=str(en or zh),
                note=str(row.values.get("note", "")),
            )  # fmt: skip
        if self.partial:
            return read
        code = self.county or _code_of(self.path)
        return replace(read, county=code, name_zh=code, name_en=code)

    def _complete(self, key: str) -> Iterable[Row]:
        return (row for row in self.sheets[key].rows if row.number in self.whole[key])

    def _made(self, key: str, make: Callable[[Row], _Record]) -> dict[str, _Record]:
        return {str(row.values["code"]): make(row) for row in self._complete(key)}

    def _adjacency(self) -> tuple[tuple[str, str], ...]:
        pairs = {
            tuple(sorted((str(row.values["unit_a"]), str(row.values["unit_b"])))) for row in self._complete("adjacency")
        }
        return tuple(sorted((first, second) for first, second in pairs))


def _absent(key: str, faults: FaultList) -> Rows:
    return Rows(BY_KEY[key], Table(key, ()), (), {}, frozenset(), {}, faults)


def _areas_beside(path: Path) -> Path | None:
    """The file of outlines inside a folder of tables."""
    beside = path / AREAS_FILE
    return beside if beside.is_file() or beside.is_symlink() else None


def _merged(old: Mapping[str, _Record], new: Mapping[str, _Record]) -> dict[str, _Record]:
    return dict(sorted({**old, **new}.items()))


def _kept_standing(fund: Fund, old: Fund | None) -> Fund:
    """A fund read again keeps what only decisions change: pool, closure, and money carried over or taken back."""
    if old is None:
        return fund
    return replace(
        fund, pooled=old.pooled, closed=old.closed, carried_in_fen=old.carried_in_fen,
        carried_out_fen=old.carried_out_fen, taken_back_fen=old.taken_back_fen,
    )  # fmt: skip


def _code_of(path: Path) -> str:
    """A code for the county from the name of its file, where nothing else names it."""
    stem = unicodedata.normalize("NFKC", path.resolve().stem)
    code = "".join(character if character.isalnum() or character in "_-." else "-" for character in stem).strip("-")
    return code[:64] or "county"
