"""`tongchou plans`: list, read and verify plans; the steps of their lives are in `decisions.py` and `special.py`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from cli.approval_sheet import approval_sheet
from cli.heads import table_of
from cli.notice_sheet import notice_sheet
from cli.options import DEFAULT_LANG, AsOf, Json, KnownAt, Lang, Position, Session, Store, print_json, session
from domain.decisions.plans import UnknownPlan
from domain.money import yuan
from service.faults import Exit
from service.outputs import console_summary, plan_object, write_outputs
from service.plan_reading import findings, life_of, planned, standing
from service.sealing import resting_on
from texts import has, text

app = typer.Typer(help="Plans: list, read, verify, and take them from proposal to notice.", no_args_is_help=True)


app.command("notice-sheet")(notice_sheet)
app.command("approval-sheet")(approval_sheet)


@app.command("list")
def list_(
    as_of: AsOf = None,
    known_at: KnownAt = None,
    position: Position = None,
    store: Store = None,
    lang: Lang = DEFAULT_LANG,
    as_json: Json = False,
) -> None:
    """Every plan with its state and its sum."""
    with session(store, lang, as_json) as here:
        rows = standing(here.county, here.moment(as_of, known_at, position))
        table = table_of("plan", "state", "sum", lang=here.lang, figures=("sum",))
        for plan, state, fen in rows:
            table.add_row(plan, text(f"times.state.{state}", here.lang), yuan(fen, unit=False))
        here.answer([{"plan": p, "state": s, "amount_fen": f} for p, s, f in rows], table)


@app.command("show")
def show(
    plan: Annotated[str, typer.Argument(help="Code of the plan.")],
    out: Annotated[
        Path | None, typer.Option("--out", help="Also write table, report and plan.json into this folder.")
    ] = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    position: Position = None,
    store: Store = None,
    lang: Lang = DEFAULT_LANG,
    as_json: Json = False,
) -> None:
    """A plan's summary, its life so far, and its lines as JSON; with --out the papers again."""
    with session(store, lang, as_json) as here:
        at = here.moment(as_of, known_at, position)
        found = planned(here.county, plan, at)
        if as_json:
            print_json(plan_object(found.computed, plan_id=plan))
        else:
            here.console.print(console_summary(found, lang))
            here.console.print(_life(here, life_of(here.county, plan, at)))
        if out is not None:
            for path in write_outputs(found, out, lang=lang, rests_on=resting_on(here.county, at.position)):
                here.console.print(text("cli.wrote", lang, path=path), soft_wrap=True)


@app.command("life")
def life(
    plan: Annotated[str, typer.Argument(help="Code of the plan.")],
    as_of: AsOf = None,
    known_at: KnownAt = None,
    position: Position = None,
    store: Store = None,
    lang: Lang = DEFAULT_LANG,
    as_json: Json = False,
) -> None:
    """Every step a plan has taken and every objection to it: when, by whom, why."""
    with session(store, lang, as_json) as here:
        at = here.moment(as_of, known_at, position)
        steps = life_of(here.county, plan, at)
        if not steps:
            raise UnknownPlan(plan=plan)
        heads = ("position", "recorded_at", "effective_on", "state", "by", "why", "document")
        here.answer([dict(zip(heads, step, strict=True)) for step in steps], _life(here, steps))


def _life(here: Session, steps: Iterable[Sequence[object]]) -> Table:
    heads = ("position", "recorded", "counts_from", "state", "by", "why", "document")
    table = table_of(*heads, lang=here.lang)
    for step in steps:
        table.add_row(*(_cell(here, head, cell) for head, cell in zip(heads, step, strict=True)))
    return table


def _cell(here: Session, head: str, cell: object) -> str:
    state, _, objection = str(cell or "").partition(" ")
    key = f"times.state.{state}"
    return f"{text(key, here.lang)} {objection}".rstrip() if head == "state" and has(key) else str(cell or "")


@app.command("verify")
def verify(
    plan: Annotated[str, typer.Argument(help="Code of the plan.")],
    as_of: AsOf = None,
    known_at: KnownAt = None,
    position: Position = None,
    store: Store = None,
    lang: Lang = DEFAULT_LANG,
    as_json: Json = False,
) -> None:
    """Check a plan against the register and policy it came from, without any solver; exit 1 when something is wrong."""
    with session(store, lang, as_json) as here:
        found = findings(here.county, plan, here.moment(as_of, known_at, position))
        said = "\n".join(found) if found else text("cli.verified", here.lang, plan=plan)
        here.answer({"plan": plan, "verified": not found, "findings": found}, said)
        if found:
            raise typer.Exit(Exit.REFUSED)
