"""Schemathesis over the whole contract: every address, by everybody who may call and by nobody, for as long as asked.

The application runs inside, over a store of its own with a finished year, and takes every decision it is sent. Who
asks is told by name (`Bearer planner`), so that no call can shut the account of whoever goes on asking; any other token
meets the real lock. Streams that have no end are cut short by the application itself.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import schemathesis
from fastapi import FastAPI
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema

from api.app import create_app
from api.tails import Tails
from service.access.accounts import add_account
from service.access.noting import AT_THE_MACHINE
from service.access.principal import ROLES, Principal
from service.office import Office

WHO = ("nobody", *ROLES, "all", "t1")
"""Nobody, somebody in each role, in all of them, and in all that may be of one township, of one."""
CHECKS_LEFT_OUT = (
    "positive_data_acceptance",  # what fits the contract may still be refused by the record: such a code is not there
)
PHASES = ("examples", "coverage", "fuzzing", "stateful")
SAID_MAX = 1500


@dataclass
class Found:
    """How many calls were made, what they were answered, and what was wrong, each kind of fault once."""

    calls: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    operations: set[str] = field(default_factory=set)
    faults: dict[tuple[str, str, str], str] = field(default_factory=dict)


def fuzzed_app(office: Office) -> FastAPI:
    """The application with everybody of `WHO` at its door; each has an account, too, whose own affairs it may ask."""
    app = create_app(office)
    app.state.tails = Tails(office.feed, heartbeat_seconds=0.05, life_seconds=0.1)
    real = app.state.authenticate
    known = {f"Bearer {name}": _principal(office, name) for name in WHO if name != "nobody"}

    async def authenticate(header: str) -> Principal:
        return known[header] if header in known else await real(header)

    app.state.authenticate = authenticate
    return app


def _principal(office: Office, name: str) -> Principal:
    roles = frozenset(ROLES) if name == "all" else frozenset(ROLES) - {"admin"} if name == "t1" else frozenset({name})
    towns = ["t1"] if name == "t1" else None
    made = add_account(
        office.access,
        AT_THE_MACHINE,
        login=f"fuzz-{name}",
        person=f"fuzz {name}",
        post=f"{name}-post",
        roles=sorted(roles),
        townships=towns,
    )
    person = office.people.name_of(made.id) or name
    return Principal(made.id, person, f"{name}-post", roles, None if towns is None else frozenset(towns))


def fuzz(
    app: FastAPI,
    who: str,
    found: Found,
    *,
    phases: tuple[str, ...] = PHASES,
    examples: int = 10,
    seed: int = 1,
    seconds: int | None = None,
    paths: str | None = None,
) -> None:
    """Send what the contract allows and what it does not, as somebody, and add what came of it to `found`."""
    stated: dict[str, Any] = {
        "seed": seed,
        "continue-on-failure": True,
        "max-stream-events": 3,
        "request-timeout": 20,
        "suppress-health-check": ["all"],
        "generation": {"no-shrink": True, "database": "none", "max-examples": examples},
        "phases": {name: {"enabled": name in phases} for name in PHASES},
        "checks": {name: {"enabled": False} for name in CHECKS_LEFT_OUT},
    }
    if who != "nobody":
        stated["headers"] = {"Authorization": f"Bearer {who}"}
    if seconds is not None:
        stated["max-time"] = seconds
    schema = schemathesis.openapi.from_asgi("/v1/openapi.json", app, config=SchemathesisConfig.from_dict(stated))
    if paths is not None:
        schema = schema.include(path_regex=paths)
    for event in from_schema(schema).execute():
        if isinstance(event, events.ScenarioFinished):
            _count(event, who, found)
        elif isinstance(event, events.NonFatalError):
            found.faults["error", event.label, who] = repr(event.value)[:SAID_MAX]
        elif isinstance(event, events.FatalError):
            raise event.exception


def _count(event: events.ScenarioFinished, who: str, found: Found) -> None:
    seen = event.recorder
    found.calls[f"{who} {event.phase.value}"] += len(seen.interactions)
    found.operations |= {one.value.operation.label for one in seen.cases.values()}
    found.statuses.update(one.response.status_code for one in seen.interactions.values() if one.response is not None)
    for case, checks in seen.checks.items():
        for check in checks:
            if check.failure_info is not None:
                failure, answer = check.failure_info.failure, seen.interactions[case].response
                key = (check.name, failure.title, seen.cases[case].value.operation.label)
                body = b"" if answer is None else answer.content[:SAID_MAX]
                code = check.failure_info.code_sample[:SAID_MAX]
                found.faults.setdefault(key, f"as {who}: {failure.message[:SAID_MAX]}\n{code}\n-> {body!r}")
