#!/usr/bin/env python3
"""Check a plan and the proof that no plan is better by more than the stated gap: by plain arithmetic, trusting nobody.

    python3 verify_certificate.py [plan.json [certificate.json [REGISTER]]] [--lang zh] [--json]

REGISTER is the folder of CSV tables, or the .xlsx, the plan was computed from (default: `register` beside this file).
Needs Python 3.10 or newer and nothing else, and shares no code with the program that made the plan. Works out anew from
the register and the policy (which lies in the certificate under its hash): scores, weights, formula grants, costs, who
may pay what, which sets of projects a unit may build, and what the plan reaches in every objective. Exit code 0: all
that is stated is right. 1: something is not, in one sentence. 2: the command line is not understood.

The proof of a step. Let v be its objective, written so that more is better, and let every shared row r (a fund's budget,
a rule over several units, what an earlier step must keep) say  low[r] <= a[r]·x <= high[r].  For ANY prices y[r], of
which a positive one leans on high[r] and a negative one on low[r], every plan x has

    v(x)  <=  sum(y[r] · (high[r] if y[r] > 0 else low[r]))  +  max over plans of (v - sum(y[r] a[r]))·x            (1)

and the last maximum falls apart: town by town over the demonstration sites, unit by unit over the sets of projects it may
build (at most 2^12 are written down; a larger unit is bounded piece by piece of its welfare), over who pays each project,
over decided grants along the pieces of the welfare function. All in whole numbers: prices count in parts of `scale`.
Rules without a price are dropped from the proof, which it survives, and are named. So the bound is valid whatever the
prices are; good prices only make it close. A. M. Geoffrion, Lagrangean relaxation for integer programming (1974).

What is not looked at: names, measures, reasons why projects were left out, and the solver's own bound, which is stated
beside the certified one (only that its figures and the floors that follow from it agree). Where a file says
`"kind": "impossible"`, its tree of cases is checked instead: see `check_impossible`.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import heapq
import io
import json
import re
import sys
import unicodedata
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction
from itertools import combinations, pairwise
from math import gcd, isqrt, lcm, prod
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

# ---------------------------------------------------------------------------------------------------- what can be wrong

SAYS: dict[str, tuple[str, str]] = {
    "file": ("{file} cannot be read.", "{file} 读不出来。"),
    "json": ("{file} is not the plain JSON expected: {found}.", "{file} 不是合格的 JSON：{found}。"),
    "shape": ("{where}: found {found}, expected {expected}.", "{where}：写的是 {found}，应为 {expected}。"),
    "unknown": (
        "{where} has `{name}`, which this check does not know, and it certifies nothing it does not understand.",
        "{where} 有本程序不认识的 `{name}`；不认识的，一概不予认证。",
    ),
    "cell": ("{where}: `{found}` cannot be read as {expected}.", "{where}：`{found}` 不是 {expected}。"),
    "expression": ("The expression `{text}` cannot be worked out for {unit}: {found}.", "表达式 `{text}` 对 {unit} 算不出来：{found}。"),
    "formula": ("The formula of fund {fund} cannot be given as it says.", "资金 {fund} 的公式无法照办。"),
    "hash": (
        "The {what} stated in {file} is not that of what is in hand: something was altered, or belongs elsewhere.",
        "{file} 所写的 {what} 与手上的内容不符：有改动，或不是同一份。",
    ),
    "line": ("Line {line} of the plan does not fit register and policy.", "方案明细 {line} 与名册、办法不符。"),
    "project": ("Project {project} gets {found} fen where {expected} are needed.", "项目 {project} 得 {found} 分，应为 {expected} 分。"),
    "grant": (
        "By fund {fund}, unit {unit} gets {found} fen of formula money, which the formula does not give.",
        "资金 {fund} 按公式给 {unit} 的不是 {found} 分。",
    ),
    "fund": ("What the plan states of fund {fund} does not agree with its lines.", "方案所写资金 {fund} 的账与明细不符。"),
    "site": ("{unit} is no demonstration site by the rules.", "{unit} 按规则不能作示范点。"),
    "row": ("The plan breaks {row}: {found} where {low} to {high} is allowed.", "方案违反 {row}：{found}，允许 {low} 至 {high}。"),
    "steps": ("{file} states the steps {found}; the policy asks for {expected}.", "{file} 写的步骤是 {found}，办法要求 {expected}。"),
    "figure": ("{file}, {step}: {figure} is stated as {stated}, it comes to {found}.", "{file}，{step}：{figure} 写 {stated}，算得 {found}。"),
    "beyond": ("The value of {step} is beyond its bound, so one of the two is wrong.", "{step} 的值超出了界，两者必有一错。"),
    "kept": ("The plan reaches {found} in {step}, short of the {expected} that later steps had to keep.", "方案在 {step} 得 {found}，不到后续步骤须保住的 {expected}。"),
    "no-row": ("{step} puts a price on {row}, and there is no such row.", "{step} 给 {row} 定了价，而没有这一行。"),
    "side": ("{step}: the price of {row} leans on a side it does not have.", "{step}：{row} 的价格靠在它没有的一侧。"),
    "short": ("{step}: at these prices falling short of {row} would pay without end.", "{step}：照此价格，{row} 短缺越多越合算，界不成立。"),
    "none": ("By the rules there is no plan at all, so this cannot be one.", "照规则根本没有可行方案，所以它不可能是。"),
    "unpriced": (
        "{step} names as without a price {stated}; without one are {found}.",
        "{step} 声明未定价的是 {stated}，实际未定价的是 {found}。",
    ),
    "leaf": ("The proof of impossibility fails in the case {where}: nothing contradicts there.", "“不可能”的证明在 {where} 处不成立：没有矛盾。"),
    "strange": ("{file} holds something no certificate has, and is not accepted.", "{file} 含有证书不会有的内容，不予接受。"),
}  # fmt: skip


class Wrong(Exception):
    """Something stated is not right, or cannot be understood: `code` is stable, the sentence is for people."""

    def __init__(self, code: str, **details: object) -> None:
        super().__init__(code)
        self.code = code
        self.details = {name: _brief(value) for name, value in details.items()}

    def sentence(self, lang: str) -> str:
        return SAYS[self.code][lang == "zh"].format(**self.details)


def _brief(value: object) -> str:
    """A value as a sentence shows it: on one line and not without end."""
    if isinstance(value, (list, tuple, set, frozenset)):
        value = ", ".join(str(one) for one in value) or "–"
    elif isinstance(value, int) and abs(value) >= 10**60:
        value = "a number of more than 60 digits"
    text = "".join(sign if sign.isprintable() else "�" for sign in str(value)[:400])
    return text if len(text) < 160 else text[:157] + "…"


# ------------------------------------------------------------------------------------------------------------ JSON files

FILE_BYTES_MAX = 2**26
WHOLE = re.compile(r"-?(?:0|[1-9][0-9]{0,59})")


def read_json(path: Path) -> Any:
    """A JSON file without surprises: no NaN, no number of thousands of digits, no key twice, no endless nesting."""

    def refuse(found: str) -> Any:
        raise Wrong("json", file=path.name, found=found)

    def whole(text: str) -> int:
        return int(text) if len(text) <= 61 else refuse(f"a number of {len(text)} digits")

    def decimal(text: str) -> Decimal:
        return Decimal(text) if re.fullmatch(r"-?[0-9]{1,30}(\.[0-9]{1,30})?(e-?[0-9]{1,2})?", text) else refuse(text)

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        return found if len(found) == len(pairs) else refuse("a key that occurs twice")

    if path.stat().st_size > FILE_BYTES_MAX:
        raise Wrong("json", file=path.name, found=f"more than {FILE_BYTES_MAX} bytes")
    try:
        text = path.read_bytes().decode("utf-8")
        return json.loads(text, parse_constant=refuse, parse_int=whole, parse_float=decimal, object_pairs_hook=once)
    except RecursionError:
        refuse("nested without end")
    except UnicodeDecodeError:
        refuse("not UTF-8")
    except json.JSONDecodeError as fault:
        refuse(f"line {fault.lineno}, column {fault.colno}")


def at(data: Any, key: str, kind: type | tuple[type, ...], where: str) -> Any:
    """What stands under a key, of the kind it must have; `bool` is no `int` here."""
    if not isinstance(data, dict):
        raise Wrong("shape", where=where, found=type(data).__name__, expected="an object")
    value = data.get(key)
    names = "/".join(one.__name__ for one in (kind if isinstance(kind, tuple) else (kind,)))
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        found = "nothing" if value is None else value if isinstance(value, (str, int)) else type(value).__name__
        raise Wrong("shape", where=f"{where}.{key}", found=found, expected=names)
    return value


def only(data: Any, keys: Iterable[str], where: str) -> Mapping[str, Any]:
    """An object with no other keys than these: what is not understood is not certified."""
    if not isinstance(data, dict):
        raise Wrong("shape", where=where, found=type(data).__name__, expected="an object")
    for name in data:
        if name not in keys:
            raise Wrong("unknown", where=where, name=name)
    return data


def number(text: Any, where: str) -> int:
    """A whole number written as text, as large ones are in JSON."""
    if not isinstance(text, str) or not WHOLE.fullmatch(text) or text == "-0":
        raise Wrong("shape", where=where, found=text, expected="a whole number in quotes, of at most 60 digits")
    return int(text)


def texts(data: Any, where: str) -> list[str]:
    if not isinstance(data, list) or not all(isinstance(one, str) for one in data):
        raise Wrong("shape", where=where, found=type(data).__name__, expected="a list of texts")
    return data


def canonical(data: Any) -> str:
    """RFC 8785 of plain data without fractions: keys in UTF-16 order, no spaces."""
    if isinstance(data, dict):
        keys = sorted(data, key=lambda key: key.encode("utf-16-be", "surrogatepass"))
        return "{" + ",".join(f"{canonical(key)}:{canonical(data[key])}" for key in keys) + "}"
    if isinstance(data, list):
        return "[" + ",".join(map(canonical, data)) + "]"
    return json.dumps(data, ensure_ascii=False)


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def packed(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


# ---------------------------------------------------------------------------------------------------------- the register

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
        shelves = {"duties": self.duties, "funds": funds, "projects": self.projects}
        shelves |= {"townships": self.townships, "units": self.units}
        content: Record = {name: dict(sorted(shelf.items())) for name, shelf in shelves.items()}
        content |= {"adjacency": self.adjacency, "policy": policy_hash}
        return sha256(packed(dict(sorted(content.items()))))


def plannable(fund: Record) -> int:
    """What a plan may count on, in fen."""
    moved: int = fund["carried_in_fen"] - fund["carried_out_fen"] - fund["taken_back_fen"]
    return int(fund["amount_fen"]) + moved


@dataclass(frozen=True)
class Row:
    """One row of a table by its headers; every reader below takes the column and gives what the cell says."""

    where: str
    cells: Mapping[str, str]

    def text(self, column: str) -> str | None:
        return self.cells.get(column) or None

    def need(self, column: str) -> str:
        return self.text(column) or self.bad(column, "a text")

    def bad(self, column: str, expected: str) -> Any:
        raise Wrong("cell", where=f"{self.where}, {column}", found=self.cells.get(column, ""), expected=expected)

    def codes(self, column: str) -> list[str]:
        return sorted({code.strip() for code in (self.text(column) or "").split(";") if code.strip()})

    def flag(self, column: str) -> bool:
        word = (self.text(column) or "no").lower()
        return (
            word in {"yes", "true", "1"}
            if word in {"yes", "no", "true", "false", "1", "0"}
            else self.bad(column, "yes or no")
        )

    def decimal(self, column: str) -> Decimal | None:
        text = self.text(column)
        if text is None:
            return None
        if not re.fullmatch(r"[+-]?[0-9]{1,20}(\.[0-9]{1,30})?", text):
            self.bad(column, "a number")
        whole, _, part = text.lstrip("+").partition(".")
        part = part.rstrip("0")
        return Decimal(f"{whole}.{part}" if part else whole) + 0

    def count(self, column: str) -> int | None:
        value = self.decimal(column)
        if value is not None and value != int(value):
            self.bad(column, "a whole number")
        return None if value is None else int(value)

    def fen(self, column: str) -> int | None:
        value = self.decimal(column)
        if value is not None and (value < 0 or value * 100 != int(value * 100)):
            self.bad(column, "an amount in yuan, to the fen")
        return None if value is None else int(value * 100)

    def micro(self, column: str) -> int | None:
        value = self.decimal(column)
        return None if value is None else int(value.quantize(Decimal("0.000001"), ROUND_HALF_EVEN).scaleb(6))

    def day(self, column: str) -> str | None:
        text = self.text(column)
        if text is None:
            return None
        if re.fullmatch(r"[0-9]{5}", text):  # a spreadsheet's day number
            return (date(1899, 12, 30) + timedelta(days=int(text))).isoformat()
        return text if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) else self.bad(column, "a date")

    def names(self) -> Record:
        zh, en = self.text("name_zh"), self.text("name_en")
        return {"name_zh": zh or en or self.bad("name_zh", "a name"), "name_en": en or zh}


def read_register(path: Path, decided: Mapping[str, Any]) -> Register:
    """The tables of a folder or workbook; `decided` is what decisions on the record changed of funds."""
    tables = dict(_workbook(path)) if path.is_file() else dict(_folder(path))
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
        "households": row.count("households") if row.text("households") else row.bad("households", "a whole number"),
        "population": row.count("population"), "income_fen": row.fen("income_per_head_yuan"), "poor": row.flag("poor"),
        "backward": row.flag("backward"), "backward_reason": row.text("backward_reason"), "stars": row.count("stars"),
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
        "running_fund": row.text("running_fund"), "benefit": row.count("benefit") or 0, "target": row.need("target"),
        "due_on": row.day("due_on"), "requires": row.codes("requires"), "variant_group": row.text("variant_group"),
        "started": row.flag("started"), "spent_fen": row.fen("spent_yuan") or 0,
        "stage": row.text("stage") or "admitted", "rank": row.count("rank"),
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
        if (row.text("entry") or "fund") != "fund":
            continue  # tranches and pledges say when money arrives, not how much may be planned with
        code = row.need("code")
        own = only(decided.get(code, {}), DECIDED, f"certificate.decided.{code}")
        flags = {
            name: at(own, name, bool, f"decided.{code}") if name in own else name == "pooled" for name in DECIDED[:2]
        }
        moved = {name: at(own, name, int, f"decided.{code}") if name in own else 0 for name in DECIDED[2:]}
        funds[code] = {
            "code": code, "purposes": row.codes("purposes"), "eligibility": row.text("eligibility"),
            "budget_year": row.count("budget_year"), "amount_fen": row.fen("amount_yuan") or 0, **flags, **moved,
        }  # fmt: skip
    if strangers := sorted(set(decided) - set(funds)):
        raise Wrong("unknown", where="certificate.decided", name=strangers[0])
    return dict(sorted(funds.items()))


TABLES = ("townships", "units", "projects", "funds", "adjacency", "duties")


def _rows(name: str, table: Sequence[Sequence[str]]) -> list[Row]:
    heads = [unicodedata.normalize("NFC", head).strip() for head in table[0]] if table else []
    rows = []
    for place, cells in enumerate(table[1:], start=2):
        clean = [re.sub(r"[\r\n\t]+", " ", unicodedata.normalize("NFC", cell)).strip() for cell in cells]
        if any(clean):
            rows.append(Row(f"{name} {place}", dict(zip(heads, [*clean, *[""] * len(heads)], strict=False))))
    return rows


def _folder(path: Path) -> Iterator[tuple[str, list[Row]]]:
    for name in TABLES:
        if (file := path / f"{name}.csv").is_file():
            if file.stat().st_size > FILE_BYTES_MAX:
                raise Wrong("file", file=file.name)
            try:
                text = file.read_bytes().decode("utf-8-sig")
                yield name, _rows(file.name, list(csv.reader(io.StringIO(text, newline=""), strict=True)))
            except (UnicodeDecodeError, csv.Error) as fault:
                raise Wrong("file", file=file.name) from fault


_SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def _workbook(path: Path) -> Iterator[tuple[str, list[Row]]]:
    """The sheets of an .xlsx by the same names as the tables of a folder."""
    try:
        with zipfile.ZipFile(path) as book:
            shared = ["".join(one.itertext(f"{_SHEET}t")) for one in _part(book, "xl/sharedStrings.xml", optional=True)]
            links = {one.get("Id"): one.get("Target", "") for one in _part(book, "xl/_rels/workbook.xml.rels")}
            for sheet in _part(book, "xl/workbook.xml").iter(f"{_SHEET}sheet"):
                target = links[sheet.get(_LINK)].lstrip("/").removeprefix("xl/")
                if (name := sheet.get("name", "")) in TABLES:
                    yield name, _rows(name, list(_cells(_part(book, f"xl/{target}"), shared)))
    except (zipfile.BadZipFile, ElementTree.ParseError, KeyError, IndexError, ValueError) as fault:
        raise Wrong("file", file=path.name) from fault


def _part(book: zipfile.ZipFile, name: str, *, optional: bool = False) -> ElementTree.Element:
    if optional and name not in book.namelist():
        return ElementTree.Element("none")
    if book.getinfo(name).file_size > FILE_BYTES_MAX:
        raise ValueError(name)
    content = book.read(name)
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise ValueError(name)
    return ElementTree.fromstring(content)


def _cells(sheet: ElementTree.Element, shared: Sequence[str]) -> Iterator[list[str]]:
    for row in sheet.iter(f"{_SHEET}row"):
        cells: list[str] = []
        for cell in row.iter(f"{_SHEET}c"):
            letters = re.match(r"[A-Z]{1,3}", cell.get("r", ""))
            if letters:
                column = 0
                for letter in letters.group():
                    column = 26 * column + ord(letter) - 64
                cells += [""] * (column - 1 - len(cells))
            value, kind = cell.findtext(f"{_SHEET}v") or "", cell.get("t", "n")
            if kind == "s":
                value = shared[int(value)]
            elif kind == "inlineStr":
                value = "".join(cell.itertext(f"{_SHEET}t"))
            elif kind == "n" and value:
                value = format(Decimal(repr(float(value))), "f").removesuffix(".0")
            cells.append(value)
        yield cells


# ----------------------------------------------------------------------------------------- expressions of the policy file

Value = Any
"""What an expression comes to: an exact fraction, a text, or true or false."""
Names = Callable[[str], Value]
Asked = Callable[[Names], Value]
TOKEN = re.compile(
    r"[ \t\r\n]*(?:([0-9]+(?:\.[0-9]+)?)|([^\W\d]\w*)|('[^'\n]*'|\"[^\"\n]*\")|(<=|>=|==|!=|[-+*/<>(),\[\]])|$)"
)


class Expression:
    """`if(poor, 1.2, 1) * households`, parsed once into functions, worked out exactly for every unit."""

    def __init__(self, text: object) -> None:
        self.text = str(text).lower() if isinstance(text, (bool, int)) else str(text)
        self._tokens: list[tuple[int, str]] = []
        place = 0
        while place < len(self.text):
            match = TOKEN.match(self.text, place)
            if match is None or len(self.text) > 500:
                self._fail("not written in the policy's language")
            elif match.lastindex:
                self._tokens.append((match.lastindex, match.group(match.lastindex)))
            place = match.end() if match else len(self.text)
        self._tokens.append((0, ""))
        self._place = 0
        self._asked = self._either()
        if self._tokens[self._place][0]:
            self._fail("not written in the policy's language")

    def _fail(self, found: str, unit: str = "any unit") -> Any:
        raise Wrong("expression", text=self.text, unit=unit, found=found)

    def number(self, names: Names, unit: str) -> Fraction:
        """What it comes to for a unit, which must be a number."""
        value = self._of(names, unit)
        return value if isinstance(value, Fraction) else self._fail("no number", unit)

    def holds(self, names: Names, unit: str) -> bool:
        """Whether it holds for a unit; it must be a condition."""
        value = self._of(names, unit)
        return value if isinstance(value, bool) else self._fail("no condition", unit)

    def _of(self, names: Names, unit: str) -> Value:
        try:
            return self._asked(names)
        except ZeroDivisionError:
            return self._fail("a division by zero", unit)
        except KeyError as missing:
            return self._fail(f"no value for {missing.args[0]}", unit)
        except TypeError:
            return self._fail("kinds that do not go together", unit)

    # The grammar, from `or` down to a single number; every method returns a function of the names.

    def _take(self, *texts: str) -> str | None:
        kind, text = self._tokens[self._place]
        if kind in (2, 4) and text in texts:
            self._place += 1
            return text
        return None

    def _must(self, text: str) -> None:
        if not self._take(text):
            self._fail(f"`{text}` is missing")

    def _either(self) -> Asked:
        parts = [self._all()]
        while self._take("or"):
            parts.append(self._all())
        return parts[0] if len(parts) == 1 else lambda names: any(_truth(part(names)) for part in parts)

    def _all(self) -> Asked:
        parts = [self._not()]
        while self._take("and"):
            parts.append(self._not())
        return parts[0] if len(parts) == 1 else lambda names: all(_truth(part(names)) for part in parts)

    def _not(self) -> Asked:
        if self._take("not"):
            inner = self._not()
            return lambda names: not _truth(inner(names))
        return self._compare()

    def _compare(self) -> Asked:
        first = self._sum()
        negated = self._take("not") is not None
        if negated or self._tokens[self._place] == (2, "in"):
            self._must("in")
            options = self._listed(self._either)
            return lambda names: any(_equal(first(names), option(names)) for option in options) is not negated
        rest: list[tuple[str, Asked]] = []
        while sign := self._take("<", "<=", ">", ">=", "==", "!="):
            rest.append((sign, self._sum()))
        if not rest:
            return first

        def chain(names: Names) -> bool:
            left = first(names)
            for sign, operand in rest:
                right = operand(names)
                if not _ordered(left, sign, right):
                    return False
                left = right
            return True

        return chain

    def _listed(self, item: Callable[[], Asked]) -> list[Asked]:
        self._must("[")
        items = [item()]
        while self._take(","):
            items.append(item())
        self._must("]")
        return items

    def _sum(self) -> Asked:
        return self._terms(self._product, ("+", "-"))

    def _product(self) -> Asked:
        return self._terms(self._signed, ("*", "/"))

    def _terms(self, part: Callable[[], Asked], signs: tuple[str, str]) -> Asked:
        first = part()
        rest: list[tuple[str, Asked]] = []
        while sign := self._take(*signs):
            rest.append((sign, part()))
        if not rest:
            return first

        def total(names: Names) -> Fraction:
            value = _figure(first(names))
            for sign, operand in rest:
                other = _figure(operand(names))
                value = (
                    value + other
                    if sign == "+"
                    else value - other
                    if sign == "-"
                    else value * other
                    if sign == "*"
                    else value / other
                )
            return value

        return total

    def _signed(self) -> Asked:
        if self._take("-"):
            inner = self._signed()
            return lambda names: -_figure(inner(names))
        return self._atom()

    def _atom(self) -> Asked:
        kind, text = self._tokens[self._place]
        self._place += 1
        if kind == 1 and len(text) <= 30:
            constant = Fraction(text)
            return lambda names: constant
        if kind == 3:
            return lambda names: text[1:-1]
        if kind == 2 and text in ("true", "false"):
            return lambda names: text == "true"
        if kind == 2 and self._take("("):
            inner = self._called(text)
            self._must(")")
            return inner
        if kind == 2 and text not in ("and", "or", "not", "in", "if"):
            return lambda names: names(text)
        if (kind, text) == (4, "("):
            inner = self._either()
            self._must(")")
            return inner
        return self._fail("not written in the policy's language")

    def _called(self, function: str) -> Asked:
        if function == "step":
            return self._steps()
        parts = [self._either()]
        while self._take(","):
            parts.append(self._either())
        if function == "if" and len(parts) == 3:
            return lambda names: parts[1](names) if _truth(parts[0](names)) else parts[2](names)
        if function == "abs" and len(parts) == 1:
            return lambda names: abs(_figure(parts[0](names)))
        if function in ("min", "max"):
            choose: Callable[[list[Fraction]], Fraction] = min if function == "min" else max
            return lambda names: choose([_figure(part(names)) for part in parts])
        return self._fail(f"`{function}` is no function of the policy's language")

    def _steps(self) -> Asked:
        x = self._either()
        self._must(",")
        rows: list[tuple[Asked, Asked]] = []

        def row() -> Asked:
            self._must("[")
            start = self._signed()
            self._must(",")
            rows.append((start, self._either()))
            self._must("]")
            return start

        self._listed(row)

        def chosen(names: Names) -> Value:
            reached = _figure(x(names))
            below = [value for start, value in rows if _figure(start(names)) <= reached]
            return below[-1](names) if below else self._fail("below the first row of `step`")

        return chosen


def _truth(value: Value) -> bool:
    if isinstance(value, bool):
        return value
    raise TypeError


def _figure(value: Value) -> Fraction:
    if isinstance(value, Fraction):
        return value
    raise TypeError


def _equal(one: Value, other: Value) -> bool:
    if type(one) is not type(other):
        raise TypeError
    return bool(one == other)


def _ordered(one: Value, sign: str, other: Value) -> bool:
    if sign in ("==", "!="):
        return _equal(one, other) is (sign == "==")
    a, b = _figure(one), _figure(other)
    return a < b if sign == "<" else a <= b if sign == "<=" else a > b if sign == ">" else a >= b


def figure_name(header: str) -> str:
    """The name by which an expression reaches a further column of the register."""
    name = re.sub(r"\W+", "_", unicodedata.normalize("NFKC", header)).strip("_")
    return f"_{name}" if name[:1].isdigit() or not name else name


# ------------------------------------------------------------------------------------------------- formulas and welfare


def apportion(total: int, weights: Sequence[int], caps: Sequence[int], method: str) -> list[int]:
    """`total` quanta in proportion to whole weights, at most the caps, which together hold the total.

    Divisor methods hand out one quantum after another to the highest w / d(k), the earlier position where equal:
    adams d(k) = k, huntington-hill √(k(k+1)), sainte-lague k + ½, dhondt k + 1. What everybody is sure of at a level
    found by halving is given at once.
    """
    caps = [min(cap, total) if weight else 0 for weight, cap in zip(weights, caps, strict=True)]
    if method == "largest-remainder":
        return _largest_remainder(total, weights, caps)
    if method not in ("sainte-lague", "dhondt", "adams", "huntington-hill"):
        raise Wrong("unknown", where="formula.method", name=method)

    def claim(weight: int, k: int) -> tuple[int, Fraction]:
        if method == "sainte-lague":
            return 0, Fraction(2 * weight, 2 * k + 1)
        if method == "dhondt":
            return 0, Fraction(weight, k + 1)
        if k == 0:
            return 1, Fraction(weight)  # everyone with a weight comes first, the heavier before the lighter
        return 0, Fraction(weight, k) if method == "adams" else Fraction(weight * weight, k * (k + 1))

    def sure(weight: int, t: Fraction) -> int:
        """How many quanta have a claim above t."""
        if method == "sainte-lague":
            return max(-(-(2 * Fraction(weight) / t - 1) // 2), 0)
        if method == "dhondt":
            return -(-Fraction(weight) // t) - 1
        if method == "adams":
            return -(-Fraction(weight) // t)
        square = Fraction(weight * weight) / t  # k (k + 1) < square, and the first quantum always
        k = (isqrt(4 * (square.numerator // square.denominator) + 1) - 1) // 2
        return next(n for n in range(max(k - 1, 0), k + 3) if n * (n + 1) >= square) if weight else 0

    parts = [0] * len(weights)
    low, high = Fraction(0), Fraction(max(weights, default=0)) ** 2 * 2 + 1
    for _ in range(2 * high.numerator.bit_length() + 64):
        middle = (low + high) / 2
        found = [min(sure(w, middle), cap) if w else 0 for w, cap in zip(weights, caps, strict=True)]
        if sum(found) <= total:
            parts, high = found, middle
        else:
            low = middle
        if total - sum(parts) <= len(weights):
            break
    heap = [_place(claim(w, n), i) for i, (w, n, cap) in enumerate(zip(weights, parts, caps, strict=True)) if n < cap]
    heapq.heapify(heap)
    for _ in range(total - sum(parts)):
        *_, i = heapq.heappop(heap)
        parts[i] += 1
        if parts[i] < caps[i]:
            heapq.heappush(heap, _place(claim(weights[i], parts[i]), i))
    return parts


def _place(claim: tuple[int, Fraction], position: int) -> tuple[int, Fraction, int]:
    return -claim[0], -claim[1], position


def _largest_remainder(total: int, weights: Sequence[int], caps: Sequence[int]) -> list[int]:
    """Exact shares below the caps rounded down, then one more for the largest fractions."""
    moving, rest = {i for i, cap in enumerate(caps) if cap > 0}, total
    while moving:
        whole = sum(weights[i] for i in moving)
        full = {i for i in moving if weights[i] * rest >= caps[i] * whole}
        if not full or all(weights[i] * rest == caps[i] * whole for i in full):
            break
        rest -= sum(caps[i] for i in full)
        moving -= full
    whole = sum(weights[i] for i in moving) or 1
    parts, fractions = [], []
    for i, cap in enumerate(caps):
        share = Fraction(weights[i] * rest, whole) if i in moving else Fraction(cap)
        part = share.numerator // share.denominator
        parts.append(min(part, cap))
        fractions.append((-(share - part) if part < cap else Fraction(0), i))
    for _, i in sorted(fractions)[: total - sum(parts)]:
        parts[i] += 1
    return parts


def whole_weights(weights: Sequence[Fraction]) -> list[int]:
    """Fractions as the smallest whole numbers in their proportion; beyond 4096 bits rounded to 2^-256 of the largest."""
    common = 1
    for weight in weights:
        common = lcm(common, weight.denominator)
        if common.bit_length() > 4096:
            top = max(weights)
            whole = [max(int(w / top * 2**256 + Fraction(1, 2)), 1) if w else 0 for w in weights]
            break
    else:
        whole = [weight.numerator * (common // weight.denominator) for weight in weights]
    shared = gcd(*whole)
    return [weight // shared for weight in whole] if shared > 1 else whole


EXACT = Context(prec=50)


@dataclass(frozen=True)
class Welfare:
    """Σ n·U(g/n) as straight pieces: `slopes[k]` up to `breaks[k]` quanta per weight, the last without end."""

    slopes: tuple[int, ...]
    breaks: tuple[Fraction, ...]

    @classmethod
    def scale(cls, alpha: Decimal, pieces: int, mean: Fraction) -> Welfare:
        """Geometric breakpoints from an eighth of the mean to eight times it; slopes 10^6 (ρ/mean)^-α at the middles."""
        if mean <= 0 or alpha == 0:
            return cls((10**6,), ())
        ratio = EXACT.power(Decimal(64), EXACT.divide(Decimal(1), Decimal(pieces - 1)))
        points = [EXACT.divide(EXACT.power(ratio, Decimal(k)), Decimal(8)) for k in range(pieces)]
        middles = [points[0], *(EXACT.sqrt(EXACT.multiply(a, b)) for a, b in pairwise(points)), points[-1]]
        steep = [EXACT.multiply(Decimal(10**6), EXACT.power(m, EXACT.minus(alpha))) for m in middles]
        slopes = tuple(int(slope.to_integral_value(ROUND_HALF_EVEN)) for slope in steep)
        return cls(slopes, tuple(mean * Fraction(point) for point in points))

    def pieces(self, weight: Fraction) -> list[tuple[int, int | None]]:
        """(slope, end in quanta) of one unit's pieces; the last has no end."""
        return list(zip(self.slopes, [*(round(weight * b) for b in self.breaks), None], strict=True))

    def equal(self, raw: int, weights: Fraction) -> Fraction:
        """Quanta per weight which, given to all alike, are worth as much."""
        if not weights:
            return Fraction(0)
        left, start = Fraction(raw) / weights, Fraction(0)
        for slope, end in zip(self.slopes, [*self.breaks, None], strict=True):
            if end is None or left <= slope * (end - start):
                return start + left / slope
            left -= slope * (end - start)
            start = end
        return start

    def worth(self, equal: Fraction, weights: Fraction) -> Fraction:
        """The inverse of `equal`."""
        value, start = Fraction(0), Fraction(0)
        for slope, end in zip(self.slopes, [*self.breaks, None], strict=True):
            stop = equal if end is None else min(equal, end)
            if stop > start:
                value, start = value + slope * (stop - start), stop
        return value * weights


def _worth(pieces: Sequence[tuple[int, int | None]], quanta: int) -> int:
    value = start = 0
    for slope, end in pieces:
        stop = quanta if end is None else min(quanta, end)
        if stop > start:
            value, start = value + slope * (stop - start), stop
    return value


# ------------------------------------------------------------------------------------------------ the case: who may what

POLICY_KEYS = frozenset(
    [
        "policy",
        "version",
        "title",
        "in_force_from",
        "note",
        "quantum_yuan",
        "checklist",
        "priority",
        "welfare",
        "funds",
        "rules",
        "objectives",
        "limits",
    ]
)
FUND_KEYS = frozenset(["clause", "purposes", "mode", "formula", "envelopes"])
FORMULA_KEYS = frozenset(["floor_yuan", "floor_clause", "cap_yuan", "factors", "group_by", "groups", "method"])
RULE_KEYS = frozenset(["rule", "id", "clause", "kind", "priority_class", "label"])
LIMIT_KEYS = frozenset(["where", "funds", "amount_yuan", "per_household_yuan"])
KNOWN_RULES: dict[str, frozenset[str]] = {
    "floor": LIMIT_KEYS,
    "cap": LIMIT_KEYS,
    "share": frozenset(["where", "each", "funds", "at_least", "at_most"]),
    "unfinished-first": frozenset(),
    "demonstration-sites": frozenset(["sites_min", "sites_max", "town_kinds", "benefit_per_site"]),
    "prerequisites": frozenset(),
    "variants": frozenset(),
}
"""The kinds of rules this check understands, and what each may say beside what every rule says."""
CHECKLIST = ["people", "money", "place", "rules", "services", "records"]


def yuan(value: Any, where: str) -> int:
    """An amount of the policy in fen: whole yuan, or a text with up to two decimals, perhaps in 万 or 亿."""
    match = re.fullmatch(r"¥?([0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,18})(?:\.([0-9]{1,10}))?(万|亿)?元?", str(value).strip())
    if match is None or isinstance(value, bool):
        raise Wrong("shape", where=where, found=value, expected="an amount in yuan")
    fen = (
        Decimal(match[1].replace(",", "") + "." + (match[2] or "0"))
        * {"": 100, "万": 10**6, "亿": 10**10}[match[3] or ""]
    )
    if fen != int(fen):
        raise Wrong("shape", where=where, found=value, expected="an amount to the fen")
    return int(fen)


def exact(value: Any, where: str) -> Fraction:
    """A plain decimal number of the policy."""
    if isinstance(value, bool) or not re.fullmatch(r"-?[0-9]{1,30}(\.[0-9]{1,30})?", str(value)):
        raise Wrong("shape", where=where, found=value, expected="a decimal number")
    return Fraction(str(value))


@dataclass
class FundCase:
    """One fund: how much, who may receive, what its formula is sure of."""

    total: int
    cap: int
    """For projects at most, in fen."""
    units: list[str]
    purposes: set[str]
    formula: Mapping[str, Any] | None
    decides: bool
    rest: bool
    floors: dict[str, int] = field(default_factory=dict)
    duties: dict[str, int] = field(default_factory=dict)
    sure: dict[str, int] = field(default_factory=dict)
    """Unit -> guaranteed formula grant in fen (mode `factor`)."""
    claims: set[str] = field(default_factory=set)
    """Units to which the formula gives a weight."""


class Case:
    """Register and policy worked out once more."""

    def __init__(self, register: Register, policy: Mapping[str, Any]) -> None:
        self.register = register
        self.policy = only(policy, POLICY_KEYS, "policy")
        self.checklist = texts(policy.get("checklist", CHECKLIST), "policy.checklist")
        self.projects_of: dict[str, list[str]] = {unit: [] for unit in register.units}
        self._names_of = {unit: self._figures(unit) for unit in register.units}
        self._score()
        self.policy_quantum = yuan(policy.get("quantum_yuan", 100), "policy.quantum_yuan")
        self.funds: dict[str, FundCase] = {}
        for code, spec in sorted(at(policy, "funds", dict, "policy").items()):
            fund = register.funds.get(code)
            if fund is None:
                raise Wrong("unknown", where="policy.funds", name=code)
            if fund["pooled"] and not fund["closed"]:
                self.funds[code] = self._fund(code, fund, only(spec, FUND_KEYS, f"policy.funds.{code}"))
        self._projects()
        self._quantum()
        self._welfare()
        self.rules = [self._rule(rule) for rule in at({"rules": [], **policy}, "rules", list, "policy")]

    # Figures and scores.

    def _figures(self, unit: str) -> Names:
        record = self.register.units[unit]
        town = self.register.townships.get(record["township"])
        if town is None:
            raise Wrong("unknown", where=f"unit {unit}", name=record["township"])
        values: dict[str, Value] = {
            "code": unit, "kind": record["kind"], "township": record["township"], "township_kind": town["kind"],
            "poor": record["poor"], "backward": record["backward"], "office_rented_out": record["office_rented_out"],
            "haves": sum(have in record["haves"] for have in self.checklist),
            "missing": sum(have not in record["haves"] for have in self.checklist),
            **{name: record[name] for name in ("households", "population", "stars", "last_result")},
            **{figure_name(f"has_{have}"): have in record["haves"] for have in self.checklist},
            **{figure_name(header): value for header, value in record["indicators"].items()},
        }  # fmt: skip
        for name, key, divisor in (
            ("income", "income_fen", 100), ("collective_income", "collective_income_fen", 100),
            ("longitude", "lon_e6", 10**6), ("latitude", "lat_e6", 10**6),
        ):  # fmt: skip
            values[name] = None if record[key] is None else Fraction(record[key], divisor)
        texts_of = {"code", "kind", "township", "township_kind"}
        found = {
            name: value if name in texts_of or isinstance(value, (bool, Fraction)) else Fraction(value)
            for name, value in values.items()
            if value is not None
        }
        return found.__getitem__

    def _score(self) -> None:
        rubric = only(
            at(self.policy, "priority", dict, "policy"), ("need", "need_label", "clause", "criteria"), "policy.priority"
        )
        need = Expression(rubric.get("need", ""))
        criteria = []
        for line in rubric.get("criteria", []):
            only(line, ("id", "clause", "add", "when", "per", "label"), "policy.priority.criteria")
            when, per = (Expression(line[key]) if key in line else None for key in ("when", "per"))
            criteria.append((exact(line.get("add"), "criteria.add"), when, per))
        self.need: dict[str, Fraction] = {}
        self.priority: dict[str, Fraction] = {}
        for unit, names in self._names_of.items():
            self.need[unit] = need.number(names, unit)
            self.priority[unit] = 1 + sum(
                (add * (1 if per is None else per.number(names, unit)) for add, when, per in criteria
                 if when is None or when.holds(names, unit)),
                Fraction(0),
            )  # fmt: skip
            if self.need[unit] <= 0 or self.priority[unit] <= 0:
                raise Wrong("expression", text="need × priority", unit=unit, found="not above 0")
        self.weight = {unit: self.need[unit] * self.priority[unit] for unit in self.need}
        self.total_weight = sum(self.weight.values(), Fraction(0))

    def chosen(self, where: Any) -> list[str]:
        """Units for which a condition holds; all without one."""
        if where is None:
            return list(self.register.units)
        asked = Expression(where)
        return [unit for unit, names in self._names_of.items() if asked.holds(names, unit)]

    # Funds and their formulas.

    def _fund(self, code: str, fund: Record, spec: Mapping[str, Any]) -> FundCase:
        total, where = plannable(fund), f"policy.funds.{code}"
        envelopes = only(spec.get("envelopes", {}), ("projects_at_most_yuan", "projects_at_most_share", "rest"), where)
        if "projects_at_most_share" in envelopes:
            cap = int(exact(envelopes["projects_at_most_share"], where) * total)
            cap -= cap % self.policy_quantum
        else:
            cap = min(yuan(envelopes.get("projects_at_most_yuan", 0), where), total)
        formula = None if spec.get("formula") is None else only(spec["formula"], FORMULA_KEYS, f"{where}.formula")
        result = FundCase(
            total=total,
            cap=cap,
            units=self.chosen(fund["eligibility"]),
            purposes=set(texts(spec.get("purposes") or fund["purposes"], where)),
            formula=formula,
            decides=formula is not None and self._word(spec, "mode", ("factor", "optimize"), where) == "optimize",
            rest=self._word(envelopes, "rest", ("unallocated", "formula"), where) == "formula",
        )
        for duty in self.register.duties.values():
            if duty["fund"] == code:
                result.duties[duty["unit"]] = result.duties.get(duty["unit"], 0) + duty["amount_fen"]
        if (formula is None and (result.duties or result.rest)) or set(result.duties) - set(result.units):
            raise Wrong("formula", fund=code)
        if formula is not None:
            self._split(code, result, formula)
        return result

    def _word(self, data: Mapping[str, Any], key: str, words: Sequence[str], where: str) -> str:
        """One of a few words, the first where nothing is written."""
        value = data.get(key, words[0])
        if value not in words:
            raise Wrong("unknown", where=f"{where}.{key}", name=value)
        return str(value)

    def _split(self, code: str, fund: FundCase, formula: Mapping[str, Any]) -> None:
        """The floors and caps of a formula and, in mode `factor`, what it is sure to give out of what is not for projects."""
        names = {unit: self._of_formula(unit) for unit in fund.units}
        floor = formula.get("floor_yuan", 0)
        if isinstance(floor, list):
            steps = [
                (Expression(only(s, ("when", "amount_yuan"), "floor")["when"]), yuan(s["amount_yuan"], "floor"))
                for s in floor
            ]
            fund.floors = {u: next((fen for when, fen in steps if when.holds(names[u], u)), 0) for u in fund.units}
        else:
            fund.floors = dict.fromkeys(fund.units, yuan(floor, "floor"))
        factors = []
        for factor in at(formula, "factors", list, "formula"):
            only(factor, ("id", "clause", "share", "weight", "part", "label"), "formula.factors")
            asked, share = Expression(factor.get("weight", "")), exact(factor.get("share"), "formula.share")
            column = {u: asked.number(names[u], u) for u in fund.units}
            if min(column.values(), default=Fraction(0)) < 0:
                raise Wrong("formula", fund=code)
            factors.append((share, column))
            if share:
                fund.claims |= {u for u, weight in column.items() if weight > 0}
        if fund.decides:
            return
        groups: dict[str | None, tuple[int, list[str]]] = {None: (fund.total - fund.cap, fund.units)}
        if formula.get("group_by") is not None:
            by = self._word(formula, "group_by", ("township", "kind"), "formula")
            amounts = {
                at(g, "group", str, "groups"): yuan(g.get("amount_yuan"), "groups") for g in formula.get("groups", [])
            }
            groups = {
                g: (fen, [u for u in fund.units if self.register.units[u][by] == g]) for g, fen in amounts.items()
            }
        for amount, units in groups.values():
            self._split_group(code, fund, formula, factors, amount, units)

    def _split_group(
        self, code: str, fund: FundCase, formula: Mapping[str, Any],
        factors: Sequence[tuple[Fraction, dict[str, Fraction]]], amount: int, units: list[str],
    ) -> None:  # fmt: skip
        sure = [fund.floors[u] + fund.duties.get(u, 0) for u in units]
        rest = amount - sum(sure)
        if rest < 0:
            raise Wrong("formula", fund=code)
        columns = []
        for share, column in factors:
            weights = whole_weights([column[u] for u in units])
            if sum(weights) and share:
                columns.append((share, weights, sum(weights)))
        shares, scale = whole_weights([share for share, *_ in columns]), prod(whole for *_, whole in columns)
        claims = [0] * len(units)
        for (_, weights, whole), part in zip(columns, shares, strict=True):
            times = 1 if len(columns) == 1 else part * (scale // whole)
            claims = [claim + times * weight for claim, weight in zip(claims, weights, strict=True)]
        rooms = None
        if formula.get("cap_yuan") is not None:
            rooms = [yuan(formula["cap_yuan"], "cap") - fund.floors[u] for u in units]
        given = self._give(rest, claims, rooms, str(formula.get("method", "sainte-lague")))
        fund.sure |= {u: own + more for u, own, more in zip(units, sure, given, strict=True)}

    def _give(self, fen: int, claims: list[int], rooms: list[int] | None, method: str) -> list[int]:
        """Whole quanta by the claims; what is less than a quantum goes to the unit that would be served next."""
        if not any(claims):
            return [0] * len(claims)
        q = self.policy_quantum
        wide = fen // q + 1
        caps = [wide if rooms is None else room // q for room in rooms or claims]
        caps = [cap if claim else 0 for cap, claim in zip(caps, claims, strict=True)]
        quanta = min(fen // q, sum(caps))
        served = apportion(quanta, claims, caps, method)
        given = [part * q for part in served]
        left = fen - quanta * q
        if left and (rooms is None or quanta < sum(caps)):
            after = apportion(quanta + 1, claims, caps, method)
            given[next(i for i, (now, then) in enumerate(zip(served, after, strict=True)) if then > now)] += left
        elif left and rooms is not None:
            for i in sorted(range(len(claims)), key=lambda i: (-claims[i], i)):
                step = min(rooms[i] - given[i], left) if claims[i] else 0
                given[i], left = given[i] + step, left - step
        return given

    def _of_formula(self, unit: str) -> Names:
        scores = {"need": self.need[unit], "priority": self.priority[unit], "weight": self.weight[unit]}
        return lambda name: scores[name] if name in scores else self._names_of[unit](name)

    # Projects, quanta, welfare.

    def _projects(self) -> None:
        every = self.register.projects
        open_ = {c: p for c, p in every.items() if p["stage"] == "admitted" and p["cost_fen"] > p["spent_fen"]}
        self.cost_fen = {code: project["cost_fen"] - project["spent_fen"] for code, project in open_.items()}
        self.coming = {
            c for c, p in every.items() if p["stage"] == "accepted" or (p["stage"] == "admitted" and c not in open_)
        }
        self.payers: dict[str, list[str]] = {}
        for code, project in open_.items():
            payers = [
                f for f, fund in self.funds.items()
                if fund.cap > 0 and project["unit"] in fund.units and fund.purposes.issuperset(project["purposes"])
            ]  # fmt: skip
            if payers:
                if project["unit"] not in self.projects_of:
                    raise Wrong("unknown", where=f"project {code}", name=project["unit"])
                self.payers[code] = payers
                self.projects_of[project["unit"]].append(code)
        self.missing: dict[str, list[str]] = {}
        for unit, record in self.register.units.items():
            paid = [
                every[c]["closes"] for c in self.coming if every[c]["unit"] == unit and every[c]["stage"] == "admitted"
            ]
            have = {*record["haves"], *(have for closes in paid for have in closes)}
            self.missing[unit] = [one for one in self.checklist if one not in have]

    def _quantum(self) -> None:
        amounts = [self.policy_quantum, *self.cost_fen.values()]
        for fund in self.funds.values():
            amounts += [fund.total, fund.cap, *fund.duties.values()]
            if fund.formula is not None:
                floor = fund.formula.get("floor_yuan", 0)
                amounts += (
                    [yuan(s["amount_yuan"], "floor") for s in floor]
                    if isinstance(floor, list)
                    else [yuan(floor, "floor")]
                )
                amounts.append(yuan(fund.formula.get("cap_yuan") or 0, "cap"))
                amounts += [yuan(g["amount_yuan"], "groups") for g in fund.formula.get("groups", [])]
        self.quantum = gcd(*amounts)
        self.cost = {code: self.cost_fen[code] // self.quantum for code in self.payers}
        self.sure = {f: {u: fen // self.quantum for u, fen in fund.sure.items()} for f, fund in self.funds.items()}
        self.grants: dict[tuple[str, str], tuple[int, int]] = {}
        self.rests: dict[tuple[str, str], int] = {}
        for code, fund in self.funds.items():
            if fund.formula is None:
                continue
            cap = fund.formula.get("cap_yuan")
            for unit in fund.units:
                duty = fund.duties.get(unit, 0)
                if fund.decides:
                    high = fund.total if cap is None else min(yuan(cap, "cap") + duty, fund.total)
                    self.grants[code, unit] = ((fund.floors[unit] + duty) // self.quantum, high // self.quantum)
                elif fund.rest:
                    room = fund.cap
                    if cap is not None:
                        room = min(room, yuan(cap, "cap") - fund.sure[unit] + duty)
                    if fund.formula.get("groups") or unit not in fund.claims:
                        room = 0
                    self.rests[code, unit] = room // self.quantum
        self.never: set[tuple[str, ...]] = {("rest", *pair) for pair, room in self.rests.items() if not room}
        self.never |= {("grant", *pair) for pair, bounds in self.grants.items() if bounds == (0, 0)}

    def _welfare(self) -> None:
        spec = only(self.policy.get("welfare", {}), ("alpha", "pieces"), "policy.welfare")
        alpha = exact(spec.get("alpha", 1), "welfare.alpha")
        if alpha not in (0, Fraction(1, 2), 1, 2):
            raise Wrong("unknown", where="policy.welfare", name=alpha)
        pieces = spec.get("pieces", 12)
        if type(pieces) is not int or not 2 <= pieces <= 64:
            raise Wrong("shape", where="policy.welfare.pieces", found=pieces, expected="2 to 64")
        money = Fraction(sum(fund.total for fund in self.funds.values()), self.quantum)
        mean = money / self.total_weight if self.total_weight else Fraction(0)
        self.welfare = Welfare.scale(Decimal(alpha.numerator) / alpha.denominator, pieces, mean)
        self.pieces = {unit: self.welfare.pieces(weight) for unit, weight in self.weight.items()}
        self.held = {unit: sum(own.get(unit, 0) for own in self.sure.values()) for unit in self.register.units}

    def _rule(self, rule: Any) -> Mapping[str, Any]:
        kind = at(rule, "rule", str, "policy.rules")
        if kind not in KNOWN_RULES:
            raise Wrong("unknown", where="policy.rules", name=kind)
        at(rule, "id", str, "policy.rules")
        self._word(rule, "kind", ("must", "should"), f"rule {rule['id']}")
        return only(rule, RULE_KEYS | KNOWN_RULES[kind], f"rule {rule['id']}")


# ---------------------------------------------------------------------------------------------- the rows a plan must keep

Column = tuple[str, ...]
"""("built", project), ("pays", fund, project), ("grant" | "rest", fund, unit), ("site", unit), ("short", row),
("left" | "full", fund), and ("welfare",), which stands for the whole county's."""
ENUMERATED_MAX = 12
"""Units with more projects are bounded piece by piece of their welfare; the rows inside them are then shared rows."""


class Linear:
    """`constant + Σ terms[column] · value[column]` in whole numbers."""

    def __init__(self, terms: Mapping[Column, int] | None = None, constant: int = 0) -> None:
        self.terms: dict[Column, int] = dict(terms or {})
        self.constant = constant

    def plus(self, other: Linear, factor: int = 1) -> Linear:
        result = Linear(self.terms, self.constant + factor * other.constant)
        for column, k in other.terms.items():
            result.terms[column] = result.terms.get(column, 0) + factor * k
        return result

    def value(self, values: Mapping[Column, int]) -> int:
        return self.constant + sum(k * values.get(column, 0) for column, k in self.terms.items())


@dataclass
class Shared:
    """One row `low <= terms <= high`; `label` is the rule, fund or step it belongs to."""

    name: str
    label: str
    terms: dict[Column, int]
    low: int | None
    high: int | None


class Rows:
    """All rows of a case by name, and the objectives' own expressions."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.shared: dict[str, Shared] = {}
        self.inside: dict[str, list[Shared]] = defaultdict(list)
        """Unit -> rows on its own projects and site alone, which are kept exactly."""
        self.counts: dict[str, list[Shared]] = defaultdict(list)
        """Township -> rows that count its sites, kept exactly too."""
        self.shorts: dict[int, Linear] = {}
        self.short_in_money: dict[int, bool] = {}
        self.benefit = Linear({("built", p): case.register.projects[p]["benefit"] for p in case.payers})
        self.left: dict[str, tuple[int, int]] = {}
        """Fund -> what it may leave at most, and what its grants can come to at most."""
        self.sites: set[str] = set()
        for code in case.funds:
            self._fund(code)
        self._order("prerequisites", "variants")
        for rule in case.rules:
            self._rule(rule)

    # Where a row belongs.

    def _add(self, name: str, label: str, row: Linear, low: int | None, high: int | None) -> None:
        terms: dict[Column, int] = {}
        for column, k in row.terms.items():
            if column[0] == "pays" and len(self.case.payers[column[2]]) == 1:  # then paying is building
                column, k = ("built", column[2]), k * self.case.cost[column[2]]
            if k and column not in self.case.never:
                terms[column] = terms.get(column, 0) + k
        terms = {column: k for column, k in terms.items() if k}
        low, high = (None if end is None else end - row.constant for end in (low, high))
        units = {self._unit_of(column) for column in terms}
        local = all(column[0] in ("built", "site") for column in terms)
        (unit,) = units if len(units) == 1 else (None,)
        made = Shared(name, label, terms, low, high)
        if local and unit is not None and len(self.case.projects_of[unit]) <= ENUMERATED_MAX:
            self.inside[unit].append(made)
            return
        towns = {self.case.register.units[u]["township"] for u in units if u is not None}
        if len(towns) == 1 and None not in units and all(c[0] == "site" and k == 1 for c, k in terms.items()):
            self.counts[towns.pop()].append(made)
            return
        number, unique = 2, name
        while unique in self.shared:
            unique, number = f"{name}#{number}", number + 1
        made.name = unique
        self.shared[unique] = made

    def _unit_of(self, column: Column) -> str | None:
        if column[0] == "built":
            return str(self.case.register.projects[column[1]]["unit"])
        if column[0] == "pays":
            return str(self.case.register.projects[column[2]]["unit"])
        return column[-1] if column[0] in ("grant", "rest", "site") else None

    # Funds.

    def _fund(self, code: str) -> None:
        case, fund = self.case, self.case.funds[code]
        spent = Linear({("pays", code, p): 1 for p, payers in case.payers.items() if code in payers})
        envelope, whole = fund.cap // case.quantum, fund.total // case.quantum
        kind, bounds = ("grant", case.grants) if fund.decides else ("rest", {k: (0, n) for k, n in case.rests.items()})
        own = {unit: high for (f, unit), (_, high) in bounds.items() if f == code}
        given = Linear({(kind, code, unit): 1 for unit in own})
        if fund.decides:
            self._add(f"envelope.{code}", f"envelope.{code}", spent, None, envelope)
        if not fund.rest:
            high = whole if fund.decides else envelope
            self._add(f"budget.{code}", f"budget.{code}", spent.plus(given) if fund.decides else spent, None, high)
            return
        whole, most = whole if fund.decides else envelope, sum(own.values())
        if most >= whole:
            self._add(f"budget.{code}", f"budget.{code}", given.plus(spent), whole, whole)
            return
        left, full = ("left", code), ("full", code)
        self.left[code] = whole - most, most
        self._add(f"budget.{code}", f"budget.{code}", given.plus(spent).plus(Linear({left: 1})), whole, whole)
        name = f"left-only-when-full.{code}"
        self._add(name, name, Linear({left: 1, full: most - whole}), None, 0)
        name = f"full-means-full.{code}"
        self._add(name, name, given.plus(Linear({full: -most})), 0, None)

    def money(self, units: Iterable[str], funds: Any) -> Linear:
        """All that units receive from funds (none named: all), in quanta."""
        case, result = self.case, Linear()
        for unit in units:
            for code in case.funds if funds is None else texts(funds, "rule.funds"):
                if code not in case.funds:
                    continue
                result.constant += case.sure[code].get(unit, 0)
                for kind, bounds in (("grant", case.grants), ("rest", case.rests)):
                    if (code, unit) in bounds:
                        result.terms[kind, code, unit] = result.terms.get((kind, code, unit), 0) + 1
                for project in case.projects_of[unit]:
                    if code in case.payers[project]:
                        column = ("pays", code, project)
                        result.terms[column] = result.terms.get(column, 0) + 1
        return result

    # Rules.

    def _rule(self, rule: Mapping[str, Any]) -> None:
        kind, name = rule["rule"], rule["id"]
        if rule.get("kind", "must") == "should":
            number_ = self._class(rule)
            measure = kind in ("floor", "cap", "share", "unfinished-first")
            if self.short_in_money.setdefault(number_, measure) is not measure:
                raise Wrong("unknown", where=f"rule {name}", name="priority_class")
            self.shorts.setdefault(number_, Linear())
        if kind in ("floor", "cap"):
            self._limit(rule)
        elif kind == "share":
            self._share(rule)
        elif kind == "unfinished-first":
            case = self.case
            for code, cost in case.cost_fen.items():
                if case.register.projects[code]["started"]:
                    left = Linear(
                        {("built", code): -(cost // case.quantum)} if code in case.payers else {}, cost // case.quantum
                    )
                    self._demand(rule, code, left, None, 0)
        elif kind == "demonstration-sites":
            self._demonstration(rule)
        else:
            self._order(*((name, None) if kind == "prerequisites" else (None, name)))

    def _class(self, rule: Mapping[str, Any]) -> int:
        value = rule.get("priority_class", 1)
        if type(value) is not int or not 1 <= value <= 9:
            raise Wrong("shape", where=f"rule {rule['id']}", found=value, expected="a class from 1 to 9")
        return value

    def _demand(
        self, rule: Mapping[str, Any], where: str, row: Linear, low: int | None, high: int | None, per: int = 1
    ) -> None:
        name = f"{rule['id']}.{where}"
        if rule.get("kind", "must") == "should":
            shorts = self.shorts[self._class(rule)]
            short = ("short", f"{name}#{len(shorts.terms)}")
            shorts.terms[short] = 1
            row = row.plus(Linear({short: per if low is not None else -per}))
        self._add(name, rule["id"], row, low, high)

    def _limit(self, rule: Mapping[str, Any]) -> None:
        case, where = self.case, f"rule {rule['id']}"
        for unit in case.chosen(rule.get("where")):
            if rule.get("amount_yuan") is not None:
                fen = yuan(rule["amount_yuan"], where)
            else:
                fen = yuan(rule.get("per_household_yuan"), where) * case.register.units[unit]["households"]
            row = self.money([unit], rule.get("funds"))
            if rule["rule"] == "floor":
                self._demand(rule, unit, row, -(-fen // case.quantum), None)
            else:
                self._demand(rule, unit, row, None, fen // case.quantum)

    def _share(self, rule: Mapping[str, Any]) -> None:
        case, units = self.case, self.case.register.units
        if rule.get("each") is None:
            groups = {"group": case.chosen(rule.get("where"))}
        else:
            by = case._word(rule, "each", ("township", "kind"), f"rule {rule['id']}")
            groups = {g: [u for u in units if units[u][by] == g] for g in sorted({one[by] for one in units.values()})}
        whole = self.money(units, rule.get("funds"))
        for group, members in groups.items():
            part = self.money(members, rule.get("funds"))
            for key, sign in (("at_least", 1), ("at_most", -1)):
                if rule.get(key) is not None:
                    s = exact(rule[key], f"rule {rule['id']}")
                    row = Linear().plus(part, sign * s.denominator).plus(whole, -sign * s.numerator)
                    self._demand(rule, group, row, 0, None, s.denominator)

    def _demonstration(self, rule: Mapping[str, Any]) -> None:
        case, kinds = self.case, texts(rule.get("town_kinds", ["town"]), f"rule {rule['id']}")
        least, most, points = (
            at({"sites_min": 2, "sites_max": 3, "benefit_per_site": 0, **rule}, key, int, f"rule {rule['id']}")
            for key in ("sites_min", "sites_max", "benefit_per_site")
        )
        for town, record in sorted(case.register.townships.items()):
            if record["kind"] not in kinds:
                continue
            count = Linear()
            for unit in sorted(u for u, one in case.register.units.items() if one["township"] == town):
                self._site(rule["id"], unit)
                if unit in self.sites:
                    count.terms["site", unit] = 1
                    self.benefit = self.benefit.plus(Linear({("site", unit): points}))
            self._demand(rule, f"{town}.least", count, least, None)
            self._demand(rule, f"{town}.most", count, None, most)

    def _site(self, rule: str, unit: str) -> None:
        """A unit that its projects can complete may be a site, when they do."""
        case = self.case
        closing = {
            have: [p for p in case.projects_of[unit] if have in case.register.projects[p]["closes"]]
            for have in case.missing[unit]
        }
        if unit in self.sites or not all(closing.values()):
            return
        self.sites.add(unit)
        for have, projects in sorted(closing.items()):
            row = Linear({("built", p): -1 for p in projects}).plus(Linear({("site", unit): 1}))
            self._add(f"{rule}.{unit}.{have}", rule, row, None, 0)

    def _order(self, prerequisites: str | None, variants: str | None) -> None:
        """What needs what, and what stands for what."""
        case, projects = self.case, self.case.register.projects
        if prerequisites is not None:
            for code in case.payers:
                for needed in projects[code]["requires"]:
                    if needed not in case.coming:
                        row = Linear({("built", code): 1})
                        if needed in case.payers:
                            row = row.plus(Linear({("built", needed): -1}))
                        self._add(f"{prerequisites}.{code}.{needed}", prerequisites, row, None, 0)
        if variants is not None:
            done = {projects[code]["variant_group"] for code in case.coming}
            groups: dict[str, Linear] = {}
            for code in case.payers:
                if group := projects[code]["variant_group"]:
                    groups.setdefault(group, Linear()).terms["built", code] = 1
            for group, row in sorted(groups.items()):
                self._add(f"{variants}.{group}", variants, row, None, 0 if group in done else 1)


# ------------------------------------------------------------------------------------------------------ the plan in hand

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
        self.values["welfare",] = sum(_worth(case.pieces[u], quanta) for u, quanta in self._held().items())
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
                unit = self.rows._unit_of(column)
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


# ----------------------------------------------------------------------------------------------------- steps and bounds


@dataclass
class Step:
    """One step of the strict order: what it makes large or small, and in which unit it is told."""

    name: str
    sign: int
    """1: more is better, -1: less."""
    expression: Linear
    tolerance: Fraction
    unit: str


def steps_of(case: Case, rows: Rows) -> list[Step]:
    """The policy's strict order, shortfalls class by class."""
    steps = []
    for spec in at(case.policy, "objectives", list, "policy"):
        name = at(only(spec, ("id", "clause", "tolerance"), "policy.objectives"), "id", str, "policy.objectives")
        tolerance = exact(spec.get("tolerance", 0), "policy.objectives")
        if name == "shortfall":
            for number_, shorts in sorted(rows.shorts.items()):
                unit = "yuan" if rows.short_in_money[number_] else "sites"
                steps.append(Step(f"shortfall-{number_}", -1, shorts, tolerance, unit))
        elif name == "welfare":
            steps.append(Step(name, 1, Linear({("welfare",): 1}), tolerance, "yuan per weighted household"))
        elif name == "benefit":
            steps.append(Step(name, 1, rows.benefit, tolerance, "points"))
        else:
            raise Wrong("unknown", where="policy.objectives", name=name)
    return steps


def in_own_unit(case: Case, step: Step, raw: int) -> Fraction:
    """A raw value in the unit of its step."""
    if step.name == "welfare":
        return case.welfare.equal(raw, case.total_weight) * case.quantum / 100
    return Fraction(raw * case.quantum, 100) if step.unit == "yuan" else Fraction(raw)


def floor_of(case: Case, step: Step, raw_bound: int) -> int:
    """What later steps must keep: the bound less the tolerance."""
    if step.sign < 0:
        return int(raw_bound * (1 + step.tolerance) // 1)
    if step.name == "welfare":
        kept = case.welfare.equal(raw_bound, case.total_weight) * (1 - step.tolerance)
        return int(-(-case.welfare.worth(kept, case.total_weight) // 1))
    return int(-(-raw_bound * (1 - step.tolerance) // 1))


class Bounds:
    """Inequality (1) of the opening text for one case."""

    def __init__(self, case: Case, rows: Rows) -> None:
        self.case, self.rows = case, rows
        self.sets = {unit: self._allowed(unit) for unit in case.register.units}

    def _allowed(self, unit: str) -> list[tuple[tuple[str, ...], int, bool, bool]] | None:
        """(projects, cost, allowed without the site, allowed with it); None where there are too many to write down."""
        projects = self.case.projects_of[unit]
        if len(projects) > ENUMERATED_MAX:
            return None
        inside, found = self.rows.inside.get(unit, []), []
        for size in range(len(projects) + 1):
            for chosen in combinations(projects, size):
                kept = [self._kept(inside, chosen, unit, site) for site in (0, 1)]
                if any(kept):
                    found.append((chosen, sum(self.case.cost[p] for p in chosen), kept[0], kept[1]))
        return found

    def _kept(self, inside: Sequence[Shared], chosen: Sequence[str], unit: str, site: int) -> bool:
        if site and unit not in self.rows.sites:
            return False
        values: dict[Column, int] = {("built", p): 1 for p in chosen} | {("site", unit): site}
        for row in inside:
            value = sum(k * values.get(column, 0) for column, k in row.terms.items())
            if (row.low is not None and value < row.low) or (row.high is not None and value > row.high):
                return False
        return True

    def scaled(self, step: Step, rows: Mapping[str, Shared], prices: Mapping[str, int], scale: int) -> int:
        """`scale` times what the objective, written to be made large, cannot exceed at these prices."""
        worth: dict[Column, int] = defaultdict(int)
        for column, k in step.expression.terms.items():
            worth[column] += step.sign * scale * k
        total = step.sign * scale * step.expression.constant
        for name, price in prices.items():
            row = rows.get(name)
            if row is None:
                raise Wrong("no-row", step=step.name, row=name)
            end = row.high if price > 0 else row.low
            if end is None or price == 0:
                raise Wrong("side", step=step.name, row=name)
            total += price * end
            for column, k in row.terms.items():
                worth[column] -= price * k
        for column, value in worth.items():
            if column[0] == "short" and value > 0:
                raise Wrong("short", step=step.name, row=column[1].split("#")[0])
            if column[0] in ("left", "full"):
                total += max(value, 0) * (self.rows.left[column[1]][0] if column[0] == "left" else 1)
        best: dict[str, list[tuple[int | None, int | None]]] = defaultdict(list)
        for unit, record in self.case.register.units.items():
            best[record["township"]].append(self._unit(unit, worth))
        return total + sum(self._town(town, units) for town, units in best.items())

    def _town(self, town: str, units: Sequence[tuple[int | None, int | None]]) -> int:
        """The best choice of sites, as many as the rules that count them allow."""
        reached: dict[int, int] = {0: 0}
        for without, with_ in units:
            after: dict[int, int] = {}
            for count, value in reached.items():
                for more, own in ((0, without), (1, with_)):
                    if own is not None:
                        after[count + more] = max(after.get(count + more, value + own), value + own)
            reached = after
        for row in self.rows.counts.get(town, []):
            low, high = row.low, row.high
            reached = {
                count: value for count, value in reached.items()
                if (low is None or count >= low) and (high is None or count <= high)
            }  # fmt: skip
        if not reached:
            raise Wrong("none")
        return max(reached.values())

    def _unit(self, unit: str, worth: Mapping[Column, int]) -> tuple[int | None, int | None]:
        """The most one unit can be worth at these prices, without and with a site; None where that cannot be."""
        case, slope = self.case, worth.get(("welfare",), 0)
        of = {p: worth.get(("built", p), 0) + case.cost[p] * max(worth.get(("pays", f, p), 0) for f in case.payers[p])
              for p in case.projects_of[unit]}  # fmt: skip
        fixed = sum(max(worth.get(("rest", f, u), 0), 0) * room for (f, u), room in case.rests.items() if u == unit)
        grants = sorted(
            ((worth.get(("grant", f, u), 0), *bounds) for (f, u), bounds in case.grants.items() if u == unit),
            reverse=True,
        )
        site, sets = worth.get(("site", unit), 0), self.sets[unit]
        if sets is None:
            without = fixed + self._by_pieces(unit, of, grants, slope)
            return without, without + site if unit in self.rows.sites else None
        best: list[int | None] = [None, None]
        for chosen, cost, *allowed in sets:
            value = fixed + sum(of[p] for p in chosen) + self._granted(unit, case.held[unit] + cost, grants, slope)
            for place in (0, 1):
                if allowed[place]:
                    value_ = value + place * site
                    before = best[place]
                    best[place] = value_ if before is None else max(before, value_)
        return best[0], best[1]

    def _granted(self, unit: str, held: int, grants: Sequence[tuple[int, int, int]], slope: int) -> int:
        """Welfare and decided grants together: quantum by quanta along the pieces, the cheapest fund first."""
        pieces = self.case.pieces[unit]
        value = sum(worth * low for worth, low, _ in grants)
        held += sum(low for _, low, _ in grants)
        value += slope * _worth(pieces, held)
        for worth, low, high in grants:
            room, start = high - low, 0
            for steep, end in pieces:
                if (end is None or held < end) and worth + slope * steep > 0 and room > 0:
                    start = room if end is None else min(room, end - held)
                    value += start * (worth + slope * steep)
                    held, room = held + start, room - start
        return value

    def _by_pieces(self, unit: str, of: Mapping[str, int], grants: Sequence[tuple[int, int, int]], slope: int) -> int:
        """Each piece of welfare, drawn out to a straight line, lies above it: the lowest such bound counts."""
        case, pieces, bounds = self.case, self.case.pieces[unit], []
        start = 0
        for steep, end in pieces:
            line = slope * (_worth(pieces, start) + steep * (case.held[unit] - start))
            line += sum(max(worth + slope * steep * case.cost[p], 0) for p, worth in of.items())
            line += sum(
                max((worth + slope * steep) * low, (worth + slope * steep) * high) for worth, low, high in grants
            )
            bounds.append(line)
            start = end or start
        return min(bounds)


# ---------------------------------------------------------------------------------------------------- the certificate

CERTIFICATE_KEYS = [
    "kind",
    "format",
    "plan_hash",
    "instance_hash",
    "policy_hash",
    "quantum_fen",
    "scale",
    "policy",
    "decided",
    "steps",
]
STEP_KEYS = ["step", "sense", "unit", "value", "bound", "floor", "solver_bound", "prices", "unpriced"]
SIX_PLACES = Decimal("0.000001")


def places(value: Fraction) -> Decimal:
    """Six decimals, half to even, as plan.json states figures."""
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(SIX_PLACES, ROUND_HALF_EVEN)


def gap_of(value: Fraction, bound: Fraction) -> Fraction:
    base = max(abs(value), abs(bound))
    return abs(bound - value) / base if base else Fraction(0)


@dataclass
class Told:
    """One line of the answer."""

    step: str
    unit: str
    value: Decimal
    bound: Decimal
    gap: Decimal
    solver_bound: Decimal
    solver_gap: Decimal
    unpriced: list[str]


def check(plan_data: Any, certificate: Any, register_path: Path) -> list[Told]:
    """Everything a certificate and its plan state, worked out anew; raises `Wrong` at the first thing that is not so."""
    only(certificate, CERTIFICATE_KEYS, "certificate")
    if certificate.get("kind") != "certificate" or at(certificate, "format", int, "certificate") != 1:
        raise Wrong("unknown", where="certificate", name=certificate.get("kind"))
    policy = at(certificate, "policy", dict, "certificate")
    policy_hash = sha256(canonical(policy))
    run = at(plan_data, "run", dict, "plan")
    hashes = [(certificate, "policy_hash", "certificate.json"), (run, "policy_hash", "plan.json")]
    for holder, key, file in hashes:
        if at(holder, key, str, file) != policy_hash:
            raise Wrong("hash", what=key, file=file)
    register = read_register(register_path, at(certificate, "decided", dict, "certificate"))
    instance_hash = register.instance_hash(policy_hash)
    for holder, file in ((plan_data, "plan.json"), (certificate, "certificate.json")):
        if at(holder, "instance_hash", str, file) != instance_hash:
            raise Wrong("hash", what="instance_hash", file=file)
    if at(certificate, "plan_hash", str, "certificate") != at(plan_data, "plan_hash", str, "plan"):
        raise Wrong("hash", what="plan_hash", file="certificate.json")
    case = Case(register, policy)
    quanta = [
        at(certificate, "quantum_fen", int, "certificate"),
        at(run, "parameters", dict, "plan.run").get("quantum_fen"),
    ]
    if quanta != [case.quantum, str(case.quantum)]:
        raise Wrong(
            "figure", file="certificate.json", step="–", figure="quantum_fen", stated=quanta, found=case.quantum
        )
    rows = Rows(case)
    plan = Plan(plan_data, case, rows)
    return _steps(plan_data, certificate, plan, run)


def _steps(plan_data: Any, certificate: Any, plan: Plan, run: Any) -> list[Told]:
    case, rows = plan.case, plan.rows
    steps = steps_of(case, rows)
    wanted = [step.name for step in steps]
    claims, reached = at(certificate, "steps", list, "certificate"), at(plan_data, "objectives", list, "plan")
    for file, stated, key in (("certificate.json", claims, "step"), ("plan.json", reached, "name")):
        found = [at(one, key, str, file) for one in stated]
        if found != wanted:
            raise Wrong("steps", file=file, found=found, expected=wanted)
    scale = number(certificate.get("scale"), "certificate.scale")
    if scale < 1:
        raise Wrong("shape", where="certificate.scale", found=scale, expected="1 or more")
    limits = {
        stop.removesuffix(": limit")
        for stop in at(run, "termination", str, "plan.run").split("; ")
        if stop.endswith(": limit")
    }
    shared, bounds, told = dict(rows.shared), Bounds(case, rows), []
    for step, claim, objective in zip(steps, claims, reached, strict=True):
        told.append(_step(step, claim, objective, plan, shared, bounds, scale, step.name in limits))
        floor = number(claim["floor"], "floor")
        name = f"keep.{step.name}"
        low, high = (
            (floor - step.expression.constant, None) if step.sign > 0 else (None, floor - step.expression.constant)
        )
        shared[name] = Shared(name, name, step.expression.terms, low, high)
    return told


def _step(
    step: Step,
    claim: Any,
    objective: Any,
    plan: Plan,
    shared: Mapping[str, Shared],
    bounds: Bounds,
    scale: int,
    limited: bool,
) -> Told:
    case = plan.case
    only(claim, STEP_KEYS, f"certificate.steps.{step.name}")
    value = step.expression.value(plan.values)
    stated = {
        key: number(claim.get(key), f"certificate.steps.{step.name}.{key}")
        for key in ("value", "bound", "floor", "solver_bound")
    }
    raw_bound, raw_floor = (
        at(objective, key, int, f"plan.objectives.{step.name}") for key in ("raw_bound", "raw_floor")
    )

    def same(figure: str, said: object, found: object, file: str = "certificate.json") -> None:
        if said != found:
            raise Wrong("figure", file=file, step=step.name, figure=figure, stated=said, found=found)

    sense = "max" if step.sign > 0 else "min"
    same("sense", claim.get("sense"), sense)
    same("unit", claim.get("unit"), step.unit)
    same("value", stated["value"], value)
    same("solver_bound", stated["solver_bound"], raw_bound)
    same("floor", stated["floor"], raw_floor)
    # What plan.json says of the step must follow from its value, its bound and the policy's tolerance.
    own_value, own_bound = in_own_unit(case, step, value), in_own_unit(case, step, raw_bound)
    figures: dict[str, object] = {"sense": sense, "unit": step.unit, "raw_value": value, "value": places(own_value),
        "bound": places(own_bound), "gap": places(gap_of(own_value, own_bound)), "tolerance": places(step.tolerance)}  # fmt: skip
    for figure, found in figures.items():
        said = objective.get(figure)
        if isinstance(found, Decimal) and isinstance(said, (int, Decimal)) and not isinstance(said, bool):
            same(figure, float(said), float(found), "plan.json")
        else:
            same(figure, said, found, "plan.json")
    floor = floor_of(case, step, raw_bound)
    if raw_floor != floor and not (limited and step.sign * raw_floor <= step.sign * floor):
        same("raw_floor", raw_floor, floor, "plan.json")
    if step.sign * value > step.sign * raw_bound:
        raise Wrong("beyond", step=step.name)
    if step.sign * value < step.sign * raw_floor:
        raise Wrong("kept", step=step.name, found=value, expected=raw_floor)
    # The proof.
    prices = {name: number(price, f"prices.{name}") for name, price in at(claim, "prices", dict, step.name).items()}
    scaled = bounds.scaled(step, shared, prices, scale)
    bound = step.sign * (scaled // scale)
    if step.sign < 0:
        bound = max(bound, 0)  # nothing falls short by less than nothing
    same("bound", stated["bound"], bound)
    if step.sign * value > step.sign * bound:
        raise Wrong("beyond", step=step.name)
    unpriced = sorted({row.label for row in shared.values()} - {shared[name].label for name in prices})
    named = texts(claim.get("unpriced"), f"certificate.steps.{step.name}.unpriced")
    if named != unpriced:
        raise Wrong("unpriced", step=step.name, stated=named, found=unpriced)
    certified = in_own_unit(case, step, bound)
    return Told(
        step.name, step.unit, places(own_value), places(certified), places(gap_of(own_value, certified)),
        places(own_bound), places(gap_of(own_value, own_bound)), unpriced,
    )  # fmt: skip


# ------------------------------------------------------------------------------------------------------------ the answer

TABLE = {
    "en": (
        "Step",
        "The plan reaches",
        "Certified: at best",
        "Certified gap",
        "Solver: at best",
        "Solver's gap",
        "Unit",
    ),
    "zh": ("步骤", "方案达到", "已证：至多（至少）", "已证差距", "求解器的界", "求解器差距", "单位"),
}
ENDS = {
    "en": ("Without a price, and so not part of the proof of {step}: {names}.", "All that is stated is right."),
    "zh": ("{step} 的证明没有用到（未定价）：{names}。", "所写属实，全部核对无误。"),
}
MOVED = {
    "en": "Fund {fund}: taken from the record, not from the tables: {names}.",
    "zh": "资金 {fund}：{names} 取自账本的决定，表格里没有。",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; every fault of a file is one sentence and exit code 1."""
    here = Path(__file__).resolve().parent
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "plan", nargs="?", type=Path, default=here / "plan.json", help="plan.json, or a proof of impossibility"
    )
    parser.add_argument("certificate", nargs="?", type=Path, help="certificate.json (default: beside the plan)")
    parser.add_argument(
        "register", nargs="?", type=Path, help="folder of CSV tables or .xlsx (default: register, beside the plan)"
    )
    parser.add_argument("--lang", choices=("en", "zh"), default="en")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of a table")
    given = parser.parse_args(arguments)
    beside = given.plan.parent
    files = (given.plan, given.certificate or beside / "certificate.json", given.register or beside / "register")
    try:
        plan, certificate = (_read(path) for path in files[:2])
        told = check(plan, certificate, files[2])
    except Wrong as wrong:
        return _refused(wrong, given)
    except (
        ArithmeticError,
        AttributeError,
        KeyError,
        IndexError,
        LookupError,
        RecursionError,
        StopIteration,
        TypeError,
        ValueError,
    ):
        return _refused(Wrong("strange", file=files[1].name), given)
    except OSError as fault:
        return _refused(Wrong("file", file=Path(str(fault.filename or files[2])).name), given)
    decided = {fund: sorted(own) for fund, own in certificate["decided"].items()}
    if given.json:
        lines = [
            {key: value if isinstance(value, list) else str(value) for key, value in vars(one).items()} for one in told
        ]
        sys.stdout.write(json.dumps({"right": True, "steps": lines, "decided": decided}, ensure_ascii=False) + "\n")
        return 0
    head = TABLE[given.lang]
    cells = [
        (
            one.step,
            f"{one.value:,}",
            f"{one.bound:,}",
            f"{one.gap:.4%}",
            f"{one.solver_bound:,}",
            f"{one.solver_gap:.4%}",
            one.unit,
        )
        for one in told
    ]
    wide = [max(_width(row[i]) for row in (head, *cells)) for i in range(len(head))]
    for row in (head, *cells):
        padded = [
            " " * (w - _width(cell)) + cell if 0 < i < 6 else cell + " " * (w - _width(cell))
            for i, (cell, w) in enumerate(zip(row, wide, strict=True))
        ]
        sys.stdout.write("  ".join(padded).rstrip() + "\n")
    dropped, right = ENDS[given.lang]
    for one in told:
        if one.unpriced and (one.bound or not one.step.startswith("shortfall-")):  # 0 needs no proof
            sys.stdout.write(dropped.format(step=one.step, names=_brief(one.unpriced)) + "\n")
    for fund, names in decided.items():
        sys.stdout.write(MOVED[given.lang].format(fund=_brief(fund), names=", ".join(names)) + "\n")
    sys.stdout.write(right + "\n")
    return 0


def _read(path: Path) -> Any:
    try:
        return read_json(path)
    except OSError as fault:
        raise Wrong("file", file=path.name) from fault


def _refused(wrong: Wrong, given: argparse.Namespace) -> int:
    if given.json:
        said = {"right": False, "code": wrong.code, "sentence": wrong.sentence(given.lang)}
        sys.stdout.write(json.dumps(said, ensure_ascii=False) + "\n")
    else:
        sys.stderr.write(wrong.sentence(given.lang) + "\n")
    return 1


def _width(text: str) -> int:
    """Columns of a terminal: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
    sys.exit(main())
