"""One CSV file as a table: its encoding and delimiter found without guessing wildly, its cells as text."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections import Counter
from collections.abc import Callable

from intake.faults import IntakeFault
from intake.limits import Budget, Limits
from intake.tables import Cell, Table

DELIMITERS = (",", ";", "\t")
_COMMON_SHARE = 0.9
"""Bytes are taken for GB18030 only when at least this share of their Chinese is among the 6,763 everyday characters of
GB 2312: other encodings read as GB18030 give rare ones."""


def read_csv(
    file: str, content: bytes, limits: Limits, budget: Budget, known_headers: Callable[[list[str]], int]
) -> Table:
    """All records of a file; `known_headers` says how many cells of a header row are headers of the sheet.

    Raises `IntakeFault`.
    """
    text = decoded(file, content)
    delimiter = _delimiter(text, known_headers)
    rows: list[list[Cell]] = []
    # A field longer than the module's own limit (131,072) is refused by it; ours is smaller and checked below.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for record in reader:
            if len(rows) > limits.rows:
                raise IntakeFault("too-many-rows", file, sheet=file, limit=f"{limits.rows:,}", row=len(rows) + 1)
            budget.spend(file, len(record))
            rows.append(_cells(file, record, len(rows) + 1, limits))
    except csv.Error as fault:
        raise IntakeFault("csv-broken", file, line=reader.line_num) from fault
    while rows and not rows[-1]:
        rows.pop()
    return Table(file, rows)


def decoded(file: str, content: bytes) -> str:
    """The text of a file in UTF-8, in UTF-16 with its mark (“Unicode text”), or in GB18030. Raises `IntakeFault`."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = _decode(content, "utf-16")
    else:
        text = _decode(content, "utf-8-sig")
        if text is None:
            text = _decode(content, "gb18030")
            text = text if text is not None and _is_everyday_chinese(text) else None
    if text is None:
        raise IntakeFault("csv-encoding", file)
    if "\0" in text:
        raise IntakeFault("csv-binary", file)
    return text


def _decode(content: bytes, encoding: str) -> str | None:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return None


def _is_everyday_chinese(text: str) -> bool:
    """Whether the Chinese of a text is mostly everyday characters, and nothing in it is unassigned or a control."""
    foreign = {character: times for character, times in Counter(text).items() if not character.isascii()}
    if any(unicodedata.category(character) in {"Cc", "Cn", "Co", "Cs"} for character in foreign):
        return False
    common = sum(times for character, times in foreign.items() if _in_gb2312(character))
    return common >= _COMMON_SHARE * sum(foreign.values())


def _in_gb2312(character: str) -> bool:
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def _delimiter(text: str, known_headers: Callable[[list[str]], int]) -> str:
    """The delimiter that makes most cells of the first line headers we know; a comma when none does better."""
    end = min((place for place in (text.find("\n"), text.find("\r")) if place >= 0), default=len(text))
    line = text[: min(end, 100_000)]
    best = ","
    most = -1
    for delimiter in DELIMITERS:
        try:
            cells = next(csv.reader([line], delimiter=delimiter), [])
        except csv.Error:
            continue
        known = known_headers(cells)
        if known > most:
            best, most = delimiter, known
    return best


def _cells(file: str, record: list[str], row: int, limits: Limits) -> list[Cell]:
    """The cells of a record without empty ones at its end."""
    while record and not record[-1].strip():
        record.pop()
    if len(record) > limits.columns:
        raise IntakeFault("too-many-columns", file, sheet=file, limit=limits.columns, column=len(record))
    if any(len(cell) > limits.cell_characters for cell in record):
        raise IntakeFault("cell-too-long", file, sheet=file, row=row, limit=limits.cell_characters)
    return [cell if cell.strip() else None for cell in record]
