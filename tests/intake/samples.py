"""A small county as rows people would type, and ways to put it into a workbook or a folder."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import openpyxl

Sheet = list[list[Any]]
Book = dict[str, Sheet]


def county() -> Book:
    """Two towns, three units, two projects, one fund with a tranche and a pledge; nothing wrong with it."""
    return {
        "townships": [
            ["code", "name_zh", "name_en", "kind"],
            ["T1", "桥头镇", "Qiaotou", "镇"],
            ["T2", "城关街道", "Chengguan", "街道"],
        ],
        "units": [
            ["code", "name_zh", "kind", "township", "households", "poor", "backward", "stars", "haves", "收入（万元）"],
            ["V1", "柳树村", "村", "T1", "358", "是", "否", "3", "人；地", "1.56"],
            ["V2", "石桥村", "village", "T1", "120", "no", "yes", "", "people; money", ""],
            ["C1", "东门社区", "社区", "T2", "900", "", "", "5", "", ""],
        ],
        "projects": [
            ["代码", "单位", "建设内容", "类别", "实施单位", "责任岗位", "用途", "造价（元）", "效益分", "绩效目标",
             "完成期限", "前置项目", "已支出（元）"],
            ["P1", "V1", "新建文化活动室", "culture", "柳树村村委会", "村党支部书记", "建设", "186000", "72",
             "全年开放", "2026年11月30日", "", "0"],
            ["P2", "V2", "修建石桥", "road", "石桥村村委会", "村党支部书记", "建设", "25,000.50", "60", "通车",
             "2026-10-31", "P1", ""],
        ],
        "funds": [
            ["entry", "code", "fund", "name_zh", "department", "document_no", "budget_year", "purposes", "amount_yuan",
             "due_on", "arrived_on", "by", "pledge_kind", "arrived_yuan", "eligibility"],
            ["fund", "beautiful", "", "美丽工程", "县委组织部", "县财〔2026〕1号", "2026", "建设；公共服务建设",
             "2000000", "", "", "", "", "", ""],
            ["tranche", "B1", "beautiful", "", "", "", "", "", "1200000", "2026-03-31", "2026-03-20", "", "", "", ""],
            ["pledge", "H1", "beautiful", "", "", "", "", "", "50000", "2026-06-30", "", "县供电公司", "资金", "20000",
             ""],
        ],
    }  # fmt: skip


def good() -> Book:
    """`county` with a header that reads: its income column is a known one."""
    book = county()
    book["units"][0][9] = "人均收入（万元）"
    return book


def put(book: Book, sheet: str, row: int, header: str, value: Any) -> Book:
    """Change the cell of `sheet` in spreadsheet row `row` (the header is row 1) under `header`."""
    book[sheet][row - 1][book[sheet][0].index(header)] = value
    return book


def folder(where: Path, book: Mapping[str, Sheet], *, encoding: str = "utf-8", delimiter: str = ",") -> Path:
    """The sheets as CSV files."""
    where.mkdir(parents=True, exist_ok=True)
    for name, rows in book.items():
        text = io.StringIO()
        csv.writer(text, delimiter=delimiter).writerows(rows)
        (where / f"{name}.csv").write_bytes(text.getvalue().encode(encoding))
    return where


def workbook(path: Path, book: Mapping[str, Sheet]) -> Path:
    """The sheets as a workbook; numbers and dates become cells of their kind, text beginning with = stays text."""
    opened = openpyxl.Workbook()
    opened.remove(opened.active)
    for name, rows in book.items():
        sheet = opened.create_sheet(name)
        for number, row in enumerate(rows, start=1):
            for index, value in enumerate(row, start=1):
                if value not in (None, ""):
                    cell = sheet.cell(number, index, value)
                    if isinstance(value, str) and value.startswith("="):
                        cell.data_type = "s"
    opened.save(path)
    return path
