"""The decision about policies: a text becomes the county's rule from its date on, and the one before gives way."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from eventsourcing.dcb.domain import Selector

from domain.decisions.base import Deciding
from domain.errors import Refusal
from domain.facts import POLICY_FACTS
from domain.facts.base import Fact
from domain.facts.policies import PolicyAdopted, PolicySuperseded
from domain.folds import PolicyFold


class PolicyVersionNotHigher(Refusal):
    """Versions of a policy only go up, and one version has one text (M33)."""

    code = "policy-version-not-higher"
    sentence_en = (
        "Policy {policy} was adopted in version {newest_version}; version {policy_version} with this text was not."
    )
    cure_en = "Raise `version` in the policy file above {newest_version}."


@dataclass(eq=False, kw_only=True)
class AdoptPolicy(Deciding):
    """Make a policy text the rule from `in_force_from` on; it supersedes the one adopted before, whatever its id.

    The text that was adopted last is not adopted again: then nothing is recorded. Refuses with
    `PolicyVersionNotHigher`.
    """

    policy: str
    policy_version: int
    policy_hash: str
    text: str
    in_force_from: date
    policies: PolicyFold = field(default_factory=PolicyFold, init=False, repr=False)

    def boundary(self) -> list[Selector]:
        """Every adoption so far: one policy is the rule at a time."""
        return [Selector(types=POLICY_FACTS)]

    def fold(self, fact: Fact) -> None:
        """Keep the adoptions."""
        self.policies.apply(fact)

    def execute(self) -> None:
        """Record `PolicyAdopted`, and `PolicySuperseded` for the one that gives way."""
        adopted = PolicyAdopted(
            mandate=self.mandate,
            policy=self.policy,
            policy_version=self.policy_version,
            policy_hash=self.policy_hash,
            text=self.text,
            in_force_from=self.in_force_from,
        )
        before = self.policies.latest
        if before is not None and _what_it_says(before) == _what_it_says(adopted):
            return
        newest = self.policies.policy(self.policy)
        if newest is not None and self.policy_version <= newest.policy_version:
            raise PolicyVersionNotHigher(
                policy=self.policy, newest_version=newest.policy_version, policy_version=self.policy_version
            )
        self.record(adopted)
        if before is not None:
            self.record(
                PolicySuperseded(
                    mandate=self.mandate,
                    policy=before.policy,
                    policy_version=before.policy_version,
                    by_policy=self.policy,
                    by_version=self.policy_version,
                )
            )


def _what_it_says(adopted: PolicyAdopted) -> tuple[object, ...]:
    return adopted.policy, adopted.policy_version, adopted.policy_hash, adopted.text, adopted.in_force_from
