"""Roles, and what is left of them: no way in is ever wider than the account behind it is now.

A token and an API key each say what they were given; what counts is that, and the account's own roles and townships at
the moment of the request, whichever is less. So taking a role away needs no token to be found and ended.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from domain.errors import Refusal
from service.access.principal import ROLES, Role


class RoleUnknown(Refusal):
    """A role there is not."""

    code = "role-unknown"
    sentence_en = "There is no role “{role}”."
    cure_en = "Name one or more of: {known}."


class AdminOfParts(Refusal):
    """Who makes accounts could make one for every township, so a limit on it would mean nothing."""

    code = "admin-of-parts"
    sentence_en = "The role admin cannot be limited to townships."
    cure_en = "Leave the townships out, or give another role."


@dataclass(frozen=True)
class Grant:
    """Roles, and the townships they are for: None is the whole county."""

    roles: frozenset[Role]
    townships: frozenset[str] | None = None

    @classmethod
    def of(cls, roles: Iterable[str], townships: Iterable[str] | None) -> Grant:
        """A grant as somebody states it. Raises `RoleUnknown` or `AdminOfParts`."""
        found = frozenset(role_named(role) for role in roles)
        if not found:
            raise RoleUnknown(role="", known=", ".join(ROLES))
        limit = None if townships is None else frozenset(townships)
        if limit is not None and "admin" in found:
            raise AdminOfParts()
        return cls(found, limit)

    @classmethod
    def kept(cls, roles: Iterable[str], townships: Iterable[str] | None) -> Grant:
        """A grant as a table or a token keeps it; roles this release does not know give nothing."""
        known = frozenset(role for role in ROLES if role in set(roles))
        return cls(known, None if townships is None else frozenset(townships))

    def within(self, other: Grant) -> Grant:
        """What two grants have in common."""
        if self.townships is None:
            limit = other.townships
        elif other.townships is None:
            limit = self.townships
        else:
            limit = self.townships & other.townships
        return Grant(self.roles & other.roles, limit)

    def is_within(self, other: Grant) -> bool:
        """Whether this gives nothing the other does not give."""
        return self.within(other) == self


def role_named(given: str) -> Role:
    """A role by its name. Raises `RoleUnknown`."""
    for role in ROLES:
        if role == given:
            return role
    raise RoleUnknown(role=given[:40], known=", ".join(ROLES))
