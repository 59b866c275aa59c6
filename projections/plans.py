"""The facts of plans without their contents: few and small, so that the life of every plan is folded when it is asked.

A plan's content is large (lines, run record) and seldom asked for; it stays in the log, and is brought from there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from typing import Any, ClassVar, Literal

import msgspec

from domain.facts import FACT_BY_NAME, PLAN_FACTS, Fact
from domain.facts.plans import (
    ObjectionsClosed,
    PlanAnnounced,
    PlanApproved,
    PlanDrafted,
    PlanLineAdjusted,
    PlanNoticed,
    PlanProposed,
    PlanReturned,
    PlanReviewed,
    PlanSuperseded,
)
from domain.folds import PlansFold
from domain.plan import Plan
from projections.replay import Shaped, ShapedLog
from projections.shapes import shapes_of
from projections.tables import Row, Tables

_STATE_OF: dict[type[Fact], str] = {
    PlanDrafted: "drafted",
    PlanLineAdjusted: "drafted",
    PlanProposed: "proposed",
    PlanReviewed: "reviewed",
    PlanAnnounced: "announced",
    ObjectionsClosed: "objections_closed",
    PlanApproved: "approved",
    PlanReturned: "returned",
    PlanNoticed: "noticed",
    PlanSuperseded: "superseded",
}
STATES = {kind.stored_name(): state for kind, state in _STATE_OF.items()}
PLAN_SHAPES = shapes_of(PLAN_FACTS)

Bringing = Callable[[int], Plan]
"""The content of the plan whose fact stands at a position."""

_encode = msgspec.json.Encoder(order="deterministic").encode


class PlansView:
    """The table of facts about plans, and questions to it."""

    TABLES: ClassVar[dict[str, str]] = {
        "plan_facts": (
            "position INTEGER PRIMARY KEY, plan TEXT NOT NULL, name TEXT NOT NULL, recorded_at TEXT NOT NULL, "
            "effective_on TEXT NOT NULL, amount_fen INTEGER, fact TEXT NOT NULL"
        ),
        "plan_subjects": (
            "kind TEXT NOT NULL, code TEXT NOT NULL, plan TEXT NOT NULL, position INTEGER NOT NULL, "
            "PRIMARY KEY (kind, code, plan)"
        ),
    }

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def take(self, batch: Sequence[Shaped]) -> None:
        """Keep these facts about plans; of a content, only what its lines add up to and whom they are about."""
        rows, subjects = list[Row](), list[Row]()
        for position, recorded_at, name, fact in batch:
            amount, kept = None, fact
            if isinstance(fact, PlanDrafted | PlanLineAdjusted):
                content = fact.content
                amount = sum(line.amount_fen for line in content.lines)
                kept = msgspec.structs.replace(fact, content=_without_lines(content))
                subjects += [(*about, fact.plan, position) for about in sorted(_subjects(content))]
            on = fact.mandate.effective_on.isoformat()
            rows.append((position, fact.plan, name, recorded_at, on, amount, _encode(kept).decode()))
        self._tables.execute_many("INSERT INTO plan_facts VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
        self._tables.execute_many("INSERT INTO plan_subjects VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING", subjects)

    def fold(self, bring: Bringing, *, position: int, as_of: date | None = None) -> PlansFold:
        """Every plan as known at a position by the facts that count by a day; contents come when they are asked for."""
        fold = PlansFold()
        for at, name, text in self._rows("position, name, fact", position, as_of):
            fact: Any = msgspec.json.decode(text, type=FACT_BY_NAME[name])
            if isinstance(fact, PlanDrafted | PlanLineAdjusted):
                fact = msgspec.structs.replace(fact, content=partial(bring, at))
            fold.apply(fact)
        return fold

    def life(self, plan: str, *, position: int, as_of: date | None = None) -> list[Row]:
        """Every step of a plan known at a position.

        Rows of position, recorded_at, effective_on, state, person, post, why, document.
        """
        steps = []
        for at, of, name, recorded_at, on, text in self._rows(
            "position, plan, name, recorded_at, effective_on, fact", position, as_of
        ):
            if of == plan and name in STATES:
                m = msgspec.json.decode(text, type=FACT_BY_NAME[name]).mandate
                steps.append((at, recorded_at, on, STATES[name], m.person, m.post, m.why, m.document))
        return steps

    def touching(self, kind: Literal["unit", "fund", "project"], code: str, *, position: int) -> list[str]:
        """The plans that had, in any version known at a position, a line for a unit, fund or project, by code."""
        rows = self._tables.execute(
            "SELECT plan FROM plan_subjects WHERE kind = ? AND code = ? AND position <= ? ORDER BY plan",
            (kind, code, position),
        )
        return [str(plan) for (plan,) in rows]

    def about(self, plan: str, kind: Literal["unit", "fund", "project"], *, position: int) -> list[str]:
        """The units, funds or projects a plan had, in any version known at a position, a line for."""
        rows = self._tables.execute(
            "SELECT code FROM plan_subjects WHERE plan = ? AND kind = ? AND position <= ? ORDER BY code",
            (plan, kind, position),
        )
        return [str(code) for (code,) in rows]

    def standing(self, *, position: int, as_of: date | None = None) -> list[tuple[str, str, int]]:
        """Every plan with its state and the sum of its lines in fen, in order of their first drafts."""
        drafted = self._rows("plan, amount_fen", position, as_of)
        amounts = {plan: amount_fen for plan, amount_fen in drafted if amount_fen is not None}
        lives = self.fold(_nothing, position=position, as_of=as_of).plans
        return [(plan, str(life.state), amounts.get(plan, 0)) for plan, life in lives.items()]

    def _rows(self, columns: str, position: int, as_of: date | None) -> list[Row]:
        return self._tables.execute(
            f"SELECT {columns} FROM plan_facts WHERE position <= ? AND effective_on <= ? ORDER BY position",
            (position, "9999-12-31" if as_of is None else as_of.isoformat()),
        )


def content_in(log: ShapedLog) -> Bringing:
    """Contents from a log."""

    def bring(position: int) -> Plan:
        ((_, _, _, fact),) = log.shaped_at(PLAN_SHAPES, [position])
        content: Plan = fact.content
        return content

    return bring


def _subjects(content: Plan) -> set[tuple[str, str]]:
    """(kind, code) of everything a content has a line for."""
    named = {("unit", line.unit) for line in content.lines} | {("fund", line.fund) for line in content.lines}
    return named | {("project", line.project) for line in content.lines if line.project is not None}


def _without_lines(content: Plan) -> Plan:
    run = msgspec.structs.replace(content.run, rules=(), parameters={}, objectives=(), baseline=None)
    nothing: dict[str, Any] = {"lines": (), "funds": (), "sites": (), "not_funded": (), "by_hand": (), "schedule": ()}
    return msgspec.structs.replace(content, run=run, **nothing)


def _nothing(position: int) -> Plan:
    raise LookupError(f"Nobody asks here for the content of the plan at position {position}.")
