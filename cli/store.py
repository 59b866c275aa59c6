"""`tongchou store`: check it, back it up, move it, make its tables anew, list what is on the record."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.markup import escape

from cli.heads import table_of
from cli.options import DEFAULT_LANG, AsOf, Json, KnownAt, Lang, Position, Store, answer, session, store_url
from service.access.opening import forget_person
from service.auditing import fault_said
from service.faults import Exit
from service.ledger import rebuild_views
from service.registers import counting
from service.safekeeping import back_up, check_store, migrate, restore, upgrade
from texts import text

app = typer.Typer(
    help="Look after the store: check, back up, restore, move, upgrade; list the record.", no_args_is_help=True
)


@app.command("check")
def check(store: Store = None, lang: Lang = DEFAULT_LANG, as_json: Json = False) -> None:
    """Look at every fact, leaf and tag, compute every table anew and compare; exit 1 when anything is wrong."""
    done = check_store(store_url(store))
    position, found = done.report.facts, [fault_said(fault, lang) for fault in done.report.faults]
    if found:
        said = "\n".join([*map(escape, found), text("store.flawed", lang, position=position)])
    else:
        said = text("cli.tables_same" if done.fine else "cli.tables_differ", lang, position=position)
    content = {"position": position, "faults": found, "same": done.same, "balanced": done.balanced}
    answer(content, said, as_json=as_json)
    if not done.fine:
        raise typer.Exit(Exit.REFUSED)


@app.command("backup")
def backup(
    path: Annotated[Path, typer.Argument(help="The new file; it must not exist yet.")],
    store: Store = None,
    lang: Lang = DEFAULT_LANG,
    as_json: Json = False,
) -> None:
    """Write a whole, checked copy of the store, names included, while others go on recording."""
    with session(store, lang, as_json) as here:
        position = back_up(here.county, path)
        here.answer(
            {"position": position, "path": str(path)}, text("store.backed_up", lang, position=position, path=path)
        )


@app.command("restore")
def restore_(
    path: Annotated[Path, typer.Argument(help="The backup.")],
    store: Store = None,
    lang: Lang = DEFAULT_LANG,
    as_json: Json = False,
) -> None:
    """Put a backup back where no store is, or where one is a beginning of it."""
    done = restore(store_url(store), path)
    said = text("store.restored", lang, before=done.before, position=done.position)
    answer({"before": done.before, "position": done.position}, said, as_json=as_json)


@app.command("migrate")
def migrate_(
    url: Annotated[str, typer.Argument(help="Address of the new store, such as postgresql://HOST/NAME.")],
    store: Store = None,
    lang: Lang = DEFAULT_LANG,
    as_json: Json = False,
) -> None:
    """Copy the record with its proofs, and the names, to a store of another kind or place."""
    with session(store, lang, as_json) as here:
        position = migrate(here.county, store_url(url))
        here.answer({"position": position}, text("store.migrated", lang, position=position))


@app.command("upgrade")
def upgrade_(store: Store = None, lang: Lang = DEFAULT_LANG, as_json: Json = False) -> None:
    """Bring a store of an older release to the format of this one; the old file is kept beside it."""
    kept = upgrade(store_url(store))
    said = text("store.upgraded", lang, kept=kept) if kept else text("store.up_to_date", lang)
    answer({"kept": str(kept) if kept else None}, said, as_json=as_json)


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
    as_of: AsOf = None,
    known_at: KnownAt = None,
    position: Position = None,
    store: Store = None,
    lang: Lang = DEFAULT_LANG,
    as_json: Json = False,
) -> None:
    """List what is on the record, or was at a moment, oldest first."""
    with session(store, lang, as_json) as here:
        rows: list[dict[str, object]] = []
        table = table_of("position", "recorded", "fact", "about", "by", "counts_from", "why", lang=lang)
        known = counting(here.county, here.moment(as_of, known_at, position), tags=tag, after=after)
        for recorded in islice(known, limit):
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
    """Erase a person's name and account for good; the facts keep an id nobody can resolve any more."""
    with session(store, lang, as_json) as here:
        forgotten = forget_person(store_url(store), here.county, person)
        said = text("cli.forgotten" if forgotten else "cli.unknown_person", lang, person=person)
        here.answer({"forgotten": forgotten}, said)
