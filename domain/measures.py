"""What a plan does to whom, as figures: totals and averages by group, inequality before and after (M11, M13)."""

from __future__ import annotations

from decimal import Decimal

from msgspec import Struct

from domain.register import Code


class GroupMeasure(Struct, frozen=True, kw_only=True):
    """One group of units (a township, a kind, the backward ones, …) and what it gets, all funds together.

    Groups are fixed on the register the plan was computed from. `per_household_fen` and `per_need_fen` are rounded
    half-even to whole fen; need is the rubric's need before priority.
    """

    group: Code
    units: int
    households: int
    fen: int
    fen_by_fund: dict[str, int]
    per_household_fen: int
    per_need_fen: int
    sites: int
    projects: int


class Churn(Struct, frozen=True, kw_only=True):
    """What changes against the baseline (频道换得太快, M45); what can no longer be built is no change.

    A project is compared with the year it was due in: dropped when not built at all, added when not due, moved when
    built in another year of the programme. All are tuples of codes in order.
    """

    baseline: str
    """The hash of the plan compared with."""
    kept: tuple[Code, ...]
    dropped: tuple[Code, ...]
    added: tuple[Code, ...]
    moved: tuple[Code, ...]
    sites_dropped: tuple[Code, ...]
    sites_added: tuple[Code, ...]

    @property
    def projects(self) -> int:
        """Changes of projects; a move is two, one year loses the project and another gains it."""
        return len(self.dropped) + len(self.added) + 2 * len(self.moved)

    @property
    def count(self) -> int:
        """Changes of projects and sites: what the objective `changes` makes small."""
        return self.projects + len(self.sites_dropped) + len(self.sites_added)


class Inequality(Struct, frozen=True, kw_only=True):
    """How unequally one sum is spread over households (M13); see `optimizer/fairness/indices.py` for each index.

    None where an index has no meaning: a ratio to nothing, or incomes that are not known.
    """

    gini: Decimal
    theil: Decimal
    palma: Decimal | None
    atkinson: tuple[tuple[Decimal, Decimal], ...]
    """(aversion, index)."""
    max_to_min: Decimal | None
    concentration: Decimal
    kakwani: Decimal | None


class Measures(Struct, frozen=True, kw_only=True):
    """The figures a summary, a report and a comparison are made of."""

    whole: GroupMeasure
    townships: tuple[GroupMeasure, ...]
    kinds: tuple[GroupMeasure, ...]
    backward: GroupMeasure
    not_backward: GroupMeasure
    poor: GroupMeasure
    not_poor: GroupMeasure
    standing: tuple[tuple[Code, int], ...]
    """Before the plan: the collective's yearly income per household in fen, unit by unit; empty where not known."""
    gini_before: Decimal | None
    """Household-weighted Gini of `standing`; None where the register has no collective income."""
    gini_after: Decimal | None
    """The same after adding the plan's money."""
    gini_grants: Decimal
    """Household-weighted Gini of the plan's own money per household."""
    gini_equal_split: Decimal
    """… and of the split a spreadsheet would make: every unit the same sum."""
    concentration: tuple[tuple[Decimal, Decimal], ...]
    """Points (share of households, share of money), worst off first: by income per head or, without it, by weight."""
    worst_fifth_share: Decimal
    """What part of the money the worst-off fifth of households gets."""
    churn: Churn | None = None
    """What changes against the baseline, where the plan has one (M45)."""
