"""`tongchou plans notice-sheet`: the public notice on paper, for the county and for every unit."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.options import DEFAULT_LANG, Json, Lang, Store, session
from texts import text


def notice_sheet(
    plan: Annotated[str, typer.Argument(help="Code of the plan.")],
    out: Annotated[Path, typer.Option("--out", help="The folder to write the sheets into.")],
    store: Store = None,
    lang: Lang = DEFAULT_LANG,
    as_json: Json = False,
) -> None:
    """Write the notice (公示, 公告): all units, how to object; per unit a sheet with its proof as a QR code."""
    from service.notices import write_notice

    with session(store, lang, as_json) as here:
        done = write_notice(here.county, plan, out, lang=lang)
        content = {"folder": str(done.folder), "units": done.units, "proven": done.proven}
        here.answer(content, text("notice.written", lang, folder=done.folder, units=done.units))
