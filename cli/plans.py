"""`tongchou plans`: list, read and verify plans; the steps of their lives are in `decisions.py` and `special.py`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from cli.notice_sheet import notice_sheet
from cli.options import DEFAULT_LANG, Json, KnownAt, Lang, Position, Store, print_json, session
from domain.money import yuan
from service.faults import Exit
from service.outputs import console_summary, plan_object, write_outputs
from service.plan_reading import findings, life_of, planned, standing
from texts import text

app = typer.Typer(help="Plans: list, read, verify, and take them from proposal to notice.", no_args_is_help=True)


app.command("notice-sheet")(notice_sheet)


@app.command("list")
def list_(
    known_at: KnownAt = None,
    position: Position = None,
    store: Store = None,
    lang: Lang = DEFAULT_LANG,
    as_json: Json = False,
) -> None:
    """Every plan with its state and its sum."""
    with session(store, lang, as_json) as here:
        rows = standing(here.county, here.moment(None, known_at, position))
        table = Table("plan", "state", "sum (yuan)")
        for plan, state, fen in rows:
            table.add_row(plan, state, yuan(fen, unit=False))
        here.answer([{"plan": p, "state": s, "amount_fen": f} for p, s, f in rows], table)


@app.command("show")
def show(
    plan: Annotated[str, typer.Argument(help="Code of the plan.")],
    out: Annotated[
        Path | None, typer.Option("--out", help="Also write table, report and plan.json into this folder.")
    ] = None,
    known_at: KnownAt = None,
    position: Position = None,
    store: Store = None,
    lang: Lang = DEFAULT_LANG,
    as_json: Json = False,
) -> None:
    """A plan's summary, its life so far, and its lines as JSON; with --out the papers again."""
    with session(store, lang, as_json) as here:
        at = here.moment(None, known_at, position)
        found = planned(here.county, plan, at)
        if as_json:
            print_json(plan_object(found.computed, plan_id=plan))
        else:
            here.console.print(console_summary(found, lang))
            table = Table("position", "recorded at (UTC)", "counts from", "state", "by", "why", "document")
            for step in life_of(here.county, plan, at):
                table.add_row(*(str(cell or "") for cell in step))
            here.console.print(table)
        if out is not None:
            for path in write_outputs(found, out, lang=lang):
                here.console.print(text("cli.wrote", lang, path=path), soft_wrap=True)


@app.command("verify")
def verify(
    plan: Annotated[str, typer.Argument(help="Code of the plan.")],
    store: Store = None,
    lang: Lang = DEFAULT_LANG,
    as_json: Json = False,
) -> None:
    """Check a plan against the register and policy it came from, without any solver; exit 1 when something is wrong."""
    with session(store, lang, as_json) as here:
        found = findings(here.county, plan)
        said = "\n".join(found) if found else text("cli.verified", here.lang, plan=plan)
        here.answer({"plan": plan, "verified": not found, "findings": found}, said)
        if found:
            raise typer.Exit(Exit.REFUSED)
