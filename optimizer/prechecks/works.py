"""Unfinished works dearer than the money or never to be built, projects that wait in vain, money nobody may use."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from domain.register import Project
from optimizer.prechecks.finding import Finding, about
from optimizer.prechecks.reach import Reach
from optimizer.rules.base import PlanRule, comes_anyway
from optimizer.rules.unfinished import UnfinishedFirst


def unfinished(reach: Reach, rules: Sequence[PlanRule]) -> Iterator[Finding]:
    """Works that must be finished (M20) and have no fund, wait for what cannot come, or are dearer than the money."""
    rule = next((rule for rule in rules if isinstance(rule, UnfinishedFirst)), None)
    if rule is None:
        return
    case = reach.case
    started = [p for p in case.register.plannable_projects() if p.started and p.remaining_fen > 0]
    if orphans := tuple(p.code for p in started if p.code not in case.projects):
        yield about("unfinished-without-fund", [rule], projects=orphans)
    waiting = tuple(p.code for p in started if p.code in case.projects and _waits_for(reach, p))
    if waiting:
        yield about("unfinished-never", [rule], projects=waiting)
    needed: set[str] = set()
    for project in started:
        _with_needed(reach, project.code, needed)
    whole = frozenset(case.funds)
    for funds in sorted({frozenset(case.payers[code]) for code in needed} | {whole}, key=lambda f: (len(f), sorted(f))):
        only = [code for code in needed if funds.issuperset(case.payers[code])]
        cost, there = sum(case.cost_fen(code) for code in only), sum(case.funds[f].projects_fen for f in funds)
        if cost > there:
            yield about("unfinished-above-money", [rule], funds=tuple(sorted(funds)), cost_fen=cost, there_fen=there)
            return


def _with_needed(reach: Reach, code: str, needed: set[str]) -> None:
    """A project and all it requires that has to be paid too."""
    waiting = [code]
    while waiting:
        one = waiting.pop()
        if one in reach.case.projects and one not in needed:
            needed.add(one)
            waiting += reach.case.projects[one].requires


def _waits_for(reach: Reach, project: Project) -> tuple[str, ...]:
    """What a project requires and will never have, through any chain of requirements."""
    projects, seen = reach.case.register.projects, {project.code}
    waiting, never = list(project.requires), set[str]()
    while waiting:
        code = waiting.pop()
        if code in seen or (code in projects and comes_anyway(projects[code])):
            continue
        seen.add(code)
        if code in reach.case.projects:
            waiting += reach.case.projects[code].requires
        else:
            never.add(code)
    return tuple(sorted(never))


def prerequisites(reach: Reach) -> Iterator[Finding]:
    """Notice: projects that can never be built because something they need can never come (M20)."""
    for code, project in reach.case.projects.items():
        if never := _waits_for(reach, project):
            yield Finding("prerequisite-never", False, (), ("M20",), {"project": code, "needed": never})


def unused_funds(reach: Reach) -> Iterator[Finding]:
    """Notice: a fund from which no project and no unit may get anything (M05)."""
    for code, fund in reach.case.funds.items():
        if fund.total_fen and not reach.most_spent([code]):
            yield Finding("fund-unused", False, (), ("M05",), {"fund": code, "there_fen": fund.total_fen})
