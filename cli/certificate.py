"""`tongchou certificate`: write the portable proof of a plan, and check one as anybody would."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.options import DEFAULT_LANG, AsOf, Json, KnownAt, Lang, Position, Store, print_json, session, wide_console
from service.certificates import Checked, check_files, check_plan, prove_impossible, write_certificate
from service.faults import Exit
from service.outputs import plan_object
from service.plan_reading import newest
from texts import text

app = typer.Typer(help="The portable proof of a plan: write it, check it with plain arithmetic.", no_args_is_help=True)


@app.command("write")
def write(
    plan: Annotated[str | None, typer.Argument(help="Code of the plan. Default: the newest.")] = None,
    out: Annotated[Path, typer.Option("--out", help="The certificate; plan, register and script go beside it.")] = Path(
        "out/certificate.json"
    ),
    as_of: AsOf = None,
    known_at: KnownAt = None,
    position: Position = None,
    store: Store = None,
    lang: Lang = DEFAULT_LANG,
    as_json: Json = False,
) -> None:
    """Write the certificate of a plan with all that is needed to check it on any computer with Python."""
    with session(store, lang, as_json) as here:
        found = newest(here.county, plan, here.moment(as_of, known_at, position))
        written = write_certificate(found.computed, out, plan_object(found.computed, plan_id=found.plan_id))
        if as_json:
            print_json({"plan": found.plan_id, "written": [str(path) for path in written]})
            return
        for path in written:
            here.console.print(text("cli.wrote", lang, path=path), soft_wrap=True)
        here.console.print(text("certificate.how", lang, folder=out.parent), soft_wrap=True)


@app.command("impossible")
def impossible(
    out: Annotated[Path, typer.Option("--out", help="The proof; register and script go beside it.")] = Path(
        "out/impossible.json"
    ),
    store: Store = None,
    lang: Lang = DEFAULT_LANG,
    as_json: Json = False,
) -> None:
    """Where the rules cannot all hold: write a proof of that which anybody can check."""
    with session(store, lang, as_json) as here:
        written = prove_impossible(here.county, out)
        if as_json:
            print_json({"written": [str(path) for path in written]})
            return
        for path in written:
            here.console.print(text("cli.wrote", lang, path=path), soft_wrap=True)


@app.command("check")
def check(
    subject: Annotated[
        str | None, typer.Argument(help="A plan on the record, or a folder or certificate. Default: the newest plan.")
    ] = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    position: Position = None,
    store: Store = None,
    lang: Lang = DEFAULT_LANG,
    as_json: Json = False,
) -> None:
    """Run the stand-alone script over a plan and its certificate; exit 1 when anything stated is not right."""
    if subject is not None and Path(subject).exists():
        tell(check_files(Path(subject), lang=lang, as_json=as_json))
        return
    with session(store, lang, as_json) as here:
        found = newest(here.county, subject, here.moment(as_of, known_at, position))
        content = plan_object(found.computed, plan_id=found.plan_id)
        tell(check_plan(found.computed, content, lang=lang, as_json=as_json))


def tell(checked: Checked) -> None:
    """Print what a stand-alone script said; exit 1 where it found something wrong."""
    wide_console(stderr=not checked.right).print(checked.said, soft_wrap=True, markup=False)
    if not checked.right:
        raise typer.Exit(Exit.REFUSED)
