"""A door with a clock that is told: a store's access, and somebody to let in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from argon2 import Parameters, Type

from desk.database import Desk
from desk.people import People
from desk.sqlite_desk import SQLiteDesk
from service.access.access import Access
from service.access.accounts import Account, add_account, give_password
from service.access.noting import AT_THE_MACHINE, Visit
from service.access.secret import Secret
from service.county import new_person_id

CHEAP = Parameters(Type.ID, version=19, salt_len=16, hash_len=32, time_cost=1, memory_cost=64, parallelism=1)
"""Parameters of hashes where a test is not about their cost."""
VISIT = Visit("10.0.0.7", "POST", "/v1/sessions", "r-1")


class ToldClock:
    """Stands still until it is moved, or goes on a little with every look."""

    def __init__(self, tick: timedelta = timedelta()) -> None:
        self.now = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
        self._tick = tick

    def __call__(self) -> datetime:
        self.now += self._tick
        return self.now

    def pass_(self, **duration: float) -> None:
        """Let time pass."""
        self.now += timedelta(**duration)


@contextmanager
def door(desk: Desk | Path | None, clock: ToldClock) -> Iterator[Access]:
    """The access of a store whose desk lies there, as one process has it; None: in memory."""
    at = SQLiteDesk(desk) if desk is None or isinstance(desk, Path) else desk
    with closing(at):
        yield Access(at, People(at, new_person_id), clock, "store-1", lambda: Secret(bytes(range(32))))


def somebody(access: Access, login: str = "li", **given: object) -> tuple[Account, str]:
    """An account, a planner's of the whole county unless told otherwise, and its one-time password."""
    about = {"person": f"{login} the person", "post": "finance-planner", "roles": ["planner"], **given}
    account = add_account(access, AT_THE_MACHINE, login=login, **about)  # type: ignore[arg-type]
    return account, give_password(access, account, AT_THE_MACHINE)
