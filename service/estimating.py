"""What a changed situation would come to, at once and unproven: see `optimizer/estimate/estimating.py`.

An estimate looks like a plan so that everything that shows plans can show it; its run record says what it is.
"""

from __future__ import annotations

from domain.formula import FormulaFault
from domain.hashing import plan_hash
from domain.plan import Baseline, Plan, RunRecord
from domain.scoring import ScoringFault
from optimizer.assembly import Choice, fund_uses, plan_lines
from optimizer.case import Case, CaseMisfit, build_case
from optimizer.checking.audit import PlanAudit
from optimizer.estimate.estimating import Revealed, estimate
from optimizer.rules import rules_in_force
from scenarios.outcome import Outcome
from scenarios.situation import Situation
from service.solving import CaseFault

ESTIMATE = "estimate"
"""The engine an estimate names in its run record."""


def case_of(situation: Situation, baseline: Baseline | None = None) -> Case:
    """The case of a situation. Raises `CaseFault`."""
    try:
        return build_case(situation.register, situation.loaded, baseline)
    except (CaseMisfit, ScoringFault, FormulaFault) as fault:
        raise CaseFault(reason=str(fault)) from fault


def revealed_by(case: Case, plan: Plan) -> Revealed:
    """What a plan tells of its own case."""
    pays = {(line.fund, line.project): line.amount_fen for line in plan.lines if line.project is not None}
    return Revealed.by(case, Choice(pays, plan.sites))


def revealed_by_nothing(case: Case) -> Revealed:
    """What is known of a case without any plan: what each project is worth by itself."""
    return Revealed.by(case, Choice({}, ()))


def estimated(name: str, situation: Situation, known: Revealed, baseline: Baseline | None = None) -> Outcome | None:
    """The estimate for a situation; None where several years are planned at once, which has none.

    Raises `CaseFault`.
    """
    case = case_of(situation, baseline)
    if len(case.years) > 1:
        return None
    choice = estimate(case, known)
    lines = plan_lines(case, choice)
    run = RunRecord(
        instance_hash=case.instance_hash,
        register_position=0,
        policy=case.policy.policy,
        policy_version=case.policy.version,
        policy_hash=case.loaded.policy_hash,
        rules=tuple(rule.id for rule in rules_in_force(case.policy)),
        engine=ESTIMATE,
        engine_version="1",
        parameters={},
        termination="not searched",
        objectives=(),
        baseline=baseline,
    )
    plan = Plan(
        lines=lines,
        funds=fund_uses(case, lines),
        sites=choice.sites,
        not_funded=(),
        run=run,
        plan_hash=plan_hash(case.instance_hash, lines, choice.sites),
    )
    audit = PlanAudit.of(situation.register, situation.loaded.policy, plan)
    return Outcome(name, situation.register, situation.loaded, plan, audit, case.scores)
