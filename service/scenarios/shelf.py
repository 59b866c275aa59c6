"""The shipped scenarios, all run: those on the same base one after the other, so that it is planned once."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Any

from rich.console import RenderableType

from documents.scenario_shelf import Found, shelf_page
from domain.errors import Refusal
from optimizer.solve.engine import Listener
from scenarios.language import BasedOn
from service.planning import How
from service.scenarios.answers import gate_object
from service.scenarios.finding import Composed, read_scenario, shipped_scenarios
from service.scenarios.running import ScenarioRun, open_base, run_on
from texts import Both, Lang, both


class NotShipped(Refusal):
    """A scenario that does not come with the product."""

    code = "scenario-not-shipped"
    sentence_en = "No scenario called {scenario} is shipped."
    cure_en = "Choose among {known}, or run a file of your own with `tongchou scenario run`."


@dataclass(frozen=True)
class ShippedScenario:
    """A shipped scenario as it is shown to who chooses one."""

    scenario: str
    scenario_hash: str
    question_zh: str
    question_en: str
    finding_zh: str | None
    finding_en: str | None
    register_name: str | None
    sweeps: bool
    text: str


@cache
def shipped() -> tuple[ShippedScenario, ...]:
    """The scenarios that come with the product, in order of their names."""
    return tuple(_shown(name) for name in shipped_scenarios())


def shipped_one(name: str) -> ShippedScenario:
    """One of them. Raises `NotShipped`."""
    for one in shipped():
        if one.scenario == name:
            return one
    raise NotShipped(scenario=name[:80], known=", ".join(shipped_scenarios()))


def _shown(name: str) -> ShippedScenario:
    composed = read_scenario(name)
    scenario = composed.loaded.scenario
    finding = scenario.finding
    return ShippedScenario(
        scenario=scenario.scenario,
        scenario_hash=composed.scenario_hash,
        question_zh=scenario.question.zh,
        question_en=scenario.question.en,
        finding_zh=finding.zh if finding else None,
        finding_en=finding.en if finding else None,
        register_name=scenario.based_on.register_name,
        sweeps=scenario.sweep is not None,
        text=composed.loaded.text,
    )


def run_shelf(
    names: Collection[str] = (), *, how: How | None = None, listener: Listener | None = None
) -> Iterator[ScenarioRun]:
    """Run shipped scenarios, all without `names`, and hand out each as it is done. Raises `NotShipped` at once."""
    known = shipped_scenarios()
    for name in names:
        if name not in known:
            raise NotShipped(scenario=name, known=", ".join(known))
    return _runs([read_scenario(name) for name in known if not names or name in names], how, listener)


def _runs(shelf: list[Composed], how: How | None, listener: Listener | None) -> Iterator[ScenarioRun]:
    bases = [_based_on(composed) for composed in shelf]
    for based_on, some in groupby(sorted(shelf, key=lambda one: bases.index(_based_on(one))), key=_based_on):
        first, *others = some
        with open_base(based_on, first.path, None) as base:
            for composed in (first, *others):
                yield run_on(base, composed, how=how, listener=listener)


def _based_on(composed: Composed) -> BasedOn:
    return composed.loaded.scenario.based_on


def shelf_object(run: ScenarioRun) -> dict[str, Any]:
    """One run as a row for programs: what it asked and found, how much moved, its gates."""
    scenario = run.composed.loaded.scenario
    finding = scenario.finding
    return {
        "scenario": scenario.scenario,
        "scenario_hash": run.composed.scenario_hash,
        "question_zh": scenario.question.zh,
        "question_en": scenario.question.en,
        "finding_zh": finding.zh if finding else None,
        "finding_en": finding.en if finding else None,
        "plan_hash": run.after.plan.plan_hash,
        "moved_fen": run.comparison.moved_fen,
        "gates": [gate_object(one) for one in run.gates],
        "kept": run.kept,
    }


def shelf_table(runs: list[ScenarioRun], lang: Lang) -> RenderableType:
    """What the terminal shows of them."""
    return shelf_page([_found(run) for run in runs], lang)


def _found(run: ScenarioRun) -> Found:
    scenario = run.composed.loaded.scenario
    question, finding = scenario.question, scenario.finding
    return Found(
        scenario=scenario.scenario,
        question=Both(question.zh, question.en),
        finding=Both(finding.zh, finding.en) if finding else both("shelf.no_finding"),
        moved_fen=run.comparison.moved_fen,
        gates=len(run.gates),
        kept=sum(gate.kept for gate in run.gates),
    )
