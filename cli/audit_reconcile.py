"""`tongchou audit reconcile`: a bank statement against the payments on record; exit 1 when anything does not agree."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.options import DEFAULT_LANG, AsOf, Json, KnownAt, Lang, Position, Store, as_date, print_json, session
from service.asking.reconciliation import DAYS, reconciled
from service.faults import Exit
from texts import text


def reconcile(
    statement: Annotated[
        Path, typer.Argument(help="The bank's statement, .csv or .xlsx; headers in Chinese or English.")
    ],
    since: Annotated[str | None, typer.Option("--from", help="First day, YYYY-MM-DD; else the statement's.")] = None,
    until: Annotated[str | None, typer.Option("--to", help="Last day, likewise.")] = None,
    days: Annotated[int, typer.Option("--days", min=0, max=366, help="How far two days may be apart.")] = DAYS,
    out: Annotated[Path | None, typer.Option("--out", help="Also write every row into this .xlsx or .csv.")] = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    position: Position = None,
    store: Store = None,
    lang: Lang = DEFAULT_LANG,
    as_json: Json = False,
) -> None:
    """Compare a bank statement with what was paid and came back: matched, differing, only here, only there."""
    with session(store, lang, as_json) as here:
        found = reconciled(
            here.county,
            statement,
            here.moment(as_of, known_at, position),
            since=as_date("--from", since),
            until=as_date("--to", until),
            days=days,
        )
        if out is not None:
            found.write(out, lang)
        if as_json:
            print_json(found.json())
        else:
            here.console.print(found.table(lang))
            if out is not None:
                here.console.print(text("cli.wrote", lang, path=out), soft_wrap=True)
        if not found.fine:
            raise typer.Exit(Exit.REFUSED)
