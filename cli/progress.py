"""`tongchou progress`: how far every project has come, as of any date and as known at any moment (M20)."""

from __future__ import annotations

from typing import Annotated

import msgspec
import typer

from cli.heads import table_of
from cli.options import DEFAULT_LANG, AsOf, Json, KnownAt, Lang, Position, Store, session
from domain.money import yuan
from service.progress import progress_at
from service.registers import day_of
from texts import text

FIGURES = ("funded", "committed", "paid", "share")


def progress(
    township: Annotated[str | None, typer.Option("--township", help="Only projects of this township.")] = None,
    unit: Annotated[str | None, typer.Option("--unit", help="Only projects of this unit.")] = None,
    late: Annotated[bool, typer.Option("--late", help="Only projects past their day.")] = False,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    position: Position = None,
    store: Store = None,
    lang: Lang = DEFAULT_LANG,
    as_json: Json = False,
) -> None:
    """Per project: the furthest step and its day, money funded, committed and paid, the day it is due, and lateness."""
    with session(store, lang, as_json) as here:
        at = here.moment(as_of, known_at, position)
        found = progress_at(here.county, at, township=township, unit=unit, late_only=late)
        day = day_of(here.county, at)
        title = text("times.progress", here.lang, position=at.position, day=day)
        heads = ("project", "name", "unit", "step", "since", *FIGURES, "due", "late")
        table = table_of(*heads, lang=here.lang, figures=FIGURES, title=title)
        for one in found:
            table.add_row(
                one.project,
                one.name_zh if here.lang == "zh" else one.name_en or one.name_zh,
                one.unit,
                text(f"times.step.{one.step}", here.lang),
                str(one.days.get(one.step, "")),
                *(yuan(fen, unit=False) for fen in (one.funded_fen, one.committed_fen, one.paid_fen)),
                f"{one.paid_percent}%",
                str(one.due_on),
                text("times.yes", here.lang) if one.late else "",
            )
        content = {
            "position": at.position,
            "as_of": at.as_of,
            "day": day,
            "projects": [{**msgspec.to_builtins(one), "paid_percent": one.paid_percent} for one in found],
        }
        here.answer(content, table if found else text("times.progress_none", here.lang))
