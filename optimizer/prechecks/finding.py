"""A finding before the search: a stable code, the rules it is about, and the figures its sentence is made of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from optimizer.rules.base import PlanRule

Figure = int | str | tuple[str, ...]


@dataclass(frozen=True)
class Finding:
    """What cannot work. The sentence and the cure of each `code` are in the texts, with `figures` in their places."""

    code: str
    certain: bool
    """Whether it means that no plan exists; else it is a notice."""
    rules: tuple[str, ...] = ()
    clauses: tuple[str, ...] = ()
    figures: dict[str, Figure] = field(default_factory=dict)
    """Amounts in fen end in `_fen`; lists of codes are tuples."""

    def as_notice(self) -> Finding:
        """The same of a should-rule: it will be missed, and nothing is wrong with that."""
        return replace(self, certain=False)


def about(code: str, rules: Iterable[PlanRule], **figures: Figure) -> Finding:
    """A finding that is certain, about some rules."""
    kept = list({rule.id: rule for rule in rules}.values())
    clauses = tuple(sorted({rule.clause for rule in kept}))
    return Finding(code, True, tuple(rule.id for rule in kept), clauses, figures)
