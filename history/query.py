"""From a boundary to a question in the store's words: facts by their stored names, never by those of their classes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from eventsourcing.dcb.api import DCBQuery, DCBQueryItem
from eventsourcing.dcb.domain import Selector

from domain.facts import Fact


def query_of(boundary: Iterable[Selector]) -> DCBQuery:
    """The question a boundary asks."""
    return DCBQuery(
        items=[
            DCBQueryItem(types=[kind.stored_name() for kind in _facts(selector)], tags=list(selector.tags))
            for selector in boundary
        ]
    )


def _facts(selector: Selector) -> Iterator[type[Fact]]:
    for kind in selector.types:
        if not issubclass(kind, Fact):
            raise TypeError(f"A boundary names {kind.__name__}, which is not a fact")
        yield kind
