"""The objective `changes` and what the rules of stability count: this plan's projects against the baseline's (M45).

With due[p] the year the baseline means p for (`Baseline.due`), for projects that can still be built:

    dropped = sum(1 - built[p] for p due)                                                        (1)
    changed = sum(1 - in_year[p, due[p]] for p due) + sum(in_year[p, y] for other p, y)          (2)
    changes = changed + sum(1 - site[u] for u a site of the baseline) + sum(site[u] for other u)  (3)
"""

from __future__ import annotations

from optimizer.model import Linear
from optimizer.rules.base import Build


def due_projects(build: Build) -> dict[str, int]:
    """The baseline's projects that can still be built, with the year they are due in."""
    baseline, projects = build.case.baseline, build.case.register.projects
    assert baseline is not None
    due = baseline.due(build.years)
    return {p: y for p, y in due.items() if p in projects and projects[p].plannable}


def dropped(build: Build) -> Linear:
    """(1)."""
    due = due_projects(build)
    return Linear({build.built[p]: -1 for p in due if p in build.built}, len(due))


def changed_projects(build: Build) -> Linear:
    """(2)."""
    due = due_projects(build)
    terms = {column: -1 if due.get(p) == y else 1 for (p, y), column in build.in_year.items()}
    return Linear(terms, len(due))


def changes(build: Build) -> Linear:
    """(3)."""
    baseline = build.case.baseline
    assert baseline is not None
    before = {u for u in baseline.sites if u in build.case.units}
    terms = {column: -1 if u in before else 1 for u, column in build.site.items()}
    return changed_projects(build).plus(Linear(terms, len(before)))
