"""One look at a plan for every document: register, policy, plan and measures joined unit by unit, in reading order.

Nothing is computed anew that a plan or its measures already say; amounts are only put side by side and added up. Units
stand in order of township and code, every one of them, also those that receive nothing (M03).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from domain.measures import Measures
from domain.plan import FundUse, NotFunded, Plan, PlanLine
from domain.policy.model import Policy
from domain.register import Fund, Project, Register, Township, Unit
from domain.scoring import score

PARTS: tuple[str, ...] = ("floor", "need", "priority", "duty", "project", "site", "manual")
"""The parts of a grant in the order they are always shown in (M02, M09, M11, M12, M14)."""


class ForeignPlan(ValueError):
    """A plan that names a fund, unit or project its register does not have: the two do not belong together."""


@dataclass(frozen=True)
class UnitView:
    """What one unit gets from all funds, and out of which parts; amounts in fen."""

    unit: Unit
    township: Township
    lines: tuple[PlanLine, ...]
    is_site: bool

    @cached_property
    def total_fen(self) -> int:
        """All funds together."""
        return sum(line.amount_fen for line in self.lines)

    @cached_property
    def parts(self) -> dict[str, int]:
        """Part -> fen in the fixed order, without parts of nothing."""
        return add_parts(self.lines)

    @property
    def per_household_fen(self) -> int | None:
        """The grant per household, rounded half to even; None where there are no households to share it."""
        return per_head(self.total_fen, self.unit.households)


@dataclass(frozen=True)
class ProjectView:
    """One funded project and what each fund pays of it, in fen; together its whole remaining cost (M20)."""

    project: Project
    unit: UnitView
    lines: tuple[PlanLine, ...]

    @property
    def total_fen(self) -> int:
        """What all funds pay."""
        return sum(line.amount_fen for line in self.lines)


@dataclass(frozen=True)
class FundView:
    """One fund: what a plan makes of it and its lines in reading order."""

    fund: Fund
    use: FundUse
    lines: tuple[PlanLine, ...]

    @property
    def shares_by_formula(self) -> bool:
        """Whether units as such receive from it, so that each of them stands in its table with a row of its own."""
        return any(line.project is None for line in self.lines)


@dataclass(frozen=True)
class View:
    """A plan joined with the register and policy it was computed from."""

    register: Register
    policy: Policy
    plan: Plan
    measures: Measures
    units: tuple[UnitView, ...]
    projects: tuple[ProjectView, ...]
    funds: tuple[FundView, ...]

    @cached_property
    def criteria(self) -> Mapping[str, tuple[str, ...]]:
        """Unit -> the criteria of the rubric that raise (or lower) its priority, in the order of the policy (M11)."""
        found = score(self.policy, self.register).criteria
        return {unit: tuple(criterion for criterion, _ in added) for unit, added in found.items()}

    @property
    def amount_fen(self) -> int:
        """The money of all funds of the plan."""
        return sum(use.amount_fen for use in self.plan.funds)

    @property
    def allocated_fen(self) -> int:
        """What the plan gives out."""
        return sum(use.allocated_fen for use in self.plan.funds)

    @property
    def unallocated_fen(self) -> int:
        """What it leaves."""
        return sum(use.unallocated_fen for use in self.plan.funds)

    @property
    def budget_years(self) -> tuple[int, ...]:
        """The budget years of the plan's funds, in order."""
        return tuple(sorted({fund.fund.budget_year for fund in self.funds}))

    @cached_property
    def by_township(self) -> tuple[tuple[Township, tuple[UnitView, ...]], ...]:
        """Units by township, in order of codes; townships without units are left out."""
        groups: dict[str, list[UnitView]] = {}
        for unit in self.units:
            groups.setdefault(unit.township.code, []).append(unit)
        return tuple((members[0].township, tuple(members)) for members in groups.values())

    @cached_property
    def by_code(self) -> dict[str, UnitView]:
        """Units by their code."""
        return {unit.unit.code: unit for unit in self.units}

    def not_funded_by_reason(self) -> dict[str, tuple[NotFunded, ...]]:
        """Projects left out, by reason: money first, then the other reasons in order of their names."""
        groups: dict[str, list[NotFunded]] = {}
        for entry in self.plan.not_funded:
            groups.setdefault(entry.reason, []).append(entry)
        order = sorted(groups, key=lambda reason: (reason != "no-money", reason))
        return {reason: tuple(groups[reason]) for reason in order}


def make_view(register: Register, policy: Policy, plan: Plan, measures: Measures) -> View:
    """Join a plan with the register it was computed from.

    Raises `ForeignPlan` when the plan names a fund, unit or project that the register does not have.
    """
    _refuse_strangers(register, plan)
    order = sorted(register.units.values(), key=lambda unit: (unit.township, unit.code))
    lines_of: dict[str, list[PlanLine]] = {unit.code: [] for unit in order}
    for line in plan.lines:
        lines_of[line.unit].append(line)
    sites = frozenset(plan.sites)
    units = tuple(
        UnitView(unit, register.townships[unit.township], tuple(lines_of[unit.code]), unit.code in sites)
        for unit in order
    )
    by_code = {unit.unit.code: unit for unit in units}
    place = {unit.unit.code: index for index, unit in enumerate(units)}
    lines_by_project: dict[str, list[PlanLine]] = {}
    for line in plan.lines:
        if line.project is not None:
            lines_by_project.setdefault(line.project, []).append(line)
    projects = (
        ProjectView(register.projects[code], by_code[lines[0].unit], tuple(lines))
        for code, lines in lines_by_project.items()
    )
    funds = (
        FundView(
            register.funds[use.fund],
            use,
            tuple(
                sorted(
                    (line for line in plan.lines if line.fund == use.fund),
                    key=lambda line: (place[line.unit], line.project or "", line.line),
                )
            ),
        )
        for use in plan.funds
    )
    return View(
        register,
        policy,
        plan,
        measures,
        units,
        tuple(sorted(projects, key=lambda p: (place[p.unit.unit.code], p.project.code))),
        tuple(funds),
    )


def add_parts(lines: Iterable[PlanLine]) -> dict[str, int]:
    """The parts of several lines added up, in the fixed order, without parts of nothing."""
    total: dict[str, int] = {}
    for line in lines:
        for part, fen in line.parts.items():
            total[part] = total.get(part, 0) + fen
    known = [part for part in PARTS if total.get(part)]
    return {part: total[part] for part in [*known, *sorted(p for p in total if p not in PARTS and total[p])]}


def per_head(fen: int, count: int) -> int | None:
    """`fen / count` rounded half to even in whole numbers; None for a count of zero."""
    if count <= 0:
        return None
    share, rest = divmod(fen, count)
    up = 2 * rest > count or (2 * rest == count and share % 2 == 1)
    return share + up


def _refuse_strangers(register: Register, plan: Plan) -> None:
    named: list[tuple[str, str, Mapping[str, object]]] = [
        *(("fund", use.fund, register.funds) for use in plan.funds),
        *(("fund", line.fund, register.funds) for line in plan.lines),
        *(("unit", line.unit, register.units) for line in plan.lines),
        *(("unit", site, register.units) for site in plan.sites),
        *(("project", line.project, register.projects) for line in plan.lines if line.project is not None),
        *(("project", entry.project, register.projects) for entry in plan.not_funded),
        *(("fund", entry.fund, register.funds) for entry in plan.schedule),
        *(("project", entry.project, register.projects) for entry in plan.schedule),
    ]
    for kind, code, known in named:
        if code not in known:
            raise ForeignPlan(
                f"The plan {plan.plan_hash[:12]} names the {kind} {code}, which the register of {register.county} does "
                "not have; print it with the register it was computed from."
            )
