"""Brute force: every plan of a small county written down, from the words of the rules and nothing of the optimizer.

A plan is a set of projects, a payment of each by the funds that may pay it, formula grants, a spread of what projects
leave, and a set of sites. What it is worth is counted here once more, in plain Python, from the docstrings of
`optimizer/rules/` and `optimizer/formulation.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import chain, combinations, product
from typing import TypeVar

from domain.plan import Baseline
from domain.policy.model import Policy
from domain.register import Project, Register
from optimizer.rules.both_ends import BothEnds
from optimizer.rules.limits import UnitCap, UnitFloor
from optimizer.rules.linear import LinearRule
from optimizer.rules.matched_grant import MatchedGrant
from optimizer.rules.reward_tiers import RewardTiers
from optimizer.rules.shares import GroupShare
from optimizer.rules.sites import DemonstrationSites
from optimizer.rules.stability import StableMoney
from optimizer.rules.unfinished import UnfinishedFirst
from tests.optimizer.brute_case import BruteCase
from tests.optimizer.brute_rules import BrutePlan
from tests.optimizer.brute_time import BruteTime

T = TypeVar("T")
Money = dict[tuple[str, str], int]
"""(unit, fund) -> quanta; what is not there is nothing."""
Short = Mapping[int, int]
"""Class of should-rules -> what is missing."""


class TooManyPlans(Exception):
    """More plans than are worth writing down."""


def subsets(items: Sequence[T]) -> Iterator[tuple[T, ...]]:
    """All subsets, the smallest first."""
    return chain.from_iterable(combinations(items, size) for size in range(len(items) + 1))


def spreads(total: int, rooms: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """All ways to give `total` quanta to places that take at most their room."""
    if not rooms:
        if total == 0:
            yield ()
        return
    for first in range(max(0, total - sum(rooms[1:])), min(total, rooms[0]) + 1):
        for others in spreads(total - first, rooms[1:]):
            yield first, *others


class Brute:
    """Everything a plan of one small county can come to."""

    def __init__(
        self, register: Register, policy: Policy, *, plans_max: int = 10**9, baseline: Baseline | None = None
    ) -> None:
        self.case = BruteCase(register, policy)
        self.time = BruteTime(self.case, policy, baseline)
        self.rules, self.plans_max = policy.rules, plans_max
        self.asking = [rule for rule in policy.rules if isinstance(rule, DemonstrationSites)]
        """Where sites may be: rules left out of a conflict still say so."""
        self.steps: list[tuple[str, int]] = []
        """Name of each step, and whether more (1) or less (-1) is better."""
        for objective in policy.objectives:
            if objective.id == "shortfall":
                classes = sorted({rule.priority_class for rule in policy.rules if rule.kind == "should"})
                self.steps += [(f"shortfall-{number}", -1) for number in classes]
            else:
                self.steps.append((objective.id, -1 if objective.id == "changes" else 1))

    def outcomes(self) -> set[tuple[int, ...]]:
        """What the plans that keep the must-rules reach in the steps of the order. Raises `TooManyPlans`."""
        case, found, plans = self.case, set(), 0
        for placed in self.time.placings([c for c, payers in case.payers.items() if payers]):
            built = tuple(placed)
            if not self._in_order(set(built)):
                continue
            sites = self._sites(built)
            later = self.time.later(placed)
            seen = set()
            for paid in self._payments([c for c, year in placed.items() if year == self.time.years[0]]):
                by_unit = _sum(*({(case.projects[p].unit, fund): q} for (p, fund), q in paid.items()))
                key = frozenset((paid if self._payer_matters else by_unit).items())
                if key in seen:
                    continue
                seen.add(key)
                for grants, rest in self._grants(by_unit):
                    plans += 1
                    if plans > self.plans_max:
                        raise TooManyPlans
                    welfare = self._welfare(_sum(by_unit, grants, later))
                    money = _sum(by_unit, grants, rest)
                    in_time = self.time.shortfalls(placed, money)
                    for shown, ways in sites.items() if in_time is not None else ():
                        short = self._shortfalls(BrutePlan(case, money, paid, set(built), shown), in_time or {})
                        changes = self.time.changes(placed, shown)
                        if short is not None:
                            found |= {
                                self._outcome(short, lacking, welfare, points, changes) for lacking, points in ways
                            }
        return found

    # What can be done.

    def _in_order(self, built: set[str]) -> bool:
        """Prerequisites and variants; what is accepted or paid for to its end is built already."""
        projects = self.case.register.projects
        done = {c for c, p in projects.items() if p.stage == "accepted" or _paid(p)}
        if any(needed not in built | done for c in built for needed in projects[c].requires):
            return False
        groups = [projects[c].variant_group for c in built | done]
        return all(groups.count(group) == 1 for group in {projects[c].variant_group for c in built} - {None})

    def _payments(self, built: list[str]) -> Iterator[Money]:
        """All ways to pay for these projects within the envelopes: (project, fund) -> quanta."""
        case = self.case
        left = dict(case.caps)
        for fund in case.funds:
            if case.decides(fund):
                left[fund] = min(left[fund], case.total[fund] - sum(case.guaranteed[fund].values()))

        def pay(rest: list[str]) -> Iterator[Money]:
            if not rest:
                yield {}
                return
            payers = case.payers[rest[0]]
            for parts in spreads(case.cost[rest[0]], [left[f] for f in payers]):
                own = {(rest[0], fund): part for fund, part in zip(payers, parts, strict=True) if part}
                for (_, fund), part in own.items():
                    left[fund] -= part
                for others in pay(rest[1:]):
                    yield _sum(own, others)
                for (_, fund), part in own.items():
                    left[fund] += part

        return pay(built)

    def _grants(self, paid: Money) -> Iterator[tuple[Money, Money]]:
        """All formula grants that go with payments: those that welfare counts, and the spread of what is left."""
        case = self.case
        options: list[list[tuple[Money, Money]]] = []
        for fund in case.funds:
            spec, spent = case.policy.funds[fund], sum(q for (_, f), q in paid.items() if f == fund)
            sure = {(u, fund): q for u, q in case.guaranteed[fund].items()}
            whole, decides = spec.envelopes.rest == "formula", case.decides(fund)
            if spec.formula is None or not (whole or decides):
                options.append([(sure, {})])
                continue
            rooms = [case.room(fund, u) for u in case.eligible[fund]]
            free = case.total[fund] - sum(sure.values()) if decides else case.caps[fund]
            most = min(free - spent, sum(rooms))
            ways = []
            for given in range(most if whole else 0, most + 1):
                for parts in spreads(given, rooms):
                    extra = {(u, fund): q for u, q in zip(case.eligible[fund], parts, strict=True) if q}
                    ways.append((_sum(sure, extra), {}) if decides else (sure, extra))
                    if not decides and not self._spread_matters:
                        break
            options.append(ways)
        for choice in product(*options):
            yield _sum(*(grants for grants, _ in choice)), _sum(*(rest for _, rest in choice))

    @property
    def _spread_matters(self) -> bool:
        of_money = UnitFloor | UnitCap | GroupShare | MatchedGrant | BothEnds | RewardTiers | LinearRule | StableMoney
        return any(isinstance(rule, of_money) for rule in self.rules)

    @property
    def _payer_matters(self) -> bool:
        return any(isinstance(rule, MatchedGrant | LinearRule) for rule in self.rules)

    # What it is worth.

    def _outcome(
        self, short: Short, lacking: tuple[tuple[int, int], ...], welfare: int, points: int, changes: int
    ) -> tuple[int, ...]:
        reached = {"welfare": welfare, "benefit": points, "changes": changes}
        for number, amount in [*short.items(), *lacking]:
            reached[f"shortfall-{number}"] = reached.get(f"shortfall-{number}", 0) + amount
        return tuple(reached.get(name, 0) for name, _ in self.steps)

    def _welfare(self, money: Money) -> int:
        grants = dict.fromkeys(self.case.units, 0)
        for (unit, _), quanta in money.items():
            grants[unit] += quanta
        return sum(self.case.worth(unit, quanta) for unit, quanta in grants.items())

    def _shortfalls(self, plan: BrutePlan, in_time: Short) -> Short | None:
        """Class -> what is missing from should-rules but those of sites; None where a must-rule is broken."""
        case, short, money = self.case, dict(in_time), plan.money
        for rule in self.rules:
            missing = plan.missing(rule)
            if isinstance(rule, UnfinishedFirst):
                missing = sum(case.cost[c] for c, p in case.projects.items() if p.started and c not in plan.built)
            elif isinstance(rule, GroupShare):
                missing = self._share_missing(rule, money)
            elif isinstance(rule, UnitFloor | UnitCap):
                sign = 1 if isinstance(rule, UnitFloor) else -1
                for unit in case.where(rule.where):
                    households = case.register.units[unit].households
                    limit = Fraction(rule.amount_fen or (rule.per_household_fen or 0) * households, case.quantum)
                    missing += max(0, (sign * (limit - self._of([unit], rule.funds, money))).__ceil__())
            if missing and rule.kind == "must":
                return None
            if rule.kind == "should":
                short[rule.priority_class] = short.get(rule.priority_class, 0) + missing
        return short

    def _share_missing(self, rule: GroupShare, money: Money) -> int:
        case = self.case
        groups = [case.where(rule.where)]
        if rule.each is not None:
            names = {u: str(getattr(case.register.units[u], rule.each)) for u in case.units}
            groups = [[u for u in case.units if names[u] == name] for name in sorted(set(names.values()))]
        whole, missing = self._of(case.units, rule.funds, money), 0
        for group in groups:
            part = self._of(group, rule.funds, money)
            if rule.at_least is not None:
                missing += max(0, (Fraction(rule.at_least) * whole - part).__ceil__())
            if rule.at_most is not None:
                missing += max(0, (part - Fraction(rule.at_most) * whole).__ceil__())
        return missing

    def _of(self, units: Sequence[str], funds: Sequence[str] | None, money: Money) -> int:
        return sum(money.get((u, f), 0) for u in units for f in (self.case.funds if funds is None else funds))

    def _sites(self, built: Sequence[str]) -> dict[frozenset[str], set[tuple[tuple[tuple[int, int], ...], int]]]:
        """Sites -> missing or excess by class, and points; sites are told apart only where a rule counts them."""
        register = self.case.register
        rules = [rule for rule in self.rules if isinstance(rule, DemonstrationSites)]
        points = sum(self.case.projects[c].benefit for c in built)
        complete = []
        for unit in self.case.units:
            have = set(register.units[unit].haves)
            for code, project in register.projects.items():
                if project.unit == unit and (code in built or _paid(project)):
                    have |= set(project.closes)
            kind = register.townships[register.units[unit].township].kind
            if have.issuperset(self.case.policy.checklist) and any(kind in rule.town_kinds for rule in self.asking):
                complete.append(unit)
        counted = self.time.baseline is not None or any(isinstance(rule, LinearRule) for rule in self.rules)
        found: dict[frozenset[str], set[tuple[tuple[tuple[int, int], ...], int]]] = {}
        for sites in subsets(complete):
            lacking: list[tuple[int, int]] = []
            worth, kept = points, True
            for rule in rules:
                for code, town in register.townships.items():
                    if town.kind not in rule.town_kinds:
                        continue
                    count = sum(register.units[u].township == code for u in sites)
                    off = max(rule.sites_min - count, 0) + max(count - rule.sites_max, 0)
                    worth += rule.benefit_per_site * count
                    kept = kept and not (off and rule.kind == "must")
                    if rule.kind == "should":
                        lacking.append((rule.priority_class, off))
            more, further, keeps = self._also(frozenset(sites), built)
            if kept and keeps:
                shown = frozenset(sites if counted else ())
                found.setdefault(shown, set()).add((tuple(lacking + more), worth + further))
        return found

    def _also(self, sites: frozenset[str], built: Sequence[str]) -> tuple[list[tuple[int, int]], int, bool]:
        """What further rules make of sites and projects: missing by class, points, and whether must-rules hold."""
        return [], 0, True


def _paid(project: Project) -> bool:
    return project.stage == "admitted" and project.remaining_fen <= 0


def _sum(*parts: Money) -> Money:
    result: Money = {}
    for part in parts:
        for key, quanta in part.items():
            result[key] = result.get(key, 0) + quanta
    return result
