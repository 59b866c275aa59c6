"""What a finished plan reaches in every objective, counted from its lines alone, in the model's own whole numbers.

The verifier's side of the objectives: written apart from `formulation.py`, so that each proves the other.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from domain.formula import FormulaSplit, formula_grants
from domain.leximin import STEP, Leximin, Reach, leximin
from domain.plan import PlanLine
from domain.policy.model import Formula, FundPolicy, Policy
from domain.register import Register
from domain.scoring import Scores, score
from domain.welfare import WelfareScale, welfare_scale
from optimizer.audit import PlanAudit
from optimizer.churn import churn_of
from optimizer.rules import stated_rules
from optimizer.rules.contiguity import Contiguity
from optimizer.rules.programme import later_money_fen


def raw_objectives(register: Register, policy: Policy, audit: PlanAudit) -> dict[str, int]:
    """Objective name -> what the plan reaches: shortfall per class, welfare, benefit, those the policy lists."""
    result: dict[str, int] = {}
    for step in policy.objectives:
        if step.id == "shortfall":
            result |= _shortfalls(policy, audit)
        elif step.id == "welfare" and policy.welfare.alpha == "inf":
            levels, scores = leximin_of_case(register, policy, audit)
            grants = _counted_fen(register, policy, audit, scores)
            for name, level in zip(levels.names(), levels.levels, strict=True):
                parts = (level.of_grant(fen // audit.quantum_fen, scores.weight(u)) for u, fen in grants.items())
                result[name] = sum(parts)
        elif step.id == "welfare":
            result["welfare"] = _welfare(register, policy, audit)
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
        scale, scores = welfare_of_case(register, policy, audit)
        weights = sum((scores.weight(u) for u in register.units), Fraction(0))
        return scale.equal_grant(raw, weights) * audit.quantum_fen / 100, "yuan per weighted household"
    if name.startswith(STEP):
        levels, _ = leximin_of_case(register, policy, audit)
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
    duties: dict[str, int] = {}
    for duty in audit.register.duties.values():
        if duty.fund == fund:
            duties[duty.unit] = duties.get(duty.unit, 0) + duty.amount_fen
    return formula_grants(
        formula,
        units=[u for u in sorted(audit.register.units) if audit.eligible(fund, u)],
        register=audit.register,
        checklist=audit.policy.checklist,
        scores=scores,
        envelope_fen=envelope_fen,
        quantum_fen=audit.policy.quantum_fen,
        duties=duties,
    )


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


def welfare_of_case(register: Register, policy: Policy, audit: PlanAudit) -> tuple[WelfareScale, Scores]:
    """The welfare pieces of register and policy, and the scores they rest on."""
    scores = score(policy, register)
    whole = sum((scores.weight(u) for u in register.units), Fraction(0))
    money = sum(audit.total_fen(f) for f in audit.planned_funds)
    money += sum(later_money_fen(policy, audit.planned_funds).values())
    mean = Fraction(money, audit.quantum_fen) / whole if whole else Fraction(0)
    return welfare_scale(Decimal(policy.welfare.alpha), policy.welfare.pieces, mean), scores


def leximin_of_case(register: Register, policy: Policy, audit: PlanAudit) -> tuple[Leximin, Scores]:
    """The levels of α = ∞ from register and policy, and the scores they rest on."""
    scores, q = score(policy, register), audit.quantum_fen
    least, free = dict.fromkeys(register.units, 0), dict.fromkeys(register.units, 0)
    costs: dict[str, list[int]] = {u: [] for u in register.units}
    for code in audit.planned_funds:
        spec, whole = policy.funds[code], audit.total_fen(code)
        if spec.formula is None:
            continue
        decides = spec.mode == "optimize"
        envelope_fen = whole if decides else whole - audit.projects_cap_fen(code)
        for unit, parts in formula_split(audit, code, spec.formula, envelope_fen, scores).parts.items():
            duty, sure = parts.get("duty", 0), sum(parts.get(part, 0) for part in ("duty", "floor"))
            least[unit] += (sure if decides else sum(parts.values())) // q
            if decides:
                most = whole if spec.formula.cap_fen is None else min(spec.formula.cap_fen + duty, whole)
                free[unit] += (most - sure) // q
    for project in audit.plannable.values():
        if audit.payers(project):
            costs[project.unit].append(audit.cost_fen(project) // q)
    reaches = {u: Reach(scores.weight(u), least[u], tuple(costs[u]), free[u]) for u in register.units}
    money = sum(audit.total_fen(f) for f in audit.planned_funds)
    money += sum(later_money_fen(policy, audit.planned_funds).values())
    return leximin(reaches, policy.welfare.pieces, Fraction(money, q), q), scores


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


def _welfare(register: Register, policy: Policy, audit: PlanAudit) -> int:
    scale, scores = welfare_of_case(register, policy, audit)
    grants = _counted_fen(register, policy, audit, scores)
    return sum(scale.of_grant(fen // audit.quantum_fen, scores.weight(unit)) for unit, fen in grants.items())


def _counted_fen(register: Register, policy: Policy, audit: PlanAudit, scores: Scores) -> dict[str, int]:
    """Guaranteed formula grants and projects; what projects leave to the formula is not counted (`formulation.py`).

    A programme counts whole, with the projects of its later years (M17).

    A grant that a hand has set counts with what the hand gave or took.
    """
    grants = dict.fromkeys(register.units, 0)
    for line in audit.lines:
        if line.project is not None or policy.funds[line.fund].mode == "optimize":
            grants[line.unit] += line.amount_fen
    for later in audit.schedule:
        grants[later.unit] += later.amount_fen
    for code in audit.planned_funds:
        spec = policy.funds[code]
        if spec.formula is None or spec.mode == "optimize":
            continue
        envelope_fen = audit.total_fen(code) - audit.projects_cap_fen(code)
        for unit, parts in formula_split(audit, code, spec.formula, envelope_fen, scores).parts.items():
            grants[unit] += sum(parts.values())
        for unit, fen in _by_hand(audit, code, spec, scores).items():
            grants[unit] += fen
    return grants


def _by_hand(audit: PlanAudit, fund: str, spec: FundPolicy, scores: Scores) -> dict[str, int]:
    """Unit -> what a hand added to the formula's grant of a fund, or took from it, in fen."""
    touched = [u for u in sorted(audit.register.units) if f"{fund}.{u}" in audit.by_hand and audit.eligible(fund, u)]
    if not touched or spec.formula is None:
        return {}
    own = [line for line in audit.lines if line.fund == fund]
    paid = sum(line.amount_fen for line in own if line.project is not None)
    free = paid if spec.envelopes.rest == "formula" else audit.projects_cap_fen(fund)
    says = formula_split(audit, fund, spec.formula, audit.total_fen(fund) - free, scores)
    given = {line.unit: line.amount_fen for line in own if line.project is None}
    return {u: given.get(u, 0) - says.grant_fen(u) for u in touched}
