"""Webhooks: the server calls other programs with every fact they want; only an administrator has it do so."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from api.access import ADMIN, AUDIT, Caller, Served, may
from api.problems import problems
from api.repeating import WriteRoute
from api.schemas.webhooks import (
    Again,
    AskedAgain,
    CreatedWebhook,
    Letter,
    Letters,
    NewWebhook,
    Tried,
    Webhook,
    WebhookChanges,
    Webhooks,
    WebhookSecret,
)
from service.feed.webhooks import Changes, Hook
from service.office import Office

router = APIRouter(route_class=WriteRoute, tags=["webhooks"])

WebhookId = Annotated[
    str, Path(pattern="^wh-[0-9a-f]{32}$", description="Its id.", examples=["wh-3df970db9c6d4848951c149fe35db55e"])
]
FAULTS = (401, 403, 404, 422, 503)


@router.get("/webhooks", dependencies=[may(ADMIN, AUDIT, scope="county")], responses=problems(401, 403, 503))
def list_webhooks(served: Served) -> Webhooks:
    """Every webhook, and how far each is."""
    return Webhooks(items=_shown(served, served.feed.webhooks.all()))


@router.post(
    "/webhooks", status_code=201, dependencies=[may(ADMIN, scope="county")], responses=problems(401, 403, 409, 422, 503)
)
def create_webhook(
    served: Served, caller: Caller, request: Request, response: Response, new: NewWebhook
) -> CreatedWebhook:
    """Have a target called with every fact from a position on. The answer shows the secret, and no other ever does."""
    made, secret = served.feed.webhooks.create(new.url, new.types, new.tags, new.after, caller.account)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Location"] = f"{request.url.path}/{made.id}"
    (shown,) = _shown(served, [made])
    return CreatedWebhook(secret=secret, **shown.model_dump())


@router.get("/webhooks/{webhook}", dependencies=[may(ADMIN, AUDIT, scope="county")], responses=problems(*FAULTS))
def get_webhook(served: Served, webhook: WebhookId) -> Webhook:
    """One webhook."""
    return _shown(served, [served.feed.webhooks.get(webhook)])[0]


@router.patch("/webhooks/{webhook}", dependencies=[may(ADMIN, scope="county")], responses=problems(*FAULTS))
def change_webhook(served: Served, webhook: WebhookId, changes: WebhookChanges) -> Webhook:
    """Send what comes from now on elsewhere, or other facts; pause it, or let it go on where it was."""
    paused = None if changes.state is None else changes.state == "paused"
    wanted = Changes(changes.url, changes.types, changes.tags, paused)
    return _shown(served, [served.feed.webhooks.change(webhook, wanted)])[0]


@router.delete(
    "/webhooks/{webhook}", status_code=204, dependencies=[may(ADMIN, scope="county")], responses=problems(*FAULTS)
)
def delete_webhook(served: Served, webhook: WebhookId) -> None:
    """Call it no more, and forget its secrets and dead letters."""
    served.feed.webhooks.delete(webhook)


@router.post("/webhooks/{webhook}/secret", dependencies=[may(ADMIN, scope="county")], responses=problems(*FAULTS))
def rotate_webhook_secret(served: Served, webhook: WebhookId, response: Response) -> WebhookSecret:
    """A new secret; for a day the one before signs beside it, so that the receiver can change over."""
    response.headers["Cache-Control"] = "no-store"
    return WebhookSecret(secret=served.feed.webhooks.rotate(webhook))


@router.post("/webhooks/{webhook}/test", dependencies=[may(ADMIN, scope="county")], responses=problems(*FAULTS))
def try_webhook(served: Served, webhook: WebhookId) -> Tried:
    """Call it now with an event that tells of no fact (`cn.tongchou.webhook.pinged`), and say what came of it."""
    outcome = served.feed.webhooks.test(webhook, served.feed.outbound)
    return Tried(delivered=outcome.delivered, status=outcome.status or None, error=outcome.error or None)


@router.get(
    "/webhooks/{webhook}/dead-letters", dependencies=[may(ADMIN, AUDIT, scope="county")], responses=problems(*FAULTS)
)
def list_dead_letters(
    served: Served,
    webhook: WebhookId,
    after: Annotated[int, Query(ge=0, le=2**53, description="The position of the last one known.")] = 0,
    limit: Annotated[int, Query(ge=1, le=1000, description="Letters a page has at most.")] = 100,
) -> Letters:
    """The facts that were given up, in order."""
    found = served.feed.webhooks.dead_letters(webhook, after, limit)
    items = [
        Letter(
            position=one.position,
            attempts=one.attempts,
            last_status=one.last_status or None,
            last_error=one.last_error,
            buried_at=one.buried_at,
            again=one.again,
        )
        for one in found
    ]
    return Letters(items=items, next=items[-1].position if len(items) == limit else None)


@router.post(
    "/webhooks/{webhook}/dead-letters/redeliver",
    status_code=202,
    dependencies=[may(ADMIN, scope="county")],
    responses=problems(*FAULTS),
)
def redeliver_dead_letters(served: Served, webhook: WebhookId, again: Again) -> AskedAgain:
    """Try dead letters once more, each under the id it had; those that are acknowledged leave the list."""
    return AskedAgain(letters=served.feed.webhooks.redeliver(webhook, again.positions))


def _shown(served: Office, hooks: list[Hook]) -> list[Webhook]:
    """Webhooks as they are told of: without secrets."""
    head, letters = served.head(), served.feed.webhooks.count_dead_letters()
    return [
        Webhook(
            id=one.id,
            url=one.url,
            types=list(one.types),
            tags=list(one.tags),
            state="paused" if one.paused else "failing" if one.failures else "active",
            position=one.position,
            behind=max(head - one.position, 0),
            failures=one.failures,
            next_try=one.next_try or None,
            last_error=one.last_error or None,
            dead_letters=letters.get(one.id, 0),
            created_by=one.created_by,
            created_at=one.created_at,
        )
        for one in hooks
    ]
