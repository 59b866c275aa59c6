"""Solving a past plan again from the log alone: the same plan comes of it, or what differs is named (M32, M33).

Register, funds and policy are read at the position the run record names, and searched with its engine, seed, limits and
baseline. A plan changed by hand is its draft, solved again, with every recorded change made to it once more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from domain.errors import Refusal
from domain.facts.plans import PlanDrafted, PlanLineAdjusted
from domain.plan import Plan, RunRecord
from optimizer.adjusting import adjusted, cost_of_hand
from optimizer.case import build_case
from optimizer.solve.choosing import ENGINES
from optimizer.solve.engine import Listener
from optimizer.verify import verify
from service.baselines import on_record
from service.county import County
from service.plan_life import as_drafted
from service.plan_reading import planned, policy_of
from service.planning import How, compute_from
from service.programs import programs
from service.registers import Moment, moment, register_at
from service.solving import STOPPED, Asked, RulesCollide, SearchUnfinished
from service.worker import Worker

NOT_TOLD = "not told"
"""What a record of before says of programs it did not name."""


@dataclass(frozen=True)
class Compared:
    """One thing a plan rests on, or the plan itself: as recorded and as found now."""

    what: str
    recorded: str
    now: str

    @property
    def same(self) -> bool:
        """Whether it is the same; what an old record does not tell is not another."""
        return self.recorded in (self.now, NOT_TOLD)


@dataclass(frozen=True)
class Resolved:
    """What came of solving a plan again. `plan_hash` is that of the plan on the record."""

    plan: str
    plan_hash: str
    compared: tuple[Compared, ...]
    by_hand: int
    """Changes by hand that were made again."""

    @property
    def same(self) -> bool:
        """Whether the same plan came of it; a program of another version that gives the same plan is no fault."""
        return all(one.same for one in self.compared if one.what in _PLAN)

    @property
    def differing(self) -> list[Compared]:
        """What is not as recorded."""
        return [one for one in self.compared if not one.same]


_PLAN = ("draft", "plan", "hand", "verifier")


def resolve(county: County, plan: str, worker: Worker | None = None, listener: Listener | None = None) -> Resolved:
    """Solve a plan on the record again, in the worker's process if there is one.

    Raises `UnknownPlan`, `NoPolicy` or a fault of the worker.
    """
    recorded = planned(county, plan, moment(county)).computed.plan
    draft = as_drafted(county, plan)
    run = draft.run
    loaded = policy_of(county, draft)
    register = register_at(county, Moment(run.register_position))
    case = build_case(register, loaded, run.baseline)
    compared = [
        Compared("instance", run.instance_hash, case.instance_hash),
        Compared("policy", run.policy_hash, loaded.policy_hash),
        *_baseline(county, run),
    ]
    again: Plan | None = None
    try:
        how = How(asked_of(run), worker)
        again = compute_from(
            register, loaded, at=Moment(run.register_position), how=how, baseline=run.baseline, listener=listener
        ).plan
    except (RulesCollide, SearchUnfinished) as none:
        found = f"none: {none.sentence}"
    else:
        found = again.plan_hash
        compared.extend(_runs(run, again.run))
    compared.append(Compared("draft", draft.plan_hash, found))
    changes = _changes(county, plan)
    if again is not None and changes:
        compared.extend(_hand(county, again, draft, recorded, changes))
    return Resolved(plan, recorded.plan_hash, tuple(compared), len(changes))


def resolved_json(done: Resolved) -> dict[str, Any]:
    """What came of it, for programs."""
    return {
        "plan": done.plan,
        "same": done.same,
        "plan_hash": done.plan_hash,
        "by_hand": done.by_hand,
        "differing": [{"what": one.what, "recorded": one.recorded, "now": one.now} for one in done.differing],
    }


def asked_of(run: RunRecord) -> Asked:
    """The engine, seed and limit of a run."""
    engine = next((name for name in ENGINES if name == run.engine), None)
    limit = run.parameters.get("max_deterministic_time") or run.parameters.get("time_limit_seconds")
    seed = run.parameters.get("random_seed")
    return Asked(engine, None if seed is None else int(seed), None if limit is None else int(float(limit)))


def _baseline(county: County, run: RunRecord) -> list[Compared]:
    if run.baseline is None:
        return []
    found = run.baseline.plan_hash if on_record(county, run.baseline) else "not on the record"
    return [Compared("baseline", run.baseline.plan_hash, found)]


def _runs(then: RunRecord, now: RunRecord) -> list[Compared]:
    """What two runs say of how they searched."""
    before = then.made_with or {}
    return [
        Compared("rules", ", ".join(then.rules), ", ".join(now.rules)),
        Compared("engine", then.engine, now.engine),
        Compared("solver", then.engine_version, now.engine_version),
        *(
            Compared(f"parameter {name}", then.parameters.get(name, "none"), now.parameters.get(name, "none"))
            for name in sorted({*then.parameters, *now.parameters, *([STOPPED] if STOPPED in then.parameters else [])})
        ),
        *(Compared(f"program {name}", before.get(name, NOT_TOLD), found) for name, found in programs().items()),
        Compared("termination", then.termination, now.termination),
    ]


def _changes(county: County, plan: str) -> list[PlanLineAdjusted]:
    """The changes by hand since the newest draft, in order."""
    changes: list[PlanLineAdjusted] = []
    for recorded in county.log.facts(types=[PlanDrafted, PlanLineAdjusted], tags=[f"plan:{plan}"]):
        if isinstance(recorded.fact, PlanLineAdjusted):
            changes.append(recorded.fact)
        else:
            changes.clear()
    return changes


def _hand(county: County, again: Plan, draft: Plan, recorded: Plan, changes: list[PlanLineAdjusted]) -> list[Compared]:
    """The recorded changes made to the plan found now, what they cost, and what the verifier says of the outcome."""
    loaded = policy_of(county, draft)
    register = register_at(county, Moment(draft.run.register_position))
    case = build_case(register, loaded, draft.run.baseline)
    standing, cost = again, {}
    try:
        for change in changes:
            dropped = dict.fromkeys((line.line for line in change.old_lines), 0)
            standing = adjusted(case, standing, dropped | {line.line: line.amount_fen for line in change.new_lines})
            cost = cost_of_hand(again, standing)
    except Refusal as fault:
        return [Compared("hand", recorded.plan_hash, fault.sentence)]
    findings = [found.sentence for found in verify(register, loaded, recorded)]
    return [
        Compared("plan", recorded.plan_hash, standing.plan_hash),
        Compared("hand", _said(changes[-1].cost), _said(cost)),
        Compared("verifier", "", " ".join(findings)),
    ]


def _said(cost: dict[str, str]) -> str:
    return ", ".join(f"{name} {loss}" for name, loss in sorted(cost.items()))
