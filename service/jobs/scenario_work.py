"""Long work: what-ifs, scenarios, comparisons, sweeps, a past told again, a scenario adopted."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

from documents.compared import Compared
from domain.comparison import Comparison
from service.jobs.asks import AdoptAsk, Ask, ComparisonAsk, ReplayAsk, ScenarioAsk, SideGiven, SweepAsk, WhatIfAsk
from service.jobs.bench import Bench, JobNews
from service.jobs.kinds import Content, GivesWay, Kind
from service.jobs.scenario_texts import given, policy_file, scenario_given
from service.planning import How
from service.scenarios.answers import run_object, sides_object
from service.scenarios.cases import OpenSweep
from service.scenarios.finding import Composed
from service.scenarios.papers import paper_of_run, paper_of_sides, papers_of
from service.scenarios.parcels import Parcel
from service.scenarios.rows import ROWS, TABLE, Row
from service.scenarios.running import run_on
from service.scenarios.sides import Side, compare_sides
from service.scenarios.sweep_papers import BODIES, CHANCES, PAGE, drawing
from service.scenarios.sweeps import SweepProgress
from service.scenarios.sweeps import sweep as sweep_cases

SLICE_SECONDS = 20.0
"""So long a sweep works before it lets whoever waits come first."""


@contextmanager
def what_if_given(ask: WhatIfAsk) -> Iterator[Composed]:
    """The changes as a scenario. Raises `PolicyFaults` with every fault of them."""
    moment = {"position": ask.position, "known_at": ask.known_at and ask.known_at.isoformat()}
    whole = {
        "scenario": "what-if",
        "question": {"zh": "如果这样改，会怎样？", "en": "What comes of these changes?"},
        "based_on": {name: value for name, value in moment.items() if value is not None},
        "change": [change if "use" in change else {"why": "what if", **change} for change in ask.change],
        "compare_with": ask.compare_with,
        "gates": ask.gates,
    }
    with scenario_given(whole) as composed:
        yield composed


def what_if(bench: Bench, ask: WhatIfAsk) -> Content:
    """Run the changes and compare."""
    with what_if_given(ask) as composed:
        return _run(bench, composed, ask)


def scenario(bench: Bench, ask: ScenarioAsk) -> Content:
    """Run a scenario and compare."""
    with given(ask) as composed:
        return _run(bench, composed, ask)


def _run(bench: Bench, composed: Composed, ask: WhatIfAsk | ScenarioAsk) -> Content:
    how = How(ask.asked)
    with bench.workshop.base(composed.loaded.scenario.based_on, composed.path, ask.asked) as base:
        run = run_on(base, composed, how=how, listener=bench.search)
        if isinstance(ask, ScenarioAsk) and ask.explain:
            from service.scenarios.explaining import explained

            bench.told(JobNews("explain"))
            run = replace(run, explained=explained(base, run, how=how))
        return _handed_out(bench, ask, run_object(run), partial(paper_of_run, run), run.comparison)


def comparison(bench: Bench, ask: ComparisonAsk) -> Content:
    """Work out both sides and compare."""
    with _sides(ask) as (before, after):
        found = compare_sides(before, after, bench.county, how=How(ask.asked), listener=bench.search)
        return _handed_out(bench, ask, sides_object(found), partial(paper_of_sides, found), found.comparison)


def _handed_out(
    bench: Bench, ask: Ask, content: Content, paper: Callable[[], Compared], comparison: Comparison
) -> Content:
    """What was found with its sum, and its papers where they were asked for."""
    content = {**content, "moved_fen": comparison.moved_fen}
    if getattr(ask, "papers", False):
        content["files"] = papers_of(paper(), content, bench.own_folder())
    return content


@contextmanager
def _sides(ask: ComparisonAsk) -> Iterator[tuple[Side, Side]]:
    with ExitStack() as files:
        yield _side(ask.before, "before", files), _side(ask.after, "after", files)


def _side(side: SideGiven, name: str, files: ExitStack) -> Side:
    if side.plan is not None:
        return Side(f"plan:{side.plan}", "plan", side.plan)
    if side.policy is not None:
        return Side(f"policy:{name}", "policy", str(files.enter_context(policy_file(side.policy))))
    if side.scenario is not None or side.text is not None:
        composed = files.enter_context(scenario_given(side.scenario, side.text))
        return Side(f"scenario:{composed.name}", "scenario", composed.name, composed)
    when = side.position if side.position is not None else side.known_at
    return Side("record", "record", "") if when is None else Side(f"record@{when}", "record", str(when))


def sweep(bench: Bench, ask: SweepAsk) -> Content:
    """Work out the cases that have no row yet, for a while; the rows lie in the job's folder from the first on."""
    folder, ends = bench.own_folder(), time.monotonic() + SLICE_SECONDS

    def told(news: SweepProgress) -> None:
        bench.told(JobNews("sweep", done=news.done, of=news.size))
        if time.monotonic() >= ends and news.done < news.size:
            raise GivesWay

    _go_on(folder, ask.goes_on)
    with given(ask) as composed, _OwnHands() as hands:
        drawn = drawing(composed, folder, ()) if ask.papers else None
        rows = sweep_cases(str(composed.path), folder, hands, county=bench.county, listener=told, at_end=drawn)
    states = [row["state"] for row in rows]
    counts = {state: states.count(state) for state in dict.fromkeys(states)}
    papers = [PAGE, CHANCES, *BODIES.values()] if ask.papers else []
    return {"cases": len(rows), "states": counts, "files": [ROWS, TABLE, *papers]}


def _go_on(folder: Path, earlier: str | None) -> None:
    """Begin with the rows an earlier job has, if it still has any; what does not belong together is refused later."""
    rows = None if earlier is None else folder.parent / earlier / ROWS
    if rows is not None and rows.is_file() and not (folder / ROWS).exists():
        shutil.copyfile(rows, folder / ROWS)


class _OwnHands:
    """This very process as the hands of a sweep: it is one of a capped number already."""

    size = 1

    def __init__(self) -> None:
        self._open: OpenSweep | None = None

    def take_up(self, parcel: Parcel) -> None:
        """See `Hands.take_up`."""
        self._open = OpenSweep(parcel)

    def submit(self, number: int) -> Future[Row]:
        """See `Hands.submit`; the case is done when this returns."""
        assert self._open is not None
        future: Future[Row] = Future()
        future.set_result(self._open.row(number))
        return future

    def __enter__(self) -> _OwnHands:
        return self

    def __exit__(self, *fault: object) -> None:
        if self._open is not None:
            self._open.close()


def replay(bench: Bench, ask: ReplayAsk) -> Content:
    """Tell the record again."""
    from service.scenarios.replay import replay as replay_record
    from service.scenarios.replay_answers import replay_object

    with ExitStack() as files:
        policy = None if ask.policy is None else files.enter_context(policy_file(ask.policy))
        composed = None if ask.scenario is None else files.enter_context(scenario_given(ask.scenario))
        found = replay_record(
            bench.county, policy=policy, scenario=composed, since=ask.since, until=ask.until, listener=bench.search
        )
        return replay_object(bench.county, found)


def adopt(bench: Bench, ask: AdoptAsk) -> Content:
    """Take a scenario's decisions on the record and draft the plan it finds; begun again it is the draft there is."""
    from service.scenarios.adopting import adopt as adopt_scenario

    assert bench.actor is not None
    with given(ask) as composed:
        found = adopt_scenario(
            bench.county, composed, bench.actor, plan_hash=ask.plan_hash, how=How(ask.asked), listener=bench.search
        )
        return {**vars(found), "scenario_hash": composed.scenario_hash}


@contextmanager
def _replay_given(ask: ReplayAsk) -> Iterator[None]:
    with ExitStack() as files:
        if ask.policy is not None:
            files.enter_context(policy_file(ask.policy))
        if ask.scenario is not None:
            files.enter_context(scenario_given(ask.scenario))
        yield


KINDS: tuple[Kind, ...] = (
    Kind("what-if", WhatIfAsk, what_if, looked_at=what_if_given),
    Kind("scenario", ScenarioAsk, scenario, looked_at=given),
    Kind("comparison", ComparisonAsk, comparison, looked_at=_sides),
    Kind("sweep", SweepAsk, sweep, looked_at=given),
    Kind("replay", ReplayAsk, replay, looked_at=_replay_given),
    Kind("adoption", AdoptAsk, adopt, decides=True, looked_at=given),
)
