"""The tree of commands, built once: reading some fifty signatures takes longer than most commands do."""

from __future__ import annotations

from functools import cache
from typing import Any

import typer

from cli import (
    certificate,
    decisions,
    explore,
    export,
    fairness,
    ledger,
    plan,
    plans,
    policy,
    register,
    shortfalls,
    solve,
    store,
)

app = typer.Typer(
    name="tongchou",
    help="Tongchou (统筹) splits pooled public money over villages, proves it, explains it, records it.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("plan")(plan.plan)
app.command("ledger")(ledger.ledger)
app.command("shortfalls")(shortfalls.shortfalls)
app.command("solve")(solve.solve)
app.command("export")(export.export)
app.command("audit-fairness")(fairness.fairness)
app.command("alternatives")(explore.alternatives)
app.command("trade-off")(explore.trade_off)
app.command("importance")(explore.importance)
app.command("robust")(explore.robust)
app.add_typer(register.app, name="register")
app.add_typer(certificate.app, name="certificate")
app.add_typer(policy.app, name="policy")
app.add_typer(store.app, name="store")
for group, commands in decisions.groups().items():
    if group == "plans":
        commands.registered_commands[:0] = plans.app.registered_commands
        commands.info.help = plans.app.info.help
    app.add_typer(commands, name=group)


@cache
def command() -> Any:
    """The whole tree as one callable."""
    return typer.main.get_command(app)
