"""Which of a scenario's changes make the difference: a smallest set of them, and what each does alone.

Up to `TRIED_WHOLE` changes every set is tried, the small ones first, so the set found is a smallest one. Of more
changes one after the other is left out as long as the plan stays the same: then no change of the set can be spared,
but a smaller set may exist.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations

from domain.errors import Refusal
from domain.plan import Plan
from domain.policy.faults import PolicyFaults
from scenarios.comparing import compare
from scenarios.outcome import Outcome
from service.planning import How
from service.scenarios.running import Base, Explained, ScenarioRun, Step, outcome_of

TRIED_WHOLE = 5


def explained(base: Base, run: ScenarioRun, *, how: How | None = None) -> Explained:
    """Which changes of a run make its difference; solves once for every set that is tried."""
    steps = run.composed.changes
    known: dict[tuple[int, ...], Outcome | None] = {
        (): run.before,
        tuple(range(len(steps))): run.after,
    }

    def outcome(some: tuple[int, ...]) -> Outcome | None:
        if some not in known:
            known[some] = _tried(base, [steps[number] for number in some], how)
        return known[some]

    def same(some: tuple[int, ...]) -> bool:
        found = outcome(some)
        return found is not None and _what(found.plan) == _what(run.after.plan)

    alone = [outcome((number,)) for number in range(len(steps))]
    moved = tuple(None if one is None else compare(run.before, one).moved_fen for one in alone)
    if len(steps) <= TRIED_WHOLE:
        return Explained(next(some for some in _sets(len(steps)) if same(some)), True, moved)
    return Explained(_without_spare(len(steps), same), False, moved)


def _sets(size: int) -> Iterator[tuple[int, ...]]:
    for length in range(size + 1):
        yield from combinations(range(size), length)


def _without_spare(size: int, same: Callable[[tuple[int, ...]], bool]) -> tuple[int, ...]:
    kept = list(range(size))
    for number in range(size):
        fewer = [one for one in kept if one != number]
        if same(tuple(fewer)):
            kept = fewer
    return tuple(kept)


def _tried(base: Base, steps: Sequence[Step], how: How | None) -> Outcome | None:
    try:
        return outcome_of(base, "part", steps, how=how)
    except (Refusal, PolicyFaults):
        return None


def _what(plan: Plan) -> tuple[object, ...]:
    """What a plan does, whatever it was computed from."""
    return tuple((line.line, line.amount_fen) for line in plan.lines), plan.sites
