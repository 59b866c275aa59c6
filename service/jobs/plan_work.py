"""Long work: the best plan at a moment, only computed, or put on the record by whoever asked."""

from __future__ import annotations

from service.jobs.asks import PlanAsk
from service.jobs.bench import Bench
from service.jobs.kinds import Content, Kind
from service.plan_reading import newest
from service.planning import How, Planned, compute, draft_and_propose, drafted_under, propose_draft


def plan(bench: Bench, ask: PlanAsk) -> Content:
    """Compute it, and where that is asked draft and propose it; begun again after a crash it is the same draft."""
    from service.outputs import plan_object

    planned = _recorded_before(bench, ask)
    if planned is None:
        at = ask.at(bench.county)
        computed = compute(bench.county, at=at, listener=bench.search, how=How(ask.asked))
        if ask.record == "nothing":
            return {"state": None, "recorded_at": None, **plan_object(computed)}
        assert bench.actor is not None
        planned = draft_and_propose(
            bench.county, computed, bench.actor, propose=ask.record == "propose", command=_command(bench)
        )
    recorded_at = None if planned.receipt is None else planned.receipt.position
    content = plan_object(planned.computed, plan_id=planned.plan_id)
    return {"state": planned.state, "recorded_at": recorded_at, **content}


def _recorded_before(bench: Bench, ask: PlanAsk) -> Planned | None:
    """What this very job put on the record before its process died."""
    if ask.record == "nothing":
        return None
    plan_id = drafted_under(bench.county, _command(bench))
    if plan_id is None:
        return None
    found = newest(bench.county, plan_id)
    if ask.record == "draft" or found.state != "drafted":
        return found
    assert bench.actor is not None
    return propose_draft(bench.county, found, bench.actor)


def _command(bench: Bench) -> str:
    return f"job-{bench.job}"


KINDS = (Kind("plan", PlanAsk, plan, decides=True),)
