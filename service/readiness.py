"""Whether a server can do its work: the store answers, the desk answers, the tables follow, the disk has room."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass

from desk.jobs import STATES
from service.county import file_of
from service.office import Office

ROOM_BYTES_MIN = 64 * 2**20
"""Less room than this, and a store should be given more before it stops recording in the middle of a day."""


@dataclass(frozen=True)
class Condition:
    """One thing that must hold; `reason` says what is wrong, in a few words that name no place of the machine."""

    name: str
    holds: bool
    reason: str = ""


def conditions(office: Office) -> list[Condition]:
    """All of them, each looked at even where another does not hold."""
    looks = {"store": _store, "desk": _desk, "tables": _tables, "disk": _disk}
    return [_looked(name, look, office) for name, look in looks.items()]


def behind(office: Office) -> int:
    """By how many facts the tables are behind the record."""
    with office.county() as county:
        return max(county.log.head() - county.views.position(), 0)


def jobs_by_state(office: Office) -> dict[str, int]:
    """State -> how many jobs are in it."""
    return {state: office.jobs.table.count(state) for state in STATES}


def unsealed(office: Office) -> int:
    """How many facts no checkpoint covers yet."""
    recorder = office.log.recorder
    return recorder.head() - max((one.size for one in recorder.checkpoints()), default=0)


def _looked(name: str, look: Callable[[Office], str], office: Office) -> Condition:
    try:
        reason = look(office)
    except Exception as fault:  # noqa: BLE001  # whatever it is: the server cannot work, and whoever asks must hear so
        reason = type(fault).__name__
    return Condition(name, not reason, reason)


def _store(office: Office) -> str:
    office.head()
    return ""


def _desk(office: Office) -> str:
    office.desk.run("SELECT 1")
    return ""


def _tables(office: Office) -> str:
    with office.county() as county:
        county.refresh()
    return ""


def _disk(office: Office) -> str:
    place = file_of(office.url, office.log, "views")
    if place is None:
        return ""
    free = shutil.disk_usage(place.parent).free
    return "" if free >= ROOM_BYTES_MIN else f"{free >> 20} MiB free, {ROOM_BYTES_MIN >> 20} are needed"
