"""`tongchou plans approval-sheet`: the sheet the leading group signs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.options import DEFAULT_LANG, Json, Lang, Store, session
from texts import text


def approval_sheet(
    plan: Annotated[str, typer.Argument(help="Code of the plan.")],
    out: Annotated[Path, typer.Option("--out", help="The file to write.")],
    store: Store = None,
    lang: Lang = DEFAULT_LANG,
    as_json: Json = False,
) -> None:
    """Write the approval sheet (审批表): funds, townships, proof, who took which step, and room to sign."""
    from service.approvals import write_approval

    with session(store, lang, as_json) as here:
        write_approval(here.county, plan, out, lang=lang)
        here.answer({"file": str(out)}, text("approval.written", lang, path=out))
