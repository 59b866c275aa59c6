"""Following the log: every event once and in order, past ones first, then new ones as they come, from any process."""

from __future__ import annotations

from threading import Event
from typing import TypeVar

from eventsourcing.dcb.api import DCBQuery, DCBSubscription

from history.port import FactRecorder, RecordedEvent, RecordedEvents

POLL_SECONDS = 0.05
"""How long an append of another process may stay unnoticed; appends of this process are noticed at once."""


R_co = TypeVar("R_co", bound=FactRecorder, covariant=True)


class Tail(DCBSubscription[R_co]):
    """A subscription that needs no thread and no notification from the database: it reads, then looks, then waits.

    It may be stopped from another thread, which ends a waiting `next` with `StopIteration`. A fault of the store is
    raised to whoever asks for the next event; asking again goes on where it was.
    """

    def __init__(
        self,
        recorder: R_co,
        query: DCBQuery | None = None,
        after: int | None = None,
        poll_seconds: float = POLL_SECONDS,
    ) -> None:
        super().__init__(recorder=recorder, query=query, after=after)
        self._poll_seconds = poll_seconds
        self._batch: RecordedEvents | None = None
        self._wake = Event()
        recorder.listen(self._wake)

    def stop(self) -> None:
        """End the subscription."""
        super().stop()
        self._recorder.unlisten(self._wake)
        self._wake.set()

    def __next__(self) -> RecordedEvent:
        while not self._has_been_stopped:
            if self._batch is None:
                self._wait_for_more()
                continue
            try:
                event = next(self._batch, None)
            except BaseException:
                self._batch = None
                raise
            if event is not None:
                self._last_position = event.position
                return event
            # what the query passed over need not be looked at again
            self._last_position = max(self._last_position, self._batch.head or 0)
            self._batch = None
        raise StopIteration

    def _wait_for_more(self) -> None:
        """Read on if the log has grown; else wait for a sign of this process or the time to look again."""
        self._wake.clear()  # before looking: an append between the look and the wait then ends the wait
        if self._recorder.head() > self._last_position:
            self._batch = self._recorder.read(self._query, after=self._last_position)
        elif not self._has_been_stopped:
            self._wake.wait(self._poll_seconds)
