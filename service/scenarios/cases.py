"""One case of a sweep, from its number to its row: what it changed, what came of it, and the run that can be repeated.

A case is worked out wherever it is asked for (this process, another, another machine) from the scenario's file, the
base and its number, and gives the same row everywhere.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import islice
from typing import TYPE_CHECKING, Any

import msgspec

from domain.errors import Refusal
from domain.policy.faults import PolicyFaults
from scenarios.comparing import compare
from scenarios.gates import measured
from scenarios.measures import MEASURES
from scenarios.sweeping import SweepCase, cases_of
from service.collision_words import conflict_json, repair_json
from service.county import open_county
from service.scenarios.finding import Composed, read_scenario
from service.scenarios.running import Base, changed_branch, compared_with, open_base, outcome_of
from service.solving import RulesCollide, SearchUnfinished

if TYPE_CHECKING:
    from optimizer.solve.engine import Listener

PLACES = Decimal("1E-9")
ALWAYS = tuple(name for name, measure in MEASURES.items() if not measure.of)
"""Measures every row has: those about a plan as a whole."""
Row = dict[str, Any]


@dataclass(frozen=True)
class SweepBase:
    """What the cases of a sweep start from: a scenario file, and for those based on the record, which and how much."""

    scenario: str
    """Its name or path."""
    store: str | None = None
    position: int | None = None
    """Of the record: what is recorded while a sweep runs is none of its business."""


@dataclass(frozen=True)
class CaseRequest:
    """A case, to be worked out by whoever calls it; a process keeps the base open for the next one."""

    base: SweepBase
    number: int

    def __call__(self, listener: Listener | None = None) -> Row:
        """The row of the case."""
        return opened(self.base).row(self.number)


class OpenSweep:
    """A scenario on its open base, ready to work out cases; the plan compared with is computed once."""

    def __init__(self, base: SweepBase) -> None:
        self._closing = ExitStack()
        self.composed: Composed = read_scenario(base.scenario)
        county = None
        if base.store is not None:
            county = self._closing.enter_context(open_county(base.store, must_exist=True))
        based_on = self.composed.loaded.scenario.based_on
        if base.position is not None and based_on.register_name is None:
            based_on = based_on.model_copy(update={"position": base.position, "known_at": None})
        self.base: Base = self._closing.enter_context(open_base(based_on, self.composed.path, county))

    def cases(self) -> list[SweepCase]:
        """Every case; paths are checked on the changed situation when a case is worked out."""
        return list(cases_of(self.composed.loaded.scenario, self.base.situation))

    def case(self, number: int) -> SweepCase:
        """One case by its number."""
        return next(islice(cases_of(self.composed.loaded.scenario, self.base.situation), number, None))

    def row(self, number: int) -> Row:
        """What came of a case; one that is impossible, refused or unfinished has a row that says so."""
        case = self.case(number)
        row: Row = {
            "number": case.number,
            "case": case.name,
            "at": {path: _plain(value) for path, value in case.coordinates.items()},
        }
        try:
            before = compared_with(self.base, self.composed)
            after = outcome_of(self.base, case.name, self.composed.changes, further=case.changes)
        except RulesCollide as fault:
            return row | _impossible(fault)
        except SearchUnfinished as fault:
            return row | {"state": "unfinished", "said": fault.sentence}
        except (Refusal, PolicyFaults) as fault:
            return row | {"state": "refused", "said": str(fault)}
        comparison = compare(before, after)
        figures = {name: measured(name, after, comparison) for name in ALWAYS}
        for gate in self.composed.loaded.scenario.gates:
            if gate.of is not None:
                figures[f"{gate.measure} {gate.of}"] = measured(gate.measure, after, comparison, gate.of)
        for step in after.plan.run.objectives:
            figures[f"objective {step.name}"] = Fraction(step.value)
        return row | {
            "state": "planned",
            "plan_hash": after.plan.plan_hash,
            "run": _run(after.plan.run),
            "measures": {name: figure_text(figure) for name, figure in figures.items() if figure is not None},
            "units": {code: fen for code, fen in after.money_fen.items() if fen},
            "projects": sorted(after.projects),
        }

    def close(self) -> None:
        """Give the base back."""
        self._closing.close()


_OPEN: dict[SweepBase, OpenSweep] = {}


def opened(base: SweepBase) -> OpenSweep:
    """The sweep on its base, opened once in a process."""
    if base not in _OPEN:
        for other in _OPEN.values():
            other.close()
        _OPEN.clear()
        _OPEN[base] = OpenSweep(base)
    return _OPEN[base]


def figure_text(figure: Fraction) -> str:
    """A figure as decimal text of at most nine places, without an exponent: the same on every machine."""
    exact = (Decimal(figure.numerator) / Decimal(figure.denominator)).quantize(PLACES)
    text = format(exact, "f").rstrip("0").rstrip(".")
    return "0" if text in ("", "-0") else text


def _impossible(fault: RulesCollide) -> Row:
    collision = fault.collision
    return {
        "state": "impossible",
        "said": fault.sentence,
        "conflict": conflict_json(collision.conflict),
        "repairs": [repair_json(one) for one in collision.repairs],
    }


def _run(run: Any) -> dict[str, Any]:
    """The run record as far as it tells runs apart."""
    record: dict[str, Any] = msgspec.to_builtins(run)
    return {key: record[key] for key in ("instance_hash", "policy_hash", "engine", "engine_version", "termination")}


def _plain(value: Any) -> Any:
    return format(value, "f") if isinstance(value, Decimal) else value


__all__ = ["CaseRequest", "OpenSweep", "Row", "SweepBase", "changed_branch", "figure_text", "opened"]
