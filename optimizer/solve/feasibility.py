"""Whether a model has any point at all, and if not, a set of its rows that already has none.

The relaxation is asked first: its prices are a proof, and the rows they price a core (`farkas.py`). Where it cannot
tell, CP-SAT decides, and with an enabling literal per group of rows its assumptions give the core; such a core is a
suggestion that has to be decided again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from optimizer.model import Ints, Linear, Model
from optimizer.solve.cp_sat import CpSat, assumption_core
from optimizer.solve.farkas import look


@dataclass(frozen=True)
class Decided:
    """Whether a model has a point, and the deterministic seconds it took to tell; `unknown` when they were too few."""

    verdict: Literal["possible", "impossible", "unknown"]
    work: float = 0.0
    values: Ints | None = None


def decide(model: Model, *, seed: int = 1, seconds: float = 10) -> Decided:
    """Whether some whole numbers keep all rows, told within so many deterministic seconds."""
    if look(model).prices is not None:
        return Decided("impossible")
    answer = CpSat(seed=seed, deterministic_seconds=seconds).solve(
        model, Linear(), maximise=True, gap_allowed=0, hint=None, step="feasibility", listener=None
    )
    if answer.status == "impossible":
        return Decided("impossible", answer.work)
    return Decided("unknown" if answer.values is None else "possible", answer.work, answer.values)


def core(model: Model, groups: Sequence[Sequence[int]], *, seed: int = 1, seconds: float = 10) -> list[int]:
    """Indices of groups of rows that, with the rows of no group, probably have no point already.

    All groups when nothing better is found. Whoever uses it decides the core anew: cores can be too large, or wrong.
    """
    prices = look(model).prices
    if prices is not None:
        return [g for g, rows in enumerate(groups) if not prices.keys().isdisjoint(rows)]
    named = assumption_core(model, groups, seed=seed, seconds=seconds)
    return list(range(len(groups))) if named is None else named
