"""The dispatcher: calls every webhook with the facts it wants, in order, each until it is acknowledged or given up.

One process of all that serve a store leads, by a lease at the desk; when it dies, another goes on from the positions at
the desk. A position moves only after an acknowledgement, so nothing is missed; what was sent and not noted is sent
again under the same id, so nothing counts twice. One fact is one call: the id of a message is then that of its event,
whatever was recorded between two attempts. Who has much to catch up on asks `/v1/facts`, which is made for that.

Webhooks do not wait for each other, and a fact that fails waits longer every time (Standard Webhooks asks for hours);
then it becomes a dead letter and the next one has its turn.
"""

from __future__ import annotations

import asyncio
import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from desk.database import DeskUnavailable
from desk.leases import Leases
from desk.webhooks import DeadLetter, Hook
from domain.errors import Refusal
from history.faults import StoreFault
from history.port import Clock, moment_text
from service.feed.facts import Facts, Wanted
from service.feed.head import HeadWatch
from service.feed.pinned import Outbound, Outcome
from service.feed.targets import parse_target
from service.feed.webhooks import WebhookBook

LEASE = "webhooks"
BURST = 50
"""Facts of one webhook sent before it is looked at again."""
LINES_MAX = 16
"""Webhooks called at the same time."""
_GONE = 410


@dataclass(frozen=True)
class Patience:
    """How a fact is tried: so often, waiting twice as long after each, up to a bound; some three hours in all."""

    attempts: int = 14
    first_seconds: float = 5.0
    most_seconds: float = 3600.0
    lease_seconds: float = 15.0
    look_seconds: float = 0.5
    """How long a webhook changed by another process, or one whose wait is over, may stay unnoticed."""

    def wait_seconds(self, failures: int, chance: float) -> float:
        """After so many failures in a row (from 1): between half and all of it, so that not all call at once."""
        whole: float = min(self.first_seconds * 2 ** (failures - 1), self.most_seconds)
        return whole * (0.5 + 0.5 * chance)


class Dispatcher:
    """Delivers from `start` to `stop`, in a thread of its own. `chance` gives numbers from 0 to 1."""

    def __init__(
        self,
        book: WebhookBook,
        facts: Facts,
        watch: HeadWatch,
        leases: Leases,
        outbound: Outbound,
        *,
        clock: Clock,
        chance: Callable[[], float],
        patience: Patience = Patience(),
    ) -> None:
        self._book = book
        self._kept = book.kept
        self._facts = facts
        self._watch = watch
        self._leases = leases
        self._outbound = outbound
        self._clock = clock
        self._chance = chance
        self._patience = patience
        self._name = uuid.uuid4().hex
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._news = asyncio.Event()
        self._stopping = False
        self._held_until = ""
        self._busy: dict[str, asyncio.Task[None]] = {}

    def start(self) -> None:
        """Begin to deliver, as soon as no other process does."""
        self._thread = threading.Thread(target=lambda: asyncio.run(self._deliver()), name="feed-webhooks", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End: calls under way are cut off and repeated by whoever leads next, which another process does at once."""
        self._stopping = True
        self._nudge()
        if self._thread is not None:
            self._thread.join()

    def _nudge(self) -> None:
        """Let the dispatcher look at once; from any thread."""
        loop = self._loop
        if loop is not None:
            with suppress(RuntimeError):  # the loop has ended meanwhile
                loop.call_soon_threadsafe(self._news.set)

    async def _deliver(self) -> None:
        self._loop = asyncio.get_running_loop()
        # resolvers that hang must not keep the lease from being renewed
        self._loop.set_default_executor(ThreadPoolExecutor(2 * LINES_MAX, "feed-webhooks"))
        self._watch.subscribe(self._nudge)
        try:
            while not self._stopping:
                try:
                    await self._round()
                    wait = self._patience.look_seconds
                except (DeskUnavailable, StoreFault):
                    wait = self._patience.lease_seconds / 3
                try:
                    await asyncio.wait_for(self._news.wait(), wait)
                except TimeoutError:
                    continue
                finally:
                    self._news.clear()
        finally:
            self._watch.unsubscribe(self._nudge)
            await self._end()

    async def _end(self) -> None:
        for task in self._busy.values():
            task.cancel()
        await asyncio.gather(*self._busy.values(), return_exceptions=True)
        if self._leads():
            try:
                await asyncio.to_thread(self._leases.give_back, LEASE, self._name)
            except DeskUnavailable:
                return  # it runs out by itself

    def _leads(self) -> bool:
        return moment_text(self._clock()) < self._held_until

    async def _round(self) -> None:
        """Hold the lease, and send out whoever has something to send; without webhooks nobody need lead."""
        now = self._clock()
        hooks = [hook for hook in await asyncio.to_thread(self._kept.all) if not hook.paused]
        if not hooks:
            return
        lease = timedelta(seconds=self._patience.lease_seconds)
        if moment_text(now + lease * 2 / 3) > self._held_until:
            until = moment_text(now + lease)
            taken = await asyncio.to_thread(self._leases.take, LEASE, self._name, now=moment_text(now), until=until)
            self._held_until = until if taken else ""
        if not self._leads():
            return
        head, now_text = self._watch.head, moment_text(now)
        again = await asyncio.to_thread(self._kept.asked_again)
        for hook in hooks:
            due = hook.id in again or (hook.position < head and hook.next_try <= now_text)
            if due and hook.id not in self._busy and len(self._busy) < LINES_MAX:
                task = asyncio.create_task(self._served(hook, again.get(hook.id, [])))
                self._busy[hook.id] = task
                task.add_done_callback(partial(self._done, hook.id))

    def _done(self, hook: str, task: asyncio.Task[None]) -> None:
        del self._busy[hook]
        if not task.cancelled() and task.exception() is None:  # a fault of the program is told by the loop, once a look
            self._news.set()

    async def _served(self, hook: Hook, again: list[int]) -> None:
        """Some dead letters that are asked for again, then some facts. After a fault of the store it is tried anew."""
        try:
            for position in again[:BURST]:
                if not await self._once_more(hook, position):
                    break
            if hook.next_try <= moment_text(self._clock()):
                await self._burst(hook)
        except (DeskUnavailable, StoreFault):
            await asyncio.sleep(self._patience.look_seconds)
        except Refusal as refusal:  # its secret cannot be read, or the store was put back to before its position
            wait = timedelta(seconds=self._patience.wait_seconds(hook.failures + 1, self._chance()))
            next_try = moment_text(self._clock() + wait)
            await asyncio.to_thread(self._kept.failed, hook.id, hook.position, next_try, refusal.sentence)

    async def _burst(self, hook: Hook) -> None:
        """The next facts over one line; ends at the first that fails."""
        page = await asyncio.to_thread(self._facts.page, hook.position, BURST, Wanted(hook.types, hook.tags))
        at, failures = hook.position, hook.failures
        if page.events:
            async with self._outbound.line(parse_target(hook.url), failures) as line:
                for event in page.events:
                    position = event.position
                    assert isinstance(position, int)
                    if not self._leads():
                        return
                    outcome = await self._book.send(line, hook, event)
                    if not outcome.delivered and not await self._gave_up(hook, at, position, failures + 1, outcome):
                        return
                    if not await asyncio.to_thread(self._kept.reached, hook.id, position):
                        return
                    at, failures = position, 0
        if page.next > at:
            await asyncio.to_thread(self._kept.reached, hook.id, page.next)

    async def _gave_up(self, hook: Hook, at: int, position: int, failures: int, outcome: Outcome) -> bool:
        """Note a failure of the fact at `position`, the next after `at`; whether it was the last one."""
        now = self._clock()
        if outcome.status == _GONE:  # the receiver says it wants no more
            await asyncio.to_thread(self._kept.pause, hook.id, outcome.error)
            return False
        if failures >= self._patience.attempts:
            letter = DeadLetter(
                hook.id, position, failures, outcome.status, outcome.error, moment_text(now), again=False
            )
            await asyncio.to_thread(self._kept.bury, letter)
            return True
        wait = timedelta(seconds=self._patience.wait_seconds(failures, self._chance()))
        await asyncio.to_thread(self._kept.failed, hook.id, at, moment_text(now + wait), outcome.error)
        return False

    async def _once_more(self, hook: Hook, position: int) -> bool:
        """One attempt at a dead letter; whether the receiver answered at all."""
        if not self._leads():
            return False
        try:
            event = await asyncio.to_thread(self._facts.one, position)
            async with self._outbound.line(parse_target(hook.url)) as line:
                outcome = await self._book.send(line, hook, event)
        except Refusal as refusal:
            outcome = Outcome(0, refusal.sentence)
        if outcome.delivered:
            await asyncio.to_thread(self._kept.delivered_again, hook.id, position)
        else:
            moment = moment_text(self._clock())
            letter = DeadLetter(hook.id, position, 1, outcome.status, outcome.error, moment, again=False)
            await asyncio.to_thread(self._kept.failed_again, letter)
        return outcome.status > 0
