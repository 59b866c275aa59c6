"""One column per unit and allowed set of its projects: the tight side of the model, where the bound is won.

For a unit u whose formula grants are settled (all its funds in mode `factor`), with S the sets of its projects that
keep prerequisites, variants and bundles (M06), and g[S] its grant with S built:

    sum(choice[u, S] for S) = 1                                                    (1)
    built[p] = sum(choice[u, S] for S with p in S)         for every project p of u   (2)
    site[u] <= sum(choice[u, S] for S that completes u's checklist)                (3)
    welfare[u] = n[u] U(g[{}] / n[u]) + sum(n[u] (U(g[S] / n[u]) - U(g[{}] / n[u])) * choice[u, S] for S)   (4)
    building[u] <= sum(choice[u, S] for S not empty)                               (5)

Of a programme (M17) there is a column per year, choice[u, S, y], and rows (2) once more for what is built in each year
and for whether u is: each unit being built in one year only, nothing else is left to choose.

The rows change no optimum: they say of whole sets what the plain model says of single projects. But (4) is exact at
every whole choice while the plain model's pieces let half-built projects borrow the concavity between two of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import combinations

from domain.register import Project
from optimizer.case import Case
from optimizer.model import Linear
from optimizer.rules.base import Build, comes_anyway

PROJECTS_MAX = 8
"""Units with more candidate projects keep the plain pieces: their sets double with each project."""


def allowed_sets(case: Case, unit: str) -> Iterator[tuple[str, ...]]:
    """Every set of a unit's projects that keeps prerequisites, variants and bundles in the unit, smallest first."""
    codes = case.projects_of[unit]
    for size in range(len(codes) + 1):
        for chosen in combinations(codes, size):
            if _keeps_order(case, [case.projects[p] for p in chosen], frozenset(chosen)):
                yield chosen


def add_choices(build: Build, unit: str, some: int | None = None) -> dict[int, int]:
    """Write rows (1)-(3) and (5) for one unit; returns the columns with the cost of their sets, in quanta.

    `some` is the column that can be 1 only where the unit builds a project, if any rule asks for one.
    """
    case, model = build.case, build.model
    costs, one, complete, any_at_all = dict[int, int](), Linear(), Linear(), Linear()
    links = _links(build, unit)
    missing = set(case.missing(unit))
    for number, chosen in enumerate(allowed_sets(case, unit)):
        cost = sum(case.cost_quanta(p) for p in chosen)
        completes = missing.issubset(have for p in chosen for have in case.projects[p].closes)
        for year in build.years if chosen else build.years[:1]:
            if any((p, year) not in build.in_year for p in chosen):
                continue
            name = f"choice.{unit}.{number}"
            column = model.column(name if year == build.years[0] else f"{name}.{year}", 0, 1)
            costs[column] = cost
            one.add(column, 1)
            for link in _of(build, unit, chosen, year):
                links[link].add(column, 1)
            if completes:
                complete.add(column, -1)
            if chosen:
                any_at_all.add(column, -1)
    model.row(f"choice.{unit}", one, low=1, high=1)
    for defined, row in links.items():
        model.row(model.column_names[defined], row, low=0, high=0)
    if (site := build.site.get(unit)) is not None:
        model.row(f"complete.{unit}", complete.add(site, 1), high=0)
    if some is not None:
        model.row(f"some.{unit}", any_at_all.add(some, 1), high=0)
    return costs


def choice_worth(costs: Mapping[int, int], held: int, worth: Callable[[int], int]) -> Linear:
    """(4) of one unit that holds `held` quanta already: what its choices add to its welfare, or another worth."""
    base = worth(held)
    return Linear({column: gain for column, cost in costs.items() if (gain := worth(held + cost) - base)})


def _links(build: Build, unit: str) -> dict[int, Linear]:
    """A row for every column that choices define: built, in_year and building."""
    projects = build.case.projects_of[unit]
    columns = [build.built[p] for p in projects]
    if len(build.years) > 1:
        columns += [build.in_year[p, y] for p in projects for y in build.years if (p, y) in build.in_year]
        columns += [build.building_in[unit, y] for y in build.years if (unit, y) in build.building_in]
    return {column: Linear({column: -1}) for column in columns}


def _of(build: Build, unit: str, chosen: tuple[str, ...], year: int) -> Iterator[int]:
    """The columns that a set chosen in a year makes 1."""
    yield from (build.built[p] for p in chosen)
    if chosen and len(build.years) > 1:
        yield from (build.in_year[p, year] for p in chosen)
        yield build.building_in[unit, year]


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
