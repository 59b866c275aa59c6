"""The tree of commands, of which only the asked one is loaded: all of them, with what they import, take seconds.

A command is a line of `COMMANDS`, a group of commands one of `GROUPS`; the groups of `DECISIONS` are made from the
decisions themselves (`cli/decisions.py`).
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Any

import typer

from cli.branching import offer_branch
from cli.listing import sentence, sentences

COMMANDS: dict[str, str] = {
    "plan": "plan:plan",
    "ledger": "ledger:ledger",
    "progress": "progress:progress",
    "diff": "diff:diff",
    "history": "history:history",
    "trace": "trace:trace_",
    "why": "why:why_",
    "why-not": "why:why_not",
    "rules": "why:rules",
    "late": "why:late_",
    "shortfalls": "shortfalls:shortfalls",
    "solve": "solve:solve",
    "export": "export:export",
    "export-ledger": "exports:export_ledger",
    "export-package": "exports:export_package",
    "export-oc4ids": "exports:export_oc4ids",
    "export-geojson": "exports:export_geojson",
    "audit-fairness": "fairness:fairness",
    "alternatives": "explore:alternatives",
    "trade-off": "explore:trade_off",
    "importance": "explore:importance",
    "robust": "explore:robust",
    "serve": "serve:serve_",
    "demo": "demo:demo",
}
"""Name -> module of this room, and the function in it; in the order `--help` lists them."""
GROUPS: dict[str, str] = {
    "audit": "audit:app",
    "branch": "branch:app",
    "register": "register:app",
    "certificate": "certificate:app",
    "policy": "policy:app",
    "scenario": "scenario:app",
    "store": "store:app",
    "objection": "objections:app",
    "evidence": "evidence:app",
    "post": "posts:app",
    "account": "accounts:app",
    "api-key": "api_keys:app",
}
DECISIONS = ("unit", "duty", "project", "fund", "money", "plans")


@cache
def command(asked: str | None = None) -> Any:
    """The tree as one callable, or as much of it as a first word on the command line needs.

    Where that word is no command, there are only names to list, with their sentences.
    """
    known = asked in {*COMMANDS, *GROUPS, *DECISIONS}
    app = typer.Typer(
        name="tongchou",
        help="Tongchou (统筹) splits pooled public money over villages, proves it, explains it, records it.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    app.callback()(_root)  # without it a tree of one command would not ask for its name
    if asked is not None and not known:
        for name, said in listed().items():
            app.command(name, help=said)(_root)
        return typer.main.get_command(app)
    for name, place in COMMANDS.items():
        if not known or name == asked:
            app.command(name)(_found(place))
    for name, place in GROUPS.items():
        if not known or name == asked:
            app.add_typer(_found(place), name=name)
    if not known or asked in DECISIONS:
        _add_decisions(app)
    offer_branch(app)
    return typer.main.get_command(app)


def listed() -> dict[str, str]:
    """Every command and group with its sentence, in the order `--help` lists them."""
    places = {**COMMANDS, **GROUPS}
    said = sentences("decisions:GROUP_HELP")
    return {name: sentence(place) for name, place in places.items()} | {
        name: said.get(name) or sentence(f"{name}:app") for name in DECISIONS
    }


def _root() -> None:
    pass


def _found(place: str) -> Any:
    module, _, name = place.partition(":")
    return getattr(import_module(f"cli.{module}"), name)


def _add_decisions(app: typer.Typer) -> None:
    from cli import decisions, plans

    for group, commands in decisions.groups().items():
        if group == "plans":
            commands.registered_commands[:0] = plans.app.registered_commands
            commands.info.help = plans.app.info.help
        app.add_typer(commands, name=group)
