"""`tongchou plan`: the main job, from a register to a recorded, verified plan and the papers to hand in."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from cli.options import DEFAULT_ACTOR, As, Json, Lang, Store, print_json, session
from service.county import Actor, County
from service.outputs import console_summary, plan_object, write_outputs
from service.planning import Computed, SearchNews, compute, draft_and_propose
from service.prepare import prepare
from service.registers import DEFAULT_REGISTER, shipped_registers


def plan(
    register: Annotated[
        str | None, typer.Option("--register", help="A shipped register (x-county, middlesbrough), or a register file or folder.")
    ] = None,
    policy: Annotated[Path | None, typer.Option("--policy", help="A policy file to adopt first.")] = None,
    store: Store = None,
    out: Annotated[Path, typer.Option("--out", help="Folder for the table, the report and plan.json.")] = Path("out"),
    actor: As = DEFAULT_ACTOR,
    lang: Lang = "en",
    as_json: Json = False,
) -> None:
    """Split the money: import the register if the store is empty, compute the best plan, verify it, record it, hand it out."""
    chosen = _store(store, register)
    console = Console(stderr=as_json)
    with session(chosen, lang, as_json, must_exist=False) as here:
        county = here.county
        console.print(f"Store: {county.store}", soft_wrap=True, highlight=False)
        who = Actor.parse(actor)
        for said in prepare(county, who, register=register, policy=policy):
            console.print(said, soft_wrap=True, highlight=False)
        computed = _searching(county, console)
        planned = draft_and_propose(county, computed, who)
        recorded = "recorded" if planned.receipt else "already on the record"
        if as_json:
            print_json(plan_object(computed))
            if out != Path("out"):
                write_outputs(planned, out, lang=lang)
            return
        console.print(console_summary(planned, lang))
        console.print(f"Plan {planned.plan_id} is {planned.state}, {recorded} at position {county.log.head()}.", highlight=False)
        for path in write_outputs(planned, out, lang=lang):
            console.print(f"Wrote {path}", soft_wrap=True, highlight=False)


def _store(store: str | None, register: str | None) -> str | None:
    """Another shipped county gets a store of its own unless one is named."""
    if store or os.environ.get("TONGCHOU_STORE") or register in (None, DEFAULT_REGISTER):
        return store
    return f"sqlite:///tongchou-{register}.db" if register in shipped_registers() else None


def _searching(county: County, console: Console) -> Computed:
    """Compute the plan with a line that shows how far the search is."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("Reading the case")

        def show(news: SearchNews) -> None:
            reached = "no plan yet" if news.value is None else f"value {news.value:,}, at best {news.bound:,}"
            progress.update(task, description=f"{news.step}: {reached}")

        return compute(county, listener=show)
