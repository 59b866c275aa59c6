"""A policy is adopted upwards, gives way to the next, and is the rule from its day on."""

from __future__ import annotations

from datetime import date

from domain.decisions.policies import PolicyVersionNotHigher
from domain.facts.policies import PolicyAdopted, PolicySuperseded
from domain.folds import PolicyFold
from tests.domain.decisions.harness import Record
from tests.domain.decisions.samples import adopt


def in_force(record: Record, on: date) -> tuple[str, int] | None:
    fold = PolicyFold()
    for fact in record.facts:
        fold.apply(fact)
    found = fold.in_force(on)
    return (found.policy, found.policy_version) if found else None


def test_the_same_text_twice_records_nothing() -> None:
    record = Record()
    assert len(record.decide(adopt(1))) == 1
    assert record.decide(adopt(1)) == []


def test_a_higher_version_supersedes_the_one_before() -> None:
    record = Record()
    record.decide(adopt(1))
    adopted, superseded = record.decide(adopt(3))
    assert isinstance(adopted, PolicyAdopted)
    assert isinstance(superseded, PolicySuperseded)
    assert (superseded.policy_version, superseded.by_version) == (1, 3)


def test_versions_only_go_up_and_one_version_has_one_text() -> None:
    record = Record()
    record.decide(adopt(2))
    record.refuses(adopt(1), PolicyVersionNotHigher)
    record.refuses(adopt(2, text="another text"), PolicyVersionNotHigher)


def test_another_policy_takes_over_and_the_first_returns_only_as_a_higher_version() -> None:
    record = Record()
    record.decide(adopt(1))
    _, superseded = record.decide(adopt(1, policy="y-2026"))
    assert isinstance(superseded, PolicySuperseded)
    assert (superseded.policy, superseded.by_policy) == ("x-2026", "y-2026")
    record.refuses(adopt(1), PolicyVersionNotHigher)
    assert len(record.decide(adopt(2))) == 2
    assert in_force(record, date(2026, 6, 1)) == ("x-2026", 2)


def test_a_policy_is_the_rule_from_its_day_on_and_the_one_before_until_then() -> None:
    record = Record()
    record.decide(adopt(1), adopt(2, in_force_from=date(2027, 1, 1)))
    assert in_force(record, date(2025, 12, 31)) is None
    assert in_force(record, date(2026, 12, 31)) == ("x-2026", 1)
    assert in_force(record, date(2027, 1, 1)) == ("x-2026", 2)
