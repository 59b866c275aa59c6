"""The server the tests run against is a real one: it answers, comes back after a crash, and lets in whom it should."""

from __future__ import annotations

from urllib.parse import quote

import psycopg
import pytest

from tests.postgres_server import GUARDED, PASSWORD, Server

pytestmark = pytest.mark.postgres


def test_what_was_committed_is_there_after_the_server_was_stopped_without_a_word(
    postgres_server: Server, postgres_url: str
) -> None:
    with psycopg.connect(postgres_url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS seven")
    postgres_server.restart("immediate")
    with psycopg.connect(postgres_url) as connection:
        assert connection.execute("SELECT seven FROM kept").fetchall() == [(7,)]


def test_one_role_needs_its_password(postgres_server: Server) -> None:
    address = postgres_server.url(user=GUARDED)
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(address)
    with psycopg.connect(address.replace("@", f":{quote(PASSWORD)}@", 1)) as connection:
        assert connection.execute("SELECT current_user").fetchone() == (GUARDED,)
