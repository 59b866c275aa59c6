"""The verifier: a finished plan checked against register and policy in exact integers, without any solver.

It shares no code with the search: the case is read anew from register and policy (`checking/`), sums are
in fen, formula splits are proven (`split_proof.py`), and the claim that no further project fits is checked project by
project (`claims.py`). What it cannot tell without searching is whether a bound is the least one: that is the
certificate's part; here a bound must agree with itself and with the plan.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

from domain.formula import FormulaFault
from domain.hashing import case_hash, plan_hash
from domain.money import yuan
from domain.plan import ObjectiveResult, Plan, PlanLine, less_is_better
from domain.policy.loading import LoadedPolicy
from domain.register import Register
from domain.scoring import ScoringFault
from optimizer.baseline import must_have_baseline
from optimizer.checking.audit import PlanAudit
from optimizer.checking.claims import check_left_out
from optimizer.checking.schedule_check import check_schedule, schedule_misfits
from optimizer.checking.split_proof import check_formula_lines
from optimizer.checking.standing import in_own_unit, raw_objectives
from optimizer.fund_case import CaseMisfit
from optimizer.rules import rules_in_force
from optimizer.rules.programme import must_fit_years
from optimizer.rules.sites import DemonstrationSites

SIX_PLACES = Decimal("0.000001")


@dataclass(frozen=True)
class Violation:
    """One thing that is wrong with a plan: which rule or check, where, and the sentence that says it."""

    rule: str
    where: str
    sentence: str


def verify(register: Register, loaded: LoadedPolicy, plan: Plan, audit: PlanAudit | None = None) -> list[Violation]:
    """Everything that is wrong with a plan; an empty list is the proof that it keeps register and policy to the fen.

    `audit` is that of this very plan, for whoever reads on in it.
    """
    found = [*_hashes(register, loaded, plan), *_lines(register, loaded, plan)]
    found += [Violation("lines", *fault) for fault in schedule_misfits(register, plan)]
    found += _over_time(register, loaded, plan)
    if any(violation.rule in ("lines", "time") for violation in found):
        return found  # what follows looks things up by the codes, years and baseline checked above
    audit = audit or PlanAudit.of(register, loaded.policy, plan)
    try:
        found.extend(verify_allocation(audit, plan))  # what was found before a fault stays
        found += _objectives(register, loaded, plan, audit)
        found += [Violation("left-out", *fault) for fault in check_left_out(audit, plan)]
    except (FormulaFault, ScoringFault) as fault:
        found.append(Violation("case", "register", f"Register and policy give no case any more. {fault}"))
    return found


def verify_allocation(audit: PlanAudit, plan: Plan) -> Iterator[Violation]:
    """What is wrong with who gets what: budgets, full funding, formulas and must-rules; not how good the plan is."""
    yield from _funds(audit, plan)
    yield from _projects(audit)
    for fund, where, sentence in check_formula_lines(audit, plan):
        yield Violation(f"{fund}.formula", where, sentence)
    yield from _rules(audit, plan)
    yield from (Violation("programme", *fault) for fault in check_schedule(audit))


def _over_time(register: Register, loaded: LoadedPolicy, plan: Plan) -> Iterator[Violation]:
    """A plan has the baseline and the years that its policy asks for (M17, M45)."""
    try:
        must_have_baseline(loaded.policy, plan.run.baseline)
        must_fit_years(register, loaded.policy)
    except CaseMisfit as fault:
        yield Violation("time", "run", str(fault))


def _lines(register: Register, loaded: LoadedPolicy, plan: Plan) -> Iterator[Violation]:
    for name, count in Counter(line.line for line in plan.lines).items():
        if count > 1:
            yield Violation("lines", name, f"Line {name} occurs {count} times.")
    for (fund, unit, project), count in Counter((x.fund, x.unit, x.project) for x in plan.lines).items():
        if count > 1:
            yield Violation("lines", f"{fund}.{project or unit}", f"{fund} pays {project or unit} in {count} lines.")
    for line in plan.lines:
        if sentence := _misfit(register, loaded, line):
            yield Violation("lines", line.line, f"Line {line.line} {sentence}.")
    for site, count in Counter(plan.sites).items():
        if site not in register.units or count > 1:
            yield Violation("lines", site, f"Site {site} is no unit of the register, or is named twice.")


def _misfit(register: Register, loaded: LoadedPolicy, line: PlanLine) -> str | None:
    """What is wrong with a line by itself."""
    subject = line.project or line.unit
    if line.line not in (f"{line.fund}.{subject}", f"{line.fund}.{line.unit}.{subject}"):
        return f"is not called {line.fund}.{subject}"
    if line.fund not in register.funds or line.fund not in loaded.policy.funds:
        return f"names fund {line.fund}, which register or policy lacks"
    if not register.funds[line.fund].pooled or register.funds[line.fund].closed:
        return f"takes from fund {line.fund}, which is not in the pool (M43)"
    if line.unit not in register.units:
        return f"names unit {line.unit}, which the register lacks"
    if line.project is not None and line.project not in register.projects:
        return f"names project {line.project}, which the register lacks"
    if line.amount_fen <= 0:
        return "is about no money"
    if sum(line.parts.values()) != line.amount_fen or min(line.parts.values(), default=0) < 0:
        return f"has parts that do not add up to {yuan(line.amount_fen)}"
    return None


def _funds(audit: PlanAudit, plan: Plan) -> Iterator[Violation]:
    stated = {use.fund: use for use in plan.funds}
    if sorted(stated) != audit.planned_funds or len(stated) != len(plan.funds):
        sentence = f"The plan accounts for {sorted(stated)}, the policy plans with {audit.planned_funds}."
        yield Violation("budget", "funds", sentence)
        return
    for code, use in stated.items():
        total, cap = audit.total_fen(code), audit.projects_cap_fen(code)
        own = [line for line in plan.lines if line.fund == code]
        spent = sum(line.amount_fen for line in own)
        if spent > total:
            over = f"{yuan(spent - total)} above what it may (M01, M02, M04)"
            yield Violation("budget", code, f"The plan allocates {yuan(spent)} from fund {code}, {over}.")
        if (use.amount_fen, use.allocated_fen, use.unallocated_fen) != (total, spent, total - spent):
            yield Violation("budget", code, f"The plan's account of fund {code} does not agree with its lines.")
        taken = sum(line.amount_fen for line in own if line.project is not None)
        if taken > cap:
            sentence = f"Projects take {yuan(taken)} from fund {code}, more than the {yuan(cap)} meant for them."
            yield Violation("envelope", code, sentence)


def _projects(audit: PlanAudit) -> Iterator[Violation]:
    paid: Counter[str] = Counter()
    for line in audit.lines:
        if line.project is None:
            continue
        project = audit.register.projects[line.project]
        paid[project.code] += line.amount_fen
        if line.unit != project.unit:
            sentence = f"Line {line.line} pays unit {line.unit} for a project of unit {project.unit}."
            yield Violation("lines", line.line, sentence)
        if line.fund not in audit.payers(project):
            sentence = f"Fund {line.fund} may not pay for {project.code}: purposes or unit are not covered (M05)."
            yield Violation("eligibility", line.line, sentence)
        closes = set(project.closes).intersection(audit.missing(project.unit))
        part = "site" if project.unit in audit.sites and closes else "project"
        if line.parts != {part: line.amount_fen}:
            yield Violation("lines", line.line, f"Line {line.line} is to be explained as `{part}`.")
    for code, fen in sorted(paid.items()):
        project = audit.register.projects[code]
        if project.stage != "admitted":
            yield Violation("admitted", code, f"Project {code} is {project.stage}, not admitted to the library.")
        if fen != (needed := audit.cost_fen(project)):
            sentence = f"Project {code} gets {yuan(fen)} of the {yuan(needed)} it needs (M20)."
            yield Violation("full-funding", code, sentence)


def _rules(audit: PlanAudit, plan: Plan) -> Iterator[Violation]:
    for rule in rules_in_force(audit.policy):
        for short in rule.check(audit):
            if rule.kind == "must" or short.always:
                yield Violation(rule.id, short.where, short.sentence)
    sites = [rule for rule in audit.policy.rules if isinstance(rule, DemonstrationSites)]
    for site in plan.sites:
        if not any(rule.counts(audit.register, site) for rule in sites):
            yield Violation("sites", site, f"{site} is called a site, but no rule asks for sites there (M14).")


def _objectives(register: Register, loaded: LoadedPolicy, plan: Plan, audit: PlanAudit) -> Iterator[Violation]:
    if plan.run.parameters.get("quantum_fen") != str(audit.quantum_fen):
        yield Violation(
            "objectives", "run", f"The plan does not count in the quantum of the case, {audit.quantum_fen} fen."
        )
    reached = raw_objectives(register, loaded.policy, audit)
    stated = {o.name: o for o in plan.run.objectives}
    if list(stated) != list(reached) or len(stated) != len(plan.run.objectives):
        sentence = f"The plan states objectives {list(stated)}, the policy asks for {list(reached)}."
        yield Violation("objectives", "run", sentence)
        return
    for name, result in stated.items():
        if result.raw_value != reached[name]:
            sentence = f"The plan states {result.raw_value} for {name}; its lines come to {reached[name]}."
            yield Violation("objectives", name, sentence)
        if not _agrees(audit, plan, result):
            yield Violation("objectives", name, f"The figures stated of {name} do not agree with one another.")
        if plan.by_hand:
            continue  # a hand may leave the optimum, and the formula the bound was proven for
        largest = result.sense == "max"
        if result.raw_value > result.raw_bound if largest else result.raw_value < result.raw_bound:
            yield Violation("objectives", name, f"The value of {name} is beyond its own bound, so the bound is wrong.")
        if result.raw_value < result.raw_floor if largest else result.raw_value > result.raw_floor:
            yield Violation("objectives", name, f"Later objectives cost {name} more than its tolerance.")


def _agrees(audit: PlanAudit, plan: Plan, stated: ObjectiveResult) -> bool:
    """Whether what is stated of an objective follows from its raw value and bound and the policy's tolerance."""
    register, policy, name = audit.register, audit.policy, stated.name
    tolerance = next(o.tolerance for o in policy.objectives if o.id == name.split("-", maxsplit=1)[0])
    value, unit = in_own_unit(register, policy, audit, name, stated.raw_value)
    bound, _ = in_own_unit(register, policy, audit, name, stated.raw_bound)
    base = max(abs(value), abs(bound))
    gap = abs(bound - value) / base if base else Fraction(0)
    sense = "min" if less_is_better(name) else "max"
    figures = (_places(value), _places(bound), _places(gap), tolerance, unit, sense)
    if figures != (stated.value, stated.bound, stated.gap, stated.tolerance, stated.unit, stated.sense):
        return False
    if sense == "min":
        floor = (stated.raw_bound * (1 + Fraction(tolerance))).__floor__()
    elif name == "welfare":
        scale, weights = audit.reckoning.welfare, audit.reckoning.scores.whole_weight
        floor = scale.worth(
            scale.equal_grant(stated.raw_bound, weights) * (1 - Fraction(tolerance)), weights
        ).__ceil__()
    else:
        floor = (stated.raw_bound * (1 - Fraction(tolerance))).__ceil__()
    stops = plan.run.termination.split("; ")
    if f"{name}: limit" in stops or any(stop.startswith(f"{name}: claimed ") for stop in stops):
        return stated.raw_floor <= floor if sense == "max" else stated.raw_floor >= floor
    return stated.raw_floor == floor


def _places(number: Fraction) -> Decimal:
    return (Decimal(number.numerator) / Decimal(number.denominator)).quantize(SIX_PLACES, ROUND_HALF_EVEN)


def _hashes(register: Register, loaded: LoadedPolicy, plan: Plan) -> Iterator[Violation]:
    policy, run, audit = loaded.policy, plan.run, PlanAudit(register, loaded.policy, (), ())
    counted_fen = {code: audit.total_fen(code) for code in audit.planned_funds}
    if run.policy_hash != loaded.policy_hash or (run.policy, run.policy_version) != (policy.policy, policy.version):
        yield Violation("hash", "policy", "The plan was computed under another policy text.")
    if run.instance_hash != case_hash(register, loaded.policy_hash, counted_fen, run.baseline):
        yield Violation("hash", "case", "The plan was computed from another register, other funds or another policy.")
    if run.rules != tuple(rule.id for rule in rules_in_force(policy)):
        yield Violation("hash", "rules", "The plan does not name the rules it was computed under.")
    if plan.plan_hash != plan_hash(run.instance_hash, plan.lines, plan.sites, plan.schedule):
        yield Violation("hash", "plan", "The plan's hash is not that of its lines.")
