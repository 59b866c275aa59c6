"""What a workbench answers: the same case unchanged and with the settings, as an estimate or certified, and why not.

Nothing is kept of a workbench but what was worked out: its state is in its address. So a server that was restarted
answers the next move as if nothing had been.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Literal, TypeVar

from domain.comparison import Comparison
from domain.errors import Refusal
from domain.plan import Baseline, Plan
from domain.policy.faults import PolicyFaults
from optimizer.case import Case
from optimizer.checking.audit import PlanAudit
from optimizer.estimate.estimating import Revealed
from optimizer.solve.engine import Listener
from scenarios.changes import changed
from scenarios.comparing import compare
from scenarios.language import BasedOn, Decide, Use
from scenarios.outcome import Outcome
from scenarios.situation import Situation
from service.baselines import baseline_for
from service.county import County
from service.estimating import case_of, estimated, revealed_by
from service.office import Office
from service.planning import How, plans_at
from service.registers import Moment, library, moment
from service.scenarios.finding import ENDING, Composed
from service.scenarios.running import BASELINE, open_base, outcome_of
from service.workbench.certifying import Certifier
from service.workbench.controls import Controls, controls_of
from service.workbench.settings import Settings

Key = TypeVar("Key")
Value = TypeVar("Value")
Kind = Literal["certified", "estimate", "pending", "impossible"]
ESTIMATES_MAX = 64
BESIDE = library() / f"workbench{ENDING}"


@dataclass(frozen=True)
class Ground:
    """The record at a moment, as every workbench of that moment starts from it."""

    at: Moment
    situation: Situation
    case: Case
    baseline: Baseline | None
    recorded: Plan | None
    """A plan on the record of this very case: then nothing needs to be searched for the comparison."""

    @property
    def key(self) -> str:
        """What answers from here have in common."""
        return f"{self.at.position}/{self.case.instance_hash}"

    @cached_property
    def controls(self) -> Controls:
        """What can be moved."""
        return controls_of(self.situation.register, self.situation.loaded.policy)


@dataclass(frozen=True)
class Answer:
    """One answer. `after` is None while nothing is known (`pending`) or where no plan exists (`impossible`)."""

    kind: Kind
    settings: Settings
    before: Outcome | None = None
    after: Outcome | None = None
    fault: Exception | None = None
    guess: Outcome | None = None
    """Of a certified answer: the estimate that stood in its place, if there was one."""

    @cached_property
    def comparison(self) -> Comparison | None:
        """What differs."""
        return None if self.before is None or self.after is None else compare(self.before, self.after)

    @property
    def mark(self) -> str:
        """What a page shows, so that it can ask for something newer only."""
        return f"{self.kind}:{self.settings.query}"


class Workbench:
    """The answers of one server. `close` it when the server ends."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._certifier: Certifier[Outcome] = Certifier()
        self._lock = threading.Lock()
        self._grounds: OrderedDict[tuple[int, str], Ground] = OrderedDict()
        self._estimates: OrderedDict[str, Outcome | None] = OrderedDict()
        self._revealed: OrderedDict[str, Revealed] = OrderedDict()

    def close(self) -> None:
        """End the search."""
        self._certifier.close()

    def ground(self, county: County) -> Ground:
        """The record as it stands. Raises `NothingRegistered`, `NoPolicy` or `CaseFault`."""
        key = (county.log.head(), county.today().isoformat())
        return _kept(self._lock, self._grounds, key, lambda: _ground(county), 4)

    def answer(self, ground: Ground, settings: Settings, seat: str, *, wait_seconds: float = 0.0) -> Answer:
        """The certified answer if it is known or lands in time, else the estimate; the search goes on meanwhile.

        Raises `PolicyFaults` or a refusal for settings that cannot be.
        """
        composed = settings.composed(ground.situation, ground.at.position)
        situation = situation_of(ground, composed)
        before = self._before(ground, seat)
        if before is None:
            self._certifier.wait(f"{ground.key}?", wait_seconds)
            before = self._before(ground, seat)
        if before is None:
            return Answer("pending", settings)
        if not composed.changes:
            return Answer("certified", settings, before, before)
        key = f"{ground.key}?{settings.query}"
        self._certifier.want(seat, key, self._work(composed))
        if wait_seconds:
            self._certifier.wait(key, wait_seconds)
        try:
            after = self._certifier.known(key)
            if after is not None:
                with self._lock:
                    guess = self._estimates.get(key)
                return Answer("certified", settings, before, after, guess=guess)
        except (Refusal, PolicyFaults) as fault:
            return Answer("impossible", settings, before, fault=fault)
        guess = self._estimate(ground, before, key, settings, situation)
        return Answer("estimate" if guess is not None else "pending", settings, before, guess)

    def _before(self, ground: Ground, seat: str) -> Outcome | None:
        """The case unchanged: a plan of it on the record, else searched once for all workbenches."""
        situation = ground.situation
        if ground.recorded is not None:
            key = f"{ground.key}?"
            plan = ground.recorded
            return _kept(self._lock, self._estimates, key, lambda: _outcome(BASELINE, situation, plan), ESTIMATES_MAX)
        key = f"{ground.key}?"
        known = self._certifier.known(key)
        if known is None:
            unchanged = Settings().composed(situation, ground.at.position)
            self._certifier.want(f"{seat}-before", key, self._work(unchanged, BASELINE))
        return known

    def _estimate(
        self, ground: Ground, before: Outcome, key: str, settings: Settings, situation: Situation
    ) -> Outcome | None:
        known = _kept(self._lock, self._revealed, ground.key, lambda: revealed_by(ground.case, before.plan), 4)
        name, baseline = settings.name, ground.baseline
        return _kept(
            self._lock, self._estimates, key, lambda: estimated(name, situation, known, baseline), ESTIMATES_MAX
        )

    def _work(self, composed: Composed, name: str | None = None) -> Callable[[How, Listener], Outcome]:
        based_on, office = composed.loaded.scenario.based_on, self._office

        def work(how: How, listener: Listener) -> Outcome:
            with office.county() as county, open_base(based_on, BESIDE, county) as base:
                return outcome_of(base, name or composed.name, composed.changes, how=how, listener=listener)

        return work


def situation_of(ground: Ground, composed: Composed) -> Situation:
    """The situation with the changes of a scenario. Raises `PolicyFaults` with each that cannot be made."""
    situation = ground.situation
    for file, steps in groupby(composed.changes, key=lambda step: step[0]):
        changes = [(place, change) for _, place, change in steps if not isinstance(change, Decide | Use)]
        situation = changed(situation, changes, file.tree) if changes else situation
    return situation


def _ground(county: County) -> Ground:
    at = moment(county)
    with open_base(BasedOn(), BESIDE, county) as base:
        situation = base.situation
    plans = plans_at(county, at)
    baseline = baseline_for(plans, situation.loaded.policy)
    case = case_of(situation, baseline)
    recorded = next(
        (
            life.content
            for life in reversed(plans.plans.values())
            if life.content is not None
            and not life.content.by_hand
            and life.content.run.instance_hash == case.instance_hash
        ),
        None,
    )
    return Ground(at, situation, case, baseline, recorded)


def _outcome(name: str, situation: Situation, plan: Plan) -> Outcome:
    audit = PlanAudit.of(situation.register, situation.loaded.policy, plan)
    return Outcome(name, situation.register, situation.loaded, plan, audit)


def _kept(
    lock: threading.Lock, shelf: OrderedDict[Key, Value], key: Key, make: Callable[[], Value], most: int
) -> Value:
    """What is on a shelf under a key, made if it is not; the oldest goes when there are too many."""
    with lock, suppress(KeyError):
        shelf.move_to_end(key)
        return shelf[key]
    made = make()
    with lock:
        shelf[key] = made
        while len(shelf) > most:
            shelf.popitem(last=False)
    return made
