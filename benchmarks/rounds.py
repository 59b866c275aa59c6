"""So many rounds of some work, each with a set-up that is not measured."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pytest_benchmark.fixture import BenchmarkFixture


def in_rounds(
    benchmark: BenchmarkFixture,
    work: Callable[..., Any],
    *,
    rounds: int,
    args: tuple[Any, ...] = (),
    setup: Callable[[], Any] | None = None,
    warmup_rounds: int = 0,
) -> Any:
    """Measure `work` on `args`, or on what `setup` returns (arguments, named ones); gives what the last round gave."""
    untyped: Any = benchmark.pedantic
    return untyped(work, args=args, setup=setup, rounds=rounds, warmup_rounds=warmup_rounds)
