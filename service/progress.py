"""Use case: how far every project has come at any moment: declared, admitted, funded, committed, begun, paid, accepted.

A project's step is the furthest it has taken. Its money is that of the ledger; funded is what approved plans in force
give it, which is not yet reserved. It is late when its day has passed and it is neither accepted nor withdrawn (M20).
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Literal

from msgspec import Struct

from domain.register import Project
from service.county import County
from service.ledger import ledger_at
from service.plan_reading import standing_on
from service.planning import plans_at
from service.registers import Moment, day_of, register_at

ProjectStep = Literal["proposed", "appraised", "admitted", "funded", "committed", "started", "accepted", "withdrawn"]
PERCENT = 100


class Progress(Struct, frozen=True, kw_only=True):
    """One project at one moment; money in fen."""

    project: str
    unit: str
    township: str
    name_zh: str
    name_en: str
    step: ProjectStep
    days: dict[str, date]
    """Step -> the day from which its first fact counts."""
    cost_fen: int
    funded_fen: int
    committed_fen: int
    paid_fen: int
    """Disbursed less what came back."""
    due_on: date
    late: bool

    @property
    def paid_percent(self) -> int:
        """How much of the cost is paid, in whole percent, rounded down."""
        return PERCENT * self.paid_fen // self.cost_fen if self.cost_fen else 0


def progress_at(
    county: County,
    at: Moment,
    *,
    township: str | None = None,
    unit: str | None = None,
    late_only: bool = False,
) -> list[Progress]:
    """Every project, or those of a township or unit, in order of codes. Raises `NothingRegistered`."""
    register, day = register_at(county, at), day_of(county, at)
    steps = county.views.steps(county.log, position=at.position, as_of=at.as_of).days
    committed, paid = Counter[str](), Counter[str]()
    for row in ledger_at(county, at):
        if row.project is not None:
            committed[row.project] += row.committed_fen
            paid[row.project] += row.disbursed_fen - row.returned_fen
    funded, funded_on = _funded(county, at)
    found = []
    for code, project in register.projects.items():
        place = register.units[project.unit].township if project.unit in register.units else ""
        if (township or place) != place or (unit or project.unit) != project.unit:
            continue
        days: dict[str, date] = {str(step): on for step, on in steps.get(code, {}).items()}
        if code in funded_on:
            days["funded"] = funded_on[code]
        one = Progress(
            project=code,
            unit=project.unit,
            township=place,
            name_zh=project.name_zh,
            name_en=project.name_en,
            step=_step(project, funded[code], committed[code]),
            days=days,
            cost_fen=project.cost_fen,
            funded_fen=funded[code],
            committed_fen=committed[code],
            paid_fen=paid[code],
            due_on=project.due_on,
            late=project.due_on < day and project.stage not in ("accepted", "withdrawn"),
        )
        if one.late or not late_only:
            found.append(one)
    return found


def _step(project: Project, funded_fen: int, committed_fen: int) -> ProjectStep:
    if project.stage in ("accepted", "withdrawn"):
        return project.stage
    if project.started:
        return "started"
    if committed_fen:
        return "committed"
    return "funded" if funded_fen else project.stage


def _funded(county: County, at: Moment) -> tuple[Counter[str], dict[str, date]]:
    """Project -> what the plans in force give it, and since when."""
    funded, since = Counter[str](), dict[str, date]()
    for life in plans_at(county, at).in_force():
        on = standing_on(county, life.plan, "approved", at)
        for line in life.content.lines if life.content is not None else ():
            if line.project is not None:
                funded[line.project] += line.amount_fen
                since[line.project] = min(on, since.get(line.project, on))
    return funded, since
