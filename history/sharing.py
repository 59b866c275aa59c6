"""A long log examined by several processes, each a range of its own, with the database's own check beside them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime
from functools import reduce
from multiprocessing import get_context
from typing import NoReturn

from history.examine import Examined, examine
from history.log import Log
from history.store import open_log
from history.tree import BLOCK

SHARED_FROM = 100_000
"""Facts from which on a second process pays for its start."""
PROCESSES_MAX = 8


class Shared:
    """`examine` for all facts of the store at an address, by as many processes as there are processors."""

    def __init__(self, url: str) -> None:
        self._url = url

    def __call__(self, until: int, sizes: Sequence[int]) -> Examined:
        many = min(os.cpu_count() or 1, PROCESSES_MAX)
        width = -(-until // many // BLOCK) * BLOCK
        ranges = [(low, min(low + width, until)) for low in range(0, until, width)]
        with ProcessPoolExecutor(len(ranges), mp_context=get_context("spawn")) as pool:
            work = [pool.submit(_range, self._url, low, high, tuple(sizes), high == until) for low, high in ranges]
            return reduce(Examined.join, (one.result() for one in work))


def _range(url: str, after: int, until: int, sizes: Sequence[int], ends: bool) -> Examined:
    with read_only_log(url) as log:
        return examine(log, after, until, sizes, ends=ends)


def read_only_log(url: str) -> Log:
    """The log at an address for whoever appends nothing: no clock and no chance are needed."""
    return open_log(url, clock=_no_clock, chance=_no_chance)


def _no_clock() -> datetime:
    raise RuntimeError("whoever verifies records nothing")


def _no_chance(_: int) -> NoReturn:
    raise RuntimeError("whoever verifies makes no store")
