"""`tongchou trace`: a yuan back to the posts that decided, or a clause forward to the yuan it moved (M32)."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.options import (
    DEFAULT_LANG,
    AsOf,
    Json,
    KnownAt,
    Lang,
    OptionUnclear,
    Position,
    Store,
    print_json,
    session,
)
from service.asking.clauses import moved_by
from service.asking.targets import targets_of
from service.asking.tracing import Several, trace


class TraceUnclear(OptionUnclear):
    """Neither or more than one thing to trace."""

    code = "trace-unclear"
    sentence_en = "A trace begins at one thing; {given} were named."
    cure_en = "Give a sum, line, commitment or disbursement, or else --clause or --rule."


def trace_(
    money: Annotated[
        str | None,
        typer.Argument(help="A sum (20000 or 20000@UNIT), a line (fund.unit), a commitment or a disbursement."),
    ] = None,
    clause: Annotated[str | None, typer.Option("--clause", help="Forward: what a clause such as M11 moved.")] = None,
    rule: Annotated[str | None, typer.Option("--rule", help="Forward: what a rule of the policy moved.")] = None,
    plan: Annotated[str | None, typer.Option("--plan", help="Forward: only under this plan.")] = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    position: Position = None,
    store: Store = None,
    lang: Lang = DEFAULT_LANG,
    as_json: Json = False,
) -> None:
    """Trace a sum back to the posts that decided, or, with --clause or --rule, forward to the yuan it moved."""
    named = sum(one is not None for one in (money, clause, rule))
    if named != 1:
        raise TraceUnclear(given=named)
    with session(store, lang, as_json) as here:
        at = here.moment(as_of, known_at, position)
        if money is None:
            forward = moved_by(here.county, at, clause=clause, rule=rule, plan=plan)
            content, table = forward.json(), None if as_json else forward.table(lang)
        else:
            targets = targets_of(here.county, money, at)
            found = (
                trace(here.county, targets[0], at) if len(targets) == 1 else Several(here.county, money, targets, at)
            )
            content, table = found.json(), None if as_json else found.table(lang)
        if as_json:
            print_json(content)
        else:
            here.console.print(table)
