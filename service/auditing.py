"""Use case of the audit: a store is verified as it lies, beside whatever was kept outside of it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from domain.money import Lang
from history.examine import Fault
from history.note import NOTE_BYTES_MAX, PublicKey
from history.sharing import SHARED_FROM, Shared, read_only_log
from history.store import store_exists, store_named, store_path
from history.verify import Report, verify
from service.county import StoreMissing
from service.files import KEY_LINE_BYTES_MAX, read_small
from texts import text


def verify_store(url: str, pinned: Path | None = None, key: Path | None = None) -> Report:
    """Verify the store at an address against a checkpoint and a public key that were kept outside, where given.

    Reads no table but the log's own. Raises `StoreMissing`, a fault of the store that cannot be opened at all, a
    `KeyUnreadable`, or `OSError` for a file that cannot be read.
    """
    if not store_exists(url):
        raise StoreMissing(where=store_path(url) or store_named(url))
    note = None if pinned is None else read_small(pinned, NOTE_BYTES_MAX)
    line = None if key is None else read_small(key, KEY_LINE_BYTES_MAX).decode("utf-8", "replace")
    known = None if line is None else PublicKey.parse(line)
    with read_only_log(url) as log:
        alone = log.head() < SHARED_FROM or (os.cpu_count() or 1) < 2
        return verify(log, note, known, None if alone else Shared(url))


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
