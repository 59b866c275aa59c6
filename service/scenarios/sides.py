"""What can be compared with what: a plan, a scenario, the record at a moment worked out again, another policy.

A side is written `plan:2026-01`, `scenario:thinner` (or a scenario file as it is), `record`, `record@2026-06-30` (as it
was known at the end of that day), `record@1111` (at that position) or `policy:FILE` (the record under another policy).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from domain.comparison import Comparison
from domain.errors import Refusal
from optimizer.solve.engine import Listener
from scenarios.comparing import compare
from scenarios.language import BasedOn
from scenarios.outcome import Outcome
from service.county import County
from service.plan_reading import planned
from service.planning import How
from service.policies import read_policy
from service.registers import moment
from service.scenarios.finding import ENDING, Composed, read_scenario, shipped_scenarios
from service.scenarios.running import as_outcome, open_base, outcome_of

Kind = Literal["plan", "scenario", "record", "policy"]


class SideUnclear(Refusal):
    """Something to compare that cannot be read."""

    code = "side-unclear"
    sentence_en = "“{given}” is nothing that can be compared."
    cure_en = "Write plan:NAME, scenario:NAME or a scenario file, record, record@DATE, record@POSITION, or policy:FILE."


class SidesOfTwoCounties(Refusal):
    """Two things to compare that are about two counties."""

    code = "sides-of-two-counties"
    sentence_en = "{before} is about {first} and {after} about {second}: plans of two counties have no unit in common."
    cure_en = "Compare two of one county."


class NothingRecordedThen(Refusal):
    """A record asked for at a position that it has not reached, or at a day before it began."""

    code = "nothing-recorded-then"
    sentence_en = "{given} is outside the record, which goes from position 1 to {head} and not beyond today."
    cure_en = "Name a position or a day the record has."


@dataclass(frozen=True)
class Side:
    """One of the two, as asked for."""

    given: str
    kind: Kind
    what: str
    composed: Composed | None = None
    """Of a scenario."""

    @property
    def needs_record(self) -> bool:
        """Whether a store is read for it; a scenario based on a shipped register needs none."""
        return self.composed is None or self.composed.loaded.scenario.based_on.register_name is None

    @property
    def hypothetical(self) -> bool:
        """Whether it is a what-if, rather than a plan on the record or the record worked out again."""
        return self.kind in ("scenario", "policy")


@dataclass(frozen=True)
class ComparedSides:
    """Two sides, what came of each, and what differs."""

    sides: tuple[Side, Side]
    before: Outcome
    after: Outcome
    comparison: Comparison


def read_side(given: str) -> Side:
    """What is meant. Raises `SideUnclear`, and for a scenario or a policy what reading one raises."""
    kind, _, what = given.partition(":")
    if kind == "plan" and what:
        return Side(given, "plan", what)
    if kind == "policy" and what:
        read_policy(Path(what))  # what is wrong with it is told before a store is opened
        return Side(given, "policy", what)
    if kind == "scenario" and what:
        return Side(given, "scenario", what, read_scenario(what))
    if given.endswith(ENDING) or given in shipped_scenarios():
        return Side(given, "scenario", given, read_scenario(given))
    name, _, when = given.partition("@")
    if name == "record" and (given == "record" or _position(when) is not None or _day(when) is not None):
        return Side(given, "record", when)
    raise SideUnclear(given=given[:80])


def compare_sides(
    before: Side, after: Side, county: County | None, *, how: How | None = None, listener: Listener | None = None
) -> ComparedSides:
    """Work out both and compare. `county` is the record, for sides that are read from it; nothing is recorded.

    Raises `SidesOfTwoCounties`, and what working out a side raises.
    """
    first, second = (_outcome(side, county, how, listener) for side in (before, after))
    counties = [one.register.county for one in (first, second)]
    if counties[0] != counties[1]:
        raise SidesOfTwoCounties(before=before.given, after=after.given, first=counties[0], second=counties[1])
    return ComparedSides((before, after), first, second, compare(first, second))


def _outcome(side: Side, county: County | None, how: How | None, listener: Listener | None) -> Outcome:
    if side.kind == "plan":
        assert county is not None  # the command opens the store for whatever needs it
        return as_outcome(side.given, planned(county, side.what, moment(county)).computed)
    beside = Path("here")  # a policy's path is taken as it is given
    if side.composed is not None:
        based_on, beside = side.composed.loaded.scenario.based_on, side.composed.path
    elif side.kind == "policy":
        based_on = BasedOn(policy=side.what)
    else:
        based_on = _moment_of(side, county)
    with open_base(based_on, beside, county) as base:
        changes = side.composed.changes if side.composed is not None else ()
        return outcome_of(base, side.given, changes, how=how, listener=listener)


def _moment_of(side: Side, county: County | None) -> BasedOn:
    """The record as it stands, or at a position or day it has."""
    assert county is not None
    if not side.what:
        return BasedOn()
    head = county.log.head()
    position = _position(side.what)
    if position is not None:
        if not 0 < position <= head:
            raise NothingRecordedThen(given=side.given, head=head)
        return BasedOn(position=position)
    day = _day(side.what)
    if day is None or day > county.today():
        raise NothingRecordedThen(given=side.given, head=head)
    return BasedOn(known_at=day)


def _position(when: str) -> int | None:
    return int(when) if when.isascii() and when.isdigit() and len(when) < 16 else None


def _day(when: str) -> date | None:
    try:
        return date.fromisoformat(when)
    except ValueError:
        return None
