"""What two states of a county differ in: register, funds, plans and the ledger, entry by entry and field by field.

Either side may be the record or a branch of it; each is read as it stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import msgspec

from service.county import County
from service.ledger import ledger_at
from service.planning import plans_at
from service.registers import Moment, moment

Subject = Literal["register", "funds", "plans", "ledger", "projects"]
COMPARED: tuple[Subject, ...] = ("register", "funds", "plans", "ledger")
_UNREAD = frozenset({"outline", "areas"})
"""Fields too long to be read in a line."""


@dataclass(frozen=True)
class Difference:
    """One field of one entry, as it is on either side; None where the entry, or the field, is not there."""

    subject: Subject
    entry: str
    """What it is about, such as `unit:v1`; `fund/unit/project` in the ledger."""
    field: str
    left: Any
    right: Any


def compare(left: County, right: County, *, moments: tuple[Moment, Moment] | None = None) -> list[Difference]:
    """Every field in which two counties, or a county at two moments, differ: by subjects, entries and fields.

    `moments` are those of left and right, by default now.
    """
    left_at, right_at = moments or (moment(left), moment(right))
    states = [_state(left, left_at), _state(right, right_at)]
    return [
        found
        for subject in COMPARED
        for entry in sorted({*states[0][subject], *states[1][subject]})
        for found in differing(subject, entry, states[0][subject].get(entry, {}), states[1][subject].get(entry, {}))
    ]


def ledger_key(fund: str, unit: str | None, project: str | None) -> str:
    """What a row of the ledger is called: `fund/unit/project`, a dash for what it has none of."""
    return "/".join(part or "-" for part in (fund, unit, project))


def differing(subject: Subject, entry: str, left: Mapping[str, Any], right: Mapping[str, Any]) -> list[Difference]:
    """The fields in which an entry differs."""
    return [
        Difference(subject, entry, name, left.get(name), right.get(name))
        for name in dict.fromkeys((*left, *right))
        if name not in _UNREAD and left.get(name) != right.get(name)
    ]


def _state(county: County, at: Moment) -> dict[Subject, dict[str, dict[str, Any]]]:
    """Subject -> entry -> field -> value, as plain values."""
    register = county.views.register(county.log, position=at.position, as_of=at.as_of)
    plans = plans_at(county, at)
    shelves: dict[str, Mapping[str, msgspec.Struct]] = {
        "township": register.townships,
        "unit": register.units,
        "project": register.projects,
        "duty": register.duties,
    }
    return {
        "register": {f"{kind}:{code}": _plain(one) for kind, shelf in shelves.items() for code, one in shelf.items()},
        "funds": {f"fund:{code}": _plain(fund) for code, fund in register.funds.items()},
        "plans": {f"plan:{code}": _plan(life) for code, life in plans.plans.items()},
        "ledger": {
            ledger_key(row.fund, row.unit, row.project): {
                name: fen for name, fen in _plain(row).items() if name.endswith("_fen")
            }
            for row in ledger_at(county, at)
        },
    }


def _plan(life: Any) -> dict[str, Any]:
    """State, hash, and the amount of every line."""
    content = life.content
    lines = {f"line {line.line}": line.amount_fen for line in content.lines} if content else {}
    return {"state": life.state, "plan_hash": content.plan_hash if content else None, **lines}


def _plain(record: msgspec.Struct) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(record)
    return plain
