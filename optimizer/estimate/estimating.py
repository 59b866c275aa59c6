"""An estimate of a changed case from a plan of the unchanged one: formulas exactly, projects by what the plan reveals.

    1. what the plan builds stays, sites and unfinished works first; what the funds cannot pay any more goes, the least
       worth first;
    2. projects change places where the change made one left out worth more than one built;
    3. where a share of the money is missed, projects of those who lack it take the place of others;
    4. what then still fits is built, the most worth first.

Which project is worth more is told by prices per quantum. The plan itself reveals on which side of its own marginal
price each project lies, whatever else its rules and later objectives weighed; so a price is taken relative to before:

    price[p]  =  revealed[p] * now[p] / before[p],   revealed[p] >= margin  iff  the plan builds p            (1)

and an unchanged case is estimated as the plan it has. Nothing here is proven: who asks is told that it is an estimate.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import chain

from optimizer.assembly import Choice, audit_of, plan_lines
from optimizer.case import Case
from optimizer.checking.audit import PlanAudit
from optimizer.estimate.sites import complete_sites
from optimizer.estimate.standing import Standing
from optimizer.flow import share_costs
from optimizer.grants import settle_grants
from optimizer.rules import stated_rules
from optimizer.rules.base import chosen_units
from optimizer.rules.shares import GroupShare

ROUNDS = 4
"""How often shares are looked at again after projects moved for one of them."""
SWAPS_MAX = 400


@dataclass(frozen=True)
class Revealed:
    """What a plan tells of the projects of its case: before[p] and revealed[p] of (1), and what it chose."""

    before: Mapping[str, float]
    revealed: Mapping[str, float]
    choice: Choice
    lacking_fen: Mapping[tuple[str, str], int]
    """(rule of shares, group) -> what the plan itself lacks of it, which an estimate need not make up for."""

    @classmethod
    def by(cls, case: Case, choice: Choice) -> Revealed:
        """Read a choice for a case."""
        standing = Standing(case, choice.built)
        before = {p: standing.price(p) for p in case.projects}
        order = sorted(before.values(), reverse=True)
        margin = order[min(len(standing.built), len(order) - 1)] if order else 0.0
        revealed = {p: max(v, margin) if p in standing.built else min(v, margin) for p, v in before.items()}
        return cls(before, revealed, choice, _lacking(case, audit_of(case, choice)))


def estimate(case: Case, known: Revealed) -> Choice:
    """A choice for a case near the one the plan was made for; rules other than those above may be missed."""
    choice, needs = _attempt(case, known, frozenset())
    if needs and choice.sites:  # sites hold money where it is: try them where it is lacking
        other, lacking = _attempt(case, known, frozenset().union(*(units for units, _ in needs)))
        if sum(fen for _, fen in lacking) < sum(fen for _, fen in needs):
            return other
    return choice


Needs = list[tuple[frozenset[str], int]]
"""Units that get too little for a rule about shares, and how much, in fen."""


def _attempt(case: Case, known: Revealed, favoured: frozenset[str]) -> tuple[Choice, Needs]:
    """A choice with sites first of all in favoured units, and what it lacks."""
    standing = Standing(case, known.choice.built)
    sites = complete_sites(standing, known.choice.sites, favoured)
    standing.lock_unfinished()
    worth = _Worth(standing, known)
    _fit(standing, worth)
    _swap(standing, worth)
    _fill(standing, worth, case.units)
    choice = _paid(standing, sites)
    needs, built = _needs(case, choice, known), set(standing.built)
    for _ in range(ROUNDS):
        if not needs:
            break
        for units, fen in needs:
            _shift(standing, worth, units, -(-fen // case.quantum_fen))
            _fill(standing, worth, units)
        choice = _paid(standing, sites)
        needs, built = _needs(case, choice, known), set(standing.built)
    _fill(standing, worth, case.units)
    if standing.built == built:
        return choice, needs
    fuller = _paid(standing, sites)
    lacking = _needs(case, fuller, known)
    return (choice, needs) if len(lacking) > len(needs) else (fuller, lacking)


class _Worth:
    """Prices as (1) has them, of projects the case of the plan did not have as they are."""

    def __init__(self, standing: Standing, known: Revealed) -> None:
        self._standing, self._known = standing, known
        self._kept: dict[str, float] = {}

    def __call__(self, project: str) -> float:
        moved = self._standing.moved
        if moved:
            for unit in moved:
                for one in self._standing.case.projects_of[unit]:
                    self._kept.pop(one, None)
            moved.clear()
        worth = self._kept.get(project)
        if worth is None:
            worth = self._kept[project] = self._now(project)
        return worth

    def _now(self, project: str) -> float:
        now = self._standing.price(project)
        before = self._known.before.get(project)
        return self._known.revealed[project] * now / before if before else now


def _fit(standing: Standing, worth: _Worth) -> None:
    """Leave out what the funds cannot pay, the least worth first."""
    while short := standing.purse.overdrawn:
        going = [p for p in standing.built if standing.removable(p) and short.intersection(standing.case.payers[p])]
        if not going:
            going = [p for p in standing.built if short.intersection(standing.case.payers[p])]
        if not going:
            return
        standing.drop(min(going, key=lambda p: (worth(p), p)))


def _swap(standing: Standing, worth: _Worth) -> None:
    """Build what is worth more than what has to go for it, as long as there is such a pair."""
    refused: set[str] = set()
    tries = iter(range(SWAPS_MAX))
    while True:
        coming = [p for p in standing.case.projects if p not in standing.built and p not in refused]
        lowest: float | None = None
        for best, _ in zip(sorted(coming, key=lambda p: (worth(p), p), reverse=True), tries, strict=False):
            if _make_room(standing, worth, best, worth(best), ()):
                break  # what is built has changed, and with it what is worth most
            refused.add(best)
            if lowest is None:
                lowest = min((worth(p) for p in standing.built if standing.removable(p)), default=0.0)
            if worth(best) <= lowest:
                return
        else:
            return


def _make_room(standing: Standing, worth: _Worth, project: str, price: float, spared: Iterable[str]) -> bool:
    """Build a project in the place of ones that are worth less together; False where that cannot be."""
    if not standing.admissible(project):
        return False
    case, gone, spared = standing.case, list[str](), set(spared)
    cost = sum(standing.cost[one] for one in case.together(project))
    while not standing.affordable(project):
        payers = set(chain.from_iterable(case.payers[one] for one in case.together(project)))
        going = [
            p
            for p in standing.built
            if case.projects[p].unit not in spared and payers.intersection(case.payers[p]) and standing.removable(p)
        ]
        least = min(going, key=lambda p: (worth(p), p), default=None)
        if least is None or worth(least) >= price or sum(standing.cost[p] for p in gone) > 3 * cost:
            for one in reversed(gone):
                standing.add(one)
            return False
        standing.drop(least)
        gone.append(least)
    standing.add(project)
    return True


def _fill(standing: Standing, worth: _Worth, units: Collection[str]) -> None:
    """Build what still fits of the projects of some units, the most worth first."""
    coming = [p for p, one in standing.case.projects.items() if p not in standing.built and one.unit in units]
    for project in sorted(coming, key=lambda p: (-worth(p), p)):
        if project not in standing.built and standing.admissible(project) and standing.affordable(project):
            standing.add(project)


def _shift(standing: Standing, worth: _Worth, units: frozenset[str], quanta: int) -> None:
    """Move so much money to projects of some units from those of the others; what cannot move to them is not spent."""
    case = standing.case
    wanted = sum(standing.held[u] for u in units) + quanta
    coming = [p for p in case.projects if p not in standing.built and case.projects[p].unit in units]
    for project in sorted(coming, key=lambda p: (-worth(p), p)):
        lacking = wanted - sum(standing.held[u] for u in units)
        if lacking <= 0:
            return
        if project not in standing.built and standing.cost[project] <= 2 * lacking:
            _make_room(standing, worth, project, float("inf"), units)
    lacking = wanted - sum(standing.held[u] for u in units)
    going = [p for p in standing.built if case.projects[p].unit not in units]
    for project in sorted(going, key=lambda p: (worth(p), p)):
        if lacking <= 0:
            return
        if project in standing.built and standing.removable(project):
            standing.drop(project)
            lacking -= standing.cost[project] // 2  # the share is of less then; the next round looks again


def _paid(standing: Standing, sites: tuple[str, ...]) -> Choice:
    """Who pays for what is built, and the grants the objectives decide; what nobody can pay is left out."""
    case = standing.case
    least = {f.code: case.grants_least_fen(f) if f.decides_grants else 0 for f in case.funds.values()}
    capacity = {f.code: min(f.projects_fen, f.total_fen - least[f.code]) for f in case.funds.values()}
    costs = {p: case.cost_fen(p) for p in sorted(standing.built)}
    pays, unpaid = share_costs(costs, case.payers, capacity)
    if unpaid:
        whole: dict[str, int] = {}
        for (_, project), fen in pays.items():
            whole[project] = whole.get(project, 0) + fen
        pays = {pair: fen for pair, fen in pays.items() if whole[pair[1]] == costs[pair[1]]}
    every = {
        (f.code, unit): f.total_fen if number == 0 else 0
        for f in case.funds.values()
        if f.decides_grants
        for number, unit in enumerate(f.units)
    }
    choice = Choice(pays, sites, every)
    return Choice(pays, sites, settle_grants(case, choice) if every else {})


def _needs(case: Case, choice: Choice, known: Revealed) -> Needs:
    """Who gets too little: the group of a rule, or all but the group where it may not have more."""
    shares = [rule for rule in stated_rules(case.policy) if isinstance(rule, GroupShare)]
    if not shares:
        return []
    audit = audit_of(case, choice, plan_lines(case, choice))
    lacking, needs = _lacking(case, audit), Needs()
    for rule in shares:
        for group, units in _groups(case, rule).items():
            fen = lacking.get((rule.id, group), 0) - (
                known.lacking_fen.get((rule.id, group), 0) if rule.kind == "should" else 0
            )
            if fen <= 0:
                continue
            part, whole = audit.money_fen(units, rule.funds), audit.money_fen(case.units, rule.funds)
            too_little = rule.at_least is not None and part < rule.at_least * whole
            needs.append((frozenset(units) if too_little else frozenset(case.units).difference(units), fen))
    return needs


def _lacking(case: Case, audit: PlanAudit) -> dict[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = {}
    for rule in stated_rules(case.policy):
        if isinstance(rule, GroupShare):
            for short in rule.check(audit):
                found[rule.id, short.where] = found.get((rule.id, short.where), 0) + short.amount
    return found


def _groups(case: Case, rule: GroupShare) -> dict[str, list[str]]:
    """The groups of a rule about shares as its shortfalls name them."""
    if rule.each is None:
        return {"group": chosen_units(case, rule.where)}
    groups: dict[str, list[str]] = {}
    for code, unit in case.units.items():
        groups.setdefault(getattr(unit, rule.each), []).append(code)
    return groups
