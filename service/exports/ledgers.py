"""Use cases of the ledger as a file: as plain-text accounting (beancount), and as a spreadsheet."""

from __future__ import annotations

from datetime import date
from itertools import chain
from pathlib import Path

from documents.ledger_sheet import ledger_sheet
from documents.standalone.pack_check.ledger import SAID, entries_of, ledger_pieces
from service.county import County
from service.exports.data_package import last_recorded
from service.files import whole_file, write_pieces
from service.ledger import ledger_at
from service.pack import fact_line
from service.registers import Moment, register_at
from service.sealing import resting_on
from texts import both

NAMING = ("unit.", "project.", "fund.")
"""Facts that say what things are called, beside those that move money."""


def write_beancount(county: County, at: Moment, path: Path) -> int:
    """Write every movement of money known and effective at a moment, above them what the file rests on.

    Returns how many movements there are.
    """
    rests = resting_on(county, at.position)
    stored = county.log.recorder.entries(until=at.position)
    facts = [fact_line(entry) for entry in stored if entry.name in SAID or entry.name.startswith(NAMING)]
    if at.as_of is not None:
        facts = [fact for fact in facts if date.fromisoformat(fact.effective_on) <= at.as_of]
    counting = [] if at.as_of is None else [both("data.ledger.as_of", day=at.as_of)]
    said = [line for pair in (*counting, rests.sentences) for line in (pair.zh, pair.en)]
    head = "".join(f"; {line}\n" for line in (*said, *(rests.note or "").splitlines()))
    whole_file(path, write_pieces(piece.encode() for piece in chain([head], ledger_pieces(facts))))
    return sum(1 for _ in entries_of(facts))


def write_ledger_sheet(county: County, at: Moment, path: Path) -> None:
    """Write the ledger at a moment as a spreadsheet. Raises `NothingRegistered`."""
    content = ledger_sheet(
        register_at(county, at),
        ledger_at(county, at),
        rests_on=resting_on(county, at.position).sentences,
        as_of=at.as_of,
        created=last_recorded(county, at),
    )
    whole_file(path, write_pieces([content]))
