"""Imports: a register file is chosen, looked at (every fault at its cell, or what would change), and recorded.

The file is kept between the steps (`service/staged.py`), so each step has an address that can be loaded again, and
recording twice is one decision: its command key is the name the file is kept under.
"""

from __future__ import annotations

import io
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, File, Form, Request, Response, UploadFile
from fastapi.responses import RedirectResponse

from api.access import PLAN, Caller, Served, may
from api.problems import RequestUnclear, status_of
from domain.errors import Refusal
from domain.facts import Mandate
from domain.register import Register
from service.access.principal import Principal
from service.branch_compare import Difference
from service.county import County
from service.entry_words import field_words, value_words
from service.faults import FAMILIES, explain
from service.faulty_rows import ROWS_SHOWN, RegisterFaults, faulty_rows
from service.register_shelf import name_if_known
from service.register_uploads import Preview, Upload, import_upload, preview_upload
from service.registers import current_register, write_empty_template
from texts import Both
from web.rendering import looked, page

router = APIRouter(include_in_schema=False)
ENTRIES_SHOWN, KEPT_SHOWN = 200, 100
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
AS_PLANNER = may(PLAN, scope="county")


@dataclass(frozen=True)
class ChangedEntry:
    """One entry an import adds or changes, with its fields as they were and would be."""

    kind: str
    code: str
    called: Both
    """Its name on the record; empty for a new one."""
    added: bool
    fields: tuple[tuple[Both, Both, Both], ...]
    """Field, as it is, as it would be."""


@router.get("/register/import", dependencies=[AS_PLANNER])
def import_page(request: Request, served: Served) -> Response:
    """Choose a file."""
    with served.county() as county:
        return page("import.html.j2", looked(request, county), said=())


@router.get("/register/import/template", dependencies=[AS_PLANNER])
def empty_template() -> Response:
    """An empty spreadsheet to fill in, every column explained."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "register.xlsx"
        write_empty_template(path)
        content = path.read_bytes()
    return Response(content, media_type=XLSX, headers={"content-disposition": "attachment; filename=register.xlsx"})


@router.post("/register/import", dependencies=[AS_PLANNER])
def stage_import(
    served: Served,
    caller: Caller,
    file: Annotated[UploadFile, File()],
    areas: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """Take a file to look at it."""
    name = served.staged.keep(caller.account, _upload(file), _upload(areas) if areas and areas.filename else None)
    return RedirectResponse(f"/register/import/{name}", 303)


@router.get("/register/import/{name}", dependencies=[AS_PLANNER])
def staged_import(request: Request, served: Served, caller: Caller, name: str) -> Response:
    """What is wrong with a file, or what it would change."""
    return _looked_at(request, served, caller, name)


@router.post("/register/import/{name}", dependencies=[AS_PLANNER])
def record_import(
    request: Request,
    served: Served,
    caller: Caller,
    name: str,
    why: Annotated[str, Form(max_length=2000)] = "",
    document: Annotated[str, Form(max_length=200)] = "",
    effective_on: Annotated[str, Form(max_length=10)] = "",
) -> Response:
    """Record what is new or changed, all of it or nothing."""
    try:
        with served.staged.opened(caller.account, name) as (register, areas), served.county() as county:
            mandate = county.mandate(
                caller.actor,
                why=why,
                effective_on=_day(effective_on),
                document=document or None,
                command=f"import-{name}",
            )
            position = import_upload(county, register, areas, mandate).receipt.position
    except FAMILIES as fault:
        typed = {"why": why, "document": document, "effective_on": effective_on}
        return _looked_at(request, served, caller, name, fault, typed)
    served.staged.drop(caller.account, name)
    return RedirectResponse(f"/register?recorded={position}", 303)


def _looked_at(
    request: Request,
    served: Served,
    caller: Principal,
    name: str,
    refused: Exception | None = None,
    typed: dict[str, str] | None = None,
) -> Response:
    with served.staged.opened(caller.account, name) as (register, areas), served.county() as county:
        here = looked(request, county)
        shown: dict[str, Any] = {"faults": None, "preview": None, "file": register.name, "name": name}
        status = 200

        def mandate(branch: County) -> Mandate:
            return branch.mandate(caller.actor, why="preview", command=f"preview-{name}")

        try:
            shown |= _changes(preview_upload(county, register, areas, mandate), current_register(county))
        except RegisterFaults as fault:
            rows = faulty_rows(register, _again(areas), fault)
            shown |= {"faults": rows, "count": fault.count, "rows_shown": ROWS_SHOWN}
            status = 422
        except FAMILIES as fault:
            refused = refused or fault
        said = explain(refused, here.lang) if refused is not None else None
        if said is not None:
            status = status_of(refused.code if isinstance(refused, Refusal) else said.code, said.exit)
        typed = typed or {"why": "", "document": "", "effective_on": ""}
        return page(
            "import_look.html.j2", here, status=status, said=said.sentences if said else (), typed=typed, **shown
        )


def _changes(preview: Preview, before: Register | None) -> dict[str, Any]:
    """What an import would do, as the page shows it."""
    receipt, kept = preview.imported.receipt, preview.imported.kept
    entries: dict[str, list[Difference]] = {}
    for one in preview.changes:
        entries.setdefault(one.entry, []).append(one)
    changed = [_entry(entry, fields, before) for entry, fields in entries.items()]
    return {
        "preview": True,
        "facts": len(receipt.recorded),
        "added": Counter(one.kind for one in changed if one.added),
        "additions": [one for one in changed if one.added][:ENTRIES_SHOWN],
        "changed": [one for one in changed if not one.added][:ENTRIES_SHOWN],
        "changed_count": sum(not one.added for one in changed),
        "kept": [(one.code, *_in_words(one.kind, one.field, one.in_file, one.in_record)) for one in kept[:KEPT_SHOWN]],
        "kept_count": len(kept),
    }


def _entry(entry: str, fields: Sequence[Difference], before: Register | None) -> ChangedEntry:
    kind, _, code = entry.partition(":")
    shown = tuple(_in_words(kind, one.field, one.left, one.right) for one in fields)
    called = name_if_known(before, kind, code)
    return ChangedEntry(kind, code or kind, called, all(one.left is None for one in fields), shown)


def _in_words(kind: str, field: str, left: object, right: object) -> tuple[Both, Both, Both]:
    return field_words(kind, field), value_words(field, left), value_words(field, right)


def _day(given: str) -> date | None:
    """The day that was typed. Raises `RequestUnclear`."""
    try:
        return date.fromisoformat(given) if given else None
    except ValueError:
        raise RequestUnclear(where="effective_on", given=given, expected="a date such as 2026-03-31") from None


def _upload(file: UploadFile) -> Upload:
    return Upload(file.filename or "register.xlsx", file.file)


def _again(areas: Upload | None) -> Upload | None:
    """The outlines from their beginning, to be read once more."""
    if areas is None:
        return None
    areas.content.seek(io.SEEK_SET)
    return areas
