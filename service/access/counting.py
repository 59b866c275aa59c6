"""Refusals that come again and again: every doubling of their number is written to the desk, not each one."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace
from datetime import timedelta
from threading import Lock

from desk.access_log import AccessEntry

SPELL = timedelta(minutes=1)
"""What comes again after this is an entry of its own."""
COUNTED_MAX = 4096


class Counted:
    """Refusals of the last minute that come again and again: each doubling is written, not each one."""

    def __init__(self) -> None:
        self._entries: OrderedDict[tuple[str, ...], AccessEntry] = OrderedDict()
        self._lock = Lock()

    def again(self, entry: AccessEntry) -> AccessEntry | None:
        """The entry to write, if one is to be written: the first of its kind, the second, the fourth …"""
        kind = (entry.what, entry.account or "", entry.address, entry.method, entry.route)
        with self._lock:
            known = self._entries.pop(kind, None)
            if known is not None and entry.at - known.at < SPELL:
                entry = replace(known, times=known.times + 1)
            self._entries[kind] = entry
            if len(self._entries) > COUNTED_MAX:
                self._entries.popitem(last=False)
        return entry if entry.times & (entry.times - 1) == 0 else None
