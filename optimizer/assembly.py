"""From a choice – what is built, who pays, which sites – to the lines of a plan, to the fen, with parts and rules.

A fund with `rest: formula` is split whole: its formula works on all its projects leave. Where that split would break a
rule that the search found a way to keep, what projects leave is spread as `Choice.rest_fen` says, on top of what the
formula gives of the envelope it is sure of.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from domain.formula import formula_grants
from domain.plan import FundUse, Part, PlanLine, ScheduledProject
from domain.policy.model import Formula
from optimizer.case import Case, FundCase
from optimizer.checking.audit import PlanAudit
from optimizer.rules.sites import DemonstrationSites
from optimizer.rules.unfinished import UnfinishedFirst


@dataclass(frozen=True)
class Choice:
    """What the search decides, in fen."""

    pays: Mapping[tuple[str, str], int]
    """(fund, project) -> what the fund pays; the projects built this year are those that occur."""
    sites: tuple[str, ...]
    grants: Mapping[tuple[str, str], int] = field(default_factory=dict)
    """(fund, unit) -> formula grant of funds in mode `optimize`."""
    rest_fen: Mapping[tuple[str, str], int] | None = None
    """(fund, unit) -> share of what projects leave, where the formula's own split cannot be used."""
    schedule: tuple[ScheduledProject, ...] = ()
    """What later years of a programme build (M17)."""

    @property
    def built(self) -> frozenset[str]:
        """The projects built, this year or later."""
        return frozenset(project for _, project in self.pays).union(s.project for s in self.schedule)


def audit_of(case: Case, choice: Choice, lines: tuple[PlanLine, ...] | None = None) -> PlanAudit:
    """The audit of what a choice says; `lines` where they are known already."""
    return PlanAudit(
        case.register,
        case.policy,
        plan_lines(case, choice) if lines is None else lines,
        choice.sites,
        baseline=case.baseline,
        schedule=choice.schedule,
    )


def plan_lines(case: Case, choice: Choice) -> tuple[PlanLine, ...]:
    """The lines of a plan, formula grants and projects, in order of fund, unit and project."""
    lines: list[PlanLine] = []
    for fund in case.funds.values():
        lines += _formula_lines(case, fund, choice)
    lines += _project_lines(case, choice)
    return tuple(sorted(lines, key=lambda line: (line.fund, line.unit, line.project or "")))


def fund_uses(case: Case, lines: tuple[PlanLine, ...]) -> tuple[FundUse, ...]:
    """What the lines make of every fund."""
    uses = []
    for fund in case.funds.values():
        allocated = sum(line.amount_fen for line in lines if line.fund == fund.code)
        uses.append(
            FundUse(
                fund=fund.code,
                amount_fen=fund.total_fen,
                allocated_fen=allocated,
                unallocated_fen=fund.total_fen - allocated,
            )
        )
    return tuple(uses)


def _formula_lines(case: Case, fund: FundCase, choice: Choice) -> list[PlanLine]:
    formula = fund.policy.formula
    if formula is None:
        return []
    lines = []
    for unit, parts in formula_parts(case, fund, formula, choice).items():
        kept = {part: fen for part, fen in parts.items() if fen}
        if kept:
            lines.append(
                PlanLine(
                    line=f"{fund.code}.{unit}",
                    fund=fund.code,
                    unit=unit,
                    project=None,
                    amount_fen=sum(kept.values()),
                    parts={str(part): fen for part, fen in kept.items()},
                    rules=_formula_rules(fund, formula, kept, case, unit),
                )
            )
    return lines


def formula_parts(case: Case, fund: FundCase, formula: Formula, choice: Choice) -> dict[str, dict[Part, int]]:
    """Unit -> part -> fen of the formula grants a fund gives under a choice."""
    if fund.decides_grants:
        return {u: _decided_parts(case, fund, u, choice.grants.get((fund.code, u), 0)) for u in fund.units}
    assert fund.guaranteed is not None
    if not fund.rest_to_units:
        return fund.guaranteed.parts
    paid = sum(fen for (f, _), fen in choice.pays.items() if f == fund.code)
    even = formula_grants(
        formula,
        units=fund.units,
        register=case.register,
        checklist=case.policy.checklist,
        scores=case.scores,
        envelope_fen=fund.total_fen - paid,
        quantum_fen=case.policy.quantum_fen,
        duties=fund.duties,
    ).parts
    if choice.rest_fen is None:
        return even
    result: dict[str, dict[Part, int]] = {}
    for unit, parts in fund.guaranteed.parts.items():
        extra = _weighed(case, unit, choice.rest_fen.get((fund.code, unit), 0))
        result[unit] = {part: parts.get(part, 0) + extra.get(part, 0) for part in ("duty", "floor", *extra)}
    # a fund the rules leave alone is explained by its formula as always
    return even if all(sum(result[u].values()) == sum(parts.values()) for u, parts in even.items()) else result


def _decided_parts(case: Case, fund: FundCase, unit: str, grant_fen: int) -> dict[Part, int]:
    """A grant the objectives decided, explained: duty, floor, then need and priority as the rubric weighs them."""
    duty = min(fund.duties.get(unit, 0), grant_fen)
    floor = min(case.floors_fen[fund.code][unit], grant_fen - duty)
    return {"duty": duty, "floor": floor, **_weighed(case, unit, grant_fen - duty - floor)}


def _weighed(case: Case, unit: str, fen: int) -> dict[Part, int]:
    """Money beyond floors as need and priority, 1 : priority - 1 as the rubric weighs the unit."""
    priority = case.scores.priority[unit]
    above = (fen * (1 - 1 / max(priority, Fraction(1)))).__floor__()
    return {"need": fen - above, "priority": above}


def _formula_rules(
    fund: FundCase, formula: Formula, parts: Mapping[Part, int], case: Case, unit: str
) -> tuple[str, ...]:
    rules = []
    if "duty" in parts:
        rules.append(f"{fund.code}.duty")
    if "floor" in parts:
        rules.append(f"{fund.code}.floor")
    if "need" in parts or "priority" in parts:
        rules += [f"{fund.code}.{factor.id}" for factor in formula.factors]
    if "priority" in parts:
        rules += [f"priority.{criterion}" for criterion, added in case.scores.criteria[unit] if added]
    return tuple(rules)


def project_part(case: Case, sites: Collection[str], code: str) -> Part:
    """What a project's money is for: `site` where it completes the checklist of a demonstration site."""
    project = case.projects[code]
    completes = project.unit in sites and not set(project.closes).isdisjoint(case.missing(project.unit))
    return "site" if completes else "project"


def _project_lines(case: Case, choice: Choice) -> list[PlanLine]:
    sites_rules = [r for r in case.policy.rules if isinstance(r, DemonstrationSites)]
    unfinished = next((r for r in case.policy.rules if isinstance(r, UnfinishedFirst)), None)
    lines = []
    for (fund, code), fen in sorted(choice.pays.items()):
        project = case.projects[code]
        rules = ["full-funding"]
        part = project_part(case, choice.sites, code)
        if part == "site":
            rules += [rule.id for rule in sites_rules if rule.counts(case.register, project.unit)]
        if project.started and unfinished is not None:
            rules.append(unfinished.id)
        if code in case.bundle_of:
            rules.append(case.bundle_of[code].rule)
        lines.append(
            PlanLine(
                line=case.project_line(fund, code),
                fund=fund,
                unit=project.unit,
                project=code,
                amount_fen=fen,
                parts={part: fen},
                rules=tuple(rules),
            )
        )
    return lines
