"""What an engine owes the strict order: one objective over one model, a value, a proven bound, and why it stopped."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

from optimizer.model import Ints, Linear, Model

Status = Literal["optimal", "within-gap", "claimed", "limit", "impossible", "unknown"]
"""`claimed`: the engine counts in floats and says it is done, but what is proven in whole numbers is farther off."""


class SolverFault(RuntimeError):
    """The solver refused the model or gave up without an answer; nothing was decided."""


@dataclass(frozen=True)
class Progress:
    """One step forward of the search, in the model's own whole numbers."""

    step: str
    value: int | None
    bound: int
    elapsed_seconds: float


Listener = Callable[[Progress], None]


@dataclass(frozen=True)
class Answer:
    """What one step gave. `values` is None when nothing was found; `bound` is proven whatever the status."""

    status: Status
    values: Ints | None
    value: int
    bound: int
    work: float = 0.0
    """Deterministic seconds spent, as far as the engine counts them."""
    claim: int | None = None
    """The bound a float engine states, rounded outwards; told beside the proven one, never used in its place."""


class Engine(Protocol):
    """One solver behind the exporter of its own file."""

    name: str
    version: str
    tight: bool
    """Whether it wants the tight formulation (`optimizer/choices.py`) where a case allows it."""

    def parameters(self) -> dict[str, str]:
        """Everything that, with the model, decides the answer; stored in the run record."""

    def solve(
        self,
        model: Model,
        expression: Linear,
        *,
        maximise: bool,
        gap_allowed: int,
        hint: Ints | None,
        step: str,
        listener: Listener | None,
    ) -> Answer:
        """Take one step: stop when bound and value are at most `gap_allowed` apart, or at the engine's own limit."""
