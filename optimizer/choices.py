"""One column per unit and allowed set of its projects: the tight side of the model, where the bound is won.

For a unit u whose formula grants are settled (all its funds in mode `factor`), with S the sets of its projects that
keep prerequisites, variants and bundles (M06), and g[S] its grant with S built:

    sum(choice[u, S] for S) = 1                                                    (1)
    built[p] = sum(choice[u, S] for S with p in S)         for every project p of u   (2)
    site[u] <= sum(choice[u, S] for S that completes u's checklist)                (3)
    welfare[u] = n[u] U(g[{}] / n[u]) + sum(n[u] (U(g[S] / n[u]) - U(g[{}] / n[u])) * choice[u, S] for S)   (4)
    building[u] <= sum(choice[u, S] for S not empty)                               (5)

The rows change no optimum: they say of whole sets what the plain model says of single projects. But (4) is exact at
every whole choice while the plain model's pieces let half-built projects borrow the concavity between two of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import combinations

from domain.register import Project
from optimizer.case import Case
from optimizer.model import Linear, Model
from optimizer.rules.base import comes_anyway

PROJECTS_MAX = 8
"""Units with more candidate projects keep the plain pieces: their sets double with each project."""


def allowed_sets(case: Case, unit: str) -> Iterator[tuple[str, ...]]:
    """Every set of a unit's projects that keeps prerequisites, variants and bundles in the unit, smallest first."""
    codes = case.projects_of[unit]
    for size in range(len(codes) + 1):
        for chosen in combinations(codes, size):
            if _keeps_order(case, [case.projects[p] for p in chosen], frozenset(chosen)):
                yield chosen


def add_choices(
    case: Case, model: Model, built: dict[str, int], site: int | None, unit: str, building: int | None = None
) -> dict[int, int]:
    """Write rows (1)-(3) and (5) for one unit; returns the columns with the cost of their sets, in quanta."""
    costs, one, complete, some = dict[int, int](), Linear(), Linear(), Linear()
    links = {p: Linear({built[p]: -1}) for p in case.projects_of[unit]}
    missing = set(case.missing(unit))
    for number, chosen in enumerate(allowed_sets(case, unit)):
        column = model.column(f"choice.{unit}.{number}", 0, 1)
        one.add(column, 1)
        for project in chosen:
            links[project].add(column, 1)
        if missing.issubset(have for p in chosen for have in case.projects[p].closes):
            complete.add(column, -1)
        if chosen:
            some.add(column, -1)
        costs[column] = sum(case.cost_quanta(p) for p in chosen)
    model.row(f"choice.{unit}", one, low=1, high=1)
    for project, link in links.items():
        model.row(f"built.{project}", link, low=0, high=0)
    if site is not None:
        model.row(f"complete.{unit}", complete.add(site, 1), high=0)
    if building is not None:
        model.row(f"some.{unit}", some.add(building, 1), high=0)
    return costs


def choice_worth(costs: Mapping[int, int], held: int, worth: Callable[[int], int]) -> Linear:
    """(4) of one unit that holds `held` quanta already: what its choices add to its welfare, or another worth."""
    base = worth(held)
    return Linear({column: gain for column, cost in costs.items() if (gain := worth(held + cost) - base)})


def _keeps_order(case: Case, chosen: list[Project], codes: frozenset[str]) -> bool:
    groups = [p.variant_group for p in chosen if p.variant_group]
    if len(groups) != len(set(groups)):
        return False
    for project in chosen:
        for needed in project.requires:
            other = case.register.projects.get(needed)
            if other and other.unit == project.unit and needed not in codes and not comes_anyway(other):
                return False
        if any(
            other not in codes and case.projects[other].unit == project.unit for other in case.together(project.code)
        ):
            return False
    return True
