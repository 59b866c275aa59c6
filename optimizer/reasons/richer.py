"""A case in which one fund has more (or less) money for projects, by a column: what would a little more of it do?

The fund's total and its envelope for projects both grow by m, formula money that is certain stays, and welfare is
measured on today's scale, so that today's floors keep their meaning. Written as `most` more money of which some is
absent, so that rows which depend on how much there is at most stay right:

    given + spent + absent  (<=, =)  total + most,     0 <= absent <= most,     m = most - absent            (1)
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from functools import cached_property

from domain.leximin import Leximin
from domain.welfare import WelfareScale
from optimizer.case import Case
from optimizer.model import Linear, Model


@dataclass(frozen=True, kw_only=True)
class _RicherCase(Case):
    """A case with more money, measured on the scale of the case it was made from."""

    today: Case

    @cached_property
    def welfare(self) -> WelfareScale:
        """Today's."""
        return self.today.welfare

    @cached_property
    def leximin(self) -> Leximin:
        """Today's."""
        return self.today.leximin


@dataclass(frozen=True)
class Richer:
    """A case with up to `most` quanta more in one fund, and what makes it any less."""

    case: Case
    fund: str
    most: int

    def add_to(self, model: Model) -> Linear:
        """Put the absent money into the rows of the fund; returns m of (1), in quanta."""
        absent = model.column(f"absent.{self.fund}", 0, self.most)
        for r, name in enumerate(model.row_names):
            if name in (f"budget.{self.fund}", f"envelope.{self.fund}"):
                model.row_terms[r][absent] = 1
        return Linear({absent: -1}, self.most)


def with_money(case: Case, fund: str, most: int) -> Richer:
    """A case in which a fund has `most` quanta more for projects."""
    own, more = case.funds[fund], most * case.quantum_fen
    richer = replace(own, total_fen=own.total_fen + more, projects_fen=own.projects_fen + more)
    given = {f.name: getattr(case, f.name) for f in fields(Case)}
    given["funds"] = {**case.funds, fund: richer}
    return Richer(_RicherCase(**given, today=case), fund, most)
