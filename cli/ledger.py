"""`tongchou ledger`: what became of every fund's money, as of any date and as known at any moment (M07, M33)."""

from __future__ import annotations

from typing import Annotated

import msgspec
import typer

from cli.heads import table_of
from cli.options import DEFAULT_LANG, AsOf, Json, KnownAt, Lang, Position, Store, session
from domain.money import yuan
from service.ledger import ledger_at
from service.sealing import resting_on
from texts import text

FIGURES = ("announced", "arrived", "committed", "disbursed", "returned", "free", "open")


def ledger(
    as_of: AsOf = None,
    known_at: KnownAt = None,
    position: Position = None,
    fund: Annotated[str | None, typer.Option("--fund", help="Only this fund.")] = None,
    store: Store = None,
    lang: Lang = DEFAULT_LANG,
    as_json: Json = False,
) -> None:
    """Per fund, unit and project: announced, arrived, committed, disbursed, returned; what is free and what is open."""
    with session(store, lang, as_json) as here:
        at = here.moment(as_of, known_at, position)
        rows = [r for r in ledger_at(here.county, at) if fund in (None, r.fund)]
        title = text(f"times.ledger{'_as_of' if at.as_of else ''}", here.lang, position=at.position, day=at.as_of)
        table = table_of("fund", "unit", "project", *FIGURES, lang=here.lang, figures=FIGURES, title=title)
        for row in rows:
            amounts = [getattr(row, f"{figure}_fen") for figure in FIGURES]
            table.add_row(row.fund, row.unit or "", row.project or "", *(yuan(fen, unit=False) for fen in amounts))
        content = {"position": at.position, "as_of": at.as_of, "rows": [msgspec.to_builtins(r) for r in rows]}
        here.answer({**content, "rests_on": resting_on(here.county, at.position).as_json()}, table)
