"""The plain model of a case: which projects are built, who pays, what the formula gives, which sites are shown.

Columns, all whole numbers, money in quanta:

    built[p]     0/1      project p is built, to its whole remaining cost (M20)
    pays[f, p]   >= 0     what fund f pays of p; only where f may pay for p (M05), only when more than one fund may
    grant[f, u]  >= 0     formula grant of a fund in mode `optimize`; constants for funds in mode `factor`
    rest[f, u]   >= 0     what the projects of f leave, given back to the units (`rest: formula`)
    site[u]      0/1      u is a demonstration site (M14)
    piece[u, k]  >= 0     how much of u's grant lies in piece k of the welfare function

Under a programme (M17) `years.py` adds later years; pays, grants, rests and the rules about money are this year's,
while welfare, benefit and whatever else speaks of `built` count all years.

Rows:

    sum(pays[f, p] for f) = cost[p] * built[p]                                    (1)  full funding (M20)
    sum(pays[f, p] for p) <= projects[f]                                          (2)  envelope for projects (M01, M02)
    sum(rest[f, u] for u) + sum(pays[f, p] for p) = projects[f]                   (3)  where the rest goes back
    sum(grant[f, u] for u) + sum(pays[f, p]) <= total[f]                          (4)  mode `optimize`; = if whole
    sum(piece[u, k] for k) = sum(grant[f, u] for f) + sum(cost[p] * built[p])     (5)

Where caps keep the units from taking all of (3) or of a whole (4), something is left, but only when all are at theirs:

    given + spent + left = whole,   left <= (whole - most) * full,   given >= most * full         (6)

Welfare counts guaranteed formula grants and projects; what projects leave is spread afterwards and counted by the
rules (3), not by the objectives: otherwise the search would leave projects out in order to spread their money.
This is the reference model; tests compare every faster one with it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from fractions import Fraction

from optimizer.case import Case, FundCase
from optimizer.changes import changes
from optimizer.choices import PROJECTS_MAX, add_choices, choice_worth
from optimizer.model import Linear, Model, ModelFault, Objective, total
from optimizer.pieces import Worth, add_pieces, least_grant
from optimizer.rules import ALWAYS, stated_rules
from optimizer.rules.base import PlanRule
from optimizer.rules.contiguity import Contiguity
from optimizer.rules.programme import Programme
from optimizer.worst_off import worst_off
from optimizer.years import Payments, add_later_budgets, add_project_years


class Formulation:
    """A case as a model. `rules` defaults to the policy's; the search for a conflict passes fewer.

    With `tight` units get the columns of `optimizer/choices.py`; without, the model is
    the plain one of the module's text, the reference the tight one is tested against. The cost of projects named
    `cheaper` may be cut, by a column `saved[p]` each (`optimizer/reasons/levers.py`).
    """

    def __init__(
        self,
        case: Case,
        rules: Sequence[PlanRule] | None = None,
        *,
        tight: bool = False,
        cheaper: Collection[str] = (),
    ) -> None:
        self._cheaper = frozenset(cheaper)
        self.saved: dict[str, int] = {}
        self.case = case if rules is None else case.under(rules)
        self.model = Model()
        self.built: dict[str, int] = {}
        self.site: dict[str, int] = {}
        self.pays: dict[tuple[str, str], Linear] = {}
        self.grant: dict[tuple[str, str], Linear] = {}
        self.rest: dict[tuple[str, str], int] = {}
        self.years = case.years
        self.in_year: dict[tuple[str, int], int] = {}
        self.building_in: dict[tuple[str, int], int] = {}
        self.later: Payments = {}
        self.pairs: dict[str, Linear] = {}
        self._building: dict[str, int] = {}
        self._shortfalls: dict[int, list[Linear]] = {}
        self.demanded: dict[str, tuple[str, int]] = {}
        """Row -> the rule that demands it, and how much of the row one unit of the rule's measure is."""
        self.rules = stated_rules(case.policy) if rules is None else list(rules)
        once = any(isinstance(rule, Programme) for rule in self.rules)
        self._choosable = tight and (once or len(self.years) == 1)
        """Choices are of one year each, so that they stand only where the rule that each unit is built once does."""
        self._projects()
        add_later_budgets(case, self.model, self.later)
        for fund in case.funds.values():
            self._fund(fund)
        for rule in (*ALWAYS, *sorted(self.rules, key=lambda rule: rule.LATE)):
            rule.rows(self)

    def building(self, unit: str) -> int | None:
        """The 0/1 column that can be 1 only where the unit builds a project; None where it has none to build."""
        if unit not in self._building and self.case.projects_of[unit]:
            column = self._building[unit] = self.model.column(f"building.{unit}", 0, 1)
            row = Linear({self.built[p]: -1 for p in self.case.projects_of[unit]}).add(column, 1)
            self.model.row(f"building.{unit}", row, high=0)
        return self._building.get(unit)

    def money(self, units: Iterable[str], funds: Sequence[str] | None = None) -> Linear:
        """All that these units receive from these funds (default: all), in quanta."""
        codes = self.case.funds if funds is None else [f for f in funds if f in self.case.funds]
        parts: list[Linear] = []
        for unit in units:
            for fund in codes:
                if (fund, unit) in self.grant:
                    parts.append(self.grant[fund, unit])
                if (fund, unit) in self.rest:
                    parts.append(Linear({self.rest[fund, unit]: 1}))
                parts += [self.pays[fund, p] for p in self.case.projects_of[unit] if (fund, p) in self.pays]
        return total(parts)

    def project_money(self, projects: Iterable[str], funds: Sequence[str] | None = None) -> Linear:
        """All that these funds (default: all) pay of these projects, in quanta."""
        codes = self.case.funds if funds is None else funds
        return total(self.pays[fund, p] for p in projects for fund in codes if (fund, p) in self.pays)

    def demand(
        self,
        rule: PlanRule,
        where: str,
        expression: Linear,
        *,
        low: int | None = None,
        high: int | None = None,
        per: int = 1,
    ) -> None:
        """`low <= expression` or `expression <= high`; a should-rule may fall short (see `Build.demand`)."""
        row = expression
        name = f"{rule.id}.{where}"
        if rule.kind == "should":
            reach = max(abs(low or 0), abs(high or 0)) + abs(expression.constant)
            reach += sum(
                abs(k) * max(abs(self.model.lower[c]), abs(self.model.upper[c])) for c, k in expression.terms.items()
            )
            short = self.model.column(f"short.{name}", 0, -(-reach // per))
            row = expression.plus(Linear({short: per if low is not None else -per}))
            self._shortfalls.setdefault(rule.priority_class, []).append(Linear({short: 1}))
        bounds = {key: value for key, value in (("low", low), ("high", high)) if value is not None}
        self.model.row(name, row, **bounds)
        self.demanded[name] = (rule.id, per)

    def objectives(self) -> list[Objective]:
        """The policy's strict order, shortfalls class by class. To be asked once: welfare brings columns of its own.

        Raises `ModelFault` where shortfalls of one class cannot be added up, as yuan and sites cannot.
        """
        steps: list[Objective] = []
        classes: dict[int, dict[str, str]] = {}
        for rule in self.rules:
            if rule.kind == "should":
                classes.setdefault(rule.priority_class, {}).setdefault(rule.counted_in, rule.id)
        for spec in self.case.policy.objectives:
            tolerance = Fraction(spec.tolerance)
            if spec.id == "shortfall":
                for number, units in sorted(classes.items()):
                    if len(units) > 1:
                        raise ModelFault(
                            f"The should-rules {' and '.join(units.values())} share the priority class {number}, "
                            "but what they fall short of is counted in different units; give them different classes."
                        )
                    expression = self.shortfall(number)
                    unit = next(iter(units))
                    steps.append(Objective(f"shortfall-{number}", "min", expression, unit, tolerance))
            elif spec.id == "changes":
                steps.append(Objective("changes", "min", changes(self), "changes", tolerance))
            elif spec.id == "welfare" and self.case.policy.welfare.alpha == "inf":
                levels = self.case.leximin
                for name, expression in zip(levels.names(), worst_off(self), strict=True):
                    steps.append(Objective(name, "max", expression, levels.unit(name), tolerance))
            elif spec.id == "welfare":
                steps.append(Objective("welfare", "max", self._welfare(), "yuan per weighted household", tolerance))
            elif spec.id == "contiguity":
                pairs = total(self.pairs[rule.id] for rule in self.rules if isinstance(rule, Contiguity))
                steps.append(Objective("contiguity", "max", pairs, "pairs", tolerance))
            else:
                steps.append(Objective("benefit", "max", self._benefit(), "points", tolerance))
        return steps

    def shortfall(self, priority_class: int) -> Linear:
        """All that should-rules of one class fall short, in the measure of each."""
        return total(self._shortfalls.get(priority_class, []))

    def _projects(self) -> None:
        for code in self.case.projects:
            cost = self.case.cost_quanta(code)
            built = self.built[code] = self.model.column(f"built.{code}", 0, 1)
            if len(self.years) > 1:
                built, of_project = add_project_years(self.case, self.model, code, built, self.in_year)
                self.later |= of_project
            self.in_year[code, self.years[0]] = built
            payers = self.case.payers[code]
            if len(payers) == 1 and code not in self._cheaper:
                self.pays[payers[0], code] = Linear({built: cost})
                continue
            balance = Linear({built: -cost})
            if code in self._cheaper:
                self.saved[code] = self.model.column(f"saved.{code}", 0, cost - 1)
                balance.add(self.saved[code], 1)
            for fund in payers:
                column = self.model.column(f"pays.{fund}.{code}", 0, cost)
                self.pays[fund, code] = Linear({column: 1})
                balance.add(column, 1)
            self.model.row(f"full-funding.{code}", balance, low=0, high=0)

    def _fund(self, fund: FundCase) -> None:
        case, code = self.case, fund.code
        spent = total(self.pays[code, p] for p in case.projects if (code, p) in self.pays)
        envelope, whole = case.quanta(fund.projects_fen), case.quanta(fund.total_fen)
        if fund.decides_grants:
            formula = fund.policy.formula
            assert formula is not None
            granted = Linear()
            for unit, (low, high) in case.grant_bounds(fund).items():
                column = self.model.column(f"grant.{code}.{unit}", low, high)
                self.grant[code, unit] = Linear({column: 1})
                granted.add(column, 1)
            self.model.row(f"envelope.{code}", spent, high=envelope)
            if fund.rest_to_units:
                self._split_whole(code, granted, spent, whole)
            else:
                self.model.row(f"budget.{code}", granted.plus(spent), high=whole)
            return
        for unit, fen in case.guaranteed_fen[code].items():
            self.grant[code, unit] = Linear(constant=case.quanta(fen))
        if fund.rest_to_units:
            back = Linear()
            for unit, room in case.rest_rooms(fund).items():
                column = self.rest[code, unit] = self.model.column(f"rest.{code}.{unit}", 0, room)
                back.add(column, 1)
            self._split_whole(code, back, spent, envelope)
        else:
            self.model.row(f"budget.{code}", spent, high=envelope)

    def _split_whole(self, code: str, given: Linear, spent: Linear, whole: int) -> None:
        """Rows (3), (4) and (6): what projects do not spend is given to the units, as far as their caps go."""
        most = sum(self.model.upper[column] for column in given.terms)
        if most >= whole:
            self.model.row(f"budget.{code}", given.plus(spent), low=whole, high=whole)
            return
        left = self.model.column(f"left.{code}", 0, whole - most)
        full = self.model.column(f"full.{code}", 0, 1)
        self.model.row(f"budget.{code}", given.plus(spent).add(left, 1), low=whole, high=whole)
        self.model.row(f"left-only-when-full.{code}", Linear({left: 1, full: most - whole}), high=0)
        self.model.row(f"full-means-full.{code}", given.plus(Linear({full: -most})), low=0)

    def _welfare(self) -> Linear:
        case, scale, welfare = self.case, self.case.welfare, Linear()
        for unit in case.units:
            grants = [self.grant[f, unit] for f in case.funds if (f, unit) in self.grant]
            costs = {self.built[p]: case.cost_quanta(p) for p in case.projects_of[unit]}
            grant = total([*grants, Linear(costs)])
            weight, start = case.weights[unit], grant.constant
            decided = total(grants)
            if grant.terms and (choices := self.choices(unit, decided=True)) is not None:
                held, worth = least_grant(self.model, decided), Worth(scale.slopes, scale.cuts(weight))
                gains = choice_worth(choices, held, worth.of)
                if decided.terms:
                    gains.terms |= add_pieces(self.model, unit, decided, choices, worth).terms
                welfare.terms |= gains.terms
                welfare.constant += worth.of(held)
                continue
            welfare.constant += scale.of_grant(start, weight)
            if not grant.terms:
                continue
            reach = start + sum(k * self.model.upper[c] for c, k in grant.terms.items())
            for project in self.saved.keys() & set(case.projects_of[unit]):
                grant.add(self.saved[project], -1)
            pieces = Linear(constant=start)
            for k, (slope, end) in enumerate(zip(scale.slopes, (*scale.cuts(weight), reach), strict=True)):
                stop = min(end, reach)
                if stop > start:
                    column = self.model.column(f"piece.{unit}.{k}", 0, stop - start)
                    pieces.add(column, 1)
                    welfare.add(column, slope)
                    start = stop
            self.model.row(f"pieces.{unit}", grant.plus(pieces, -1), low=0, high=0)
        return welfare

    def choices(self, unit: str, *, decided: bool = False) -> dict[int, int] | None:
        """Columns of `optimizer/choices.py` with their costs, where the formulation is tight and the unit allows it.

        Units whose grants the objectives decide get them only where these are `decided` by the caller's own rows.
        """
        grants = [self.grant[f, unit] for f in self.case.funds if (f, unit) in self.grant]
        projects = self.case.projects_of[unit]
        settled = (decided or not any(grant.terms for grant in grants)) and self.saved.keys().isdisjoint(projects)
        if not self._choosable or not settled or not 0 < len(projects) <= PROJECTS_MAX:
            return None
        return add_choices(self, unit, self._building.get(unit))

    def _benefit(self) -> Linear:
        benefit = Linear({column: self.case.projects[p].benefit for p, column in self.built.items()})
        return total([benefit, *(rule.points(self) for rule in self.rules)])
