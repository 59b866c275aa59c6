"""Where the formula's own split of what projects leave would break a rule: the split nearest to it that keeps them all.

With projects, sites and decided grants as found, and formula[f, u] what the formula alone would add for unit u:

    minimise sum(over[f, u]),   rest[f, u] - over[f, u] <= formula[f, u],   over >= 0               (1)

so that as few yuan as possible go elsewhere than the formula says; rules and earlier objectives stay rows of the model.
"""

from __future__ import annotations

from collections.abc import Iterable

from optimizer.assembly import Choice, formula_parts
from optimizer.case import Case
from optimizer.model import Linear, total
from optimizer.solve.engine import Engine
from optimizer.solve.order import Solved


def nearest_rest(case: Case, solved: Solved, even: Choice, engine: Engine) -> dict[tuple[str, str], int]:
    """(fund, unit) -> what a unit gets of the rest, in fen; `even` is the same choice with the formula's own split.

    Narrows the model of `solved` for good. Falls back on the search's own split when the limit comes first.
    """
    form = solved.formulation
    columns = [*form.built.values(), *form.site.values(), *_columns(form.pays.values())]
    columns += _columns(amount for (fund, _), amount in form.grant.items() if case.funds[fund].decides_grants)
    for column in columns:
        form.model.lower[column] = form.model.upper[column] = int(solved.values[column])
    moved: list[Linear] = []
    for fund in case.funds.values():
        if not fund.rest_to_units or fund.decides_grants:
            continue
        assert fund.policy.formula is not None
        for unit, parts in formula_parts(case, fund, fund.policy.formula, even).items():
            wanted = case.quanta(sum(parts.values()) - case.guaranteed_fen[fund.code][unit])
            rest = form.rest[fund.code, unit]
            over = form.model.column(f"over.{fund.code}.{unit}", 0, form.model.upper[rest] + abs(wanted))
            form.model.row(f"near.{fund.code}.{unit}", Linear({rest: 1, over: -1}), high=wanted)
            moved.append(Linear({over: 1}))
    answer = engine.solve(
        form.model,
        total(moved),
        maximise=False,
        gap_allowed=0,
        hint=solved.values,
        step="nearest to the formula",
        listener=None,
    )
    values = solved.values if answer.values is None else answer.values
    return {pair: int(values[column]) * case.quantum_fen for pair, column in form.rest.items()}


def _columns(amounts: Iterable[Linear]) -> list[int]:
    return [column for amount in amounts for column in amount.terms]
