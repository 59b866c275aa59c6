"""The worst-off first: welfare for α = ∞ as columns and rows, level by level (M11, M13).

With g[u] all that unit u gets, and e[u, k] = c[k] n[u] its end of level k (`domain/leximin.py`, (1)), in whole quanta
E = floor(e) and the part φ = e - E below one:

    filled[u, k] + more[u, k] <= g[u],   0 <= filled[u, k] <= E,   0 <= more[u, k] <= 1                      (1)
    maximise sum(filled[u, k] + φ more[u, k] for u)                       for k = 1, 2, … in strict order      (2)

which comes to sum(min(g[u], e[u, k])) exactly, because g is whole and φ below one. Where the choices of
`optimizer/choices.py` stand for a unit, min(g[S], e[u, k]) is the worth of a set S and (1) is not needed.
"""

from __future__ import annotations

from fractions import Fraction
from functools import partial
from typing import Protocol

from domain.leximin import Level
from optimizer.case import Case
from optimizer.choices import choice_worth
from optimizer.model import Linear, Model, total


class Units(Protocol):
    """What of a formulation is used here."""

    case: Case
    model: Model
    built: dict[str, int]
    grant: dict[tuple[str, str], Linear]
    saved: dict[str, int]

    def choices(self, unit: str) -> dict[int, int] | None:
        """The columns of a unit's sets of projects with their costs, where it has such columns."""


def worst_off(form: Units) -> list[Linear]:
    """(2) for every level, each times the level's scale; writes (1)."""
    case, model = form.case, form.model
    levels = case.leximin.levels
    steps: list[list[Linear]] = [[] for _ in levels]
    for unit in case.units:
        grants = [form.grant[f, unit] for f in case.funds if (f, unit) in form.grant]
        grant = total([*grants, Linear({form.built[p]: case.cost_quanta(p) for p in case.projects_of[unit]})])
        choices = form.choices(unit)
        least = grant.constant + sum(k * model.lower[c] for c, k in grant.terms.items())
        most = grant.constant + sum(k * model.upper[c] for c, k in grant.terms.items())
        for project in form.saved.keys() & set(case.projects_of[unit]):
            grant.add(form.saved[project], -1)
        for number, level in enumerate(levels):
            worth = partial(level.of_grant, weight=case.weights[unit])
            if worth(least) == worth(most):
                part = Linear(constant=worth(least))
            elif choices is not None:
                part = choice_worth(choices, least, worth).plus(Linear(constant=worth(least)))
            elif worth(most) == most * level.scale:
                part = grant.times(level.scale)
            else:
                part = _filled(model, f"{unit}.{number + 1}", grant, least, case.weights[unit], level)
            steps[number].append(part)
    return [total(parts) for parts in steps]


def _filled(model: Model, name: str, grant: Linear, least: int, weight: Fraction, level: Level) -> Linear:
    """(1) for one unit, which holds `least` quanta below the level in any plan."""
    end = level.end(weight)
    assert end is not None
    filled = model.column(f"filled.{name}", 0, int(end) - least)
    more = model.column(f"more.{name}", 0, 1)
    model.row(f"filled.{name}", grant.plus(Linear({filled: -1, more: -1})), low=least)
    part = level.of_grant(int(end) + 1, weight) - level.of_grant(int(end), weight)
    return Linear({filled: level.scale, more: part}, least * level.scale)
