"""Decisions that need a use case of their own: admitting a project, committing a line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from cli.options import DEFAULT_ACTOR, As, Command, Document, EffectiveOn, Json, Lang, Store, Why, session
from cli.sums import as_fen, say
from service.plan_life import commit_line
from service.projects import admit


def commit(
    plan: Annotated[str, typer.Argument(help="Code of the plan.")],
    line: Annotated[str, typer.Argument(help="The line: fund.unit or fund.project.")],
    amount: Annotated[str | None, typer.Option("--amount", help="In yuan. Default: what of the line is not committed yet.")] = None,
    commitment: Annotated[str | None, typer.Option("--commitment", help="Its code. Default: plan.line.")] = None,
    store: Store = None,
    actor: As = DEFAULT_ACTOR,
    why: Why = "",
    effective_on: EffectiveOn = None,
    document: Document = None,
    command: Command = None,
    lang: Lang = "en",
    as_json: Json = False,
) -> None:
    """Reserve the money of one approved plan line out of what has arrived (M07)."""
    with session(store, lang, as_json) as here:
        mandate = here.mandate(actor, why, effective_on, document, command)
        fen = None if amount is None else as_fen("--amount", amount)
        say(here, commit_line(here.county, plan, line, mandate, commitment=commitment, amount_fen=fen))


def admit_project(
    project: Annotated[str, typer.Argument(help="Code of the project.")],
    store: Store = None,
    actor: As = DEFAULT_ACTOR,
    why: Why = "",
    effective_on: EffectiveOn = None,
    document: Document = None,
    command: Command = None,
    lang: Lang = "en",
    as_json: Json = False,
) -> None:
    """Admit a project to the library, so that it can be funded."""
    with session(store, lang, as_json) as here:
        say(here, admit(here.county, project, here.mandate(actor, why, effective_on, document, command)))


COMMANDS: dict[str, dict[str, Callable[..., None]]] = {"money": {"commit": commit}, "project": {"admit": admit_project}}
