"""Every boundary is wide enough: what the append condition lets through would be decided alike on the newest record.

Two clerks read the same record, each decides, one is appended first. For every ordered pair of sample decisions, equal
ones under two commands among them:
either the second append fails its condition, or the second decision, taken anew after the first, records the very same
facts.
"""

from __future__ import annotations

import pytest

from domain.decisions import ApprovePlan
from domain.decisions.catalogue import ALL_DECISIONS
from domain.errors import Refusal
from tests.domain.decisions.crowd import SAMPLES, fresh_record, rival
from tests.domain.decisions.harness import Record


def test_there_is_a_sample_of_every_decision_and_the_busy_county_allows_it() -> None:
    assert {type(decision) for decision in SAMPLES.values()} == set(ALL_DECISIONS)
    for decision in SAMPLES.values():
        assert fresh_record().decide(decision)


@pytest.mark.parametrize("first", SAMPLES)
def test_what_the_append_condition_lets_through_would_be_decided_alike_on_the_newest_record(first: str) -> None:
    before = fresh_record()
    after = fresh_record()
    after.decide(SAMPLES[first])
    undisturbed = 0
    for name, second in SAMPLES.items():
        stale = before.read(rival(second))
        stale.settle()
        record = Record()
        record.facts = list(after.facts)
        wanted = [tagged.decision for tagged in stale.new_decisions]
        if not record.append(stale):
            continue
        newest = after.read(stale)
        try:
            newest.settle()
        except Refusal as refusal:
            pytest.fail(f"after “{first}”, “{name}” was let through, but is refused when read anew: {refusal}")
        found = [tagged.decision for tagged in newest.new_decisions]
        assert found == wanted, f"“{name}” was let through after “{first}”, but decides otherwise when read anew"
        undisturbed += 1
    assert undisturbed > 5, "almost nothing could be decided beside this: boundaries are wider than they need be"


@pytest.mark.parametrize("name", ["commit v3", "amend beautiful", "return", "rank p1", "give back"])
def test_paying_makes_nobody_start_over_who_does_not_depend_on_it(name: str) -> None:
    record = fresh_record()
    ready = record.read(SAMPLES[name])
    ready.settle()
    record.decide(SAMPLES["pay half"])
    assert record.append(ready)


def test_an_approval_starts_over_when_a_commitment_is_made_meanwhile() -> None:
    record = fresh_record()
    ready = record.read(SAMPLES["approve pl2"])
    assert isinstance(ready, ApprovePlan)
    ready.settle()
    record.decide(SAMPLES["commit v3"])
    assert not record.append(ready)
