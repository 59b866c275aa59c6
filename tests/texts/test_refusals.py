"""Every refusal of the house can be said in Chinese, with everything its English says, words of ours included."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from functools import cache
from string import Formatter

import pytest

from domain.errors import Moved, Refusal
from texts.refusals import WORDED, chinese, refusal_text, worded

ROOMS = ("domain", "history", "intake", "optimizer", "projections", "scenarios", "service", "cli", "api", "web")


@cache
def refusals() -> tuple[type[Refusal], ...]:
    """Every refusal any module of the house defines."""
    for room in ROOMS:
        try:
            package = importlib.import_module(room)
        except ModuleNotFoundError:
            continue
        for module in pkgutil.walk_packages(package.__path__, f"{room}."):
            if not module.name.endswith("__main__"):
                importlib.import_module(module.name)
    return tuple(sorted({Refusal, *below(Refusal)}, key=lambda one: (one.__module__, one.__qualname__)))


def below(above: type[Refusal]) -> Iterator[type[Refusal]]:
    """All subclasses, however deep, that the house defines."""
    for one in above.__subclasses__():
        if one.__module__.split(".")[0] in ROOMS:
            yield one
        yield from below(one)


def places(template: str) -> set[str]:
    """The placeholders of a template."""
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


def test_every_refusal_has_its_chinese() -> None:
    assert len(refusals()) > 50
    assert sorted({one.code for one in refusals()} - set(chinese())) == []


def test_no_chinese_is_kept_for_a_refusal_that_is_gone() -> None:
    assert sorted(set(chinese()) - {one.code for one in refusals()}) == []


def test_the_chinese_of_a_refusal_has_the_places_of_its_english() -> None:
    differing = []
    for one in refusals():
        saying = chinese().get(one.code)
        if saying is not None:
            english = places(one.sentence_en) | places(one.cure_en)
            if places(saying.sentence) | places(saying.cure) != english:
                differing.append((one.code, english ^ (places(saying.sentence) | places(saying.cure))))
    assert differing == []


def test_a_refusal_that_names_a_cure_in_english_names_one_in_chinese() -> None:
    known = chinese()
    assert [one.code for one in refusals() if bool(one.cure_en) != bool(known[one.code].cure)] == []


def test_every_decision_has_a_chinese_name_for_its_refusals() -> None:
    from domain.decisions.base import Deciding

    refusals()
    decisions = set(subclasses(Deciding))
    titles = {one.title() for one in decisions if not subclasses(one) and one.__module__.startswith("domain.")}
    assert len(titles) > 30
    assert sorted(title for title in titles if worded(title) == title) == []


def subclasses(above: type) -> list[type]:
    """All subclasses, however deep."""
    return [deep for one in above.__subclasses__() for deep in (one, *subclasses(one))]


def test_every_state_of_a_plan_and_stage_of_a_project_has_a_chinese_name() -> None:
    from typing import get_args

    from domain.folds.plans import PlanState
    from domain.register import Project

    stages = re.findall(r"'(\w+)'|\"(\w+)\"", str(Project.__annotations__["stage"]))
    words = [*get_args(PlanState), *(one or other for one, other in stages)]
    assert len(words) > 10
    assert [word for word in words if worded(word.replace("_", " ")) == word.replace("_", " ")] == []


def test_a_refusal_is_said_in_the_language_asked_for() -> None:
    refusal = Moved(decision="commit line")
    assert (
        refusal_text(refusal, "zh")
        == "“承诺资金”正要决定时，记录一直在变动，所以什么也没有记入。请把同一条命令再执行一次。"
    )
    assert refusal_text(refusal, "en") == str(refusal)


def test_amounts_in_a_refusal_are_printed_in_yuan() -> None:
    from domain.decisions.common import FundExhausted

    said = refusal_text(FundExhausted(fund="beautiful", free_fen=123456, wanted_fen=200000001), "zh")
    assert said.startswith("资金 beautiful 已到账且可用的有1,234.56元，要用2,000,000.01元。")


def test_a_refusal_without_chinese_is_said_in_english_rather_than_not_at_all() -> None:
    class Unheard(Refusal):
        code = "unheard-of"
        sentence_en = "Nobody knows {what}."

    assert refusal_text(Unheard(what="this"), "zh") == "Nobody knows this."


@pytest.mark.parametrize(
    "english,said",
    [
        ("drafted or proposed", "已起草或已提出"),
        ("the plan is objections closed", "方案公示期满"),
        ("Unit V001", "单位 V001"),
        ("is withdrawn, not admitted", "目前已撤销，没有入库"),
        ("unable to open file or directory", "unable to open file or directory"),
        ("", ""),
    ],
)
def test_words_of_ours_inside_a_refusal_are_chinese_and_others_stay(english: str, said: str) -> None:
    assert worded(english) == said


def test_codes_and_names_are_never_taken_for_words() -> None:
    from domain.decisions.common import UnknownFund

    assert "fund" not in WORDED
    assert refusal_text(UnknownFund(fund="approved"), "zh").startswith("记录里没有资金 approved。")
