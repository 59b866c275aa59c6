"""What answers about policies look like: the rules as they were read, and what a check of a text finds (M11)."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from api.derived import model_of
from domain.policy.model import Policy, Rule
from service.listings import PolicyRow

PolicyOut: Any = model_of(PolicyRow, "Policy")
COMMON = frozenset(Rule.model_fields)
"""What every kind of rule has; everything else is a parameter of its kind."""


class RuleOut(BaseModel):
    """One rule of a policy."""

    id: Annotated[str, Field(examples=["backward-share"])]
    rule: Annotated[str, Field(description="The kind of rule.", examples=["share"])]
    kind: Literal["must", "should"]
    clause: Annotated[str, Field(description="Of the policy catalogue.", examples=["M11"])]
    priority_class: Annotated[int, Field(ge=1, le=9, description="Should-rules of class 1 come before class 2.")]
    statutory: Annotated[bool, Field(description="Asked for by a higher law: no repair may touch it.")]
    repair_cost: Annotated[str, Field(description="What relaxing it costs, per unit it is missed by.")]
    label_zh: str | None
    label_en: str | None
    parameters: Annotated[
        dict[str, Any],
        Field(description="Those of its kind; `*_fen` in fen.", examples=[{"where": "backward", "at_least": "0.42"}]),
    ]

    @classmethod
    def of(cls, rule: Rule) -> RuleOut:
        """A rule as it was read."""
        values = rule.model_dump(mode="json")
        label = rule.label
        return cls(
            id=rule.id,
            rule=rule.rule,
            kind=rule.kind,
            clause=rule.clause,
            priority_class=rule.priority_class,
            statutory=rule.statutory,
            repair_cost=str(rule.repair_cost),
            label_zh=None if label is None else label.zh,
            label_en=None if label is None else label.en,
            parameters={name: value for name, value in values.items() if name not in COMMON},
        )


class CriterionOut(BaseModel):
    """One line of the published rubric that raises (or lowers) a unit's priority (M11)."""

    id: str
    clause: str
    label_zh: str
    label_en: str
    add: Annotated[str, Field(description="What it adds to the weight where it holds, or per unit of `per`.")]
    when: Annotated[str | None, Field(description="The condition.")]
    per: Annotated[str | None, Field(description="The figure that `add` is multiplied with.")]


class PolicyObjective(BaseModel):
    """One step of the strict order of objectives."""

    id: str
    clause: str
    tolerance: Annotated[str, Field(description="What later steps may cost it, a share of its value.")]


class PolicyRead(BaseModel):
    """A policy as it was read: its rubric, its rules and the order of its objectives. The text says all of it."""

    policy: str
    version: int
    title_zh: str
    title_en: str
    note: str
    policy_hash: str
    in_force_from: date
    quantum_fen: Annotated[int, Field(ge=1, description="The smallest sum the split deals in.")]
    checklist: Annotated[list[str], Field(description="The haves of a standard site (M18).")]
    need: Annotated[str, Field(description="The size of a unit's need, as an expression.", examples=["households"])]
    criteria: list[CriterionOut]
    rules: list[RuleOut]
    objectives: list[PolicyObjective]
    funds: Annotated[dict[str, dict[str, Any]], Field(description="Fund -> how its money is planned.")]
    text: Annotated[str, Field(description="The policy file, YAML, as it was adopted.")]

    @classmethod
    def of(cls, policy: Policy, policy_hash: str, text: str) -> PolicyRead:
        """A policy with its text."""
        return cls(
            policy=policy.policy,
            version=policy.version,
            title_zh=policy.title.zh,
            title_en=policy.title.en,
            note=policy.note,
            policy_hash=policy_hash,
            in_force_from=policy.in_force_from,
            quantum_fen=policy.quantum_fen,
            checklist=list(policy.checklist),
            need=str(policy.priority.need),
            criteria=[
                CriterionOut(
                    id=one.id,
                    clause=one.clause,
                    label_zh=one.label.zh,
                    label_en=one.label.en,
                    add=str(one.add),
                    when=None if one.when is None else str(one.when),
                    per=None if one.per is None else str(one.per),
                )
                for one in policy.priority.criteria
            ],
            rules=[RuleOut.of(rule) for rule in policy.rules],
            objectives=[
                PolicyObjective(id=one.id, clause=one.clause, tolerance=str(one.tolerance)) for one in policy.objectives
            ],
            funds={code: fund.model_dump(mode="json") for code, fund in policy.funds.items()},
            text=text,
        )


class PolicyCheck(BaseModel):
    """A policy text to be held against the register."""

    text: Annotated[
        str, Field(min_length=1, max_length=2**20, description="The policy file, YAML.", examples=["policy: x-2026\n…"])
    ]


class Found(BaseModel):
    """One thing that adding up shows."""

    code: Annotated[str, Field(examples=["floors-exceed-fund"])]
    impossible: Annotated[bool, Field(description="Whether it is certain that no plan exists because of it.")]
    rules: Annotated[list[str], Field(description="Ids of the rules concerned.")]
    clauses: list[str]
    said: Annotated[str, Field(description="The finding with its cure, in the language asked for.")]


class PolicyChecked(BaseModel):
    """What a check found. A text with faults is a problem instead, with every fault at its line."""

    policy: str
    version: int
    policy_hash: str
    impossible: Annotated[bool, Field(description="Whether adding up alone shows that no plan exists.")]
    findings: list[Found]
