"""What a workbench offers to move, read from the register and the policy themselves: nothing here knows a county.

Every control is a path of the scenario language with the value the record has and the range a slider has; a number
field beside it takes any value the language takes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, get_args

from documents.citations import Citations
from documents.wording import name
from domain.policy.model import Policy, Welfare
from domain.register import Register
from optimizer.rules import stated_rules
from optimizer.rules.limits import UnitCap, UnitFloor
from optimizer.rules.shares import GroupShare
from optimizer.rules.sites import DemonstrationSites
from scenarios.language import Add
from service.registers import shipped_for
from service.scenarios.finding import read_scenario, shipped_scenarios
from texts import Both, both

Group = Literal["budgets", "weights", "amounts", "shares"]
GROUPS: tuple[Group, ...] = get_args(Group)
Unit = Literal["yuan", "share", "points", "count"]
"""`points` are what a criterion adds to 1, the priority of a unit it says nothing of."""
YUAN_STEP = 10_000
SLIDER_STEPS = 100
ALPHAS: tuple[str, ...] = get_args(Welfare.model_fields["alpha"].annotation)
ALPHA = "policy.welfare.alpha"


@dataclass(frozen=True)
class Control:
    """One number that can be moved."""

    path: str
    group: Group
    unit: Unit
    label: Both
    clause: str | None
    present: Decimal
    low: Decimal
    high: Decimal
    step: Decimal


@dataclass(frozen=True)
class Switch:
    """One rule of the policy, which can be taken out."""

    path: str
    rule: str
    kind: Literal["must", "should"]
    label: Both
    clause: str
    statutory: bool


@dataclass(frozen=True)
class Arrangement:
    """A shipped scenario of this county that brings in a rule the policy does not have: corridors, bundles, years."""

    name: str
    label: Both
    clause: str | None


@dataclass(frozen=True)
class Controls:
    """Everything that can be moved."""

    numbers: tuple[Control, ...]
    switches: tuple[Switch, ...]
    arrangements: tuple[Arrangement, ...]
    alpha: str
    """How strongly the worse-off count, as the policy has it; one of `ALPHAS` can be chosen."""

    def of(self, group: Group) -> list[Control]:
        """The numbers of one group."""
        return [one for one in self.numbers if one.group == group]


def controls_of(register: Register, policy: Policy) -> Controls:
    """The controls for a register under a policy."""
    citations = Citations(policy)
    numbers = [*_budgets(register, policy), *_weights(policy), *_amounts(register, policy, citations)]
    numbers += _shares(policy, citations)
    switches = tuple(
        Switch(f"policy.rules.{rule.id}", rule.id, rule.kind, citations[rule.id].label, rule.clause, rule.statutory)
        for rule in stated_rules(policy)
    )
    return Controls(tuple(numbers), switches, tuple(_arrangements(register, policy)), policy.welfare.alpha)


def _budgets(register: Register, policy: Policy) -> Iterator[Control]:
    for code, spec in policy.funds.items():
        fund = register.funds.get(code)
        if fund is not None and fund.pooled and not fund.closed:
            yield _money(f"funds.{code}.amount_yuan", "budgets", name(fund), spec.clause, fund.amount_fen)


def _weights(policy: Policy) -> Iterator[Control]:
    for one in policy.priority.criteria:
        high = max(Decimal(2), _round(one.add * 3, Decimal("0.5")))
        label = Both(one.label.zh, one.label.en)
        path = f"policy.priority.criteria.{one.id}.add"
        yield Control(path, "weights", "points", label, one.clause, one.add, Decimal(0), high, Decimal("0.05"))


def _amounts(register: Register, policy: Policy, citations: Citations) -> Iterator[Control]:
    for code, spec in policy.funds.items():
        fund = register.funds.get(code)
        if fund is None or fund.closed:
            continue
        called, formula = name(fund), spec.formula
        here = f"policy.funds.{code}"
        if formula is not None and isinstance(formula.floor_fen, int) and formula.floor_fen:
            label = both("workbench.floor", fund=called)
            yield _money(f"{here}.formula.floor_yuan", "amounts", label, formula.floor_clause, formula.floor_fen)
        if formula is not None and formula.cap_fen:
            yield _money(
                f"{here}.formula.cap_yuan", "amounts", both("workbench.cap", fund=called), "M13", formula.cap_fen
            )
        if spec.envelopes.projects_at_most_fen:
            label = both("workbench.envelope", fund=called)
            most = spec.envelopes.projects_at_most_fen
            yield _money(f"{here}.envelopes.projects_at_most_yuan", "amounts", label, spec.clause, most)
    for rule in stated_rules(policy):
        label = citations[rule.id].label
        if isinstance(rule, UnitFloor | UnitCap) and rule.amount_fen:
            yield _money(f"policy.rules.{rule.id}.amount_yuan", "amounts", label, rule.clause, rule.amount_fen)
        if isinstance(rule, DemonstrationSites):
            for field, asked in (("sites_min", rule.sites_min), ("sites_max", rule.sites_max)):
                counted = both(f"workbench.{field}", rule=label)
                yield Control(
                    f"policy.rules.{rule.id}.{field}", "amounts", "count", counted, rule.clause,
                    Decimal(asked), Decimal(0), Decimal(max(6, 2 * asked)), Decimal(1),
                )  # fmt: skip


def _shares(policy: Policy, citations: Citations) -> Iterator[Control]:
    for rule in stated_rules(policy):
        if not isinstance(rule, GroupShare):
            continue
        for field, share in (("at_least", rule.at_least), ("at_most", rule.at_most)):
            if share is not None:
                label = citations[rule.id].label
                if rule.at_least is not None and rule.at_most is not None:
                    label = both(f"workbench.{field}", rule=label)
                path = f"policy.rules.{rule.id}.{field}"
                yield Control(
                    path, "shares", "share", label, rule.clause, share, Decimal(0), Decimal(1), Decimal("0.01")
                )


def _arrangements(register: Register, policy: Policy) -> Iterator[Arrangement]:
    here = shipped_for(register.county)
    known = {rule.id for rule in policy.rules}
    for scenario in shipped_scenarios() if here is not None else ():
        loaded = read_scenario(scenario).loaded.scenario
        if loaded.based_on.register_name != here or loaded.based_on.policy is not None:
            continue
        adds = [one for one in loaded.change if isinstance(one, Add) and one.add == "policy.rules"]
        if not adds or any(one.entry.get("id") in known for one in adds):
            continue
        label, clause = adds[0].entry.get("label"), adds[0].entry.get("clause")
        if isinstance(label, dict):
            yield Arrangement(scenario, Both(str(label["zh"]), str(label["en"])), clause)


def _money(path: str, group: Group, label: Both, clause: str | None, fen: int) -> Control:
    yuan = Decimal(fen) / 100
    step = Decimal(YUAN_STEP)
    while yuan and step > 1 and yuan / step < SLIDER_STEPS // 4:
        step /= 10
    return Control(path, group, "yuan", label, clause, yuan, Decimal(0), _round(yuan * 2, step), step)


def _round(value: Decimal, step: Decimal) -> Decimal:
    return (value / step).to_integral_value() * step
