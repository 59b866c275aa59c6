"""What a finished plan changes against its baseline, counted from the plan alone (M45)."""

from __future__ import annotations

from domain.measures import Churn
from optimizer.rules.base import Audit


def churn_of(audit: Audit) -> Churn:
    """Projects kept, dropped, added and moved, sites dropped and added; what can no longer be built is left out."""
    assert audit.baseline is not None
    due = {p: year for p, year in audit.baseline.due(audit.years).items() if p in audit.plannable}
    before = {u for u in audit.baseline.sites if u in audit.register.units}
    return Churn(
        baseline=audit.baseline.plan_hash,
        kept=tuple(sorted(p for p, year in due.items() if audit.built_in.get(p) == year)),
        dropped=tuple(sorted(p for p in due if p not in audit.built_in)),
        added=tuple(sorted(p for p in audit.built_in if p not in due)),
        moved=tuple(sorted(p for p, year in due.items() if audit.built_in.get(p, year) != year)),
        sites_dropped=tuple(sorted(before - audit.sites)),
        sites_added=tuple(sorted(audit.sites - before)),
    )
