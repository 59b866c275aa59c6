"""What can be wrong with a store on a server: each is one clear sentence without a password, and nothing is changed."""

from __future__ import annotations

import socket
import uuid

import psycopg
import pytest

from history.faults import (
    StoreDamaged,
    StoreDatabaseMissing,
    StoreFault,
    StoreForeign,
    StoreFull,
    StoreLocked,
    StoreLoginRefused,
    StoreNotPermitted,
    StoreOnReplica,
    StoreTooNew,
    StoreTooOld,
    StoreUnreachable,
    StoreUrlNotUnderstood,
)
from history.port import FactRecorder
from history.postgres_address import server_address
from history.postgres_schema import lock_key
from history.store import open_recorder, store_exists, store_named
from tests.history.examples import ToldClock, chance, event, said
from tests.postgres_server import GUARDED, Server

pytestmark = pytest.mark.postgres


def opened(address: str, busy_seconds: float = 10.0) -> FactRecorder:
    return open_recorder(address, clock=ToldClock(), chance=chance, busy_seconds=busy_seconds)


def schema_of(address: str) -> str:
    return server_address(address).schema


@pytest.fixture
def store(postgres_store: str) -> str:
    """The address of a store with three events."""
    with opened(postgres_store) as recorder:
        recorder.append([event(str(n), f"unit:{n}") for n in range(3)])
    return postgres_store


def role(server: Server, *rights: str) -> str:
    """A user with some rights; `{}` in a right stands for the user's name."""
    name = f"user_{uuid.uuid4().hex}"
    with server.admin() as admin:
        admin.execute(f"CREATE ROLE {name} LOGIN")
        for right in rights:
            admin.execute(right.replace("{}", name))
    return name


def as_user(server: Server, address: str, user: str) -> str:
    return address.replace(server.url(), server.url(user=user))


def test_a_server_that_is_not_there_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(StoreUnreachable, match=f"127.0.0.1:{port}/county cannot be reached"):
        opened(f"postgresql://planner:geheim@127.0.0.1:{port}/county")


@pytest.mark.parametrize("password", ["", ":geheim"])
def test_a_wrong_or_missing_password_is_told_and_not_repeated(postgres_server: Server, password: str) -> None:
    address = postgres_server.url(user=f"{GUARDED}{password}")
    with pytest.raises(StoreLoginRefused, match=r"does not let this user in.*~/\.pgpass") as refused:
        opened(address)
    assert "geheim" not in str(refused.value)


def test_a_user_nobody_knows_and_a_database_that_is_not_there_are_told(postgres_server: Server) -> None:
    with pytest.raises(StoreLoginRefused, match="nobody-knows"):
        opened(postgres_server.url(user="nobody-knows"))
    with pytest.raises(StoreDatabaseMissing, match="createdb"):
        opened(postgres_server.url("no-such-county"))


def test_a_schema_of_another_program_is_refused_and_left_alone(postgres_server: Server) -> None:
    schema = f"other_{uuid.uuid4().hex}"
    with postgres_server.admin() as admin:
        admin.execute(f"CREATE SCHEMA {schema} CREATE TABLE store (id int) CREATE TABLE customers (id int)")
        with pytest.raises(StoreForeign, match=r'another program.*"customers", "store"'):
            opened(f"{postgres_server.url()}?schema={schema}")
        found = admin.execute("SELECT relname FROM pg_class WHERE relnamespace = %s::regnamespace", [schema])
        assert sorted(found.fetchall()) == [("customers",), ("store",)]


@pytest.mark.parametrize(
    "deed, fault, words",
    [
        ("UPDATE {}.store SET value = '7' WHERE key = 'format'", StoreTooNew, "format 7, and this release .* up to 2"),
        ("UPDATE {}.store SET value = '1' WHERE key = 'format'", StoreTooOld, "format 1 of an older release"),
        ("UPDATE {}.store SET value = 'x' WHERE key = 'format'", StoreForeign, "another program"),
        ("DROP TABLE {}.fact_tags", StoreDamaged, "a table of the log is missing"),
    ],
)
def test_a_store_in_another_format_or_without_a_table_is_refused(
    postgres_server: Server, store: str, deed: str, fault: type[StoreFault], words: str
) -> None:
    with postgres_server.admin() as admin:
        admin.execute(f"ALTER TABLE {schema_of(store)}.store DISABLE TRIGGER USER")
        admin.execute(deed.replace("{}", schema_of(store)))
    with pytest.raises(fault, match=words):
        opened(store)


def test_a_schema_an_administrator_made_is_used_by_a_user_who_may_make_none(postgres_server: Server) -> None:
    schema = f"county_{uuid.uuid4().hex}"
    user = role(postgres_server, f"CREATE SCHEMA {schema} AUTHORIZATION {{}}")
    address = f"{postgres_server.url(user=user)}?schema={schema}"
    assert not store_exists(address)
    with opened(address) as recorder:
        assert recorder.append([event("x")]) == 1
    assert store_exists(address)
    with pytest.raises(StoreNotPermitted, match="permission denied for database"):
        opened(f"{address}_2")


def test_a_user_who_may_only_read_reads_and_records_nothing(postgres_server: Server, store: str) -> None:
    schema = schema_of(store)
    user = role(
        postgres_server,
        f"GRANT USAGE ON SCHEMA {schema} TO {{}}",
        f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO {{}}",
    )
    with opened(as_user(postgres_server, store, user)) as recorder:
        assert said(recorder) == ["0", "1", "2"]
        with pytest.raises(StoreNotPermitted, match="permission denied for table fact"):
            recorder.append([event("x")])
        assert said(recorder) == ["0", "1", "2"]


def test_a_server_that_can_only_be_read_is_read_and_told(postgres_server: Server, store: str) -> None:
    user = role(postgres_server, "ALTER ROLE {} SUPERUSER", "ALTER ROLE {} SET default_transaction_read_only = on")
    with opened(as_user(postgres_server, store, user)) as recorder:
        assert said(recorder) == ["0", "1", "2"]
        with pytest.raises(StoreOnReplica, match="can only be read"):
            recorder.append([event("x")])


def test_a_full_disk_leaves_the_log_as_it_was(postgres_server: Server, store: str) -> None:
    """The server says so when a row has no room any more; here a trigger says it in its stead."""
    schema = schema_of(store)
    with postgres_server.admin() as admin, opened(store) as recorder:
        admin.execute(
            f"CREATE FUNCTION {schema}.no_room() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END $$"
        )
        admin.execute(
            f"CREATE TRIGGER full_disk BEFORE INSERT ON {schema}.fact_tags EXECUTE FUNCTION {schema}.no_room()"
        )
        for count in (1, 100):
            with pytest.raises(StoreFull, match="full"):
                recorder.append([event("x", f"unit:{n}") for n in range(count)])
            assert said(recorder) == ["0", "1", "2"]
        admin.execute(f"DROP TRIGGER full_disk ON {schema}.fact_tags")
        assert recorder.append([event("x", "unit:1")]) == 4


def test_a_turn_that_never_comes_is_told(postgres_server: Server, store: str) -> None:
    with opened(store, busy_seconds=0.1) as recorder, postgres_server.admin() as admin:
        with admin.transaction():
            admin.execute(f"SELECT {lock_key(schema_of(store))}")
            with pytest.raises(StoreLocked, match=r"locked by another program for 0\.1 s"):
                recorder.append([event("x")])
        assert recorder.append([event("x")]) == 4


def test_a_last_fact_taken_out_by_hand_is_noticed_by_the_next_append(postgres_server: Server, store: str) -> None:
    with postgres_server.admin() as admin:
        admin.execute(f"ALTER TABLE {schema_of(store)}.facts DISABLE TRIGGER USER")
        admin.execute(f"DELETE FROM {schema_of(store)}.facts WHERE position = 3")
    with opened(store) as recorder, pytest.raises(StoreDamaged):
        recorder.append([event("2", "unit:2")])


def test_a_database_that_cannot_hold_every_script_is_refused(postgres_server: Server) -> None:
    name = f"latin_{uuid.uuid4().hex}"
    with postgres_server.admin() as admin:
        admin.execute(f"CREATE DATABASE {name} ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
    try:
        with pytest.raises(StoreFault, match="LATIN1, not in UTF8"):
            opened(postgres_server.url(name))
    finally:
        postgres_server.drop(name)


def test_text_no_database_of_this_kind_can_hold_is_told_and_nothing_recorded(store: str) -> None:
    with opened(store) as recorder:
        with pytest.raises(StoreFault, match="0x00"):
            recorder.append([event("x", "unit:\0")])
        assert recorder.append([event("x", "unit:甲")]) == 4


def test_the_tables_are_made_whole_or_not_at_all(postgres_server: Server, postgres_store: str) -> None:
    """A user who may make tables but no functions is refused in the middle of it."""
    schema = schema_of(postgres_store)
    with postgres_server.admin() as admin:
        admin.execute(f"CREATE SCHEMA {schema}")
        admin.execute(f"CREATE FUNCTION {schema}.refuse_gap() RETURNS int LANGUAGE sql AS 'SELECT 1'")
        with pytest.raises(StoreFault, match="refuse_gap"):
            opened(postgres_store)
        assert admin.execute("SELECT count(*) FROM pg_tables WHERE schemaname = %s", [schema]).fetchone() == (0,)
        assert not store_exists(postgres_store)


@pytest.mark.parametrize(
    "url, schema, database",
    [
        ("postgresql://db/county", "tongchou", "county"),
        ("postgres://planner:geheim@db:5433/county?schema=two", "two", "county"),
        ("postgresql:///county?host=/run/postgresql&schema=甲&sslmode=require", "甲", "county"),
        ("PostgreSQL://db/a%20b", "tongchou", "a b"),
    ],
)
def test_an_address_names_server_database_and_schema(url: str, schema: str, database: str) -> None:
    address = server_address(url)
    assert (address.schema, address.database) == (schema, database)
    assert "geheim" not in f"{address} {address.where} {store_named(url)}"


@pytest.mark.parametrize(
    "url, reason",
    [
        ("postgresql://db", "it names no database"),
        ("postgresql://u:geheim@db/x?schema=", "its schema cannot be called"),
        ("postgresql://u:geheim@db/x?schema=pg_mine", "its schema cannot be called"),
        ("postgresql://u:geheim@db/x?schema=a%22b", "its schema cannot be called"),
        (f"postgresql://u:geheim@db/x?schema={'a' * 59}", "its schema cannot be called"),
        ("postgresql://u:geheim@db/x?colour=red", 'invalid URI query parameter: "colour"'),
        ("postgresql://u:geh/eim@db/x", "written %40 or %2F"),
        ("postgresql://u:geh@eim@db/x", "written %40 or %2F"),
        ("postgresql://u:geh eim@db/x", "libpq cannot read it"),
        ("postgresql://u:geheim%zz@db/x", "libpq cannot read it"),
        ("postgresql://db/x?password=geheim&colour=red", "invalid URI query parameter"),
    ],
)
def test_other_addresses_are_refused_without_their_password(url: str, reason: str) -> None:
    with pytest.raises(StoreUrlNotUnderstood) as refused:
        opened(url)
    assert reason in str(refused.value)
    assert not any(part in str(refused.value) for part in ("geh", "eim"))


def test_a_second_program_may_look_into_the_tables_while_one_appends(postgres_server: Server, store: str) -> None:
    """Reading takes no lock an append would wait for, and the other way round."""
    with opened(store, busy_seconds=1) as recorder, psycopg.connect(postgres_server.url()) as reader:
        found = reader.execute(f"SELECT count(*) FROM {schema_of(store)}.facts")
        assert recorder.append([event("x")]) == 4
        assert found.fetchone() == (3,)
