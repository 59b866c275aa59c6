"""The address of a store on a PostgreSQL server: what libpq needs, the schema, and its name without password.

    postgresql://USER@HOST:PORT/DATABASE?schema=NAME

Whatever else libpq understands may follow (`sslmode=verify-full`, `host=/run/postgresql`, `service=…`). The password
stands in the address, in PGPASSWORD or in ~/.pgpass, as with every program of PostgreSQL; it is in no sentence.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

from domain.quoting import quoted
from history.faults import StoreUrlNotUnderstood

DEFAULT_SCHEMA = "tongchou"
DESK_ENDING = "_desk"
NAME_BYTES_MAX = 63 - len(DESK_ENDING)
"""PostgreSQL cuts longer names short without a word; the desk's schema has the store's name and an ending."""


@dataclass(frozen=True)
class ServerAddress:
    """A store on a server."""

    parameters: Mapping[str, str] = field(repr=False)
    """What libpq connects with, the password included."""
    schema: str
    where: str
    """The address as sentences name it, without a password."""

    @property
    def database(self) -> str:
        """The database's name."""
        return self.parameters["dbname"]

    @property
    def desk_schema(self) -> str:
        """The schema of what is not history and may be erased."""
        return f"{self.schema}{DESK_ENDING}"


def without_password(url: str) -> str:
    """The address as it may be shown, well written or not."""
    place, mark, options = url.partition("?")
    place = re.sub(r"(://[^:@/]*):.*@", r"\1@", place, flags=re.DOTALL)
    return place + mark + re.sub(r"((?:ssl)?password)=[^&]*", r"\1=…", options, flags=re.IGNORECASE)


def server_address(url: str) -> ServerAddress:
    """Read the address of a store on a server. Raises StoreUrlNotUnderstood."""
    where = without_password(url)
    place, mark, options = url.partition("?")
    rest = place.partition("://")[2]
    if "@" in rest.partition("/")[2] or rest.count("@") > 1:
        raise _not_understood(where, "an @ or / in a user's name or password is written %40 or %2F")
    schemas = [one.partition("=")[2] for one in options.split("&") if one.partition("=")[0] == "schema"]
    others = "&".join(one for one in options.split("&") if one.partition("=")[0] != "schema")
    schema = unquote(schemas[-1]) if schemas else DEFAULT_SCHEMA
    if not _may_be_a_schema(schema):
        reason = f"its schema cannot be called {quoted(schema)}: letters, digits and _ are expected, not beginning pg_"
        raise _not_understood(where, reason)
    try:
        parameters = conninfo_to_dict(f"postgresql://{rest}{mark * bool(others)}{others}")
    except ProgrammingError as error:
        said = str(error).strip()
        # whatever else libpq says may quote the password
        reason = said if said.startswith("invalid URI query parameter") else "libpq cannot read it"
        raise _not_understood(where, reason) from error
    if not parameters.get("dbname") and "service" not in parameters:
        raise _not_understood(where, "it names no database")
    return ServerAddress({name: str(value) for name, value in parameters.items()}, schema, where)


def _may_be_a_schema(name: str) -> bool:
    fits = len(name.encode(errors="replace")) <= NAME_BYTES_MAX and not name.startswith("pg_")
    return fits and re.fullmatch(r"\w+", name) is not None


def _not_understood(where: str, reason: str) -> StoreUrlNotUnderstood:
    return StoreUrlNotUnderstood(found=quoted(where), reason=reason)
