"""From recorded facts back to the decision that recorded them: for every kind of fact there is, and to the very one."""

from __future__ import annotations

import pytest

from domain.decisions.retelling import COMES_ALONG, FILED_ONLY, NOT_RETOLD, WAYS, decision_behind
from domain.facts import ALL_FACTS
from domain.folds import RegisterFold
from tests.domain.decisions.crowd import SAMPLES, busy_county, fresh_record
from tests.domain.decisions.harness import Record


def register_of(record: Record) -> RegisterFold:
    fold = RegisterFold()
    for fact in record.facts:
        fold.apply(fact)
    return fold


def test_every_kind_of_fact_has_a_way_back_or_a_stated_reason_to_have_none() -> None:
    told = [*WAYS, *NOT_RETOLD, *COMES_ALONG, *FILED_ONLY]
    assert len(told) == len(set(told))
    assert set(told) == set(ALL_FACTS)


@pytest.mark.parametrize("name", SAMPLES)
def test_the_decision_read_back_from_its_facts_records_the_very_same_facts(name: str) -> None:
    record = fresh_record()
    facts = record.decide(SAMPLES[name])
    before = fresh_record()
    again = decision_behind(facts, register_of(before))
    if type(facts[0]) in NOT_RETOLD:
        assert again is None
        return
    assert again is not None
    assert type(again) is type(SAMPLES[name])
    assert before.decide(again) == facts


def test_a_busy_county_is_told_again_from_nothing_fact_by_fact() -> None:
    told, again, register = busy_county(), Record(), RegisterFold()
    facts = [fact for fact in told if type(fact) not in NOT_RETOLD]
    at = 0
    while at < len(facts):
        command = facts[at].mandate.command
        together = [fact for fact in facts[at:] if fact.mandate.command == command]
        decision = decision_behind(together, register)
        assert decision is not None
        assert again.decide(decision) == together
        for fact in together:
            register.apply(fact)
        at += len(together)
    assert again.facts == facts
