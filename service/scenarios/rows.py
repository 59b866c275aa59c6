"""The rows of a sweep in their folder: each kept as soon as it is there, and read back by whoever goes on.

`cases.jsonl` begins with a line that says which sweep of which base it is of; each row is a line after it. A row is on
the disk before it counts, and a last line cut off by a death does not. While a sweep runs, the file is locked.
"""

from __future__ import annotations

import csv
import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from io import FileIO
from pathlib import Path
from typing import Any

from service.files import whole_file
from service.scenarios.sweep_faults import NotASweep, SweepOfAnother, SweepRowsDamaged, SweepUnderWay

Row = dict[str, Any]
ROWS, TABLE = "cases.jsonl", "cases.csv"
FORMAT = "sweep"
FORMAT_VERSION = 1
CRASHED = "crashed"
"""The state of a case whose process kept dying: the only one that is tried again when the sweep is gone on with."""


class KeptRows:
    """The rows of a sweep, in a file this process alone has."""

    def __init__(self, file: FileIO, path: Path, *, fresh: bool) -> None:
        self.path = path
        self._file = file
        content = file.read()
        lines = content.split(b"\n")[:-1]
        if content and (not lines or FORMAT not in (_object(lines[0]) or {})):
            if not _cut_heading(content):
                raise NotASweep(path=path)
            lines = []
        if fresh:
            lines = []
        self.heading: dict[str, Any] | None = _object(lines[0]) if lines else None
        self.rows: dict[int, Row] = {}
        for line, text in enumerate(lines[1:], 2):
            row = _object(text)
            if row is None or not isinstance(row.get("number"), int) or "state" not in row:
                raise SweepRowsDamaged(path=path, line=line)
            self.rows[row["number"]] = row
        self._whole = sum(len(line) + 1 for line in lines)

    def begin(self, heading: dict[str, Any]) -> None:
        """Make the file that of this sweep. Raises `SweepOfAnother` where it is that of another."""
        heading = {FORMAT: FORMAT_VERSION, **heading}
        if self.heading is not None:
            for what in heading.keys() | self.heading.keys():
                found, wanted = self.heading.get(what), heading.get(what)
                if found != wanted:
                    raise SweepOfAnother(path=self.path, what=what, found=found, wanted=wanted)
        self._file.truncate(self._whole)
        if self.heading is None:
            self._write(_line(heading))

    def left(self, size: int) -> Iterator[int]:
        """The cases that have no row yet, and those that crashed, in order."""
        known = {number for number, row in self.rows.items() if row["state"] != CRASHED}
        return (number for number in range(size) if number not in known)

    def keep(self, row: Row) -> None:
        """Keep a row; when this returns it is on the disk."""
        line = _line(row)
        end = os.fstat(self._file.fileno()).st_size + len(line)
        try:
            self._write(line)
        finally:  # Ctrl-C may come when the line is there and this does not know it yet
            if os.fstat(self._file.fileno()).st_size == end:
                self.rows[row["number"]] = row

    def in_order(self) -> list[Row]:
        """All rows there are, in the order of the cases."""
        return [self.rows[number] for number in sorted(self.rows)]

    def _write(self, line: bytes) -> None:
        while line:  # a full disk takes a part and refuses the rest
            line = line[self._file.write(line) :]
        os.fsync(self._file.fileno())


@contextmanager
def kept_rows(folder: Path, *, fresh: bool = False) -> Iterator[KeptRows]:
    """The rows in a folder, made if there is none. Raises `SweepUnderWay`, `NotASweep`, `SweepRowsDamaged`."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / ROWS
    with path.open("a+b", buffering=0) as file:  # every write goes to the end, whole or not
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # given back by the system when the process is gone
        except BlockingIOError as fault:
            raise SweepUnderWay(path=folder) from fault
        file.seek(0)
        yield KeptRows(file, path, fresh=fresh)


def _line(content: dict[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, sort_keys=True).encode() + b"\n"


def _object(line: bytes) -> dict[str, Any] | None:
    try:
        said = json.loads(line)
    except ValueError:
        return None
    return said if isinstance(said, dict) else None


def _cut_heading(content: bytes) -> bool:
    """Whether this is the beginning of a heading, whose sweep died while it wrote it."""
    return b"\n" not in content and content.startswith(b'{"cases": ')


def write_table(path: Path, rows: list[Row]) -> Path:
    """The rows as a CSV: coordinates, state, hashes and measures, a column each, in an order that does not change."""
    places = sorted({place for row in rows for place in row.get("at", {})})
    figures = sorted({name for row in rows for name in row.get("measures", {})})
    head = ["number", "case", *places, "state", "plan_hash", "instance_hash", *figures, "said", "repair"]

    def write(draft: Path) -> None:
        with draft.open("w", encoding="utf-8", newline="") as file:
            table = csv.writer(file)
            table.writerow(head)
            for row in rows:
                at, measures, run = row.get("at", {}), row.get("measures", {}), row.get("run", {})
                table.writerow(
                    [
                        row["number"],
                        row.get("case", ""),
                        *(at.get(place, "") for place in places),
                        row["state"],
                        row.get("plan_hash", ""),
                        run.get("instance_hash", ""),
                        *(measures.get(name, "") for name in figures),
                        row.get("said", ""),
                        row.get("repair", ""),
                    ]
                )

    for left_behind in path.parent.glob(f".{path.stem}.*{path.suffix}"):  # by one that was killed while it wrote
        left_behind.unlink(missing_ok=True)
    return whole_file(path, write)
