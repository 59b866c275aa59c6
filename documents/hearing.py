"""The hearing of a plan in its papers: its period, what was objected, what came of it (公示, M27).

No person is named, not even by an id: capacity, words and answer are what the public may read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from documents.view import View
from documents.wording import count, day, free, name
from domain.folds.objections import Hearing, Objection
from texts import Both, both, both_or, literal


@dataclass(frozen=True)
class HeardRow:
    """One objection as a row of a table."""

    code: str
    capacity: Both
    concerns: Both
    said: Both
    state: Both
    reason: Both


@dataclass(frozen=True)
class HeardView:
    """The period, how many objected, and each objection in the order they were lodged."""

    period: Both
    saying: Both
    rows: tuple[HeardRow, ...]


def heard(view: View, generated_for: Mapping[str, object]) -> HeardView | None:
    """The hearing handed in under `hearing`; None for a plan that was not announced."""
    hearing = generated_for.get("hearing")
    if not isinstance(hearing, Hearing):
        return None
    waiting = sum(one.state == "open" for one in hearing.objections)
    some = both("hearing.some", count=count(len(hearing.objections)), open=count(waiting))
    return HeardView(
        both("hearing.period", since=day(hearing.since), until=day(hearing.until)),
        some if hearing.objections else both("hearing.none"),
        tuple(_row(view, one) for one in hearing.objections),
    )


def _row(view: View, one: Objection) -> HeardRow:
    lodged = one.lodged
    return HeardRow(
        code=lodged.objection,
        capacity=both_or(f"capacity.{lodged.capacity}", lodged.capacity),
        concerns=_concerns(view, one),
        said=free(lodged.text),
        state=both(f"objection.{one.state}"),
        reason=free(one.reason),
    )


def _concerns(view: View, one: Objection) -> Both:
    """The project or unit by its name, or the line; nothing where the whole plan is meant."""
    lodged, register = one.lodged, view.register
    if lodged.project in register.projects:
        return name(register.projects[lodged.project])
    if lodged.unit in register.units:
        return name(register.units[lodged.unit])
    return literal(lodged.line or lodged.project or lodged.unit or "")
