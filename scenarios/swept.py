"""From the rows of a sweep to what they say together: spreads, trade-offs, what matters, how likely a grant is.

What matters is found without a model: in a grid, the mean of the measure at each value of a coordinate over all cases
with that value; with draws, its mean over the fifth of the cases with the lowest values of the coordinate and over
that with the highest (Saltelli et al., *Global Sensitivity Analysis*, 2008, conditional means), with Spearman's rank
correlation beside it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from math import isqrt
from typing import Any

from domain.register import Register
from domain.swept import Chance, Method, Spread, Swept, Swing, Traded, TradeOff

BINS = 12
SHOWN_MAX = 6
"""So many measures are pictured unless others are asked for."""
FIFTH = 5
PLACES = Decimal("1E-6")

BETTER: dict[str, int] = {
    "units_losing": -1,
    "backward_units_losing": -1,
    "backward_share": 1,
    "poor_share": 1,
    "projects": 1,
    "backward_units_losing_a_project": -1,
    "units_below_floor": -1,
    "least_unit_yuan": 1,
    "worst_fifth_share": 1,
    "gini_of_grants": -1,
    "gini_after": -1,
    "given_out_yuan": 1,
    "left_yuan": -1,
    "moved_yuan": -1,
    "backward_projects": 1,
    "unfinished_left": -1,
    "offices_rented_out_left": -1,
    "sites": 1,
}
"""Measures of which everybody wants more (1) or less (−1), in the order they are pictured by default."""


@dataclass(frozen=True)
class Now:
    """The plan the cases are compared with: its measures and what each unit gets, in fen."""

    measures: Mapping[str, Decimal]
    money_fen: Mapping[str, int]


def swept(
    rows: Sequence[Mapping[str, Any]],
    register: Register,
    now: Now,
    *,
    method: Method,
    wanted: Sequence[str] = (),
    better: Mapping[str, int] | None = None,
) -> Swept:
    """What the rows say. `wanted` are the measures to picture, the first two against each other.

    `better` adds to what is known of which way a measure should go; a gate of the scenario says so for its own.
    """
    planned = [row for row in rows if row["state"] == "planned"]
    known = {**BETTER, **(better or {})}
    shown = [one for one in wanted if _values(planned, one)] or _varying(planned, [*(better or {}), *BETTER])
    return Swept(
        cases=len(rows),
        planned=len(planned),
        impossible=sum(row["state"] == "impossible" for row in rows),
        method=method if planned else "none",
        spreads=tuple(_spread(planned, one, now.measures.get(one)) for one in shown),
        trade_off=_trade_off(planned, shown, known, now) if len(shown) > 1 else None,
        swings=tuple(swing for one in shown for swing in _swings(planned, one, method)),
        chances=tuple(_chance(planned, code, register, now) for code in sorted(register.units)) if planned else (),
        projects=dict(sorted(Counter(code for row in planned for code in row["projects"]).items())),
    )


def _values(rows: Iterable[Mapping[str, Any]], measure: str) -> list[Decimal]:
    return [Decimal(row["measures"][measure]) for row in rows if measure in row["measures"]]


def _varying(rows: Sequence[Mapping[str, Any]], candidates: Iterable[str]) -> list[str]:
    """The measures that are not the same in all cases; the first of all where none varies."""
    names = list(dict.fromkeys(candidates))
    return [name for name in names if len(set(_values(rows, name))) > 1][:SHOWN_MAX]


def percentile(ordered: Sequence[Any], percent: int) -> Any:
    """The value at a percentile by nearest rank: the least of the values that so many per cent do not exceed."""
    return ordered[max(-(-len(ordered) * percent // 100), 1) - 1]


def _spread(rows: Iterable[Mapping[str, Any]], measure: str, now: Decimal | None) -> Spread:
    ordered = sorted(_values(rows, measure))
    least, greatest = ordered[0], ordered[-1]
    bins = [0] * (BINS if greatest > least else 1)
    for value in ordered:
        place = int((value - least) / (greatest - least) * len(bins)) if greatest > least else 0
        bins[min(place, len(bins) - 1)] += 1
    return Spread(
        measure=measure,
        cases=len(ordered),
        least=least,
        tenth=percentile(ordered, 10),
        median=percentile(ordered, 50),
        ninetieth=percentile(ordered, 90),
        greatest=greatest,
        bins=tuple(bins),
        now=now,
    )


def _trade_off(
    rows: Iterable[Mapping[str, Any]], shown: Sequence[str], better: Mapping[str, int], now: Now
) -> TradeOff:
    across, up = shown[:2]
    ways = (better.get(across, 0), better.get(up, 0))
    pairs = [
        (row["case"], Decimal(row["measures"][across]), Decimal(row["measures"][up]))
        for row in rows
        if across in row["measures"] and up in row["measures"]
    ]
    best = _best([(x * ways[0], y * ways[1]) for _, x, y in pairs]) if all(ways) else [False] * len(pairs)
    here = [now.measures.get(one) for one in (across, up)]
    return TradeOff(
        across=across,
        up=up,
        points=tuple(
            Traded(case=case, across=x, up=y, best=one) for (case, x, y), one in zip(pairs, best, strict=True)
        ),
        now=(here[0], here[1]) if here[0] is not None and here[1] is not None else None,
        directed=all(ways),
    )


def _best(pairs: Sequence[tuple[Decimal, Decimal]]) -> list[bool]:
    """Which pairs no other one dominates, more being better in both."""
    best: dict[tuple[Decimal, Decimal], bool] = {}
    reached: Decimal | None = None
    for pair in sorted(set(pairs), reverse=True):
        best[pair] = reached is None or pair[1] > reached
        reached = pair[1] if reached is None else max(reached, pair[1])
    return [best[pair] for pair in pairs]


def _swings(rows: Sequence[Mapping[str, Any]], measure: str, method: Method) -> list[Swing]:
    if method == "none":
        return []
    paths = sorted({path for row in rows for path in row["at"]})
    found = [swing for path in paths if (swing := _swing(rows, path, measure, method)) is not None]
    return sorted(found, key=lambda one: (-one.width, one.path))


def _swing(rows: Iterable[Mapping[str, Any]], path: str, measure: str, method: Method) -> Swing | None:
    pairs = [
        (row["at"][path], Decimal(row["measures"][measure]))
        for row in rows
        if path in row["at"] and measure in row["measures"]
    ]
    numbers = [_number(at) for at, _ in pairs]
    numeric = [(at, value) for at, (_, value) in zip(numbers, pairs, strict=True) if at is not None]
    if method == "fifths" or (len(numeric) == len(pairs) and len(pairs) > 0):
        return _by_ends(numeric, path, measure, method)
    means = sorted((_mean(value for at, value in pairs if at == one), str(one)) for one in {at for at, _ in pairs})
    if len(means) < 2:
        return None
    (low, at_low), (high, at_high) = means[0], means[-1]
    return Swing(path=path, measure=measure, at_low=at_low, at_high=at_high, low=low, high=high, correlation=None)


def _by_ends(pairs: list[tuple[Decimal, Decimal]], path: str, measure: str, method: Method) -> Swing | None:
    """The means at both ends of a coordinate that is a number."""
    places = sorted({at for at, _ in pairs})
    if len(places) < 2:
        return None
    bounds = (places[0], places[-1])
    if method == "fifths":
        ordered = sorted(at for at, _ in pairs)
        bounds = (percentile(ordered, 100 // FIFTH), ordered[len(ordered) - max(len(ordered) // FIFTH, 1)])
    return Swing(
        path=path,
        measure=measure,
        at_low=format(bounds[0], "f"),
        at_high=format(bounds[1], "f"),
        low=_mean(value for at, value in pairs if at <= bounds[0]),
        high=_mean(value for at, value in pairs if at >= bounds[1]),
        correlation=rank_correlation([at for at, _ in pairs], [value for _, value in pairs]),
    )


def _mean(values: Iterable[Decimal]) -> Decimal:
    found = list(values)
    return (sum(found, Decimal(0)) / len(found)).quantize(PLACES)


def _number(value: Any) -> Decimal | None:
    if isinstance(value, bool):
        return Decimal(value)
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def rank_correlation(first: Sequence[Decimal], second: Sequence[Decimal]) -> Decimal | None:
    """Spearman's coefficient to three places, equal values sharing the mean of their ranks; None without variation."""
    left, right = _ranks(first), _ranks(second)
    size = len(left)
    middle = sum(left) // size if size else 0  # twice the mean rank is a whole number: size + 1
    products = sum((a - middle) * (b - middle) for a, b in zip(left, right, strict=True))
    square = sum((a - middle) ** 2 for a in left) * sum((b - middle) ** 2 for b in right)
    if not square:
        return None
    scale = 10**6
    root = Decimal(isqrt(square * scale * scale)) / scale
    return (Decimal(products) / root).quantize(Decimal("0.001"))


def _ranks(values: Sequence[Decimal]) -> list[int]:
    """Twice the rank of each value, so that the mean of equal ones is whole."""
    ordered = sorted(values)
    first: dict[Decimal, int] = {}
    last: dict[Decimal, int] = {}
    for place, value in enumerate(ordered, 1):
        first.setdefault(value, place)
        last[value] = place
    return [first[value] + last[value] for value in values]


def _chance(rows: Sequence[Mapping[str, Any]], unit: str, register: Register, now: Now) -> Chance:
    money = [int(row["units"].get(unit, 0)) for row in rows]
    ordered = sorted(money)
    own = {code for code, project in register.projects.items() if project.unit == unit}
    return Chance(
        unit=unit,
        funded=sum(fen > 0 for fen in money),
        with_project=sum(not own.isdisjoint(row["projects"]) for row in rows) if own else 0,
        less=sum(fen < now.money_fen.get(unit, 0) for fen in money),
        tenth_fen=percentile(ordered, 10),
        median_fen=percentile(ordered, 50),
        ninetieth_fen=percentile(ordered, 90),
    )
