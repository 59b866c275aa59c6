"""A lost power: what was answered stays, what was not is there whole or not at all, and the log goes on."""

from __future__ import annotations

import os
import random
import shutil
import signal
from pathlib import Path

import pytest

from history.examine import leaf_of
from tests.history.children import BATCH
from tests.history.examples import event, opened, said
from tests.history.test_processes import Child, child

LOG, AHEAD = "log.db", "log.db-wal"


def stopped(writer: Child) -> list[str]:
    """Hold the writer where it is; what it has answered by then."""
    writer.process.send_signal(signal.SIGSTOP)
    os.waitpid(writer.process.pid, os.WUNTRACED)
    while select_now(writer):
        pass
    return writer.lines()


def select_now(writer: Child) -> bool:
    before = len(writer.heard)
    writer.hear(0)
    return len(writer.heard) > before


def cut_the_power(tmp_path: Path, cuts: int, dice: random.Random) -> dict[str, int]:
    """Copy the files of a store as they lie while a writer is at work, and open the copies.

    What a machine that loses its power leaves is such a copy, less what had not reached the disk: of the write-ahead
    log any end may be missing, or be rubbish, as long as nothing of it was taken over into the file itself.
    """
    folder = tmp_path / "live"
    folder.mkdir()
    kinds = {"whole": 0, "short": 0, "rubbish": 0}
    copies: list[tuple[str, Path, int]] = []
    with opened(folder / LOG) as recorder:
        recorder.append([event("first")])
        assert recorder._writer.execute("PRAGMA synchronous").fetchone() == (2,), "every answer waits for the disk"
    untouched = (folder / LOG).read_bytes()
    with child("append_batches", f"sqlite:///{folder / LOG}", "writer") as writer:
        writer.hear_until(b"\n")
        for number in range(cuts):
            writer.hear(dice.uniform(0, 0.08))
            answered = len(stopped(writer))
            kind = dice.choice(sorted(kinds)) if (folder / LOG).read_bytes() == untouched else "whole"
            copy = tmp_path / f"{number}"
            copy.mkdir()
            for name in (LOG, AHEAD):
                shutil.copyfile(folder / name, copy / name)
            writer.process.send_signal(signal.SIGCONT)
            if kind != "whole":
                answered = 0
                with (copy / AHEAD).open("r+b") as ahead:
                    end = dice.randrange((copy / AHEAD).stat().st_size)
                    ahead.truncate(end)
                    ahead.seek(end)
                    ahead.write(dice.randbytes(9_000) if kind == "rubbish" else b"")
            copies.append((kind, copy, answered))
            kinds[kind] += 1
        writer.kill()
    with opened(folder / LOG) as recorder:
        final = said(recorder)
    for kind, copy, answered in copies:
        with opened(copy / LOG) as recorder:
            found = said(recorder)
            assert found == final[: len(found)], f"{kind}: a power cut leaves a beginning of the log"
            assert (len(found) - 1) % BATCH == 0, f"{kind}: an append is there whole or not at all"
            assert len(found) - 1 >= answered * BATCH, f"{kind}: what was answered is there"
            assert [entry.position for entry in recorder.entries() if leaf_of(entry) != entry.leaf] == []
            assert recorder.append([event("life goes on")]) == len(found) + 1
    return kinds


def test_the_files_of_a_store_at_any_moment_open_as_a_beginning_of_its_log(tmp_path: Path, dice: random.Random) -> None:
    cut_the_power(tmp_path, 12, dice)


@pytest.mark.slow
def test_a_hundred_power_cuts_leave_a_hundred_beginnings(tmp_path: Path, dice: random.Random) -> None:
    kinds = cut_the_power(tmp_path, 100, dice)
    assert kinds["whole"] > 10
    assert kinds["short"] + kinds["rubbish"] > 3
