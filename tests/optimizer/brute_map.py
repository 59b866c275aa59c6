"""Brute force for rules about the map and about equality, from their words: corridors, contiguity, inequality, leximin.

What a plan comes to under α = ∞ is the list of its levels from the lowest on, each with less weight left there better.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations
from typing import Any

import msgspec
import yaml

from domain.policy.loading import load_policy
from domain.policy.model import Policy
from domain.register import Register
from optimizer.rules import RULES
from optimizer.rules.contiguity import Contiguity
from optimizer.rules.corridor import Corridor
from optimizer.rules.inequality import Inequality
from tests.optimizer.brute import Brute, Money, Short
from tests.optimizer.brute_rules import BrutePlan
from tests.optimizer.small import Small, policy_text, small_county

PAIRS = -1
"""Stands for the objective `contiguity` where classes of should-rules stand."""
Levels = tuple[tuple[Fraction, Fraction], ...]
"""(level, minus the weight at it), the lowest first: the larger such a list, the better for the worst-off."""


class MapBrute(Brute):
    """Every plan of a small county with neighbours."""

    def __init__(self, register: Register, policy: Policy, *, plans_max: int = 10**9, asking: Policy | None = None):
        self.leximin = policy.welfare.alpha == "inf"
        self.every: set[tuple[Any, ...]] = set()
        finite = policy.welfare.model_copy(update={"alpha": "1"}) if self.leximin else policy.welfare
        super().__init__(register, policy.model_copy(update={"welfare": finite}), plans_max=plans_max)
        if asking is not None:
            self.asking = Brute(register, asking.model_copy(update={"welfare": finite})).asking

    @property
    def _spread_matters(self) -> bool:
        return super()._spread_matters or any(isinstance(rule, Inequality) for rule in self.rules)

    def _touching(self, units: Sequence[str]) -> list[tuple[str, str]]:
        beside = {frozenset(pair) for pair in self.case.register.adjacency}
        return [pair for pair in combinations(sorted(units), 2) if frozenset(pair) in beside]

    def _also(self, sites: frozenset[str], built: Sequence[str]) -> tuple[list[tuple[int, int]], int, bool]:
        lacking, points, kept = [], 0, True
        working = {self.case.projects[code].unit for code in built}
        for rule in self.rules:
            if isinstance(rule, Contiguity):
                pairs = len(self._touching([u for u in self.case.where(rule.where) if u in working]))
                off, points = max(rule.pairs_at_least - pairs, 0), points + rule.points_per_pair * pairs
                lacking.append((PAIRS, pairs))
            elif isinstance(rule, Corridor):
                off = 0
                units = self.case.where(rule.where)
                towns = {self.case.register.units[u].township if rule.each else "" for u in units}
                for town in sorted(towns):
                    own = [u for u in units if u in sites and (not town or self._town(u) == town)]
                    touching = self._touching(own)
                    points += rule.points_per_pair * len(touching)
                    off += max(rule.at_least - len(own), 0)
                    off += max(_pieces(own, touching) - 1, 0) if rule.connected else 0
            else:
                continue
            kept = kept and not (off and rule.kind == "must")
            if rule.kind == "should":
                lacking.append((rule.priority_class, off))
        return lacking, points, kept

    def _town(self, unit: str) -> str:
        return self.case.register.units[unit].township

    def _shortfalls(self, plan: BrutePlan, in_time: Short) -> Short | None:
        known = super()._shortfalls(plan, in_time)
        if known is None:
            return None
        short = dict(known)
        for rule in self.rules:
            if isinstance(rule, Inequality):
                missing = self._unequal(rule, plan.money)
                if missing and rule.kind == "must":
                    return None
                if rule.kind == "should":
                    short[rule.priority_class] = short.get(rule.priority_class, 0) + missing
        return short

    def _unequal(self, rule: Inequality, money: Money) -> int:
        """Gini by its definition over all pairs; the ratio unit by unit."""
        register, scores = self.case.register, self.case.scores
        size = {
            u: Fraction(register.units[u].households) if rule.of == "household" else scores.weight(u)
            for u in self.case.where(rule.where)
        }
        got = {u: self._of([u], rule.funds, money) for u in size if size[u]}
        whole, people, missing = sum(got.values()), sum(size[u] for u in got), 0
        if rule.gini_at_most is not None and whole:
            apart = sum(size[u] * size[v] * abs(got[u] / size[u] - got[v] / size[v]) for u in got for v in got)
            gini = apart / (2 * people * whole)
            missing += max(0, ((gini - Fraction(rule.gini_at_most)) * whole).__ceil__())
        if rule.max_min_at_most is not None and got:
            least = min(got[u] / size[u] for u in got)
            missing += sum(max(0, (got[u] - Fraction(rule.max_min_at_most) * least * size[u]).__ceil__()) for u in got)
        return missing

    def _welfare(self, money: Money) -> Any:
        if not self.leximin:
            return super()._welfare(money)
        left: dict[Fraction, Fraction] = {}
        for unit in self.case.units:
            weight = self.case.scores.weight(unit)
            level = self._of([unit], None, money) / weight
            left[level] = left.get(level, Fraction(0)) - weight
        return tuple(sorted(left.items()))

    def _outcome(self, short: Any, lacking: Any, welfare: Any, points: int, changes: int) -> tuple[Any, ...]:
        pairs = sum(amount for number, amount in lacking if number == PAIRS)
        others = tuple(entry for entry in lacking if entry[0] != PAIRS)
        found = super()._outcome(short, others, 0, points, changes)
        special = {"welfare": welfare, "contiguity": pairs}
        return tuple(special.get(name, value) for (name, _), value in zip(self.steps, found, strict=True))

    def best(self) -> dict[str, Any] | None:
        """What the best plan reaches step by step in strict order; None when no plan keeps the must-rules."""
        left = self.every = self.outcomes()
        if not left:
            return None
        for place, (_, sign) in enumerate(self.steps):
            best = (max if sign > 0 else min)(outcome[place] for outcome in left)
            left = {outcome for outcome in left if outcome[place] == best}
        (outcome,) = left
        return dict(zip((name for name, _ in self.steps), outcome, strict=True))


def _pieces(units: Sequence[str], touching: Sequence[tuple[str, str]]) -> int:
    """Connected pieces, by merging labels."""
    label = {u: i for i, u in enumerate(units)}
    for _ in units:
        for u, v in touching:
            label[u] = label[v] = min(label[u], label[v])
    return len(set(label.values()))


def below(levels: Levels, cut: Fraction) -> Fraction:
    """The quanta that lie below a level."""
    return sum((-minus * min(level, cut) for level, minus in levels), Fraction(0))


def map_county(dice: random.Random, kind: str, **policy: Any) -> Small:
    """A random small county with neighbours, and one more rule of a kind."""
    base = small_county(dice)
    pairs = [pair for pair in combinations(sorted(base.register.units), 2) if dice.random() < 0.6]
    data = yaml.safe_load(base.loaded.text) | policy
    if rule := _rule(dice, kind):
        data["rules"].append({"rule": kind, "id": "map", "clause": "M15", **rule})
    if kind == "contiguity":
        data["objectives"].insert(dice.randint(0, len(data["objectives"])), {"id": "contiguity", "clause": "M16"})
    if kind == "corridor" and all(rule["rule"] != "demonstration-sites" for rule in data["rules"]):
        sites = {"sites_min": 0, "sites_max": 4, "town_kinds": ["town", "subdistrict"]}
        data["rules"].append({"rule": "demonstration-sites", "id": "sites", "clause": "M14", **sites})
    shoulds = any(rule.get("kind") == "should" for rule in data["rules"])
    if shoulds and all(step["id"] != "shortfall" for step in data["objectives"]):
        data["objectives"].insert(0, {"id": "shortfall", "clause": "M20"})
    register = msgspec.structs.replace(base.register, adjacency=tuple(pairs))
    return Small(register, load_policy(policy_text(data), RULES))


def _rule(dice: random.Random, kind: str) -> dict[str, Any]:
    rule: dict[str, Any] = {"kind": dice.choice(["must", "should", "should"])}
    if kind == "contiguity":
        where = {"where": dice.choice(["true", "backward or poor", 'kind == "village"'])} if dice.random() < 0.8 else {}
        numbers = {"pairs_at_least": dice.choice([0, 0, 1, 2]), "points_per_pair": dice.choice([0, 1, 4])}
        return rule | where | numbers | {"priority_class": 4}
    if kind == "corridor":
        rule |= {"priority_class": 3, "points_per_pair": dice.choice([1, 2, 5]), "connected": dice.random() < 0.7}
        rule |= {"at_least": dice.choice([0, 1, 2, 3])}
        rule |= {"each": "township"} if dice.random() < 0.3 else {}
        return rule | ({"where": dice.choice(["backward", "not poor"])} if dice.random() < 0.3 else {})
    if kind == "inequality":
        rule |= {"of": dice.choice(["household", "weight"]), "priority_class": dice.choice([1, 2])}
        bounds = {"gini_at_most": dice.choice([0, 0.1, 0.25, 0.333]), "max_min_at_most": dice.choice([1, 1.5, 2, 3.7])}
        for name in dice.choice([list(bounds), ["gini_at_most"], ["max_min_at_most"]]):
            rule[name] = bounds[name]
        return rule | ({"where": dice.choice(["backward", "not poor"])} if dice.random() < 0.3 else {})
    return {}
