"""What the environment says of long work: how many jobs at once, and how long what ended is kept."""

from __future__ import annotations

import os

from domain.errors import Refusal

DAYS_KEPT = 30
WHOLE_MAX = 100_000


class SettingUnclear(Refusal):
    """A setting of the environment that is no number."""

    code = "setting-unclear"
    sentence_en = "{name} is “{given}”, which is not a whole number above zero."
    cure_en = "Set it to one, or leave it unset."


def solvers() -> int:
    """How many jobs all processes of a store work on at once: TONGCHOU_SOLVERS, or one less than processors."""
    return _whole("TONGCHOU_SOLVERS", max(1, (os.cpu_count() or 1) - 1))


def days_kept() -> int:
    """How long an ended job is kept: TONGCHOU_JOB_DAYS."""
    return _whole("TONGCHOU_JOB_DAYS", DAYS_KEPT)


def _whole(name: str, usual: int) -> int:
    given = os.environ.get(name)
    if not given:
        return usual
    if not (given.isascii() and given.isdigit() and len(given) < 10 and 0 < int(given) <= WHOLE_MAX):
        raise SettingUnclear(name=name, given=given[:40])
    return int(given)
