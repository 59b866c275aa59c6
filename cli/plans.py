"""`tongchou plans`: list and read plans, and take them from proposal to notice (M27)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from cli.options import (
    DEFAULT_ACTOR,
    As,
    Command,
    Document,
    EffectiveOn,
    Json,
    KnownAt,
    Lang,
    OptionUnclear,
    Position,
    Store,
    Why,
    print_json,
    session,
)
from cli.sums import as_fen, say
from domain.money import yuan
from service.faults import Exit
from service.outputs import console_summary, plan_object, write_outputs
from service.plan_life import adjust, approve, propose
from service.plan_reading import findings, life_of, planned, standing

app = typer.Typer(help="Plans: list, read, verify, and take them from proposal to notice.", no_args_is_help=True)


@app.command("list")
def list_(known_at: KnownAt = None, position: Position = None, store: Store = None, lang: Lang = "en", as_json: Json = False) -> None:
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
    out: Annotated[Path | None, typer.Option("--out", help="Also write table, report and plan.json into this folder.")] = None,
    known_at: KnownAt = None,
    position: Position = None,
    store: Store = None,
    lang: Lang = "en",
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
                here.console.print(f"Wrote {path}", soft_wrap=True, highlight=False)


@app.command("verify")
def verify(
    plan: Annotated[str, typer.Argument(help="Code of the plan.")], store: Store = None, lang: Lang = "en", as_json: Json = False
) -> None:
    """Check a plan against the register and policy it was computed from, without any solver; exit 1 when something is wrong."""
    with session(store, lang, as_json) as here:
        found = findings(here.county, plan)
        text = "\n".join(found) if found else f"Plan {plan} keeps every rule, to the fen."
        here.answer({"plan": plan, "verified": not found, "findings": found}, text)
        if found:
            raise typer.Exit(Exit.REFUSED)


@app.command("propose")
def propose_(
    plan: Annotated[str, typer.Argument(help="Code of the plan.")],
    store: Store = None,
    actor: As = DEFAULT_ACTOR,
    why: Why = "",
    effective_on: EffectiveOn = None,
    document: Document = None,
    command: Command = None,
    lang: Lang = "en",
    as_json: Json = False,
) -> None:
    """Put a drafted or adjusted plan before the leading group."""
    with session(store, lang, as_json) as here:
        say(here, propose(here.county, plan, here.mandate(actor, why, effective_on, document, command)))


@app.command("approve")
def approve_(
    plan: Annotated[str, typer.Argument(help="Code of the plan.")],
    store: Store = None,
    actor: As = DEFAULT_ACTOR,
    why: Why = "",
    effective_on: EffectiveOn = None,
    document: Document = None,
    command: Command = None,
    lang: Lang = "en",
    as_json: Json = False,
) -> None:
    """Verify a plan once more and make it binding; who proposed it cannot (M27)."""
    with session(store, lang, as_json) as here:
        say(here, approve(here.county, plan, here.mandate(actor, why, effective_on, document, command)))


@app.command("adjust")
def adjust_(
    plan: Annotated[str, typer.Argument(help="Code of the plan.")],
    lines: Annotated[list[str], typer.Option("--line", help="LINE=YUAN, such as service.V012=31000; 0 takes a line out. Repeat for more.")],
    reason: Annotated[str, typer.Option("--reason", help="Why the plan is changed by hand.")],
    store: Store = None,
    actor: As = DEFAULT_ACTOR,
    effective_on: EffectiveOn = None,
    document: Document = None,
    command: Command = None,
    lang: Lang = "en",
    as_json: Json = False,
) -> None:
    """Change lines of a draft by hand: re-verified, with its reason, and with what it costs against the optimum."""
    changes = {}
    for given in lines:
        name, equals, amount = given.rpartition("=")
        if not equals:
            raise OptionUnclear(option="--line", given=given[:40], expected="LINE=YUAN, such as service.V012=31000")
        changes[name] = as_fen("--line", amount)
    with session(store, lang, as_json) as here:
        receipt, cost = adjust(here.county, plan, changes, reason, here.mandate(actor, reason, effective_on, document, command))
        if as_json:
            print_json({"position": receipt.position, "cost": cost})
            return
        say(here, receipt)
        for objective, loss in cost.items():
            here.console.print(f"{objective}: costs {loss} against the optimum", highlight=False)
