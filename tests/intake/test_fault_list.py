"""The list a planner gets for a thoroughly wrong register, in both languages, word for word (golden files).

After a change of wording: TONGCHOU_REWRITE_GOLDEN=1 pytest tests/intake/test_fault_list.py, then read the difference.
"""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from intake.faults import IntakeFault, RegisterFaults
from intake.register_file import read_register
from tests.intake.samples import good, put, workbook
from texts import Lang

GOLDEN = Path(__file__).parent / "golden"


def compare(name: str, text: str) -> None:
    path = GOLDEN / name
    if os.environ.get("TONGCHOU_REWRITE_GOLDEN"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


def wrong_register(where: Path) -> Path:
    """A workbook with about one fault of every sort that people make."""
    book = good()
    book["units"][0][4] = "housholds"
    book["units"][0].append("村支书")
    for row, name in zip(book["units"][1:], ("张", "李", "王"), strict=True):
        row.append(name)
    put(book, "townships", 3, "code", "T1")
    put(book, "units", 2, "township", "nowhere")
    put(book, "units", 2, "poor", "perhaps")
    put(book, "units", 2, "stars", 7)
    put(book, "units", 3, "人均收入（万元）", -1.5)
    put(book, "units", 4, "name_zh", "东门\u202e社区")
    put(book, "units", 4, "haves", "人，地 议事")
    book["projects"][0][7] = "造价"
    book["projects"][0][12] = "已支出（万元）"
    put(book, "projects", 2, "前置项目", "P2")
    put(book, "projects", 2, "已支出（万元）", 0.1 + 0.2)
    put(book, "projects", 2, "绩效目标", "=HYPERLINK(A1)")
    put(book, "projects", 3, "单位", "V22")
    put(book, "projects", 3, "完成期限", "2026年11月")
    put(book, "projects", 3, "用途", "维护；运行")
    book["projects"].append(["P3", "V1", "", "road", "x", "y", "建设", 5, 1, "z", date(2026, 5, 1), "P9", ""])
    put(book, "funds", 3, "amount_yuan", "2500000")
    put(book, "funds", 3, "arrived_yuan", 5)
    put(book, "funds", 4, "fund", "beautifull")
    put(book, "funds", 4, "pledge_kind", "爱心")
    put(book, "funds", 2, "eligibility", "pooor and kind == 'village'")
    book["projets"] = [["a"]]
    path = workbook(where / "澄县.xlsx", book)
    opened = openpyxl.load_workbook(path)
    opened["funds"]["I4"] = "=A1+1"
    opened["units"].merge_cells("D3:D4")
    opened.save(path)
    return path


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_fault_is_told_with_sheet_row_column_value_and_cure(tmp_path: Path, lang: Lang) -> None:
    with pytest.raises(RegisterFaults) as caught:
        read_register(wrong_register(tmp_path))
    compare(f"faults.{lang}.txt", caught.value.sentence(lang) + "\n")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_files_that_cannot_be_read_are_told_in_one_sentence_each(tmp_path: Path, lang: Lang) -> None:
    contents = {
        "empty.xlsx": b"",
        "locked.xlsx": bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504) + "EncryptedPackage".encode("utf-16-le"),
        "old.xls": bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504),
        "text.xlsx": b"code,name\n",
        "page.xls": b"<html></html>",
        "cut.xlsx": workbook(tmp_path / "whole.xlsx", good()).read_bytes()[:2_000],
        "units.csv": b"code",
    }
    sentences = []
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    for name in [*contents, "nothing.xlsx"]:
        with pytest.raises(IntakeFault) as caught:
            read_register(tmp_path / name)
        sentences.append(caught.value.sentence(lang))
    compare(f"files.{lang}.txt", "\n".join(sentences) + "\n")
