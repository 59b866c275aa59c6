"""Any fold at any moment of a long log, in both times: kept states, and the facts since.

The state of a fold at a position is its last kept state at or before it and the facts from there on. For a day D, with
facts known up to P that count by D, let B be the last position up to which *no* fact counts from later than D: all of
them are wanted, so the state at B is a beginning of the answer. Beyond B a fact is wanted only if it counts from an
earlier day than one recorded before it did, that is, if it was recorded late. Therefore

    state(P, D) = state(B) + the late facts of (B, P] that count by D, in the order they were recorded

which is exactly what folding all wanted facts gives. `days` tells B; `late` finds those few facts, of all folds
together: it keeps them in classes by how late they were (in class k by less than 2^k days), so that in each class only
the days next to D are looked at, not the whole past.

States are kept after so many facts of the fold that writing them costs a part of reading those.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from msgspec import Struct

from projections.tables import Row, Tables

SPACING = 2_000
"""Facts of a fold between two kept states, at least; where the fold has more entries, half as many as those."""
DENSE = 4
"""Where every fourth fact is the fold's, or more, reading on is faster than seeking them."""
CLASSES = 23
"""Classes of lateness: no two days of a calendar of four digits are 2^22 days apart."""


Shaped = tuple[int, str, str, Any]
"""Position, recorded_at, stored name, and as much of the fact as its shape has."""


Shares = Mapping[str, Sequence[Shaped]]
"""Whose facts -> those of a batch, in order."""


class Fold(Protocol):
    """Facts in their order become a state that can be kept as bytes."""

    def take(self, facts: Iterable[Shaped]) -> None:
        """Take in facts, in order."""

    def size(self) -> int:
        """How many entries the state has."""

    def dump(self) -> bytes:
        """The state as bytes; equal facts give equal bytes."""


F_co = TypeVar("F_co", bound=Fold, covariant=True)
F = TypeVar("F", bound=Fold)


@dataclass(frozen=True)
class Model(Generic[F_co]):
    """A fold: its name, the facts it takes in (as shapes), how it begins, and how it is taken up again."""

    name: str
    shapes: Mapping[str, type[Struct]]
    begun: Callable[[], F_co]
    load: Callable[[bytes], F_co]


class ShapedLog(Protocol):
    """What the read models need of a log."""

    def head(self) -> int:
        """The position of the last fact."""

    def mark(self, position: int) -> str:
        """What tells the fact at a position from any other that could stand there; "" where there is none."""

    def shaped(
        self, shapes: Mapping[str, type[Struct]], *, after: int = 0, until: int | None = None, few: bool = False
    ) -> Iterator[Shaped]:
        """The facts of these names with after < position <= until, in order, as their shapes."""

    def shaped_at(self, shapes: Mapping[str, type[Struct]], positions: Sequence[int]) -> Iterator[Shaped]:
        """The facts at these rising positions, as their shapes."""


@dataclass
class _Reached:
    """How far a model has come: its facts in all and since the last kept state, and when the next one is due."""

    facts: int = 0
    since: int = 0
    due: int = 0


class Replays:
    """The kept states of every model; the days and late facts of all of them together."""

    TABLES: ClassVar[dict[str, str]] = {
        "states": "model TEXT NOT NULL, position INTEGER NOT NULL, state BLOB NOT NULL, PRIMARY KEY (model, position)",
        "days": "day INTEGER PRIMARY KEY, position INTEGER NOT NULL",
        "late": (
            "class INTEGER NOT NULL, day INTEGER NOT NULL, position INTEGER NOT NULL, "
            "PRIMARY KEY (class, day, position)"
        ),
        "models": "model TEXT PRIMARY KEY, facts INTEGER NOT NULL, since INTEGER NOT NULL, due INTEGER NOT NULL",
    }

    def __init__(self, tables: Tables, models: Sequence[Model[Fold]]) -> None:
        self._tables = tables
        self._models = models
        self.begin(whole=True)

    def begin(self, *, whole: bool) -> None:
        """A run of `take` begins: from nothing (`whole`), or wherever the tables are."""
        names = [model.name for model in self._models]
        self._running: dict[str, tuple[int, Fold]] = {one.name: (0, one.begun()) for one in self._models if whole}
        """Model -> a state in memory and the position it is of, while many facts are taken in."""
        self._reached = {name: _Reached(due=SPACING) if whole else self._written(name) for name in names}
        self._latest = 0 if whole else int(self._tables.execute("SELECT coalesce(max(day), 0) FROM days")[0][0])
        self._days, self._late, self._states = list[Row](), list[Row](), list[Row]()

    def take(self, log: ShapedLog, base: int, until: int, batch: Sequence[Shaped], shares: Shares) -> None:
        """Take in the facts of base < position <= until; `shares` has those of every model under its name.

        Nothing is written yet.
        """
        self._note_days(batch)
        for model in self._models:
            if mine := shares[model.name]:
                self._take(log, model, base, mine)
            if model.name in self._running:
                self._running[model.name] = (until, self._running[model.name][1])

    def write(self) -> None:
        """Write what was taken in."""
        self._tables.execute_many("INSERT INTO days VALUES (?, ?)", self._days)
        self._tables.execute_many("INSERT INTO late VALUES (?, ?, ?)", sorted(self._late))
        self._tables.execute_many("INSERT INTO states VALUES (?, ?, ?)", self._states)
        self._days, self._late, self._states = [], [], []
        self._tables.execute("DELETE FROM models")
        rows = [(name, reached.facts, reached.since, reached.due) for name, reached in self._reached.items()]
        self._tables.execute_many("INSERT INTO models VALUES (?, ?, ?, ?)", rows)

    def cut(self, log: ShapedLog, until: int) -> None:
        """Forget what came after a position."""
        for table in ("states", "days", "late"):
            self._tables.execute(f"DELETE FROM {table} WHERE position > ?", (until,))
        self.begin(whole=False)
        for model in self._models:
            fold, kept = self._kept(model, until)
            since = sum(1 for _ in log.shaped(model.shapes, after=kept, until=until, few=self._few(model, until)))
            reached = self._reached[model.name]
            self._reached[model.name] = _Reached(reached.facts, since, _due(fold) if kept else SPACING)
        self.write()

    def at(self, log: ShapedLog, model: Model[F], position: int, as_of: date | None = None) -> F:
        """The fold at a position the tables have reached, of the facts that count by a day (None: of all)."""
        base, late = position, list[int]()
        if as_of is not None:
            day = as_of.toordinal()
            ((later,),) = self._tables.execute("SELECT min(position) FROM days WHERE day > ?", (day,))
            base = position if later is None else min(position, later - 1)
            late = self._recorded_late(day, base, position) if base < position else []
        fold, kept = self._kept(model, base)
        fold.take(log.shaped(model.shapes, after=kept, until=base, few=self._few(model, position)))
        fold.take(log.shaped_at(model.shapes, late))
        return fold

    def _note_days(self, batch: Sequence[Shaped]) -> None:
        latest, late = self._latest, self._late
        newest = date.fromordinal(latest) if latest else None
        for position, _, _, fact in batch:
            on = fact.mandate.effective_on
            if on != newest:
                day = on.toordinal()
                if day > latest:
                    self._days.append((day, position))
                    latest, newest = day, on
                else:
                    late.append(((latest - day).bit_length(), day, position))
        self._latest = latest

    def _take(self, log: ShapedLog, model: Model[Fold], base: int, mine: Sequence[Shaped]) -> None:
        fold, reached = self._taken_up(log, model, base, len(mine)), self._reached[model.name]
        reached.facts += len(mine)
        if fold is None:
            reached.since += len(mine)
            return
        start = 0
        while start < len(mine):
            piece = mine[start : start + reached.due - reached.since]
            fold.take(piece)
            start, reached.since = start + len(piece), reached.since + len(piece)
            if reached.since == reached.due:
                self._states.append((model.name, piece[-1][0], fold.dump()))
                reached.since, reached.due = 0, _due(fold)

    def _taken_up(self, log: ShapedLog, model: Model[Fold], base: int, more: int) -> Fold | None:
        """The state at the base, if it is at hand or if among so many more facts one is due to be kept."""
        position, fold = self._running.get(model.name, (None, None))
        if position != base:
            reached = self._reached[model.name]
            fold = self.at(log, model, base) if reached.since + more >= reached.due else None
        if fold is not None:
            self._running[model.name] = (base, fold)
        else:
            self._running.pop(model.name, None)
        return fold

    def _written(self, model: str) -> _Reached:
        found = self._tables.execute("SELECT facts, since, due FROM models WHERE model = ?", (model,))
        return _Reached(*found[0]) if found else _Reached(due=SPACING)

    def _kept(self, model: Model[F], position: int) -> tuple[F, int]:
        """The last kept state at or before a position, and its position."""
        found = self._tables.execute(
            "SELECT state, position FROM states WHERE model = ? AND position <= ? ORDER BY position DESC LIMIT 1",
            (model.name, position),
        )
        return (model.load(found[0][0]), int(found[0][1])) if found else (model.begun(), 0)

    def _recorded_late(self, day: int, after: int, until: int) -> list[int]:
        """The facts with after < position <= until that count by the day though a later day had been there before."""
        found: list[int] = []
        for number in range(1, CLASSES + 1):
            rows = self._tables.execute(
                "SELECT position FROM late WHERE class = ? AND day > ? AND day <= ? AND position > ? AND position <= ?",
                (number, day - 2**number, day, after, until),
            )
            found += [position for (position,) in rows]
        return sorted(found)

    def _few(self, model: Model[Fold], position: int) -> bool:
        return self._written(model.name).facts * DENSE < position


def _due(fold: Fold) -> int:
    """After how many facts the next state is kept."""
    return max(SPACING, fold.size() // 2)


def wanted(models: Iterable[Model[Fold]]) -> dict[str, type[Struct]]:
    """The shapes of all facts any model takes in; models that share a kind of fact share its shape."""
    return {name: shape for model in models for name, shape in model.shapes.items()}
