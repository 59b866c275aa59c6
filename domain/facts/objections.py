"""Facts about objections to an announced plan (公示): lodged, answered, withdrawn (M27)."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from domain.facts.base import Fact, Reason
from domain.register import Code

PersonId = Annotated[str, Meta(min_length=1, max_length=64)]
"""A pseudonymous id, as in the mandate; the name behind it lies at the desk and can be erased."""
LineId = Annotated[str, Meta(min_length=1, max_length=200)]

Outcome = Literal["upheld", "rejected"]


class ObjectionLodged(Fact, frozen=True, kw_only=True, tag="objection.lodged"):
    """Somebody objected to an announced plan while it was open to objections.

    The mandate names who took the objection down, `objector` whose it is and `capacity` as what that person speaks
    (resident, village head, department, …). `unit`, `project` and `line` say what of the plan it concerns, if not all.
    """

    objection: Code
    plan: Code
    objector: PersonId
    capacity: Code
    text: Reason
    unit: Code | None = None
    project: Code | None = None
    line: LineId | None = None


class ObjectionAnswered(Fact, frozen=True, kw_only=True, tag="objection.answered"):
    """An objection got its answer: upheld, then the plan returned in the same decision; or rejected, and it stands."""

    objection: Code
    plan: Code
    outcome: Outcome
    reason: Reason


class ObjectionWithdrawn(Fact, frozen=True, kw_only=True, tag="objection.withdrawn"):
    """Whoever lodged an objection took it back before it was answered."""

    objection: Code
    plan: Code
    reason: Reason
