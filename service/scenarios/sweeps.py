"""A sweep: its cases worked out by several processes, each row kept as soon as it is there, none worked out twice.

Rows go into `cases.jsonl`, a line each, after a first line that says which sweep of which base they are of. Whoever is
killed and begins again reads what is there and works out the rest; the table made of it at the end is in the order of
the cases, whoever worked them out and when.
"""

from __future__ import annotations

import csv
import json
import os
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import IO, Any, Protocol

from domain.errors import Refusal
from service.county import County
from service.files import whole_file
from service.registers import moment
from service.scenarios.cases import CaseRequest, OpenSweep, Row, SweepBase
from service.worker import SearchCrashed, Worker

ROWS, TABLE = "cases.jsonl", "cases.csv"
ATTEMPTS = 3
"""So often a case is given to a new process when its process dies; then its row says so and the sweep goes on."""
AHEAD = 2
"""Cases handed out beyond what is being worked on, so that no process waits for the next one."""


class SweepOfAnother(Refusal):
    """Rows in the folder that belong to another scenario, base or release."""

    code = "sweep-of-another"
    sentence_en = "{path} holds rows of another sweep: its {what} is {found}, this one’s is {wanted}."
    cure_en = "Name another folder with --out, or begin anew with --fresh."


class NothingToSweep(Refusal):
    """A scenario without a sweep."""

    code = "nothing-to-sweep"
    sentence_en = "Scenario {scenario} has no `sweep`."
    cure_en = "Add one, or run it with `tongchou scenario run`."


class Hands(Protocol):
    """Whoever works out cases: processes here, or a cluster."""

    size: int

    def submit(self, request: CaseRequest) -> Future[Row]:
        """Begin a case."""


@dataclass(frozen=True)
class SweepProgress:
    """How far a sweep has come: rows kept, of how many, and the newest."""

    done: int
    size: int
    row: Row


class Processes:
    """So many worker processes, each taking the next case when it is free."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._closing = ExitStack()
        self._free: SimpleQueue[Worker] = SimpleQueue()
        for _ in range(size):
            self._free.put(self._closing.enter_context(Worker()))
        self._threads = ThreadPoolExecutor(size, thread_name_prefix="sweep")

    def submit(self, request: CaseRequest) -> Future[Row]:
        """Begin a case on the next free process; a case whose process keeps dying gets a row that says so."""
        return self._threads.submit(self._work_out, request)

    def close(self) -> None:
        """End the processes, whatever they are at."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._closing.close()

    def _work_out(self, request: CaseRequest) -> Row:
        worker = self._free.get()
        try:
            for _ in range(ATTEMPTS - 1):
                try:
                    return worker.solve(request, None)
                except SearchCrashed:
                    continue
            try:
                return worker.solve(request, None)
            except SearchCrashed as fault:
                return {"number": request.number, "state": "crashed", "said": fault.sentence}
        finally:
            self._free.put(worker)


@contextmanager
def processes(size: int) -> Iterator[Processes]:
    """Worker processes for a sweep."""
    hands = Processes(size)
    try:
        yield hands
    finally:
        hands.close()


def sweep(
    scenario: str,
    folder: Path,
    hands: Hands,
    *,
    county: County | None = None,
    fresh: bool = False,
    listener: Callable[[SweepProgress], None] | None = None,
    stop: threading.Event | None = None,
) -> list[Row]:
    """Work out every case that has no row yet; returns all rows there are then, in the order of the cases.

    `stop` ends it after the cases under way. Raises `NothingToSweep`, `SweepOfAnother`, and what reading the scenario
    and its base raise.
    """
    base = SweepBase(scenario)
    if county is not None:
        base = SweepBase(scenario, county.store, moment(county).position)
    here = OpenSweep(base)
    try:
        numbers = [case.number for case in here.cases()]
        if not numbers:
            raise NothingToSweep(scenario=here.composed.name)
        heading = _heading(here, len(numbers))
    finally:
        here.close()
    folder.mkdir(parents=True, exist_ok=True)
    with _kept(folder / ROWS, heading, fresh) as (rows, keep):
        left = (number for number in numbers if number not in rows)
        for row in _worked_out(left, base, hands, stop or threading.Event()):
            keep(row)
            rows[row["number"]] = row
            if listener is not None:
                listener(SweepProgress(len(rows), len(numbers), row))
    in_order = [rows[number] for number in sorted(rows)]
    write_table(folder / TABLE, in_order)
    return in_order


def _worked_out(numbers: Iterable[int], base: SweepBase, hands: Hands, stop: threading.Event) -> Iterator[Row]:
    """Rows as they come, with just enough cases handed out."""
    under_way: set[Future[Row]] = set()
    upcoming = iter(numbers)
    while True:
        while len(under_way) < hands.size + AHEAD and not stop.is_set():
            number = next(upcoming, None)
            if number is None:
                break
            under_way.add(hands.submit(CaseRequest(base, number)))
        if not under_way:
            return
        done, under_way = wait(under_way, return_when=FIRST_COMPLETED)
        for future in done:
            yield future.result()


def _heading(here: OpenSweep, size: int) -> dict[str, Any]:
    situation = here.base.situation
    of_record = here.composed.loaded.scenario.based_on.register_name is None
    return {
        "scenario": here.composed.name,
        "scenario_hash": here.composed.scenario_hash,
        "policy_hash": situation.loaded.policy_hash,
        "position": here.base.at.position,
        "store": here.base.county.log.recorder.store_id if of_record else "",
        "seed": here.composed.loaded.scenario.seed,
        "cases": size,
    }


@contextmanager
def _kept(path: Path, heading: dict[str, Any], fresh: bool) -> Iterator[tuple[dict[int, Row], Callable[[Row], None]]]:
    """The rows kept so far, and how to keep one more; a last line cut off by a death does not count."""
    rows: dict[int, Row] = {}
    whole = 0
    if path.exists() and not fresh:
        for number, line in enumerate(_whole_lines(path)):
            whole += len(line) + 1
            said = json.loads(line)
            if number == 0:
                _must_be_the_same(path, said, heading)
            else:
                rows[said["number"]] = said
    with path.open("r+b" if whole else "wb") as file:
        file.truncate(whole)
        file.seek(whole)
        if not whole:
            _write(file, heading)
        yield rows, lambda row: _write(file, row)


def _whole_lines(path: Path) -> list[bytes]:
    return path.read_bytes().split(b"\n")[:-1]


def _write(file: IO[bytes], content: dict[str, Any]) -> None:
    file.write(json.dumps(content, ensure_ascii=False, sort_keys=True).encode() + b"\n")
    file.flush()
    os.fsync(file.fileno())


def _must_be_the_same(path: Path, found: dict[str, Any], wanted: dict[str, Any]) -> None:
    for what, value in wanted.items():
        if found.get(what) != value:
            raise SweepOfAnother(path=path, what=what, found=found.get(what), wanted=value)


def write_table(path: Path, rows: list[Row]) -> Path:
    """The rows as a CSV: coordinates, state, hashes and measures, a column each, in an order that does not change."""
    places = sorted({place for row in rows for place in row.get("at", {})})
    figures = sorted({name for row in rows for name in row.get("measures", {})})
    head = ["number", "case", *places, "state", "plan_hash", "instance_hash", *figures, "said"]

    def write(draft: Path) -> None:
        with draft.open("w", encoding="utf-8", newline="") as file:
            table = csv.writer(file)
            table.writerow(head)
            for row in rows:
                at, measures, run = row.get("at", {}), row.get("measures", {}), row.get("run", {})
                table.writerow(
                    [
                        row["number"],
                        row.get("case", ""),
                        *(at.get(place, "") for place in places),
                        row["state"],
                        row.get("plan_hash", ""),
                        run.get("instance_hash", ""),
                        *(measures.get(name, "") for name in figures),
                        row.get("said", ""),
                    ]
                )

    return whole_file(path, write)
