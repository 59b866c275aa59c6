"""`tongchou solve`: the best plan for a register and a policy file, without any store; nothing is recorded."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.options import DEFAULT_LANG, Json, Lang, print_json, wide_console
from cli.searching import Engine, Limit, Seed, Within, how, searching
from service.solve import solve_files


def solve(
    register: Annotated[
        str, typer.Argument(help="A shipped register (x-county, middlesbrough), an .xlsx or a folder of CSVs.")
    ],
    policy: Annotated[
        Path | None, typer.Argument(help="A policy file. Default: the one shipped with a shipped register.")
    ] = None,
    engine: Engine = None,
    seed: Seed = None,
    limit: Limit = None,
    within: Within = None,
    lang: Lang = DEFAULT_LANG,
    as_json: Json = False,
) -> None:
    """Compute and verify the best plan; same JSON as `plan --json`, no store needed, nothing recorded."""
    console = wide_console(stderr=as_json)
    asked = how(engine, seed, limit, within)
    solved = searching(console, lang, lambda listener: solve_files(register, policy, how=asked, listener=listener))
    if as_json:
        print_json(solved.as_object())
    else:
        console.print(solved.summary(lang))
