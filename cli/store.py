"""`tongchou store`: check the tables against the log, make them anew, list what is on the record."""

from __future__ import annotations

from typing import Annotated

import msgspec
import typer
from rich.table import Table

from cli.options import DEFAULT_LANG, Json, Lang, Store, session
from service.faults import Exit
from service.ledger import check_views, rebuild_views
from texts import text

app = typer.Typer(help="Look after the store: check and rebuild its tables, list the record.", no_args_is_help=True)


@app.command("check")
def check(store: Store = None, lang: Lang = DEFAULT_LANG, as_json: Json = False) -> None:
    """Compute every table anew from the log and compare; exit 1 when anything differs."""
    with session(store, lang, as_json) as here:
        done = check_views(here.county)
        fine = done.same and done.balanced
        said = text("cli.tables_same" if fine else "cli.tables_differ", here.lang, position=done.position)
        here.answer({"position": done.position, "same": done.same, "balanced": done.balanced}, said)
        if not fine:
            raise typer.Exit(Exit.REFUSED)


@app.command("rebuild")
def rebuild(store: Store = None, lang: Lang = DEFAULT_LANG, as_json: Json = False) -> None:
    """Forget the tables and compute them anew from the log."""
    with session(store, lang, as_json) as here:
        position = rebuild_views(here.county)
        here.answer({"position": position}, text("cli.rebuilt", here.lang, position=position))


@app.command("facts")
def facts(
    after: Annotated[int, typer.Option("--after", min=0, help="Begin after this position.")] = 0,
    tag: Annotated[
        list[str] | None, typer.Option("--tag", help="Only facts about this, such as fund:service or unit:V012.")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="At most so many.")] = 50,
    store: Store = None,
    lang: Lang = DEFAULT_LANG,
    as_json: Json = False,
) -> None:
    """List what is on the record, oldest first."""
    with session(store, lang, as_json) as here:
        rows: list[dict[str, object]] = []
        table = Table("position", "recorded at (UTC)", "fact", "about", "by", "counts from", "why")
        for recorded in here.county.log.facts(after=after, tags=tag):
            if len(rows) == limit:
                break
            fact, mandate = recorded.fact, recorded.fact.mandate
            about = [t for t in fact.tags() if not t.startswith("command:")]
            who = here.county.people.name_of(mandate.person) or mandate.person
            rows.append(
                {
                    "position": recorded.position,
                    "recorded_at": recorded.recorded_at.isoformat(),
                    "fact": msgspec.to_builtins(fact),
                }
            )
            table.add_row(
                str(recorded.position),
                f"{recorded.recorded_at:%Y-%m-%d %H:%M:%S}",
                fact.stored_name(),
                " ".join(about),
                f"{who}@{mandate.post}",
                str(mandate.effective_on),
                mandate.why,
            )
        here.answer(rows, table)


@app.command("forget")
def forget(
    person: Annotated[str, typer.Argument(help="The person's name, as given to --as.")],
    store: Store = None,
    lang: Lang = DEFAULT_LANG,
    as_json: Json = False,
) -> None:
    """Erase a person's name for good; the facts keep an id nobody can resolve any more."""
    with session(store, lang, as_json) as here:
        forgotten = here.county.people.erase(person)
        said = text("cli.forgotten" if forgotten else "cli.unknown_person", lang, person=person)
        here.answer({"forgotten": forgotten}, said)
