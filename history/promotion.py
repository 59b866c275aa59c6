"""From a branch to the log it was made from: all its facts in one append, or none of them."""

from __future__ import annotations

from eventsourcing.dcb.api import DCBAppendCondition, DCBEvent, DCBQuery
from eventsourcing.persistence import IntegrityError

from history.branch_log import BranchLog
from history.log import Log, Receipt, Recorded
from history.port import tags_of


def append_to(live: Log, rehearsal: BranchLog) -> Receipt | None:
    """Append the facts of a branch to a log that still ends where the branch begins; None when it has gone on.

    What was decided on the branch was then decided on exactly what the log says, so every condition holds.
    """
    branch = rehearsal.branch
    assert branch.past.store_id == live.recorder.store_id
    rows = branch.own.rows()
    events = [DCBEvent(type=name, data=data, tags=tags_of(tags)) for _, name, data, tags, _ in rows]
    still = DCBAppendCondition(fail_if_events_match=DCBQuery(), after=branch.past.position)
    try:
        appended = live.recorder.append_stamped(events, still)
    except IntegrityError:
        return None
    recorded = tuple(
        Recorded(position, appended.recorded_at, live.mapper.fact(event.type, event.data))
        for position, event in zip(appended.positions, events, strict=True)
    )
    return Receipt(appended.positions[-1], recorded, repeated=False)
