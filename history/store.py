"""From the address of a store to an open log: the one place that knows which kinds of store there are."""

from __future__ import annotations

from pathlib import Path

from domain.quoting import quoted
from history.faults import StoreUrlNotUnderstood
from history.log import Log
from history.mapper import FactMapper
from history.port import Chance, Clock, FactRecorder
from history.sqlite import BUSY_SECONDS, SQLiteRecorder

_SERVER_SCHEMES = ("postgresql", "postgres")


def on_server(url: str) -> bool:
    """Whether the address is that of a store on a PostgreSQL server, shared by several machines."""
    return url.partition("://")[0].lower() in _SERVER_SCHEMES


def in_memory(url: str) -> bool:
    """Whether the store at the address is gone when the program ends. Raises StoreUrlNotUnderstood."""
    return not on_server(url) and store_path(url) is None


def store_path(url: str) -> Path | None:
    """The file an address names; None for a store in memory or on a server. Raises StoreUrlNotUnderstood.

    The path is taken as it is written, without any escapes: `sqlite:///a b.db` is the file `a b.db` in the working
    directory, `sqlite:////srv/a.db` is /srv/a.db.
    """
    scheme, separator, rest = url.partition("://")
    if not separator:
        reason = "it has no scheme such as sqlite://"
    elif on_server(url):
        return None
    elif scheme.lower() != "sqlite":
        reason = f"the scheme {quoted(scheme)} is none that is understood; those are sqlite and postgresql"
    elif not rest:
        return None
    elif not rest.startswith("/"):
        reason = f"after sqlite:// comes a third slash or nothing, not {quoted(rest)}"
    elif rest == "/" or rest.endswith("/"):
        reason = "it names no file"
    elif rest == "/:memory:":
        reason = "a store in memory is written sqlite://"
    elif not rest.isprintable() or "?" in rest or "#" in rest:
        reason = "a path without ?, # and control characters is expected"
    else:
        return Path(rest[1:])
    raise StoreUrlNotUnderstood(found=quoted(url), reason=reason)


def store_named(url: str) -> str:
    """The address as it may be shown to anyone: without a password."""
    if not on_server(url):
        return url
    from history.postgres_address import without_password

    return without_password(url)


def store_exists(url: str) -> bool:
    """Whether there is a store at the address; opening it would make one otherwise. Raises a `StoreFault`."""
    if not on_server(url):
        path = store_path(url)
        return path is not None and path.exists()
    from history.postgres_address import server_address
    from history.postgres_schema import exists

    return exists(server_address(url))


def open_recorder(url: str, *, clock: Clock, chance: Chance, busy_seconds: float = BUSY_SECONDS) -> FactRecorder:
    """The store at an address, made if there is none yet; see `open_log`."""
    if not on_server(url):
        return SQLiteRecorder(store_path(url), clock=clock, chance=chance, busy_seconds=busy_seconds)
    from history.postgres import PostgresRecorder
    from history.postgres_address import server_address

    return PostgresRecorder(server_address(url), clock=clock, chance=chance, busy_seconds=busy_seconds)


def open_log(url: str, *, clock: Clock, chance: Chance, busy_seconds: float = BUSY_SECONDS) -> Log:
    """The log at an address, made if there is none yet. `clock` stamps what is recorded; nothing else does.

    `chance` gives the salts of facts, and its id to a new store; nobody must be able to guess them.

    Raises a `StoreFault` that says what is wrong with the store; a file or schema that is not a store is left as it is.
    """
    return Log(open_recorder(url, clock=clock, chance=chance, busy_seconds=busy_seconds), FactMapper())
