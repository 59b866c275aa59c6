"""The record as files other programs read: `tongchou export-ledger|export-package|export-oc4ids|export-geojson`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.options import DEFAULT_LANG, AsOf, Json, KnownAt, Lang, Position, Session, Store, session
from service.registers import Moment
from texts import text

Ledger = Annotated[Path, typer.Argument(help="The file to write, such as county.beancount.")]
Archive = Annotated[Path, typer.Argument(help="The archive to write, such as county.zip.")]
Projects = Annotated[Path, typer.Argument(help="The file to write, such as projects.json.")]
Outlines = Annotated[Path, typer.Argument(help="The file to write, such as units.geojson.")]
Prefix = Annotated[
    str | None,
    typer.Option("--prefix", help="The registered prefix of project ids. Default: TONGCHOU_OC4IDS_PREFIX."),
]


def export_ledger(
    file: Ledger,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    position: Position = None,
    store: Store = None,
    lang: Lang = DEFAULT_LANG,
    as_json: Json = False,
) -> None:
    """Write every movement of money in the format of beancount, a plain-text ledger: `bean-check` adds it up anew."""
    from service.exports.ledgers import write_beancount

    with session(store, lang, as_json) as here:
        count = write_beancount(here.county, here.moment(as_of, known_at, position), file)
        here.answer({"file": str(file), "movements": count}, text("pack.ledger", lang, file=file, movements=count))


def export_package(
    file: Archive,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    position: Position = None,
    store: Store = None,
    lang: Lang = DEFAULT_LANG,
    as_json: Json = False,
) -> None:
    """Write register, plans, ledger and decisions as a Frictionless data package: CSV that says what it holds."""
    from service.exports.data_package import write_package

    with session(store, lang, as_json) as here:
        at = here.moment(as_of, known_at, position)
        write_package(here.county, at, file)
        _wrote(here, file, at)


def export_oc4ids(
    file: Projects,
    prefix: Prefix = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    position: Position = None,
    store: Store = None,
    lang: Lang = DEFAULT_LANG,
    as_json: Json = False,
) -> None:
    """Write the project library as open contracting data for infrastructure (OC4IDS)."""
    from service.exports.oc4ids import write_oc4ids

    with session(store, lang, as_json) as here:
        at = here.moment(as_of, known_at, position)
        write_oc4ids(here.county, at, file, prefix=prefix)
        _wrote(here, file, at)


def export_geojson(
    file: Outlines,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    position: Position = None,
    store: Store = None,
    lang: Lang = DEFAULT_LANG,
    as_json: Json = False,
) -> None:
    """Write the units with their outlines and their money as GeoJSON, for maps."""
    from service.exports.units_map import write_geojson

    with session(store, lang, as_json) as here:
        at = here.moment(as_of, known_at, position)
        write_geojson(here.county, at, file)
        _wrote(here, file, at)


def _wrote(here: Session, file: Path, at: Moment) -> None:
    said = text("data.wrote", here.lang, file=file, position=at.position, bytes=f"{file.stat().st_size:,}")
    here.answer({"file": str(file), "position": at.position, "as_of": at.as_of, "bytes": file.stat().st_size}, said)
