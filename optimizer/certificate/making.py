"""Making a certificate: for every step of a plan, whole-number prices and the bound they prove.

Prices come from the duals of the tight model's linear relaxation (GLOP's floats only suggest), on the named rows that
units share; what is inside a unit or a town is maximised exactly (`bound.py`). Earlier steps are rows with the floors
the search kept (`keep.<step>`), so that the certificate speaks of the same problem. A step that can get no better
(nothing falls short) needs no prices at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from domain.plan import ObjectiveResult, Plan
from domain.policy.model import Policy
from optimizer.case import Case
from optimizer.certificate.bound import SCALE, Bounder, worths
from optimizer.certificate.shape import Shape, SharedRow, keep_row, shape_of, upward
from optimizer.model import Linear, Objective
from optimizer.rules import stated_rules

KNOWN_RULES = frozenset(
    {"floor", "cap", "share", "unfinished-first", "demonstration-sites", "prerequisites", "variants", "resource"}
)
MUST_ONLY = frozenset({"resource"})
DROPPED_RULES = frozenset(
    {
        *("both-ends", "contiguity", "corridor", "inequality", "linear", "matched-grant", "rented-office"),
        *("reward-tiers", "stability", "stable-money"),
    }
)
"""Kinds that as must-rules without points only forbid, so that leaving them out keeps a bound a bound."""
KNOWN_OBJECTIVES = frozenset({"shortfall", "welfare", "benefit"})
"""What `verify_certificate.py` can work out anew; of anything else it certifies nothing, since it may add benefit."""


class NotCertifiable(ValueError):
    """A plan no certificate can be made for; the text says why."""


@dataclass(frozen=True)
class CertifiedStep:
    """One step with what its prices prove."""

    result: ObjectiveResult
    raw_bound: int
    prices: dict[str, int]
    """Row -> price in parts of `SCALE`; none is 0."""
    unpriced: tuple[str, ...]
    """Rules, funds and earlier steps no row of which has a price, so that the bound does not rest on them."""


@dataclass(frozen=True)
class Certificate:
    """All steps of a plan, in their order."""

    case: Case
    plan: Plan
    steps: tuple[CertifiedStep, ...]


def certify(case: Case, plan: Plan) -> Certificate:
    """The certificate of a computed plan.

    Raises `NotCertifiable` for a plan that a hand has changed, and where the policy has what the script does not know.
    """
    if plan.by_hand:
        raise NotCertifiable("lines of it were set by hand")
    if strange := list(_strange(case.policy)):
        raise NotCertifiable(f"the policy has “{strange[0]}”, which the certificate does not know")
    dropped = [rule.id for rule in case.policy.rules if rule.rule in DROPPED_RULES]
    shape = shape_of(case, [rule for rule in stated_rules(case.policy) if rule.id not in dropped])
    bounder, rows = Bounder(shape), dict(shape.shared)
    certified = []
    for step, result in zip(shape.steps, plan.run.objectives, strict=True):
        if step.sense == "min" and result.raw_value == 0:
            prices: dict[str, int] = {}
        else:
            prices = _prices(shape, step, rows)
        certified.append(_certified(bounder, step, result, rows, prices, dropped))
        _keep(shape, step, result.raw_floor, rows)
    return Certificate(case, plan, tuple(certified))


def _strange(policy: Policy) -> Iterator[str]:
    """What of a policy could add to what plans reach, or change what they are, in a way the script does not know."""
    for rule in policy.rules:
        must = rule.kind == "must"
        only_forbids = rule.rule in DROPPED_RULES and must and not getattr(rule, "points_per_pair", 0)
        if not only_forbids and (rule.rule not in KNOWN_RULES or (rule.rule in MUST_ONLY and not must)):
            yield rule.id
    yield from (step.id for step in policy.objectives if step.id not in KNOWN_OBJECTIVES)
    yield from (
        f"{fund}.pledges_confidence" for fund, spec in policy.funds.items() if spec.pledges_confidence is not None
    )
    if policy.welfare.alpha == "inf":
        yield "alpha"


def _keep(shape: Shape, step: Objective, floor: int, rows: dict[str, SharedRow]) -> None:
    """What the step reached becomes a row of the model and of the bound."""
    name, ends = f"keep.{step.name}", {"low" if step.sense == "max" else "high": floor}
    shape.row_of[name] = len(shape.form.model.row_names)
    shape.form.model.row(name, step.expression, **ends)
    # the bound knows the county's welfare as it is, not the relaxation's columns for it
    rows[name] = SharedRow(name, {}, floor, None) if step.name == "welfare" else keep_row(step, floor)


def _prices(shape: Shape, step: Objective, rows: Mapping[str, SharedRow]) -> dict[str, int]:
    """The relaxation's duals on the shared rows, as whole numbers that lean on sides the rows have."""
    from optimizer.solve.relaxation import relaxation_duals

    duals = relaxation_duals(shape.form.model, upward(step))
    prices: dict[str, int] = {}
    for name, row in rows.items():
        dual = Fraction(0) if duals is None else duals[shape.row_of[name]]
        price = round(dual * SCALE)
        if (price > 0 and row.high is not None) or (price < 0 and row.low is not None):
            prices[name] = price
    return _bounded(shape, step, rows, prices)


def _bounded(shape: Shape, step: Objective, rows: Mapping[str, SharedRow], prices: dict[str, int]) -> dict[str, int]:
    """Prices at which no shortfall pays: rounding may have left a trace of it, which its row's price gives up."""
    objective = _in_columns(step)
    worth = worths(objective, rows, prices)
    for name, row in rows.items():
        for short in shape.shorts.intersection(row.terms):
            if worth.get(short, 0) <= 0 or name not in prices or name.startswith("keep."):
                continue
            k, others = row.terms[short], worth[short] + prices[name] * row.terms[short]
            prices[name] = min(-(-others // k), 0) if k > 0 else max(-(others // -k), 0)
            worth = worths(objective, rows, prices)
    return {name: price for name, price in prices.items() if price}


def _in_columns(step: Objective) -> Linear:
    """The part of an objective that is told in columns: all of it, or nothing of welfare."""
    return Linear() if step.name == "welfare" else upward(step)


def _certified(
    bounder: Bounder,
    step: Objective,
    result: ObjectiveResult,
    rows: Mapping[str, SharedRow],
    prices: dict[str, int],
    dropped: Sequence[str],
) -> CertifiedStep:
    welfare = (SCALE if step.name == "welfare" else 0) - prices.get("keep.welfare", 0)
    scaled = bounder.scaled(_in_columns(step), welfare, rows, prices)
    bound = scaled // SCALE if step.sense == "max" else max(-(scaled // SCALE), 0)
    unpriced = {*dropped, *(row.label for row in rows.values())} - {rows[name].label for name in prices}
    return CertifiedStep(result, bound, prices, tuple(sorted(unpriced)))
