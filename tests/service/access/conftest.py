"""Each test has a folder for secrets of its own; hashes are cheap but where a test is about their cost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from service.access import passwords
from service.access.access import Access
from tests.service.access.doors import CHEAP, ToldClock, door


@pytest.fixture(autouse=True)
def secrets_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test meets the secret of another, or of whoever runs it."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.delenv("TONGCHOU_SECRET", raising=False)
    monkeypatch.setattr(passwords, "RFC_9106_LOW_MEMORY", CHEAP)


@pytest.fixture
def url(tmp_path: Path) -> str:
    """The address of a store that is not there yet."""
    return f"sqlite:///{tmp_path / 'county.db'}"


@pytest.fixture
def clock() -> ToldClock:
    """The clock of the door."""
    return ToldClock()


@pytest.fixture
def access(clock: ToldClock) -> Iterator[Access]:
    """An empty store's access, in memory."""
    with door(None, clock) as opened:
        yield opened


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """The file of a desk that several processes have."""
    return tmp_path / "county.desk.db"


@pytest.fixture
def filed(desk: Path, clock: ToldClock) -> Iterator[Access]:
    """The access of a store whose desk is that file."""
    with door(desk, clock) as opened:
        yield opened
