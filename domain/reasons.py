"""Answers to “why” and “why not”, as figures: what the optimizer finds out and papers put into words (M03, M32).

Raw numbers of objectives are the model's own; `Decimal` figures are in the objective's own unit. What was not solved
to the end is an interval that holds the true number, never a guess.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from msgspec import Struct

from domain.register import Code


class Piece(Struct, frozen=True, kw_only=True):
    """One piece of a unit's money: from which line, for what, by which rule, and the figures it rests on."""

    line: Code
    fund: Code
    part: str
    """As `PlanLine.parts` name it."""
    rule: str
    """As a plan's lines cite rules: `FUND.floor`, `FUND.FACTOR`, `priority.CRITERION`, `full-funding`, …"""
    amount_fen: int
    """May be below zero where a criterion lowers the priority."""
    of: str | None = None
    """The project or duty it is for."""
    figures: dict[str, Decimal] = {}
    """`need`, `priority`, `added`, `own`, `all`, `share`, to six places; `pool_fen`, `floor_fen`, `cost_fen`."""


class Decomposition(Struct, frozen=True, kw_only=True):
    """All money of one unit in pieces, which sum to the total to the fen."""

    unit: Code
    total_fen: int
    pieces: tuple[Piece, ...]


class Between(Struct, frozen=True):
    """A number proven to lie between two, ends included; None: no end is known."""

    low: int | None
    high: int | None

    @property
    def exact(self) -> bool:
        """Whether the two ends agree."""
        return self.low is not None and self.low == self.high


class Moved(Struct, frozen=True, kw_only=True):
    """What one unit or project gets in two plans, all funds together."""

    code: Code
    before_fen: int
    after_fen: int

    @property
    def more_fen(self) -> int:
        """The gain; a loss is below zero."""
        return self.after_fen - self.before_fen


class Worsened(Struct, frozen=True, kw_only=True):
    """The first objective that suffers, and how far it falls below what the plan keeps of it."""

    objective: str
    unit: str
    reached: Decimal
    """Today's plan."""
    kept: Decimal
    """The least (of a shortfall: the most) that later objectives had to keep."""
    best: Decimal
    """The best that is left; where the search did not finish, the best it knows to be possible."""
    best_bound: Decimal
    """What is proven not to be exceeded; equals `best` when exact."""
    raw: Between
    """By how much it falls below `kept`, in the model's own numbers."""
    low: Decimal
    high: Decimal
    """The same in `unit`."""


Outcome = Literal["least", "already", "never", "not-in-the-way", "not-asked", "not-answered", "unknown"]
"""What a lever can do: a `least` change flips the answer; `already`: none is needed; `never`: no change of this lever
alone does; `not-in-the-way`: a rule without which nothing changes; `not-asked`: the policy does not look at it;
`not-answered`: not worked out where the worst-off come first or several years are planned; `unknown`: the search
reached its limit."""


class Lever(Struct, frozen=True, kw_only=True):
    """One thing that could be changed, alone, and the least change that flips the answer."""

    kind: Literal["score", "cost", "fund", "rule"]
    subject: Code
    """The project, fund or rule."""
    outcome: Outcome
    measure: str
    change: Between = Between(None, None)
    """Points more; fen less cost; fen more money; the rule's shortfall in its measure."""
    places: tuple[tuple[str, int], ...] = ()
    """Where a rule has to give way, and by how much."""


class Forced(Struct, frozen=True, kw_only=True):
    """What happens when a project is built, or a site shown, in any case, all else as good as it can be."""

    possible: bool
    """False: no plan that keeps the must-rules does it."""
    worsened: Worsened | None = None
    """None where an equally good plan does it."""
    units: tuple[Moved, ...] = ()
    """Every unit whose money differs from today's plan, the largest loss first."""
    projects: tuple[Moved, ...] = ()
    """Every project built in one of the two plans only, the largest loss first."""


Obstacle = Literal["built", "site", "not-admitted", "paid", "no-fund", "no-rule", "incomplete"]


class WhyNot(Struct, frozen=True, kw_only=True):
    """Why one project is not built, or one unit is no demonstration site."""

    subject: Code
    kind: Literal["project", "site"]
    unit: Code
    forced: Forced | None
    """None where there is nothing to force: no fund may pay, or nothing completes the checklist."""
    obstacle: Obstacle | None = None
    """Why there is nothing to ask; None where there is."""
    detail: tuple[str, ...] = ()
    """What the obstacle is about: purposes, haves, the stage."""
    levers: tuple[Lever, ...] = ()


class Nearness(Struct, frozen=True, kw_only=True):
    """How far a project left out is from being built, bounded by prices without a search: never more than is true."""

    project: Code
    unit: Code
    objective: str
    measure: str
    """The unit of the objective."""
    short_at_least: Decimal
    """By how much the best plan that builds it misses that objective, at least; 0: prices cannot tell."""


class Effect(Struct, frozen=True, kw_only=True):
    """What one step of a number does to the objectives, all earlier ones kept as they are."""

    objective: str | None
    """The one that gains, or is worsened first; None where none changes."""
    unit: str = ""
    low: Decimal = Decimal(0)
    high: Decimal = Decimal(0)
    """The change in `unit`, for the better positive; equal when exact."""
    possible: bool = True
    """False where no plan is left at all."""
    steps: int = 1
    """How many steps in this direction do no more than one does, as far as was asked."""


class Number(Struct, frozen=True, kw_only=True):
    """One number of a rule in a plan: how much room it leaves, and what a step of it is worth."""

    field: str
    """As the policy file writes it."""
    value: Decimal
    step: Decimal
    """A quantum in yuan, a percentage point, one."""
    tighter: Literal["up", "down"] | None
    """In which direction it asks for more; None where it has no grip on this plan."""
    slack_steps: int | None
    """By how many steps it could be tightened with today's plan unchanged; None: by any."""
    places: tuple[str, ...] = ()
    """Where it would first be missed."""
    tightened: Effect | None = None
    loosened: Effect | None = None
    """Exact, where asked for."""


class RuleStanding(Struct, frozen=True, kw_only=True):
    """How one rule stands in a plan."""

    rule: str
    kind: Literal["must", "should"]
    measure: str
    shortfall: int
    """What the plan lacks of it, in its measure; a must-rule lacks nothing."""
    binding: bool
    """Whether one of its numbers could not be tightened by a step, or something is lacking."""
    numbers: tuple[Number, ...]
    estimate: Decimal | None = None
    """What one unit of its measure (10,000 yuan of money) of room would add to the last objective, by prices."""


class FundWorth(Struct, frozen=True, kw_only=True):
    """What more or less project money in one fund would do to the objectives."""

    fund: Code
    step_fen: int
    more: Effect | None
    less: Effect | None
    estimate: Decimal | None


class Place(Struct, frozen=True, kw_only=True):
    """Where the money of one more project would come from, and what that does to rules, objectives and others."""

    pays: dict[str, int]
    """Fund -> fen."""
    broken: tuple[str, ...] = ()
    """Must-rules that would then lack more than today."""
    worsened: tuple[str, ...] = ()
    """Objectives that would fall below what the plan keeps of them."""
    units: tuple[Moved, ...] = ()
    projects: tuple[Moved, ...] = ()
    """Whose money changes beside the project itself."""
    sites_lost: tuple[Code, ...] = ()


class Late(Struct, frozen=True, kw_only=True):
    """A late request: the best place for one more project in a plan, all others staying where they are (M43)."""

    project: Code
    unit: Code
    cost_fen: int
    obstacle: Obstacle | None = None
    lacking: tuple[str, ...] = ()
    """Prerequisites the plan does not build, variants it does, purposes no fund covers."""
    left_fen: dict[str, int] = {}
    """Fund that may pay -> what nobody gets of it, as far as projects may use it."""
    as_it_is: Place | None = None
    """Paid from what is left, no line moved."""
    swapped: Place | None = None
    """Paid once funds swap projects, or formulas share a smaller rest; no project goes."""
    more_fen: int = 0
    """The least more project money, in one or several of the funds that may pay, with which nothing moves."""
    displaced: Code | None = None
    """The one project whose place it would best take."""
    instead: Place | None = None
