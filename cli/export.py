"""`tongchou export`: one step of a plan as an MPS or LP file, and the value whoever solves it must find."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.options import DEFAULT_LANG, AsOf, Json, KnownAt, Lang, Position, Store, session
from texts import text


def export(
    file: Annotated[Path, typer.Argument(help="Where to write: a name that ends in .mps or .lp.")],
    plan: Annotated[str | None, typer.Option("--plan", help="Code of the plan. Default: the newest.")] = None,
    step: Annotated[
        str | None, typer.Option("--step", help="A step of its strict order, such as welfare. Default: the last.")
    ] = None,
    tight: Annotated[
        bool, typer.Option("--tight/--plain", help="One column per unit and set of projects, or one per project.")
    ] = True,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    position: Position = None,
    store: Store = None,
    lang: Lang = DEFAULT_LANG,
    as_json: Json = False,
) -> None:
    """Write one step of a plan as a model that other programs solve; earlier steps are rows of it."""
    from service.exporting import export_step, format_of
    from service.outputs import step_name

    format_of(file)
    with session(store, lang, as_json) as here:
        at = here.moment(as_of, known_at, position)
        done = export_step(here.county, file, plan=plan, step=step, tight=tight, at=at)
        if as_json:
            fields = ("plan", "step", "sense", "unit", "columns", "rows", "value", "bound", "proven")
            here.answer({"file": str(file), **{name: getattr(done, name) for name in fields}}, None)
            return
        size = {"columns": f"{done.columns:,}", "rows": f"{done.rows:,}"}
        typer.echo(
            text(
                "export.wrote", lang, path=file, plan=done.plan, step=done.step, name=step_name(done.step, lang), **size
            )
        )
        if not done.proven:
            typer.echo(text("export.open", lang, value=done.value, bound=done.bound))
        typer.echo(text("export.value", lang, value=done.value))
