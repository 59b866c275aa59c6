"""Formula grants the objectives decide, spread evenly: each quantum goes where it is worth most, the projects fixed.

For one fund with bounds per unit this greedy is exact, because welfare is a sum of concave functions of single units
(B. L. Fox, Operations Research 14, 1966); among equally worthy quanta the unit with the least per weight comes first,
which is the divisor method of Sainte-Laguë within each piece of the welfare function.
"""

from __future__ import annotations

from fractions import Fraction
from heapq import heapify, heappop, heapreplace

from domain.apportionment import apportion
from domain.scoring import whole_weights
from optimizer.assembly import Choice
from optimizer.case import Case, FundCase


def settle_grants(case: Case, choice: Choice) -> dict[tuple[str, str], int]:
    """(fund, unit) -> grant in fen for every fund in mode `optimize`.

    Each gives out as much as in the given choice, or what the choice's projects leave of it where that is less.
    """
    held = {u: sum(fen.get(u, 0) for fen in case.guaranteed_fen.values()) for u in case.units}
    paid = dict.fromkeys(case.funds, 0)
    for (fund_code, project), fen in choice.pays.items():
        held[case.projects[project].unit] += fen
        paid[fund_code] += fen
    for later in choice.schedule:
        held[later.unit] += later.amount_fen
    result: dict[tuple[str, str], int] = {}
    for fund in case.funds.values():
        if not fund.decides_grants:
            continue
        given = sum(fen for (f, _), fen in choice.grants.items() if f == fund.code)
        spread = _worst_off_first if case.policy.welfare.alpha == "inf" else _spread
        for unit, fen in spread(case, fund, held, min(given, fund.total_fen - paid[fund.code])).items():
            result[fund.code, unit] = fen
            held[unit] += fen
    return result


def _spread(case: Case, fund: FundCase, held_fen: dict[str, int], total_fen: int) -> dict[str, int]:
    bounds = case.grant_bounds(fund)
    held = [case.quanta(held_fen[u]) for u in bounds]
    reached = [h + low for h, (low, _) in zip(held, bounds.values(), strict=True)]
    highest = [h + high for h, (_, high) in zip(held, bounds.values(), strict=True)]
    weights = whole_weights([case.weights[u] for u in bounds])
    cuts = [case.welfare.cuts(case.weights[u]) for u in bounds]
    left = case.quanta(total_fen) - sum(low for low, _ in bounds.values())
    for k in range(len(case.welfare.slopes)):
        ends = highest if k == len(case.welfare.slopes) - 1 else [own[k] for own in cuts]
        upto = [min(top, max(at, end)) for at, top, end in zip(reached, highest, ends, strict=True)]
        step = min(left, sum(upto) - sum(reached))
        if step > 0:
            reached = apportion(sum(reached) + step, weights, lower=reached, upper=upto)
            left -= step
    return {u: (at - h) * case.quantum_fen for u, at, h in zip(bounds, reached, held, strict=True)}


def _worst_off_first(case: Case, fund: FundCase, held_fen: dict[str, int], total_fen: int) -> dict[str, int]:
    """The same for α = ∞: each quantum goes where it fills the lowest level, and most of it; the levels say in turn."""
    bounds, held = case.grant_bounds(fund), {u: case.quanta(fen) for u, fen in held_fen.items()}
    given = {u: low for u, (low, _) in bounds.items()}
    ends = {u: [level.end(case.weights[u]) for level in case.leximin.levels] for u in bounds}

    def urgency(unit: str) -> tuple[int, Fraction, Fraction, str]:
        at = held[unit] + given[unit]
        k = next(k for k, end in enumerate(ends[unit]) if end is None or end > at)
        end = ends[unit][k]
        filled = Fraction(1) if end is None else min(end - at, Fraction(1))
        return k, -filled, (at + Fraction(1, 2)) / case.weights[unit], unit

    waiting = [urgency(u) for u, (low, high) in bounds.items() if low < high]
    heapify(waiting)
    for _ in range(case.quanta(total_fen) - sum(given.values())):
        if not waiting:
            break
        unit = waiting[0][-1]
        given[unit] += 1
        if given[unit] < bounds[unit][1]:
            heapreplace(waiting, urgency(unit))
        else:
            heappop(waiting)
    return {u: quanta * case.quantum_fen for u, quanta in given.items()}
