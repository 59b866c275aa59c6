"""Use cases of webhooks: make, change, pause, delete, give a new secret, look at dead letters and try them again."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from desk.webhooks import DeadLetter, Hook, Webhooks
from domain.errors import Refusal
from history.port import Chance, Clock, moment_text
from service.access.secret import BoxDamaged, Secret
from service.feed.envelope import EVENT, Envelope, as_event, ping
from service.feed.facts import Facts, Wanted
from service.feed.pinned import Line, Outbound, Outcome
from service.feed.signing import new_secret, signature
from service.feed.targets import Targets, parse_target

__all__ = ["Changes", "DeadLetter", "Hook", "WebhookBook"]

HOOKS_MAX = 100
BOTH_SIGN = timedelta(hours=24)
"""How long a secret that was replaced signs beside the new one."""
_PURPOSE = "webhooks"


class UnknownWebhook(Refusal):
    """An id no webhook has."""

    code = "unknown-webhook"
    sentence_en = "There is no webhook {hook}."
    cure_en = "GET /v1/webhooks lists those there are."


class TooManyWebhooks(Refusal):
    """A bound on what one server calls."""

    code = "too-many-webhooks"
    sentence_en = "There are {most} webhooks already."
    cure_en = "Delete one that is no longer needed, or let its receiver pass facts on."


@dataclass(frozen=True)
class Changes:
    """What of a webhook is to be another; None leaves it."""

    url: str | None = None
    types: Sequence[str] | None = None
    tags: Sequence[str] | None = None
    paused: bool | None = None


class WebhookBook:
    """The webhooks of one store. Everything about one that is not there raises `UnknownWebhook`."""

    def __init__(
        self,
        kept: Webhooks,
        facts: Facts,
        secret: Callable[[], Secret],
        *,
        clock: Clock,
        chance: Chance,
        targets: Targets,
    ) -> None:
        self.kept = kept
        self._facts = facts
        self._secret = secret
        self._clock = clock
        self._chance = chance
        self._targets = targets

    def create(
        self, url: str, types: Sequence[str], tags: Sequence[str], after: int | None, by: str
    ) -> tuple[Hook, str]:
        """A new webhook and its secret, which nobody is shown again; `after` None: what is recorded from now on.

        Raises `WebhookUrlUnclear`, `WebhookTargetNotAllowed`, `TooManyWebhooks`, and what `Facts.page` and
        `Wanted.parse` raise.
        """
        self._targets.check(parse_target(url))
        wanted = Wanted.parse(types, tags)
        head = self._facts.page(after or 0, 1).head
        if len(self.kept.all()) >= HOOKS_MAX:
            raise TooManyWebhooks(most=HOOKS_MAX)
        hook, secret = f"wh-{uuid.UUID(bytes=self._chance(16), version=4).hex}", new_secret(self._chance)
        made = Hook(
            id=hook,
            url=url,
            types=wanted.types,
            tags=wanted.tags,
            secret=self._secret().seal(_PURPOSE, secret.encode(), hook),
            old_secret="",
            old_until="",
            position=head if after is None else after,
            paused=False,
            failures=0,
            next_try="",
            last_error="",
            created_by=by,
            created_at=moment_text(self._clock()),
        )
        self.kept.add(made)
        return made, secret

    def all(self) -> list[Hook]:
        """Every webhook, the oldest first."""
        return self.kept.all()

    def count_dead_letters(self) -> dict[str, int]:
        """How many dead letters each webhook has that has any."""
        return self.kept.count_dead_letters()

    def get(self, hook: str) -> Hook:
        """One webhook."""
        found = self.kept.find(hook)
        if found is None:
            raise UnknownWebhook(hook=hook[:60])
        return found

    def change(self, hook: str, changes: Changes) -> Hook:
        """Change a webhook; where it is keeps. Raises what `create` raises of addresses and filters."""
        found = self.get(hook)
        url = found.url if changes.url is None else changes.url
        self._targets.check(parse_target(url))
        wanted = Wanted.parse(
            found.types if changes.types is None else changes.types,
            found.tags if changes.tags is None else changes.tags,
        )
        if (url, *wanted) != (found.url, found.types, found.tags):
            self.kept.redirect(hook, url, wanted.types, wanted.tags)
        if changes.paused is not None and changes.paused != found.paused:
            (self.kept.pause if changes.paused else self.kept.resume)(hook)
        return self.get(hook)

    def delete(self, hook: str) -> None:
        """Forget a webhook with its secrets and dead letters."""
        if not self.kept.delete(hook):
            raise UnknownWebhook(hook=hook[:60])

    def rotate(self, hook: str) -> str:
        """A new secret, shown this once; the one before signs beside it for a day."""
        self.get(hook)
        secret = new_secret(self._chance)
        sealed = self._secret().seal(_PURPOSE, secret.encode(), hook)
        self.kept.change_secret(hook, sealed, moment_text(self._clock() + BOTH_SIGN))
        return secret

    def dead_letters(self, hook: str, after: int, limit: int) -> list[DeadLetter]:
        """What could not be delivered, in order, after a position."""
        self.get(hook)
        return self.kept.dead_letters(hook, after, limit)

    def redeliver(self, hook: str, positions: Sequence[int] | None) -> int:
        """Let dead letters (None: all) be tried once more; how many of them there are."""
        self.get(hook)
        return self.kept.ask_again(hook, positions)

    def test(self, hook: str, outbound: Outbound) -> Outcome:
        """Send an event that tells of no fact, now, and say what came of it. Not to be called in an event loop."""
        found = self.get(hook)
        event = ping(self._facts.store_id, uuid.uuid4().hex, moment_text(self._clock()), {"webhook": hook})

        async def sent() -> Outcome:
            async with outbound.line(parse_target(found.url)) as line:
                return await self.send(line, found, event)

        return asyncio.run(sent())

    async def send(self, line: Line | Outcome, hook: Hook, event: Envelope) -> Outcome:
        """One signed call. The id is the event's, at every attempt, so that a receiver counts it once."""
        if isinstance(line, Outcome):
            return line
        now = self._clock()
        body, timestamp = as_event(event), int(now.timestamp())
        return await line.post(
            {
                "content-type": EVENT,
                "webhook-id": event.id,
                "webhook-timestamp": str(timestamp),
                "webhook-signature": signature(self._secrets(hook, now), event.id, timestamp, body),
            },
            body,
        )

    def _secrets(self, hook: Hook, now: datetime) -> list[str]:
        """Those that sign now, the newest first. An old one that cannot be read any more is not missed."""
        signing = [self._secret().unseal(_PURPOSE, hook.secret, hook.id).decode()]
        if hook.old_secret and moment_text(now) < hook.old_until:
            with suppress(BoxDamaged):
                signing.append(self._secret().unseal(_PURPOSE, hook.old_secret, hook.id).decode())
        return signing
