"""`tongchou plan`: the main job, from a register to a recorded, verified plan and the papers to hand in."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from cli.options import (
    DEFAULT_ACTOR,
    DEFAULT_LANG,
    As,
    Json,
    Lang,
    Store,
    print_json,
    session,
    store_url,
    wide_console,
)
from cli.searching import Engine, Limit, Seed, Within, how, searching
from service.collision_words import finding_said
from service.county import Actor, store_is_new
from service.names import Names
from service.outputs import console_summary, plan_object, state_name, write_outputs
from service.planning import compute, draft_and_propose
from service.prepare import prepare
from service.registers import DEFAULT_REGISTER, must_be_readable, register_path, shipped_registers
from service.sealing import resting_on
from texts import text


def plan(
    register: Annotated[
        str | None,
        typer.Option(
            "--register",
            help="A shipped register (x-county, middlesbrough, city-reward), or a register file or folder.",
        ),
    ] = None,
    policy: Annotated[Path | None, typer.Option("--policy", help="A policy file to adopt first.")] = None,
    store: Store = None,
    out: Annotated[Path, typer.Option("--out", help="Folder for the table, the report and plan.json.")] = Path("out"),
    actor: As = DEFAULT_ACTOR,
    lang: Lang = DEFAULT_LANG,
    as_json: Json = False,
    engine: Engine = None,
    seed: Seed = None,
    limit: Limit = None,
    within: Within = None,
) -> None:
    """Split the money: import the register if the store is empty, compute the best plan, verify, record, hand out."""
    asked = how(engine, seed, limit, within)
    chosen = _store(store, register)
    console = wide_console(stderr=as_json)
    if register is not None and store_is_new(store_url(chosen)):
        must_be_readable(register_path(register))
    with session(chosen, lang, as_json, must_exist=False) as here:
        county = here.county
        console.print(text("cli.store", lang, store=county.store), soft_wrap=True)
        who = Actor.parse(actor)
        for said in prepare(county, who, register=register, policy=policy, lang=lang):
            console.print(said, soft_wrap=True)
        computed = searching(console, lang, lambda listener: compute(county, listener=listener, how=asked))
        names = Names.of(computed.register, computed.loaded.policy)
        for notice in computed.notices:
            console.print(finding_said(notice, lang, names), soft_wrap=True)
        planned = draft_and_propose(county, computed, who)
        if as_json:
            print_json(plan_object(planned.computed))
            if out != Path("out"):
                write_outputs(planned, out, lang=lang, rests_on=resting_on(county))
            return
        console.print(console_summary(planned, lang))
        said = "cli.plan_recorded" if planned.receipt else "cli.plan_same"
        values = {"plan": planned.plan_id, "state": state_name(planned.state, lang)}
        position = {"position": county.log.head()} if planned.receipt else {}
        console.print(text(said, lang, **values, **position))
        if county.branch is not None and out == Path("out"):  # where the papers of the record lie
            out = out / f"branch-{county.branch}"
        for path in write_outputs(planned, out, lang=lang, rests_on=resting_on(county)):
            console.print(text("cli.wrote", lang, path=path), soft_wrap=True)


def _store(store: str | None, register: str | None) -> str | None:
    """Another shipped county gets a store of its own unless one is named."""
    if store or os.environ.get("TONGCHOU_STORE") or register in (None, DEFAULT_REGISTER):
        return store
    return f"sqlite:///tongchou-{register}.db" if register in shipped_registers() else None
