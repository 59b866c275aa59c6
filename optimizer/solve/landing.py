"""From a finished choice back to the columns of a model: a plan that is known already, as a start for another search.

What the choice says – projects and who pays them, sites, decided grants, years – is fixed; a small exact search gives
the columns that belong to rules (shortfalls, pieces, sets of projects) values that keep every row. A choice that does
not keep them, as an old plan under new rules may not, lands nowhere, and the search starts without it.
"""

from __future__ import annotations

from optimizer.assembly import Choice
from optimizer.case import Case
from optimizer.formulation import Formulation
from optimizer.model import Ints, Linear
from optimizer.solve.reduction import reduced

LIMIT = 1.0
"""Deterministic seconds for the columns that belong to rules."""


def landed(formulation: Formulation, choice: Choice, *, seed: int = 1) -> Ints | None:
    """Column values for a choice, checked against every row; None where the model does not allow it, or not at once.

    Money that a choice leaves to the formula (`rest_fen` None) is spread as the rows allow.
    """
    from optimizer.solve.cp_sat import CpSat

    model, case = formulation.model, formulation.case
    wanted = _wanted(case, formulation, choice)
    lower, upper = list(model.lower), list(model.upper)
    for column, value in wanted.items():
        if not lower[column] <= value <= upper[column]:
            return None
        lower[column] = upper[column] = value
    small = reduced(model, Linear(), lower, upper)
    if small is None:
        return None
    answer = CpSat(seed=seed, deterministic_seconds=LIMIT, presolve=False).solve(
        small.model, small.expression, maximise=True, gap_allowed=0, hint=None, step="landing", listener=None
    )
    if answer.values is None:
        return None
    values = small.restore(answer.values)
    return None if model.broken_rows(values) else values


def _wanted(case: Case, form: Formulation, choice: Choice) -> dict[int, int]:
    """Column -> the value the choice gives it."""
    sites = set(choice.sites)
    wanted = {column: int(project in choice.built) for project, column in form.built.items()}
    wanted |= {column: int(unit in sites) for unit, column in form.site.items()}
    if len(case.years) > 1:
        years = {entry.project: entry.year for entry in choice.schedule}
        built = {p: years.get(p, case.years[0]) for p in choice.built}
        wanted |= {column: int(built.get(project) == year) for (project, year), column in form.in_year.items()}
    amounts = [(form.pays[pair], choice.pays.get(pair, 0)) for pair in form.pays]
    amounts += [(form.grant[pair], fen) for pair, fen in choice.grants.items() if pair in form.grant]
    if choice.rest_fen is not None:
        wanted |= {column: case.quanta(choice.rest_fen.get(pair, 0)) for pair, column in form.rest.items()}
    for amount, fen in amounts:
        if len(amount.terms) == 1:
            ((column, factor),) = amount.terms.items()
            value, rest = divmod(case.quanta(fen) - amount.constant, factor)
            if not rest:
                wanted.setdefault(column, value)
    return wanted
