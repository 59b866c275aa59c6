"""Headers: which column of a sheet a header means, in which unit its money is, and what a misspelt one meant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache

from intake.columns import Column, Sheet
from intake.folding import plain

LIKENESS = 0.75
"""How alike (difflib ratio) a header must be to one we know to be taken for a misspelling of it."""

IGNORED = frozenset(
    plain(header)
    for header in (
        *("序号", "备注", "说明", "no.", "no", "№", "#", "serial"),
        *("remark", "remarks", "note", "notes", "comment", "comments"),
    )
)
"""Columns for people only; they are not read."""

_MONEY_UNIT = re.compile(r"(?P<base>.+?)(?:\((?P<inside>[^()]*)\)|(?P<behind>万元|亿元|元|yuan|wanyuan))", re.DOTALL)
_YUAN_ZEROS = {
    "元": 0,
    "人民币元": 0,
    "yuan": 0,
    "cny": 0,
    "rmb": 0,
    "万元": 4,
    "万": 4,
    "wanyuan": 4,
    "10000yuan": 4,
    "亿元": 8,
    "亿": 8,
}
_BORDER = re.compile(r"[/|:]|(?<=\))(?=.)|(?<=[^\x00-\x7f])(?=[\x00-\x7f])|(?<=[\x00-\x7f])(?=[^\x00-\x7f])")
_PER = re.compile(r"[/每](?:年|人|户|year|head|person|capita)$")
_QUIET_UNIT = re.compile(r"(.+)\((?:户|人|个|分|名|年|日|度|°|households|persons|people|points|degrees|是/否|yes/no)\)")


@dataclass(frozen=True)
class Heading:
    """A header that was understood."""

    column: Column
    yuan_zeros: int | None = None
    """Columns of money: the power of ten of yuan its figures are in (0: 元, 4: 万元); None: the header says no unit."""


def heading(sheet: Sheet, header: str) -> Heading | None:
    """What a header of `sheet` means, or None. A header may be both: `households 户数`, `造价（万元） cost`."""
    folded = plain(header)
    whole = _single(sheet, folded)
    if whole is not None:
        return whole
    for left, right in _halves(folded):
        first, second = _single(sheet, left), _single(sheet, right)
        if first is not None and second is not None and first.column is second.column:
            units = {one.yuan_zeros for one in (first, second)} - {None}
            return Heading(first.column, units.pop() if len(units) == 1 else None)
    return None


def _halves(folded: str) -> Iterator[tuple[str, str]]:
    """The ways to take a header or name for two, in one language each: `households户数`, `责任人/责任岗位`."""
    for border in _BORDER.finditer(folded):
        yield folded[: border.start()], folded[border.end() :]


def _single(sheet: Sheet, folded: str) -> Heading | None:
    """A header in one language."""
    known = _known(sheet)
    if (column := known.get(folded)) is not None:
        return Heading(column, _own_unit(column, folded))
    if (quiet := _QUIET_UNIT.fullmatch(folded)) and (column := known.get(quiet[1])) is not None:
        return Heading(column) if column.kind != "yuan" else None
    if money := _MONEY_UNIT.fullmatch(folded):
        column = known.get(money["base"])
        unit = _PER.sub("", (money["inside"] or money["behind"] or "").replace(",", ""))
        if column is not None and column.kind == "yuan" and unit in _YUAN_ZEROS:
            return Heading(column, _YUAN_ZEROS[unit])
    return None


def _own_unit(column: Column, folded: str) -> int | None:
    return 0 if column.kind == "yuan" and folded == plain(column.key) else None


@cache
def _known(sheet: Sheet) -> dict[str, Column]:
    """Folded header -> column; columns of money without their unit, and by their whole key."""
    known: dict[str, Column] = {}
    for column in sheet.columns:
        for header in (column.key, *column.zh, *column.en):
            known.setdefault(plain(header), column)
        if column.kind == "yuan":
            known.setdefault(plain(column.key.removesuffix("_yuan")), column)
    return known


def is_ignored(header: str) -> bool:
    """Whether a column is for people only (序号, 备注, …)."""
    return plain(header) in IGNORED


def likely(sheet: Sheet, header: str, among: Iterable[str]) -> str | None:
    """The canonical header, of those in `among`, that a misspelt one probably means."""
    wanted = frozenset(among)
    forms = {form: column.key for form, column in _known(sheet).items() if column.key in wanted}
    folded = plain(header)
    money = _MONEY_UNIT.fullmatch(folded)
    for form in (folded, money["base"]) if money else (folded,):
        if close := get_close_matches(form, forms, n=1, cutoff=LIKENESS):
            return forms[close[0]]
    return None


@cache
def _sheet_names(sheets: tuple[Sheet, ...]) -> dict[str, str]:
    return {plain(name): sheet.key for sheet in sheets for name in (sheet.key, *sheet.zh)}


def sheet_key(sheets: tuple[Sheet, ...], name: str) -> str | None:
    """Which sheet a name means; it may be both (`units 单位`), or None."""
    names = _sheet_names(sheets)
    folded = plain(name)
    if folded in names:
        return names[folded]
    for left, right in _halves(folded):
        if left in names and names[left] == names.get(right.strip("()")):
            return names[left]
    return None


def likely_sheet(sheets: tuple[Sheet, ...], name: str, among: Iterable[str]) -> str | None:
    """The canonical sheet, of those in `among`, that a misspelt name probably means."""
    wanted = frozenset(among)
    forms = {form: key for form, key in _sheet_names(sheets).items() if key in wanted}
    close = get_close_matches(plain(name), forms, n=1, cutoff=LIKENESS)
    return forms[close[0]] if close else None
