"""How one decision is taken over HTTP: its address, who may, where it is, and how the call becomes the decision."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, field
from functools import cached_property
from typing import Any, get_origin
from urllib.parse import quote

import msgspec

from api.access import Rule
from api.bodies import DATED_AS_DECIDED, Mandated, body_of, own_fields
from domain.decisions.base import Deciding
from domain.decisions.common import ImpossibleValue
from domain.facts import FACT_BY_NAME, Fact, Mandate
from service.access.principal import Role
from service.county import County, Receipt
from service.places import township_of, township_of_line
from service.versions import Kind

Given = Mapping[str, Any]
"""What address and body state, by the names of the decision's fields, as plain values; what is not stated is absent."""
Work = Callable[[County, Mandate, Given], Receipt]


@dataclass(frozen=True, kw_only=True)
class Way:
    """One row of the table."""

    method: str
    path: str
    decision: type[Deciding]
    fact: str
    """The stored name of what comes of it; the limits of its fields are those of the body."""
    roles: frozenset[Role]
    places: tuple[str, ...] = ()
    """Fields that say which thing, or township, it is about, as `township_of` knows them; none: the county."""
    made: str | None = None
    """The address of what it makes."""
    without: frozenset[str] = frozenset()
    """Fields of the decision that nobody states: the work finds them."""
    further: Mapping[str, Any] = field(default_factory=dict)
    """Fields of the body that the decision does not have."""
    changeable: tuple[type[msgspec.Struct], frozenset[str]] | None = None
    version_of: Kind | None = None
    """The kind of entry it changes, where `If-Match` may say on which version it is based …"""
    must_match: bool = False
    """… or must."""
    work: Work | None = None
    """The use case, where it is more than taking the decision."""
    shows: tuple[str, ...] = ()
    """Fields of the fact that the answer says beside its receipt."""

    @property
    def name(self) -> str:
        """The operation's name: `announce_fund`."""
        return self.decision.title().replace(" ", "_")

    @property
    def rule(self) -> Rule:
        """Who may take it."""
        return Rule(self.roles, "place" if self.places else "county")

    @cached_property
    def in_path(self) -> tuple[str, ...]:
        """The fields the address states."""
        return tuple(re.findall(r"{(\w+)}", self.path))

    @property
    def places_in_path(self) -> tuple[str, ...]:
        """Those of the places that the address states; a duty may be one nobody carries yet, so its unit says more."""
        return tuple(name for name in self.places if name in self.in_path and name != "duty")

    @cached_property
    def body(self) -> type[Mandated]:
        """The model of its body."""
        hidden = self.without | frozenset(self.in_path)
        return body_of(
            self.decision, FACT_BY_NAME[self.fact], without=hidden, further=self.further, changeable=self.changeable
        )

    def townships(self, county: County, given: Given) -> list[str | None]:
        """The townships it is about; None: the county as a whole. Raises the refusal for what there is not."""
        found = [(name, _township(county, name, given)) for name in self.places if given.get(name) is not None]
        # a duty nobody carries yet is where it is put
        return [township for name, township in found if (name, township) != ("duty", None)] or [None]

    def take(self, county: County, mandate: Mandate, given: Given) -> Receipt:
        """Take the decision, or carry out its use case. Raises its refusal."""
        if self.work is not None:
            return self.work(county, mandate, given)
        return county.decide(decision_of(self.decision, mandate, given))

    def shown(self, receipt: Receipt) -> dict[str, Any]:
        """What the answer says beside its receipt; null where nothing was recorded."""
        fact = self._made_by(receipt)
        return {name: None if fact is None else getattr(fact, name) for name in self.shows}

    def location(self, given: Given, receipt: Receipt) -> str | None:
        """Where what it made is found; None where it made nothing."""
        fact = self._made_by(receipt)
        if self.made is None or fact is None:
            return None
        stated = {**msgspec.structs.asdict(fact), **given}
        return self.made.format_map({name: quote(str(value), safe="") for name, value in stated.items()})

    def _made_by(self, receipt: Receipt) -> Fact | None:
        return next((one.fact for one in receipt.recorded if one.fact.stored_name() == self.fact), None)


def decision_of(decision: type[Deciding], mandate: Mandate, given: Given) -> Deciding:
    """The decision a call asks for. Raises `ImpossibleValue` for an entry that cannot be."""
    arguments: dict[str, Any] = {}
    for name, (own, hint) in own_fields(decision).items():
        if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
            arguments[name] = _entry(hint, given)
        elif get_origin(hint) is Mapping:
            arguments[name] = {one: value for one, value in given.items() if one not in _NOT_CHANGES}
        elif given.get(name) is not None:
            arguments[name] = tuple(given[name]) if get_origin(hint) is tuple else given[name]
        elif name in DATED_AS_DECIDED:
            arguments[name] = mandate.effective_on
        elif own.default is MISSING:
            arguments[name] = None
    return decision(mandate=mandate, **arguments)


_NOT_CHANGES = frozenset({"unit", "cites"})


def _entry(struct: type[msgspec.Struct], given: Given) -> Any:
    stated = {name: given[name] for name in struct.__struct_fields__ if name in given}
    try:
        return msgspec.convert(stated, struct)
    except msgspec.ValidationError as fault:
        raise ImpossibleValue(subject=str(given.get("code", struct.__name__)), fault=str(fault)) from fault


def _township(county: County, name: str, given: Given) -> str | None:
    if name == "township":
        return str(given["township"])
    if name == "line":
        return township_of_line(county, given["plan"], given["line"])
    return township_of(county, name, given[name])
