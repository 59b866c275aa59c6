"""From the address of a store to an open log."""

from __future__ import annotations

from pathlib import Path

from domain.quoting import quoted
from history.faults import StoreUrlNotUnderstood
from history.log import Log
from history.mapper import FactMapper
from history.port import Chance, Clock
from history.sqlite import BUSY_SECONDS, SQLiteRecorder


def store_path(url: str) -> Path | None:
    """The file an address names; None for a store in memory. Raises StoreUrlNotUnderstood.

    The path is taken as it is written, without any escapes: `sqlite:///a b.db` is the file `a b.db` in the working
    directory, `sqlite:////srv/a.db` is /srv/a.db.
    """
    scheme, separator, rest = url.partition("://")
    if not separator:
        reason = "it has no scheme such as sqlite://"
    elif scheme.lower() != "sqlite":
        reason = f"the scheme {quoted(scheme)} is none that is understood; that is sqlite only"
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


def open_log(url: str, *, clock: Clock, chance: Chance, busy_seconds: float = BUSY_SECONDS) -> Log:
    """The log at an address, made if there is none yet. `clock` stamps what is recorded; nothing else does.

    `chance` gives the salts of facts, and its id to a new store; nobody must be able to guess them.

    Raises a `StoreFault` that says what is wrong with the store; a file that is not a store is left as it is.
    """
    recorder = SQLiteRecorder(store_path(url), clock=clock, chance=chance, busy_seconds=busy_seconds)
    return Log(recorder, FactMapper())
