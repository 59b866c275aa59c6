"""What units and funds can come to at least and at most, by adding up the bounds of the columns: sums, no search."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from optimizer.case import Case, FundCase
from optimizer.conflicts.conditions import Conditions, ends
from optimizer.model import Linear
from optimizer.prechecks.finding import Finding
from optimizer.rules import stated_rules

Funds = frozenset[str]


class Reach:
    """Bounds of a case that hold in every plan whatever its rules, in quanta."""

    def __init__(self, case: Case) -> None:
        stated = stated_rules(case.policy)
        rules = [rule.model_copy(update={"kind": "must"}) if rule.gives_way else rule for rule in stated]
        self.form = Conditions(case, rules)
        self.case = self.form.case
        self.kinds = {rule.id: rule.kind for rule in stated}
        self._of_unit: dict[tuple[str, Funds], tuple[int, int]] = {}

    def funds(self, named: Sequence[str] | None) -> Funds:
        """The funds a rule is about, those of the case only."""
        return frozenset(self.case.funds if named is None else (f for f in named if f in self.case.funds))

    def of(self, expression: Linear) -> tuple[int, int]:
        """The least and the most an expression comes to within the bounds of its columns."""
        model, least, most = self.form.model, expression.constant, expression.constant
        for c, k in expression.terms.items():
            one, other = k * model.lower[c], k * model.upper[c]
            least, most = least + min(one, other), most + max(one, other)
        return least, most

    def unit(self, unit: str, funds: Funds) -> tuple[int, int]:
        """The least and the most a unit can get from some funds."""
        key = unit, funds
        if key not in self._of_unit:
            least, most = self.of(self.form.money([unit], sorted(funds)))
            self._of_unit[key] = least, min(most, self.most_spent(funds))
        return self._of_unit[key]

    def most_spent(self, funds: Iterable[str]) -> int:
        """What some funds can pay at most together."""
        return sum(self._most_of_fund[f] for f in funds)

    def least_spent(self, funds: Iterable[str]) -> int:
        """What some funds pay at least in every plan; all of a fund that is split whole, as far as caps let it."""
        return sum(self._least_of_fund(self.case.funds[f]) for f in funds)

    @cached_property
    def _most_of_fund(self) -> dict[str, int]:
        spent = {}
        for code, fund in self.case.funds.items():
            _, by_columns = self.of(self.form.money(self.case.units, [code]))
            whole = fund.projects_fen if fund.policy.formula is None else fund.total_fen
            spent[code] = min(by_columns, self.case.quanta(whole))
        return spent

    def _least_of_fund(self, fund: FundCase) -> int:
        least, _ = self.of(self.form.money(self.case.units, [fund.code]))
        if not fund.rest_to_units:
            return least
        sure = 0 if fund.decides_grants else sum(self.case.guaranteed_fen[fund.code].values())
        whole = self.case.quanta(fund.total_fen if fund.decides_grants else fund.projects_fen + sure)
        left = f"left.{fund.code}"
        names = self.form.model.column_names
        return max(least, whole - (self.form.model.upper[names.index(left)] if left in names else 0))

    def out_of_reach(self) -> Iterator[Finding]:
        """Single demands that nothing can fulfil, of rules of any kind: what they ask lies beyond what can be."""
        model, told = self.form.model, set()
        for demand in self.form.demands:
            least, most = self.of(Linear(model.row_terms[demand.row]))
            low, high = ends(model, demand.row)
            if demand.rule.id not in told and ((low is not None and most < low) or (high is not None and least > high)):
                told.add(demand.rule.id)
                certain = self.kinds[demand.rule.id] == "must"
                figures = {"where": demand.where}
                yield Finding("out-of-reach", certain, (demand.rule.id,), (demand.rule.clause,), dict(figures))
