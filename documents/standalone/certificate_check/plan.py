"""The plan in hand: hash, lines, funds and sites held against the case, and what it reaches."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from documents.standalone.certificate_check.case import Case
from documents.standalone.certificate_check.files import at, only, packed, sha256, texts
from documents.standalone.certificate_check.rows import Column, Rows
from documents.standalone.certificate_check.sayings import Wrong
from documents.standalone.certificate_check.welfare import welfare_of

LINE_KEYS = ("line", "fund", "unit", "project", "amount_fen", "parts", "rules")


class Plan:
    """What plan.json says, held against the case: hash, lines, funds, sites, and what it reaches."""

    def __init__(self, data: Any, case: Case, rows: Rows) -> None:
        self.case, self.rows = case, rows
        self.values: dict[Column, int] = {}
        self.formula: dict[tuple[str, str], int] = {}
        self.paid: dict[tuple[str, str], int] = {}
        lines = at(data, "lines", list, "plan")
        for line in lines:
            self._line(only(line, LINE_KEYS, "plan.lines"))
        self.sites = texts(at(data, "sites", list, "plan"), "plan.sites")
        ordered = sorted(({key: line[key] for key in LINE_KEYS} for line in lines), key=lambda line: str(line["line"]))
        for line in ordered:
            line["parts"] = dict(sorted(line["parts"].items()))
        content = {"case": at(data, "instance_hash", str, "plan"), "lines": ordered, "sites": sorted(self.sites)}
        if sha256(packed(content)) != at(data, "plan_hash", str, "plan"):
            raise Wrong("hash", what="plan_hash", file="plan.json")
        self._funds(data)
        self._projects()
        self._grants()
        self._sites()
        self.values["welfare",] = sum(welfare_of(case.pieces[u], quanta) for u, quanta in self._held().items())
        self._keeps_rows()

    def _line(self, line: Mapping[str, Any]) -> None:
        name, fund, unit = (at(line, key, str, "plan.lines") for key in LINE_KEYS[:3])
        fen = at(line, "amount_fen", int, "plan.lines")
        project, parts = line.get("project"), at(line, "parts", dict, "plan.lines")
        texts(line.get("rules"), "plan.lines.rules")
        sums = all(type(part) is int and part >= 0 for part in parts.values()) and sum(parts.values()) == fen
        case, subject = self.case, project or unit
        fits = fund in case.funds and unit in case.register.units and fen > 0 and sums
        if fits and project is not None:
            fits = fund in case.payers.get(project, ()) and case.register.projects[project]["unit"] == unit
        shelf = self.formula if project is None else self.paid
        fits = fits and (fund, subject) not in shelf and name in (f"{fund}.{subject}", f"{fund}.{unit}.{subject}")
        if not fits:
            raise Wrong("line", line=name)
        shelf[fund, subject] = fen

    def _funds(self, data: Any) -> None:
        stated = {at(use, "fund", str, "plan.funds"): use for use in at(data, "funds", list, "plan")}
        if len(stated) != len(data["funds"]) or set(stated) != set(self.case.funds):
            raise Wrong("fund", fund=sorted(set(stated) ^ set(self.case.funds)) or "–")
        for code, use in stated.items():
            fund = self.case.funds[code]
            projects = sum(fen for (f, _), fen in self.paid.items() if f == code)
            spent = projects + sum(fen for (f, _), fen in self.formula.items() if f == code)
            figures = [use.get(key) for key in ("amount_fen", "allocated_fen", "unallocated_fen")]
            if figures != [fund.total, spent, fund.total - spent] or spent > fund.total or projects > fund.cap:
                raise Wrong("fund", fund=code)

    def _projects(self) -> None:
        paid: dict[str, int] = defaultdict(int)
        for (fund, project), fen in self.paid.items():
            paid[project] += fen
            self.values["pays", fund, project] = fen // self.case.quantum
        for project, fen in paid.items():
            if fen != self.case.cost_fen[project]:
                raise Wrong("project", project=project, found=fen, expected=self.case.cost_fen[project])
            self.values["built", project] = 1

    def _grants(self) -> None:
        case = self.case
        for code, fund in case.funds.items():
            for unit in case.register.units:
                fen = self.formula.get((code, unit), 0)
                more, rest = divmod(fen - fund.sure.get(unit, 0), case.quantum)
                bounds = case.grants.get((code, unit)) or (0, case.rests.get((code, unit), 0))
                if rest or not bounds[0] <= more <= bounds[1]:
                    raise Wrong("grant", fund=code, unit=unit, found=fen)
                if (code, unit) in case.grants:
                    self.values["grant", code, unit] = more
                elif (code, unit) in case.rests:
                    self.values["rest", code, unit] = more
            if code in self.rows.left:
                free = fund.total if fund.decides else fund.cap
                given = sum(v for c, v in self.values.items() if c[0] in ("grant", "rest") and c[1] == code)
                spent = sum(v for c, v in self.values.items() if c[0] == "pays" and c[1] == code)
                self.values["left", code] = free // case.quantum - given - spent
                self.values["full", code] = int(given >= self.rows.left[code][1])

    def _sites(self) -> None:
        for site in self.sites:
            if site not in self.rows.sites or self.values.get(("site", site)):
                raise Wrong("site", unit=site)
            self.values["site", site] = 1

    def _held(self) -> dict[str, int]:
        """What welfare counts of every unit, in quanta: guaranteed and decided grants, and its projects."""
        held = dict(self.case.held)
        for column, value in self.values.items():
            if column[0] in ("grant", "pays"):
                unit = self.rows.unit_of(column)
                assert unit is not None
                held[unit] += value
        return held

    def _keeps_rows(self) -> None:
        """Every must holds; every should falls short by the least that makes up for it."""
        local = [row for kept in (self.rows.inside, self.rows.counts) for rows in kept.values() for row in rows]
        for row in [*self.rows.shared.values(), *local]:
            shorts = [column for column in row.terms if column[0] == "short"]
            value = sum(k * self.values.get(column, 0) for column, k in row.terms.items())
            lacking = max(
                row.low - value if row.low is not None else 0, value - row.high if row.high is not None else 0, 0
            )
            if lacking and not shorts:
                low, high = ("–" if end is None else end for end in (row.low, row.high))
                raise Wrong("row", row=row.name, found=value, low=low, high=high)
            for short in shorts:
                self.values[short] = -(-lacking // abs(row.terms[short]))
