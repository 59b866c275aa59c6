"""`tongchou audit seal`, `verify` and `checkpoint`: sign the log, look at it as it lies, hand checkpoints out (M32)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.options import DEFAULT_LANG, Json, Lang, Store, print_json, session, store_url, wide_console
from service.faults import Exit
from texts import text

checkpoint_app = typer.Typer(help="Checkpoints of the log, to be kept outside.", no_args_is_help=True)

KeyFile = Annotated[
    Path | None,
    typer.Option("--key", help="File of the private key. Default: TONGCHOU_KEY, or the user's config folder."),
]


def seal(key: KeyFile = None, store: Store = None, lang: Lang = DEFAULT_LANG, as_json: Json = False) -> None:
    """Sign a checkpoint of the log as it stands; with nothing new the last one is the answer."""
    from service.sealing import seal as seal_

    with session(store, lang, as_json) as here:
        done = seal_(here.county, key)
        said = text("audit.sealed" if done.is_new else "audit.sealed_before", lang, size=done.says.size)
        here.answer({"size": done.says.size, "new": done.is_new, "checkpoint": str(done.note)}, said)


def verify(
    pinned: Annotated[
        Path | None, typer.Option("--pinned", help="A checkpoint that was kept outside the store.")
    ] = None,
    key: Annotated[Path | None, typer.Option("--key", help="A public key of this log that was kept outside.")] = None,
    store: Store = None,
    lang: Lang = DEFAULT_LANG,
    as_json: Json = False,
) -> None:
    """Compute everything anew from the bytes as they lie; exit 0 only when all is well, else name the first place."""
    from service.auditing import fault_said, report_json, verify_store

    report = verify_store(store_url(store), pinned, key)
    if as_json:
        print_json(report_json(report))
    else:
        console = wide_console()
        for fault in report.faults:
            console.print(f"✗ {fault_said(fault, lang)}", markup=False, soft_wrap=True)
        for position in report.replaced_at:
            console.print(text("audit.key_replaced", lang, position=position), soft_wrap=True)
        for name, (size, _) in report.witnessed.items():
            console.print(text("audit.witnessed", lang, name=name, size=size), markup=False, soft_wrap=True)
        values = {"facts": report.facts, "sealed": report.sealed, "unsealed": report.unsealed}
        console.print(text("audit.well" if report.well else "audit.not_well", lang, **values), soft_wrap=True)
    if not report.well:
        raise typer.Exit(Exit.REFUSED)


@checkpoint_app.command("show")
def show(store: Store = None, lang: Lang = DEFAULT_LANG, as_json: Json = False) -> None:
    """Print the newest checkpoint, with every signature under it."""
    from service.sealing import newest

    with session(store, lang, as_json) as here:
        note, says = newest(here.county.log.recorder)
        if as_json:
            print_json({"size": says.size, "checkpoint": str(note)})
        else:
            typer.echo(str(note), nl=False)


@checkpoint_app.command("export")
def export(
    file: Annotated[Path, typer.Argument(help="Where to write it.")],
    since: Annotated[
        int | None,
        typer.Option("--since", min=0, help="With the proof that it grew from so many facts: what a witness asks for."),
    ] = None,
    store: Store = None,
    lang: Lang = DEFAULT_LANG,
    as_json: Json = False,
) -> None:
    """Write the newest checkpoint into a file, to be kept outside or co-signed."""
    from service.sealing import export_checkpoint

    with session(store, lang, as_json) as here:
        size = export_checkpoint(here.county, file, since)
        here.answer({"size": size, "file": str(file)}, text("cli.wrote", lang, path=file))


@checkpoint_app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="The checkpoint as the witness gave it back.")],
    store: Store = None,
    lang: Lang = DEFAULT_LANG,
    as_json: Json = False,
) -> None:
    """Keep the co-signatures under a checkpoint of this log."""
    from service.sealing import import_checkpoint

    with session(store, lang, as_json) as here:
        done = import_checkpoint(here.county, file)
        names = ", ".join(line.name for line in done.note.signatures)
        said = text("audit.kept" if done.is_new else "audit.kept_before", lang, size=done.says.size, names=names)
        content = {"size": done.says.size, "new": done.is_new, "signatures": [s.name for s in done.note.signatures]}
        here.answer(content, said)
