"""`tongchou account`: who may log in, with which roles, for which townships; from the machine the store lies on."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.heads import table_of
from cli.options import DEFAULT_LANG, Json, Lang, Store, answer, store_url
from domain.money import Lang as Language
from service.access.accounts import (
    ONE_TIME,
    Account,
    add_account,
    give_password,
    grant_roles,
    known_account,
    shut_account,
)
from service.access.opening import AT_THE_MACHINE, Access, open_access
from texts import text

app = typer.Typer(help="Accounts: who may log in, as what, for which townships.", no_args_is_help=True)

Login = Annotated[str, typer.Argument(help="Login name, or id, of the account.")]
Roles = Annotated[
    list[str], typer.Option("--role", help="planner, approver, treasurer, auditor, reader, admin; repeat for more.")
]
SomeRoles = Annotated[list[str] | None, typer.Option("--role", help="Instead of those it has; repeat for more.")]
Townships = Annotated[
    list[str] | None, typer.Option("--township", help="Only for this township; repeat for more. Default: all.")
]


@app.command("add")
def add(
    login: Annotated[str, typer.Argument(help="Login name.")],
    person: Annotated[str, typer.Option("--person", help="Name of the person, kept apart from the record.")],
    post: Annotated[str, typer.Option("--post", help="The post this person decides in.")],
    role: Roles,
    township: Townships = None,
    store: Store = None,
    lang: Lang = DEFAULT_LANG,
    as_json: Json = False,
) -> None:
    """Make an account, and tell a one-time password for it."""
    with open_access(store_url(store)) as access:
        account = add_account(
            access, AT_THE_MACHINE, login=login, person=person, post=post, roles=role, townships=township or None
        )
        _tell_password(access, account, lang, as_json)


@app.command("list")
def list_(store: Store = None, lang: Lang = DEFAULT_LANG, as_json: Json = False) -> None:
    """Every account: what it may do, and where."""
    with open_access(store_url(store)) as access:
        names, rows = dict(access.people.everyone()), []
        table = table_of("login", "person", "post", "roles", "townships", "state", lang=lang)
        for one in access.accounts.all():
            state = "shut" if one.disabled else "one_time" if one.one_time_until else "open"
            townships = None if one.townships is None else sorted(one.townships)
            rows.append(
                {
                    "id": one.id,
                    "login": one.login,
                    "person": names.get(one.id),
                    "post": one.post,
                    "roles": sorted(one.roles),
                    "townships": townships,
                    "state": state,
                    "has_password": one.has_password,
                }
            )
            everywhere = text("access.whole_county", lang)
            shown = everywhere if townships is None else " ".join(townships)
            said = text(f"access.state.{state}", lang)
            table.add_row(one.login, names.get(one.id, ""), one.post, " ".join(sorted(one.roles)), shown, said)
        answer(rows, table, as_json=as_json)


@app.command("grant")
def grant(
    login: Login,
    role: SomeRoles = None,
    township: Townships = None,
    whole_county: Annotated[bool, typer.Option("--whole-county", help="Without a limit to townships.")] = False,
    post: Annotated[str | None, typer.Option("--post", help="Another post.")] = None,
    store: Store = None,
    lang: Lang = DEFAULT_LANG,
    as_json: Json = False,
) -> None:
    """Change roles, townships or post; what is not stated stays."""
    with open_access(store_url(store)) as access:
        account = grant_roles(
            access,
            known_account(access, login),
            AT_THE_MACHINE,
            roles=role or None,
            townships=township or None,
            whole_county=whole_county,
            post=post,
        )
        content = {"id": account.id, "roles": sorted(account.roles), "post": account.post}
        answer(content, text("access.changed", lang, login=account.login), as_json=as_json)


@app.command("disable")
def disable(
    login: Login,
    reopen: Annotated[bool, typer.Option("--reopen", help="Open it again; its keys stay ended.")] = False,
    store: Store = None,
    lang: Lang = DEFAULT_LANG,
    as_json: Json = False,
) -> None:
    """Shut an account, with its sessions and keys."""
    with open_access(store_url(store)) as access:
        account = shut_account(access, known_account(access, login), AT_THE_MACHINE, shut=not reopen)
        said = text("access.opened" if reopen else "access.shut", lang, login=account.login)
        answer({"id": account.id, "disabled": account.disabled}, said, as_json=as_json)


@app.command("password")
def password(login: Login, store: Store = None, lang: Lang = DEFAULT_LANG, as_json: Json = False) -> None:
    """Tell a one-time password, with which its owner sets another; sessions of the account end."""
    with open_access(store_url(store)) as access:
        _tell_password(access, known_account(access, login), lang, as_json)


def _tell_password(access: Access, account: Account, lang: Language, as_json: bool) -> None:
    told = give_password(access, account, AT_THE_MACHINE)
    until = access.clock() + ONE_TIME
    content = {"id": account.id, "login": account.login, "one_time_password": told, "expires_at": until.isoformat()}
    shown = f"{until:%Y-%m-%d %H:%M} UTC"
    said = text("access.one_time_password", lang, login=account.login, password=told, until=shown)
    answer(content, said, as_json=as_json)
