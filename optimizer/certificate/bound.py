"""The bound that prices prove, town by town and unit by unit, in whole numbers.

With prices y on the shared rows, a positive one leaning on `high` and a negative one on `low`:

    SCALE * v(x) <= sum(y[r] * end[r]) + sum over towns of the best choice of sites                             (1)
    best of a town  = max over what its rows allow of sum over its units of (value with, or without, a site)    (2)
    value of a unit = max over its sets S of projects, within its own rows, of                                  (3)
        sum of worths of S, each with its cheapest payer + welfare of S and of decided grants, piece by piece + rests

Valid whatever the prices. A unit with more than `PROJECTS_MAX` projects is bounded by each piece of its welfare
drawn out to a straight line, which lies above it. `verify_certificate.py` computes the same from register and policy.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

from optimizer.certificate.shape import PROJECTS_MAX, Shape, SharedRow
from optimizer.model import Linear

SCALE = 10**18
"""Prices are whole multiples of 1 / SCALE: fine enough that turning a float into one loses nothing that counts."""
Values = tuple[int | None, int | None]
"""The most a unit is worth without and with a site; None where that cannot be."""


class UnboundedPrices(ValueError):
    """At these prices falling short of a rule would pay without end: they prove nothing."""


class _Option(NamedTuple):
    """One set of a unit's projects."""

    projects: tuple[str, ...]
    quanta: int
    allowed: tuple[bool, bool]


class Bounder:
    """Computes (1) for one case and many prices."""

    def __init__(self, shape: Shape) -> None:
        self.shape = shape
        case = shape.case
        self._held = {
            u: sum(own.get(u, 0) for own in case.guaranteed_fen.values()) // case.quantum_fen for u in case.units
        }
        self._ends = {u: (*case.welfare.cuts(case.weights[u]), None) for u in case.units}
        self._options = {u: self._sets(u) for u in case.units}
        self._towns: dict[str, list[str]] = defaultdict(list)
        for code, unit in case.units.items():
            self._towns[unit.township].append(code)
        self._grants: dict[str, list[int]] = defaultdict(list)
        self._rests: dict[str, list[int]] = defaultdict(list)
        for (_, receiver), amount in shape.form.grant.items():
            self._grants[receiver] += amount.terms
        for (_, receiver), column in shape.form.rest.items():
            self._rests[receiver].append(column)

    def scaled(self, objective: Linear, welfare: int, rows: Mapping[str, SharedRow], prices: Mapping[str, int]) -> int:
        """SCALE times what the bound is, for an objective in columns plus `welfare` / SCALE times the county's welfare.

        Raises `UnboundedPrices`. A price that leans on a side its row does not have is a defect of the caller.
        """
        worth, total = worths(objective, rows, prices), SCALE * objective.constant
        for name, price in prices.items():
            end = rows[name].high if price > 0 else rows[name].low
            assert end is not None
            total += price * end
        if any(worth.get(short, 0) > 0 for short in self.shape.shorts):
            raise UnboundedPrices
        total += sum(upper * worth[c] for c, upper in self.shape.boxes.items() if worth.get(c, 0) > 0)
        return total + sum(self._town(town, units, worth, welfare) for town, units in self._towns.items())

    def _sets(self, unit: str) -> list[_Option]:
        case, form = self.shape.case, self.shape.form
        codes, site = case.projects_of[unit], form.site.get(unit)
        if len(codes) > PROJECTS_MAX:
            return []
        options = []
        for size in range(len(codes) + 1):
            for chosen in combinations(codes, size):
                columns = {form.built[p] for p in chosen}
                without = self._keeps(unit, columns)
                with_ = site is not None and self._keeps(unit, columns | {site})
                if without or with_:
                    options.append(_Option(chosen, sum(map(case.cost_quanta, chosen)), (without, with_)))
        return options

    def _keeps(self, unit: str, ones: set[int]) -> bool:
        for row in self.shape.inside.get(unit, ()):
            value = sum(k for c, k in row.terms.items() if c in ones)
            if (row.low is not None and value < row.low) or (row.high is not None and value > row.high):
                return False
        return True

    def _town(self, town: str, units: Sequence[str], worth: Mapping[int, int], welfare: int) -> int:
        """(2): units by what a site adds, as many as its rows allow."""
        low, high = 0, len(units)
        for row in self.shape.counts.get(town, ()):
            low, high = max(low, row.low or 0), high if row.high is None else min(high, row.high)
        total, gains = 0, []
        for unit in units:
            without, with_ = self._unit(unit, worth, welfare)
            if without is None:
                assert with_ is not None, f"no set of projects of {unit} keeps its rows"
                total, low, high = total + with_, low - 1, high - 1
                continue
            total += without
            if with_ is not None:
                gains.append(with_ - without)
        gains.sort(reverse=True)
        taken = max(low, min(high, sum(gain > 0 for gain in gains)))
        return total + sum(gains[:taken])

    def _unit(self, unit: str, worth: Mapping[int, int], welfare: int) -> Values:
        """(3)."""
        form, case = self.shape.form, self.shape.case
        of = {p: self._project(p, worth) for p in case.projects_of[unit]}
        rest = sum(max(worth.get(c, 0), 0) * form.model.upper[c] for c in self._rests[unit])
        site = form.site.get(unit)
        bonus = 0 if site is None else worth.get(site, 0)
        if len(of) > PROJECTS_MAX:
            without = rest + self._drawn_out(unit, of, worth, welfare)
            return without, None if site is None else without + bonus
        known: dict[int, int] = {}
        best: list[int | None] = [None, None]
        for option in self._options[unit]:
            if option.quanta not in known:
                known[option.quanta] = rest + self._money(unit, self._held[unit] + option.quanta, worth, welfare)
            value = known[option.quanta] + sum(of[p] for p in option.projects)
            for place, reached in enumerate((value, value + bonus)):
                before = best[place]
                if option.allowed[place] and (before is None or reached > before):
                    best[place] = reached
        return best[0], best[1]

    def _project(self, code: str, worth: Mapping[int, int]) -> int:
        """What building a project is worth, paid by whoever is cheapest."""
        form, case = self.shape.form, self.shape.case
        payers = [form.pays[fund, code].terms for fund in case.payers[code]]
        own = worth.get(form.built[code], 0)
        if len(payers) == 1:
            return own
        return own + case.cost_quanta(code) * max(worth.get(next(iter(terms)), 0) for terms in payers)

    def _money(self, unit: str, held: int, worth: Mapping[int, int], welfare: int) -> int:
        """Welfare of what is held, and decided grants on top as long as a quantum is worth its price."""
        case, model = self.shape.case, self.shape.form.model
        columns = sorted(self._grants[unit], key=lambda c: -worth.get(c, 0))
        held += sum(model.lower[c] for c in columns)
        value = welfare * case.welfare.of_grant(held, case.weights[unit])
        value += sum(worth.get(c, 0) * model.lower[c] for c in columns)
        for c in columns:
            room = model.upper[c] - model.lower[c]
            for slope, end in zip(case.welfare.slopes, self._ends[unit], strict=True):
                gain = worth.get(c, 0) + welfare * slope
                step = room if end is None else min(room, max(end - held, 0))
                if gain > 0 and step:
                    value, held, room = value + gain * step, held + step, room - step
        return value

    def _drawn_out(self, unit: str, of: Mapping[str, int], worth: Mapping[int, int], welfare: int) -> int:
        """The least of the bounds by single pieces of welfare, each drawn out to a line above it."""
        case, model = self.shape.case, self.shape.form.model
        lines, start = [], 0
        for slope, end in zip(case.welfare.slopes, self._ends[unit], strict=True):
            steep = welfare * slope
            line = welfare * (case.welfare.of_grant(start, case.weights[unit]) + slope * (self._held[unit] - start))
            line += sum(max(own + steep * case.cost_quanta(p), 0) for p, own in of.items())
            for c in self._grants[unit]:
                gain = worth.get(c, 0) + steep
                line += max(gain * model.lower[c], gain * model.upper[c])
            lines.append(line)
            start = end or start
        return min(lines)


def worths(objective: Linear, rows: Mapping[str, SharedRow], prices: Mapping[str, int]) -> dict[int, int]:
    """What one more of each column is worth once everything shared is paid for, times SCALE."""
    worth = {c: SCALE * k for c, k in objective.terms.items()}
    for name, price in prices.items():
        for c, k in rows[name].terms.items():
            worth[c] = worth.get(c, 0) - price * k
    return worth
