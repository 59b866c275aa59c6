"""A finished year of the small county behind the API, opened once; whoever writes makes a store of their own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from service.access.principal import ROLES, Principal
from service.office import Office
from tests.cli.running import Desk
from tests.year import finished_year


@pytest.fixture(scope="session")
def year_store(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a store with a finished year; only read from."""
    folder = tmp_path_factory.mktemp("year")
    with finished_year(folder) as year:
        return year.county.store


@pytest.fixture(scope="module")
def office(year_store: str) -> Iterator[Office]:
    """The finished year, opened."""
    office = Office(year_store)
    yield office
    office.close()


@pytest.fixture(scope="module")
def client(office: Office) -> Iterator[TestClient]:
    """Somebody with every role."""
    app = create_app(office)
    app.state.authenticate = lambda header: Principal("all", "Everybody", "all-posts", frozenset(ROLES))
    with TestClient(app, headers={"Authorization": "Bearer x"}) as client:
        yield client


@pytest.fixture
def typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Desk:
    """The command line, to compare answers with."""
    return Desk(tmp_path, monkeypatch, capsys)
