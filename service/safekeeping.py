"""Use cases of keeping a store safe: check it, back it up, put a backup back, move it, bring an old one up to date."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

from desk.people import People
from history.copying import complete, copy_record
from history.faults import StoreDamaged, StoreInTheWay
from history.log import Log
from history.mapper import FactMapper
from history.port import FactRecorder
from history.sqlite import BUSY_SECONDS, SQLiteRecorder
from history.sqlite_file import StoreFile, draft_beside, give_name
from history.store import on_server, open_log, store_exists, store_named, store_path
from history.upgrade import upgrade_store
from history.verify import Report, verify
from service.auditing import verify_store
from service.county import County, StoreMissing, beside, desk_of, new_person_id, now, open_county
from service.ledger import check_views


@dataclass(frozen=True)
class StoreChecked:
    """What a check found: the report on the log itself, and whether the tables beside it are those it gives.

    Tables are computed only from a log that is well; `same` and `balanced` are None where they were not.
    """

    report: Report
    same: bool | None = None
    balanced: bool | None = None

    @property
    def fine(self) -> bool:
        """Whether nothing is wrong."""
        return self.report.well and bool(self.same and self.balanced)


def check_store(url: str) -> StoreChecked:
    """Look at all a store holds: its file, every fact, leaf, tag and checkpoint, the tables computed from it."""
    report = verify_store(url)
    if not report.well:
        return StoreChecked(report)
    with open_county(url, must_exist=True) as county:
        views = check_views(county)
    return StoreChecked(report, views.same, views.balanced)


def back_up(county: County, path: Path) -> int:
    """Write a whole, checked copy of the record and of the names beside it; the position of its last fact.

    Others may go on recording meanwhile. The copy gets its name when it is complete, and never takes the place of a
    file. Raises StoreInTheWay, or StoreDamaged for a store that is not sound.
    """
    _must_be_free(path)
    return _into_new_file(county.log.recorder, county.people.everyone(), path, source_name=store_named(county.store))


@dataclass(frozen=True)
class Restored:
    """What putting a backup back did: the store had facts up to `before`, now up to `position`."""

    before: int
    position: int


def restore(url: str, backup: Path) -> Restored:
    """Put a backup back: make the store anew from it, or give a store that is a beginning of it the rest.

    The names come with a store that is made anew, unless names are there already: an erased name does not come back.
    Raises StoreNotABeginning, StoreMissing for a backup that is not there, or StoreDamaged for one that is not sound;
    then everything is as before.
    """
    if not backup.exists():
        raise StoreMissing(where=backup)
    path = _file_at(url)
    with ExitStack() as open_files:
        source = open_files.enter_context(_recorder(backup))
        names = _names_beside(backup)
        people = _people_of(names) if names.exists() else []
        if path is not None and not path.exists():
            if _names_beside(path).exists():
                people = []
            return Restored(0, _into_new_file(source, people, path, source_name=str(backup)))
        log = open_files.enter_context(open_log(url, clock=now, chance=secrets.token_bytes))
        before = log.head()
        position = complete(source, log.recorder, source_name=str(backup), target_name=store_named(url))
        desk = open_files.enter_context(closing(People(desk_of(url), new_person_id)))
        if not before and not desk.everyone():
            desk.take_over(people)
        if on_server(url) and not before and _names_beside(backup).exists():
            desk = open_files.enter_context(closing(People(desk_of(url), new_person_id)))
            if not desk.everyone():
                desk.take_over(_people_of(_names_beside(backup)))
        return Restored(before, position)


def migrate(county: County, url: str) -> int:
    """Copy the record – facts, salts, leaves, checkpoints, its id – and the names to another store that holds none yet.

    Every proof stays valid, because positions are the same in every kind of store. Returns the position of the last
    fact; the old store is left as it is. Raises StoreNotEmpty or StoreInTheWay; then nothing was copied.
    """
    path = _file_at(url)
    recorder, people, name = county.log.recorder, county.people.everyone(), store_named(county.store)
    if path is not None:
        _must_be_free(path)
        return _into_new_file(recorder, people, path, source_name=name)
    with open_county(url) as target:
        position = copy_record(
            recorder, target.log.recorder, source_name=store_named(county.store), target_name=store_named(url)
        )
        target.people.take_over(people)
        target.refresh()
    return position


def upgrade(url: str) -> Path | None:
    """Bring a store of an older format to today's; where the old one is kept, None if there was nothing to do."""
    _must_exist(url)
    path = _file_at(url)
    if path is None:
        return None
    return upgrade_store(path, clock=now, chance=secrets.token_bytes, busy_seconds=BUSY_SECONDS)


def _into_new_file(source: FactRecorder, people: Iterable[tuple[str, str]], path: Path, *, source_name: str) -> int:
    """A store that gets its name when everything is in it and was looked at once more from the outside."""
    StoreFile(path, BUSY_SECONDS, secrets.token_bytes).check_place()
    with draft_beside(path) as draft:
        with _recorder(draft) as target:
            position = copy_record(source, target, source_name=source_name, target_name=str(path))
            for fault in verify(Log(target, FactMapper())).faults:
                raise StoreDamaged(where=source_name, reason=f"an audit of it finds {fault.code}")
        with closing(People(_names_beside(path), new_person_id)) as desk:
            desk.take_over(people)
        if not give_name(draft, path):
            raise StoreInTheWay(where=path)
    return position


def _must_be_free(path: Path) -> None:
    for wanted in (path, _names_beside(path)):
        if wanted.exists():
            raise StoreInTheWay(where=wanted)


def _names_beside(path: Path) -> Path:
    names = beside(path, "desk")
    assert names is not None
    return names


def _recorder(path: Path) -> SQLiteRecorder:
    return SQLiteRecorder(path, clock=now, chance=secrets.token_bytes)


def _people_of(path: Path) -> list[tuple[str, str]]:
    with closing(People(path, new_person_id)) as desk:
        return desk.everyone()


def _file_at(url: str) -> Path | None:
    """The file of an address; None for a store in memory or on a server."""
    return None if on_server(url) else store_path(url)


def _must_exist(url: str) -> None:
    """Looking must not make a store."""
    if not store_exists(url):
        raise StoreMissing(where=store_named(url))
