"""What a finished plan reaches in every objective, counted from its lines alone, in the model's own whole numbers.

The verifier's side of the objectives: written apart from `formulation.py`, so that each proves the other.
"""

from __future__ import annotations

from fractions import Fraction

from domain.formula import FormulaSplit
from domain.leximin import STEP
from domain.plan import PlanLine
from domain.policy.model import Formula, FundPolicy, Policy
from domain.register import Register
from domain.scoring import Scores
from optimizer.checking.audit import PlanAudit
from optimizer.checking.churn import churn_of
from optimizer.rules import stated_rules
from optimizer.rules.contiguity import Contiguity


def raw_objectives(register: Register, policy: Policy, audit: PlanAudit) -> dict[str, int]:
    """Objective name -> what the plan reaches: shortfall per class, welfare, benefit, those the policy lists."""
    result: dict[str, int] = {}
    for step in policy.objectives:
        if step.id == "shortfall":
            result |= _shortfalls(policy, audit)
        elif step.id == "welfare" and policy.welfare.alpha == "inf":
            levels, grants, weights = audit.reckoning.leximin, _counted_quanta(audit), audit.reckoning.scores.weights
            for name, level in zip(levels.names(), levels.levels, strict=True):
                result[name] = sum(level.of_grant(quanta, weights[u]) for u, quanta in grants.items())
        elif step.id == "welfare":
            result["welfare"] = audit.reckoning.welfare.of_grants(
                _counted_quanta(audit), audit.reckoning.scores.weights
            )
        elif step.id == "changes":
            result["changes"] = churn_of(audit).count
        elif step.id == "contiguity":
            counting = [rule for rule in policy.rules if isinstance(rule, Contiguity)]
            result["contiguity"] = sum(rule.pairs_reached(audit) for rule in counting)
        else:
            result["benefit"] = _benefit(register, policy, audit)
    return result


def in_own_unit(register: Register, policy: Policy, audit: PlanAudit, name: str, raw: int) -> tuple[Fraction, str]:
    """A raw value of an objective in the objective's own unit, and that unit's name."""
    if name == "welfare":
        equal = audit.reckoning.welfare.equal_grant(raw, audit.reckoning.scores.whole_weight)
        return equal * audit.quantum_fen / 100, "yuan per weighted household"
    if name.startswith(STEP):
        levels = audit.reckoning.leximin
        return levels.in_unit(name, raw), levels.unit(name)
    if name == "benefit":
        return Fraction(raw), "points"
    if name == "changes":
        return Fraction(raw), "changes"
    if name == "contiguity":
        return Fraction(raw), "pairs"
    heard = [r for r in stated_rules(policy) if r.kind == "should" and name == f"shortfall-{r.priority_class}"]
    in_money = any(rule.measure == "fen" for rule in heard)
    return Fraction(raw * audit.quantum_fen, 100) if in_money else Fraction(raw), heard[0].counted_in


def formula_split(audit: PlanAudit, fund: str, formula: Formula, envelope_fen: int, scores: Scores) -> FormulaSplit:
    """What the formula of a fund makes of a sum: the policy's own words, not the plan's."""
    if scores is audit.reckoning.scores and formula is audit.policy.funds[fund].formula:
        return audit.reckoning.split(fund, envelope_fen)
    return audit.reckoning.split_by(fund, formula, envelope_fen, scores)


def by_formula(audit: PlanAudit, lines: list[PlanLine], scores: Scores) -> PlanAudit:
    """The lines with what projects leave spread as the formulas say, in every fund with `rest: formula`."""
    result = list(lines)
    for fund in audit.planned_funds:
        spec, total = audit.policy.funds[fund], audit.total_fen(fund)
        if spec.formula is None or spec.mode == "optimize" or spec.envelopes.rest != "formula":
            continue
        paid = sum(line.amount_fen for line in lines if line.fund == fund and line.project is not None)
        split = formula_split(audit, fund, spec.formula, total - paid, scores)
        result = [line for line in result if line.fund != fund or line.project is not None]
        result += [_grant(fund, unit, sum(parts.values())) for unit, parts in split.parts.items()]
    return audit.with_lines(result)


def _grant(fund: str, unit: str, fen: int) -> PlanLine:
    return PlanLine(line=f"{fund}.{unit}", fund=fund, unit=unit, project=None, amount_fen=fen, parts={}, rules=())


def _shortfalls(policy: Policy, audit: PlanAudit) -> dict[str, int]:
    """Class by class, the most important first."""
    result: dict[str, int] = {}
    for rule in sorted(stated_rules(policy), key=lambda rule: rule.priority_class):
        if rule.kind == "should":
            amount = sum(s.amount for s in rule.check(audit) if not s.always)
            name = f"shortfall-{rule.priority_class}"
            result[name] = result.get(name, 0) + (amount // audit.quantum_fen if rule.measure == "fen" else amount)
    return result


def _benefit(register: Register, policy: Policy, audit: PlanAudit) -> int:
    points = sum(register.projects[p].benefit for p in audit.funded)
    return points + sum(rule.points_reached(audit) for rule in stated_rules(policy))


def _counted_quanta(audit: PlanAudit) -> dict[str, int]:
    """What each unit gets as welfare counts it, in whole quanta.

    Guaranteed formula grants and projects; what projects leave to the formula is not counted (`formulation.py`).

    A programme counts whole, with the projects of its later years (M17).

    A grant that a hand has set counts with what the hand gave or took.
    """
    grants = dict(audit.reckoning.sure_fen)
    decided = {code for code, spec in audit.policy.funds.items() if spec.mode == "optimize"}
    for line in audit.lines:
        if line.project is not None or line.fund in decided:
            grants[line.unit] += line.amount_fen
    for later in audit.schedule:
        grants[later.unit] += later.amount_fen
    for code in audit.planned_funds:
        spec = audit.policy.funds[code]
        if spec.formula is not None and spec.mode != "optimize":
            for unit, fen in _by_hand(audit, code, spec, audit.reckoning.scores).items():
                grants[unit] += fen
    return {unit: fen // audit.quantum_fen for unit, fen in grants.items()}


def _by_hand(audit: PlanAudit, fund: str, spec: FundPolicy, scores: Scores) -> dict[str, int]:
    """Unit -> what a hand added to the formula's grant of a fund, or took from it, in fen."""
    if not audit.by_hand:
        return {}
    touched = [u for u in sorted(audit.register.units) if f"{fund}.{u}" in audit.by_hand and audit.eligible(fund, u)]
    if not touched or spec.formula is None:
        return {}
    own = [line for line in audit.lines if line.fund == fund]
    paid = sum(line.amount_fen for line in own if line.project is not None)
    free = paid if spec.envelopes.rest == "formula" else audit.projects_cap_fen(fund)
    says = formula_split(audit, fund, spec.formula, audit.total_fen(fund) - free, scores)
    given = {line.unit: line.amount_fen for line in own if line.project is None}
    return {u: given.get(u, 0) - says.grant_fen(u) for u in touched}
