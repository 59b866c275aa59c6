"""Paid without acceptance: too much of a project's cost before acceptance, or any after its day (M20, M36)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from fractions import Fraction

from domain.auditing.finding import Entry, Finding, Said, largest_first
from domain.facts.projects import ProjectAccepted
from domain.facts.spending import MoneyDisbursed, MoneyReturned
from domain.register import Project

SHARE_PERCENT = 80
"""**(ours)** The most that is paid before acceptance, in per cent of the cost, unless the auditor chooses otherwise."""


def unaccepted(
    entries: Iterable[Entry], projects: Mapping[str, Project], on: date, share_percent: int = SHARE_PERCENT
) -> list[Finding]:
    """Projects paid beyond `share_percent` of their cost before acceptance, and projects paid, past their day by `on`
    and not accepted. `entries` hold the payments, returns and acceptances, in order; `projects` as they stand.
    """
    most: dict[str, int] = {}
    now: dict[str, int] = {}
    witnesses: dict[str, list[int]] = {}
    accepted: dict[str, int] = {}
    for entry in entries:
        match entry.fact:
            case MoneyDisbursed(project=str(project), amount_fen=fen):
                now[project] = now.get(project, 0) + fen
                if project not in accepted:
                    witnesses.setdefault(project, []).append(entry.position)
                    most[project] = max(most.get(project, 0), now[project])
            case MoneyReturned(project=str(project), amount_fen=fen):
                now[project] = now.get(project, 0) - fen
            case ProjectAccepted(project=project):
                accepted[project] = entry.position
            case _:
                pass
    return largest_first(_found(projects, on, Fraction(share_percent, 100), most, now, witnesses, accepted))


def _found(
    projects: Mapping[str, Project],
    on: date,
    share: Fraction,
    most: Mapping[str, int],
    now: Mapping[str, int],
    witnesses: Mapping[str, list[int]],
    accepted: Mapping[str, int],
) -> Iterator[Finding]:
    for code, positions in witnesses.items():
        project = projects.get(code)
        if project is None:
            continue
        # what was spent before this record counts as paid, for the cost holds it too
        paid = most[code] + project.spent_fen
        done = accepted.get(code)
        allowed = int(share * project.cost_fen)
        said: dict[str, Said] = {
            "project": code,
            "unit": project.unit,
            "cost_fen": project.cost_fen,
            "due_on": project.due_on,
        }
        if paid > allowed:
            at = tuple(positions) if done is None else (*positions, done)
            kind = "unaccepted.still" if done is None else "unaccepted.then"
            sums = {"paid_fen": paid, "allowed_fen": allowed}
            yield Finding(kind=kind, positions=at, amount_fen=paid, said={**said, **sums})
        elif done is None and project.due_on < on and now[code] > 0:
            days = (on - project.due_on).days
            more = {"paid_fen": now[code] + project.spent_fen, "days": days}
            yield Finding(
                kind="unaccepted.overdue", positions=tuple(positions), amount_fen=now[code], said={**said, **more}
            )
