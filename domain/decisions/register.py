"""The decision that takes a register file onto the record: what is new or newly said is recorded, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter

from eventsourcing.dcb.domain import Selector
from msgspec.structs import replace

from domain.decisions.common import HOLDS, ImpossibleValue, OnMoney, changed_names
from domain.decisions.duties import must_hold_its_duties
from domain.decisions.filed import FiledFold, Kept, as_import, merged
from domain.decisions.filed_funds import fund_changes
from domain.decisions.funds import must_hold_its_commitments, must_hold_its_tranches
from domain.errors import Refusal
from domain.facts import FUND_FACTS, PROJECT_FACTS, REGISTER_FACTS
from domain.facts.base import Fact, Mandate
from domain.facts.projects import ProjectAdmitted, ProjectCorrected, ProjectProposed
from domain.facts.register import (
    AdjacencyRecorded,
    AreaMapped,
    CountyNamed,
    DutyMoved,
    TownshipCorrected,
    TownshipRegistered,
    UnitCorrected,
    UnitRegistered,
)
from domain.register import Project, Register

UNDER_COMMITMENT = frozenset({"unit", "purposes", "cost_fen", "spent_fen", "stage"})
"""What a file cannot change of a project money is committed to: that is decided on its own (overrun, withdrawal, …)."""
DECIDED = ("stage", "started", "rank")
"""What a file does not say of a project that was declared by hand: decisions of its own move it."""


class OtherCounty(Refusal):
    """A store is the record of one county."""

    code = "other-county"
    sentence_en = "This store is the record of {county}; the file is the register of {other}."
    cure_en = "Import it into a store of its own (`--store`), or correct the county in the file."


class NamesUnknown(Refusal):
    """What a register names is in the register."""

    code = "names-unknown"
    sentence_en = "{subject} names {kind} {name}, which neither the file nor the record holds."
    cure_en = "Add the missing row, or correct the code."


class PrerequisiteCycle(Refusal):
    """No project waits for itself."""

    code = "prerequisite-cycle"
    sentence_en = "These projects require each other in a circle: {circle}."
    cure_en = "Remove one of these prerequisites."


class CommittedProjectChanged(Refusal):
    """A file does not change what money is committed to (M20)."""

    code = "committed-project-changed"
    sentence_en = "The file changes {fields} of project {project}, to which {held_fen} is committed."
    cure_en = "Leave these cells as they were; record an overrun, a withdrawal or a release as a decision of its own."


@dataclass(eq=False, kw_only=True)
class ImportRegister(OnMoney):
    """Take a register file onto the record (M03, M33). Importing the same file twice records nothing.

    Rows the file leaves out are left alone. A cell counts when it says something else than files said before *and* than
    the record says now (see `filed`); `kept` lists the others that differ, for the planner to read. Arrived money, the
    pool, closing and carrying over are never undone; amounts and costs move only as far as commitments allow. Refuses
    with `OtherCounty`, `NamesUnknown`, `PrerequisiteCycle`, `CommittedProjectChanged`, `ArrivedMoneyChanged`,
    `FundBelowTranches`, `FundBelowCommitted`, `DutiesExceedFund` or `ImpossibleValue`.
    """

    wanted: Register
    filed: FiledFold = field(default_factory=FiledFold, init=False, repr=False)
    kept: list[Kept] = field(default_factory=list, init=False, repr=False)

    def boundary(self) -> list[Selector]:
        """The whole register, and what commitments hold; of a file that says funds alone, whose county, and those."""
        said = self.wanted
        if said.townships or said.units or said.projects or said.areas or said.adjacency or said.duties:
            return [Selector(types=[*REGISTER_FACTS, *PROJECT_FACTS, *FUND_FACTS, *HOLDS])]
        funds = [Selector(types=[*FUND_FACTS, *HOLDS], tags=[f"fund:{code}"]) for code in said.funds]
        return [Selector(types=[CountyNamed]), *funds]

    def fold(self, fact: Fact) -> None:
        """Keep the record as it stands, and what files said of it."""
        super().fold(fact)
        self.filed.apply(fact)

    def execute(self) -> None:
        """Record what is new or newly said, in an order in which everything named is there already."""
        mandate = as_import(self.mandate)
        self._county(mandate)
        self._townships(mandate)
        self._units(mandate)
        self._funds(mandate)
        self._projects(mandate)
        self._map(mandate)
        self._duties(mandate)
        self._prerequisites_must_not_circle()

    def _county(self, mandate: Mandate) -> None:
        wanted, now, filed = self.wanted, self.register.county, self.filed.county
        named = CountyNamed(
            mandate=mandate,
            county=wanted.county,
            name_zh=wanted.name_zh,
            name_en=wanted.name_en,
            note=wanted.note,
        )
        if now is None:
            self.record(named)
        elif now.county != wanted.county:
            raise OtherCounty(county=now.county, other=wanted.county)
        elif _names(named) not in (_names(now), _names(filed) if filed else None):
            self.record(named)

    def _townships(self, mandate: Mandate) -> None:
        for code, wanted in self.wanted.townships.items():
            now = self.register.townships.get(code)
            if now is None:
                self.record(TownshipRegistered(mandate=mandate, township=code, record=wanted))
                continue
            after, left = merged(self.filed.townships.get(code), now, wanted, kind="township", code=code)
            self.kept.extend(left)
            if changed := changed_names(now, after):
                self.record(TownshipCorrected(mandate=mandate, township=code, record=after, changed=changed))

    def _units(self, mandate: Mandate) -> None:
        for code, wanted in self.wanted.units.items():
            if wanted.township not in self.register.townships:
                raise NamesUnknown(subject=f"Unit {code}", kind="township", name=wanted.township)
            now = self.register.units.get(code)
            if now is None:
                self.record(UnitRegistered(mandate=mandate, unit=code, record=wanted))
                continue
            after, left = merged(self.filed.units.get(code), now, wanted, kind="unit", code=code)
            self.kept.extend(left)
            if changed := changed_names(now, after):
                self.record(UnitCorrected(mandate=mandate, unit=code, record=after, changed=changed))

    def _funds(self, mandate: Mandate) -> None:
        for code, wanted in self.wanted.funds.items():
            now = self.register.funds.get(code)
            for fact in fund_changes(mandate, self.filed.funds.get(code), now, wanted, self.kept):
                self.record(fact)
            after = self.register.funds[code]
            if after != now:
                must_hold_its_tranches(after)
                must_hold_its_commitments(after, self.money.fund(code).held_fen)

    def _projects(self, mandate: Mandate) -> None:
        for code, wanted in self.wanted.projects.items():
            self._project_must_name_known(wanted)
            now = self.register.projects.get(code)
            if now is None:
                admitted = wanted.stage == "admitted"
                entry = replace(wanted, stage="proposed") if admitted else wanted
                self.record(ProjectProposed(mandate=mandate, project=code, unit=wanted.unit, record=entry))
                if admitted:
                    self.record(ProjectAdmitted(mandate=mandate, project=code))
                continue
            filed = self.filed.projects.get(code)
            entered_by_file = code in self.filed.projects_filed
            fields = None if entered_by_file else [f for f in wanted.__struct_fields__ if f not in DECIDED]
            after, left = merged(filed, now, wanted, kind="project", code=code, fields=fields)
            self.kept.extend(left)
            if changed := changed_names(now, after):
                self._must_leave_commitments_alone(after, changed)
                self.record(
                    ProjectCorrected(mandate=mandate, project=code, unit=after.unit, record=after, changed=changed)
                )

    def _project_must_name_known(self, wanted: Project) -> None:
        subject = f"Project {wanted.code}"
        if wanted.unit not in self.register.units:
            raise NamesUnknown(subject=subject, kind="unit", name=wanted.unit)
        if wanted.running_fund is not None and wanted.running_fund not in self.register.funds:
            raise NamesUnknown(subject=subject, kind="fund", name=wanted.running_fund)
        for code in wanted.requires:
            if code not in self.register.projects and code not in self.wanted.projects:
                raise NamesUnknown(subject=subject, kind="project", name=code)
        if wanted.spent_fen > wanted.cost_fen:
            raise ImpossibleValue(subject=wanted.code, fault="more is spent than it costs")

    def _must_leave_commitments_alone(self, after: Project, changed: tuple[str, ...]) -> None:
        held_fen = self.money.project(after.code).held_fen
        touched = [name for name in changed if name in UNDER_COMMITMENT]
        if held_fen > 0 and touched:
            fields = ", ".join(touched)
            raise CommittedProjectChanged(project=after.code, fields=fields, held_fen=held_fen)
        if after.spent_fen > after.cost_fen:
            raise ImpossibleValue(subject=after.code, fault="more is spent than it costs")

    def _map(self, mandate: Mandate) -> None:
        for code, area in self.wanted.areas.items():
            if code not in self.register.units:
                raise NamesUnknown(subject="An area", kind="unit", name=code)
            if area not in (self.register.areas.get(code), self.filed.areas.get(code)):
                self.record(AreaMapped(mandate=mandate, unit=code, area=area))
        pairs = tuple(sorted({(min(pair), max(pair)) for pair in self.wanted.adjacency}))
        for code in sorted({code for pair in pairs for code in pair}):
            if code not in self.register.units:
                raise NamesUnknown(subject="A pair of neighbours", kind="unit", name=code)
        if pairs and pairs not in (self.register.adjacency, self.filed.adjacency):
            self.record(AdjacencyRecorded(mandate=mandate, county=self.wanted.county, pairs=pairs))

    def _duties(self, mandate: Mandate) -> None:
        for code, wanted in self.wanted.duties.items():
            now = self.register.duties.get(code)
            if wanted in (now, self.filed.duties.get(code)):
                continue
            if wanted.unit not in self.register.units:
                raise NamesUnknown(subject=f"Duty {code}", kind="unit", name=wanted.unit)
            if wanted.fund not in self.register.funds:
                raise NamesUnknown(subject=f"Duty {code}", kind="fund", name=wanted.fund)
            from_unit = now.unit if now is not None and now.unit != wanted.unit else None
            self.record(
                DutyMoved(
                    mandate=mandate,
                    duty=code,
                    fund=wanted.fund,
                    unit=wanted.unit,
                    from_unit=from_unit,
                    record=wanted,
                )
            )
            must_hold_its_duties(self.register, wanted.fund)

    def _prerequisites_must_not_circle(self) -> None:
        graph = {code: project.requires for code, project in self.register.projects.items() if project.requires}
        try:
            TopologicalSorter(graph).prepare()
        except CycleError as found:
            raise PrerequisiteCycle(circle=" → ".join(found.args[1])) from found


def _names(named: CountyNamed) -> tuple[str, str, str]:
    return named.name_zh, named.name_en, named.note
