"""Lines of plans set by hand: what was moved, and what it cost each objective in its own unit (M27)."""

from __future__ import annotations

from collections.abc import Iterable

from domain.auditing.finding import Entry, Finding
from domain.facts.plans import PlanLineAdjusted


def by_hand(entries: Iterable[Entry]) -> list[Finding]:
    """Every adjustment; its sum is the money given to lines that grew."""
    found = []
    for entry in entries:
        fact = entry.fact
        if not isinstance(fact, PlanLineAdjusted):
            continue
        before = {line.line: line.amount_fen for line in fact.old_lines}
        after = {line.line: line.amount_fen for line in fact.new_lines}
        change = {line: after.get(line, 0) - before.get(line, 0) for line in sorted(before.keys() | after.keys())}
        more = sum(fen for fen in change.values() if fen > 0)
        less = -sum(fen for fen in change.values() if fen < 0)
        found.append(
            Finding(
                kind="by-hand",
                positions=(entry.position,),
                amount_fen=max(more, less),
                said={
                    "plan": fact.plan,
                    "more_fen": more,
                    "less_fen": less,
                    "raised": tuple(line for line, fen in change.items() if fen > 0),
                    "lowered": tuple(line for line, fen in change.items() if fen < 0),
                    "reason": fact.reason,
                    **{f"cost.{objective}": loss for objective, loss in fact.cost.items()},
                },
            )
        )
    return found
