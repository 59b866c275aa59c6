"""`tongchou policy`: check a policy file, adopt it, read the one in force."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.options import DEFAULT_ACTOR, As, Command, Document, Json, Lang, Store, Why, as_date, print_json, session
from service.policies import adopt_policy, policy_at, read_policy
from service.registers import register_at

app = typer.Typer(help="The county's written rules: check a file, adopt it, read the one in force.", no_args_is_help=True)


@app.command("check")
def check(path: Annotated[Path, typer.Argument(help="A policy file.")], as_json: Json = False) -> None:
    """Read a policy file and name every fault with its line; nothing is recorded."""
    loaded = read_policy(path)
    policy = loaded.policy
    content = {"policy": policy.policy, "version": policy.version, "hash": loaded.policy_hash, "rules": [r.id for r in policy.rules]}
    if as_json:
        print_json(content)
    else:
        typer.echo(f"Policy {policy.policy} version {policy.version} is well written: {len(policy.rules)} rules, {len(policy.funds)} funds.")


@app.command("adopt")
def adopt(
    path: Annotated[Path, typer.Argument(help="A policy file.")],
    store: Store = None,
    actor: As = DEFAULT_ACTOR,
    why: Why = "",
    document: Document = None,
    command: Command = None,
    lang: Lang = "en",
    as_json: Json = False,
) -> None:
    """Make a policy file the rule from its own date on; its text goes on the record."""
    with session(store, lang, as_json) as here:
        loaded = read_policy(path, register_at(here.county, here.moment()))
        receipt = adopt_policy(here.county, loaded, here.mandate(actor, why or f"policy file {path.name}", None, document, command))
        content = {"policy": loaded.policy.policy, "version": loaded.policy.version, "position": receipt.position, "facts": len(receipt.recorded)}
        said = "adopted" if receipt.recorded else "is the rule already; nothing was recorded"
        here.answer(content, f"Policy {loaded.policy.policy} version {loaded.policy.version}: {said}.")


@app.command("show")
def show(
    on: Annotated[str | None, typer.Option("--on", help="The day, YYYY-MM-DD. Default: today.")] = None,
    store: Store = None,
    lang: Lang = "en",
) -> None:
    """Print the policy in force, as it was adopted."""
    with session(store, lang) as here:
        loaded = policy_at(here.county, here.moment(), as_date("--on", on) or here.county.today())
        typer.echo(loaded.text, nl=False)
