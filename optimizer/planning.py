"""From a case to a plan: search in strict order, settle the money, add what still fits, state the proof."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from domain.hashing import plan_hash
from domain.plan import NotFunded, ObjectiveResult, Plan, RunRecord
from optimizer.additions import not_funded, with_project
from optimizer.assembly import Choice, audit_of, fund_uses, plan_lines
from optimizer.case import Case
from optimizer.checking.standing import raw_objectives
from optimizer.grants import settle_grants
from optimizer.outcome import restate
from optimizer.rules import rules_in_force
from optimizer.solve.choosing import engine_for
from optimizer.solve.engine import Engine, Listener
from optimizer.solve.nearest import nearest_rest
from optimizer.solve.order import Solved, solve_in_order
from optimizer.years import schedule_of


def default_engine(case: Case) -> Engine:
    """The engine a case is solved with when nobody asks for another, limited as the policy says."""
    return engine_for(case)


def solve_plan(
    case: Case, *, register_position: int = 0, engine: Engine | None = None, listener: Listener | None = None
) -> Plan:
    """The best plan under the policy, with its run record.

    Deterministic: the same case and engine give the same plan. Raises `NoPlan` when the rules cannot all hold and
    `NotFound` when the limit came first.
    """
    engine = engine or default_engine(case)
    return finished(case, solve_in_order(case, engine, listener), engine, register_position=register_position)


def finished(case: Case, solved: Solved, engine: Engine, *, register_position: int = 0) -> Plan:
    """The plan that column values stand for: money settled to the fen, whatever still fits added, reasons given."""
    choice, reasons = finished_choice(case, solved, engine)
    lines = plan_lines(case, choice)
    audit = audit_of(case, choice, lines)
    run = RunRecord(
        instance_hash=case.instance_hash,
        register_position=register_position,
        policy=case.policy.policy,
        policy_version=case.policy.version,
        policy_hash=case.loaded.policy_hash,
        rules=tuple(rule.id for rule in rules_in_force(case.policy)),
        engine=engine.name,
        engine_version=engine.version,
        parameters={**engine.parameters(), "quantum_fen": str(case.quantum_fen)},
        termination=solved.termination,
        objectives=_restated(case, solved.objectives, raw_objectives(case.register, case.policy, audit)),
        baseline=case.baseline,
    )
    return Plan(
        lines=lines,
        funds=fund_uses(case, lines),
        sites=choice.sites,
        not_funded=tuple(reasons),
        run=run,
        plan_hash=plan_hash(case.instance_hash, lines, choice.sites, choice.schedule),
        schedule=choice.schedule,
    )


def finished_choice(case: Case, solved: Solved, engine: Engine) -> tuple[Choice, list[NotFunded]]:
    """What a solved order says, settled to the fen, with what still fits; and why nothing more does.

    May narrow the model of `solved` for good.
    """
    choice = _settled(case, solved, _choice(case, solved), engine)
    reasons, fitting = not_funded(case, choice)
    while fitting:
        best = max(fitting, key=lambda p: (case.projects[p].benefit, p))
        more, _ = with_project(case, choice, best)
        assert more is not None
        choice = more
        reasons, fitting = not_funded(case, choice)
    return choice, reasons


def _choice(case: Case, solved: Solved) -> Choice:
    """What the column values of the search say, in fen."""
    form, values, q = solved.formulation, solved.values, case.quantum_fen
    pays = {pair: fen for pair, amount in form.pays.items() if (fen := amount.value(values) * q)}
    sites = tuple(sorted(u for u, column in form.site.items() if values[column]))
    grants = {(f, u): amount.value(values) * q for (f, u), amount in form.grant.items() if case.funds[f].decides_grants}
    rest = {pair: int(values[column]) * q for pair, column in form.rest.items()}
    return Choice(pays, sites, grants, rest, schedule_of(form, values))


def _settled(case: Case, solved: Solved, found: Choice, engine: Engine) -> Choice:
    """The same projects and sites with the money spread evenly where that keeps every rule, else as near as can be."""
    by_formula = replace(found, rest_fen=None)
    for choice in (replace(by_formula, grants=settle_grants(case, found)), by_formula):
        if _keeps(case, choice, solved.objectives):
            return choice
    return replace(found, rest_fen=nearest_rest(case, solved, by_formula, engine))


def _keeps(case: Case, choice: Choice, objectives: Sequence[ObjectiveResult]) -> bool:
    """Whether a choice keeps every must-rule and what each objective must keep; beyond its bound none can be."""
    audit = audit_of(case, choice)
    for rule in rules_in_force(case.policy):
        if rule.kind == "must" and any(True for _ in rule.check(audit)):
            return False
    raw = raw_objectives(case.register, case.policy, audit)
    return all(min(o.raw_floor, o.raw_bound) <= raw[o.name] <= max(o.raw_floor, o.raw_bound) for o in objectives)


def _restated(case: Case, objectives: Sequence[ObjectiveResult], raw: dict[str, int]) -> tuple[ObjectiveResult, ...]:
    return tuple(restate(case, o, raw[o.name]) for o in objectives)
