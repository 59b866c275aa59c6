"""The register fold: what townships, units, projects, funds and duties are after every fact so far."""

from __future__ import annotations

from typing import TypeVar

import msgspec
from msgspec.structs import replace

from domain.errors import Refusal
from domain.facts.base import Fact
from domain.facts.projects import (
    ProjectAccepted,
    ProjectAdmitted,
    ProjectAppraised,
    ProjectCorrected,
    ProjectOverrun,
    ProjectProposed,
    ProjectRanked,
    ProjectStarted,
    ProjectWithdrawn,
)
from domain.facts.register import (
    AdjacencyRecorded,
    AreaMapped,
    CountyNamed,
    DutyMoved,
    TownshipCorrected,
    TownshipRegistered,
    UnitAssessed,
    UnitCorrected,
    UnitListedBackward,
    UnitRegistered,
    UnitStruckOff,
)
from domain.folds.funds import FundsFold
from domain.register import Area, Duty, Fund, Project, Register, Township, Unit

Record = TypeVar("Record", bound=msgspec.Struct)


class NothingRegistered(Refusal):
    """The record is asked for its register and holds none."""

    code = "nothing-registered"
    sentence_en = "Nothing is registered yet: the record names no county."
    cure_en = "Import a register first with `tongchou register import PATH`."


def corrected(before: Record | None, record: Record, changed: tuple[str, ...]) -> Record:
    """The entry after a correction; where nothing was known before, the whole record."""
    return record if before is None else replace(before, **{name: getattr(record, name) for name in changed})


class RegisterFold:
    """The register so far, by code; `register()` takes a snapshot.

    `spent_fen` of a project stays what was registered: spent before, or outside, this record. What the record itself
    paid is in `MoneyFold`; the two never overlap. Of a correction only the fields it changed are taken, so that a fold
    over the facts of one date, or of imports alone, is not told by a whole record what came of others.
    """

    def __init__(self) -> None:
        self.county: CountyNamed | None = None
        self.townships: dict[str, Township] = {}
        self.units: dict[str, Unit] = {}
        self.projects: dict[str, Project] = {}
        self.areas: dict[str, Area] = {}
        self.adjacency: tuple[tuple[str, str], ...] = ()
        self.duties: dict[str, Duty] = {}
        self._funds = FundsFold()

    @property
    def funds(self) -> dict[str, Fund]:
        """Funds by code."""
        return self._funds.funds

    def apply(self, fact: Fact) -> None:
        """Take in one fact; the most frequent kinds are looked for first."""
        match fact:
            case UnitRegistered():
                self.units[fact.unit] = fact.record
            case AreaMapped():
                self.areas[fact.unit] = fact.area
            case ProjectProposed():
                self.projects[fact.project] = fact.record
            case ProjectAdmitted():
                self._project(fact.project, stage="admitted")
            case UnitCorrected() | UnitAssessed():
                self.units[fact.unit] = corrected(self.units.get(fact.unit), fact.record, fact.changed)
            case ProjectCorrected():
                self.projects[fact.project] = corrected(self.projects.get(fact.project), fact.record, fact.changed)
            case UnitListedBackward():
                self._unit(fact.unit, backward=True, backward_reason=fact.reason)
            case UnitStruckOff():
                self._unit(fact.unit, backward=False, backward_reason=None)
            case ProjectAppraised():
                self._appraise(fact)
            case ProjectRanked():
                self._project(fact.project, rank=fact.rank)
            case ProjectStarted():
                self._project(fact.project, started=True)
            case ProjectOverrun():
                self._project(fact.project, cost_fen=fact.new_cost_fen)
            case ProjectWithdrawn():
                self._project(fact.project, stage="withdrawn")
            case ProjectAccepted():
                self._accept(fact)
            case TownshipRegistered():
                self.townships[fact.township] = fact.record
            case TownshipCorrected():
                self.townships[fact.township] = corrected(self.townships.get(fact.township), fact.record, fact.changed)
            case DutyMoved():
                self.duties[fact.duty] = fact.record
            case AdjacencyRecorded():
                self.adjacency = fact.pairs
            case CountyNamed():
                self.county = fact
            case _:
                self._funds.apply(fact)

    def fork(self) -> RegisterFold:
        """A fold that stands where this one stands and goes on without it; it costs as much as there are entries."""
        other = RegisterFold()
        other.county, other.adjacency = self.county, self.adjacency
        other.townships, other.units, other.projects = dict(self.townships), dict(self.units), dict(self.projects)
        other.areas, other.duties = dict(self.areas), dict(self.duties)
        other.funds.update(self.funds)
        return other

    def register(self) -> Register:
        """A snapshot in order of codes; raises `NothingRegistered` while the record names no county."""
        if self.county is None:
            raise NothingRegistered
        return Register(
            county=self.county.county,
            name_zh=self.county.name_zh,
            name_en=self.county.name_en,
            note=self.county.note,
            townships=dict(sorted(self.townships.items())),
            units=dict(sorted(self.units.items())),
            projects=dict(sorted(self.projects.items())),
            funds=dict(sorted(self.funds.items())),
            areas=dict(sorted(self.areas.items())),
            adjacency=tuple(sorted({(min(pair), max(pair)) for pair in self.adjacency})),
            duties=dict(sorted(self.duties.items())),
        )

    def _unit(self, code: str, **changes: object) -> None:
        if unit := self.units.get(code):
            self.units[code] = replace(unit, **changes)

    def _project(self, code: str, **changes: object) -> None:
        if project := self.projects.get(code):
            self.projects[code] = replace(project, **changes)

    def _appraise(self, fact: ProjectAppraised) -> None:
        """A first appraisal moves the project on; a later one only changes its points."""
        if project := self.projects.get(fact.project):
            stage = "appraised" if project.stage == "proposed" else project.stage
            self._project(fact.project, benefit=fact.benefit, stage=stage)

    def _accept(self, fact: ProjectAccepted) -> None:
        """The project is done: the haves it closes are the unit's, and its office is its own again (M18, M19)."""
        project = self.projects.get(fact.project)
        unit = self.units.get(fact.unit)
        if project is None:
            return
        self._project(fact.project, stage="accepted")
        if unit is not None:
            haves = tuple(sorted({*unit.haves, *project.closes}))
            rented_out = unit.office_rented_out and not project.returns_office
            self._unit(fact.unit, haves=haves, office_rented_out=rented_out)
