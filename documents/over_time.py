"""A plan over time, in words: what later years of a programme mean to build (M17), and what changes (M45)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from documents.view import View
from documents.wording import count, money, money_unit, name, project_name, short
from texts import Both, both, literal

CHANGES_NAMED_MAX = 40
"""Of more projects only the first are named in a text; tables and `plan.json` have them all."""


@dataclass(frozen=True)
class LaterProject:
    """One project of a later year."""

    code: str
    unit: Both
    project: Both
    funds: Both
    """The funds that are to pay."""
    fen: int

    @property
    def amount(self) -> Both:
        """The amount for a column whose head states the unit."""
        return money(self.fen)


@dataclass(frozen=True)
class LaterYear:
    """What one later year is meant to build."""

    year: int
    saying: Both
    """How many units and projects, for how much."""
    projects: tuple[LaterProject, ...]

    @property
    def fen(self) -> int:
        """What the year's projects cost together."""
        return sum(project.fen for project in self.projects)


@dataclass(frozen=True)
class Changes:
    """What differs from the earlier plan: the sentence, and the projects and sites of each kind of change."""

    saying: Both
    named: tuple[tuple[Both, Both], ...]
    """What happened, and to which."""


def later_years(view: View) -> list[LaterYear]:
    """The schedule year by year, in reading order; empty for a plan of one year."""
    place = {unit.unit.code: number for number, unit in enumerate(view.units)}
    fen: dict[int, dict[str, int]] = {}
    funds: dict[str, list[str]] = {}
    for entry in view.plan.schedule:
        of_year = fen.setdefault(entry.year, {})
        of_year[entry.project] = of_year.get(entry.project, 0) + entry.amount_fen
        funds.setdefault(entry.project, []).append(entry.fund)
    projects, result = view.register.projects, []
    for year, amounts in sorted(fen.items()):
        order = sorted(amounts, key=lambda code: (place[projects[code].unit], code))
        rows = tuple(
            LaterProject(
                code,
                name(view.register.units[projects[code].unit]),
                name(projects[code]),
                Both.join(name(view.register.funds[fund]) for fund in funds[code]),
                amounts[code],
            )
            for code in order
        )
        units = {projects[code].unit for code in order}
        saying = both(
            "years.year",
            year=year,
            units=count(len(units)),
            projects=count(len(rows)),
            amount=money_unit(sum(amounts.values())),
        )
        result.append(LaterYear(year, saying, rows))
    return result


def changes_of(view: View) -> Changes | None:
    """What changes against the baseline; None for a plan that was compared with none."""
    churn = view.measures.churn
    if churn is None:
        return None
    saying = both(
        "churn.saying",
        plan=literal(short(churn.baseline)),
        kept=count(len(churn.kept)),
        dropped=count(len(churn.dropped)),
        added=count(len(churn.added)),
        moved=count(len(churn.moved)),
        sites=count(len(churn.sites_dropped) + len(churn.sites_added)),
    )
    units, projects = view.register.units, view.register.projects
    kinds = {
        "dropped": [project_name(code, projects) for code in churn.dropped],
        "added": [project_name(code, projects) for code in churn.added],
        "moved": [project_name(code, projects) for code in churn.moved],
        "sites_dropped": [name(units[code]) for code in churn.sites_dropped],
        "sites_added": [name(units[code]) for code in churn.sites_added],
    }
    return Changes(saying, tuple((both(f"churn.{kind}"), _some(names)) for kind, names in kinds.items() if names))


def _some(names: Iterable[Both]) -> Both:
    every = list(names)
    more = len(every) - CHANGES_NAMED_MAX
    listed = Both.join(every[:CHANGES_NAMED_MAX])
    return listed if more <= 0 else both("churn.and_more", names=listed, more=count(more))
