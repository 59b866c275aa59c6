"""The later years of a programme in the model (M17): what is built when, and who pays for it then.

Columns, beside those of `formulation.py`, for every project p and year y planned, this year first:

    in_year[p, y]   0/1     p is built in year y; pays[f, p] is what f pays of it this year
    later[f, p, y]  >= 0    what fund f pays of p in the later year y; only where f may pay p (M05) and has money then

Rows:

    sum(in_year[p, y] for y) = built[p]                                           (1)
    sum(later[f, p, y] for f) = cost[p] * in_year[p, y]                           (2)  full funding (M20)
    sum(later[f, p, y] for p) <= money[f, y]                                      (3)  a later year's money

That a unit is built in one year only, and in which batch, is the rule's (`rules/programme.py`). With one year there is
nothing of this, and in_year[p, this year] is built[p].
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from domain.plan import ScheduledProject
from optimizer.case import Case
from optimizer.model import Ints, Linear, Model, total

if TYPE_CHECKING:
    from optimizer.formulation import Formulation

Payments = dict[tuple[str, str, int], Linear]
"""(fund, project, later year) -> what the fund pays then, in quanta."""


def add_project_years(
    case: Case, model: Model, code: str, built: int, in_year: dict[tuple[str, int], int]
) -> tuple[int, Payments]:
    """Columns and rows (1) and (2) of one project; its later columns go into `in_year`.

    Returns the column of this year, which is the caller's to enter, and what funds pay later.
    """
    now = model.column(f"in-year.{code}.{case.years[0]}", 0, 1)
    once, later = Linear({now: 1, built: -1}), Payments()
    cost = case.cost_quanta(code)
    for year in case.years[1:]:
        payers = [f for f in case.payers[code] if case.later_fen.get((f, year))]
        if not payers:
            continue
        column = in_year[code, year] = model.column(f"in-year.{code}.{year}", 0, 1)
        once.add(column, 1)
        if len(payers) == 1:
            later[payers[0], code, year] = Linear({column: cost})
            continue
        balance = Linear({column: -cost})
        for fund in payers:
            pays = model.column(f"pays.{fund}.{code}.{year}", 0, cost)
            later[fund, code, year] = Linear({pays: 1})
            balance.add(pays, 1)
        model.row(f"full-funding.{code}.{year}", balance, low=0, high=0)
    model.row(f"years.{code}", once, low=0, high=0)
    return now, later


def add_later_budgets(case: Case, model: Model, later: Mapping[tuple[str, str, int], Linear]) -> None:
    """Rows (3)."""
    spent: dict[tuple[str, int], list[Linear]] = {}
    for (fund, _, year), paid in later.items():
        spent.setdefault((fund, year), []).append(paid)
    for (fund, year), parts in sorted(spent.items()):
        model.row(f"budget.{fund}.{year}", total(parts), high=case.later_fen[fund, year] // case.quantum_fen)


def schedule_of(form: Formulation, values: Ints) -> tuple[ScheduledProject, ...]:
    """What column values build in later years, in order of year, fund and project."""
    case = form.case
    found = [
        ScheduledProject(project=p, unit=case.projects[p].unit, fund=f, year=y, amount_fen=fen)
        for (f, p, y), paid in form.later.items()
        if (fen := paid.value(values) * case.quantum_fen)
    ]
    return tuple(sorted(found, key=lambda one: (one.year, one.fund, one.project)))
