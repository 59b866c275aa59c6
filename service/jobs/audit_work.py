"""Long work of an audit: a past plan solved again, the record verified as it lies, the pack that proves it."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from service.auditing import report_json, verify_store
from service.jobs.asks import PackAsk, ResolveAsk, VerifyAsk
from service.jobs.bench import Bench, JobNews
from service.jobs.kinds import Content, Kind
from service.pack import write_pack
from service.resolving import resolve as resolved_again
from service.resolving import resolved_json

PACK = "pack.zip"


def resolve(bench: Bench, ask: ResolveAsk) -> Content:
    """Solve a past plan again from the log alone."""
    return resolved_json(resolved_again(bench.county, ask.plan, listener=bench.search))


def pack(bench: Bench, ask: PackAsk) -> Content:
    """Write all that proves the record into one file, and check it as anyone would."""
    bench.told(JobNews("pack"))
    packed = write_pack(bench.county, bench.own_folder() / PACK, until=ask.until, lang=ask.lang)
    figures = {"facts": packed.facts, "unsealed": packed.unsealed, "bytes": packed.bytes}
    return {**figures, "right": packed.checked.right, "files": [PACK]}


def verify(bench: Bench, ask: VerifyAsk) -> Content:
    """Compute everything anew from the bytes as they lie, and name the first bad place."""
    bench.told(JobNews("verify"))
    with ExitStack() as files:
        folder = Path(files.enter_context(TemporaryDirectory(prefix="tongchou-job-")))
        pinned = None if ask.checkpoint is None else _file(folder / "checkpoint", ask.checkpoint)
        key = None if ask.key is None else _file(folder / "key", ask.key)
        return report_json(verify_store(bench.workshop.store, pinned, key))


def _file(path: Path, content: str) -> Path:
    path.write_text(content, encoding="utf-8")
    return path


KINDS: tuple[Kind, ...] = (
    Kind("resolve", ResolveAsk, resolve),
    Kind("pack", PackAsk, pack),
    Kind("verify", VerifyAsk, verify),
)
