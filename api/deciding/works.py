"""Use cases behind addresses where a decision needs more than the call states: what the service finds or checks."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from api.deciding.way import Given
from domain.facts import Mandate
from service import evidence, hearing, keys, plan_life, policies, projects
from service.county import Actor, County, Receipt
from service.registers import current_register

KEY_FIELDS = frozenset({"key_name", "public_key", "signed_by_previous", "signed_by_new", "has_signed", "previous_key"})
"""What the server states of a key: nobody hands one in."""
WITNESS_LINE: Any = Annotated[
    str,
    Field(
        min_length=1,
        max_length=500,
        description="The line `tongchou audit witness new` printed at that office.",
        examples=["city-audit+1a2b3c4d+BJ…"],
    ),
]


def admit(county: County, mandate: Mandate, given: Given) -> Receipt:
    """See `projects.admit`."""
    return projects.admit(county, given["project"], mandate)


def propose(county: County, mandate: Mandate, given: Given) -> Receipt:
    """See `plan_life.propose`."""
    return plan_life.propose(county, given["plan"], mandate)


def approve(county: County, mandate: Mandate, given: Given) -> Receipt:
    """See `plan_life.approve`."""
    return plan_life.approve(county, given["plan"], mandate)


def adjust(county: County, mandate: Mandate, given: Given) -> Receipt:
    """See `plan_life.adjust`; answers what the hand costs."""
    return plan_life.adjust(county, given["plan"], given["lines"], given["reason"], mandate)[0]


def commit(county: County, mandate: Mandate, given: Given) -> Receipt:
    """See `plan_life.commit_line`."""
    stated: dict[str, Any] = {name: given.get(name) for name in ("commitment", "amount_fen")}
    return plan_life.commit_line(county, given["plan"], given["line"], mandate, **stated)


def lodge(county: County, mandate: Mandate, given: Given) -> Receipt:
    """See `hearing.lodge`."""
    about = {name: given.get(name) for name in ("by", "unit", "project", "line")}
    return hearing.lodge(
        county,
        given["objection"],
        mandate,
        plan=given["plan"],
        capacity=given["capacity"],
        said=given["text"],
        **about,
    )


def answer(county: County, mandate: Mandate, given: Given) -> Receipt:
    """See `hearing.answer`."""
    said: dict[str, Any] = {"outcome": given["outcome"], "reason": given["reason"]}
    return hearing.answer(county, given["objection"], mandate, **said, cites=tuple(given.get("cites", ())))


def withdraw(county: County, mandate: Mandate, given: Given) -> Receipt:
    """See `hearing.withdraw`."""
    return hearing.withdraw(county, given["objection"], mandate, reason=given["reason"])


def attach(county: County, mandate: Mandate, given: Given) -> Receipt:
    """See `evidence.attach_hash`."""
    stated = {name: value for name, value in given.items() if name not in ("evidence", "sha256", "finder")}
    finder = Actor.parse(given["finder"]) if given.get("finder") else None
    return evidence.attach_hash(county, given["evidence"], given["sha256"], mandate, finder=finder, **stated)


def adopt(county: County, mandate: Mandate, given: Given) -> Receipt:
    """Read the text against the register as it stands, then see `policies.adopt_policy`."""
    loaded = policies.parse_policy(given["text"], current_register(county))
    return policies.adopt_policy(county, loaded, mandate)


def introduce_key(county: County, mandate: Mandate, given: Given) -> Receipt:
    """See `keys.introduce_key`; the private half stays in a file of the server."""
    return keys.introduce_key(county, mandate).receipt


def rotate_key(county: County, mandate: Mandate, given: Given) -> Receipt:
    """See `keys.rotate_key`."""
    return keys.rotate_key(county, mandate).receipt


def replace_key(county: County, mandate: Mandate, given: Given) -> Receipt:
    """See `keys.replace_key`."""
    return keys.replace_key(county, mandate, given["reason"], keys.place_of_key(county, None)).receipt


def recognise(county: County, mandate: Mandate, given: Given) -> Receipt:
    """See `keys.recognise_witness`."""
    return keys.recognise_witness(county, mandate, given["line"], given["witness_post"])
