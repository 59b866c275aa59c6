"""Fixtures of tests that write: a copy of the finished year for each module, with its four persons at the door."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient
from httpx2 import Response

from service.office import Office
from tests.api.told import opened
from tests.service.small import store_in
from tests.year import YearClock

AFTERWARDS = date(2026, 12, 10)


class Writer:
    """Calls to a store of one's own, as one person or another."""

    def __init__(self, office: Office, client: TestClient, clock: YearClock) -> None:
        self.office, self.client, self.clock = office, client, clock

    def send(self, method: str, path: str, body: Any = None, *, by: str = "li-na", **headers: str) -> Response:
        """One call; underscores in the names of headers are hyphens."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        sent = {"Authorization": f"Bearer {by}", **named}
        return self.client.request(method, f"/v1{path}", json=body, headers=sent)

    def head(self) -> int:
        """The position of the last fact."""
        return self.office.head()


@contextmanager
def writer_in(folder: Path, year_store: str) -> Iterator[Writer]:
    """A copy of the year in a folder, opened on a day after it."""
    source = Path(year_store.removeprefix("sqlite://")).parent
    shutil.copytree(source, folder / "copy", ignore=shutil.ignore_patterns("*-wal", "*-shm"))
    clock = YearClock(AFTERWARDS)
    office, client = opened(store_in(folder / "copy"), clock)
    with client:
        yield Writer(office, client, clock)
    office.close()
