"""`tongchou audit`: what lets an auditor check the record without believing whoever keeps it (M32)."""

from __future__ import annotations

import typer

from cli.audit_keys import key_app, witness_app
from cli.audit_lists import list_
from cli.audit_reconcile import reconcile
from cli.audit_resolve import resolve
from cli.audit_seal import checkpoint_app, seal, verify
from cli.packing import check_disclosure, disclose, pack

app = typer.Typer(help="Check the record without believing whoever keeps it.", no_args_is_help=True)
app.command("verify")(verify)
app.command("seal")(seal)
app.add_typer(checkpoint_app, name="checkpoint")
app.add_typer(key_app, name="key")
app.add_typer(witness_app, name="witness")
app.command("resolve")(resolve)
app.command("list")(list_)
app.command("reconcile")(reconcile)
app.command("pack")(pack)
app.command("disclose")(disclose)
app.command("check-disclosure")(check_disclosure)
