"""What many cases of one scenario say together: spreads, trade-offs, what matters most, and how likely a grant is.

Figures of measures are in each measure's own unit (yuan, shares, counts); sums of money are whole fen. Percentiles are
values that were found (nearest rank), never in between.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from msgspec import Struct

from domain.register import Code

Method = Literal["values", "fifths", "none"]
"""How it was found what matters: by the values of a grid, by the lowest and highest fifth of draws, or not at all."""


class Spread(Struct, frozen=True, kw_only=True):
    """How a measure is spread over the cases with a plan; `bins` count them in equal steps from least to greatest."""

    measure: str
    cases: int
    least: Decimal
    tenth: Decimal
    median: Decimal
    ninetieth: Decimal
    greatest: Decimal
    bins: tuple[int, ...]
    now: Decimal | None
    """Where the plan stands that the cases are compared with."""


class Traded(Struct, frozen=True, kw_only=True):
    """One case between two measures; `best` where no other case is better in one and not worse in the other."""

    case: str
    across: Decimal
    up: Decimal
    best: bool


class TradeOff(Struct, frozen=True, kw_only=True):
    """Two measures against each other, a point for each case; `directed` says whether `best` could be judged."""

    across: str
    up: str
    points: tuple[Traded, ...]
    now: tuple[Decimal, Decimal] | None
    directed: bool


class Swing(Struct, frozen=True, kw_only=True):
    """How far one coordinate moves a measure: its mean where the coordinate is lowest and where it is highest.

    `correlation` is Spearman's, between the ranks of coordinate and measure; None where either does not vary or the
    coordinate is no number.
    """

    path: str
    measure: str
    at_low: str
    at_high: str
    low: Decimal
    high: Decimal
    correlation: Decimal | None

    @property
    def width(self) -> Decimal:
        """How far apart the two means are."""
        return abs(self.high - self.low)


class Chance(Struct, frozen=True, kw_only=True):
    """What a unit gets over the cases with a plan: in how many it has money, a project, or less than now."""

    unit: Code
    funded: int
    with_project: int
    less: int
    tenth_fen: int
    median_fen: int
    ninetieth_fen: int


class Swept(Struct, frozen=True, kw_only=True):
    """Everything the pictures of a sweep show."""

    cases: int
    planned: int
    impossible: int
    method: Method
    spreads: tuple[Spread, ...]
    trade_off: TradeOff | None
    swings: tuple[Swing, ...]
    """By measure, the widest first."""
    chances: tuple[Chance, ...]
    """Of every unit, in order of codes."""
    projects: dict[Code, int]
    """Project -> in how many cases it is built, of those built in at least one."""
