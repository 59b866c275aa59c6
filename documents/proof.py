"""What is proven of a plan, step by step in the strict order: value, bound and gap in the objective's own unit."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import Literal

from documents.wording import figure, free, percent
from domain.leximin import UP_TO
from domain.plan import ObjectiveResult, Plan
from texts import Both, both, both_or, has

Verdict = Literal["best", "within", "open"]
"""`best`: value and bound agree; `within`: as near as the step's tolerance asks; `open`: farther, so not proven."""

_CLASS = re.compile(r"(?P<name>.+)-(?P<number>\d+)")


@dataclass(frozen=True)
class ProofStep:
    """One objective as a planner reads it."""

    name: Both
    unit: Both
    value: str
    bound: str
    distance: str
    """How far value and bound are apart, in `unit`."""
    gap: Decimal
    verdict: Verdict

    @property
    def saying(self) -> Both:
        """Whether it is proven, in words: 已证明最优; 已证明，误差 ≤ 0.02%; 尚未证明."""
        return both(f"proof.{self.verdict}", gap=gap_percent(self.gap))


@dataclass(frozen=True)
class Proof:
    """All steps, and what they amount to together."""

    steps: tuple[ProofStep, ...]

    @property
    def gap(self) -> Decimal:
        """The largest relative gap of a step."""
        return max((step.gap for step in self.steps), default=Decimal(0))

    @property
    def verdict(self) -> Verdict:
        """The weakest verdict of a step; a plan without steps proves nothing."""
        verdicts = {step.verdict for step in self.steps} or {"open"}
        return "open" if "open" in verdicts else "within" if "within" in verdicts else "best"

    @property
    def saying(self) -> Both:
        """The one sentence of the proof."""
        return both(f"proof.{self.verdict}", gap=gap_percent(self.gap))


def proof_of(plan: Plan) -> Proof:
    """The proof of a plan from its run record."""
    return Proof(tuple(_step(result) for result in plan.run.objectives))


def objective_name(code: str) -> Both:
    """An objective in words; `shortfall-2` is the second class of what should hold."""
    classed = _CLASS.fullmatch(code)
    if classed and has(f"objective.{classed['name']}_class"):
        return both(f"objective.{classed['name']}_class", number=classed["number"])
    return both_or(f"objective.{code}", free(code).en)


def gap_percent(gap: Decimal) -> str:
    """A relative gap as per cent, rounded up: what is proven must not look better than it is."""
    return percent(gap.quantize(Decimal("0.0001"), rounding=ROUND_CEILING), 2)


def unit_name(unit: str) -> Both:
    """A unit in words; `…, up to 57.50` counts only what lies below a level."""
    unit, _, level = unit.partition(UP_TO)
    words = both_or(f"unit.{unit.replace(' ', '-')}", unit)
    return both("unit.up_to", unit=words, level=level) if level else words


def _step(result: ObjectiveResult) -> ProofStep:
    whole = all(number == number.to_integral_value() for number in (result.value, result.bound))
    places = 0 if whole else 2
    distance = abs(result.bound - result.value)
    while not whole and places < 6 and distance and figure(distance, places).strip("0.") == "":
        places += 1
    verdict: Verdict = "best" if distance == 0 else "within" if result.gap <= result.tolerance else "open"
    return ProofStep(
        name=objective_name(result.name),
        unit=unit_name(result.unit),
        value=figure(result.value, places),
        bound=figure(result.bound, places),
        distance=figure(distance, places),
        gap=result.gap,
        verdict=verdict,
    )
