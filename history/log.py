"""The log as the rooms above use it: take a decision, read facts, ask for a position. What is below is a port away."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from itertools import groupby
from operator import itemgetter
from typing import Self

from eventsourcing.dcb.api import DCBAppendCondition, DCBQuery, DCBQueryItem
from eventsourcing.dcb.domain import Selector
from eventsourcing.persistence import IntegrityError
from msgspec import Struct

from domain.decisions.base import Deciding
from domain.errors import Moved
from domain.facts import Fact
from history.faults import StoreConnectionLost
from history.mapper import FactMapper, Shaped
from history.port import FactRecorder, Rows, moment_of
from history.query import query_of
from history.tallies import TALLIES, Tallies
from history.uncollected import uncollected

ATTEMPTS = 20
RACES = 3
"""So many attempts race with other writers, as nearly all decisions win at once; whoever lost that often decides with
the others held off. (Of eight processes deciding about one fund 200 times each, three decisions lost 20 races.)"""


class Recorded(Struct, frozen=True):
    """A fact with its place in the log and the moment the log learned of it (UTC)."""

    position: int
    recorded_at: datetime
    fact: Fact


class Receipt(Struct, frozen=True):
    """What came of a decision.

    `recorded` holds its facts, also when the same command had recorded them before (`repeated`); it is empty when
    there was nothing to record. `position` is that of the last of them, or how far the log was read.
    """

    position: int
    recorded: tuple[Recorded, ...]
    repeated: bool


def pause(attempt: int) -> None:
    """Wait a little longer after every lost race: 1, 2, 4, … at most 50 ms."""
    time.sleep(min(0.001 * 2**attempt, 0.05))


class Log:
    """Every fact in the order it was recorded. `attempts` bounds how often a decision is started over, `wait` is called
    with the number of the lost attempt (from 0) before the next one, `tallies` is how many boundaries are kept folded
    between decisions (`history/tallies.py`); without any, the same decisions are taken more slowly.
    """

    def __init__(
        self,
        recorder: FactRecorder,
        mapper: FactMapper,
        *,
        attempts: int = ATTEMPTS,
        wait: Callable[[int], None] = pause,
        tallies: int = TALLIES,
    ) -> None:
        self.recorder = recorder
        self.mapper = mapper
        self._tallies = Tallies(recorder, mapper, tallies)
        self._attempts = attempts
        self._wait = wait

    def decide(self, decision: Deciding, must: Callable[[int], None] | None = None) -> Receipt:
        """Advance the decision through its boundary, execute it, and append what it recorded, all of it or nothing.

        `must` is called with the position the decision was advanced to, before it is settled: a refusal raised there
        stops it. What it asks of facts inside the boundary still holds when the decision is appended.

        If a fact inside the boundary arrives meanwhile, the decision starts over from `fresh()`, and what it then sees
        decides. So it does when the answer to its append was lost on the way: it then finds its own command recorded,
        or records it now. A decision that has a `last_known_position` is only read on from there. Raises its
        `Refusal`, `Moved` when the race was lost too often, a `FactFault` or a `StoreFault`; then nothing was recorded.
        """
        if decision.appended:
            decision = decision.fresh()  # its own facts lie behind what it has read: it would not find them
        for attempt in range(self._attempts):
            try:
                with uncollected():
                    if attempt < RACES:
                        return self._attempt(decision, must)
                    self.advance(decision)  # the long read before others are held off, only the rest of it meanwhile
                    with self.recorder.holding():
                        return self._attempt(decision, must)
            except (IntegrityError, StoreConnectionLost):
                decision = decision.fresh()
            if attempt + 1 < self._attempts:
                self._wait(attempt)
        raise Moved(decision=decision.title())

    def advance(self, decision: Deciding) -> DCBQuery:
        """Fold into the decision what was recorded inside its boundary after its `last_known_position`.

        Returns that boundary in the store's words, for the condition of the append.
        """
        query = query_of(decision.consistency_boundary())
        if decision.last_known_position is None and self._tallies.advance(decision):
            return query
        rows = self.recorder.rows(query, after=decision.last_known_position)
        for recorded in self._recorded(rows):
            decision.at = recorded.position
            recorded.fact.mutate(decision)
        if rows.head is not None:
            decision.last_known_position = max(rows.head, decision.last_known_position or 0)
        return query

    def facts(
        self,
        after: int = 0,
        until: int | None = None,
        types: Collection[type[Fact]] | None = None,
        tags: Collection[str] | None = None,
    ) -> Iterator[Recorded]:
        """The facts with after < position <= until, in order, of any of the types and with all of the tags.

        None asks for every type; an empty collection of types for none. The log is read as it stands at the call.
        """
        if types is not None and not types:
            return iter(())
        query = query_of([Selector(types=list(types or ()), tags=list(tags or ()))])
        return self._recorded(self.recorder.rows(query, after=after, until=until))

    def shaped(
        self, shapes: Mapping[str, type[Struct]], *, after: int = 0, until: int | None = None, few: bool = False
    ) -> Iterator[Shaped]:
        """The facts of these stored names with after < position <= until, each read only as far as its shape goes.

        `few` says that they are few among the others, so that seeking them is faster than passing over the rest.
        """
        query = DCBQuery(items=[DCBQueryItem(types=list(shapes))]) if few else None
        return self.mapper.shaped(shapes, self.recorder.rows(query, after=after, until=until))

    def shaped_at(self, shapes: Mapping[str, type[Struct]], positions: Sequence[int]) -> Iterator[Shaped]:
        """The same of the facts at these rising positions, in order."""
        return self.mapper.shaped(shapes, self.recorder.rows_at(positions))

    def mark(self, position: int) -> str:
        """What tells the fact at a position from any other that could stand there in another log; "" without one."""
        row = next(self.recorder.rows(after=position - 1, until=position), None) if position else None
        return "" if row is None else sha256(b"\0".join((row[4].encode(), row[1].encode(), row[2]))).hexdigest()

    def matching(
        self,
        wanted: Iterable[tuple[Collection[type[Fact]], Collection[str]]],
        *,
        after: int = 0,
        until: int | None = None,
    ) -> Iterator[Recorded]:
        """The facts that any pair of types and tags names (no types: all of them), each once and in order; else as
        `facts`.
        """
        boundary = [Selector(types=list(types), tags=list(tags)) for types, tags in wanted]
        return (
            self._recorded(self.recorder.rows(query_of(boundary), after=after, until=until)) if boundary else iter(())
        )

    def head(self) -> int:
        """The position of the last fact, 0 when there is none."""
        return self.recorder.head()

    def position_at(self, known_at: datetime) -> int:
        """The position of the last fact recorded at or before the moment: what was known then lies up to here."""
        return self.recorder.position_at(known_at)

    def close(self) -> None:
        """Give the store back."""
        self.recorder.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _attempt(self, decision: Deciding, must: Callable[[int], None] | None) -> Receipt:
        query = self.advance(decision)
        if must is not None and not decision.repeated:
            must(decision.last_known_position or 0)
        if decision.settle():
            return self._append(decision, query)
        return self._receipt_without_append(decision)

    def _append(self, decision: Deciding, query: DCBQuery) -> Receipt:
        tagged = decision.collect_events()
        events = [self.mapper.to_dcb_event(one) for one in tagged]
        condition = DCBAppendCondition(fail_if_events_match=query, after=decision.last_known_position)
        appended = self.recorder.append_stamped(events, condition)
        last = appended.positions[-1]
        decision.last_known_position = last  # a decision that is kept has its own facts folded in already
        decision.appended = True
        recorded = tuple(
            Recorded(position, appended.recorded_at, one.decision)
            for position, one in zip(appended.positions, tagged, strict=True)
        )
        return Receipt(last, recorded, repeated=False)

    def _receipt_without_append(self, decision: Deciding) -> Receipt:
        if not decision.repeated:
            return Receipt(decision.last_known_position or 0, (), repeated=False)
        earlier = tuple(self.facts(tags=[f"command:{decision.mandate.command}"]))
        return Receipt(earlier[-1].position, earlier, repeated=True)

    def _recorded(self, rows: Rows) -> Iterator[Recorded]:
        """Rows as facts. All facts of one append share one moment, so its text is read once."""
        for text, together in groupby(rows, key=itemgetter(4)):
            moment = moment_of(text)
            for position, name, data, _, _ in together:
                yield Recorded(position, moment, self.mapper.fact(name, data))
