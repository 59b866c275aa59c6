"""One scenario run: its base, the same case unchanged, the changes decided on a branch, both plans, what differs.

A run never writes to the record: the base is read, and everything is decided on branches in memory. What it found can
be repeated: the result names the scenario's hash, the position it is based on, and the run record of each plan.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time
from itertools import groupby
from pathlib import Path

from domain.comparison import Comparison
from domain.decisions.projects import AdmitProject
from domain.errors import Refusal
from domain.policy.loading import LoadedPolicy
from domain.policy.yaml_tree import Path as Place
from optimizer.rules import RULES
from optimizer.solve.engine import Listener
from scenarios.changes import changed
from scenarios.comparing import compare
from scenarios.gates import Passed, passed
from scenarios.language import AnyChange, BasedOn, Change, Decide, LoadedScenario, load_scenario
from scenarios.outcome import Outcome
from scenarios.situation import Situation
from service.branches import open_branch
from service.county import Actor, County, open_county
from service.plan_reading import planned
from service.planning import Computed, How, compute
from service.policies import adopt_policy, policy_at, read_policy
from service.projects import admit
from service.registers import Moment, import_register, library, moment, register_at, register_path
from service.scenarios.deciding import decide_changes
from service.scenarios.finding import Composed, read_scenario, scenario_named
from service.scenarios.naming import decision_named

BASELINE = "baseline"
ACTOR = Actor("scenario", "what-if")
"""Who decides on a branch of a run; nobody decides there for the record."""
Step = tuple[LoadedScenario, Place, AnyChange]


class BasePolicyUnknown(Refusal):
    """A policy a scenario is based on that lies nowhere."""

    code = "base-policy-unknown"
    sentence_en = "The scenario is based on the policy file {policy}, which is neither beside it nor in the library."
    cure_en = "Name a file beside the scenario, or one of the shipped register's folder."


class NoBase(Refusal):
    """A scenario that is based on the store, run without one."""

    code = "no-base"
    sentence_en = "Scenario {scenario} is based on the record, and there is no store to read it from."
    cure_en = "Name the store with --store, or base the scenario on a shipped register (`based_on: {{register: …}}`)."


@dataclass(frozen=True)
class Explained:
    """Which changes of a run make its difference: `needed` are the numbers (from 0) of those that suffice.

    `alone_fen` is what each moves by itself, None where it is impossible alone; `smallest` says whether every smaller
    set was tried.
    """

    needed: tuple[int, ...]
    smallest: bool
    alone_fen: tuple[int | None, ...]


@dataclass(frozen=True)
class ScenarioRun:
    """What a scenario found."""

    composed: Composed
    position: int
    """Where in the log the base was read."""
    before: Outcome
    after: Outcome
    comparison: Comparison
    gates: tuple[Passed, ...]
    explained: Explained | None = None

    @property
    def kept(self) -> bool:
        """Whether every gate was."""
        return all(gate.kept for gate in self.gates)


@dataclass(frozen=True)
class Base:
    """Where scenarios start: an open county (never written to), a moment in it, and the situation there."""

    county: County
    at: Moment
    situation: Situation
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    """What was computed already, by name: the same base is asked by many."""


@contextmanager
def open_base(based_on: BasedOn, beside: Path, county: County | None) -> Iterator[Base]:
    """The base of a scenario: a shipped register in a store of its own in memory, or the record at a moment."""
    if based_on.register_name is not None:
        with _shipped(based_on, beside) as own:
            yield _base(own, moment(own))
        return
    if county is None:
        raise NoBase(scenario=beside.name)
    at = moment_of(based_on, county)
    if based_on.policy is None:
        yield _base(county, at)
        return
    with open_branch(_on_its_day(county, at), None, at) as branch:  # another policy than the one in force
        loaded = read_policy(_policy_file(based_on.policy, beside, None), register_at(branch, moment(branch)))
        adopt_policy(branch, loaded, branch.mandate(ACTOR, why="the policy the scenario is based on"))
        yield _base(branch, moment(branch))


def moment_of(based_on: BasedOn, county: County) -> Moment:
    """Where in a record the scenario begins."""
    if based_on.known_at is not None:
        return moment(county, known_at=datetime.combine(based_on.known_at, time.max, UTC))
    return moment(county, position=based_on.position)


@contextmanager
def _shipped(based_on: BasedOn, beside: Path) -> Iterator[County]:
    name = str(based_on.register_name)
    folder = register_path(name)
    loaded = read_policy(_policy_file(based_on.policy or "policy.yaml", beside, folder))
    morning = datetime.combine(loaded.policy.in_force_from, time(9), UTC)  # the same moment whenever it is run
    with open_county("sqlite://", clock=lambda: morning) as county:
        imported = import_register(county, folder, county.mandate(ACTOR, why="base", command="base-register"))
        loaded = read_policy(_policy_file(based_on.policy or "policy.yaml", beside, folder), imported.register)
        adopt_policy(county, loaded, county.mandate(ACTOR, why="base", command="base-policy"))
        yield county


def _policy_file(policy: str, beside: Path, folder: Path | None) -> Path:
    for place in (beside.parent, folder, library()):
        if place is not None and (place / policy).is_file():
            return place / policy
    raise BasePolicyUnknown(policy=policy)


def _on_its_day(county: County, at: Moment) -> County:
    """The county with its clock at the day a moment is known on, where it names one: that day's policy is the rule."""
    if at.known_on is None:
        return county
    evening = min(datetime.combine(at.known_on, time.max, UTC), county.clock())
    return replace(county, clock=lambda: evening)


def _base(county: County, at: Moment) -> Base:
    county = _on_its_day(county, at)
    loaded: LoadedPolicy = policy_at(county, at, county.today())
    return Base(county, at, Situation(register_at(county, at), loaded, RULES))


def run_scenario(
    composed: Composed,
    county: County | None = None,
    *,
    explain: bool = False,
    how: How | None = None,
    listener: Listener | None = None,
) -> ScenarioRun:
    """Run a scenario against the base it names; `county` is the record, for those based on it.

    With `explain` it also says which changes make the difference, which solves many times.
    """
    from service.scenarios.explaining import explained

    with open_base(composed.loaded.scenario.based_on, composed.path, county) as base:
        run = run_on(base, composed, how=how, listener=listener)
        return replace(run, explained=explained(base, run, how=how)) if explain else run


def run_on(base: Base, composed: Composed, *, how: How | None = None, listener: Listener | None = None) -> ScenarioRun:
    """Run a scenario on an open base."""
    before = compared_with(base, composed, how=how, listener=listener)
    after = outcome_of(base, composed.name, composed.changes, how=how, listener=listener)
    comparison = compare(before, after)
    gates = tuple(passed(composed.loaded.scenario.gates, after, comparison))
    return ScenarioRun(composed, base.at.position, before, after, comparison, gates)


def compared_with(
    base: Base, composed: Composed, *, how: How | None = None, listener: Listener | None = None
) -> Outcome:
    """The outcome a scenario is compared with: the base unchanged, another scenario on it, or a plan on the record."""
    name = composed.loaded.scenario.compare_with
    if name not in base.outcomes:
        if name == BASELINE:
            found = outcome_of(base, BASELINE, (), how=how, listener=listener)
        elif (other := other_scenario(name, composed)) is not None:
            found = outcome_of(base, name, other.changes, how=how, listener=listener)
        else:
            found = as_outcome(name, planned(base.county, name, base.at).computed)
        base.outcomes[name] = found
    return base.outcomes[name]


def other_scenario(name: str, composed: Composed) -> Composed | None:
    """The scenario of that name which lies beside another, or is shipped."""
    path = scenario_named(name, composed.path)
    return None if path is None else read_scenario(str(path))


def outcome_of(
    base: Base,
    name: str,
    steps: Sequence[Step],
    *,
    further: Sequence[AnyChange] = (),
    how: How | None = None,
    listener: Listener | None = None,
) -> Outcome:
    """The plan after the changes were decided on a branch of the base. `further` are those of one case of a sweep."""
    with changed_branch(base, name, steps, further) as branch:
        return as_outcome(name, compute(branch, how=how, listener=listener))


@contextmanager
def changed_branch(
    base: Base,
    name: str,
    steps: Sequence[Step],
    further: Sequence[AnyChange] = (),
    *,
    actor: Actor = ACTOR,
    cause: str = "scenario",
) -> Iterator[County]:
    """A branch of the base in memory on which the changes were decided, in their order, by the actor.

    Raises `PolicyFaults` for a change that cannot be made, at its line, and the decisions' own refusals.
    """
    with open_branch(base.county, None, base.at) as branch:
        decide_steps(branch, base.situation, name, steps, further, actor=actor, cause=cause)
        yield branch


def decide_steps(
    branch: County,
    situation: Situation,
    name: str,
    steps: Sequence[Step],
    further: Sequence[AnyChange] = (),
    *,
    actor: Actor = ACTOR,
    cause: str = "scenario",
) -> None:
    """Decide the changes of a scenario on a branch that stands in that situation; see `changed_branch`."""
    who = _Who(actor, cause)
    number = 0
    for (file, deciding), some in groupby(steps, key=lambda step: (step[0], isinstance(step[2], Decide))):
        together = [(place, change) for _, place, change in some]
        for piece in [[one] for one in together] if deciding else [together]:
            number += 1
            situation = _carried_out(branch, situation, f"{name}-{number}", file, piece, who)
    if further:
        swept = [((), change) for change in further]
        _carried_out(branch, situation, f"{name}-case", NO_FILE, swept, who)


@dataclass(frozen=True)
class _Who:
    """Who decides what a scenario changes, and what the facts give as their cause."""

    actor: Actor
    cause: str


NO_FILE = load_scenario("scenario: sweep\nquestion: {zh: 扫描, en: sweep}\n", source="sweep")
"""Where the changes of a case stand that a sweep made up: nowhere."""


def _carried_out(
    branch: County,
    situation: Situation,
    name: str,
    file: LoadedScenario,
    changes: Sequence[tuple[Place, AnyChange]],
    who: _Who,
) -> Situation:
    """Decide changes that stand in one file together, or one named decision; the situation the branch is in then."""
    why = "; ".join(dict.fromkeys(change.why for _, change in changes if isinstance(change, Change)))
    command = f"{who.cause[:40]}-{name}"[:100]
    mandate = branch.mandate(who.actor, why=why[:2000], command=command, cause=who.cause[:128])
    place, first = changes[0]
    if isinstance(first, Decide):
        decision = decision_named(first, file, place, mandate)
        if isinstance(decision, AdmitProject) and not decision.purposes_of_funds:
            admit(branch, decision.project, mandate)  # the policy may give funds other purposes than the register
        else:
            branch.decide(decision)
    else:
        decide_changes(branch, situation, changed(situation, changes, file.tree), mandate)
    return _base(branch, moment(branch)).situation


def as_outcome(name: str, computed: Computed) -> Outcome:
    """A computed plan as something to compare."""
    return Outcome(name, computed.register, computed.loaded, computed.plan, computed.audit)
