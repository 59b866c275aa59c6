"""Everything that can be fetched as a file: by which name, of which media type, and what writes it.

A file is made of the record at a moment and of nothing else, so its version can be told before it is made.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from documents.open_data.geojson import MEDIA_TYPE as GEOJSON
from domain.money import Lang
from service.certificates import CERTIFICATE, certificate_of, json_text
from service.county import County
from service.exporting import export_step
from service.exports.data_package import write_package
from service.exports.ledgers import write_beancount, write_ledger_sheet
from service.exports.oc4ids import PREFIX_SETTING, write_oc4ids
from service.exports.units_map import write_geojson
from service.files import whole_file, write_pieces
from service.outputs import JSON, REPORT, TABLE, papers_of
from service.plan_reading import planned
from service.registers import Moment, register_at
from service.sealing import kept, resting_on
from texts import text

EDITION = 1
"""Raised when the same facts give other bytes than before."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Export:
    """One file the record can be handed out as."""

    name: str
    media_type: str
    write: Callable[[County, Moment, Path], object]


EXPORTS: dict[str, Export] = {
    one.name: one
    for one in (
        Export("datapackage.zip", "application/zip", write_package),
        Export("oc4ids.json", "application/json", write_oc4ids),
        Export("units.geojson", GEOJSON, write_geojson),
        Export("ledger.beancount", "text/plain; charset=utf-8", write_beancount),
        Export("ledger.xlsx", XLSX, write_ledger_sheet),
    )
}
PAPERS: dict[str, str] = {
    TABLE: XLSX,
    REPORT: "text/html; charset=utf-8",
    JSON: "application/json",
    CERTIFICATE: "application/json",
    "model.mps": "text/plain; charset=us-ascii",
    "model.lp": "text/plain; charset=us-ascii",
}
"""The files of one plan, each with its media type."""


def version_of(county: County, at: Moment, *what: str) -> str:
    """The same for the same file: of which facts it is made, how far they are sealed, how it is named and set up."""
    recorder = county.log.recorder
    seals = [str(note) for note, _ in kept(recorder)]
    made_of = (EDITION, recorder.store_id, at.position, at.as_of, os.environ.get(PREFIX_SETTING), *what, *seals)
    return hashlib.sha256(repr(made_of).encode()).hexdigest()[:32]


def file_name(county: County, at: Moment, name: str, lang: Lang, plan: str | None = None) -> str:
    """What a person's computer may call the file: county, what it is, and which plan or moment. Raises
    `NothingRegistered`."""
    register = register_at(county, at)
    place = (register.name_zh, register.name_en)[lang == "en"] or register.county
    moment = plan or "-".join(str(part) for part in (at.position, at.as_of) if part is not None)
    stem, _, ending = name.rpartition(".")
    said = f"{place}-{text(f'data.file.{stem}', lang)}-{moment}.{ending}"
    return "".join(" " if sign in '\\/:*?"<>|' or not sign.isprintable() else sign for sign in said)[:150]


def write_paper(county: County, at: Moment, path: Path, name: str, plan: str, *, lang: Lang, step: str | None) -> None:
    """Write one paper of a plan as it is or was at a moment; `step` says which model, by default of the last step.

    Raises `UnknownPlan`, `UnknownStep`, `PlanNotCertifiable`.
    """
    if name.startswith("model."):
        export_step(county, path, plan=plan, step=step, at=at)
        return
    found = planned(county, plan, at)
    if name == CERTIFICATE:
        whole_file(path, write_pieces([json_text(certificate_of(found.computed)).encode()]))
        return
    whole_file(path, papers_of(found, lang=lang, rests_on=resting_on(county, at.position))[name])
