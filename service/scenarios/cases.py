"""One case of a sweep, from its number to its row: what it changed, what came of it, and the run that can be repeated.

A case is worked out wherever it is asked for (this process, another, another machine) from the scenario's file, the
base and its number, and gives the same row everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import msgspec

from domain.comparison import Comparison
from domain.errors import Refusal
from domain.figures import ScoringFault
from domain.formula import FormulaFault
from domain.policy.faults import PolicyFaults
from optimizer.solve.engine import SolverFault
from scenarios.comparing import compare
from scenarios.gates import measured
from scenarios.language import Gate
from scenarios.measures import MEASURES
from scenarios.outcome import Outcome
from scenarios.sweeping import case_of, size_of
from service.collision_words import collision_said, conflict_json, repair_json
from service.scenarios.finding import Composed
from service.scenarios.parcels import Parcel, opened_record, unpacked
from service.scenarios.rows import Row
from service.scenarios.running import BASELINE, Base, compared_with, open_base, other_scenario, outcome_of
from service.solving import RulesCollide, SearchUnfinished

if TYPE_CHECKING:
    from optimizer.solve.engine import Listener

PLACES = Decimal("1E-9")
ALWAYS = tuple(name for name, measure in MEASURES.items() if not measure.of)
"""Measures every row has: those about a plan as a whole."""


class NotOpenHere(Refusal):
    """A case of a sweep this process does not know, because it has just been started."""

    code = "sweep-not-open"
    sentence_en = "This process does not know the sweep yet."
    cure_en = "Send it first."


@dataclass(frozen=True)
class OpenRequest:
    """A sweep whose cases will be asked for: the process that is called opens it and keeps it open."""

    parcel: Parcel

    def __call__(self, listener: Listener | None = None) -> None:
        """Open it, and compute the plan its cases are compared with."""
        for other in _OPEN.values():
            other.close()
        _OPEN.clear()
        _OPEN[self.parcel.key] = OpenSweep(self.parcel)


@dataclass(frozen=True)
class CaseRequest:
    """A case of a sweep that is open in the process that is called. Raises `NotOpenHere` where it is not."""

    key: str
    number: int

    def __call__(self, listener: Listener | None = None) -> Row:
        """The row of the case."""
        if self.key not in _OPEN:
            raise NotOpenHere
        return _OPEN[self.key].row(self.number)


class OpenSweep:
    """A scenario on its open base, ready to work out cases; the plan they are compared with is computed once.

    With `rows` False it is only to tell of its cases, and computes no plan.
    """

    def __init__(self, parcel: Parcel, *, rows: bool = True) -> None:
        """Raises what is wrong with the scenario or its base, and what stands in the way of the plan compared with."""
        with ExitStack() as opening, unpacked(parcel) as composed:
            self.composed: Composed = composed
            self.size = size_of(composed.loaded.scenario)
            county, based_on = None, composed.loaded.scenario.based_on
            if parcel.record is not None:
                county = opening.enter_context(opened_record(parcel.record))
                based_on = based_on.model_copy(update={"position": parcel.record.position, "known_at": None})
            self.base: Base = opening.enter_context(open_base(based_on, composed.path, county))
            self.origin = self._origin()
            self._before: Outcome | None = compared_with(self.base, composed) if rows else None
            self._closing = opening.pop_all()

    def about(self, number: int) -> Row:
        """What is known of a case before it is worked out: its name, and where it stands."""
        case = case_of(self.composed.loaded.scenario, self.base.situation, number)
        at = {path: _plain(value) for path, value in case.coordinates.items()}
        return {"number": number, "case": case.name, "at": at}

    def row(self, number: int) -> Row:
        """What came of a case; one that is impossible, refused or unfinished has a row that says so."""
        before = self._before
        assert before is not None
        row = self.about(number)
        case = case_of(self.composed.loaded.scenario, self.base.situation, number)
        try:
            after = outcome_of(self.base, case.name, self.composed.changes, further=case.changes)
        except RulesCollide as fault:
            return row | _impossible(fault)
        except SearchUnfinished as fault:
            return row | {"state": "unfinished", "said": fault.sentence}
        except (Refusal, PolicyFaults, ScoringFault, FormulaFault) as fault:
            return row | {"state": "refused", "said": str(fault)}
        except SolverFault as fault:
            return row | {"state": "failed", "said": str(fault)}
        comparison = compare(before, after)
        return row | {
            "state": "planned",
            "plan_hash": after.plan.plan_hash,
            "run": _run(after.plan.run),
            "measures": measures_of(after, comparison, self.composed.loaded.scenario.gates),
            "units": {code: fen for code, fen in after.money_fen.items() if fen},
            "projects": sorted(after.projects),
        }

    def close(self) -> None:
        """Give the base back."""
        self._closing.close()

    def _origin(self) -> dict[str, Any]:
        """What the cases start from, as far as their rows depend on it."""
        scenario, situation = self.composed.loaded.scenario, self.base.situation
        other = None if scenario.compare_with == BASELINE else other_scenario(scenario.compare_with, self.composed)
        return {
            "scenario": self.composed.name,
            "scenario_hash": self.composed.scenario_hash,
            "compared_with": other.scenario_hash if other else scenario.compare_with,
            "policy_hash": situation.loaded.policy_hash,
            "register_hash": sha256(msgspec.json.encode(situation.register, order="deterministic")).hexdigest(),
            "seed": scenario.seed,
        }


_OPEN: dict[str, OpenSweep] = {}
"""The sweep this process has open, by the key of its parcel."""


def measures_of(outcome: Outcome, comparison: Comparison, gates: Iterable[Gate]) -> dict[str, str]:
    """What a row says of an outcome: measures of the whole, those of the gates' own entries, and every objective."""
    figures = {name: measured(name, outcome, comparison) for name in ALWAYS}
    for gate in gates:
        if gate.of is not None:
            figures[f"{gate.measure} {gate.of}"] = measured(gate.measure, outcome, comparison, gate.of)
    for step in outcome.plan.run.objectives:
        figures[f"objective {step.name}"] = Fraction(step.value)
    return {name: figure_text(figure) for name, figure in figures.items() if figure is not None}


def figure_text(figure: Fraction) -> str:
    """A figure as decimal text of at most nine places, without an exponent: the same on every machine."""
    exact = (Decimal(figure.numerator) / Decimal(figure.denominator)).quantize(PLACES)
    text = format(exact, "f").rstrip("0").rstrip(".")
    return "0" if text in ("", "-0") else text


def _impossible(fault: RulesCollide) -> Row:
    collision = fault.collision
    *_, cheapest = collision_said(collision.conflict, collision.repairs[:1], "en", collision.names)
    return {
        "state": "impossible",
        "said": fault.sentence,
        "conflict": conflict_json(collision.conflict),
        "repairs": [repair_json(one) for one in collision.repairs],
        "repair": cheapest,
    }


def _run(run: Any) -> dict[str, Any]:
    """The run record as far as it tells runs apart."""
    record: dict[str, Any] = msgspec.to_builtins(run)
    return {key: record[key] for key in ("instance_hash", "policy_hash", "engine", "engine_version", "termination")}


def _plain(value: Any) -> Any:
    return format(value, "f") if isinstance(value, Decimal) else value
