"""Plans as tables: every state a plan went through, and the lines it had in each version of its content (M27)."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from domain.facts import Fact
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
from domain.plan import Plan
from projections.tables import Row, Tables

STATES: dict[type[Fact], str] = {
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


class PlansView:
    """The tables of plan states and plan lines, and questions to them."""

    TABLES: ClassVar[dict[str, str]] = {
        "plan_states": (
            "plan TEXT NOT NULL, position INTEGER NOT NULL, recorded_at TEXT NOT NULL, effective_on TEXT NOT NULL, "
            "state TEXT NOT NULL, person TEXT NOT NULL, post TEXT NOT NULL, why TEXT NOT NULL, document TEXT, "
            "PRIMARY KEY (plan, position)"
        ),
        "plan_lines": (
            "plan TEXT NOT NULL, position INTEGER NOT NULL, line TEXT NOT NULL, fund TEXT NOT NULL, "
            "unit TEXT NOT NULL, project TEXT, amount_fen INTEGER NOT NULL, rules TEXT NOT NULL, "
            "PRIMARY KEY (plan, position, line)"
        ),
    }
    INDEXES: ClassVar[tuple[str, ...]] = ("CREATE INDEX plan_lines_by_unit ON plan_lines (unit)",)

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def take(self, position: int, recorded_at: str, fact: Fact) -> None:
        """Write the state, and the lines where the content changed."""
        state = STATES.get(type(fact))
        plan: Any = getattr(fact, "plan", None)
        if state is None or not isinstance(plan, str):
            return
        m = fact.mandate
        self._tables.execute(
            "INSERT INTO plan_states VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (plan, position, recorded_at, m.effective_on.isoformat(), state, m.person, m.post, m.why, m.document),
        )
        if isinstance(fact, PlanDrafted | PlanLineAdjusted):
            self._write_lines(plan, position, fact.content)

    def _write_lines(self, plan: str, position: int, content: Plan) -> None:
        self._tables.execute_many(
            "INSERT INTO plan_lines VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (plan, position, line.line, line.fund, line.unit, line.project, line.amount_fen, " ".join(line.rules))
                for line in content.lines
            ],
        )

    def life(self, plan: str, *, position: int) -> list[Row]:
        """Every step of a plan known at a position.

        Rows of position, recorded_at, effective_on, state, person, post, why, document.
        """
        return self._tables.execute(
            "SELECT position, recorded_at, effective_on, state, person, post, why, document FROM plan_states "
            "WHERE plan = ? AND position <= ? ORDER BY position",
            (plan, position),
        )

    def touching(self, kind: Literal["unit", "fund", "project"], code: str, *, position: int) -> list[str]:
        """The plans that had, in any version known at a position, a line for a unit, fund or project, by code."""
        rows = self._tables.execute(
            f"SELECT DISTINCT plan FROM plan_lines WHERE {kind} = ? AND position <= ? ORDER BY plan", (code, position)
        )
        return [str(plan) for (plan,) in rows]

    def standing(self, *, position: int) -> list[tuple[str, str, int]]:
        """Every plan with its state at a position and the sum of its lines in fen, in order of their first drafts."""
        return self._tables.execute(
            """
            SELECT s.plan, s.state,
                   (SELECT coalesce(sum(l.amount_fen), 0) FROM plan_lines l WHERE l.plan = s.plan AND l.position =
                       (SELECT max(position) FROM plan_lines WHERE plan = s.plan AND position <= ?1))
            FROM plan_states s
            WHERE s.position = (SELECT max(position) FROM plan_states WHERE plan = s.plan AND position <= ?1)
            ORDER BY (SELECT min(position) FROM plan_states WHERE plan = s.plan)
            """,
            (position,),
        )
