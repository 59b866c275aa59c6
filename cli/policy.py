"""`tongchou policy`: check a policy file, adopt it, read the one in force."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from cli.deciding import Mandate, Receipt, Session, deciding
from cli.options import (
    DEFAULT_LANG,
    AsOf,
    Json,
    KnownAt,
    Lang,
    Position,
    Store,
    as_date,
    print_json,
    session,
    store_url,
)
from service.collision_words import finding_json, finding_said
from service.county import store_is_new
from service.faults import Exit
from service.names import Names
from service.policies import adopt_policy, policy_at, read_policy
from service.registers import current_register, register_at, register_of
from texts import text

app = typer.Typer(
    help="The county's written rules: check a file, adopt it, read the one in force.", no_args_is_help=True
)


@app.command("check")
def check(
    path: Annotated[Path, typer.Argument(help="A policy file.")],
    register: Annotated[
        str | None, typer.Option("--register", help="Check it against this register, shipped or a file.")
    ] = None,
    store: Store = None,
    proof: Annotated[
        Path | None, typer.Option("--proof", help="If no plan can exist, write a proof of it that anyone can check.")
    ] = None,
    lang: Lang = DEFAULT_LANG,
    as_json: Json = False,
) -> None:
    """Read a policy file, name every fault with its line, and add up what cannot work; nothing is recorded.

    Sums are checked against `--register`, else against the register of the store, if there is one.
    """
    from service.baselines import baseline_for
    from service.planning import plans_at
    from service.policy_check import check_policy

    held, plans = None, None
    if register is not None:
        held = register_of(register)
    elif store is not None or not store_is_new(store_url(store)):
        with session(store, lang) as here:
            held, plans = current_register(here.county), plans_at(here.county, here.moment())
    loaded = read_policy(path, held)
    policy = loaded.policy
    content = {"policy": policy.policy, "version": policy.version}
    baseline = None if plans is None else baseline_for(plans, policy)
    checked = None if held is None else check_policy(loaded, held, baseline=baseline, prove=proof is not None)
    if proof is not None and checked is not None and checked.proof is not None:
        proof.write_text(json.dumps(checked.proof, ensure_ascii=False) + "\n", encoding="utf-8")
    if as_json:
        rules = [rule.id for rule in policy.rules]
        findings = None if checked is None else [finding_json(finding) for finding in checked.findings]
        print_json({**content, "hash": loaded.policy_hash, "rules": rules, "findings": findings})
    else:
        typer.echo(text("cli.policy_well", lang, **content, rules=len(policy.rules), funds=len(policy.funds)))
        if held is not None and checked is not None:
            names = Names.of(held, policy)
            said = [finding_said(finding, lang, names) for finding in checked.findings]
            typer.echo("\n".join(said or [text("precheck.fine", lang, register=held.county)]))
            if proof is not None:
                key = "precheck.proof.none" if checked.proof is None else "cli.wrote"
                typer.echo(text(key, lang, **({} if checked.proof is None else {"path": proof})))
    if checked is not None and checked.impossible:
        raise typer.Exit(code=Exit.NO_PLAN)


def adopt(here: Session, mandate: Mandate, path: Annotated[Path, typer.Argument(help="A policy file.")]) -> Receipt:
    """Make a policy file the rule from its own date on; its text goes on the record."""
    return adopt_policy(here.county, read_policy(path, register_at(here.county, here.moment())), mandate)


app.command("adopt")(deciding(adopt))


@app.command("show")
def show(
    on: Annotated[str | None, typer.Option("--on", help="The day, YYYY-MM-DD. Default: today.")] = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    position: Position = None,
    store: Store = None,
    lang: Lang = DEFAULT_LANG,
) -> None:
    """Print the policy in force on a day, as it was adopted, or was known to be at another moment."""
    with session(store, lang) as here:
        loaded = policy_at(
            here.county, here.moment(as_of, known_at, position), as_date("--on", on) or here.county.today()
        )
        typer.echo(loaded.text, nl=False)
