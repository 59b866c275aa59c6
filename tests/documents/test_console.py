"""The summary on the terminal: the figures that matter, in one language, and no name that colours or hides anything."""

from __future__ import annotations

import re
from io import StringIO

import msgspec
import pytest
from rich.console import Console

from documents.console import summary
from documents.view import make_view
from documents.wording import money
from domain.measures import Measures
from domain.money import wan_yuan, yuan
from domain.plan import Plan
from domain.policy.model import Policy
from domain.register import Register
from tests.documents.county import everything, register
from texts import Lang

Case = tuple[Register, Policy, Plan, Measures]


def printed(case: Case, lang: Lang, *, colours: bool = False) -> str:
    """What a terminal of 120 columns shows."""
    out = StringIO()
    console = Console(file=out, width=120, force_terminal=colours, color_system="standard" if colours else None)
    console.print(summary(*case, lang=lang))
    return out.getvalue()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_totals_per_fund_township_and_kind_are_all_there(case: Case, lang: Lang) -> None:
    text = printed(case, lang)
    found = make_view(*case)
    for fen in (found.amount_fen, found.allocated_fen, found.unallocated_fen):
        assert money(fen)[lang] in text
    for group in (*case[3].townships, *case[3].kinds, case[3].backward, case[3].not_backward):
        assert money(group.fen)[lang] in text


def test_the_answer_the_inequality_the_sites_and_the_proof_are_said(case: Case) -> None:
    text = printed(case, "zh")
    for said in (
        "后进单位户均补助是其他单位的",
        "基尼系数由 0.431 降到 0.313",
        "示范点",
        "已证明最优",
        "规则逐条复核通过",
        case[2].plan_hash[:12],
    ):
        assert said in text


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_money_that_is_left_is_said_with_why_no_further_project_fits(case: Case, lang: Lang) -> None:
    left = [use for use in case[2].funds if use.unallocated_fen]
    assert left
    text = "".join(printed(case, lang).split())  # lines fold where the terminal ends
    assert {"zh": "再加任何一个项目", "en": "anyfurtherproject"}[lang] in text
    for use in left:
        assert yuan(use.unallocated_fen, unit=False) in text or wan_yuan(use.unallocated_fen, unit=False) in text


def test_english_is_only_english(case: Case) -> None:
    assert not re.search("[一-鿿]", printed(case, "en"))


def test_a_name_is_never_read_as_markup_or_as_a_command_to_the_terminal(hostile_county: Register) -> None:
    text = printed(everything(hostile_county), "zh", colours=True)
    assert "[red]red[/red]" in text
    assert "\u202e" not in text
    assert "\x00" not in text


def test_a_plan_without_sites_says_so(case: Case) -> None:
    county, rules, plan, measures = case
    assert "没有示范点" in printed((county, rules, msgspec.structs.replace(plan, sites=()), measures), "zh")


def test_a_register_without_projects_or_incomes_has_its_summary() -> None:
    county, rules, plan, measures = everything(register(projects=False))
    bare = msgspec.structs.replace(measures, gini_before=None, gini_after=None)
    text = printed((county, rules, plan, bare), "en")
    assert "The Gini coefficient of grants per household is 0.221" in text
