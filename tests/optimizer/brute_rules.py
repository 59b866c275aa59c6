"""What a finished plan lacks of the rules about money, projects and resources, counted from the words of each rule.

Money is in quanta here; whatever is missing is rounded up to whole ones, resources to whole units of their column.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

from domain.policy.model import Rule
from domain.scoring import figure
from optimizer.rules.both_ends import BothEnds
from optimizer.rules.bundle import Bundle
from optimizer.rules.linear import LinearRule, Term
from optimizer.rules.matched_grant import MatchedGrant
from optimizer.rules.rented_office import RentedOffice
from optimizer.rules.resource import Resource
from optimizer.rules.reward_tiers import RewardTiers
from tests.optimizer.brute_bundles import bundles_of
from tests.optimizer.brute_case import BruteCase


@dataclass(frozen=True)
class BrutePlan:
    """One plan of a small county."""

    case: BruteCase
    money: Mapping[tuple[str, str], int]
    """(unit, fund) -> quanta."""
    pays: Mapping[tuple[str, str], int]
    """(project, fund) -> quanta."""
    built: set[str]
    sites: frozenset[str]

    def missing(self, rule: Rule) -> int:
        """What is missing from a rule in its own measure; 0 for rules that are counted elsewhere."""
        match rule:
            case Bundle():
                parts = [[c for c in group if c not in self.built] for group in bundles_of(self.case, rule)]
                whole = [len(group) for group in bundles_of(self.case, rule)]
                return sum(len(out) for out, size in zip(parts, whole, strict=True) if len(out) < size)
            case MatchedGrant():
                return _whole(self._unmatched(rule))
            case BothEnds():
                return _whole(self._off_the_ends(rule))
            case RentedOffice():
                return self._withheld(rule)
            case RewardTiers():
                return _whole(self._out_of_tier(rule))
            case Resource():
                return _whole(self._overused(rule))
            case LinearRule():
                total = sum((Fraction(t.factor) * self._term(t) for t in rule.terms), Fraction(0))
                least = rule.at_least if rule.equals is None else rule.equals
                most = rule.at_most if rule.equals is None else rule.equals
                off = [Fraction(least) - total] if least is not None else []
                off += [total - Fraction(most)] if most is not None else []
                in_money = {t.quantity for t in rule.terms} <= {"money", "cost", "running-cost"}
                return _whole(Fraction(o * 100, self.case.quantum) if in_money else o for o in off)
        return 0

    def _of(self, units: Iterable[str], funds: Iterable[str] | None) -> int:
        chosen = self.case.funds if funds is None else list(funds)
        return sum(self.money.get((u, f), 0) for u in units for f in chosen)

    def _paid(self, project: str, funds: Iterable[str] | None) -> int:
        return sum(q for (p, f), q in self.pays.items() if p == project and (funds is None or f in funds))

    def _unmatched(self, rule: MatchedGrant) -> Iterator[Fraction]:
        units = self.case.where(rule.where)
        if rule.each == "project":
            own = [p for p in self.built if self.case.projects[p].unit in units]
            pairs = [(self._paid(p, [rule.fund]), self._paid(p, rule.local_funds)) for p in own]
        else:
            groups = [[u] for u in units] if rule.each == "unit" else [units]
            pairs = [(self._of(group, [rule.fund]), self._of(group, rule.local_funds)) for group in groups]
        for grant, local in pairs:
            if rule.ratio is not None:
                yield grant - Fraction(rule.ratio) * local
            if rule.ceiling_fen is not None:
                yield grant - Fraction(rule.ceiling_fen, self.case.quantum)

    def _off_the_ends(self, rule: BothEnds) -> Iterator[Fraction]:
        whole, outside = self._of(self.case.units, rule.funds), set[str]()
        for where, share in ((rule.best, rule.best_share), (rule.last, rule.last_share)):
            outside |= (group := set(self.case.where(where)))
            yield Fraction(share) * whole - self._of(group, rule.funds)
        for unit in set(self.case.units) - outside:
            yield Fraction(rule.middle_floor_fen, self.case.quantum) - self._of([unit], rule.funds)

    def _withheld(self, rule: RentedOffice) -> int:
        given, projects = 0, self.case.register.projects
        for code in self.built:
            project, unit = projects[code], self.case.register.units[projects[code].unit]
            back = [
                p
                for p in projects.values()
                if p.unit == unit.code and p.returns_office
                if p.code in self.built or p.stage == "accepted" or (p.stage == "admitted" and p.remaining_fen <= 0)
            ]
            if unit.office_rented_out and not back and any(one in rule.purposes for one in project.purposes):
                given += self.case.cost[code]
        return given

    def _out_of_tier(self, rule: RewardTiers) -> Iterator[Fraction]:
        ranked: dict[int, list[str]] = {}
        for unit in self.case.where(rule.where):
            result = figure(rule.result, self.case.values[unit], "result")
            ranked.setdefault(sum(result >= Fraction(t.from_result) for t in rule.tiers), []).append(unit)
        size = {u: self.case.register.units[u].households if rule.per == "household" else 1 for u in self.case.units}
        got = {u: self._of([u], [rule.fund]) for u in self.case.units}
        yield from (Fraction(got[u]) for u in ranked.pop(0, []))
        inside = sorted(ranked)
        for place, tier in enumerate(inside):
            amount = rule.tiers[tier - 1].amount_fen
            if amount is not None:
                quantum = self.case.policy.quantum_fen
                yield from (
                    abs(Fraction(amount * size[u] // quantum * quantum, self.case.quantum) - got[u])
                    for u in ranked[tier]
                )
            elif place:
                for low, high in product(ranked[inside[place - 1]], ranked[tier]):
                    yield Fraction(got[low] * size[high], size[low]) - got[high]

    def _overused(self, rule: Resource) -> Iterator[Fraction]:
        units, register = self.case.where(rule.where), self.case.register
        name = {u: "all" if rule.each is None else str(getattr(register.units[u], rule.each, u)) for u in units}
        for group in set(name.values()):
            own = [u for u in units if name[u] == group]
            used = sum(
                (Fraction(register.projects[p].quantities.get(rule.quantity, 0)) for p in self.built
                 if register.projects[p].unit in own), Fraction(0)
            )  # fmt: skip
            if rule.supply is not None:
                yield used - sum((figure(rule.supply, self.case.values[u], "supply") for u in own), Fraction(0))
            if rule.at_most is not None:
                yield used - Fraction(rule.at_most)
            if rule.at_least is not None:
                yield Fraction(rule.at_least) - used

    def _term(self, term: Term) -> Fraction:
        """The value of a term, money in yuan."""
        units, yuan = set(self.case.where(term.where)), Fraction(self.case.quantum, 100)
        register = self.case.register
        own = [
            register.projects[p]
            for p in self.built
            if register.projects[p].unit in units
            and (term.category is None or register.projects[p].category == term.category)
            and (term.closes is None or term.closes in register.projects[p].closes)
        ]
        match term.quantity:
            case "money":
                return self._of(units, term.funds) * yuan
            case "cost":
                return sum(self._paid(p.code, term.funds) for p in own) * yuan
            case "running-cost":
                return Fraction(sum(p.running_cost_fen for p in own), 100)
            case "projects":
                return Fraction(len(own))
            case "benefit":
                return Fraction(sum(p.benefit for p in own))
            case "sites":
                return Fraction(len(units & self.sites))
            case "units":
                return Fraction(len({p.unit for p in own}))
            case "households":
                return Fraction(sum(register.units[u].households for u in {p.unit for p in own}))
            case column:
                return sum((Fraction(p.quantities.get(column, 0)) for p in own), Fraction(0))


def _whole(amounts: Iterable[Fraction]) -> int:
    """Everything above nothing, each rounded up."""
    return sum(max(0, amount.__ceil__()) for amount in amounts)
