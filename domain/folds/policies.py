"""The policy fold: which policy texts were adopted, and which of them is the rule on a given day."""

from __future__ import annotations

from datetime import date

from domain.facts.base import Fact
from domain.facts.policies import PolicyAdopted


class PolicyFold:
    """Adopted policies in the order of their adoption. One policy is the rule at a time, whatever its id.

    An adoption counts from its `in_force_from`; until then the one before stays the rule. Of those that have come into
    force, the one adopted last holds. `PolicySuperseded` says the same for people and feeds; nothing is
    computed from it.
    """

    def __init__(self) -> None:
        self.adopted: list[PolicyAdopted] = []

    @property
    def latest(self) -> PolicyAdopted | None:
        """The policy adopted last, whether or not its day has come."""
        return self.adopted[-1] if self.adopted else None

    def apply(self, fact: Fact) -> None:
        """Take in one fact; all but adoptions are ignored."""
        match fact:
            case PolicyAdopted():
                self.adopted.append(fact)
            case _:
                pass

    def in_force(self, on: date) -> PolicyAdopted | None:
        """The policy that is the rule on a day; None before the first."""
        return next((policy for policy in reversed(self.adopted) if policy.in_force_from <= on), None)

    def policy(self, policy: str, version: int | None = None) -> PolicyAdopted | None:
        """An adopted policy by id and version, or the newest version of it."""
        matching = (p for p in reversed(self.adopted) if p.policy == policy and version in (None, p.policy_version))
        return next(matching, None)
