"""Use case of a demonstration: a folder with the shipped county's finished year, and somebody for every role.

The year is told once and kept. Nobody has a password that somebody else could know: each is told a one-time password,
again on every start until they have set one of their own.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from service.access.access import Access
from service.access.accounts import add_account, give_password
from service.access.noting import AT_THE_MACHINE
from service.county import Actor
from service.office import Office
from service.shipped_year import APPROVER, INSPECTOR, PLANNER, REVIEWER, TREASURER, told_year

RECORD, KEY = Path("record", "tongchou.db"), Path("key", "log.key")
"""The record and the key that seals it, in the folder: a key never lies beside what it seals."""
STAFF: tuple[tuple[str, Actor, tuple[str, ...]], ...] = (
    ("planner", PLANNER, ("planner",)),
    ("reviewer", REVIEWER, ("approver",)),
    ("approver", APPROVER, ("approver",)),
    ("treasurer", TREASURER, ("treasurer",)),
    ("auditor", INSPECTOR, ("auditor",)),
    ("reader", Actor("周敏", "township-office"), ("reader",)),
    ("admin", Actor("孙磊", "administrator"), ("admin",)),
)
"""Login name, person and post, roles; the persons of the year's decisions bear them here too."""


@dataclass(frozen=True)
class Seat:
    """Who may sign in, and with which one-time password; None where somebody set one of their own."""

    login: str
    person: str
    post: str
    roles: tuple[str, ...]
    password: str | None


def is_told(folder: Path) -> bool:
    """Whether the folder holds the year already."""
    return (folder / RECORD).is_file()


def url_of(folder: Path) -> str:
    """The address of the record in the folder."""
    return f"sqlite:///{(folder / RECORD).absolute()}"


def tell_year(folder: Path) -> None:
    """Make the folder with the year in it. It is there whole or not at all: the year is told beside it first."""
    making = folder.with_name(f"{folder.name}.making")
    shutil.rmtree(making, ignore_errors=True)  # what an earlier start was stopped at
    for part in (RECORD, KEY):
        (making / part).parent.mkdir(parents=True)
    with told_year(url_of(making), making / KEY):
        pass
    making.rename(folder)


def seats_of(folder: Path) -> list[Seat]:
    """Everybody of the demonstration, with an account made where there is none yet."""
    with closing(Office(url_of(folder))) as office:
        return list(_seats(office.access))


def _seats(access: Access) -> Iterator[Seat]:
    for login, actor, roles in STAFF:
        account = access.accounts.named(login)
        if account is None:
            account = add_account(
                access, AT_THE_MACHINE, login=login, person=actor.person, post=actor.post, roles=roles
            )
        unset = account.one_time_until is not None or not account.has_password
        password = give_password(access, account, AT_THE_MACHINE) if unset else None
        yield Seat(login, actor.person, actor.post, tuple(sorted(account.roles)), password)
