"""How near every project left out is to being built, bounded by prices for all of them at once, without a search.

Whole-number prices on the rows (`optimizer/solve/prices.py`) prove a bound B on an objective. With project p built, its
unit must take a choice S that holds p, and p's own column counts as 1, so that no plan with p reaches more than

    B_p  =  B + min(worth[p], 0) + max(worth[S] for S with p)                                        (1)

where the best choice of each unit is worth 0. What B_p lacks of today's floor is missing for certain; the truth may be
more.
"""

from __future__ import annotations

from collections.abc import Iterable

from domain.reasons import Nearness
from optimizer.model import Objective
from optimizer.reasons.footing import Footing, places
from optimizer.solve.prices import SCALE, price_bound, whole_prices
from optimizer.solve.relaxation import relaxation_duals


def nearest_first(footing: Footing, projects: Iterable[str]) -> list[Nearness]:
    """(1) for projects of the case, the most nearly built first; of the benefit, or else of the last objective."""
    step = next((s for s in footing.steps if s.name == "benefit"), footing.steps[-1])
    floor = footing.recorded[step.name].raw_floor
    bounds = _bounds(footing, step, list(projects))
    found = []
    for project, bound in bounds.items():
        sign = 1 if step.sense == "max" else -1
        missed = max(sign * floor - bound, 0)
        short = abs(footing.own(step, floor) - footing.own(step, floor - sign * missed))
        found.append((-bound, footing.case.cost_fen(project), project, places(short)))
    return [
        Nearness(
            project=project,
            unit=footing.case.projects[project].unit,
            objective=step.name,
            measure=step.unit,
            short_at_least=short,
        )
        for _, _, project, short in sorted(found)
    ]


def _bounds(footing: Footing, step: Objective, projects: list[str]) -> dict[str, int]:
    """Project -> B_p of an objective written to be made large."""
    upward = step.expression if step.sense == "max" else step.expression.times(-1)
    with footing.asked(footing.before(step.name), {}) as form:
        model = form.model
        duals = relaxation_duals(model, upward)
        if duals is None:  # without prices nothing is known: the plan's own bound
            whole = sum(max(k * model.lower[c], k * model.upper[c]) for c, k in upward.terms.items())
            return dict.fromkeys(projects, upward.constant + whole)
        prices = price_bound(model, upward, whole_prices(model, duals))
        holders = dict(zip(model.row_names, model.row_terms, strict=True))
        bounds = {}
        for project in projects:
            built = form.built[project]
            choices = [c for c in holders.get(f"built.{project}", {}) if c != built]
            best = max((prices.worth[c] for c in choices), default=0)
            bounds[project] = (prices.scaled + min(prices.worth[built], 0) + best) // SCALE
        return bounds
