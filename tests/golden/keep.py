"""How a golden log is kept: `python -m tests.golden.keep` adds what it lacks of today's facts, and changes nothing.

`log.db.gz` is a store as a release wrote it, `log.jsonl` the same row by row for the eye: stored name, bytes, tags,
moment, salt and leaf. What lies there stays; a new kind of fact, or a new version of one, is appended.
"""

from __future__ import annotations

import gzip
import json
import tempfile
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from eventsourcing.dcb.domain import Tagged

from domain.facts import FACT_BY_NAME, Fact
from domain.facts.proof import SigningKeyIntroduced, SigningKeyReplaced, SigningKeyRotated, WitnessRecognised
from history.mapper import FactMapper
from history.port import Entry
from history.sqlite import SQLiteRecorder
from tests.domain.decisions.crowd import SAMPLES, busy_county, fresh_record
from tests.domain.decisions.harness import by

FOLDER = Path(__file__).parent / "format-2"
BEGAN = datetime(2026, 11, 21, 19, 0, tzinfo=UTC)


def lines(folder: Path = FOLDER) -> list[Entry]:
    """The rows of a golden log, as they were written down."""
    text = (folder / "log.jsonl").read_text(encoding="utf-8")
    return [_entry(**json.loads(line)) for line in text.splitlines()]


def store(folder: Path, target: Path) -> Path:
    """The store of a golden log as a file of its own, to be opened."""
    target.write_bytes(gzip.decompress((folder / "log.db.gz").read_bytes()))
    return target


def missing(entries: list[Entry], registry: Mapping[str, type[Fact]] = FACT_BY_NAME) -> set[tuple[str, int]]:
    """The kinds and versions of facts of a registry that are in no row."""
    wanted = {(name, kind.VERSION) for name, kind in registry.items()}
    return wanted - {(entry.name, json.loads(entry.data)["v"]) for entry in entries}


def examples() -> Iterator[Fact]:
    """A whole county first, then what every sample decision would record in it, then what none of them does."""
    yield from busy_county()
    for sample in SAMPLES.values():
        yield from fresh_record().decide(sample)
    name, witness, first, second = "tongchou-x", "city-audit", "1" * 64, "2" * 64
    signed = {"signed_by_previous": "3" * 128, "signed_by_new": "4" * 128}
    yield SigningKeyIntroduced(mandate=by(), key_name=name, public_key=first)
    yield SigningKeyRotated(mandate=by(), key_name=name, public_key=second, previous_key=first, **signed)
    yield SigningKeyReplaced(mandate=by(), key_name=name, public_key=first, previous_key=second, reason="disk lost")
    yield WitnessRecognised(mandate=by(), witness=witness, public_key=second, witness_post="city-auditor")


def keep(folder: Path = FOLDER) -> int:
    """Append an example of everything the golden log lacks; how many facts that were. Fails where there is none."""
    kept = lines(folder) if (folder / "log.jsonl").exists() else []
    lacking = missing(kept)
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "log.db"
        if kept:
            store(folder, path)
        clock = iter(BEGAN + timedelta(seconds=step) for step in range(len(kept), 10_000))
        with SQLiteRecorder(path, clock=clock.__next__, chance=Random(f"golden {len(kept)}").randbytes) as recorder:
            for fact in busy_county() if not kept else ():
                recorder.append([FactMapper().to_dcb_event(Tagged(tags=fact.tags(), decision=fact))])
                lacking.discard((fact.stored_name(), fact.v))
            for fact in examples():
                if (fact.stored_name(), fact.v) in lacking:
                    recorder.append([FactMapper().to_dcb_event(Tagged(tags=fact.tags(), decision=fact))])
                    lacking.discard((fact.stored_name(), fact.v))
            assert not lacking, f"no sample decision records {sorted(lacking)}; add one to tests/domain/decisions/crowd"
            now = list(recorder.entries())
        assert now[: len(kept)] == kept, "what was kept has changed; a golden log is only ever added to"
        if len(now) > len(kept):
            (folder / "log.jsonl").write_text("".join(_line(entry) for entry in now), encoding="utf-8")
            (folder / "log.db.gz").write_bytes(gzip.compress(path.read_bytes(), mtime=0))
    return len(now) - len(kept)


def _entry(position: int, name: str, recorded_at: str, tags: str, data: str, salt: str, leaf: str) -> Entry:
    return Entry(position, name, data.encode(), tags, recorded_at, bytes.fromhex(salt), bytes.fromhex(leaf))


def _line(entry: Entry) -> str:
    row = {
        "position": entry.position,
        "name": entry.name,
        "recorded_at": entry.recorded_at,
        "tags": entry.tags,
        "data": entry.data.decode(),
        "salt": entry.salt.hex(),
        "leaf": entry.leaf.hex(),
    }
    return json.dumps(row, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    keep()
