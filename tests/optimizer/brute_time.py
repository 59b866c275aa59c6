"""Brute force over time: what is built in which year, what that changes against an earlier plan, from the rules' words.

For `tests/optimizer/brute.py`: it asks for every way to place projects in years, for what such a placing comes to under
`programme` and `stability`, and for how many changes it makes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import product

from domain.plan import Baseline
from domain.policy.model import Policy
from optimizer.rules.bundle import Bundle
from optimizer.rules.programme import Programme
from optimizer.rules.stability import StableMoney, StableProjects
from tests.optimizer.brute_bundles import bundles_of
from tests.optimizer.brute_case import BruteCase

Placed = Mapping[str, int]
"""Project -> the year it is built in."""


class BruteTime:
    """The years of a small county's policy, and its baseline."""

    def __init__(self, case: BruteCase, policy: Policy, baseline: Baseline | None) -> None:
        self.case, self.policy, self.baseline = case, policy, baseline
        self.programme = next((rule for rule in policy.rules if isinstance(rule, Programme)), None)
        self.years: Sequence[int] = self.programme.years if self.programme else [2026]
        self.due: dict[str, int] = {}
        """The baseline's projects that can still be built, and when they are due."""
        if baseline is not None:
            for entry in baseline.schedule:
                if entry.year <= self.years[-1] and entry.project in case.projects:
                    self.due[entry.project] = max(entry.year, self.years[0])
            self.due |= {p: self.years[0] for p in baseline.projects if p in case.projects}

    def placings(self, projects: Sequence[str]) -> Iterator[Placed]:
        """Every way to build some of the projects, each in one year, that can be paid for in later years."""
        for years in product([None, *self.years], repeat=len(projects)):
            placed = {p: year for p, year in zip(projects, years, strict=True) if year is not None}
            if self.in_order(placed) and all(self._payable(placed, year) for year in self.years[1:]):
                yield placed

    def in_order(self, placed: Placed) -> bool:
        """No project before one it needs, if that is built by the plan at all."""
        every = self.case.register.projects
        return all(
            placed.get(needed, 0) <= year
            for p, year in placed.items()
            for needed in every[p].requires
            if needed in placed
        )

    def _payable(self, placed: Placed, year: int) -> bool:
        assert self.programme is not None
        money = {entry.fund: entry.amount_fen for entry in self.programme.money if entry.year == year}
        works = [p for p, when in placed.items() if when == year]

        def pay(rest: Sequence[str], left: dict[str, int]) -> bool:
            if not rest:
                return True
            cost = self.case.cost[rest[0]] * self.case.quantum
            payers = [f for f in self.case.payers[rest[0]] if f in left]
            if len(payers) == 1:
                return cost <= left[payers[0]] and pay(rest[1:], {**left, payers[0]: left[payers[0]] - cost})
            steps = [range(0, min(cost, left[f]) + 1, self.case.quantum) for f in payers]
            for parts in product(*steps):
                if sum(parts) == cost:
                    rooms = {**left, **{f: left[f] - part for f, part in zip(payers, parts, strict=True)}}
                    if pay(rest[1:], rooms):
                        return True
            return False

        return pay(works, money)

    def later(self, placed: Placed) -> dict[tuple[str, str], int]:
        """(unit, a word) -> quanta that later years build for the unit."""
        result: dict[tuple[str, str], int] = {}
        for p, year in placed.items():
            if year != self.years[0]:
                key = (self.case.projects[p].unit, "later")
                result[key] = result.get(key, 0) + self.case.cost[p]
        return result

    def shortfalls(self, placed: Placed, money: Mapping[tuple[str, str], int]) -> dict[int, int] | None:
        """Class -> what is missing from should-rules about time; None where a must is broken."""
        short: dict[int, int] = {}
        for rule in self.policy.rules:
            if isinstance(rule, Bundle) and rule.kind == "must":
                if any(len({placed.get(p) for p in group}) > 1 for group in bundles_of(self.case, rule)):
                    return None
                continue
            if isinstance(rule, Programme):
                if not self._kept(rule, placed):
                    return None
                missing = self._batches(rule, placed)
            elif isinstance(rule, StableProjects):
                dropped = sum(p not in placed for p in self.due)
                missing = max(0, dropped - (10**9 if rule.dropped_at_most is None else rule.dropped_at_most))
                changed = self._changed(placed)
                missing += max(0, changed - (10**9 if rule.changed_at_most is None else rule.changed_at_most))
            elif isinstance(rule, StableMoney):
                missing = self._moved_money(rule, money)
            else:
                continue
            if missing and rule.kind == "must":
                return None
            if rule.kind == "should":
                short[rule.priority_class] = short.get(rule.priority_class, 0) + missing
        return short

    def changes(self, placed: Placed, sites: Sequence[str]) -> int:
        """Changes against the baseline; 0 where nobody asks."""
        if self.baseline is None:
            return 0
        before = {u for u in self.baseline.sites if u in self.case.units}
        return self._changed(placed) + len(before ^ set(sites))

    def _changed(self, placed: Placed) -> int:
        return len(set(placed.items()) ^ set(self.due.items()))

    def _years_of(self, placed: Placed) -> dict[str, set[int]]:
        years: dict[str, set[int]] = {}
        for p, year in placed.items():
            years.setdefault(self.case.projects[p].unit, set()).add(year)
        return years

    def _kept(self, rule: Programme, placed: Placed) -> bool:
        for p, project in self.case.projects.items():
            due = self.due.get(p)
            if rule.committed_through and due and due <= rule.committed_through and placed.get(p) != due:
                return False
            if project.started and placed.get(p, due or self.years[0]) != (due or self.years[0]):
                return False
        return all(len(years) == 1 for years in self._years_of(placed).values())

    def _batches(self, rule: Programme, placed: Placed) -> int:
        missing, years_of = 0, self._years_of(placed)
        for batch in rule.batches:
            units = self.case.where(batch.where)
            for year in self.years:
                count = sum(year in years_of.get(u, set()) for u in units)
                most = count if batch.at_most is None else batch.at_most
                missing += max(0, batch.at_least - count) + max(0, count - most)
        return missing

    def _moved_money(self, rule: StableMoney, money: Mapping[tuple[str, str], int]) -> int:
        assert self.baseline is not None
        missing = 0
        for unit in self.case.where(rule.where):
            before = Fraction(self.baseline.money_fen.get(unit, 0), self.case.quantum)
            got = sum(q for (u, _), q in money.items() if u == unit)
            if before:
                missing += max(0, (abs(got - before) - before * Fraction(rule.within)).__ceil__())
        return missing
