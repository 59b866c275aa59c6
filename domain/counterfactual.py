"""What became of a stretch of the record that was told again on another ground, decision by decision.

Every sum is whole fen. What the record itself says stands beside what came of it, so that equal is seen to be equal.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from domain.comparison import Comparison
from domain.errors import Refusal
from domain.facts import Fact
from domain.facts.spending import CommitmentReleased, LineCommitted, MoneyDisbursed, MoneyReturned
from domain.plan import PlanLine

Fate = Literal["same", "otherwise", "less", "more", "refused", "no-line", "replaced", "changed", "not-retold"]
"""The same facts; other content; a smaller or larger sum; refused; the plan has no such line; the adopted policy gave
way to the other one; the changes of the scenario were decided here; a fact that means nothing elsewhere."""
Grouping = Literal["fund", "unit"]


@dataclass(frozen=True)
class Retold:
    """One decision of the record and what became of it. `fact` is the first of its facts, at `position`.

    `recorded_fen` and `found_fen` are set where money moved. `refusal` says why it was refused, or why less was taken.
    """

    position: int
    recorded_at: datetime
    effective_on: date
    fact: Fact
    fate: Fate
    recorded_fen: int | None = None
    found_fen: int | None = None
    refusal: Refusal | None = None


@dataclass(frozen=True)
class PlanRetold:
    """One draft of the record and the plan that was found in its place; None where there is none."""

    plan: str
    position: int
    before_hash: str
    after_hash: str | None
    comparison: Comparison | None


@dataclass(frozen=True)
class OpenLine:
    """A line of a plan in force at the end that the record never committed: it would have been open."""

    plan: str
    line: PlanLine


@dataclass(frozen=True)
class Sums:
    """Of one fund or unit, in fen: what commitments hold, and what was paid for good."""

    held_fen: int = 0
    paid_fen: int = 0


@dataclass(frozen=True)
class TotalRetold:
    """What a fund gave or a unit got over the stretch: as recorded, and as it would have been."""

    grouping: Grouping
    code: str
    recorded: Sums
    found: Sums


@dataclass(frozen=True)
class Counterfactual:
    """A stretch of the record told again: from the first to the last position, both of them of the record."""

    since: int
    until: int
    ground: str
    """The policy or scenario it was told again under; empty: nothing was changed."""
    steps: tuple[Retold, ...]
    plans: tuple[PlanRetold, ...]
    open_lines: tuple[OpenLine, ...]
    totals: tuple[TotalRetold, ...]

    @property
    def same(self) -> bool:
        """Whether the record came of it again, fact by fact."""
        return not self.differing and not self.open_lines_new

    @property
    def differing(self) -> list[Retold]:
        """The decisions of which something else came."""
        return [one for one in self.steps if one.fate not in ("same", "not-retold")]

    @property
    def open_lines_new(self) -> bool:
        """Whether lines would have been open in a plan that is not the one on the record."""
        other = {one.plan for one in self.plans if one.before_hash != one.after_hash}
        return any(one.plan in other for one in self.open_lines)

    def count(self, *fates: Fate) -> int:
        """How many decisions had one of these fates."""
        return sum(one.fate in fates for one in self.steps)


def totals(recorded: Iterable[Fact], found: Iterable[Fact]) -> tuple[TotalRetold, ...]:
    """What facts about money come to by fund and by unit, in order of codes."""
    before, after = _sums(recorded), _sums(found)
    return tuple(
        TotalRetold(grouping, code, before.get((grouping, code), Sums()), after.get((grouping, code), Sums()))
        for grouping, code in sorted({*before, *after})
    )


def _sums(facts: Iterable[Fact]) -> Mapping[tuple[Grouping, str], Sums]:
    held: Counter[tuple[Grouping, str]] = Counter()
    paid: Counter[tuple[Grouping, str]] = Counter()
    for fact in facts:
        if not isinstance(fact, LineCommitted | CommitmentReleased | MoneyDisbursed | MoneyReturned):
            continue
        keys: tuple[tuple[Grouping, str], ...] = (("fund", fact.fund), ("unit", fact.unit))
        for key in keys:
            match fact:
                case LineCommitted():
                    held[key] += fact.amount_fen
                case CommitmentReleased():
                    held[key] -= fact.amount_fen
                case MoneyDisbursed():
                    paid[key] += fact.amount_fen
                case MoneyReturned():
                    held[key] -= fact.amount_fen
                    paid[key] -= fact.amount_fen
    return {key: Sums(held[key], paid[key]) for key in {*held, *paid}}
