"""The desk on a server: the same names on every machine, an erased one gone from the files, nothing foreign touched."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import psycopg
import pytest

from desk.database import DeskUnavailable
from desk.people import People
from desk.postgres_desk import PostgresDesk
from tests.desk.test_people import ids
from tests.postgres_server import Server

pytestmark = pytest.mark.postgres

Opens = Callable[..., People]


@pytest.fixture
def schema() -> str:
    return f"test_{uuid.uuid4().hex}_desk"


@pytest.fixture
def opens(postgres_server: Server, schema: str) -> Opens:
    """Opens the desk, with ids that begin in some way, as some user."""

    def opening(begin: str = "p", user: str = "postgres") -> People:
        parameters = psycopg.conninfo.conninfo_to_dict(postgres_server.url(user=user))
        return People(PostgresDesk(parameters, schema, "the desk of the test"), ids(begin))

    return opening


@pytest.fixture
def desk(opens: Opens) -> Iterator[People]:
    with closing(opens()) as opened:
        yield opened


def test_a_name_has_one_id_on_every_machine(desk: People, opens: Opens) -> None:
    li = desk.id_of("李娜")
    with closing(opens("q")) as other:
        assert other.id_of("李娜") == desk.id_of("李娜") == li == "p-1"
        assert desk.id_of("王伟") == other.id_of("王伟")
        assert (other.name_of(li), other.name_of("p-99")) == ("李娜", None)
        assert sorted(name for _, name in other.everyone()) == ["李娜", "王伟"]
        other.take_over([("r-1", "李娜"), ("r-2", "张敏")])
        assert (desk.id_of("李娜"), desk.id_of("张敏")) == (li, "r-2")


def test_desks_that_are_opened_at_once_where_none_is_make_one(opens: Opens) -> None:
    with ThreadPoolExecutor(6) as pool:
        opened = list(pool.map(lambda number: opens(f"p{number}"), range(6)))
        found = set(pool.map(lambda one: one.id_of("李娜"), opened))
    for one in opened:
        one.close()
    assert len(found) == 1


def test_an_erased_name_is_gone_from_the_tables_files_and_comes_back_as_somebody_else(
    postgres_server: Server, schema: str, desk: People
) -> None:
    def anywhere() -> bool:
        with postgres_server.admin() as admin:
            admin.execute("CHECKPOINT")
            relations = admin.execute(
                "SELECT pg_relation_filepath(oid) FROM pg_class WHERE relnamespace = %s::regnamespace"
                " AND relkind IN ('r', 'i')",
                [schema],
            ).fetchall()
        return any(b"Somebody Particular" in (postgres_server.data / path).read_bytes() for (path,) in relations)

    before = desk.id_of("Somebody Particular")
    assert anywhere()
    assert desk.erase("Somebody Particular")
    assert not anywhere()
    assert desk.name_of(before) is None
    assert not desk.erase("Somebody Particular")
    assert desk.id_of("Somebody Particular") != before


def test_names_are_there_after_the_server_was_restarted(postgres_server: Server, desk: People) -> None:
    li = desk.id_of("李娜")
    postgres_server.restart()
    assert desk.name_of(li) == "李娜"
    assert desk.id_of("王伟") != li


def test_a_schema_of_another_program_is_left_as_it_is(postgres_server: Server, schema: str, opens: Opens) -> None:
    with postgres_server.admin() as admin:
        admin.execute(f"CREATE SCHEMA {schema} CREATE TABLE people (photo text)")
        with pytest.raises(DeskUnavailable, match="another program"):
            opens()
        found = admin.execute("SELECT relname FROM pg_class WHERE relnamespace = %s::regnamespace", [schema])
        assert found.fetchall() == [("people",)]


def test_a_user_who_may_only_read_finds_names_and_makes_none(
    postgres_server: Server, schema: str, desk: People, opens: Opens
) -> None:
    li = desk.id_of("李娜")
    reader = f"reader_{uuid.uuid4().hex}"
    with postgres_server.admin() as admin:
        admin.execute(f"CREATE ROLE {reader} LOGIN; GRANT USAGE ON SCHEMA {schema} TO {reader}")
        admin.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO {reader}")
    with closing(opens(user=reader)) as read_only:
        assert read_only.id_of("李娜") == li
        with pytest.raises(DeskUnavailable, match="this user may not write them"):
            read_only.id_of("王伟")


def test_a_server_that_does_not_let_one_in_is_told(opens: Opens) -> None:
    with pytest.raises(DeskUnavailable, match="nobody-knows"):
        opens(user="nobody-knows")
