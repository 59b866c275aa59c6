"""The scenarios as people choose among them: the question, what is changed and why, and what was found.

A shipped scenario answers its question for the register it was written for. Where the record is of that county, the
same changes can be made on the record as it stands today, and what that finds can be adopted.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache

from documents.compared import ChangeRow
from service.county import County
from service.registers import current_register, library, shipped_for
from service.scenarios.finding import Composed, read_scenario, shipped_scenarios
from service.scenarios.papers import change_words
from service.scenarios.saved import on_record_now
from service.scenarios.shelf import ShippedScenario, shipped_one
from texts import Both


@dataclass(frozen=True)
class Exhibit:
    """A shipped scenario as it is shown."""

    shown: ShippedScenario
    question: Both
    finding: Both | None
    county: Both
    """Of the register it was written for."""
    changes: tuple[ChangeRow, ...]
    cases: int | None
    """How many cases its sweep has, if it has one."""
    fits_record: bool
    """Whether its changes can be made on the record."""

    @property
    def name(self) -> str:
        """What it is called."""
        return self.shown.scenario


def exhibits(county: County) -> list[Exhibit]:
    """Every shipped scenario, those of the county of the record first."""
    own = _register_of(county)
    found = [exhibit_of(county, name) for name in shipped_scenarios()]
    return sorted(found, key=lambda one: (one.shown.register_name != own, one.shown.register_name or "", one.name))


def exhibit_of(county: County, name: str) -> Exhibit:
    """One of them. Raises `NotShipped`."""
    shown, composed = shipped_one(name), _composed(name)
    based_on = composed.loaded.scenario.based_on
    return Exhibit(
        shown,
        Both(shown.question_zh, shown.question_en),
        Both(shown.finding_zh, shown.finding_en or "") if shown.finding_zh else None,
        _county_name(based_on.register_name) if based_on.register_name else Both("", ""),
        tuple(ChangeRow(change_words(change), getattr(change, "why", "")) for _, _, change in composed.changes),
        _cases(name) if shown.sweeps else None,
        based_on.policy is None and based_on.register_name in (None, _register_of(county)),
    )


@cache
def question_of(name: str) -> Both | None:
    """What a shipped scenario asks; None for one that is not shipped."""
    if name not in shipped_scenarios():
        return None
    shown = shipped_one(name)
    return Both(shown.question_zh, shown.question_en)


def on_record(name: str) -> str:
    """The text of a shipped scenario whose changes are made on the record as it stands. Raises `NotShipped`."""
    shipped_one(name)
    return on_record_now(_composed(name))


@cache
def _composed(name: str) -> Composed:
    return read_scenario(name)


@cache
def _cases(name: str) -> int:
    from scenarios.sweeping import size_of

    return size_of(_composed(name).loaded.scenario)


@cache
def _county_name(register: str) -> Both:
    with (library() / register / "county.csv").open(encoding="utf-8", newline="") as file:
        row = next(csv.DictReader(file))
    return Both(row["name_zh"], row.get("name_en") or row["name_zh"])


def _register_of(county: County) -> str | None:
    register = current_register(county)
    return None if register is None else shipped_for(register.county)
