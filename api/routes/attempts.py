"""What was refused at the door, and what was changed about who may come in, for auditors and administrators."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from api.access import ADMIN, AUDIT, Served, may
from api.problems import problems
from api.schemas.access import AccessEntriesOut, AccessEntryOut
from service.office import Office

router = APIRouter(tags=["access"])
Before = Annotated[str | None, Query(max_length=64, description="The `next` of the page before.")]
Limit = Annotated[int, Query(ge=1, le=1000, description="Entries a page has at most.")]


@router.get("/refused-attempts", dependencies=[may(ADMIN, AUDIT, scope="open")], responses=problems(401, 403, 422, 503))
def list_refused_attempts(served: Served, before: Before = None, limit: Limit = 100) -> AccessEntriesOut:
    """Requests that were turned away (401, 403, 429), newest first; those repeated within a minute are one entry."""
    return _entries(served, before, limit, refused=True)


@router.get("/access-changes", dependencies=[may(ADMIN, AUDIT, scope="open")], responses=problems(401, 403, 422, 503))
def list_access_changes(served: Served, before: Before = None, limit: Limit = 100) -> AccessEntriesOut:
    """Accounts made, changed or shut, passwords and keys given or ended: what was done and by whom, newest first."""
    return _entries(served, before, limit, refused=False)


def _entries(served: Office, before: str | None, limit: int, *, refused: bool) -> AccessEntriesOut:
    found = served.access.log.newest(refused=refused, before=before, limit=limit)
    return AccessEntriesOut(
        items=[AccessEntryOut.of(entry) for entry in found], next=found[-1].id if len(found) == limit else None
    )
