"""Decisions about one unit: register, correct, assess, list as backward, strike off (M03, M11, M21, M29, M33)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from eventsourcing.dcb.domain import Selector

from domain.decisions.citing import Citations
from domain.decisions.common import (
    UNIT_STATE,
    ImpossibleValue,
    OnRegister,
    UnknownTownship,
    changed_names,
    must_be_reasoned,
    with_changes,
)
from domain.errors import Refusal
from domain.facts.base import Fact
from domain.facts.register import (
    TownshipRegistered,
    UnitAssessed,
    UnitCorrected,
    UnitListedBackward,
    UnitRegistered,
    UnitStruckOff,
)
from domain.folds.evidence import Subject
from domain.register import Unit

ASSESSED = frozenset({"stars", "haves", "office_rented_out", "last_result", "indicators"})
"""What an assessment may find; everything else of a unit changes by correction."""


class UnitTaken(Refusal):
    """A unit code is given once."""

    code = "unit-taken"
    sentence_en = "Unit {unit} is registered already."
    cure_en = "Correct the entry there is, or give the new unit a code of its own."


class AlreadyBackward(Refusal):
    """A listed unit cannot be listed again."""

    code = "already-backward"
    sentence_en = "Unit {unit} is on the list of backward units already."
    cure_en = "To change the reason, correct the unit's entry."


class NotBackward(Refusal):
    """Only a listed unit can be struck off."""

    code = "not-backward"
    sentence_en = "Unit {unit} is not on the list of backward units, so it cannot be struck off."
    cure_en = "Check the code of the unit."


@dataclass(eq=False, kw_only=True)
class _AboutUnit(OnRegister):
    """A decision about one unit; `cites` names pieces of evidence about it or its projects that it rests on (M29, M31).

    Refuses with what `citing` refuses where a piece does not carry it.
    """

    unit: str
    cites: tuple[str, ...] = ()
    cited: Citations = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.cited = Citations(self.cites)

    def boundary(self) -> list[Selector]:
        return [Selector(types=UNIT_STATE, tags=[f"unit:{self.unit}"]), *self.cited.boundary()]

    def fold(self, fact: Fact) -> None:
        super().fold(fact)
        self.cited.apply(fact)

    def record_as_cited(self, fact: Fact) -> None:
        """Record what was decided, and what it rests on."""
        self.record(fact)
        projects = [Subject("project", code) for code in self.register.projects]
        self.cited.record(self, fact, Subject("unit", self.unit), *projects)


def _must_lie_somewhere(decision: OnRegister, township: str) -> None:
    if township not in decision.register.townships:
        raise UnknownTownship(township=township)


@dataclass(eq=False, kw_only=True)
class RegisterUnit(OnRegister):
    """Enter a unit into the register (M03, M21). Refuses with `UnitTaken` or `UnknownTownship`."""

    entry: Unit

    def boundary(self) -> list[Selector]:
        """The unit's own code, and its township."""
        return [
            Selector(types=UNIT_STATE, tags=[f"unit:{self.entry.code}"]),
            Selector(types=[TownshipRegistered], tags=[f"township:{self.entry.township}"]),
        ]

    def execute(self) -> None:
        """Record `UnitRegistered`."""
        if self.entry.code in self.register.units:
            raise UnitTaken(unit=self.entry.code)
        _must_lie_somewhere(self, self.entry.township)
        self.record(UnitRegistered(mandate=self.mandate, unit=self.entry.code, record=self.entry))


@dataclass(eq=False, kw_only=True)
class CorrectUnit(_AboutUnit):
    """Correct what the register says of a unit; the old entry stays visible in the past (M33).

    `changes` maps field names of `Unit` to their new values. Refuses with `UnknownUnit`, `UnknownTownship`,
    `ImpossibleValue` or `NothingChanged`.
    """

    changes: Mapping[str, object]

    def boundary(self) -> list[Selector]:
        """The unit, and the township it is moved to, if it is."""
        township = self.changes.get("township")
        moved = [Selector(types=[TownshipRegistered], tags=[f"township:{township}"])] if township is not None else []
        return [*super().boundary(), *moved]

    def execute(self) -> None:
        """Record `UnitCorrected`."""
        now = self.unit_known(self.unit)
        wanted = with_changes(self, self.unit, now, _in_order(self.changes))
        if wanted.township != now.township:
            _must_lie_somewhere(self, wanted.township)
        changed = changed_names(now, wanted)
        self.record_as_cited(UnitCorrected(mandate=self.mandate, unit=self.unit, record=wanted, changed=changed))


@dataclass(eq=False, kw_only=True)
class AssessUnit(_AboutUnit):
    """Record what an assessment found: stars, haves, rented office, last result, indicators (M18, M19, M24, M28).

    Refuses with `UnknownUnit`, `ImpossibleValue` (also for a field no assessment finds) or `NothingChanged`.
    """

    changes: Mapping[str, object]

    def execute(self) -> None:
        """Record `UnitAssessed`."""
        now = self.unit_known(self.unit)
        for name in self.changes:
            if name not in ASSESSED:
                fault = f"“{name}” is not found by an assessment but corrected; an assessment finds {_listed()}"
                raise ImpossibleValue(subject=self.unit, fault=fault)
        wanted = with_changes(self, self.unit, now, _in_order(self.changes))
        changed = changed_names(now, wanted)
        self.record_as_cited(UnitAssessed(mandate=self.mandate, unit=self.unit, record=wanted, changed=changed))


@dataclass(eq=False, kw_only=True)
class ListBackward(_AboutUnit):
    """Put a unit on the list of backward units, with the reason (M11, M29).

    Refuses with `UnknownUnit`, `AlreadyBackward` or `ReasonMissing`.
    """

    reason: str

    def execute(self) -> None:
        """Record `UnitListedBackward`."""
        must_be_reasoned(self, self.reason)
        if self.unit_known(self.unit).backward:
            raise AlreadyBackward(unit=self.unit)
        self.record_as_cited(UnitListedBackward(mandate=self.mandate, unit=self.unit, reason=self.reason))


@dataclass(eq=False, kw_only=True)
class StrikeOff(_AboutUnit):
    """Take a unit off the list of backward units (销号), citing the evidence (M29).

    Refuses with `UnknownUnit`, `NotBackward` or `ReasonMissing`.
    """

    evidence: str

    def execute(self) -> None:
        """Record `UnitStruckOff`."""
        must_be_reasoned(self, self.evidence)
        if not self.unit_known(self.unit).backward:
            raise NotBackward(unit=self.unit)
        self.record_as_cited(UnitStruckOff(mandate=self.mandate, unit=self.unit, evidence=self.evidence))


def _listed() -> str:
    return ", ".join(sorted(ASSESSED))


def _in_order(changes: Mapping[str, object]) -> dict[str, object]:
    """Haves are a set, kept in order of codes, so that two equal registers have equal bytes."""
    haves = changes.get("haves")
    if isinstance(haves, list | tuple | set | frozenset):
        return {**changes, "haves": sorted(set(haves))}
    return dict(changes)
