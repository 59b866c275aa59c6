"""The feed of one open store, as a server holds it: facts to ask for, a watched head, webhooks and their delivery."""

from __future__ import annotations

import random
import secrets
from collections.abc import Callable
from functools import cached_property

from desk.database import Desk
from desk.leases import Leases
from desk.webhooks import Webhooks
from history.log import Log
from history.port import Clock
from service.access.secret import Secret
from service.feed.delivery import Dispatcher
from service.feed.facts import Facts
from service.feed.head import HeadWatch
from service.feed.pinned import Outbound
from service.feed.targets import Targets
from service.feed.webhooks import WebhookBook


class Feed:
    """Nothing runs before `start`; what only reads needs no start. Raises `WebhookTargetsUnclear` where it is used."""

    def __init__(self, log: Log, desk: Desk, clock: Clock, secret: Callable[[], Secret]) -> None:
        self._desk = desk
        self._clock = clock
        self._secret = secret
        self._dispatcher: Dispatcher | None = None
        self.facts = Facts(log)
        self.watch = HeadWatch(log)

    @cached_property
    def targets(self) -> Targets:
        """Where webhooks may go."""
        return Targets.of_environment()

    @cached_property
    def outbound(self) -> Outbound:
        """How they are called."""
        return Outbound(self.targets)

    @cached_property
    def webhooks(self) -> WebhookBook:
        """The webhooks of the store. Raises `DeskUnavailable`."""
        return WebhookBook(
            Webhooks(self._desk),
            self.facts,
            self._secret,
            clock=self._clock,
            chance=secrets.token_bytes,
            targets=self.targets,
        )

    def start(self) -> None:
        """Watch the log and deliver to webhooks until `close`."""
        self.watch.start()
        self._dispatcher = Dispatcher(
            self.webhooks,
            self.facts,
            self.watch,
            Leases(self._desk),
            self.outbound,
            clock=self._clock,
            chance=random.SystemRandom().random,
        )
        self._dispatcher.start()

    def close(self) -> None:
        """End what `start` began; whoever listens is let go."""
        self.watch.end()
        if self._dispatcher is not None:
            self._dispatcher.stop()
            self._dispatcher = None
        self.watch.close()
