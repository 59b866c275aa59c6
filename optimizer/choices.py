"""One column per unit and allowed set of its projects: the tight side of the model, where the bound is won.

For a unit u, with S the sets of its projects that keep prerequisites and variants, and g[S] what it has with S built
and the least formula grants it can get:

    sum(choice[u, S] for S) = 1                                                    (1)
    built[p] = sum(choice[u, S] for S with p in S)         for every project p of u   (2)
    site[u] <= sum(choice[u, S] for S that completes u's checklist)                (3)
    welfare[u] = n[u] U(g[{}] / n[u]) + sum(n[u] (U(g[S] / n[u]) - U(g[{}] / n[u])) * choice[u, S] for S)   (4)

Where some of its funds leave its grant to the objectives (mode `optimize`), the part above the least fills the pieces
of the welfare function that S leaves empty, every piece k but the last having an end:

    sum(piece[u, k] for k) = sum(grant[f, u] - least[f, u] for f)                  (5)
    piece[u, k] <= sum(left[S, k] * choice[u, S] for S)                            (6)

and slope[k] * piece[u, k] is added to (4). The rows change no optimum: they say of whole sets what the plain model says of single projects. But (4) is exact at
every whole choice while the plain model's pieces let half-built projects borrow the concavity between two of them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from itertools import combinations, pairwise

from domain.register import Project
from optimizer.case import Case
from optimizer.model import Linear, Model
from optimizer.rules.base import comes_anyway

PROJECTS_MAX = 8
"""Units with more candidate projects keep the plain pieces: their sets double with each project."""


def allowed_sets(case: Case, unit: str) -> Iterator[tuple[str, ...]]:
    """Every set of a unit's projects that keeps prerequisites and variants inside the unit, smallest first."""
    codes = case.projects_of[unit]
    for size in range(len(codes) + 1):
        for chosen in combinations(codes, size):
            if _keeps_order(case, [case.projects[p] for p in chosen], frozenset(chosen)):
                yield chosen


def add_choices(
    case: Case, model: Model, built: dict[str, int], site: int | None, unit: str, decided: Linear
) -> Linear:
    """Write rows (1)-(3), and (5) and (6) for grants left to the objectives, for one unit.

    `decided` is what the unit holds by formula: a constant where all its grants are settled. Returns what (4) adds to
    the welfare of what it holds for certain (`certain`).
    """
    weight, scale = case.weights[unit], case.welfare
    held, worth = certain(model, decided), _Worth(scale.slopes, scale.cuts(weight))
    welfare, one, complete = Linear(), Linear(), Linear()
    links = {p: Linear({built[p]: -1}) for p in case.projects_of[unit]}
    missing, base = set(case.missing(unit)), worth.of(held)
    room = sum(k * (model.upper[c] - model.lower[c]) for c, k in decided.terms.items())
    sets = [(chosen, sum(case.cost_quanta(p) for p in chosen)) for chosen in allowed_sets(case, unit)]
    most = held + room + max(cost for _, cost in sets)
    filled = _Pieces(model, unit, worth, held, room, most) if room else None
    for number, (chosen, cost) in enumerate(sets):
        column = model.column(f"choice.{unit}.{number}", 0, 1)
        one.add(column, 1)
        for project in chosen:
            links[project].add(column, 1)
        if missing.issubset(have for p in chosen for have in case.projects[p].closes):
            complete.add(column, -1)
        welfare.add(column, worth.of(held + cost) - base)
        if filled is not None:
            filled.leave(column, held + cost)
    model.row(f"choice.{unit}", one, low=1, high=1)
    for project, link in links.items():
        model.row(f"built.{project}", link, low=0, high=0)
    if site is not None:
        model.row(f"complete.{unit}", complete.add(site, 1), high=0)
    return welfare if filled is None else welfare.plus(filled.close(decided))


def certain(model: Model, decided: Linear) -> int:
    """The least a unit's formula grants can come to, in quanta."""
    return decided.constant + sum(k * model.lower[c] for c, k in decided.terms.items())


class _Worth:
    """The welfare of one unit's grant (`WelfareScale.of_grant`), with its pieces worked out once."""

    def __init__(self, slopes: tuple[int, ...], cuts: tuple[int, ...]) -> None:
        self.slopes, self.starts = slopes, (0, *cuts)
        self.reached = [0]
        for slope, (start, end) in zip(slopes, pairwise(self.starts), strict=False):
            self.reached.append(self.reached[-1] + slope * (end - start))

    def of(self, grant: int) -> int:
        """The worth of a grant, as `of_grant` has it."""
        k = max(bisect_right(self.starts, grant) - 1, 0)
        return self.reached[k] + self.slopes[k] * (grant - self.starts[k]) if grant > 0 else 0


class _Pieces:
    """The welfare pieces that a unit's decided grants lie in, as far as its projects leave them empty."""

    def __init__(self, model: Model, unit: str, worth: _Worth, held: int, room: int, most: int) -> None:
        self.model, self.unit, self.starts = model, unit, worth.starts
        self.last = len(worth.slopes) - 1
        self.columns: dict[int, int] = {}
        self.rows: dict[int, Linear] = {}
        self.welfare, self.money = Linear(), Linear()
        for k, slope in enumerate(worth.slopes):
            width = room if k == self.last else min(room, max(0, self.starts[k + 1] - max(held, self.starts[k])))
            if not width or self.starts[k] >= most:
                continue
            column = self.columns[k] = model.column(f"piece.{unit}.{k}", 0, width)
            self.rows[k] = Linear({column: 1})
            self.welfare.add(column, slope)
            self.money.add(column, -1)

    def leave(self, choice: int, held: int) -> None:
        """Add to rows (6) what a set of projects leaves empty of every piece."""
        for k, row in self.rows.items():
            if k != self.last:
                row.add(choice, -max(0, self.starts[k + 1] - max(held, self.starts[k])))

    def close(self, decided: Linear) -> Linear:
        """Write rows (5) and (6); returns the welfare of the pieces."""
        least = Linear(constant=-certain(self.model, decided))
        self.model.row(f"pieces.{self.unit}", decided.plus(least).plus(self.money), low=0, high=0)
        for k, row in self.rows.items():
            if k != self.last:
                self.model.row(f"left-empty.{self.unit}.{k}", row, high=0)
        return self.welfare


def _keeps_order(case: Case, chosen: list[Project], codes: frozenset[str]) -> bool:
    groups = [p.variant_group for p in chosen if p.variant_group]
    if len(groups) != len(set(groups)):
        return False
    for project in chosen:
        for needed in project.requires:
            other = case.register.projects.get(needed)
            if other and other.unit == project.unit and needed not in codes and not comes_anyway(other):
                return False
    return True
