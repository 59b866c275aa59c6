"""Hostile files: whatever bytes come in, the answer is a register or a sentence, never another exception."""

from __future__ import annotations

import io
import random
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.areas import read_areas
from intake.faults import IntakeFault, RegisterFaults
from intake.limits import Limits
from intake.register_csv import areas_text
from intake.register_file import read_register
from intake.sheets import SHEETS
from tests.intake.samples import folder, good, workbook
from tests.intake.test_areas import square

SMALL = Limits(unpacked_bytes=5_000_000, cells=100_000)
HEADERS = [header for sheet in SHEETS for column in sheet.columns for header in (column.key, *column.zh)]
CELLS = st.one_of(
    st.text(max_size=8),
    st.sampled_from(HEADERS),
    st.sampled_from(
        ["", "V1", "T1", "P1", "beautiful", "fund", "tranche", "P2;P1", "poor and", "是", "建设", "2026-01-01"]
    ),
    st.sampled_from(["1", "-1", "1e9", "=1", "０", "1,000", "99999999999999999999", "nan", "∞"]),
)
SHEETS_OF_CELLS = st.lists(st.lists(CELLS, max_size=12), max_size=6)
NUMBERS: st.SearchStrategy[Any] = st.none() | st.integers() | st.floats() | st.booleans() | CELLS


def attempt(path: Path, **options: Any) -> None:
    """Read, and accept only what a reader may answer."""
    try:
        read_register(path, limits=SMALL, **options)
    except (IntakeFault, RegisterFaults) as fault:
        for lang in ("zh", "en"):
            sentence = fault.sentence(lang)
            assert sentence
            assert all(ch.isprintable() or ch in "\n\u3000" for ch in sentence)


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzz")


@pytest.fixture(scope="module")
def whole(there: Path) -> bytes:
    return workbook(there / "whole.xlsx", good()).read_bytes()


@given(
    st.binary(max_size=400),
    st.sampled_from([b"", b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"<"]),
)
def test_random_bytes_are_never_a_surprise(there: Path, content: bytes, start: bytes) -> None:
    path = there / "random.xlsx"
    path.write_bytes(start + content)
    attempt(path)


@settings(max_examples=200)
@given(st.integers(0, 10**9))
def test_a_workbook_with_altered_bytes_is_never_a_surprise(there: Path, whole: bytes, seed: int) -> None:
    dice = random.Random(seed)
    content = bytearray(whole)
    for _ in range(dice.randint(1, 8)):
        place = dice.randrange(len(content))
        if dice.random() < 0.7:
            content[place] = dice.randrange(256)
        else:
            del content[place : place + dice.randint(1, 50)]
    path = there / "altered.xlsx"
    path.write_bytes(content)
    attempt(path)


@settings(max_examples=200)
@given(st.integers(0, 10**9))
def test_a_workbook_whose_parts_are_altered_inside_is_never_a_surprise(there: Path, whole: bytes, seed: int) -> None:
    dice = random.Random(seed)
    source = zipfile.ZipFile(io.BytesIO(whole))
    names = [name for name in source.namelist() if name.startswith(("xl/work", "xl/shared", "xl/styles", "xl/_rels"))]
    target = dice.choice(names)
    tokens = [
        b"<c",
        b"<v>",
        b"</v>",
        b'r="',
        b"9",
        b"-",
        b"<f>",
        b't="s"',
        b't="b"',
        b't="e"',
        b"\xff",
        b"&#0;",
        b"&lt;",
        b"<x:",
        b'"',
        b">",
    ]
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name in source.namelist():
            data = bytearray(source.read(name))
            if name == target:
                for _ in range(dice.randint(1, 4)):
                    place = dice.randrange(len(data))
                    data[place : place + dice.randint(0, 6)] = dice.choice(tokens)
            archive.writestr(name, bytes(data))
    path = there / "inside.xlsx"
    path.write_bytes(content.getvalue())
    attempt(path)


@given(st.dictionaries(st.sampled_from([sheet.key for sheet in SHEETS]), SHEETS_OF_CELLS, min_size=1, max_size=4))
def test_random_tables_under_our_headers_are_never_a_surprise(there: Path, book: dict[str, list[list[Any]]]) -> None:
    from shutil import rmtree

    where = there / "folder"
    rmtree(where, ignore_errors=True)
    attempt(folder(where, {**good(), **book}, encoding="utf-8"))


@given(st.sampled_from(sorted(good())), st.integers(1, 5), st.integers(0, 14), NUMBERS)
def test_any_value_in_any_cell_is_never_a_surprise(there: Path, sheet: str, row: int, column: int, value: Any) -> None:
    import openpyxl
    from openpyxl.utils.exceptions import IllegalCharacterError

    book = (
        openpyxl.load_workbook(there / "whole.xlsx")
        if (there / "whole.xlsx").exists()
        else openpyxl.load_workbook(workbook(there / "whole.xlsx", good()))
    )
    cell = book[sheet].cell(row, column + 1)
    try:
        cell.value = value
    except IllegalCharacterError:
        return
    path = there / "value.xlsx"
    book.save(path)
    attempt(path)


@given(st.binary(max_size=300))
def test_random_bytes_as_a_table_are_never_a_surprise(there: Path, content: bytes) -> None:
    where = folder(there / "bytes", good())
    (where / "units.csv").write_bytes(content)
    attempt(where)


@given(st.integers(0, 10**9))
def test_a_map_with_altered_bytes_is_never_a_surprise(there: Path, seed: int) -> None:
    dice = random.Random(seed)
    text = areas_text({"V1": square("V1", 0, 0), "V2": square("V2", 1, 0)}).encode()
    content = bytearray(text)
    for _ in range(dice.randint(1, 5)):
        place = dice.randrange(len(content))
        content[place : place + dice.randint(0, 3)] = dice.choice(
            [b"[", b"]", b"null", b"1e99", b"-", b'"', b"\xff", b",", b"{}"]
        )
    path = there / "map.geojson"
    path.write_bytes(content)
    with suppress(IntakeFault, RegisterFaults):
        read_areas(path)
