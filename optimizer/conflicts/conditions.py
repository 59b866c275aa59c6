"""A case with every condition as a row of its own, so that each can be left out, priced or relaxed by itself.

Beside the plain model (`formulation.py`), whose columns and rows it keeps:

    pays[f, p] = cost[p] * built[p]      also where one fund alone may pay for p              (1)

and it remembers which row each rule demanded where, and the column that says by how much a should-rule falls short.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from optimizer.case import Case
from optimizer.formulation import Formulation
from optimizer.model import UNBOUNDED, Linear, Model
from optimizer.rules import ALWAYS, stated_rules
from optimizer.rules.base import PlanRule

FUND_ROWS = ("budget", "envelope", "left-only-when-full", "full-means-full")
FULL_FUNDING = "full-funding"


@dataclass(frozen=True)
class Demand:
    """One inequality a rule asks for: where, in which row, and the column of its shortfall if it may fall short."""

    rule: PlanRule
    where: str
    row: int
    short: int | None
    per: int


@dataclass(frozen=True, order=True)
class Background:
    """A condition that no rule of the policy states: a fund's money, full funding (M20), the order of projects."""

    kind: str
    """`budget` (of a fund), `full-funding`, `prerequisites` or `variants`."""
    fund: str = ""


class Conditions(Formulation):
    """A case as conditions; see the module's text. Should-rules get shortfall columns, must-rules do not."""

    def __init__(self, case: Case, rules: Sequence[PlanRule]) -> None:
        self.demands: list[Demand] = []
        super().__init__(case, rules)

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
        """As every formulation does it, and remembered."""
        row, column = len(self.model.row_names), len(self.model.column_names)
        super().demand(rule, where, expression, low=low, high=high, per=per)
        short = column if len(self.model.column_names) > column else None
        self.demands.append(Demand(rule, where, row, short, per))

    def _projects(self) -> None:
        super()._projects()
        for (fund, code), paid in sorted(self.pays.items()):
            now = self.in_year[code, self.years[0]]
            if set(paid.terms) != {now}:
                continue
            column = self.model.column(f"pays.{fund}.{code}", 0, paid.terms[now])
            self.model.row(f"{FULL_FUNDING}.{code}", paid.times(-1).add(column, 1), low=0, high=0)
            self.pays[fund, code] = Linear({column: 1})

    def background(self) -> dict[Background, list[int]]:
        """The rows of every condition that is no rule of the policy."""
        names: dict[str, Background] = {FULL_FUNDING: Background(FULL_FUNDING)}
        names |= {rule.id: Background(rule.NAME) for rule in ALWAYS}
        for fund in self.case.funds:
            names |= {f"{kind}.{fund}": Background("budget", fund) for kind in FUND_ROWS}
        demanded = {demand.row for demand in self.demands}
        found: dict[Background, list[int]] = {}
        for row, name in enumerate(self.model.row_names):
            if row in demanded:
                continue
            ends = [i for i, letter in enumerate(name) if letter == "."]
            known = [names[name[:end]] for end in (*ends, len(name)) if name[:end] in names]
            if known:
                found.setdefault(known[-1], []).append(row)
        return dict(sorted(found.items()))


def must_rules(case: Case) -> list[PlanRule]:
    """The must-rules a policy states, in its order."""
    return [rule for rule in stated_rules(case.policy) if rule.kind == "must"]


def without_rows(model: Model, left_out: Iterable[int]) -> Model:
    """The same columns, and all rows but these."""
    gone = set(left_out)
    kept = [row for row in range(len(model.row_names)) if row not in gone]
    smaller = Model()
    smaller.column_names, smaller.lower, smaller.upper = model.column_names, list(model.lower), list(model.upper)
    smaller.row_names = [model.row_names[row] for row in kept]
    smaller.row_low = [model.row_low[row] for row in kept]
    smaller.row_high = [model.row_high[row] for row in kept]
    smaller.row_terms = [model.row_terms[row] for row in kept]
    return smaller


def ends(model: Model, row: int) -> tuple[int | None, int | None]:
    """The least and the most of a row, None where it has no such end."""
    low, high = model.row_low[row], model.row_high[row]
    return (None if low <= -UNBOUNDED else low), (None if high >= UNBOUNDED else high)
