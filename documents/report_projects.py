"""The projects of the report: those paid, by the funds that pay, and those left out, by the reason (M20, M36)."""

from __future__ import annotations

from dataclasses import dataclass

from documents.citations import Citations, clauses
from documents.proof import objective_name
from documents.report_pictures import row_id
from documents.view import ProjectView, View
from documents.wording import count, free, money, money_unit, name, project_name
from domain.money import yuan
from domain.plan import NotFunded
from texts import Both, both


@dataclass(frozen=True)
class ProjectRow:
    """One funded project."""

    name: Both
    unit: Both
    anchor: str
    builder: Both
    post: Both
    due: str
    target: Both
    amount: Both
    clauses: tuple[str, ...]


@dataclass(frozen=True)
class ProjectGroup:
    """The projects that the same funds pay for, and their sum."""

    label: Both
    amount: Both
    rows: tuple[ProjectRow, ...]


@dataclass(frozen=True)
class LeftOutProject:
    """One project that is not in the plan: its remaining cost and what stands in its way."""

    project: Both
    cost: Both
    detail: Both


@dataclass(frozen=True)
class LeftOut:
    """Projects that are not in the plan for one and the same kind of reason."""

    label: Both
    saying: Both
    number: str
    detail_head: Both
    detail_is_money: bool
    units: tuple[tuple[Both, tuple[LeftOutProject, ...]], ...]
    """Unit by unit in reading order."""


def project_groups(view: View, citations: Citations) -> list[ProjectGroup]:
    """Every funded project in reading order, by the funds that pay for it."""
    groups: dict[tuple[str, ...], list[ProjectView]] = {}
    for entry in view.projects:
        groups.setdefault(tuple(line.fund for line in entry.lines), []).append(entry)
    return [
        ProjectGroup(
            both(
                "projects.group",
                funds=Both.join((name(view.register.funds[fund]) for fund in funds), zh="＋", en=" + "),
                projects=count(len(entries)),
            ),
            money(sum(entry.total_fen for entry in entries)),
            tuple(_project_row(entry, citations) for entry in entries),
        )
        for funds, entries in sorted(groups.items())
    ]


def left_out(view: View, citations: Citations) -> list[LeftOut]:
    """Every project left out, by the kind of its reason and unit by unit."""
    result = []
    for reason, entries in view.not_funded_by_reason().items():
        of_unit: dict[str, list[LeftOutProject]] = {unit.unit.code: [] for unit in view.units}
        for entry in sorted(entries, key=lambda entry: entry.project):
            of_unit[view.register.projects[entry.project].unit].append(_left_out_project(entry, view, citations))
        result.append(
            LeftOut(
                both(f"left_out.{reason}.label"),
                both(f"left_out.{reason}", least=money_unit(min(entry.missing_fen for entry in entries))),
                count(len(entries)),
                both(f"left_out.{reason}.head"),
                reason == "no-money",
                tuple((name(view.register.units[unit]), tuple(rows)) for unit, rows in of_unit.items() if rows),
            )
        )
    return result


def _project_row(entry: ProjectView, citations: Citations) -> ProjectRow:
    return ProjectRow(
        name(entry.project),
        name(entry.unit.unit),
        row_id(entry.unit.unit.code),
        free(entry.project.builder),
        free(entry.project.responsible_post),
        entry.project.due_on.isoformat(),
        free(entry.project.target),
        money(entry.total_fen),
        tuple(sorted(clauses(citations.of(rule for line in entry.lines for rule in line.rules)))),
    )


def _left_out_project(entry: NotFunded, view: View, citations: Citations) -> LeftOutProject:
    project = view.register.projects[entry.project]
    detail = money(entry.missing_fen) if entry.reason == "no-money" else left_out_detail(entry, view, citations)
    return LeftOutProject(name(project), money(project.remaining_fen), detail)


def left_out_detail(entry: NotFunded, view: View, citations: Citations) -> Both:
    """What stands in the way of one project: the money it lacks (to the fen), a rule, an objective, another project."""
    if entry.reason == "no-money":
        return Both(yuan(entry.missing_fen, "zh"), yuan(entry.missing_fen))
    if entry.reason == "rule":
        return citations[entry.detail].label
    if entry.reason == "objective":
        return objective_name(entry.detail)
    if entry.reason in {"variant", "prerequisite"}:
        return project_name(entry.detail, view.register.projects)
    return free(entry.detail)
