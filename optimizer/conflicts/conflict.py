"""When no plan exists: a smallest set of conditions that collide, re-solved so that it is sure.

    1. whole rules: a core from prices or assumptions (`solve/feasibility.py`), decided anew, then a deletion filter:
       a rule without which the rest still collide is dropped for good
    2. inside the rules that remain, the same for every single demand: which units, towns or projects collide
    3. then what is no rule: funds' money, full funding (M20), the order of projects; what the collision does without is
       not named

What remains collides, and no part of it does (J. W. Chinneck, Feasibility and Infeasibility in Optimization, 2008).
Should-rules, which forbid nothing but what they always ask (a unit built once, a site with its checklist), are tried
first, statutory rules last.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import inf
from typing import TypeVar

from optimizer.case import Case
from optimizer.conflicts.conditions import Background, Conditions, without_rows
from optimizer.model import Model
from optimizer.rules import stated_rules
from optimizer.rules.base import PlanRule
from optimizer.solve.feasibility import core, decide

T = TypeVar("T")
SECONDS = 4
"""Deterministic seconds per question; one that is not decided in them keeps what it asks about in the set."""
PLACES_SECONDS = 1
"""Deterministic seconds for all questions about single demands; what is not asked by then is named as it was found."""
QUESTION_SECONDS = 0.03
"""What asking itself is counted as, so that many quick questions come to an end too."""
CORE_SECONDS = 0.5
"""Deterministic seconds for a first core: deciding a whole set is quicker than assuming it condition by condition."""


@dataclass(frozen=True)
class Part:
    """A rule that takes part in a collision, and where it does: codes of units, towns, projects or groups."""

    rule: PlanRule
    where: tuple[str, ...]


@dataclass(frozen=True)
class Conflict:
    """Conditions that cannot hold together."""

    parts: tuple[Part, ...]
    background: tuple[Background, ...]
    minimal: bool
    """Whether every part was shown to be needed; else a question met its limit and some part might be spared."""

    @property
    def rules(self) -> list[str]:
        """Ids of the rules that take part."""
        return [part.rule.id for part in self.parts]


@dataclass
class _Filter:
    """A deletion filter and whether all its questions were answered."""

    seed: int
    sure: bool = True

    def smallest(self, items: Sequence[T], collide: Callable[[Sequence[T]], Model], left: float = inf) -> list[T]:
        """Items none of which can be left out, of items that collide; `collide` builds the model of some.

        Many are tried in parts first: most of a large set often plays no part. Stops when `left` seconds are used.
        """
        kept, size = list(items), max(len(items) // 4, 1)
        while size:
            index = 0
            while index < len(kept):
                if left <= 0:
                    self.sure = False
                    return kept
                without = kept[:index] + kept[index + size :]
                told = decide(collide(without), seed=self.seed, seconds=min(SECONDS, left))
                left -= told.work + QUESTION_SECONDS
                if told.verdict == "impossible":
                    kept = without
                else:
                    self.sure = self.sure and (size > 1 or told.verdict == "possible")
                    index += size
            size //= 2
        return kept

    def impossible(self, model: Model) -> bool:
        """Whether a model is shown to have no point."""
        return decide(model, seed=self.seed, seconds=SECONDS).verdict == "impossible"


def colliding_rules(case: Case) -> list[str]:
    """Ids of rules that cannot hold together with the funds as they are, none of which could be left out.

    Empty when the funds' own envelopes and full funding collide without any rule.
    """
    questions = _Filter(case.policy.limits.seed)
    return [rule.id for rule in _rules(case, questions)]


def has_no_plan(case: Case) -> bool:
    """Whether it is shown, within the limit of one question, that no plan keeps the rules."""
    return _Filter(case.policy.limits.seed).impossible(Conditions(case, stated_rules(case.policy)).model)


def find_conflict(case: Case) -> Conflict:
    """The collision of a case that has no plan; whether one has is not asked here."""
    questions = _Filter(case.policy.limits.seed)
    rules = _rules(case, questions)
    conditions = Conditions(case, rules)
    model, demands = conditions.model, conditions.demands
    groups = [[demand.row] for demand in demands]

    def left_out(kept: Sequence[int]) -> set[int]:
        return {demand.row for d, demand in enumerate(demands) if d not in set(kept)}

    kept = core(model, groups, seed=questions.seed, seconds=CORE_SECONDS)
    if not questions.impossible(without_rows(model, left_out(kept))):
        kept = list(range(len(demands)))
    kept.sort(key=lambda d: demands[d].rule.statutory)
    kept = questions.smallest(kept, lambda some: without_rows(model, left_out(some)), PLACES_SECONDS)
    background = conditions.background()
    gone = left_out(kept)

    def of_background(some: Sequence[Background]) -> Model:
        return without_rows(model, gone.union(*(rows for one, rows in background.items() if one not in some)))

    named = questions.smallest(list(background), of_background)
    places: dict[str, list[str]] = {}
    for d in sorted(kept):
        where = places.setdefault(demands[d].rule.id, [])
        if demands[d].where not in where:
            where.append(demands[d].where)
    parts = tuple(Part(rule, tuple(places.get(rule.id, ()))) for rule in rules)
    return Conflict(parts, tuple(named), questions.sure)


def _rules(case: Case, questions: _Filter) -> list[PlanRule]:
    """The rules that collide, in the policy's order; a core first, so that few questions are needed."""
    rules = stated_rules(case.policy)
    conditions = Conditions(case, rules)
    of_rule = [[d.row for d in conditions.demands if d.rule.id == rule.id] for rule in rules]
    suggested = core(conditions.model, of_rule, seed=questions.seed, seconds=CORE_SECONDS)
    kept = [rules[number] for number in suggested]
    if len(kept) < len(rules) and not questions.impossible(Conditions(case, kept).model):
        kept = rules
    kept = questions.smallest(
        sorted(kept, key=lambda rule: (rule.kind == "must", rule.statutory)), lambda some: Conditions(case, some).model
    )
    return sorted(kept, key=rules.index)
