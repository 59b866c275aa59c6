"""The server's log: one JSON object a line, of requests and of what the libraries below have to say.

Everything but plain ASCII is escaped, so no text that somebody sent can begin a line, colour a terminal or turn its
direction. No header, no body and no query string is ever written: keys, tokens and passwords come in those.
"""

from __future__ import annotations

import logging
from typing import Any, TextIO

import structlog
from structlog.contextvars import merge_contextvars
from structlog.processors import JSONRenderer, TimeStamper, format_exc_info
from structlog.stdlib import ProcessorFormatter, add_logger_name
from structlog.typing import EventDict, FilteringBoundLogger, Processor

TEXT_MAX = 8000
"""Characters kept of any text: the end of it, which is where a traceback says what went wrong."""
_LIBRARIES = ("uvicorn", "uvicorn.error", "uvicorn.access", "uvicorn.asgi")


def _shortened(logger: Any, method: str, said: EventDict) -> EventDict:
    for name, value in said.items():
        if isinstance(value, str) and len(value) > TEXT_MAX:
            said[name] = f"…{value[-TEXT_MAX:]}"
    return said


_BEFORE: list[Processor] = [merge_contextvars, structlog.processors.add_log_level, TimeStamper("iso", key="time")]
_WRITTEN: list[Processor] = [_shortened, JSONRenderer(sort_keys=False)]


_LEVEL = structlog.make_filtering_bound_logger(logging.INFO)


def request_log(stream: TextIO) -> FilteringBoundLogger:
    """What requests are written to."""
    log: FilteringBoundLogger = structlog.wrap_logger(
        structlog.WriteLogger(stream), processors=[*_BEFORE, *_WRITTEN], wrapper_class=_LEVEL
    )
    return log


def install(stream: TextIO) -> FilteringBoundLogger:
    """The same; and what else this process logs, in either way, goes to the same place in the same form."""
    factory = structlog.WriteLoggerFactory(stream)
    structlog.configure(processors=[*_BEFORE, *_WRITTEN], wrapper_class=_LEVEL, logger_factory=factory)
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        ProcessorFormatter(
            processors=[ProcessorFormatter.remove_processors_meta, format_exc_info, *_WRITTEN],
            foreign_pre_chain=[*_BEFORE, add_logger_name],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)  # an HTTP client, for one, tells at INFO which address it called, query and all
    for name in _LIBRARIES:  # whatever was set up for them, they speak through the root
        library = logging.getLogger(name)
        library.handlers[:], library.propagate = [], True
        library.setLevel(logging.INFO)
    logging.getLogger("uvicorn.access").disabled = True  # requests are told here, and without their queries
    return request_log(stream)
