"""A record in memory that keeps the contract of the log, and small things to put on it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import count
from typing import TypeVar

import msgspec
import pytest
from eventsourcing.dcb.domain import Selector

from domain.decisions import Deciding
from domain.errors import Refusal
from domain.facts import Fact, Mandate
from domain.folds import MoneyFold, RegisterFold
from domain.register import Register

D = TypeVar("D", bound=Deciding)
R = TypeVar("R", bound=Refusal)
TODAY = date(2026, 3, 31)
_commands = count(1)


def by(
    person: str = "p-planner",
    post: str = "planner",
    *,
    command: str | None = None,
    on: date = TODAY,
    why: str = "",
    cause: str | None = None,
) -> Mandate:
    """A mandate; each has a command of its own unless one is given."""
    key = command or f"c-{next(_commands)}"
    return Mandate(person=person, post=post, effective_on=on, command=key, why=why, cause=cause)


def matches(fact: Fact, boundary: list[Selector]) -> bool:
    """Whether a fact lies inside a boundary, as the store judges it."""
    tags = set(fact.tags())
    return any((not s.types or type(fact) in s.types) and set(s.tags) <= tags for s in boundary)


class Record:
    """Facts in order, positions from 1; a decision is advanced, settled and appended under its own condition."""

    def __init__(self) -> None:
        self.facts: list[Fact] = []

    def read(self, decision: D) -> D:
        """A fresh copy of the decision, advanced to the head of the record."""
        fresh = decision.fresh()
        boundary = fresh.consistency_boundary()
        for position, fact in enumerate(self.facts, 1):
            if matches(fact, boundary):
                fresh.at = position
                fact.mutate(fresh)
        fresh.last_known_position = len(self.facts)
        return fresh

    def append(self, decision: Deciding) -> bool:
        """Append what a settled decision recorded, unless its boundary moved meanwhile; whether it did."""
        boundary = decision.consistency_boundary()
        if any(matches(fact, boundary) for fact in self.facts[decision.last_known_position or 0 :]):
            return False
        for tagged in decision.collect_events():
            fact = tagged.decision
            stored = msgspec.json.encode(fact)
            assert msgspec.json.decode(stored, type=type(fact)) == fact, "a stored fact must read back as it was"
            assert tagged.tags == fact.tags()
            self.facts.append(fact)
        return True

    def decide(self, *decisions: Deciding) -> list[Fact]:
        """Take decisions one after the other; the facts they recorded."""
        before = len(self.facts)
        for decision in decisions:
            ready = self.read(decision)
            ready.settle()
            assert self.append(ready)
        return self.facts[before:]

    def refuses(self, decision: Deciding, refusal: type[R]) -> R:
        """Assert that the decision is refused in a sentence and a cure, and that the record is exactly as before."""
        before = list(self.facts)
        ready = self.read(decision)
        with pytest.raises(refusal) as caught:
            ready.settle()
        assert type(caught.value) is refusal
        assert ready.new_decisions == []
        assert self.facts == before
        assert caught.value.sentence.endswith(".")
        assert caught.value.cure.endswith(".")
        return caught.value

    def register(self) -> Register:
        """The register as it stands."""
        fold = RegisterFold()
        for fact in self.facts:
            fold.apply(fact)
        return fold.register()

    def money(self) -> MoneyFold:
        """The money as it stands."""
        fold = MoneyFold()
        for fact in self.facts:
            fold.apply(fact)
        return fold

    def named(self, kind: type[Fact]) -> Iterator[Fact]:
        """Facts of one kind, in order."""
        return (fact for fact in self.facts if type(fact) is kind)
