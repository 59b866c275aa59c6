"""Should-rules a plan falls short of: the best each could reach if it came first, and why it does not.

Solved for each such rule by itself, must-rules kept: the least it would miss if nothing else were asked for; then the
least it misses with what stands above it (classes before its own, as the plan keeps them).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from domain.plan import Plan
from optimizer.case import Case
from optimizer.checking.audit import PlanAudit
from optimizer.conflicts.conditions import Conditions
from optimizer.model import Linear, Model
from optimizer.rules import stated_rules
from optimizer.rules.base import PlanRule
from optimizer.solve.engine import Engine

Why = Literal["impossible", "higher-class", "same-class", "order"]


@dataclass(frozen=True)
class Unreached:
    """One should-rule that is missed; amounts in its measure (fen, or whole sites, projects, …)."""

    rule: PlanRule
    missed: int
    """By how much the plan misses it."""
    missed_at_least: int
    """By how much every plan that keeps the must-rules misses it, even if it came first (a proven bound)."""
    missed_first: int | None
    """By how much the best plan found for it alone misses it; None when none was found within the limit."""
    why: Why
    """`impossible`: no plan misses it less. `higher-class`: rules of classes before its own take what it would need.
    `same-class`: rules of its own class do, together. `order`: another step of the policy's order comes before."""
    against: tuple[str, ...]
    """Ids of the rules that stand against it, for the two reasons that are about classes."""


def unreached(case: Case, plan: Plan, engine: Engine) -> list[Unreached]:
    """Every should-rule the plan misses, in the policy's order."""
    audit = PlanAudit.of(case.register, case.policy, plan)
    stated = stated_rules(case.policy)
    missed = {rule.id: _missed(rule, audit) for rule in stated if rule.kind == "should"}
    return [_explained(case, rule, missed, engine) for rule in stated if missed.get(rule.id)]


def _missed(rule: PlanRule, audit: PlanAudit) -> int:
    return sum(short.amount for short in rule.check(audit) if not short.always)


def _explained(case: Case, rule: PlanRule, missed: dict[str, int], engine: Engine) -> Unreached:
    size = case.quantum_fen if rule.measure == "fen" else 1
    now, should = missed[rule.id], [r for r in stated_rules(case.policy) if r.kind == "should"]
    higher = [r for r in should if r.priority_class < rule.priority_class]
    beside = [r for r in should if r.priority_class == rule.priority_class and r.id != rule.id]
    least, best = _least(case, rule, [], missed, engine)
    why: Why = "order"
    against: Sequence[PlanRule] = ()
    if least * size >= now:
        why = "impossible"
    elif higher and _least(case, rule, higher, missed, engine)[0] * size >= now:
        why, against = "higher-class", higher
    elif beside and _least(case, rule, [*higher, *beside], missed, engine)[0] * size >= now:
        why, against = "same-class", beside
    return Unreached(
        rule, now, least * size, None if best is None else best * size, why, tuple(one.id for one in against)
    )


def _least(
    case: Case, rule: PlanRule, kept: Sequence[PlanRule], missed: dict[str, int], engine: Engine
) -> tuple[int, int | None]:
    """The least a rule misses, proven and found, where the rules `kept` miss no more, class by class, than now."""
    form = Conditions(case, stated_rules(case.policy))
    for number in sorted({one.priority_class for one in kept}):
        together = [one for one in kept if one.priority_class == number]  # of one measure, or no plan had been made
        size = case.quantum_fen if together[0].measure == "fen" else 1
        now = sum(missed[one.id] for one in together) // size
        form.model.row(f"as-now.{number}", _shorts(form, [one.id for one in together]), high=now)
    return _solved(form.model, _shorts(form, [rule.id]), engine)


def _shorts(form: Conditions, ids: Sequence[str]) -> Linear:
    return Linear({d.short: 1 for d in form.demands if d.short is not None and d.rule.id in ids})


def _solved(model: Model, shorts: Linear, engine: Engine) -> tuple[int, int | None]:
    answer = engine.solve(model, shorts, maximise=False, gap_allowed=0, hint=None, step="first", listener=None)
    return max(answer.bound, 0), None if answer.values is None else answer.value
