"""How every rule stands in a plan, without a search: what is lacking, and how much room each of its numbers leaves.

A rule's numbers are the amounts, shares and counts the policy file gives it. Whatever the rule, its own `check` over
the finished plan says how far a number could be tightened, step by step, before something (more) is missed:

    slack  =  the most steps t with  short(number tightened by t)  =  short(number as it is)          (1)

found by halving, for `short` never falls as a number is tightened.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal, NamedTuple

from domain.policy.model import Rule, written
from domain.reasons import Number, RuleStanding
from optimizer.checking.audit import PlanAudit
from optimizer.rules import rules_in_force
from optimizer.rules.base import PlanRule, Shortfall

PERCENTAGE_POINT = Decimal("0.01")
YUAN_FEN = 100


@dataclass(frozen=True)
class Knob:
    """One number of a rule that can be turned."""

    rule: PlanRule
    field: str
    step: int | Decimal
    tighter: Literal[1, -1]

    def turned(self, steps: int) -> PlanRule:
        """The rule with the number so many steps tighter (looser, where below zero), as far as it goes."""
        value = max(self.value + self.tighter * steps * self.step, self.value * 0)
        if isinstance(self.step, Decimal) and self.value <= 1:
            value = min(value, Decimal(1))
        return self.rule.model_copy(update={self.field: value})

    def steps_left(self, direction: int) -> int | None:
        """How many steps tighter (1) or looser (-1) the number can be turned; None: without end."""
        if self.tighter * direction < 0:
            return int(self.value / self.step)
        return int((1 - self.value) / self.step) if isinstance(self.step, Decimal) and self.value <= 1 else None

    @property
    def value(self) -> int | Decimal:
        """What the policy says, in fen, as a share, or as a count."""
        found: int | Decimal = getattr(self.rule, self.field)
        return found


def standings(audit: PlanAudit) -> list[RuleStanding]:
    """Every rule in force, those of the register itself first."""
    return [_standing(audit, rule) for rule in rules_in_force(audit.policy)]


class Held(NamedTuple):
    """How one rule stands, in short."""

    shortfall: int
    binding: bool


def held(audit: PlanAudit) -> dict[str, Held]:
    """Rule -> how it stands: what `standings` says of it, without looking how much room there is."""
    found = {}
    for rule in rules_in_force(audit.policy):
        lacking = _short(rule, audit)
        found[rule.id] = Held(lacking, lacking > 0 or any(_tight(audit, knob) for knob in knobs(audit, rule)))
    return found


def _tight(audit: PlanAudit, knob: Knob) -> bool:
    """Whether a number has no room at all."""
    return _short(knob.turned(1), audit) > _short(knob.rule, audit)


def knobs(audit: PlanAudit, rule: PlanRule) -> Iterator[Knob]:
    """The numbers of a rule that have a grip on a plan: turned far enough, it falls short of them."""
    own = [name for name in type(rule).model_fields if name not in Rule.model_fields]
    base = _short(rule, audit)
    for name in own:
        value = getattr(rule, name)
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            continue
        step: int | Decimal = 1
        if isinstance(value, Decimal):
            step = PERCENTAGE_POINT
        elif name.endswith("_fen"):
            step = audit.quantum_fen if name == "amount_fen" else YUAN_FEN
        both: tuple[Literal[1, -1], ...] = (1, -1)
        for tighter in both:
            knob = Knob(rule, name, step, tighter)
            if _short(knob.turned(_reach(audit, knob)), audit) > base:
                yield knob
                break


def slack(audit: PlanAudit, knob: Knob) -> tuple[int, list[Shortfall]]:
    """(1), and where the number is missed first."""
    base = _short(knob.rule, audit)
    low, high = 0, _reach(audit, knob)
    while low + 1 < high:
        middle = (low + high) // 2
        if _short(knob.turned(middle), audit) > base:
            high = middle
        else:
            low = middle
    before = {s.where: s.amount for s in knob.rule.check(audit)}
    missed = [s for s in knob.turned(low + 1).check(audit) if s.amount > before.get(s.where, 0)]
    return low, missed


def _reach(audit: PlanAudit, knob: Knob) -> int:
    """Steps after which a number is beyond anything a plan could do, or at its end."""
    if isinstance(knob.step, Decimal):
        top = max(Decimal(1), knob.value * 10) - knob.value if knob.tighter > 0 else Decimal(knob.value)
        return int(top / knob.step) + 2
    if knob.tighter < 0:
        return int(knob.value) // knob.step + 2
    if knob.field.endswith("_fen"):
        return sum(audit.register.funds[f].plannable_fen for f in audit.planned_funds) // knob.step + 2
    return len(audit.register.units) + len(audit.register.projects) + 2


def _standing(audit: PlanAudit, rule: PlanRule) -> RuleStanding:
    lacking = _short(rule, audit)
    numbers = []
    for knob in knobs(audit, rule):
        room, missed = slack(audit, knob)
        numbers.append(
            Number(
                field=written(knob.field),
                value=shown(knob, knob.value),
                step=shown(knob, knob.step),
                tighter="up" if knob.tighter > 0 else "down",
                slack_steps=room,
                places=tuple(s.where for s in missed),
            )
        )
    return RuleStanding(
        rule=rule.id,
        kind=rule.kind,
        measure=rule.MEASURE,
        shortfall=lacking,
        binding=lacking > 0 or any(number.slack_steps == 0 for number in numbers),
        numbers=tuple(numbers),
    )


def shown(knob: Knob, value: int | Decimal) -> Decimal:
    """A number as the policy file writes it: money in yuan."""
    if knob.field.endswith("_fen"):
        exact = Fraction(int(value), YUAN_FEN)
        return Decimal(exact.numerator) / exact.denominator
    return Decimal(value)


def _short(rule: PlanRule, audit: PlanAudit) -> int:
    return sum(shortfall.amount for shortfall in rule.check(audit))
