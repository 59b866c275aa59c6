"""What two states of a county differ in: register, funds, plans and the ledger, entry by entry and field by field.

Either side may be the record or a branch of it; each is read as it stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import msgspec

from domain.facts import FUND_FACTS, PLAN_FACTS, PROJECT_FACTS, REGISTER_FACTS
from domain.folds import PlansFold, RegisterFold
from service.county import County
from service.ledger import ledger_at
from service.registers import Moment, moment

Subject = Literal["register", "funds", "plans", "ledger"]
SUBJECTS: tuple[Subject, ...] = ("register", "funds", "plans", "ledger")
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


def compare(left: County, right: County) -> list[Difference]:
    """Every field in which two counties differ, in order of subjects, entries and fields."""
    states = [_state(county, moment(county)) for county in (left, right)]
    return [
        found
        for subject in SUBJECTS
        for entry in sorted({*states[0][subject], *states[1][subject]})
        for found in _differing(subject, entry, states[0][subject].get(entry, {}), states[1][subject].get(entry, {}))
    ]


def _differing(subject: Subject, entry: str, left: Mapping[str, Any], right: Mapping[str, Any]) -> list[Difference]:
    return [
        Difference(subject, entry, name, left.get(name), right.get(name))
        for name in dict.fromkeys((*left, *right))
        if name not in _UNREAD and left.get(name) != right.get(name)
    ]


def _state(county: County, at: Moment) -> dict[Subject, dict[str, dict[str, Any]]]:
    """Subject -> entry -> field -> value, as plain values."""
    register, plans = RegisterFold(), PlansFold()
    for recorded in county.log.facts(
        until=at.position, types=(*REGISTER_FACTS, *PROJECT_FACTS, *FUND_FACTS, *PLAN_FACTS)
    ):
        register.apply(recorded.fact)
        plans.apply(recorded.fact)
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
            "/".join(part or "-" for part in (row.fund, row.unit, row.project)): {
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
