"""Which engine takes a case: by its size and shape, or by name, so that one engine can be checked against another."""

from __future__ import annotations

from typing import Literal, get_args

from optimizer.case import Case
from optimizer.solve.engine import Engine

EngineName = Literal["narrowing", "cp-sat", "highs", "gscip"]
ENGINES: tuple[EngineName, ...] = get_args(EngineName)


def engine_for(
    case: Case, name: EngineName | None = None, *, seed: int | None = None, limit: int | None = None
) -> Engine:
    """The engine for a case; seed and limit, where not given, are the policy's.

    `limit` is in deterministic seconds for the exact engines and in seconds of the clock for the float ones.
    """
    # a solver takes half a second to load, and most commands need none
    limits = case.policy.limits
    seed = limits.seed if seed is None else seed
    seconds = limits.deterministic_seconds if limit is None else limit
    match name or _fitting(case):
        case "cp-sat":
            from optimizer.solve.cp_sat import CpSat

            return CpSat(seed=seed, deterministic_seconds=seconds)
        case "highs" | "gscip" as floating:
            from optimizer.solve.floating import Floating

            return Floating(floating, seed=seed, seconds=seconds)
        case "narrowing":
            from optimizer.solve.narrowing import Narrowing

            return Narrowing(seed=seed, deterministic_seconds=seconds)


def _fitting(case: Case) -> EngineName:
    return "narrowing"
