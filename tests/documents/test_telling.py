"""Every fact is told in one sentence of each language, with its sums in yuan, who decided, why, and how late."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from string import Formatter

import msgspec
import pytest

from documents.telling import told
from domain.facts import ALL_FACTS, Fact
from domain.facts.funds import FundTakenBack
from domain.facts.plans import PlanLineAdjusted
from tests.domain.decisions.crowd import SAMPLES, fresh_record
from texts import Both, entries, has, literal

NOON = datetime(2026, 4, 20, 12, 0, tzinfo=UTC)


class Codes:
    """Names without a register: codes stand for themselves."""

    named = True

    def thing(self, kind: str, code: str, position: int) -> Both:
        return literal(f"<{kind} {code}>")

    def person(self, person: str) -> str:
        return f"<{person}>"

    def post(self, post: str) -> Both:
        return literal(post)

    def field(self, kind: str, name: str) -> Both:
        return literal(f"<{name.removesuffix('_fen')}>")

    def before(self, kind: str, code: str, position: int) -> msgspec.Struct | None:
        return None


def examples() -> list[Fact]:
    """A fact of every kind, as the decisions record them."""
    facts = list(fresh_record().facts)
    for decision in SAMPLES.values():
        record = fresh_record()
        before = len(record.facts)
        record.decide(decision)
        facts += record.facts[before:]
    return facts


EXAMPLES = {fact.stored_name(): fact for fact in examples()}


@pytest.mark.parametrize("kind", ALL_FACTS, ids=lambda kind: kind.stored_name())
def test_every_kind_of_fact_has_a_sentence(kind: type[Fact]) -> None:
    assert has(f"history.{kind.stored_name()}"), f"texts/catalogue/history.yaml says nothing of {kind.stored_name()}"


def test_the_sentence_of_a_kind_without_an_example_asks_for_its_fields_only() -> None:
    for kind in ALL_FACTS:
        if kind.stored_name() not in EXAMPLES:
            said = entries()[f"history.{kind.stored_name()}"]["zh"]
            asked = {name for _, name, _, _ in Formatter().parse(said) if name}
            assert asked <= {field.removesuffix("_fen") for field in kind.__struct_fields__}


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_the_fields_of_every_recorded_fact_fill_its_sentence(name: str) -> None:
    fact = EXAMPLES[name]
    sentence = told(fact, 7, NOON, Codes())
    for said in (sentence.zh, sentence.en):
        assert f"<{fact.mandate.person}>" in said
        assert fact.mandate.post in said
        assert not re.search(r"\{|None|datetime|Struct|_fen\b", said), said
    assert re.search("[一-鿿]", sentence.zh)
    assert sentence.en.endswith(".")
    assert sentence.zh.endswith("。")


def test_a_sum_is_said_in_yuan_and_a_late_fact_says_how_late_it_is() -> None:
    fact = EXAMPLES["fund.taken_back"]
    assert isinstance(fact, FundTakenBack)
    mandate = msgspec.structs.replace(
        fact.mandate, effective_on=date(2026, 4, 1), why="never used", document="府办〔2026〕7号"
    )
    late = msgspec.structs.replace(fact, amount_fen=1_234_56, mandate=mandate)
    sentence = told(late, 7, NOON, Codes())
    assert sentence.zh == (
        f"资金<fund {fact.fund}>被收回1,234.56元。经办：<{mandate.person}>，{mandate.post}；理由：never used；"
        "文号：府办〔2026〕7号；生效后 19 天才记入。"
    )
    assert "¥1,234.56" in sentence.en
    assert "recorded 19 days after it counts from" in sentence.en


def test_a_fact_recorded_on_its_day_is_not_called_late() -> None:
    fact = EXAMPLES["fund.taken_back"]
    on_the_day = datetime.combine(fact.mandate.effective_on, datetime.max.time(), UTC)
    assert "recorded" not in told(fact, 7, on_the_day, Codes()).en


def test_a_change_by_hand_says_lines_sums_and_what_it_cost_each_objective() -> None:
    fact = EXAMPLES["plan.line_adjusted"]
    assert isinstance(fact, PlanLineAdjusted)
    cost = {"benefit": "12.500000 points", "welfare": "0.000000 yuan per weighted household"}
    sentence = told(msgspec.structs.replace(fact, cost=cost), 7, NOON, Codes())
    assert "12.5 points" in sentence.en
    assert "weighted" not in sentence.en
    assert "分" in sentence.zh
