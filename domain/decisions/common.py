"""What decisions of several subjects share: the folds they stand on, and the refusals that mean the same everywhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar

import msgspec
from eventsourcing.dcb.domain import Selector
from msgspec.structs import replace

from domain.decisions.base import Deciding, Tally
from domain.errors import Refusal
from domain.facts import FUND_FACTS, PROJECT_FACTS
from domain.facts.base import Fact
from domain.facts.projects import ProjectAccepted, ProjectCorrected, ProjectProposed
from domain.facts.register import UnitAssessed, UnitCorrected, UnitListedBackward, UnitRegistered, UnitStruckOff
from domain.facts.spending import CommitmentReleased, LineCommitted, MoneyDisbursed, MoneyReturned
from domain.folds import MoneyFold, RegisterFold
from domain.register import Fund, Project, Unit

UNIT_STATE: tuple[type[Fact], ...] = (
    UnitRegistered,
    UnitCorrected,
    UnitAssessed,
    UnitListedBackward,
    UnitStruckOff,
    ProjectProposed,
    ProjectCorrected,
    ProjectAccepted,
)
"""With the tag of a unit: all that says how the unit stands; accepted projects close haves, so they are of it."""
FUND_STATE = FUND_FACTS
PROJECT_STATE = PROJECT_FACTS
HOLDS: tuple[type[Fact], ...] = (LineCommitted, CommitmentReleased, MoneyReturned)
"""What decides how much of a fund is held; a disbursement does not change it, so paying never disturbs committing."""
OPENS: tuple[type[Fact], ...] = (LineCommitted, CommitmentReleased, MoneyDisbursed)
"""What decides how much of a commitment is still to be paid."""

Record = TypeVar("Record", bound=msgspec.Struct)


def fund_tally(fund: str, *spending: type[Fact]) -> Tally:
    """The fund and what these kinds of fact say of its money, for a decision `OnMoney`."""
    selector = Selector(types=[*FUND_STATE, *spending], tags=[f"fund:{fund}"])
    return Tally(selector, (("register", RegisterFold, ()), ("money", MoneyFold, ())))


class UnknownTownship(Refusal):
    """A township the record does not hold."""

    code = "unknown-township"
    sentence_en = "There is no township {township} in the record."
    cure_en = "Check the code, or register the township first."


class UnknownUnit(Refusal):
    """A unit the record does not hold."""

    code = "unknown-unit"
    sentence_en = "There is no unit {unit} in the record."
    cure_en = "Check the code, or register the unit first."


class UnknownProject(Refusal):
    """A project the library does not hold."""

    code = "unknown-project"
    sentence_en = "There is no project {project} in the project library."
    cure_en = "Check the code, or propose the project first."


class UnknownFund(Refusal):
    """A fund that was never announced."""

    code = "unknown-fund"
    sentence_en = "There is no fund {fund} in the record."
    cure_en = "Check the code, or announce the fund first."


class FundIsClosed(Refusal):
    """A closed fund takes nothing new (M08)."""

    code = "fund-is-closed"
    sentence_en = "Fund {fund} is closed, so “{decision}” was refused."
    cure_en = "Use another fund; what is left in this one can be carried over or taken back."


class FundExhausted(Refusal):
    """More than the arrived money nobody has committed (M07)."""

    code = "fund-exhausted"
    sentence_en = "Fund {fund} has {free_fen} that arrived and is free, {wanted_fen} is wanted."
    cure_en = "Wait for the next tranche, release a commitment, or take a smaller amount."


class AmountNotPositive(Refusal):
    """Money moves in positive amounts."""

    code = "amount-not-positive"
    sentence_en = "“{decision}” needs an amount above zero, {amount_fen} was given."
    cure_en = "State the amount as a positive sum; money that goes the other way has a decision of its own."


class ReasonMissing(Refusal):
    """A decision that must be reasoned was not."""

    code = "reason-missing"
    sentence_en = "“{decision}” is recorded only with its reason, and none was given."
    cure_en = "State the reason, finding or evidence in a sentence."


class NothingChanged(Refusal):
    """A decision that would leave everything as it is."""

    code = "nothing-changed"
    sentence_en = "“{decision}” would change nothing: {subject} already stands so."
    cure_en = "Nothing needs doing; check the code and the values if you meant something else."


class ImpossibleValue(Refusal):
    """A value of the wrong kind or outside its range."""

    code = "impossible-value"
    sentence_en = "{subject} cannot take this value: {fault}."
    cure_en = "Give a value of the kind and range that is expected."


@dataclass(eq=False, kw_only=True)
class OnRegister(Deciding):
    """A decision that stands on how units, projects, funds or duties are; its boundary says which of them it reads."""

    register: RegisterFold = field(default_factory=RegisterFold, init=False, repr=False)

    def fold(self, fact: Fact) -> None:
        """Keep the register of the boundary."""
        self.register.apply(fact)

    def unit_known(self, unit: str) -> Unit:
        """The unit as it stands; raises `UnknownUnit`."""
        if found := self.register.units.get(unit):
            return found
        raise UnknownUnit(unit=unit)

    def project_known(self, project: str) -> Project:
        """The project as it stands; raises `UnknownProject`."""
        if found := self.register.projects.get(project):
            return found
        raise UnknownProject(project=project)

    def fund_known(self, fund: str) -> Fund:
        """The fund as it stands; raises `UnknownFund`."""
        if found := self.register.funds.get(fund):
            return found
        raise UnknownFund(fund=fund)

    def fund_open(self, fund: str) -> Fund:
        """The fund as it stands; raises `UnknownFund`, or `FundIsClosed`."""
        found = self.fund_known(fund)
        if found.closed:
            raise FundIsClosed(fund=fund, decision=self.title())
        return found


@dataclass(eq=False, kw_only=True)
class OnMoney(OnRegister):
    """A decision that also stands on what arrived, was committed and was paid."""

    money: MoneyFold = field(default_factory=MoneyFold, init=False, repr=False)

    def fold(self, fact: Fact) -> None:
        """Keep the register and the money of the boundary."""
        self.register.apply(fact)
        self.money.apply(fact)

    def must_be_free(self, fund: str, wanted_fen: int) -> None:
        """Raise `FundExhausted` unless that much arrived in the fund and is held by no commitment."""
        free_fen = self.money.free(fund)
        if wanted_fen > free_fen:
            raise FundExhausted(fund=fund, wanted_fen=wanted_fen, free_fen=free_fen)


def must_be_positive(decision: Deciding, amount_fen: int) -> None:
    """Raise `AmountNotPositive` for zero or less."""
    if amount_fen <= 0:
        raise AmountNotPositive(decision=decision.title(), amount_fen=amount_fen)


def must_be_reasoned(decision: Deciding, reason: str) -> None:
    """Raise `ReasonMissing` for a blank reason."""
    if not reason.strip():
        raise ReasonMissing(decision=decision.title())


def changed_names(now: msgspec.Struct, wanted: msgspec.Struct) -> tuple[str, ...]:
    """The fields in which two records of one kind differ, in the order they are declared."""
    return tuple(name for name in now.__struct_fields__ if getattr(now, name) != getattr(wanted, name))


def with_changes(decision: Deciding, subject: str, now: Record, changes: Mapping[str, object]) -> Record:
    """The record with some fields changed, checked as if it had been read from a file.

    Raises `ImpossibleValue` for a field there is not, for the code (a thing keeps its code) or for a value that the
    field cannot hold, and `NothingChanged` when the values are those the record has.
    """
    for name in changes:
        if name not in now.__struct_fields__ or name == "code":
            fault = f"there is no field “{name}” that could be changed"
            raise ImpossibleValue(subject=subject, fault=fault)
    try:
        plain = msgspec.to_builtins(replace(now, **changes))
        wanted: Record = msgspec.convert(plain, type(now))
    except (msgspec.ValidationError, TypeError) as fault:
        raise ImpossibleValue(subject=subject, fault=str(fault)) from fault
    if wanted == now:
        raise NothingChanged(decision=decision.title(), subject=subject)
    return wanted
