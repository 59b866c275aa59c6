"""`tongchou policy`: check a policy file, adopt it, read the one in force."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.deciding import Mandate, Receipt, Session, deciding
from cli.options import (
    DEFAULT_LANG,
    Json,
    Lang,
    Store,
    as_date,
    print_json,
    session,
)
from service.policies import adopt_policy, policy_at, read_policy
from service.registers import register_at
from texts import text

app = typer.Typer(
    help="The county's written rules: check a file, adopt it, read the one in force.", no_args_is_help=True
)


@app.command("check")
def check(
    path: Annotated[Path, typer.Argument(help="A policy file.")], lang: Lang = DEFAULT_LANG, as_json: Json = False
) -> None:
    """Read a policy file and name every fault with its line; nothing is recorded."""
    loaded = read_policy(path)
    policy = loaded.policy
    content = {"policy": policy.policy, "version": policy.version}
    if as_json:
        print_json({**content, "hash": loaded.policy_hash, "rules": [rule.id for rule in policy.rules]})
    else:
        typer.echo(text("cli.policy_well", lang, **content, rules=len(policy.rules), funds=len(policy.funds)))


def adopt(here: Session, mandate: Mandate, path: Annotated[Path, typer.Argument(help="A policy file.")]) -> Receipt:
    """Make a policy file the rule from its own date on; its text goes on the record."""
    return adopt_policy(here.county, read_policy(path, register_at(here.county, here.moment())), mandate)


app.command("adopt")(deciding(adopt))


@app.command("show")
def show(
    on: Annotated[str | None, typer.Option("--on", help="The day, YYYY-MM-DD. Default: today.")] = None,
    store: Store = None,
    lang: Lang = DEFAULT_LANG,
) -> None:
    """Print the policy in force, as it was adopted."""
    with session(store, lang) as here:
        loaded = policy_at(here.county, here.moment(), as_date("--on", on) or here.county.today())
        typer.echo(loaded.text, nl=False)
