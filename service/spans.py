"""What is told of work while it is being done: spans for whoever traces, and which facts a request recorded.

Spans are those of OpenTelemetry. The house brings its interface and no SDK: who wants traces runs the server under one
(`opentelemetry-instrument tongchou serve`, set up by its own OTEL_ variables), and then the framework tells of requests
(W3C Trace Context) and this module of decisions and searches inside them. Nobody else pays: a command line that has not
loaded the interface does not load it for this.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from typing import Any

INTERFACE = "opentelemetry.trace"
_recorded: ContextVar[list[int] | None] = ContextVar("recorded", default=None)


def span(name: str, **told: str) -> AbstractContextManager[Any]:
    """A piece of work inside the one under way, with what is told of it."""
    if INTERFACE not in sys.modules:
        return nullcontext()
    from opentelemetry import trace

    attributes = {f"tongchou.{key}": value for key, value in told.items()}
    return trace.get_tracer("tongchou").start_as_current_span(name, attributes=attributes)


def trace_under_way() -> str | None:
    """The id of the trace this work is part of (32 hexadecimal digits), to be found again from a line of the log."""
    if INTERFACE not in sys.modules:
        return None
    from opentelemetry import trace

    context = trace.get_current_span().get_span_context()
    return trace.format_trace_id(context.trace_id) if context.is_valid else None


@contextmanager
def recording() -> Iterator[list[int]]:
    """The positions of the facts that are recorded inside, also by threads that work for it."""
    positions: list[int] = []
    outer = _recorded.set(positions)
    try:
        yield positions
    finally:
        _recorded.reset(outer)


def note_recorded(positions: list[int]) -> None:
    """Facts were recorded, by whoever is at work here."""
    inside = _recorded.get()
    if inside is not None:
        inside += positions
