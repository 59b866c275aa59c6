"""Every rule a policy can state, by the name it is written with. A new rule is one file here and one line below."""

from __future__ import annotations

from domain.policy.model import Policy
from optimizer.rules.base import PlanRule
from optimizer.rules.both_ends import BothEnds
from optimizer.rules.bundle import Bundle
from optimizer.rules.contiguity import Contiguity
from optimizer.rules.corridor import Corridor
from optimizer.rules.inequality import Inequality
from optimizer.rules.limits import UnitCap, UnitFloor
from optimizer.rules.linear import LinearRule
from optimizer.rules.matched_grant import MatchedGrant
from optimizer.rules.order import Prerequisites, Variants
from optimizer.rules.programme import Programme
from optimizer.rules.rented_office import RentedOffice
from optimizer.rules.resource import Resource
from optimizer.rules.reward_tiers import RewardTiers
from optimizer.rules.shares import GroupShare
from optimizer.rules.sites import DemonstrationSites
from optimizer.rules.stability import StableMoney, StableProjects
from optimizer.rules.unfinished import UnfinishedFirst

RULES: dict[str, type[PlanRule]] = {
    rule.NAME: rule
    for rule in (
        UnitFloor,
        UnitCap,
        GroupShare,
        UnfinishedFirst,
        DemonstrationSites,
        Prerequisites,
        Variants,
        Bundle,
        MatchedGrant,
        BothEnds,
        RentedOffice,
        RewardTiers,
        Resource,
        LinearRule,
        StableProjects,
        StableMoney,
        Programme,
        Corridor,
        Contiguity,
        Inequality,
    )
}

ALWAYS: tuple[PlanRule, ...] = (
    Prerequisites(rule="prerequisites", id="prerequisites", clause="M20"),
    Variants(rule="variants", id="variants", clause="M20"),
)
"""Rules that hold whether the policy writes them or not, because the register itself says so."""


def stated_rules(policy: Policy) -> list[PlanRule]:
    """The rules a policy states, in its order."""
    return [rule for rule in policy.rules if isinstance(rule, PlanRule)]


def rules_in_force(policy: Policy) -> list[PlanRule]:
    """All rules of a plan: those of the register itself, then the policy's."""
    return [*ALWAYS, *stated_rules(policy)]
