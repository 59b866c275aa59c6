"""Measures of a plan: totals by group, Gini before and after, the concentration curve (M11, M13). Exact until rounded.

Groups are fixed on the register the plan was computed from. Households are the population; a unit's money is spread
evenly over its households.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import NamedTuple

from domain.measures import GroupMeasure, Measures
from domain.plan import Plan
from domain.policy.model import Policy
from domain.register import Register, Unit
from domain.scoring import Scores, score, whole_of
from optimizer.checking.audit import PlanAudit
from optimizer.checking.churn import churn_of
from optimizer.fairness.indices import FINE_PLACES, gini, per_head_ranks, rounded

FINE = Decimal(1).scaleb(-FINE_PLACES)
WORST_OFF_PART = Fraction(1, 5)


def measure(register: Register, policy: Policy, plan: Plan, scores: Scores | None = None) -> Measures:
    """All figures of a plan; `scores` where the rubric was worked out already."""
    scores = scores or score(policy, register)
    money: dict[str, int] = dict.fromkeys(register.units, 0)
    for line in plan.lines:
        money[line.unit] += line.amount_fen

    by_fund: dict[str, dict[str, int]] = {code: {} for code in register.units}
    works: dict[str, set[str]] = {code: set() for code in register.units}
    for line in plan.lines:
        by_fund[line.unit][line.fund] = by_fund[line.unit].get(line.fund, 0) + line.amount_fen
        if line.project:
            works[line.unit].add(line.project)
    held = _Held(money, by_fund, works, frozenset(plan.sites))

    def group(name: str, units: Iterable[Unit]) -> GroupMeasure:
        return _group(name, list(units), plan, scores, held)

    households = {c: u.households for c, u in register.units.items()}
    standing = {c: u.collective_income_fen for c, u in register.units.items()}
    known = {c: fen for c, fen in standing.items() if fen is not None}
    complete = len(known) == len(standing)
    curve = _concentration(register, scores, money)
    units = list(register.units.values())
    of_town: dict[str, list[Unit]] = {town: [] for town in sorted(register.townships)}
    for unit in units:
        of_town[unit.township].append(unit)
    return Measures(
        whole=group("all", units),
        townships=tuple(group(town, members) for town, members in of_town.items()),
        kinds=tuple(group(k, (u for u in units if u.kind == k)) for k in sorted({u.kind for u in units})),
        backward=group("backward", (u for u in units if u.backward)),
        not_backward=group("not-backward", (u for u in units if not u.backward)),
        poor=group("poor", (u for u in units if u.poor)),
        not_poor=group("not-poor", (u for u in units if not u.poor)),
        standing=tuple((c, _per(fen, households[c])) for c, fen in sorted(known.items())),
        gini_before=gini(known, households) if complete else None,
        gini_after=gini({c: known[c] + money[c] for c in known}, households) if complete else None,
        gini_grants=gini(money, households),
        gini_equal_split=gini(dict.fromkeys(money, 1), households),
        concentration=curve,
        worst_fifth_share=rounded(_at(curve, WORST_OFF_PART)),
        churn=churn_of(PlanAudit.of(register, policy, plan)) if plan.run.baseline is not None else None,
    )


class _Held(NamedTuple):
    """Unit -> what a plan gives it, of which fund, and the projects it builds there."""

    money: Mapping[str, int]
    by_fund: Mapping[str, Mapping[str, int]]
    works: Mapping[str, set[str]]
    sites: frozenset[str]


def _group(name: str, units: list[Unit], plan: Plan, scores: Scores, held: _Held) -> GroupMeasure:
    codes = {u.code for u in units}
    fen = sum(held.money[c] for c in codes)
    households = sum(u.households for u in units)
    need = whole_of(scores.need[c] for c in codes)
    by_fund = {use.fund: sum(held.by_fund[c].get(use.fund, 0) for c in codes) for use in plan.funds}
    return GroupMeasure(
        group=name,
        units=len(units),
        households=households,
        fen=fen,
        fen_by_fund=by_fund,
        per_household_fen=_per(fen, households),
        per_need_fen=round(fen / need) if need else 0,
        sites=len(codes & held.sites),
        projects=sum(len(held.works[c]) for c in codes),
    )


def _concentration(register: Register, scores: Scores, money: Mapping[str, int]) -> tuple[tuple[Decimal, Decimal], ...]:
    """Households from the worst off on (least income per head, else most weight per household) against their money."""
    units = list(register.units.values())
    people, whole = sum(u.households for u in units), sum(money.values())
    if all(u.income_fen is not None for u in units):
        order = sorted(units, key=lambda u: (u.income_fen or 0, u.code))
    else:
        weights, heads = scores.weights, {u.code: max(u.households, 1) for u in units}
        rank = per_head_ranks(
            {c: weights[c].numerator for c in heads}, {c: weights[c].denominator * n for c, n in heads.items()}
        )
        order = sorted(units, key=lambda u: (-rank[u.code], u.code))
    points, reached_people, reached_money = [(0, 0)], 0, 0
    for unit in order:
        reached_people += unit.households
        reached_money += money[unit.code]
        points.append((reached_people, reached_money))
    return tuple((_share(x, people), _share(y, whole)) for x, y in points)


def _share(part: int, whole: int) -> Decimal:
    """As `rounded` has it, without shortening the fraction first."""
    return (Decimal(part) / Decimal(whole or 1)).quantize(FINE, ROUND_HALF_EVEN)


def _at(curve: Iterable[tuple[Decimal, Decimal]], households: Fraction) -> Fraction:
    """The curve's height at a share of households, straight between its points."""
    before = (Fraction(0), Fraction(0))
    for point in curve:
        x, y = Fraction(point[0]), Fraction(point[1])
        if x >= households:
            width = x - before[0]
            return y if not width else before[1] + (y - before[1]) * (households - before[0]) / width
        before = (x, y)
    return before[1]


def _per(fen: int, households: int) -> int:
    return round(Fraction(fen, households)) if households else 0
