"""The entry point: the tree of commands, and what a fault looks like on a terminal."""

from __future__ import annotations

import json
import os
import sys

import typer

from cli import decisions, ledger, plan, plans, policy, register, store
from cli.options import DEFAULT_LANG, OptionUnclear
from service.county import ActorUnclear
from service.faults import Exit, explain

app = typer.Typer(
    name="tongchou",
    help="Tongchou (统筹) splits pooled public money over villages, proves it, explains it, records it.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("plan")(plan.plan)
app.command("ledger")(ledger.ledger)
app.add_typer(register.app, name="register")
app.add_typer(policy.app, name="policy")
app.add_typer(store.app, name="store")
for group, commands in decisions.groups().items():
    if group == "plans":
        commands.registered_commands[:0] = plans.app.registered_commands
        commands.info.help = plans.app.info.help
    app.add_typer(commands, name=group)


def run() -> None:
    """Run the command line. Faults become sentences on stderr and an exit code; no traceback reaches a user."""
    lang = os.environ.get("TONGCHOU_LANG", DEFAULT_LANG)
    if "--lang" in sys.argv[:-1]:
        lang = sys.argv[sys.argv.index("--lang") + 1]
    try:
        app()
    except BaseException as fault:
        if isinstance(fault, SystemExit):
            raise
        explained = explain(fault, "zh" if lang == "zh" else "en")
        if explained is None:
            sys.exit(_unexpected(fault))
        if "--json" in sys.argv:
            problem = {"error": explained.code, "sentences": explained.sentences}
            print(json.dumps(problem, ensure_ascii=False), file=sys.stderr)
        else:
            for sentence in explained.sentences:
                print(sentence, file=sys.stderr)
        sys.exit(Exit.USAGE if isinstance(fault, OptionUnclear | ActorUnclear) else explained.exit)


def _unexpected(fault: BaseException) -> int:
    """A fault of the program itself: said as such, with the details only on request."""
    if os.environ.get("TONGCHOU_DEBUG"):
        raise fault
    print(
        f"Something unforeseen went wrong ({type(fault).__name__}: {fault}). Decisions are recorded whole or not. "
        "Run again with TONGCHOU_DEBUG=1 and report what it prints.",
        file=sys.stderr,
    )
    return Exit.SOLVER


if __name__ == "__main__":
    run()
