"""The pages over a finished year: the small county, seen by somebody with every role; in a browser, the shipped one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from service.access.principal import ROLES, Principal
from service.office import Office
from tests.api.conftest import office, year_store
from tests.web.site import Site, Sites
from web.app import add_pages

__all__ = ["office", "year_store"]


@pytest.fixture(scope="module")
def pages(office: Office) -> Iterator[TestClient]:
    """Somebody with every role."""
    app = create_app(office)
    app.state.authenticate = lambda header: Principal("all", "Everybody", "all-posts", frozenset(ROLES))
    add_pages(app)
    with TestClient(app, headers={"Authorization": "Bearer x"}) as client:
        yield client


@pytest.fixture(scope="session")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sites]:
    """Every record on a server of its own."""
    made = Sites(tmp_path_factory.mktemp("sites"))
    yield made
    made.end()


@pytest.fixture(scope="session")
def site(sites: Sites) -> Site:
    """The shipped county's year."""
    return sites["year"]
