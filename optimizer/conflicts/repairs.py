"""The cheapest ways out of a collision: which must-rules to relax, where and by how much, and which funds to raise.

Every must-rule that is not statutory becomes a should-rule whose shortfalls are priced; a fund whose money is all for
projects gets a column for more of it. With cost[i] the policy's `repair_cost` of lever i and short[i, w] what rule i
misses at w, in quanta, sites or projects:

    minimise  sum(cost[i] * short[i, w]) + sum(cost[f] * more[f])                                   (1)
    spent[f] - more[f] <= envelope[f]                                                               (2)

Different repairs differ in their levers (rules and funds): with S the levers of a repair found before,

    sum(short[i, w] for w) <= most * used[i],   sum(used[i] for i in S) <= |S| - 1                   (3)

so no repair contains another, and each is the cheapest that does not. A fund with a formula splits more money in its
own way, so it is tried by itself: the least raise, to the policy's quantum, is found by halving.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

import msgspec

from domain.formula import FormulaFault
from domain.register import Register
from optimizer.case import Case, CaseMisfit, FundCase, build_case
from optimizer.conflicts.conditions import Conditions, without_rows
from optimizer.model import Ints, Linear, Model, ModelFault
from optimizer.rules import stated_rules
from optimizer.rules.base import PlanRule
from optimizer.solve.cp_sat import CpSat
from optimizer.solve.feasibility import decide

REPAIRS_MAX = 3
SEARCH_SECONDS = 10
"""Deterministic seconds for one cheapest repair; what is found by then is named as not proven."""
SECONDS = 4
"""Deterministic seconds to decide whether a repair, or a little less of it, gives a plan."""


@dataclass(frozen=True)
class Relax:
    """A rule that may be missed at one place, by so much and no more."""

    rule: PlanRule
    where: str
    amount: int
    """In the measure of the rule: fen, or whole sites, projects, …"""


@dataclass(frozen=True)
class Raise:
    """More money in a fund."""

    fund: str
    amount_fen: int


@dataclass(frozen=True)
class Repair:
    """Changes that together make a plan possible; `cost` in yuan of the policy's repair costs."""

    relaxes: tuple[Relax, ...]
    raises: tuple[Raise, ...]
    cost: Fraction
    proven: bool
    """Whether nothing cheaper with other levers, and no less of any of these, was shown to do."""

    @property
    def levers(self) -> frozenset[str]:
        """Ids of rules, and codes of funds with `fund:` before them."""
        return frozenset([*(r.rule.id for r in self.relaxes), *(f"fund:{r.fund}" for r in self.raises)])


def cheapest_repairs(case: Case, *, most: int = REPAIRS_MAX) -> list[Repair]:
    """Up to `most` repairs of a case without a plan, the cheapest first, no one containing the levers of another.

    Each is solved anew: it suffices, and less of it does not. Empty where statutory rules and funds that cannot be
    raised collide by themselves.
    """
    found: list[Repair] = []
    for repair in _Search(case).run():
        found.append(_checked(case, repair))
        if len(found) == most:
            break
    for fund in case.funds.values():
        if fund.policy.raisable and not _all_for_projects(fund):
            limit = found[-1].cost if len(found) == most else None
            if (alone := _raised_alone(case, fund, limit)) is not None:
                found.append(alone)
                found = sorted(found, key=lambda repair: repair.cost)[:most]
    return found


def relaxable(case: Case) -> list[str]:
    """Ids of the rules a repair may relax: every must that can be missed by halves and that no higher law asks for."""
    return [
        rule.id for rule in stated_rules(case.policy) if rule.kind == "must" and rule.gives_way and not rule.statutory
    ]


def relaxed_rules(case: Case, relaxed: Collection[str]) -> list[PlanRule]:
    """The rules of a case, those that are relaxed as should-rules."""
    rules = stated_rules(case.policy)
    return [rule.model_copy(update={"kind": "should"}) if rule.id in relaxed else rule for rule in rules]


def _all_for_projects(fund: FundCase) -> bool:
    """Whether each further yuan of a fund is a further yuan for projects."""
    return fund.policy.formula is None and fund.projects_fen == fund.total_fen and _room_fen(fund) != 0


def _room_fen(fund: FundCase) -> int | None:
    """How much a fund of projects may be raised before its envelope ends; None: without end."""
    envelopes = fund.policy.envelopes
    return None if envelopes.projects_at_most_share is not None else envelopes.projects_at_most_fen - fund.total_fen


class _Search:
    """The model (1) to (3), growing by a row for every repair found."""

    def __init__(self, case: Case) -> None:
        self.case = case
        levers = relaxable(case)
        self.form = Conditions(case, relaxed_rules(case, levers))
        self.of_lever: dict[str, dict[int, Fraction]] = {}  # lever -> its columns with the cost of one of each, in yuan
        self.used: dict[str, int] = {}
        yuan = Fraction(case.quantum_fen, 100)
        for demand in self.form.demands:
            if demand.short is not None and demand.rule.id in levers:
                worth = yuan if demand.rule.measure == "fen" else Fraction(1)
                self.of_lever.setdefault(demand.rule.id, {})[demand.short] = worth * Fraction(demand.rule.repair_cost)
        self.step: dict[str, int] = {}
        for fund in case.funds.values():
            if fund.policy.raisable and _all_for_projects(fund):
                self._raisable(fund)
        self.unit = lcm(*(cost.denominator for costs in self.of_lever.values() for cost in costs.values()))

    def _raisable(self, fund: FundCase) -> None:
        """(2); in steps of the policy's quantum, to which a share of a fund is rounded."""
        model, room = self.form.model, _room_fen(fund)
        step = self.case.policy.quantum_fen if room is None else self.case.quantum_fen
        most = sum(one.total_fen for one in self.case.funds.values()) // step if room is None else room // step
        if room is None and fund.total_fen % step:
            return
        column = model.column(f"more.{fund.code}", 0, most)
        model.row_terms[model.row_names.index(f"budget.{fund.code}")][column] = -(step // self.case.quantum_fen)
        self.step[f"fund:{fund.code}"] = step
        self.of_lever[f"fund:{fund.code}"] = {column: Fraction(step, 100) * Fraction(fund.policy.repair_cost)}

    def run(self) -> Iterator[Repair]:
        """Repairs, the cheapest first, until there is none that contains none of those before."""
        cost, model = self._cost(list(self.of_lever)), self.form.model
        hint: Ints | None = None
        solver = CpSat(seed=self.case.policy.limits.seed, deterministic_seconds=SEARCH_SECONDS)
        while self.of_lever:
            answer = solver.solve(model, cost, maximise=False, gap_allowed=0, hint=hint, step="repair", listener=None)
            if answer.values is None or model.broken_rows(answer.values):
                return
            hint = answer.values
            repair = self._thinned(self._read(hint.tolist(), proven=answer.status == "optimal"))
            if not repair.levers:
                return
            yield repair
            self._exclude(repair.levers)

    def _cost(self, levers: Iterable[str]) -> Linear:
        """What some levers cost, in the whole-number unit of this search."""
        return Linear({c: int(k * self.unit) for lever in levers for c, k in self.of_lever[lever].items()})

    def _thinned(self, repair: Repair) -> Repair:
        """A repair that costs as much with none of its levers to spare."""
        for lever in sorted(repair.levers):
            fewer = repair.levers - {lever}
            if not fewer or lever not in repair.levers:
                continue
            model = without_rows(self.form.model, ())
            for column in (c for other in self.of_lever.keys() - fewer for c in self.of_lever[other]):
                model.upper[column] = 0
            model.row("as-cheap", self._cost(sorted(fewer)), high=int(repair.cost * self.unit))
            told = decide(model, seed=self.case.policy.limits.seed, seconds=SECONDS)
            if told.values is not None:
                repair = self._read(told.values.tolist(), proven=repair.proven)
        return repair

    def _read(self, values: Sequence[int], *, proven: bool) -> Repair:
        relaxes, q = [], self.case.quantum_fen
        for demand in self.form.demands:
            if demand.short is not None and values[demand.short] and demand.rule.id in self.of_lever:
                size = q if demand.rule.measure == "fen" else 1
                relaxes.append(Relax(demand.rule, demand.where, values[demand.short] * size))
        raises = [
            Raise(lever.removeprefix("fund:"), values[column] * step)
            for lever, step in self.step.items()
            for column in self.of_lever[lever]
            if values[column]
        ]
        spent = sum((k * values[c] for costs in self.of_lever.values() for c, k in costs.items()), Fraction(0))
        return Repair(tuple(relaxes), tuple(raises), spent, proven)

    def _exclude(self, levers: frozenset[str]) -> None:
        """(3)."""
        model = self.form.model
        for lever in sorted(levers - self.used.keys()):
            columns = self.of_lever[lever]
            used = self.used[lever] = model.column(f"used.{lever}", 0, 1)
            most = sum(model.upper[c] for c in columns)
            model.row(f"used.{lever}", Linear(dict.fromkeys(columns, 1)).add(used, -most), high=0)
        name = "other-than." + "+".join(sorted(levers))
        model.row(name, Linear({self.used[lever]: 1 for lever in levers}), high=len(levers) - 1)


def _checked(case: Case, repair: Repair) -> Repair:
    """The repair as it stands up when solved anew: proven only if it suffices and less of each lever does not."""
    proven = repair.proven and _suffices(case, repair)
    for lever in sorted(repair.levers):
        proven = proven and decide(_repaired(case, repair, less=lever), seconds=SECONDS).verdict == "impossible"
    return Repair(repair.relaxes, repair.raises, repair.cost, proven)


def _suffices(case: Case, repair: Repair) -> bool:
    """Whether a case made anew with this repair has a plan."""
    return decide(_repaired(case, repair), seconds=SECONDS).verdict == "possible"


def _repaired(case: Case, repair: Repair, *, less: str | None = None) -> Model:
    """The conditions of a case that is made anew with a repair; `less` takes the smallest step from one lever."""
    raised = {r.fund: r.amount_fen - (_step(case, r.fund) if less == f"fund:{r.fund}" else 0) for r in repair.raises}
    case = _with_more(case, raised) if raised else case
    relaxed = {relax.rule.id for relax in repair.relaxes}
    form = Conditions(case, relaxed_rules(case, relaxed))
    allowed: dict[tuple[str, str], int] = {}
    for relax in repair.relaxes:
        size = case.quantum_fen if relax.rule.measure == "fen" else 1
        key = relax.rule.id, relax.where
        allowed[key] = allowed.get(key, 0) + relax.amount // size
    of_less = Linear()
    for demand in form.demands:
        if demand.short is not None and demand.rule.id in relaxed:
            form.model.upper[demand.short] = allowed.get((demand.rule.id, demand.where), 0)
            if demand.rule.id == less:
                of_less.add(demand.short, 1)
    if of_less.terms:
        form.model.row("less", of_less, high=sum(n for (rule, _), n in allowed.items() if rule == less) - 1)
    return form.model


def _step(case: Case, fund: str) -> int:
    return case.quantum_fen if _room_fen(case.funds[fund]) is not None else case.policy.quantum_fen


def _with_more(case: Case, more_fen: Mapping[str, int]) -> Case:
    """The case with more money in some funds. Raises what `build_case` does."""
    funds = {
        code: msgspec.structs.replace(fund, amount_fen=fund.amount_fen + more_fen.get(code, 0))
        for code, fund in case.register.funds.items()
    }
    register: Register = msgspec.structs.replace(case.register, funds=funds)
    return build_case(register, case.loaded, case.baseline)


def _raised_alone(case: Case, fund: FundCase, limit: Fraction | None) -> Repair | None:
    """The least raise of one fund that gives a plan; None where none below `limit` (in yuan of cost) does."""
    step, cost = case.policy.quantum_fen, Fraction(fund.policy.repair_cost)
    most = sum(one.total_fen for one in case.funds.values()) // step
    if limit is not None:
        most = min(most, (limit * 100 / cost / step).__ceil__() - 1)

    def possible(steps: int) -> bool:
        try:
            model = Conditions(raised := _with_more(case, {fund.code: steps * step}), stated_rules(raised.policy)).model
        except (CaseMisfit, FormulaFault, ModelFault):
            return False
        return decide(model, seconds=SECONDS).verdict == "possible"

    if most < 1 or not possible(most):
        return None
    low = 0
    while most - low > 1:
        middle = (low + most) // 2
        low, most = (low, middle) if possible(middle) else (middle, most)
    return Repair((), (Raise(fund.code, most * step),), cost * most * step / 100, True)
