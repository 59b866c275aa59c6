"""Every page there is, a line each: where it is, and who opens it. The walks and the screenshots take them all."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Page:
    """A page in one of its states."""

    name: str
    """What its pictures are called."""
    path: str
    who: str | None = None
    """Login of who opens it; None is a resident who signs in nowhere."""
    status: int = 200


PAGES: tuple[Page, ...] = (
    Page("overview", "/", "planner"),
    Page("overview-past", "/?as_of=2026-05-31", "planner"),
    Page("workbench", "/workbench", "planner"),
    Page("plans", "/plans", "approver"),
    Page("plan", "/plans/2026-01", "approver"),
    *(
        Page(f"plan-{part}", f"/plans/2026-01?show={part}", "approver")
        for part in ("townships", "funds", "projects", "rules", "fairness", "steps")
    ),
    Page("signin", "/signin"),
    Page("password", "/password", "planner"),
    Page("notices", "/notices"),
    Page("notice", "/notices/2026-01"),
    Page("distribution", "/notices/2026-01/distribution"),
    Page("approval", "/notices/2026-01/approval", "approver"),
    Page("clauses", "/clauses"),
    Page("objection-sheet", "/units/1002-hongxing/objection"),
    Page("units", "/units"),
    Page("unit", "/units/1002-hongxing"),
    Page("audit", "/audit?trace=w-001", "auditor"),
    Page("audit-past", "/audit?as_of=2026-06-30&known_at=2026-08-14&since=2026-05-31&trace=d-001", "auditor"),
    Page("register", "/register", "planner"),
    Page("scenarios", "/scenarios", "planner"),
    Page("scenario", "/scenarios/late-tranche", "planner"),
    Page("sweeps", "/sweeps", "planner"),
    Page("compare", "/compare", "planner"),
    Page("jobs", "/jobs", "planner"),
    Page("fault", "/plans/none", "planner", 404),
)
"""One line per page and state; a line added here is walked, photographed and read in both languages."""
