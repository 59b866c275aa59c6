"""The policy file as a typed thing: priority, funds, rules and the order of objectives, every number with its unit
and clause.

A policy is data that an official writes (`scenarios/library/*/policy.yaml`) and a decision adopts. Types of rules are
not known here: each lives in one file of `optimizer/rules/` and brings its own parameters; `load_policy` is handed
them. Kinds are taken as written: a text is never read as a number, nor 1 as true. Checks that need more than one
section (`domain/policy/checks.py`) and the wording of faults (`domain/policy/wording.py`) are not here.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    InstanceOf,
    SerializeAsAny,
    Tag,
    field_validator,
    model_validator,
)

from domain.apportionment import Method
from domain.money import MAX_FEN, parse_yuan
from domain.policy.expression import Expression
from domain.policy.faults import Misfit

Clause = Annotated[str, Field(pattern=r"^M(0[1-9]|[1-4]\d|5[0-2])$")]
"""An id of the policy catalogue: the thread from a sentence in a document to a yuan in a plan."""
Name = Annotated[str, Field(pattern=r"^[\w.\-]{1,64}$")]


def _fen(value: Any) -> Any:
    if isinstance(value, bool | float | Decimal):
        raise Misfit(
            "an amount in whole yuan, or a quoted text such as '1250.50'",
            cure="put it in quotes if it has decimals",
        )
    return parse_yuan(value)


def _decimal(value: Any) -> Any:
    return Decimal(value) if type(value) is int else value


Yuan = Annotated[int, BeforeValidator(_fen), Field(ge=0, le=MAX_FEN)]
"""Written in yuan (`amount_yuan: 2000000`), kept in whole fen."""
Number = Annotated[Decimal, BeforeValidator(_decimal)]
"""A plain decimal number, exact as written."""
Share = Annotated[Decimal, BeforeValidator(_decimal), Field(ge=0, le=1)]
"""A part of a whole, 0 to 1."""
RepairCost = Annotated[Decimal, BeforeValidator(_decimal), Field(gt=0, le=10**6, decimal_places=6)]
"""What a unit of a repair costs when plans become impossible; only comparisons between repairs count."""


def written(name: str) -> str:
    """A field as the policy file writes it: money is written in yuan and kept in fen."""
    return f"{name.removesuffix('_fen')}_yuan" if name.endswith("_fen") else name


NEWEST_APPROVED = "newest-approved"
"""Names the plan approved last as the baseline, whichever that is when a plan is computed (M45)."""


class Section(BaseModel):
    """A part of a policy: unknown keys are faults, kinds are taken as written, nothing changes after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, alias_generator=written)

    @field_validator("*", mode="before")
    @classmethod
    def _list(cls, value: Any) -> Any:
        return tuple(value) if isinstance(value, list) else value


class Title(Section):
    """A name in both languages."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)


class Criterion(Section):
    """One line of the scoring rubric: adds `add` to the priority weight where `when` holds, or `add` × `per` (M11)."""

    id: Name
    clause: Clause
    add: Number
    when: Expression | None = None
    per: Expression | None = None
    label: Title

    @model_validator(mode="after")
    def _one_of(self) -> Criterion:
        if (self.when is None) == (self.per is None):
            raise Misfit("either `when` (a condition) or `per` (a figure that `add` is multiplied with)")
        return self


class Priority(Section):
    """The published rubric: need × (1 + what the criteria add) is the weight of a unit in formula and welfare (M11)."""

    need: Expression
    """The size of a unit's need, e.g. `households`."""
    need_label: Title
    clause: Clause = "M11"
    criteria: tuple[Criterion, ...] = ()


class FloorStep(Section):
    """A floor for the units where `when` holds (M21); of several steps the first that holds counts."""

    when: Expression
    amount_fen: Yuan


Floor = Annotated[
    Annotated[Yuan, Tag("amount")] | Annotated[tuple[FloorStep, ...], Tag("steps")],
    Discriminator(lambda value: "steps" if isinstance(value, list | tuple) else "amount"),
]
"""One floor for all units, or a table of steps."""


class Factor(Section):
    """One factor of the formula (因素法): `share` of what remains after the floors, pro rata to `weight`."""

    id: Name
    clause: Clause
    share: Share
    weight: Expression
    part: Literal["need", "priority", "weighted"] = "weighted"
    """How the money is explained: as need, as priority, or, where the weight holds the priority as a factor (`weight:
    weight` is need × priority), divided between the two as 1 : priority − 1 (`weighted`)."""
    label: Title


class GroupAmount(Section):
    """What one group receives as a whole before it is shared pro rata inside it."""

    group: str
    amount_fen: Yuan


class Formula(Section):
    """A factor formula (因素法): floor, then pro rata to the factors, inside groups where given, up to a cap (M02).

    Expressions may use every figure of a unit (`domain/figures.py`) and its `need`, `priority` and `weight`.
    """

    floor_fen: Floor = 0
    floor_clause: Clause = "M12"
    cap_fen: Yuan | None = None
    """The most a unit gets by the formula, floor included; money that came with a duty (M09) is beside it."""
    factors: tuple[Factor, ...] = Field(min_length=1)
    group_by: Literal["township", "kind"] | None = None
    groups: tuple[GroupAmount, ...] = ()
    method: Method = "sainte-lague"
    """Where the quanta that do not divide evenly go."""

    @field_validator("factors")
    @classmethod
    def _whole(cls, factors: tuple[Factor, ...]) -> tuple[Factor, ...]:
        total = sum((f.share for f in factors), Decimal(0))
        if total != 1:
            raise Misfit("shares that add up to 1", found=f"shares that add up to {total}", cure="correct one of them")
        return factors

    @model_validator(mode="after")
    def _groups_with_amounts(self) -> Formula:
        if self.groups and self.group_by is None:
            raise Misfit("`group_by` (township or kind) beside `groups`")
        if self.group_by is not None and not self.groups:
            raise Misfit("`groups`, the amount of each group, beside `group_by`")
        floor = self.floor_fen
        highest = floor if isinstance(floor, int) else max((step.amount_fen for step in floor), default=0)
        if self.cap_fen is not None and self.cap_fen < highest:
            raise Misfit("a `cap_yuan` that is not below the floor")
        return self


class Envelopes(Section):
    """How much of a fund is for the formula and how much at most for projects, so that neither starves the other.

    `rest: formula` gives what the projects leave to the units by the same formula, so the fund is split whole;
    `rest: unallocated` leaves it in the fund.
    """

    projects_at_most_fen: Yuan = 0
    projects_at_most_share: Share | None = None
    """The same as a share of the fund; give one of the two."""
    rest: Literal["formula", "unallocated"] = "unallocated"

    @model_validator(mode="after")
    def _one_limit(self) -> Envelopes:
        if self.projects_at_most_fen and self.projects_at_most_share is not None:
            raise Misfit("either `projects_at_most_yuan` or `projects_at_most_share`, not both")
        return self

    def most_for_projects_fen(self, fund_fen: int) -> int:
        """The most of a fund of `fund_fen` that projects may use, in whole fen, never more than the fund."""
        if self.projects_at_most_share is not None:
            numerator, denominator = self.projects_at_most_share.as_integer_ratio()
            return fund_fen * numerator // denominator
        return min(self.projects_at_most_fen, fund_fen)


class FundPolicy(Section):
    """How the money of one fund is planned: what it may pay for, by which formula, and what is for projects."""

    clause: Clause
    purposes: tuple[Name, ...] | None = None
    """Overrides the purposes of the register when given (M05)."""
    mode: Literal["factor", "optimize"] = "factor"
    """`factor`: the formula decides; `optimize`: the objectives decide within floor and cap."""
    formula: Formula | None = None
    envelopes: Envelopes = Envelopes()
    pledges_confidence: Share | None = None
    """Counts money pledged to the fund: what has come of it, and this share of what is still owed, rounded down to the
    quantum (M07, M10). Without it a plan counts on no pledge."""
    raisable: bool = True
    """Whether a repair may ask for more money in this fund."""
    repair_cost: RepairCost = Decimal(1)
    """What a yuan more in this fund costs, against `repair_cost` of the rules."""

    @model_validator(mode="after")
    def _formula_for_formula_money(self) -> FundPolicy:
        if self.envelopes.rest == "unallocated":
            return self
        if self.formula is None:
            raise Misfit("a `formula` beside `rest: formula`, to say how the rest is shared")
        if self.formula.method == "largest-remainder":  # the rest could take away what somebody is sure of
            raise Misfit("a divisor method beside `rest: formula`, by which more money takes nothing from anyone")
        return self


class Rule(Section):
    """What must or should hold. Subclasses, one per file of `optimizer/rules/`, give `NAME` and their parameters."""

    NAME: ClassVar[str]
    rule: Name
    """The name of the kind of rule, the `NAME` of its class."""
    id: Name
    clause: Clause
    kind: Literal["must", "should"] = "must"
    priority_class: int = Field(default=1, ge=1, le=9)
    """For should-rules: shortfalls of class 1 are made least before class 2 is looked at."""
    statutory: bool = False
    """Whether a higher law asks for it: a must that no repair may touch."""
    repair_cost: RepairCost = Decimal(1)
    """What relaxing it costs, per yuan (site, project, …) that it is missed by; repairs cost as little as can be."""
    label: Title | None = None


class Objective(Section):
    """One step of the strict order, with what later steps may cost it (`tolerance`, a share of its value)."""

    id: Literal["shortfall", "welfare", "benefit", "contiguity", "changes"]
    clause: Clause
    tolerance: Share = Decimal(0)
    baseline: Name | None = None
    """For `changes`: the plan that is compared with; without one, the plan approved last."""

    @model_validator(mode="after")
    def _baseline_for_changes(self) -> Objective:
        if self.baseline is not None and self.id != "changes":
            raise Misfit("no `baseline` here", cure="give it to the objective `changes`")
        return self


class Welfare(Section):
    """Σ n·U(g/n) with n = need × priority: how strongly the worse-off count (M11, M13).

    `alpha` 0 counts every yuan alike, 1 is proportional, 2 leans harder to the worse-off, `inf` puts the worst-off
    first, then the next. U is taken as straight pieces between `pieces` breakpoints; the error of that is stated with
    the result (`domain/welfare.py`).
    """

    alpha: Literal["0", "0.5", "1", "2", "inf"] = "1"
    pieces: int = Field(default=12, ge=2, le=64)

    @field_validator("alpha", mode="before")
    @classmethod
    def _text(cls, value: Any) -> Any:
        return (
            format(value.normalize(), "f")
            if isinstance(value, Decimal)
            else str(value)
            if type(value) is int
            else value
        )


class Limits(Section):
    """Where the search stops when it cannot finish: in the solver's deterministic units, so that it stops alike
    everywhere."""

    deterministic_seconds: int = Field(default=60, ge=1, le=100_000)
    seed: int = Field(default=1, ge=0, le=2**31 - 1)


class Policy(Section):
    """The county's written rules for sharing the pooled money."""

    policy: Name
    version: int = Field(ge=1)
    title: Title
    in_force_from: date
    note: str = ""
    quantum_fen: Annotated[Yuan, Field(ge=1)] = 10_000
    """The smallest sum the split deals in (kept in fen: 100 yuan by default)."""
    checklist: tuple[Name, ...] = ("people", "money", "place", "rules", "services", "records")
    """The haves a standard site must have, six by default (M18)."""
    priority: Priority
    welfare: Welfare = Welfare()
    funds: dict[Name, FundPolicy] = Field(min_length=1)
    """In order of codes, however the file lists them: the order of a mapping says nothing."""
    rules: tuple[SerializeAsAny[InstanceOf[Rule]], ...] = ()
    objectives: tuple[Objective, ...] = Field(min_length=1)
    limits: Limits = Limits()

    @field_validator("funds")
    @classmethod
    def _in_order(cls, funds: dict[str, FundPolicy]) -> dict[str, FundPolicy]:
        return dict(sorted(funds.items()))
