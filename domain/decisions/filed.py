"""What register files said last, and how a new file is compared: only what the file says anew changes the record (M33).

Three versions meet when a file is imported: what files said before (`FiledFold`), the record as it stands after every
decision since, and the new file. A cell that says what it said before changes nothing, whatever was decided since: a
unit struck off stays struck off, a correction by hand stays. A cell that says something new is recorded, unless the
record says the same already. Sets (haves) and tables (indicators, quantities) are compared entry by entry.

What files said is known from the facts imports recorded, and from first entries whoever made them. So one thing is not
remembered: a cell that only caught up with a decision recorded nothing. If another decision moves it once more, that
cell counts as newly said at the next import; the correction this gives is on the record like any other.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from domain.facts.base import Fact, Mandate
from domain.facts.funds import FundAnnounced, PledgeMade, TrancheAnnounced
from domain.facts.projects import ProjectProposed
from domain.facts.register import UnitRegistered
from domain.folds import RegisterFold

IMPORTED = "register.import"
"""What facts of an import give as their cause, before whatever cause the import itself had."""

_ENTRIES = (UnitRegistered, ProjectProposed, FundAnnounced, TrancheAnnounced, PledgeMade)

Record = TypeVar("Record", bound=msgspec.Struct)


class Kept(Struct, frozen=True, kw_only=True):
    """A cell that was left as the record has it, because the file says nothing new and a decision moved it since."""

    kind: str
    code: str
    field: str
    in_file: object
    in_record: object


def as_import(mandate: Mandate) -> Mandate:
    """The mandate under which an import records, recognisable as such."""
    cause = f"{IMPORTED} {mandate.cause}"[:128] if mandate.cause else IMPORTED
    return replace(mandate, cause=cause)


class FiledFold(RegisterFold):
    """The register as first entries and files have told it; facts of other decisions are ignored."""

    def __init__(self) -> None:
        super().__init__()
        self.projects_filed: set[str] = set()
        """Projects that entered the library by a file; of the others, files do not say stage, start or rank."""

    def apply(self, fact: Fact) -> None:
        """Take in one fact, if an import recorded it or something entered the record with it."""
        if not (fact.mandate.cause or "").startswith(IMPORTED):
            if isinstance(fact, _ENTRIES):
                super().apply(fact)
            return
        if isinstance(fact, ProjectProposed):
            self.projects_filed.add(fact.project)
        super().apply(fact)


def merged(
    filed: Record | None, now: Record, wanted: Record, *, kind: str, code: str, fields: Iterable[str] | None = None
) -> tuple[Record, list[Kept]]:
    """The record after a file said `wanted`, and the cells of the file that were left because they say nothing new.

    Without `filed` (the thing was never in a file) every cell says something new.
    """
    if wanted == now:
        return now, []
    changes: dict[str, object] = {}
    kept: list[Kept] = []
    for name in fields or wanted.__struct_fields__:
        in_file, in_record = getattr(wanted, name), getattr(now, name)
        if in_file == in_record:
            continue
        said = getattr(filed, name) if filed is not None else None
        value = in_file if filed is None else _cell(name, said, in_record, in_file)
        if value == in_record:
            kept.append(Kept(kind=kind, code=code, field=name, in_file=in_file, in_record=in_record))
        else:
            changes[name] = value
    return replace(now, **changes), kept


def _cell(name: str, said: object, in_record: object, in_file: object) -> object:
    """The value of one cell after the file: what it adds, takes away or changes against what it said before."""
    if in_file == said:
        return in_record
    if name == "haves" and isinstance(said, tuple) and isinstance(in_record, tuple) and isinstance(in_file, tuple):
        lost = set(said) - set(in_file)
        return tuple(sorted((set(in_record) | (set(in_file) - set(said))) - lost))
    if isinstance(said, dict) and isinstance(in_record, dict) and isinstance(in_file, dict):
        after = {key: value for key, value in in_record.items() if key in in_file or key not in said}
        after.update({key: value for key, value in in_file.items() if key not in said or said[key] != value})
        return after
    return in_file
