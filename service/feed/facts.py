"""What the feed answers: pages of events after a position, one event, and which facts a follower wants."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import NamedTuple

from domain.errors import Refusal
from domain.facts import FACT_BY_NAME
from history.log import Log
from history.pages import page
from service.disclosing import FactMissing
from service.feed.envelope import TYPE_PREFIX, Envelope, envelope

LIMIT_MAX = 10_000
"""Facts of one page; some five megabytes."""
TAGS_MAX = 10
TAG_LENGTH_MAX = 200


class NoSuchFactType(Refusal):
    """A follower asks for facts of a name no fact has: it would wait for ever."""

    code = "no-such-fact-type"
    sentence_en = "No fact has the type “{given}”."
    cure_en = "Write a stored name such as money.disbursed, or the whole type, cn.tongchou.money.disbursed."


class FactTagUnclear(Refusal):
    """A tag that no fact can bear."""

    code = "fact-tag-unclear"
    sentence_en = "“{given}” is not a tag a fact can bear."
    cure_en = "Write at most {most} tags of the form kind:code, such as fund:service or unit:0502-zhangmu."


class PositionNotReached(Refusal):
    """A follower's position lies after the last fact: it was kept from another store, or the store was put back."""

    code = "position-not-reached"
    sentence_en = "Position {given} was not reached: the last fact of this store is at {head}."
    cure_en = "Look whether the position is one of this store; begin again at 0, and pass over ids you have seen."


class Wanted(NamedTuple):
    """Which facts a follower wants: of any of these stored names, with all of these tags; empty asks for all."""

    types: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()

    @classmethod
    def parse(cls, types: Iterable[str], tags: Iterable[str]) -> Wanted:
        """Read what a caller gave, with or without the prefix. Raises `NoSuchFactType` or `FactTagUnclear`."""
        names = tuple(sorted({one.removeprefix(TYPE_PREFIX) for one in types}))
        for name in names:
            if name not in FACT_BY_NAME:
                raise NoSuchFactType(given=_shown(name))
        wanted = tuple(sorted(set(tags)))
        for number, tag in enumerate(wanted):
            kind, _, code = tag.partition(":")
            if not kind or not code or len(tag) > TAG_LENGTH_MAX or not tag.isprintable() or number >= TAGS_MAX:
                raise FactTagUnclear(given=_shown(tag), most=TAGS_MAX)
        return cls(names, wanted)


EVERYTHING = Wanted()


class FactsPage(NamedTuple):
    """Events in order; `next` is the position to ask after, also when nothing matched; `head` the last of the log."""

    events: list[Envelope]
    next: int
    head: int


class Facts:
    """The facts of one log as events. Safe for many threads at once; nothing but the store's id is kept."""

    def __init__(self, log: Log) -> None:
        self._log = log

    @cached_property
    def store_id(self) -> str:
        """The id all events of the store begin with."""
        return self._log.recorder.store_id

    def page(self, after: int, limit: int, wanted: Wanted = EVERYTHING, *, head: int | None = None) -> FactsPage:
        """At most `limit` events after a position, as the log stands, or stood when its last position was `head`.

        Raises `PositionNotReached` for a position the log does not have.
        """
        if head is None:
            head = self._log.head()
        if after > head:
            raise PositionNotReached(given=after, head=head)
        found = page(self._log.recorder, after=after, until=head, limit=limit, types=wanted.types, tags=wanted.tags)
        return FactsPage([envelope(self.store_id, one) for one in found.entries], found.until, head)

    def one(self, position: int) -> Envelope:
        """The event of the fact at a position. Raises `FactMissing`."""
        found = next(self._log.recorder.entries(after=position - 1, until=position), None) if position > 0 else None
        if found is None:
            raise FactMissing(position=position, head=self._log.head())
        return envelope(self.store_id, found)


def _shown(given: str) -> str:
    """As much of it as a sentence may repeat."""
    return "".join(mark for mark in given if mark.isprintable())[:60]
