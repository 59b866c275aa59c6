"""A plan that is good now, and still good if money that is due never comes (M07).

With short[f] what may fail to come of fund f, firm[p] the projects that stand even then, and floors as in `around.py`:

    firm[p] <= built[p],   firm[p] <= firm[q]  for every prerequisite q of p, and all of its bundle   (1)
    sum(firmpays[f, p] for f) = cost[p] * firm[p]                                                    (2)
    sum(firmpays[f, p] for p) <= projects[f] - short[f]                                              (3)
    maximise  sum(benefit[p] * firm[p])   subject to   every floor of the plan, loosened by the loss    (4)

What is missing is taken from a fund's projects before anything is taken from its formula; where it is more than the
projects may have at all, the formula grants must shrink, by what `uncovered_fen` says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from domain.plan import Plan
from domain.register import Fund, Register
from optimizer.case import Case
from optimizer.checking.audit import PlanAudit
from optimizer.explore.around import Around, gap_of
from optimizer.model import Linear
from optimizer.planning import finished
from optimizer.rules.base import comes_anyway
from optimizer.solve.engine import Engine
from optimizer.verify import verify_allocation


@dataclass(frozen=True)
class Robust:
    """The plan, and which of its projects can be committed at once."""

    plan: Plan
    short_fen: dict[str, int]
    """Fund -> money that may fail to come."""
    uncovered_fen: dict[str, int]
    """Fund -> what its projects could not cover of that: it would have to come from formula grants."""
    firm: tuple[str, ...]
    """Projects that stand even if the money never comes."""
    waiting: tuple[str, ...]
    """Projects to be committed only once it has come."""
    firm_benefit: int
    firm_benefit_at_most: int
    """Proven: no plan within the loss keeps more benefit when the money fails."""
    firm_benefit_of_best: int
    """What the best plan, chosen without this worry, could keep: the reason to choose otherwise."""


def last_tranches(register: Register) -> dict[str, int]:
    """Fund -> the latest tranche that has not arrived, in fen: what is least certain to come."""
    return {code: fen for code, fund in sorted(register.funds.items()) if (fen := _last_fen(fund))}


def _last_fen(fund: Fund) -> int:
    open_ones = [t for t in fund.tranches if t.arrived_on is None]
    latest = max(open_ones, key=lambda t: (t.due_on is None, t.due_on or 0, t.code), default=None)
    return latest.amount_fen if latest else 0


def robust(case: Case, plan: Plan, engine: Engine, *, short_fen: Mapping[str, int], loss: Fraction) -> Robust | None:
    """The plan within `loss` of the best whose firm part is worth most; None when the limit came first."""
    best = _search(case, plan, engine, short_fen, loss, only=None)
    chosen = frozenset(line.project for line in plan.lines if line.project is not None)
    fixed = _search(case, plan, engine, short_fen, loss, only=chosen)
    if best is None or fixed is None:
        return None
    found, firm, value, bound = best
    if any(verify_allocation(PlanAudit.of(case.register, case.policy, found), found)):
        return None
    built = {line.project for line in found.lines if line.project is not None}
    return Robust(
        plan=found,
        short_fen=dict(short_fen),
        uncovered_fen={
            code: fen - case.funds[code].projects_fen
            for code, fen in short_fen.items()
            if code in case.funds and fen > case.funds[code].projects_fen
        },
        firm=tuple(sorted(firm)),
        waiting=tuple(sorted(built - firm)),
        firm_benefit=value,
        firm_benefit_at_most=max(bound, value),
        firm_benefit_of_best=fixed[2],
    )


def _search(
    case: Case, plan: Plan, engine: Engine, short_fen: Mapping[str, int], loss: Fraction, only: frozenset[str] | None
) -> tuple[Plan, frozenset[str], int, int] | None:
    """(4); with `only`, the plan must build just these projects."""
    around = Around(case, plan, engine, loss=loss)
    form = around.form
    now = {p: form.in_year[p, form.years[0]] for p in form.built}
    firm = {p: form.model.column(f"firm.{p}", 0, 1) for p in now}
    paid: dict[str, Linear] = {code: Linear() for code in case.funds}
    for project, column in firm.items():
        built = now[project]
        form.model.row(f"firm.{project}", Linear({column: 1}).add(built, -1), high=0)
        if only is not None:
            form.model.row(f"only.{project}", Linear({built: 1}), low=int(project in only), high=int(project in only))
        for needed in case.projects[project].requires:
            other = case.register.projects.get(needed)
            if needed in firm and not (other and comes_anyway(other)):
                form.model.row(f"firm.{project}.{needed}", Linear({column: 1}).add(firm[needed], -1), high=0)
        for member in case.together(project):
            form.model.row(f"firm.{project}.{member}", Linear({column: 1}).add(firm[member], -1), high=0)
        _pay(around, project, column, paid)
    for code, fund in case.funds.items():
        left = max(
            case.quanta(fund.projects_fen) - (short_fen.get(code, 0) + case.quantum_fen - 1) // case.quantum_fen, 0
        )
        form.model.row(f"firm.{code}", paid[code], high=left)
    worth = Linear({column: case.projects[p].benefit for p, column in firm.items()})
    answer = around.best(worth, gap_allowed=gap_of(sum(worth.terms.values())), step="robust")
    if answer.values is None:
        return None
    values = answer.values
    standing = frozenset(p for p, column in firm.items() if values[column])
    return finished(case, around.solved(answer), engine), standing, answer.value, answer.bound


def _pay(around: Around, project: str, firm: int, paid: dict[str, Linear]) -> None:
    """(2): who pays a firm project."""
    case, model = around.case, around.form.model
    cost, payers = case.cost_quanta(project), case.payers[project]
    if len(payers) == 1:
        paid[payers[0]].add(firm, cost)
        return
    balance = Linear({firm: -cost})
    for fund in payers:
        column = model.column(f"firmpays.{fund}.{project}", 0, cost)
        paid[fund].add(column, 1)
        balance.add(column, 1)
    model.row(f"firmpays.{project}", balance, low=0, high=0)
