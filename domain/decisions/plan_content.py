"""What must be true of a plan's text before it is put on the record: its sums, its names, its hash (M04, M07, M27).

These are the checks of a bookkeeper, from the facts alone. Whether the plan keeps every rule of the policy is for the
verifier, which is run before a plan may be proposed and again before it may be approved.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from domain.errors import Refusal
from domain.folds import RegisterFold
from domain.hashing import plan_hash
from domain.plan import Plan, PlanLine


class PlanDoesNotAddUp(Refusal):
    """Lines, parts and funds of a plan agree to the fen (M04)."""

    code = "plan-does-not-add-up"
    sentence_en = "Plan {plan} does not add up at {where}: {found_fen} was found where {expected_fen} was expected."
    cure_en = "Compute the plan again; if it was changed by hand, adjust lines, parts and funds together."


class PlanHashWrong(Refusal):
    """A plan's hash is the hash of what it says."""

    code = "plan-hash-wrong"
    sentence_en = "Plan {plan} says its hash is {stated}, its lines and sites give {computed}."
    cure_en = "Compute the plan again; it was changed, or damaged, after it was computed."


class PlanNamesUnknown(Refusal):
    """A plan gives to units and projects of the record out of open funds in the pool, each line once (M03, M43)."""

    code = "plan-names-unknown"
    sentence_en = "Line {line} of plan {plan} names {kind} {name}, which {why}."
    cure_en = "Compute the plan from the register as it stands."


class PlanOverFund(Refusal):
    """No fund is planned beyond what may be counted on (M01, M02, M07)."""

    code = "plan-over-fund"
    sentence_en = "With plan {plan}, fund {fund} would give {allocated_fen}; it may give {plannable_fen}."
    cure_en = "Cut lines of the plan, raise the fund, or supersede the earlier plan that uses the same money."


class PlanOverCost(Refusal):
    """No project is planned beyond what it still costs, all funds and plans together (M20)."""

    code = "plan-over-cost"
    sentence_en = "With plan {plan}, project {project} would get {allocated_fen}; it still costs {remaining_fen}."
    cure_en = "Cut the project's lines, or decide on the overrun first."


def must_be_sound(plan: str, content: Plan, register: RegisterFold) -> None:
    """Raise the refusals above for a plan that could not be carried out as it is written."""
    _must_add_up(plan, content)
    computed = plan_hash(content.run.instance_hash, content.lines, content.sites, content.schedule)
    if content.plan_hash != computed:
        raise PlanHashWrong(plan=plan, stated=content.plan_hash, computed=computed)
    for line in content.lines:
        _must_name_known(plan, line, register)
    must_be_affordable(plan, content, fund_totals(content), project_totals(content), register)


def must_be_affordable(
    plan: str, content: Plan, by_fund: Mapping[str, int], by_project: Mapping[str, int], register: RegisterFold
) -> None:
    """Raise `PlanOverFund` or `PlanOverCost` when these sums in fen are more than funds and projects allow.

    A plan whose policy counts on pledges states more money than is announced; never more than all that was pledged.
    Whether it is as much as the policy's confidence makes it is for the verifier.
    """
    stated_fen = {use.fund: use.amount_fen for use in content.funds}
    for code, allocated_fen in sorted(by_fund.items()):
        fund = register.funds.get(code)
        plannable_fen = fund.plannable_fen if fund else 0
        if fund and stated_fen.get(code, 0) > plannable_fen:
            pledged_fen = sum(max(p.amount_fen, p.arrived_fen) for p in fund.pledges if p.kind == "money")
            plannable_fen = min(stated_fen[code], plannable_fen + pledged_fen)
        if allocated_fen > plannable_fen:
            raise PlanOverFund(plan=plan, fund=code, allocated_fen=allocated_fen, plannable_fen=plannable_fen)
    for code, allocated_fen in sorted(by_project.items()):
        project = register.projects.get(code)
        remaining_fen = project.remaining_fen if project else 0
        if allocated_fen > remaining_fen:
            raise PlanOverCost(plan=plan, project=code, allocated_fen=allocated_fen, remaining_fen=remaining_fen)


def fund_totals(content: Plan) -> Counter[str]:
    """Fen per fund over the lines."""
    totals: Counter[str] = Counter()
    for line in content.lines:
        totals[line.fund] += line.amount_fen
    return totals


def project_totals(content: Plan) -> Counter[str]:
    """Fen per project over the lines."""
    totals: Counter[str] = Counter()
    for line in content.lines:
        if line.project is not None:
            totals[line.project] += line.amount_fen
    return totals


def _must_add_up(plan: str, content: Plan) -> None:
    repeated = [name for name, times in Counter(line.line for line in content.lines).items() if times > 1]
    if repeated:
        why = "stands for another line already"
        raise PlanNamesUnknown(plan=plan, line=repeated[0], kind="line", name=repeated[0], why=why)
    for line in content.lines:
        _must_equal(plan, f"line {line.line}", sum(line.parts.values()), line.amount_fen)
    totals = fund_totals(content)
    for use in content.funds:
        _must_equal(plan, f"fund {use.fund}", totals.pop(use.fund, 0), use.allocated_fen)
        _must_equal(plan, f"fund {use.fund}", use.allocated_fen + use.unallocated_fen, use.amount_fen)
    for code, total_fen in sorted(totals.items()):
        _must_equal(plan, f"fund {code}", total_fen, 0)


def _must_equal(plan: str, where: str, found_fen: int, expected_fen: int) -> None:
    if found_fen != expected_fen:
        raise PlanDoesNotAddUp(plan=plan, where=where, found_fen=found_fen, expected_fen=expected_fen)


def _must_name_known(plan: str, line: PlanLine, register: RegisterFold) -> None:
    def fault(kind: str, name: str, why: str) -> PlanNamesUnknown:
        return PlanNamesUnknown(plan=plan, line=line.line, kind=kind, name=name, why=why)

    fund = register.funds.get(line.fund)
    if fund is None or fund.closed or not fund.pooled:
        why = "is not in the record" if fund is None else "is closed" if fund.closed else "is not in the pool"
        raise fault("fund", line.fund, why)
    if line.unit not in register.units:
        raise fault("unit", line.unit, "is not in the record")
    if line.project is None:
        return
    project = register.projects.get(line.project)
    if project is None or project.stage != "admitted":
        why = "is not in the project library" if project is None else f"is {project.stage}, not admitted"
        raise fault("project", line.project, why)
    if project.unit != line.unit:
        raise fault("project", line.project, f"belongs to unit {project.unit}, not to {line.unit}")
