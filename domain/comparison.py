"""What differs between two plans, as figures: what comparing finds out and papers put into words and pictures (M45).

Groups are fixed on the first of the two, so that a unit that left the list of backward units still counts among them; a
unit only the second one has is of township `new`. All sums are whole fen.
"""

from __future__ import annotations

from decimal import Decimal
from functools import cached_property
from typing import Literal

from msgspec import Struct

from domain.reasons import Moved
from domain.register import Code

Grouping = Literal["whole", "township", "kind", "backward", "poor"]
Standing = Literal["absent", "slack", "binding", "short"]


class GroupMoved(Struct, frozen=True, kw_only=True):
    """What one group of units gets before and after, and how many of its units win and lose."""

    grouping: Grouping
    group: Code
    units: int
    households: int
    before_fen: int
    after_fen: int
    winners: int
    losers: int

    @property
    def more_fen(self) -> int:
        """The gain; a loss is below zero."""
        return self.after_fen - self.before_fen


class RuleMoved(Struct, frozen=True, kw_only=True):
    """How a rule stands before and after; what is lacking of it is in the rule's own measure."""

    rule: Code
    before: Standing
    after: Standing
    lacking_before: int
    lacking_after: int


class ObjectiveMoved(Struct, frozen=True, kw_only=True):
    """What an objective reaches before and after, and how far apart value and bound still are in each."""

    objective: str
    unit: str
    before: Decimal | None
    after: Decimal | None
    open_before: Decimal
    open_after: Decimal


class Flow(Struct, frozen=True, kw_only=True):
    """Money of one fund that one unit has less and another has more; None is the fund itself, larger or smaller.

    Nothing says which loser's yuan went to which winner. The convention: within a fund, first inside a township, then
    across, from the largest loss to the largest gain, codes deciding ties.
    """

    fund: Code
    giver: Code | None
    taker: Code | None
    amount_fen: int


class Comparison(Struct, frozen=True, kw_only=True, dict=True):
    """What differs between two outcomes. `units`, `projects_*` and `sites_*` are in order of codes."""

    before: str
    after: str
    units: tuple[Moved, ...]
    """Every unit of either."""
    groups: tuple[GroupMoved, ...]
    funds: tuple[Moved, ...]
    """What each fund gives out."""
    flows: tuple[Flow, ...]
    projects_lost: tuple[Code, ...]
    projects_gained: tuple[Code, ...]
    sites_lost: tuple[Code, ...]
    sites_gained: tuple[Code, ...]
    rules: tuple[RuleMoved, ...]
    objectives: tuple[ObjectiveMoved, ...]

    @cached_property
    def winners(self) -> list[Moved]:
        """Units that get more, the largest gain first."""
        return sorted((one for one in self.units if one.more_fen > 0), key=lambda one: (-one.more_fen, one.code))

    @cached_property
    def losers(self) -> list[Moved]:
        """Units that get less, the largest loss first."""
        return sorted((one for one in self.units if one.more_fen < 0), key=lambda one: (one.more_fen, one.code))

    @cached_property
    def moved_fen(self) -> int:
        """Fen that units have less or more, whichever is the larger sum."""
        more = sum(one.more_fen for one in self.winners)
        return max(more, -sum(one.more_fen for one in self.losers))

    @property
    def same(self) -> bool:
        """Whether no unit gets another sum and the same is built."""
        lists = (self.projects_lost, self.projects_gained, self.sites_lost, self.sites_gained)
        return not self.moved_fen and not any(lists)
