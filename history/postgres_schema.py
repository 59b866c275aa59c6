"""The tables of a store on a server: made whole or not at all, in a schema of their own, and known again.

They are those of an SQLite store of format 2, so that a store can be moved from one to the other, proofs and all.
"""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg.sql import SQL, Identifier

from domain.quoting import quoted
from history.faults import StoreDamaged, StoreFault, StoreForeign, StoreTooNew, StoreTooOld
from history.leaf import SALT_BYTES
from history.port import Chance
from history.postgres_address import ServerAddress
from history.postgres_server import CONNECT_SECONDS, Connection, StoreServer

APPLICATION = "tongchou"
FORMAT = 2
"""The format of the tables, in the table `store`; a release refuses formats it does not know."""
TABLES = ("facts", "fact_tags", "store", "checkpoints")

_LOCK_CLASS = int.from_bytes(b"Tong")
"""The first half of the key of our advisory locks, so that they meet no other program's in the same database."""

# The C collation orders text by its bytes, as SQLite does, whatever the database's language; no upgrade of the
# system's language tables can then put an index out of order.
SCHEMA = """
    CREATE TABLE {schema}.facts (
        position    bigint PRIMARY KEY CHECK (position > 0),
        type        text COLLATE "C" NOT NULL,
        data        bytea NOT NULL,
        tags        text NOT NULL,  -- a JSON array, in the order given
        recorded_at text COLLATE "C" NOT NULL,  -- UTC, such as 2026-03-31T08:00:00.000000Z; never earlier than before
        salt        bytea NOT NULL CHECK (octet_length(salt) = 16),
        leaf        bytea NOT NULL CHECK (octet_length(leaf) = 32)  -- see history/leaf.py
    );
    CREATE INDEX facts_by_type ON {schema}.facts (type, position);
    CREATE TABLE {schema}.fact_tags (
        tag      text COLLATE "C" NOT NULL,
        type     text COLLATE "C" NOT NULL,
        position bigint NOT NULL,
        PRIMARY KEY (tag, type, position)
    );
    CREATE TABLE {schema}.store (key text PRIMARY KEY, value text NOT NULL);
    CREATE TABLE {schema}.checkpoints (
        number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        size   bigint NOT NULL,
        note   text NOT NULL
    );
    CREATE FUNCTION {schema}.refuse_change() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN
            -- a store that is still empty may become a copy of another, and then bears its id
            IF TG_TABLE_NAME = 'store' AND TG_OP = 'UPDATE' AND NOT EXISTS (SELECT FROM {schema}.facts) THEN
                RETURN NULL;
            END IF;
            RAISE 'recorded facts are never changed or deleted' USING ERRCODE = 'integrity_constraint_violation';
        END $$;
    CREATE FUNCTION {schema}.refuse_gap() RETURNS trigger LANGUAGE plpgsql AS
        $$ DECLARE low bigint; high bigint; many bigint;
        BEGIN
            SELECT min(position), max(position), count(*) INTO low, high, many FROM added;
            IF high - low + 1 <> many
               OR low > 1 AND NOT EXISTS (SELECT FROM {schema}.facts WHERE position = low - 1) THEN
                RAISE 'a fact takes the position after the last one' USING ERRCODE = 'integrity_constraint_violation';
            END IF;
            RETURN NULL;
        END $$;
    CREATE TRIGGER facts_are_dense AFTER INSERT ON {schema}.facts
        REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION {schema}.refuse_gap();
"""
_NEVER_CHANGED = """
    CREATE TRIGGER never_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON {schema}.{table}
        FOR EACH STATEMENT EXECUTE FUNCTION {schema}.refuse_change();
"""
_RELATIONS = """
    SELECT c.relname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = %s AND c.relkind IN ('r', 'p', 'v', 'm', 'f') ORDER BY c.relname
"""


def ensure(server: StoreServer, chance: Chance) -> None:
    """Make the store if there is none. Raises a `StoreFault`; then there still is none, not even half of one."""
    connection = server.connect()
    try:
        with server.faults():
            if not is_there(server, connection):
                _make(server, connection, chance)
    finally:
        server.put_back(connection)


def exists(address: ServerAddress) -> bool:
    """Whether there is a store at the address. Raises a `StoreFault`."""
    server = StoreServer(address, CONNECT_SECONDS)
    with server.connect() as connection, server.faults():
        return is_there(server, connection)


def is_there(server: StoreServer, connection: Connection) -> bool:
    """Whether the schema holds a store; False when it is missing or empty. Raises a `StoreFault` for anything else."""
    where, schema = server.address.where, server.address.schema
    tables = [name for (name,) in connection.execute(_RELATIONS, [schema])]
    if not tables:
        return False
    marks = _marks(connection, schema) if "store" in tables else {}
    if marks.get("application") != APPLICATION or not marks.get("format", "").isdecimal():
        named = ", ".join(quoted(name) for name in tables[:3])
        raise StoreForeign(where=where, found=f"with the tables {named}")
    form = int(marks["format"])
    if form != FORMAT:
        raise (StoreTooNew if form > FORMAT else StoreTooOld)(where=where, found=form, known=FORMAT)
    if not set(TABLES) <= set(tables):
        raise StoreDamaged(where=where, reason="a table of the log is missing")
    return True


def lock_key(schema: str) -> str:
    """The advisory lock one append at a time holds, as the SQL that takes it until the end of its transaction."""
    name = SQL("{}").format(schema).as_string()
    return f"pg_catalog.pg_advisory_xact_lock({_LOCK_CLASS}, pg_catalog.hashtext({name}))"


def _make(server: StoreServer, connection: Connection, chance: Chance) -> None:
    """All tables in one transaction; of several processes the first makes them, and the others find them."""
    ((encoding,),) = connection.execute("SHOW server_encoding")
    if encoding != "UTF8":
        raise StoreFault(where=server.address.where, reason=f"its database is in {encoding}, not in UTF8")
    schema = Identifier(server.address.schema)
    with connection.transaction():
        connection.execute(f"SELECT {lock_key(server.address.schema)}")
        if is_there(server, connection):
            return
        if connection.execute("SELECT to_regnamespace(%s) IS NULL", [schema.as_string()]).fetchone() == (True,):
            connection.execute(SQL("CREATE SCHEMA {}").format(schema))
        connection.execute(SQL(SCHEMA).format(schema=schema))
        for table in TABLES:
            connection.execute(SQL(_NEVER_CHANGED).format(schema=schema, table=Identifier(table)))
        rows = {"application": APPLICATION, "format": str(FORMAT), "id": chance(SALT_BYTES).hex()}
        for row in rows.items():
            connection.execute(SQL("INSERT INTO {}.store VALUES (%s, %s)").format(schema), row)


def _marks(connection: Connection, schema: str) -> dict[str, Any]:
    """What a table called `store` says of itself; nothing when it is not one like ours."""
    try:
        return dict(connection.execute(SQL("SELECT key, value FROM {}.store").format(Identifier(schema))).fetchall())
    except (psycopg.errors.UndefinedColumn, psycopg.errors.WrongObjectType):
        return {}
