"""The verifier: a finished plan checked against register and policy in exact integers, without any solver.

It shares no code with the search: the case is read anew from register and policy (`audit.py`, `standing.py`), sums are in
fen, formula splits are proven by the divisor inequality (`split_proof.py`), and the claim that no further project fits is
checked project by project where it rests on money, purposes, variants or prerequisites.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from domain.hashing import case_hash, plan_hash
from domain.money import yuan
from domain.plan import Plan
from domain.policy.loading import LoadedPolicy
from domain.register import Register
from optimizer.audit import PlanAudit
from optimizer.rules import ALWAYS
from optimizer.rules.base import PlanRule
from optimizer.split_proof import check_formula_lines
from optimizer.standing import raw_objectives


@dataclass(frozen=True)
class Violation:
    """One thing that is wrong with a plan: which rule or check, where, and the sentence that says it."""

    rule: str
    where: str
    sentence: str


def verify(register: Register, loaded: LoadedPolicy, plan: Plan) -> list[Violation]:
    """Everything that is wrong with a plan; an empty list is the proof that it keeps register and policy to the fen."""
    found = list(_lines(register, loaded, plan))
    if found:
        return found  # what follows looks things up by the codes checked above
    audit = PlanAudit.of(register, loaded.policy, plan)
    found += _funds(audit, plan)
    found += _projects(audit)
    found += check_lines_of_formula(audit, plan)
    found += _rules(audit)
    found += _objectives(register, loaded, plan, audit)
    found += _left_out(audit, plan)
    found += _hashes(register, loaded, plan)
    return found


def check_lines_of_formula(audit: PlanAudit, plan: Plan) -> Iterator[Violation]:
    """Formula lines, fund by fund, as violations."""
    for fund, where, sentence in check_formula_lines(audit, plan):
        yield Violation(f"{fund}.formula", where, sentence)


def _lines(register: Register, loaded: LoadedPolicy, plan: Plan) -> Iterator[Violation]:
    for line, count in Counter(line.line for line in plan.lines).items():
        if count > 1:
            yield Violation("lines", line, f"Line {line} occurs {count} times.")
    for line in plan.lines:
        if line.fund not in register.funds or line.fund not in loaded.policy.funds:
            yield Violation("lines", line.line, f"Line {line.line} names fund {line.fund}, which register or policy lacks.")
        elif not register.funds[line.fund].pooled or register.funds[line.fund].closed:
            yield Violation("lines", line.line, f"Line {line.line} takes from fund {line.fund}, which is not in the pool (M43).")
        if line.unit not in register.units:
            yield Violation("lines", line.line, f"Line {line.line} names unit {line.unit}, which the register lacks.")
        if line.project is not None and line.project not in register.projects:
            yield Violation("lines", line.line, f"Line {line.line} names project {line.project}, which the register lacks.")
        if line.amount_fen <= 0 or sum(line.parts.values()) != line.amount_fen or min(line.parts.values(), default=0) < 0:
            yield Violation("lines", line.line, f"The parts of line {line.line} do not add up to {yuan(line.amount_fen)}.")
    for site in plan.sites:
        if site not in register.units:
            yield Violation("lines", site, f"Site {site} is no unit of the register.")


def _funds(audit: PlanAudit, plan: Plan) -> Iterator[Violation]:
    stated = {use.fund: use for use in plan.funds}
    if sorted(stated) != audit.planned_funds or len(stated) != len(plan.funds):
        yield Violation("budget", "funds", f"The plan accounts for {sorted(stated)}, the policy plans with {audit.planned_funds}.")
        return
    for code, use in stated.items():
        total = audit.register.funds[code].plannable_fen
        spent = sum(line.amount_fen for line in plan.lines if line.fund == code)
        if spent > total:
            yield Violation(
                "budget",
                code,
                f"The plan allocates {yuan(spent)} from fund {code}, {yuan(spent - total)} above what it may (M01, M02, M04).",
            )
        if (use.amount_fen, use.allocated_fen, use.unallocated_fen) != (total, spent, total - spent):
            yield Violation("budget", code, f"The plan's account of fund {code} does not agree with its lines.")
        on_projects = sum(line.amount_fen for line in plan.lines if line.fund == code and line.project is not None)
        if on_projects > audit.projects_cap_fen(code):
            yield Violation(
                "envelope",
                code,
                f"Projects take {yuan(on_projects)} from fund {code}, more than the {yuan(audit.projects_cap_fen(code))} meant for them.",
            )


def _projects(audit: PlanAudit) -> Iterator[Violation]:
    paid: Counter[str] = Counter()
    for line in audit.lines:
        if line.project is None:
            continue
        project = audit.register.projects[line.project]
        paid[project.code] += line.amount_fen
        if line.unit != project.unit:
            yield Violation("lines", line.line, f"Line {line.line} pays unit {line.unit} for a project of unit {project.unit}.")
        if line.fund not in audit.payers(project):
            yield Violation(
                "eligibility", line.line, f"Fund {line.fund} may not pay for {project.code}: purposes or unit are not covered (M05)."
            )
    for code, fen in sorted(paid.items()):
        project = audit.register.projects[code]
        if project.stage != "admitted":
            yield Violation("admitted", code, f"Project {code} is {project.stage}, not admitted to the library.")
        if fen != project.remaining_fen:
            yield Violation(
                "full-funding", code, f"Project {code} gets {yuan(fen)} of the {yuan(project.remaining_fen)} it needs (M20)."
            )


def _rules(audit: PlanAudit) -> Iterator[Violation]:
    for rule in (*ALWAYS, *audit.policy.rules):
        assert isinstance(rule, PlanRule)
        for short in rule.check(audit):
            if rule.kind == "must" or short.always:
                yield Violation(rule.id, short.where, short.sentence)


def _objectives(register: Register, loaded: LoadedPolicy, plan: Plan, audit: PlanAudit) -> Iterator[Violation]:
    reached = raw_objectives(register, loaded.policy, audit)
    stated = {o.name: o for o in plan.run.objectives}
    if list(stated) != list(reached):
        yield Violation("objectives", "run", f"The plan states objectives {list(stated)}, the policy asks for {list(reached)}.")
        return
    for name, result in stated.items():
        if result.raw_value != reached[name]:
            yield Violation("objectives", name, f"The plan states {result.raw_value} for {name}; its lines come to {reached[name]}.")
        above = result.raw_value > result.raw_bound if result.sense == "max" else result.raw_value < result.raw_bound
        below = result.raw_value < result.raw_floor if result.sense == "max" else result.raw_value > result.raw_floor
        if above:
            yield Violation("objectives", name, f"The value of {name} is beyond its own bound, so the bound is wrong.")
        if below and not plan.by_hand:
            yield Violation("objectives", name, f"Later objectives cost {name} more than its tolerance.")


def _left_out(audit: PlanAudit, plan: Plan) -> Iterator[Violation]:
    stated = {n.project: n for n in plan.not_funded}
    expected = set(audit.plannable) - audit.funded
    if set(stated) != expected:
        yield Violation("left-out", "plan", "The plan does not say of exactly the projects it leaves out why they are.")
        return
    spent: Counter[str] = Counter()
    for line in audit.lines:
        if line.project is not None:
            spent[line.fund] += line.amount_fen
    for code, claim in stated.items():
        project = audit.plannable[code]
        payers = audit.payers(project)
        left = sum(audit.projects_cap_fen(f) - spent[f] for f in payers)
        wrong = (
            (claim.reason == "no-fund" and bool(payers))
            or (claim.reason == "no-money" and (claim.missing_fen <= 0 or left >= project.remaining_fen))
            or (claim.reason == "prerequisite" and (claim.detail not in project.requires or claim.detail in audit.funded))
            or (claim.reason == "variant" and not _taken(audit, code, claim.detail))
        )
        if wrong:
            yield Violation("left-out", code, f"What the plan says of why {code} is left out ({claim.reason}) is not so.")


def _taken(audit: PlanAudit, code: str, other: str) -> bool:
    projects = audit.register.projects
    return (
        other in projects
        and projects[other].variant_group == projects[code].variant_group
        and (other in audit.funded or projects[other].stage == "accepted")
    )


def _hashes(register: Register, loaded: LoadedPolicy, plan: Plan) -> Iterator[Violation]:
    if plan.run.policy_hash != loaded.policy_hash:
        yield Violation("hash", "policy", "The plan was computed under another policy text.")
    if plan.run.instance_hash != case_hash(register, loaded.policy_hash):
        yield Violation("hash", "case", "The plan was computed from another register, other funds or another policy.")
    if plan.plan_hash != plan_hash(plan.run.instance_hash, plan.lines, plan.sites):
        yield Violation("hash", "plan", "The plan's hash is not that of its lines.")
