"""The tables of a register from a folder of CSV files or from a workbook, as rows of text."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree

from documents.standalone.certificate_check.cells import Row
from documents.standalone.certificate_check.files import FILE_BYTES_MAX
from documents.standalone.certificate_check.sayings import Wrong

TABLES = ("townships", "units", "projects", "funds", "adjacency", "duties")


def _rows(name: str, table: Sequence[Sequence[str]]) -> list[Row]:
    heads = [unicodedata.normalize("NFC", head).strip() for head in table[0]] if table else []
    rows = []
    for place, cells in enumerate(table[1:], start=2):
        clean = [re.sub(r"[\r\n\t]+", " ", unicodedata.normalize("NFC", cell)).strip() for cell in cells]
        if any(clean):
            rows.append(Row(f"{name} {place}", dict(zip(heads, [*clean, *[""] * len(heads)], strict=False))))
    return rows


def folder_tables(path: Path) -> Iterator[tuple[str, list[Row]]]:
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


def workbook_tables(path: Path) -> Iterator[tuple[str, list[Row]]]:
    """The sheets of an .xlsx by the same names as the tables of a folder."""
    try:
        with zipfile.ZipFile(path) as book:
            shared = [_written(one) for one in _part(book, "xl/sharedStrings.xml", optional=True)]
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


def _written(piece: ElementTree.Element) -> str:
    """The text of a piece in all its runs."""
    return "".join(run.text or "" for run in piece.iter(f"{_SHEET}t"))


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
                value = _written(cell)
            elif kind == "n" and value:
                value = format(Decimal(repr(float(value))), "f").removesuffix(".0")
            cells.append(value)
        yield cells
