"""Facts about policies: adopted, superseded. The text itself is on the record, so that any past rule can be read."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from msgspec import Meta

from domain.facts.base import Fact
from domain.register import Code


class PolicyAdopted(Fact, frozen=True, kw_only=True, tag="policy.adopted"):
    """A policy file became the county's rule from its date on."""

    policy: Code
    policy_version: Annotated[int, Meta(ge=1)]
    policy_hash: str
    text: str
    in_force_from: date


class PolicySuperseded(Fact, frozen=True, kw_only=True, tag="policy.superseded"):
    """A policy (or an older version of it) stopped being the rule."""

    policy: Code
    policy_version: Annotated[int, Meta(ge=1)]
    by_policy: Code
    by_version: Annotated[int, Meta(ge=1)]
