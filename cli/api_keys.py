"""`tongchou api-key`: keys of programs, told once; from the machine the store lies on."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.heads import table_of
from cli.options import DEFAULT_LANG, Json, Lang, Store, answer, store_url
from service.access.accounts import known_account
from service.access.keys import known_key, make_key, revoke_key
from service.access.opening import AT_THE_MACHINE, open_access
from texts import text

app = typer.Typer(help="API keys of programs: make, list, revoke.", no_args_is_help=True)


@app.command("new")
def new(
    owner: Annotated[str, typer.Option("--for", help="Login name of the account it acts for.")],
    label: Annotated[str, typer.Option("--label", help="What it is for.")],
    days: Annotated[int, typer.Option("--days", help="Good for so many days, at most 366.")] = 90,
    role: Annotated[
        list[str] | None, typer.Option("--role", help="Only this role of the account; repeat for more.")
    ] = None,
    township: Annotated[
        list[str] | None, typer.Option("--township", help="Only this township; repeat for more.")
    ] = None,
    store: Store = None,
    lang: Lang = DEFAULT_LANG,
    as_json: Json = False,
) -> None:
    """Make a key for an account, and tell it this once."""
    with open_access(store_url(store)) as access:
        account = known_account(access, owner)
        made = make_key(
            access, account, AT_THE_MACHINE, label=label, days=days, roles=role or None, townships=township or None
        )
        content = {"id": made.key.id, "key": made.shown, "expires_at": made.key.expires_at.isoformat()}
        until = f"{made.key.expires_at:%Y-%m-%d %H:%M} UTC"
        answer(content, text("access.new_key", lang, shown=made.shown, until=until), as_json=as_json)


@app.command("list")
def list_(store: Store = None, lang: Lang = DEFAULT_LANG, as_json: Json = False) -> None:
    """Every key, without its secret: whose, what it may do, until when, when last used."""
    with open_access(store_url(store)) as access:
        logins, rows = {one.id: one.login for one in access.accounts.all()}, []
        table = table_of("key", "login", "label", "roles", "until", "last_used", "state", lang=lang)
        now = access.clock()
        for key in access.keys.all():
            state = "revoked" if key.revoked_at else "expired" if now >= key.expires_at else "open"
            used = None if key.last_used_on is None else str(key.last_used_on)
            rows.append(
                {
                    "id": key.id,
                    "owner": key.owner,
                    "login": logins.get(key.owner),
                    "label": key.label,
                    "roles": sorted(key.roles),
                    "townships": None if key.townships is None else sorted(key.townships),
                    "expires_at": key.expires_at.isoformat(),
                    "last_used_on": used,
                    "state": state,
                }
            )
            roles, until = " ".join(sorted(key.roles)), f"{key.expires_at:%Y-%m-%d}"
            said = text(f"access.state.{state}", lang)
            table.add_row(f"tck_{key.id}", logins.get(key.owner, ""), key.label, roles, until, used or "", said)
        answer(rows, table, as_json=as_json)


@app.command("revoke")
def revoke(
    key: Annotated[str, typer.Argument(help="The key’s id, or how the key begins: tck_….")],
    store: Store = None,
    lang: Lang = DEFAULT_LANG,
    as_json: Json = False,
) -> None:
    """End a key for good."""
    with open_access(store_url(store)) as access:
        found = known_key(access, key)
        revoke_key(access, found, AT_THE_MACHINE)
        answer({"id": found.id}, text("access.revoked", lang, shown=f"tck_{found.id}"), as_json=as_json)
