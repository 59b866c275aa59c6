"""The parts of a workbook around its sheets: their names and places, shared strings, and which formats are dates."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass

from intake.faults import IntakeFault
from intake.limits import Budget
from intake.xlsx_archive import Archive
from intake.xlsx_xml import attribute, parse, unescaped

_BUILT_IN_DATES = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
"""Numbers of formats that every program knows without being told (ECMA-376, 18.8.30, with the East Asian ones)."""
_QUOTED = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)


@dataclass(frozen=True)
class Workbook:
    """What the sheets need to know."""

    sheets: tuple[tuple[str, str], ...]
    """(name, part) of every worksheet, in the order of the tabs."""
    counts_from_1904: bool
    strings: list[str]
    date_styles: frozenset[int]
    """Indices of cell formats that show a number as a day."""


def read_workbook(archive: Archive, budget: Budget) -> Workbook:
    """Everything but the sheets. Raises `IntakeFault`."""
    main = _main_part(archive)
    folder = posixpath.dirname(main)
    targets, kinds = _relations(archive, main, budget)
    listed: list[tuple[str, str]] = []
    from_1904 = False

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal from_1904
        if name == "sheet":
            budget.spend(archive.file, 1)
            listed.append((attributes.get("name", ""), attribute(attributes, "id") or ""))
        elif name == "workbookPr":
            from_1904 = attributes.get("date1904", "0") in {"1", "true"}

    parse(archive.file, archive.chunks(main), start)
    sheets = tuple((name, _resolved(folder, targets[key])) for name, key in listed if kinds.get(key) == "worksheet")
    by_kind = {kind: _resolved(folder, targets[key]) for key, kind in kinds.items()}
    strings = _shared_strings(archive, by_kind.get("sharedStrings"), budget)
    return Workbook(sheets, from_1904, strings, _date_styles(archive, by_kind.get("styles"), budget))


def _main_part(archive: Archive) -> str:
    """Where the workbook part is: where the package says, `xl/workbook.xml` otherwise."""
    found = "xl/workbook.xml"

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal found
        if name == "Relationship" and attributes.get("Type", "").endswith("/officeDocument"):
            found = _resolved("", attributes.get("Target", found))

    if "_rels/.rels" in archive:
        parse(archive.file, archive.chunks("_rels/.rels"), start)
    if found not in archive:
        raise IntakeFault("damaged", archive.file)
    return found


def _relations(archive: Archive, part: str, budget: Budget) -> tuple[dict[str, str], dict[str, str]]:
    """Relation id -> target, and id -> kind (`worksheet`, `styles`, …), of relations inside the package."""
    targets: dict[str, str] = {}
    kinds: dict[str, str] = {}

    def start(name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship" and attributes.get("TargetMode") != "External":
            budget.spend(archive.file, 1)
            key = attributes.get("Id", "")
            targets[key] = attributes.get("Target", "")
            kinds[key] = attributes.get("Type", "").rpartition("/")[2]

    relations = posixpath.join(posixpath.dirname(part), "_rels", posixpath.basename(part) + ".rels")
    if relations in archive:
        parse(archive.file, archive.chunks(relations), start)
    return targets, kinds


def _resolved(folder: str, target: str) -> str:
    target = target.replace("\\", "/")
    return target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))


def _shared_strings(archive: Archive, part: str | None, budget: Budget) -> list[str]:
    """The strings that cells refer to by number; readings printed above characters (rPh) are left out."""
    strings: list[str] = []
    pieces: list[str] = []
    depth_of_reading = 0
    in_text = False

    def start(name: str, _attributes: dict[str, str]) -> None:
        nonlocal depth_of_reading, in_text
        if name == "si":
            pieces.clear()
        elif name == "rPh":
            depth_of_reading += 1
        in_text = name == "t" and depth_of_reading == 0

    def end(name: str) -> None:
        nonlocal depth_of_reading, in_text
        in_text = False
        if name == "rPh":
            depth_of_reading -= 1
        elif name == "si":
            budget.spend(archive.file, 1)
            strings.append(unescaped("".join(pieces)))

    def text(data: str) -> None:
        if in_text:
            pieces.append(data)

    if part is not None and part in archive:
        parse(archive.file, archive.chunks(part), start, end, text)
    return strings


def _date_styles(archive: Archive, part: str | None, budget: Budget) -> frozenset[int]:
    """Which cell formats show days."""
    own: dict[int, bool] = {}
    formats: list[int] = []
    inside = False

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal inside
        if name in {"numFmt", "xf"}:
            budget.spend(archive.file, 1)
        if name == "numFmt":
            own[_number(attributes.get("numFmtId"))] = is_date_format(attributes.get("formatCode", ""))
        elif name == "cellXfs":
            inside = True
        elif name == "xf" and inside:
            formats.append(_number(attributes.get("numFmtId")))

    def end(name: str) -> None:
        nonlocal inside
        if name == "cellXfs":
            inside = False

    if part is not None and part in archive:
        parse(archive.file, archive.chunks(part), start, end)
    return frozenset(index for index, number in enumerate(formats) if own.get(number, number in _BUILT_IN_DATES))


def is_date_format(code: str) -> bool:
    """Whether a format shows a day or a time: it has a y, m, d, h or s outside quotes, colours and padding."""
    bare = _QUOTED.sub("", code.split(";", 1)[0]).casefold()
    return "general" not in bare and any(letter in bare for letter in "ymdhs")


def _number(written: str | None) -> int:
    return int(written) if written is not None and written.isascii() and written.isdigit() and len(written) < 10 else 0
