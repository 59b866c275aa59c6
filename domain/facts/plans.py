"""The life of a plan: drafted → proposed → reviewed → announced → objections closed → approved → notice (M27)."""

from __future__ import annotations

from datetime import date

from msgspec import Struct

from domain.facts.base import Fact, Reason
from domain.plan import Plan, PlanLine
from domain.register import Code, Fen


class PlanDrafted(Fact, frozen=True, kw_only=True, tag="plan.drafted"):
    """A plan was computed, verified and put on the record; it binds nobody."""

    plan: Code
    content: Plan
    policy: Code


class PlanLineAdjusted(Fact, frozen=True, kw_only=True, tag="plan.line_adjusted"):
    """A draft was changed by hand, with a reason; `content` is the whole adjusted and re-verified plan.

    `cost` says per objective what the hand cost against the optimum, in the objective's own unit.
    """

    plan: Code
    old_lines: tuple[PlanLine, ...]
    new_lines: tuple[PlanLine, ...]
    content: Plan
    reason: Reason
    cost: dict[str, str]


class PlanProposed(Fact, frozen=True, kw_only=True, tag="plan.proposed"):
    """The planner put the verified plan before the leading group."""

    plan: Code
    plan_hash: str


class PlanReviewed(Fact, frozen=True, kw_only=True, tag="plan.reviewed"):
    """A reviewer read the plan and said so, with an opinion."""

    plan: Code
    opinion: Reason


class PlanAnnounced(Fact, frozen=True, kw_only=True, tag="plan.announced"):
    """The plan was made public for objections (公示) until a date."""

    plan: Code
    objections_until: date


class ObjectionsClosed(Fact, frozen=True, kw_only=True, tag="plan.objections_closed"):
    """The period for objections is over and none is open."""

    plan: Code


class PlanApproved(Fact, frozen=True, kw_only=True, tag="plan.approved"):
    """The plan became binding: its lines may be committed, nothing is reserved or spent yet (M27)."""

    plan: Code
    plan_hash: str
    total_fen: Fen


class PlanReturned(Fact, frozen=True, kw_only=True, tag="plan.returned"):
    """The plan was sent back with a reason; it can be drafted anew, not approved."""

    plan: Code
    reason: Reason


class PlanNoticed(Fact, frozen=True, kw_only=True, tag="plan.noticed"):
    """The approved plan was published as final (公告)."""

    plan: Code


class Granted(Struct, frozen=True, kw_only=True):
    """One line of a plan as its unit is told: from which fund, for which project (None: by formula), how much."""

    fund: Code
    project: Code | None
    amount_fen: Fen


class GrantNoticed(Fact, frozen=True, kw_only=True, tag="plan.grant_noticed"):
    """What a final plan gives one unit, recorded with its notice: a fact small enough to be shown alone (公告).

    Shown with its salt and its proof it tells nothing of other units. No decision depends on it.
    """

    plan: Code
    unit: Code
    total_fen: Fen
    lines: tuple[Granted, ...]


class PlanSuperseded(Fact, frozen=True, kw_only=True, tag="plan.superseded"):
    """A newer plan took this one's place; what is committed under it stays committed."""

    plan: Code
    by_plan: Code

    def further_tags(self) -> list[str]:
        """The plan that takes over is concerned too."""
        return [f"plan:{self.by_plan}"]
