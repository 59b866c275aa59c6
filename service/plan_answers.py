"""A plan with all it was computed from, for those who answer questions about it all day: worked out once.

What a plan says, the register it was computed from and the policy it was computed under never change, so whatever
follows from them alone is kept. Where the plan stands on its way, and what is objected, is read anew each time.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import replace
from typing import Any, TypeVar

from msgspec import Struct

from domain.decisions.plans import NoSuchLine, UnknownPlan
from domain.folds import PlanFold
from domain.plan import Plan, PlanLine
from service.certificates import certificate_of
from service.county import County
from service.kept import Kept
from service.plan_reading import computed_of
from service.planning import Planned
from service.registers import Moment
from service.why import Asked, RulesAnswer, WhyNotAnswer, rules_of, why_not_asked

Answer = TypeVar("Answer")


class LineSaid(Struct, frozen=True, kw_only=True):
    """One sum from one fund to one unit: a formula grant, or what the fund pays of one project (M04)."""

    line: str
    """Stable within the plan: `fund.unit` or `fund.project`."""
    fund: str
    unit: str
    township: str
    project: str | None
    """Null: by the fund's formula."""
    amount_fen: int
    parts: dict[str, int]
    """Part (floor, need, priority, duty, project, site, manual) -> fen; they sum to the amount."""
    rules: tuple[str, ...]
    """Ids of the rules that made it, in the policy's words."""
    by_hand: bool
    """Whether it was set by hand after the search (M27)."""


def about_plan(county: County, kept: Kept, life: PlanFold, at: Moment) -> Asked:
    """A plan that is on the record, with its case. Raises `UnknownPlan` for one without content."""
    content = life.content
    if content is None:
        raise UnknownPlan(plan=life.plan)
    computed = kept.get(("computed", *key_of(content)), lambda: computed_of(county, content))
    return Asked(Planned(replace(computed, at=at), life.plan, str(life.state), None))


def key_of(content: Plan) -> tuple[Hashable, ...]:
    """What tells a content of a plan, and all that follows from it, from any other of the same store."""
    return content.plan_hash, content.run.register_position, content.run.policy_hash, content.by_hand


def lines_of(about: Asked) -> list[LineSaid]:
    """The lines of a plan in its own order."""
    computed = about.planned.computed
    by_hand = frozenset(computed.plan.by_hand)
    return [_line(about, line, line.line in by_hand) for line in computed.plan.lines]


def line_of(about: Asked, line: str) -> LineSaid:
    """One line. Raises `NoSuchLine`."""
    for found in lines_of(about):
        if found.line == line:
            return found
    raise NoSuchLine(plan=about.planned.plan_id, line=line)


def _line(about: Asked, line: PlanLine, by_hand: bool) -> LineSaid:
    return LineSaid(
        line=line.line,
        fund=line.fund,
        unit=line.unit,
        township=about.register.units[line.unit].township,
        project=line.project,
        amount_fen=line.amount_fen,
        parts=line.parts,
        rules=line.rules,
        by_hand=by_hand,
    )


def certificate(about: Asked, kept: Kept) -> dict[str, Any]:
    """The certificate as its JSON object. Raises `PlanNotCertifiable`."""
    return _once(about, kept, "certificate", lambda: certificate_of(about.planned.computed))


def rules(about: Asked, kept: Kept) -> RulesAnswer:
    """How every rule stands, by prices."""
    return _once(about, kept, "rules", lambda: rules_of(about))


def why_not_quick(about: Asked, kept: Kept, given: str) -> WhyNotAnswer:
    """What stands in the way of a project, or of all a unit could have, by prices. Raises `NameUnknown`."""
    kind, code = about.found(given, "project", "unit")
    return _once(about, kept, f"why-not {kind} {code}", lambda: why_not_asked(about, code, quick=True))


def _once(about: Asked, kept: Kept, what: str, work_out: Callable[[], Answer]) -> Answer:
    return kept.get((what, *key_of(about.planned.computed.plan)), work_out)
