"""A sweep: its cases worked out by several processes, each row kept as soon as it is there, none worked out twice.

Whoever is killed and begins again goes on where it was, on the same position of the record and seen from the same day;
the table made at the end is in the order of the cases, whoever worked them out and when.
"""

from __future__ import annotations

import errno
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from scenarios.language import BasedOn
from service.county import County
from service.programs import release
from service.scenarios.cases import OpenSweep
from service.scenarios.finding import read_scenario
from service.scenarios.parcels import Record, packed, record_of
from service.scenarios.processes import Hands, processes
from service.scenarios.rows import ROWS, TABLE, KeptRows, Row, kept_rows, write_table
from service.scenarios.sweep_faults import NothingToSweep, SweepStopped, SweepWithoutRoom

__all__ = ["ROWS", "TABLE", "Row", "SweepProgress", "processes", "sweep", "write_table"]

AHEAD = 2
"""Cases handed out beyond what is being worked on, so that no process waits for the next one."""


@dataclass(frozen=True)
class SweepProgress:
    """How far a sweep has come: rows there are, of how many, those of this run, its seconds, and the newest row."""

    done: int
    size: int
    fresh: int
    seconds: float
    row: Row

    @property
    def rows_per_second(self) -> float:
        """How fast this run is."""
        return self.fresh / self.seconds if self.seconds else 0.0

    @property
    def seconds_left(self) -> float:
        """How long the rest takes at that rate."""
        return (self.size - self.done) * self.seconds / self.fresh


def sweep(
    scenario: str,
    folder: Path,
    hands: Hands,
    *,
    county: County | None = None,
    fresh: bool = False,
    at_most: int | None = None,
    listener: Callable[[SweepProgress], None] | None = None,
    at_end: Callable[[OpenSweep, list[Row]], None] | None = None,
) -> list[Row]:
    """Work out every case that has no row yet (`at_most` so many); all rows there are then, in order of the cases.

    `at_end` makes something more of the rows, such as pictures, while the base is still open.

    Raises what `kept_rows` and reading the scenario and its base raise, `NothingToSweep`, `SweepOfAnother`, and, with
    every row kept that was there, `SweepStopped` (Ctrl-C) or `SweepWithoutRoom`.
    """
    composed = read_scenario(scenario)
    if composed.loaded.scenario.sweep is None:
        raise NothingToSweep(scenario=composed.name)
    with kept_rows(folder, fresh=fresh) as kept:
        record = _record(composed.loaded.scenario.based_on, county, kept.heading)
        parcel = packed(composed, record)
        here = OpenSweep(parcel, rows=False)
        try:
            _with_room(kept, here.size, partial(kept.begin, _heading(here, record)))
            hands.take_up(parcel)
            began = time.monotonic()
            for fresh_rows, row in enumerate(_worked_out(islice(kept.left(here.size), at_most), hands), 1):
                whole = {**here.about(row["number"]), **row}
                _with_room(kept, here.size, partial(kept.keep, whole))
                if listener is not None:
                    seconds = time.monotonic() - began
                    listener(SweepProgress(len(kept.rows), here.size, fresh_rows, seconds, whole))
            if at_end is not None:
                at_end(here, kept.in_order())
        except KeyboardInterrupt as stop:
            raise SweepStopped(done=len(kept.rows), size=here.size, path=kept.path) from stop
        finally:
            here.close()
        rows = kept.in_order()
        write_table(folder / TABLE, rows)
        return rows


def _worked_out(numbers: Iterable[int], hands: Hands) -> Iterator[Row]:
    """Rows as they come, with just enough cases handed out."""
    under_way: set[Future[Row]] = set()
    upcoming = iter(numbers)
    while True:
        while len(under_way) < hands.size + AHEAD and (number := next(upcoming, None)) is not None:
            under_way.add(hands.submit(number))
        if not under_way:
            return
        done, under_way = wait(under_way, return_when=FIRST_COMPLETED)
        for future in done:
            yield future.result()


def _record(based_on: BasedOn, county: County | None, heading: dict[str, Any] | None) -> Record | None:
    """The record the sweep is about; a sweep that has begun stays at its position and day."""
    if county is None or based_on.register_name is not None:
        return None
    if heading is not None and heading.get("store") == county.log.recorder.store_id:
        began = date.fromisoformat(heading["day"])
        return record_of(based_on, county, position=heading["recorded"], day=began)
    return record_of(based_on, county)


def _heading(here: OpenSweep, record: Record | None) -> dict[str, Any]:
    """What must be the same for rows to belong together."""
    return {
        "cases": here.size,
        **here.origin,
        "store": record.store_id if record else "",
        "recorded": record.position if record else 0,
        "day": record.day.isoformat() if record else "",
        "release": release(),
    }


def _with_room(kept: KeptRows, size: int, write: Callable[[], None]) -> None:
    try:
        write()
    except OSError as fault:
        reason = fault.strerror or errno.errorcode.get(fault.errno or 0, "it cannot be written")
        raise SweepWithoutRoom(path=kept.path, reason=reason, done=len(kept.rows), size=size) from fault
