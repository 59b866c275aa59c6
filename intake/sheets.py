"""The sheets of a register and all their columns, as data: readers, writers and the template follow this table."""

from __future__ import annotations

from intake.columns import Column, Sheet, code, names
from intake.sheet_funds import FUNDS
from intake.sheet_projects import PROJECTS
from intake.sheet_units import TOWNSHIPS, UNITS

COUNTY = Sheet(
    "county",
    ("县", "县情", "基本情况"),
    "本县一行：名称，数据来源。可省略。",
    "One row: what the county is called and where the data comes from. Optional.",
    (
        code("县的代码。", "What programs call the county.", "x-county"),
        *names("澄县", "Cheng County", "县名"),
        Column(
            "note",
            "text",
            ("备注", "说明", "数据来源"),
            "数据来源；演示数据请注明。",
            "Where the data comes from, its credit line, or that it is synthetic.",
            "2026年3月统计台账",
            en=("source", "credit"),
        ),
    ),
    rows_need_names=True,
)

ADJACENCY = Sheet(
    "adjacency",
    ("相邻", "相邻关系", "邻接"),
    "哪些单位相邻，每对一行。可省略：有边界图时自动算出。",
    "Which units are neighbours, one pair a row. Optional: worked out from the areas where these are given.",
    (
        Column(
            "unit_a",
            "code",
            ("单位甲", "单位a", "村社区a"),
            "一个单位的代码。",
            "The code of one unit.",
            "V001",
            needed=True,
        ),
        Column(
            "unit_b",
            "code",
            ("单位乙", "单位b", "村社区b"),
            "与它相邻的单位的代码。",
            "The code of its neighbour.",
            "V002",
            needed=True,
        ),
    ),
)

DUTIES = Sheet(
    "duties",
    ("事权", "职责", "承担事项"),
    "随事转移的事项及其经费（费随事转）。可省略。",
    "Duties carried by units together with their yearly money (M09). Optional.",
    (
        code("事项的代码。", "What programs call the duty.", "D001"),
        Column(
            "name",
            "text",
            ("名称", "事项", "事项名称"),
            "事项是什么。",
            "What the duty is.",
            "流动人口服务",
            en=("name_zh", "duty"),
            needed=True,
            longest=120,
        ),
        Column(
            "unit",
            "code",
            ("单位", "单位代码", "承担单位"),
            "承担单位的代码。",
            "The code of the unit that carries it.",
            "V001",
            needed=True,
        ),
        Column(
            "fund",
            "code",
            ("资金", "资金代码"),
            "经费出自哪项资金。",
            "The code of the fund its money comes from.",
            "service",
            needed=True,
        ),
        Column("amount_yuan", "yuan", ("金额", "年经费"), "每年经费。", "Its money per year.", "5000", needed=True),
    ),
)

SHEETS: tuple[Sheet, ...] = (COUNTY, TOWNSHIPS, UNITS, PROJECTS, FUNDS, ADJACENCY, DUTIES)
"""In the order in which faults are told and sheets are written."""
BY_KEY = {sheet.key: sheet for sheet in SHEETS}
ORDER = {sheet.key: rank for rank, sheet in enumerate(SHEETS)}
AREAS_ORDER = len(SHEETS)
ORDER["statement"] = AREAS_ORDER + 1  # a bank's statement is no sheet of a register, but its faults are told alike
"""The rank of faults in the file of areas: after all sheets."""
