"""What whoever works out the cases of a sweep needs, wherever they are: the scenario's files, and the record.

The files are read once, when the sweep begins: a file somebody corrects meanwhile changes no case, and another machine
needs no disk of ours. What is shipped stays at home, because only the same release works on a sweep
(`service/programs.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from history.port import Entry
from history.store import store_path
from scenarios.language import BasedOn, Use
from service.county import County, open_county
from service.registers import day_of
from service.scenarios.finding import Composed, read_scenario, scenario_named
from service.scenarios.running import moment_of


@dataclass(frozen=True)
class Record:
    """The record a sweep is about, as far as it goes: what is recorded while a sweep runs is none of its business."""

    position: int
    day: date
    """The day from which it is looked at, which says which policy is in force."""
    store_id: str
    store: str | None
    """The address of a store in a file; None where the facts come along."""
    facts: tuple[Entry, ...] = ()


@dataclass(frozen=True)
class Parcel:
    """Everything of a sweep but the number of a case. `key` names it; equal parcels have equal keys."""

    name: str
    """The file of the scenario among `files`."""
    files: tuple[tuple[str, bytes], ...]
    """The scenario and whatever beside it has a part in it: path below its folder -> content."""
    record: Record | None

    @property
    def key(self) -> str:
        """SHA-256 over all that can differ."""
        record = self.record and replace(self.record, facts=())
        return sha256(repr((self.name, self.files, record)).encode()).hexdigest()


def packed(composed: Composed, record: Record | None) -> Parcel:
    """The parcel of a scenario that was read."""
    here = composed.path.parent
    files = {path.relative_to(here).as_posix(): path.read_bytes() for path in _beside(composed) if _within(path, here)}
    return Parcel(composed.path.name, tuple(sorted(files.items())), record)


def record_of(based_on: BasedOn, county: County, *, position: int | None = None, day: date | None = None) -> Record:
    """The record a scenario is based on; position and day of a sweep that has begun already, where there is one."""
    stated = moment_of(based_on, county)
    at = stated.position if position is None else position
    recorder = county.log.recorder
    in_file = county.branch is None and store_path(county.store) is not None
    facts = () if in_file else tuple(recorder.entries(until=at))
    return Record(at, day or day_of(county, stated), recorder.store_id, county.store if in_file else None, facts)


def with_facts(parcel: Parcel, county: County | None) -> Parcel:
    """The same, its facts with it, for machines that share no disk with this one."""
    record = parcel.record
    if record is None or record.store is None or county is None:
        return parcel
    facts = tuple(county.log.recorder.entries(until=record.position))
    return replace(parcel, record=replace(record, store=None, facts=facts))


@contextmanager
def unpacked(parcel: Parcel) -> Iterator[Composed]:
    """The scenario, read from the parcel; its files are there for as long."""
    with TemporaryDirectory(prefix="tongchou-sweep-") as folder:
        for name, content in parcel.files:
            path = Path(folder) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        yield read_scenario(str(Path(folder) / parcel.name))


@contextmanager
def opened_record(record: Record) -> Iterator[County]:
    """The record as a county whose clock stands still on the sweep's day; it is only read."""
    evening = datetime.combine(record.day, time.max, UTC)
    with open_county(record.store or "sqlite://", must_exist=record.store is not None, clock=lambda: evening) as county:
        if record.facts:
            county.log.recorder.copy_in(record.store_id, record.facts)
            county.refresh()
        yield county


def _beside(composed: Composed) -> Iterator[Path]:
    """The scenario's own file, the policy it is based on, the scenarios it uses or is compared with, and theirs."""
    scenario = composed.loaded.scenario
    if scenario.based_on.policy is not None:
        policy = composed.path.parent / scenario.based_on.policy
        if policy.is_file():
            yield policy
    waiting, seen = [composed.path], {composed.path}
    while waiting:
        path = waiting.pop()
        yield path
        read = read_scenario(str(path)).loaded.scenario
        names = [change.use for change in read.change if isinstance(change, Use)] + [read.compare_with]
        for name in names:
            there = scenario_named(name, path)
            if there is not None and there not in seen:
                seen.add(there)
                waiting.append(there)


def _within(path: Path, folder: Path) -> bool:
    return path.resolve().is_relative_to(folder.resolve()) and ".." not in path.parts
