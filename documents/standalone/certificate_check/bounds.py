"""The bound that prices prove, town by town and unit by unit: inequality (1) of the opening text."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import combinations

from documents.standalone.certificate_check.case import Case
from documents.standalone.certificate_check.order import Step
from documents.standalone.certificate_check.rows import ENUMERATED_MAX, Column, Rows, Shared
from documents.standalone.certificate_check.sayings import Wrong
from documents.standalone.certificate_check.welfare import welfare_of

SCALE = 10**18
"""Prices are whole multiples of 1 / SCALE."""


class Bounds:
    """Inequality (1) of the opening text for one case."""

    def __init__(self, case: Case, rows: Rows) -> None:
        self.case, self.rows = case, rows
        self.sets = {unit: self._allowed(unit) for unit in case.register.units}

    def _allowed(self, unit: str) -> list[tuple[tuple[str, ...], int, bool, bool]] | None:
        """(projects, cost, allowed without the site, allowed with it); None where there are too many to write down."""
        projects = self.case.projects_of[unit]
        if len(projects) > ENUMERATED_MAX:
            return None
        inside, found = self.rows.inside.get(unit, []), []
        for size in range(len(projects) + 1):
            for chosen in combinations(projects, size):
                kept = [self._kept(inside, chosen, unit, site) for site in (0, 1)]
                if any(kept):
                    found.append((chosen, sum(self.case.cost[p] for p in chosen), kept[0], kept[1]))
        return found

    def _kept(self, inside: Sequence[Shared], chosen: Sequence[str], unit: str, site: int) -> bool:
        if site and unit not in self.rows.sites:
            return False
        values: dict[Column, int] = {("site", unit): site}
        values.update((("built", p), 1) for p in chosen)
        for row in inside:
            value = sum(k * values.get(column, 0) for column, k in row.terms.items())
            if (row.low is not None and value < row.low) or (row.high is not None and value > row.high):
                return False
        return True

    def scaled(self, step: Step, rows: Mapping[str, Shared], prices: Mapping[str, int]) -> int:
        """SCALE times what the objective, written to be made large, cannot exceed at these prices."""
        worth: dict[Column, int] = defaultdict(int)
        for column, k in step.expression.terms.items():
            worth[column] += step.sign * SCALE * k
        total = step.sign * SCALE * step.expression.constant
        for name, price in prices.items():
            row = rows.get(name)
            if row is None:
                raise Wrong("no-row", step=step.name, row=name)
            end = row.high if price > 0 else row.low
            if end is None or price == 0:
                raise Wrong("side", step=step.name, row=name)
            total += price * end
            for column, k in row.terms.items():
                worth[column] -= price * k
        for column, value in worth.items():
            if column[0] == "short" and value > 0:
                raise Wrong("short", step=step.name, row=column[1].split("#")[0])
            if column[0] in ("left", "full"):
                total += max(value, 0) * (self.rows.left[column[1]][0] if column[0] == "left" else 1)
        best: dict[str, list[tuple[int | None, int | None]]] = defaultdict(list)
        for unit, record in self.case.register.units.items():
            best[record["township"]].append(self._unit(unit, worth))
        return total + sum(self._town(town, units) for town, units in best.items())

    def _town(self, town: str, units: Sequence[tuple[int | None, int | None]]) -> int:
        """The best choice of sites, as many as the rules that count them allow."""
        reached: dict[int, int] = {0: 0}
        for without, with_ in units:
            after: dict[int, int] = {}
            for count, value in reached.items():
                for more, own in ((0, without), (1, with_)):
                    if own is not None:
                        after[count + more] = max(after.get(count + more, value + own), value + own)
            reached = after
        for row in self.rows.counts.get(town, []):
            low, high = row.low, row.high
            reached = {
                count: value for count, value in reached.items()
                if (low is None or count >= low) and (high is None or count <= high)
            }  # fmt: skip
        if not reached:
            raise Wrong("none")
        return max(reached.values())

    def _unit(self, unit: str, worth: Mapping[Column, int]) -> tuple[int | None, int | None]:
        """The most one unit can be worth at these prices, without and with a site; None where that cannot be."""
        case, slope = self.case, worth.get(("welfare",), 0)
        of = {p: worth.get(("built", p), 0) + case.cost[p] * max(worth.get(("pays", f, p), 0) for f in case.payers[p])
              for p in case.projects_of[unit]}  # fmt: skip
        fixed = sum(max(worth.get(("rest", f, u), 0), 0) * room for (f, u), room in case.rests.items() if u == unit)
        grants = sorted(
            ((worth.get(("grant", f, u), 0), *bounds) for (f, u), bounds in case.grants.items() if u == unit),
            reverse=True,
        )
        site, sets = worth.get(("site", unit), 0), self.sets[unit]
        if sets is None:
            without = fixed + self._by_pieces(unit, of, grants, slope)
            return without, without + site if unit in self.rows.sites else None
        best: list[int | None] = [None, None]
        for chosen, cost, *allowed in sets:
            value = fixed + sum(of[p] for p in chosen) + self._granted(unit, case.held[unit] + cost, grants, slope)
            for place in (0, 1):
                if allowed[place]:
                    value_ = value + place * site
                    before = best[place]
                    best[place] = value_ if before is None else max(before, value_)
        return best[0], best[1]

    def _granted(self, unit: str, held: int, grants: Sequence[tuple[int, int, int]], slope: int) -> int:
        """Welfare and decided grants together: quantum by quanta along the pieces, the cheapest fund first."""
        pieces = self.case.pieces[unit]
        value = sum(worth * low for worth, low, _ in grants)
        held += sum(low for _, low, _ in grants)
        value += slope * welfare_of(pieces, held)
        for worth, low, high in grants:
            room, start = high - low, 0
            for steep, end in pieces:
                if (end is None or held < end) and worth + slope * steep > 0 and room > 0:
                    start = room if end is None else min(room, end - held)
                    value += start * (worth + slope * steep)
                    held, room = held + start, room - start
        return value

    def _by_pieces(self, unit: str, of: Mapping[str, int], grants: Sequence[tuple[int, int, int]], slope: int) -> int:
        """Each piece of welfare, drawn out to a straight line, lies above it: the lowest such bound counts."""
        case, pieces = self.case, self.case.pieces[unit]
        bounds: list[int] = []
        start = 0
        for steep, end in pieces:
            line = slope * (welfare_of(pieces, start) + steep * (case.held[unit] - start))
            line += sum(max(worth + slope * steep * case.cost[p], 0) for p, worth in of.items())
            line += sum(
                max((worth + slope * steep) * low, (worth + slope * steep) * high) for worth, low, high in grants
            )
            bounds.append(line)
            start = end or start
        return min(bounds)
