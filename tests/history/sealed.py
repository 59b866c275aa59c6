"""A real log to be attacked: the sealed year of the small county, with facts after its last checkpoint, as one file."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from domain.decisions.funds import AmendFund
from history.log import Log
from history.mapper import FactMapper
from history.note import PublicKey, SigningKey
from history.port import Checkpoint
from history.sqlite import SQLiteRecorder
from history.verify import Report, verify
from tests.history.attacks import as_one_file
from tests.history.examples import ToldClock, chance
from tests.pack.sealed_year import sealed_year
from tests.service.small import PLANNER


@dataclass(frozen=True)
class Sealed:
    """The file, and what somebody outside has kept of it: a checkpoint and a public key."""

    path: Path
    pinned: bytes
    first_key: PublicKey
    key: SigningKey
    """The last private key: some attackers have that too."""
    checkpoints: tuple[Checkpoint, ...]
    head: int

    @property
    def sizes(self) -> list[int]:
        """How many facts each checkpoint covers."""
        return [one.size for one in self.checkpoints]

    def copied(self, folder: Path) -> Path:
        """A copy to be attacked."""
        return Path(shutil.copy(self.path, folder / "attacked.db"))


def make_sealed(folder: Path) -> Sealed:
    """The year, sealed thrice (twice co-signed, its key rotated), and two facts after that."""
    with sealed_year(folder) as year:
        for amount_fen in (6_600_000, 6_700_000):
            year.county.decide(AmendFund(mandate=year.by(PLANNER), fund="service", new_amount_fen=amount_fen))
        recorder = year.county.log.recorder
        checkpoints = tuple(recorder.checkpoints())
        made = checkpoints[-1].note.encode(), year.first_key, year.key, checkpoints, recorder.head()
    path = folder / "county.db"
    as_one_file(path)
    return Sealed(path, *made)


def opened(path: Path) -> Log:
    """The log in a file."""
    return Log(SQLiteRecorder(path, clock=ToldClock(), chance=chance), FactMapper())


def verified(path: Path, pinned: bytes | None = None, key: PublicKey | None = None) -> Report:
    """The store in a file, verified."""
    with opened(path) as log:
        return verify(log, pinned, key)
