"""Register files over HTTP: what an import would change, and the import; every fault at its cell (M03, M33)."""

from __future__ import annotations

from collections import Counter
from typing import Annotated

import msgspec
from fastapi import APIRouter, File, Form, Query, UploadFile
from pydantic import BaseModel, ConfigDict, Field

from api.access import PLAN, may
from api.repeating import DecisionRoute
from api.strict import FormText
from api.writing import REFUSED, Asking
from domain.decisions.filed import Kept
from domain.facts import Mandate
from service.branch_compare import Difference
from service.county import County, Receipt
from service.days import Day
from service.register_uploads import Upload, import_upload, preview_upload
from texts.recorded import recorded

router = APIRouter(route_class=DecisionRoute, tags=["register"])
CHANGES_MAX = 1000
Flat = str | int | bool | None
Row = dict[str, Flat]
Value = Flat | list[Flat | Row] | Row
"""A cell, or what an entry holds of others (tranches, indicators): exact figures as text, sums in whole fen."""


class KeptOut(BaseModel):
    """A cell left as the record has it: a decision moved it, and the file says nothing new."""

    model_config = ConfigDict(title="KeptCell")

    kind: Annotated[str, Field(examples=["unit"])]
    code: Annotated[str, Field(examples=["V012"])]
    field: Annotated[str, Field(examples=["backward"])]
    in_file: Annotated[Value, Field(description="What the file says.")]
    in_record: Annotated[Value, Field(description="What the record says.")]


class ImportChange(BaseModel):
    """One field of one entry that the import would change."""

    model_config = ConfigDict(title="ImportChange")

    entry: Annotated[str, Field(description="What it is about.", examples=["unit:V012"])]
    field: Annotated[str, Field(examples=["households"])]
    before: Annotated[Value, Field(description="As the record has it; null where it has nothing.")] = None
    after: Annotated[Value, Field(description="As it would be.")] = None


class ImportOut(BaseModel):
    """What an import recorded, or would record."""

    model_config = ConfigDict(title="RegisterImport")

    recorded: Annotated[bool, Field(description="Whether anything was recorded; false for a dry run.")]
    position: Annotated[int, Field(ge=0, description="That of the last fact, or how far the record was read.")]
    facts: Annotated[
        dict[str, int],
        Field(
            description="Stored name -> how many; none: the file says nothing new.", examples=[{"unit.corrected": 3}]
        ),
    ]
    kept: list[KeptOut]
    changes: Annotated[
        list[ImportChange], Field(description=f"Of a dry run: what would change, at most {CHANGES_MAX} of it.")
    ]
    changes_total: Annotated[int, Field(ge=0, description="Of a dry run: how many fields would change.")]
    repeated: Annotated[bool, Field(description="Whether this very command had been carried out before.")] = False
    branch: Annotated[str | None, Field(description="The branch it was recorded on; null: the record.")] = None


@router.post("/register-imports", dependencies=[may(PLAN, scope="county")], responses=REFUSED)
def import_register(
    asking: Asking,
    file: Annotated[UploadFile, File(description="An .xlsx, or a zip of CSV files (and `areas.geojson`).")],
    areas: Annotated[UploadFile | None, File(description="GeoJSON with the outline of every unit.")] = None,
    why: Annotated[FormText, Form(max_length=2000, description="Default: import of the file by its name.")] = "",
    effective_on: Annotated[Day | None, Form(description="The day it counts from. Default: today.")] = None,
    document: Annotated[FormText | None, Form(max_length=200, description="The document it rests on.")] = None,
    dry_run: Annotated[bool, Query(description="Only say what would change; nothing is recorded.")] = False,
) -> ImportOut:
    """Record what is new or changed in a register file, all of it or nothing; a faulty file names every faulty cell."""
    register = Upload(file.filename or "", file.file)
    outlines = None if areas is None else Upload(areas.filename or "", areas.file)

    def mandate(county: County) -> Mandate:
        return asking.mandate(county, why or recorded("import", file=register.name)[:200], effective_on, document)

    with asking.county() as county:
        changes: list[Difference] = []
        kept: tuple[Kept, ...] = ()
        if dry_run:
            preview = preview_upload(county, register, outlines, mandate)
            receipt, kept, changes = preview.imported.receipt, preview.imported.kept, preview.changes
        else:

            def work() -> Receipt:
                nonlocal kept
                imported = import_upload(county, register, outlines, mandate(county))
                kept = imported.kept
                return imported.receipt

            receipt = asking.once(county, work)
        return ImportOut(
            recorded=bool(receipt.recorded) and not dry_run,
            position=county.log.head() if dry_run else receipt.position,
            facts=dict(sorted(Counter(one.fact.stored_name() for one in receipt.recorded).items())),
            kept=[
                KeptOut(
                    kind=one.kind,
                    code=one.code,
                    field=one.field,
                    in_file=_plain(one.in_file),
                    in_record=_plain(one.in_record),
                )
                for one in kept
            ],
            changes=[
                ImportChange(entry=one.entry, field=one.field, before=_plain(one.left), after=_plain(one.right))
                for one in changes[:CHANGES_MAX]
            ],
            changes_total=len(changes),
            repeated=receipt.repeated,
            branch=county.branch,
        )


def _plain(value: object) -> Value:
    plain: Value = msgspec.to_builtins(value)
    return plain
