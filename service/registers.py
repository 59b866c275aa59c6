"""Use cases of the register: which ones are shipped, importing one, and what it said at any moment."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from domain.decisions.filed import Kept
from domain.decisions.register import ImportRegister
from domain.facts import Fact, Mandate
from domain.folds import NothingRegistered
from domain.register import Register
from history.log import Receipt, Recorded
from service.county import County

if TYPE_CHECKING:
    from intake.limits import Limits

DEFAULT_REGISTER = "x-county"


def library() -> Path:
    """The folder of shipped registers and scenarios."""
    return Path(str(files("scenarios"))) / "library"


def shipped_registers() -> list[str]:
    """Names of the registers that come with the product, in order."""
    return sorted(p.name for p in library().iterdir() if (p / "units.csv").is_file())


def shipped_for(county: str) -> str | None:
    """The shipped register whose county has this code; None for a county of the user's own."""
    for name in shipped_registers():
        with (library() / name / "county.csv").open(encoding="utf-8", newline="") as file:
            if any(row["code"] == county for row in csv.DictReader(file)):
                return name
    return None


def register_path(name_or_path: str) -> Path:
    """A shipped register by its name, otherwise a path as given."""
    return library() / name_or_path if name_or_path in shipped_registers() else Path(name_or_path)


def register_of(name_or_path: str) -> Register:
    """A register that is on no record: a shipped one by its name, or a file. Raises what is wrong with it."""
    from intake.register_file import read_register

    return read_register(register_path(name_or_path))


def must_be_readable(path: Path, *, areas: Path | None = None) -> None:
    """Raise what is wrong with a register file before anything, such as a store, is made for it."""
    from intake.register_file import read_register

    read_register(path, areas=areas)


def write_empty_template(path: Path) -> None:
    """An empty, commented register spreadsheet to fill in."""
    from intake.template import write_template

    write_template(path)


@dataclass(frozen=True)
class Imported:
    """What an import recorded: facts by stored name; empty when the file said nothing new."""

    register: Register
    """The register as the file gives it."""
    receipt: Receipt
    facts: dict[str, int]
    kept: tuple[Kept, ...]
    """Cells left as the record has them, because a decision moved them and the file says nothing new."""


def import_register(
    county: County, path: Path, mandate: Mandate, *, areas: Path | None = None, limits: Limits | None = None
) -> Imported:
    """Read a register file and record what is new or changed, all of it or nothing.

    Raises `RegisterFaults` with every faulty cell, `IntakeFault` for a file that cannot be read, or the decision's
    refusal; then nothing was recorded. A file may name what the record holds already: further funds alone will do.
    """
    from intake.register_file import read_register

    wanted = read_register(path, areas=areas, base=current_register(county), limits=limits)
    decision = ImportRegister(mandate=mandate, wanted=wanted)
    receipt = county.decide(decision)
    counts = Counter(recorded.fact.stored_name() for recorded in receipt.recorded)
    return Imported(wanted, receipt, dict(sorted(counts.items())), tuple(decision.kept))


@dataclass(frozen=True)
class Moment:
    """A point in both times: the facts recorded up to `position`, of which those whose effective_on is not after
    `as_of` (None: all), in the order they were recorded.

    Whatever is read at a moment is what these facts make of it. A fact that comes late, or corrects, thus changes what
    the past looks like from today, and never what it looked like before.
    """

    position: int
    as_of: date | None = None
    known_on: date | None = None
    """The day the position was asked by, where it was: it may be later than that of the last fact."""


def moment(
    county: County, *, as_of: date | None = None, known_at: datetime | None = None, position: int | None = None
) -> Moment:
    """The moment a question is about; by default everything known now."""
    head = county.log.head()
    if known_at is not None:
        return Moment(min(head, county.log.position_at(known_at)), as_of, known_at.date())
    return Moment(head if position is None else min(position, head), as_of)


def counting(
    county: County,
    at: Moment,
    types: Collection[type[Fact]] | None = None,
    tags: Collection[str] | None = None,
    *,
    after: int = 0,
) -> Iterator[Recorded]:
    """The facts (of some kinds, with some tags) that were known at a moment and count by its date, in order."""
    for recorded in county.log.facts(after=after, until=at.position, types=types, tags=tags):
        if at.as_of is None or recorded.fact.mandate.effective_on <= at.as_of:
            yield recorded


def day_of(county: County, at: Moment) -> date:
    """The day a moment is seen from: that by which facts count, or was known; else today, or that of the last fact."""
    if at.as_of is not None or at.known_on is not None:
        return at.as_of or min(at.known_on or county.today(), county.today())
    if at.position >= county.log.head():
        return county.today()
    last = next(iter(county.log.facts(after=max(at.position, 1) - 1, until=max(at.position, 1))))
    return last.recorded_at.date()


def current_register(county: County) -> Register | None:
    """The register as it stands; None while nothing is registered."""
    try:
        return register_at(county, moment(county))
    except NothingRegistered:
        return None


def register_at(county: County, at: Moment) -> Register:
    """The register as known and effective at a moment. Raises `NothingRegistered` where there was none yet."""
    return county.views.snapshot(county.log, position=at.position, as_of=at.as_of)


def registered(county: County, at: Moment) -> bool:
    """Whether there was a register at a moment."""
    return county.views.register(county.log, position=at.position, as_of=at.as_of).county is not None
