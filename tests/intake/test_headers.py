"""Headers in Chinese and English, however they are typed, and what a misspelt one may have meant."""

from __future__ import annotations

import pytest

from intake.columns import Column
from intake.folding import plain
from intake.headers import heading, likely, sheet_key
from intake.sheets import BY_KEY, SHEETS
from intake.template import header


@pytest.mark.parametrize(
    "sheet,written,key,yuan_zeros",
    [
        ("units", "户数", "households", None),
        ("units", " Households ", "households", None),
        ("units", "HOUSEHOLDS 户数", "households", None),
        ("units", "户数（户）*", "households", None),
        ("units", "ｈｏｕｓｅｈｏｌｄｓ", "households", None),
        ("units", "income_per_head_yuan", "income_per_head_yuan", 0),
        ("units", "人均收入（元）", "income_per_head_yuan", 0),
        ("units", "人均收入(万元)", "income_per_head_yuan", 4),
        ("units", "集体经济收入（万元/年）", "collective_income_yuan", 4),
        ("units", "Office Rented Out", "office_rented_out", None),
        ("units", "六有", "haves", None),
        ("units", "编码", "code", None),
        ("projects", "造价（万元）", "cost_yuan", 4),
        ("projects", "造价（万元） cost", "cost_yuan", 4),
        ("projects", "总投资(元)", "cost_yuan", 0),
        ("projects", "cost (10,000 yuan)", "cost_yuan", 4),
        ("projects", "责任人/责任岗位", "responsible_post", None),
        ("projects", "建设内容", "name_zh", None),
        ("funds", "指标文号", "document_no", None),
        ("funds", "金额（亿元）", "amount_yuan", 8),
    ],
)
def test_a_header_is_understood_in_either_language_with_its_unit(
    sheet: str, written: str, key: str, yuan_zeros: int | None
) -> None:
    found = heading(BY_KEY[sheet], written)
    assert found is not None
    assert (found.column.key, found.yuan_zeros) == (key, yuan_zeros)


@pytest.mark.parametrize("written", ["造价", "cost", "造价（万元） cost_yuan"])
def test_a_header_of_money_without_one_unit_is_known_but_has_none(written: str) -> None:
    found = heading(BY_KEY["projects"], written)
    assert found is not None
    assert (found.column.key, found.yuan_zeros) == ("cost_yuan", None)


@pytest.mark.parametrize("written", ["", "housholds", "户数 population", "造价（公斤）", "(", "/", "户数/", "x" * 500])
def test_a_header_that_is_none_of_ours_is_not_guessed(written: str) -> None:
    assert heading(BY_KEY["units"], written) is None
    assert heading(BY_KEY["projects"], written) is None


def test_a_misspelt_header_is_told_with_what_it_may_have_meant() -> None:
    units, projects = BY_KEY["units"], BY_KEY["projects"]
    assert likely(units, "housholds", {"households", "kind"}) == "households"
    assert likely(projects, "spent yaun", {"spent_yuan"}) == "spent_yuan"
    assert likely(projects, "总投资额（万元）", {"cost_yuan"}) == "cost_yuan"
    assert likely(units, "housholds", {"kind"}) is None
    assert likely(units, "IMD score", {column.key for column in units.columns}) is None


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.key)
def test_no_header_of_a_sheet_means_two_columns(sheet: object) -> None:
    assert sheet in SHEETS
    own = next(one for one in SHEETS if one is sheet)
    seen: dict[str, str] = {}
    for column in own.columns:
        for written in (column.key, *column.zh, *column.en):
            assert seen.setdefault(plain(written), column.key) == column.key


@pytest.mark.parametrize(
    "sheet,column",
    [(sheet.key, column) for sheet in SHEETS for column in sheet.columns],
    ids=lambda part: str(getattr(part, "key", part)),
)
def test_the_bilingual_header_of_the_template_reads_back(sheet: str, column: Column) -> None:
    found = heading(BY_KEY[sheet], header(column))
    assert found is not None
    assert found.column is column
    assert found.yuan_zeros == (0 if column.kind == "yuan" else None)


@pytest.mark.parametrize(
    "written,key",
    [
        ("units", "units"),
        ("Units", "units"),
        ("单位", "units"),
        ("units 单位", "units"),
        ("单位(units)", "units"),
        ("项目库", "projects"),
        ("x", None),
        ("units 项目", None),
    ],
)
def test_a_sheet_is_known_by_either_of_its_names(written: str, key: str | None) -> None:
    assert sheet_key(SHEETS, written) == key
