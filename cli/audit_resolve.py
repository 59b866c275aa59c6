"""`tongchou audit resolve`: a past plan solved again from the log alone, and what differs when it is another."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table

from cli.options import DEFAULT_LANG, Json, Lang, Store, session, wide_console
from cli.searching import searching
from service.faults import Exit
from service.resolving import resolve as resolved_again
from service.resolving import resolved_json
from service.worker import shared_worker
from texts import text


def resolve(
    plan: Annotated[str, typer.Argument(help="Code of the plan.")],
    store: Store = None,
    lang: Lang = DEFAULT_LANG,
    as_json: Json = False,
) -> None:
    """Solve a past plan again from the log alone; exit 1, naming what differs, when it is not the same plan."""
    worker = shared_worker()
    worker.start()
    with session(store, lang, as_json) as here:
        console = wide_console(stderr=as_json)
        done = searching(console, lang, lambda listener: resolved_again(here.county, plan, worker, listener))
        said = text("resolve.same" if done.same else "resolve.other", lang, plan=plan, hash=done.plan_hash)
        if not here.as_json:
            here.console.print(said, soft_wrap=True)
            if done.by_hand:
                here.console.print(text("resolve.by_hand", lang, count=done.by_hand))
        table = Table(*(text(f"resolve.head.{head}", lang) for head in ("what", "recorded", "now")))
        for one in done.differing:
            table.add_row(_what(one.what, here.lang), one.recorded, one.now)
        if here.as_json or done.differing:
            here.answer(resolved_json(done), table)
        if not done.same:
            raise typer.Exit(Exit.REFUSED)


def _what(what: str, lang: Lang) -> str:
    kind, _, name = what.partition(" ")
    return text(f"resolve.what.{kind}", lang, name=name)
