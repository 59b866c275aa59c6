"""Accounts: one's own, and for the administrator everybody's."""

from __future__ import annotations

from fastapi import APIRouter, Response

from api.access import ADMIN, EVERYONE, Caller, Served, Visiting, may
from api.problems import problems
from api.repeating import StrictRoute
from api.schemas.access import (
    AccountChange,
    AccountIn,
    AccountOut,
    AccountsOut,
    MeOut,
    OneTimePasswordOut,
    PasswordIn,
)
from service.access.accounts import (
    ONE_TIME,
    Account,
    add_account,
    change_password,
    give_password,
    grant_roles,
    known_account,
    shut_account,
)
from service.access.keys import NotByKey
from service.office import Office

router = APIRouter(route_class=StrictRoute, tags=["access"])


@router.get("/me", dependencies=[may(EVERYONE, scope="self")], responses=problems(401, 403, 503))
def get_me(caller: Caller) -> MeOut:
    """Who asks, and what the token or key that was sent allows."""
    return MeOut(
        account=caller.account,
        person=caller.person,
        post=caller.post,
        roles=sorted(caller.roles),
        townships=None if caller.townships is None else sorted(caller.townships),
        via=caller.via,
        must_change_password=caller.must_change_password,
    )


@router.post(
    "/me/password",
    status_code=204,
    dependencies=[may(EVERYONE, scope="self")],
    responses=problems(401, 403, 422, 429, 503),
)
def change_my_password(served: Served, caller: Caller, visit: Visiting, asked: PasswordIn) -> None:
    """Set one's own password, stating the old one. Every other session ends."""
    if caller.via == "key":
        raise NotByKey(decision="change a password")
    old, new = asked.old.get_secret_value(), asked.new.get_secret_value()
    change_password(served.access, caller, visit, old=old, new=new)


@router.get("/accounts", dependencies=[may(ADMIN, scope="open")], responses=problems(401, 403, 503))
def list_accounts(served: Served) -> AccountsOut:
    """Every account, by login name."""
    names = dict(served.people.everyone())
    return AccountsOut(items=[AccountOut.of(one, names.get(one.id)) for one in served.access.accounts.all()])


@router.post(
    "/accounts",
    status_code=201,
    dependencies=[may(ADMIN, scope="open")],
    responses=problems(401, 403, 409, 422, 503),
)
def create_account(served: Served, caller: Caller, visit: Visiting, asked: AccountIn, response: Response) -> AccountOut:
    """Make an account. It has no password: give it a one-time one next."""
    account = add_account(
        served.access,
        visit,
        login=asked.login,
        person=asked.person,
        post=asked.post,
        roles=asked.roles,
        townships=asked.townships,
        by=caller.account,
    )
    response.headers["location"] = f"/v1/accounts/{account.id}"
    return _told(served, account)


@router.get("/accounts/{account}", dependencies=[may(ADMIN, scope="open")], responses=problems(401, 403, 404, 503))
def get_account(served: Served, account: str) -> AccountOut:
    """One account, by its id or login name."""
    return _told(served, known_account(served.access, account))


@router.patch(
    "/accounts/{account}", dependencies=[may(ADMIN, scope="open")], responses=problems(401, 403, 404, 422, 503)
)
def change_account(served: Served, caller: Caller, visit: Visiting, account: str, asked: AccountChange) -> AccountOut:
    """Change roles, townships or post, shut an account or open it again. It counts from the next request on."""
    found = known_account(served.access, account)
    stated = asked.model_fields_set
    if stated & {"roles", "townships", "post"}:
        found = grant_roles(
            served.access,
            found,
            visit,
            roles=asked.roles,
            townships=asked.townships,
            whole_county="townships" in stated and asked.townships is None,
            post=asked.post,
            by=caller.account,
        )
    if asked.disabled is not None and asked.disabled != found.disabled:
        found = shut_account(served.access, found, visit, shut=asked.disabled, by=caller.account)
    return _told(served, found)


@router.post(
    "/accounts/{account}/password",
    dependencies=[may(ADMIN, scope="open")],
    responses=problems(401, 403, 404, 503),
)
def reset_password(
    served: Served, caller: Caller, visit: Visiting, account: str, response: Response
) -> OneTimePasswordOut:
    """Give an account a one-time password, shown this once; its sessions end."""
    found = known_account(served.access, account)
    password = give_password(served.access, found, visit, by=caller.account)
    response.headers["cache-control"] = "no-store"
    return OneTimePasswordOut(one_time_password=password, expires_at=served.clock() + ONE_TIME)


def _told(served: Office, account: Account) -> AccountOut:
    return AccountOut.of(account, served.people.name_of(account.id))
