"""A slider's first answer in hundredths of a second: the relaxation kept warm while sums of money change.

The relaxation of the first step that is not a shortfall stays in the solver, with the floors of earlier steps as rows.
A changed sum moves the end of a row and the simplex method goes on from where it stood. What it gives is an
**estimate**: a float, without whole projects, and with the welfare function of the money the case began with. The plan
itself comes from `solve_in_order(…, start=…)`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from optimizer.case import Case
from optimizer.formulation import Formulation
from optimizer.model import UNBOUNDED
from optimizer.outcome import own_unit
from optimizer.solve.reduction import reduced
from optimizer.solve.relaxation import Relaxation


@dataclass(frozen=True)
class Estimate:
    """About what an objective would come to; never to be shown without its label."""

    objective: str
    unit: str
    value: Fraction


class Warm:
    """A case's relaxation, ready for sums of money to change."""

    def __init__(self, case: Case, floors: Mapping[str, int], step: str) -> None:
        """`floors` are raw values by objective as in `step_with_keeps`. Raises `ValueError` where there is no plan."""
        form = Formulation(case, tight=True)
        steps = {one.name: one for one in form.objectives()}
        for name, floor in floors.items():
            ends = {"low": floor} if steps[name].sense == "max" else {"high": floor}
            form.model.row(f"keep.{name}", steps[name].expression, **ends)
        self.case, self._step = case, steps[step]
        upward = self._step.expression.times(1 if self._step.sense == "max" else -1)
        base = reduced(form.model, upward, form.model.lower, form.model.upper)
        if base is None:
            raise ValueError("no plan keeps all must-rules and floors")
        self._model, self._upward = base.model, base.expression
        self._rows = {name: r for r, name in enumerate(base.model.row_names)}
        self._relaxation = Relaxation(base.model, base.expression)

    def estimate(self, moved_fen: Mapping[str, int]) -> Estimate | None:
        """About what the step comes to with funds richer or poorer by sums in fen; None where it cannot say.

        It cannot where a fund is not spent to its end, so that its row has gone, or where no money is left.
        """
        low: dict[int, float] = {}
        high: dict[int, float] = {}
        for fund, fen in moved_fen.items():
            r = self._rows.get(f"budget.{fund}")
            if r is None:
                return None
            by = self.case.quanta(fen)
            if self._model.row_low[r] > -UNBOUNDED:
                low[r] = self._model.row_low[r] + by
            if self._model.row_high[r] < UNBOUNDED:
                high[r] = self._model.row_high[r] + by
        self._relaxation.move_ends(low, high)
        point = self._relaxation.best()
        self._relaxation.move_ends({r: self._model.row_low[r] for r in low}, {r: self._model.row_high[r] for r in high})
        if point is None:
            return None
        terms = self._upward.terms.items()
        raw = round(self._upward.constant + sum(k * point.values[c] for c, k in terms))
        raw = raw if self._step.sense == "max" else -raw
        return Estimate(self._step.name, self._step.unit, own_unit(self.case, self._step.name, self._step.unit, raw))
