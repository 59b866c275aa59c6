"""`tongchou audit`: what lets an auditor check the record without believing whoever keeps it."""

from __future__ import annotations

import typer

from cli.audit_lists import list_
from cli.audit_reconcile import reconcile
from cli.audit_resolve import resolve

app = typer.Typer(help="Check the record without believing whoever keeps it.", no_args_is_help=True)
app.command("resolve")(resolve)
app.command("list")(list_)
app.command("reconcile")(reconcile)
