"""What a workbench answers: the same case unchanged and with the settings, as an estimate or certified, and why not.

Nothing is kept of a workbench but what was worked out: its state is in its address. So a server that was restarted
answers the next move as if nothing had been. Whatever is not known yet, there is something to show: the plan of the
case unchanged, or its estimate until that is certified, and an estimate of the settings beside it.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby
from typing import Literal, TypeVar

from domain.decisions.funds import must_hold_its_tranches
from domain.errors import Refusal
from domain.policy.faults import PolicyFaults
from optimizer.estimate.estimating import Revealed
from optimizer.prechecks import Finding, prechecks
from optimizer.solve.engine import Listener
from scenarios.changes import changed
from scenarios.language import Decide, Use
from scenarios.outcome import Outcome
from scenarios.situation import Situation
from service.county import County
from service.estimating import case_of, estimated, revealed_by
from service.jobs.settings import solvers
from service.office import Office
from service.planning import How
from service.scenarios.finding import Composed
from service.scenarios.running import BASELINE, open_base, outcome_of
from service.workbench.certifying import Certifier, Standing
from service.workbench.grounding import BESIDE, Ground, ground_of
from service.workbench.places import Places
from service.workbench.settings import Settings

Key = TypeVar("Key")
Value = TypeVar("Value")
Kind = Literal["certified", "estimate", "pending", "impossible"]
ESTIMATES_MAX = 64


@dataclass(frozen=True)
class Before:
    """What a workbench compares with: the case unchanged."""

    outcome: Outcome | None
    kind: Literal["certified", "estimate", "earlier", "nothing"]
    """`earlier`: the newest plan on the record, of a case that moved on and has no estimate as it is now."""
    fault: Exception | None = None
    """Why the case unchanged has no certified plan, where that is known."""

    @property
    def mark(self) -> str:
        """What tells one from another."""
        shown = self.outcome.plan.plan_hash[:12] if self.outcome is not None else ""
        return f"{self.kind}:{shown}:{'fault' if self.fault is not None else ''}"


@dataclass(frozen=True)
class Answer:
    """One answer. `after` is None while nothing is known (`pending`) or where no plan exists (`impossible`)."""

    kind: Kind
    settings: Settings
    compared: Before
    after: Outcome | None = None
    fault: Exception | None = None
    guess: Outcome | None = None
    """Of a certified answer: the estimate that stood in its place, if there was one."""
    certain: tuple[Finding, ...] = ()
    """Of an impossible one, while the smallest collision is still sought: what adding up says already."""

    @property
    def before(self) -> Outcome | None:
        """The case unchanged."""
        return self.compared.outcome

    @property
    def shown(self) -> Outcome | None:
        """What is in the picture: while there is no answer, the case unchanged."""
        return self.after if self.after is not None else self.before

    @property
    def final(self) -> bool:
        """Whether asking again would bring nothing else."""
        settled = self.compared.kind == "certified" or self.compared.fault is not None
        return settled and self.kind in ("certified", "impossible") and not self.certain

    @property
    def mark(self) -> str:
        """What a page shows, so that it can ask for something newer only."""
        return f"{self.kind}{'?' if self.certain else ''}:{self.compared.mark}:{self.settings.query}"


class Workbench:
    """The answers of one server. `close` it when the server ends."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._certifier: Certifier[Outcome] = Certifier(Places(office.jobs, solvers()))
        self._lock = threading.Lock()
        self._grounds: OrderedDict[tuple[int, str], Ground] = OrderedDict()
        self._estimates: OrderedDict[str, tuple[Outcome, Outcome | None]] = OrderedDict()
        """Key -> what was compared with and the last estimate beside it."""
        self._asked: OrderedDict[str, tuple[Composed, Situation]] = OrderedDict()
        """Key -> its settings as a scenario, and the situation they make."""
        self._sums: OrderedDict[str, tuple[Finding, ...]] = OrderedDict()
        """Key -> what cannot work about its settings, by adding up."""
        self._revealed: OrderedDict[tuple[str, str], Revealed] = OrderedDict()

    def close(self) -> None:
        """End the search."""
        self._certifier.close()

    def ground(self, county: County) -> Ground:
        """The record as it stands. Raises `NothingRegistered`, `NoPolicy` or `CaseFault`."""
        key = (county.log.head(), county.today().isoformat())
        return _kept(self._lock, self._grounds, key, lambda: ground_of(county), 4)

    def answer(
        self, ground: Ground, settings: Settings, seat: str, *, wait_seconds: float = 0.0, passing: bool = False
    ) -> Answer:
        """The certified answer if it is known or lands in time, else the estimate; the search goes on meanwhile.

        Settings that are only passed through on the way to others are not searched, nor is what the seat wanted before.
        Settings that cannot be are `impossible`, with the fault.
        """
        if passing:
            self._certifier.let_go(seat)
        key = f"{ground.key}?{settings.query}"
        certain: tuple[Finding, ...] = ()
        try:
            composed, situation = _kept(self._lock, self._asked, key, lambda: _asked(ground, settings), ESTIMATES_MAX)
            if composed.changes and not passing and not self._certifier.is_found(key):
                certain = _kept(self._lock, self._sums, key, lambda: _by_sums(ground, situation), ESTIMATES_MAX)
        except (Refusal, PolicyFaults) as fault:
            return Answer("impossible", settings, self._before(ground, seat, wait_seconds), fault=fault)
        before = self._before(ground, seat, wait_seconds, search=not certain)
        try:
            if not composed.changes:
                return self._unchanged(ground, before, settings)
            if not passing and (certain or before.kind == "certified" or before.fault is not None):
                self._certifier.want(seat, key, self._work(composed))  # what all answers rest on is searched first
                self._certifier.wait(key, wait_seconds)
            return self._changed(ground, before, settings, key, situation, certain)
        except (Refusal, PolicyFaults) as fault:
            return Answer("impossible", settings, before, fault=fault)

    def proof_of(self, ground: Ground, answer: Answer) -> Standing | None:
        """How far the search is that will change an answer; None where there is none."""
        compared = answer.compared
        basis = compared.kind != "certified" and compared.fault is None and not answer.certain
        return self._certifier.standing(f"{ground.key}?{'' if basis else answer.settings.query}")

    def _unchanged(self, ground: Ground, before: Before, settings: Settings) -> Answer:
        if before.fault is not None:
            raise before.fault
        if before.kind == "certified":
            guess = ground.guessed if ground.recorded is None else None
            return Answer("certified", settings, before, before.outcome, guess=guess)
        guessed = before.kind == "estimate"
        return Answer("estimate" if guessed else "pending", settings, before, before.outcome if guessed else None)

    def _changed(
        self,
        ground: Ground,
        before: Before,
        settings: Settings,
        key: str,
        situation: Situation,
        certain: tuple[Finding, ...],
    ) -> Answer:
        """The answer to settings that change something, as far as it is known."""
        after = self._certifier.known(key)
        if after is not None:
            with self._lock:
                guess = self._estimates[key][1] if key in self._estimates else None
            return Answer("certified", settings, before, after, guess=guess)
        if certain:
            return Answer("impossible", settings, before, certain=certain)
        guess = self._estimate(ground, before, key, settings, situation)
        return Answer("estimate" if guess is not None else "pending", settings, before, guess)

    def _before(self, ground: Ground, seat: str, wait_seconds: float, *, search: bool = True) -> Before:
        """The case unchanged: a plan of it on the record, else searched once for everybody, estimated meanwhile."""
        if ground.unchanged is not None:
            return Before(ground.unchanged, "certified")
        key, fault = f"{ground.key}?", None
        if search:
            unchanged = Settings().composed(ground.situation, ground.at.position)
            self._certifier.want(f"{seat}-before", key, self._work(unchanged, BASELINE))
            self._certifier.wait(key, wait_seconds)
        try:
            known = self._certifier.known(key)
            if known is not None:
                return Before(known, "certified")
        except (Refusal, PolicyFaults) as found:
            fault = found
        if ground.guessed is not None:
            return Before(ground.guessed, "estimate", fault)
        if ground.earlier is not None:
            return Before(ground.earlier.outcome, "earlier", fault)
        return Before(None, "nothing", fault)

    def _estimate(
        self, ground: Ground, before: Before, key: str, settings: Settings, situation: Situation
    ) -> Outcome | None:
        if before.outcome is None or before.kind == "earlier":
            return None
        outcome = before.outcome
        with self._lock:
            held = self._estimates.get(key)
        if held is not None and held[0] is outcome:
            return held[1]
        own = (ground.key, before.mark)
        known = _kept(self._lock, self._revealed, own, lambda: revealed_by(ground.case, outcome.plan), 4)
        made = estimated(settings.name, situation, known, ground.baseline)
        with self._lock:
            self._estimates[key] = (outcome, made)
            while len(self._estimates) > ESTIMATES_MAX:
                self._estimates.popitem(last=False)
        return made

    def _work(self, composed: Composed, name: str | None = None) -> Callable[[How, Listener], Outcome]:
        based_on, office = composed.loaded.scenario.based_on, self._office

        def work(how: How, listener: Listener) -> Outcome:
            with office.county() as county, open_base(based_on, BESIDE, county) as base:
                return outcome_of(base, name or composed.name, composed.changes, how=how, listener=listener)

        return work


def _asked(ground: Ground, settings: Settings) -> tuple[Composed, Situation]:
    composed = settings.composed(ground.situation, ground.at.position)
    return composed, situation_of(ground, composed)


def _by_sums(ground: Ground, situation: Situation) -> tuple[Finding, ...]:
    found = prechecks(case_of(situation, ground.baseline))
    return tuple(finding for finding in found if finding.certain)


def situation_of(ground: Ground, composed: Composed) -> Situation:
    """The situation with the changes of a scenario.

    Raises `PolicyFaults` with each that cannot be made, `FundBelowTranches` where more has arrived than would be left.
    """
    situation = ground.situation
    for file, steps in groupby(composed.changes, key=lambda step: step[0]):
        changes = [(place, change) for _, place, change in steps if not isinstance(change, Decide | Use)]
        situation = changed(situation, changes, file.tree) if changes else situation
    for fund in situation.register.funds.values():
        must_hold_its_tranches(fund)  # the search would find it too, but only when its turn has come
    return situation


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
