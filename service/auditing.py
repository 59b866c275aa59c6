"""Use case of the audit: a store is verified as it lies, beside whatever was kept outside of it."""

from __future__ import annotations

import os
import secrets
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import reduce
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from domain.money import Lang
from history.examine import Examined, Fault, examine
from history.log import Log
from history.note import NOTE_BYTES_MAX, PublicKey
from history.store import in_memory, on_server, open_log, store_exists, store_named, store_path
from history.tree import BLOCK
from history.verify import Report, verify
from service.county import must_be_there, now
from service.files import KEY_LINE_BYTES_MAX, read_small
from texts import text

SHARED_FROM = 100_000
"""Facts from which on a second process pays for its start."""
_PROCESSES_MAX = 8


def verify_store(url: str, pinned: Path | None = None, key: Path | None = None) -> Report:
    """Verify the store at an address against a checkpoint and a public key that were kept outside, where given.

    Reads no table but the log's own. Raises `StoreMissing`, a fault of the store that cannot be opened at all, a
    `KeyUnreadable`, or `OSError` for a file that cannot be read.
    """
    on_disk = not on_server(url)
    if not store_exists(url):
        raise StoreMissing(where=store_path(url) if on_disk else store_named(url))
    must_be_there(url)
    note = None if pinned is None else read_small(pinned, NOTE_BYTES_MAX)
    line = None if key is None else read_small(key, KEY_LINE_BYTES_MAX).decode("utf-8", "replace")
    known = None if line is None else PublicKey.parse(line)
    with _opened(url) as log:
        alone = log.head() < SHARED_FROM or (os.cpu_count() or 1) < 2
        alone = in_memory(url) or log.head() < SHARED_FROM or (os.cpu_count() or 1) < 2
        return verify(log, note, known, None if alone else _Shared(url))


def fault_said(fault: Fault, lang: Lang) -> str:
    """A fault as a sentence, where first."""
    said = text(f"audit.{fault.code}", lang, **fault.details)
    return said if fault.position is None else text("audit.at", lang, position=fault.position, said=said)


def report_json(report: Report) -> dict[str, Any]:
    """A report for programs."""
    return {
        "well": report.well,
        "store": report.store_id,
        "facts": report.facts,
        "sealed": report.sealed,
        "not_yet_sealed": report.unsealed,
        "checkpoints": report.checkpoints,
        "keys_replaced_at": list(report.replaced_at),
        "witnesses": [
            {"witness": name, "size": size, "unix_seconds": at} for name, (size, at) in report.witnessed.items()
        ],
        "faults": [
            {"position": one.position, "code": one.code, **one.details, "sentence": fault_said(one, "en")}
            for one in report.faults
        ],
    }


def _opened(url: str) -> Log:
    return open_log(url, clock=now, chance=secrets.token_bytes)


class _Shared:
    """The facts of a long log looked at by several processes, each a range of its own."""

    def __init__(self, url: str) -> None:
        self._url = url

    def __call__(self, until: int, sizes: Sequence[int]) -> Examined:
        many = min(os.cpu_count() or 1, _PROCESSES_MAX, max(until // SHARED_FROM, 1) + 1)
        width = -(-until // many // BLOCK) * BLOCK
        ranges = [(low, min(low + width, until)) for low in range(0, until, width)]
        with ProcessPoolExecutor(len(ranges), mp_context=get_context("spawn")) as pool:
            work = [pool.submit(_range, self._url, low, high, tuple(sizes), high == until) for low, high in ranges]
            return reduce(Examined.join, (one.result() for one in work))


def _range(url: str, after: int, until: int, sizes: Sequence[int], ends: bool) -> Examined:
    with _opened(url) as log:
        return examine(log, after, until, sizes, ends=ends)
