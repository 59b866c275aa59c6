"""Accounts: making them, saying what they may do, shutting them, and changing passwords.

An account is a person: a person has one at most, so that nobody meets themselves as “another person”. Every change is
noted with who made it. What ends a way in – another password, a shut account – ends every session with it.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import timedelta

from desk.accounts import Account
from domain.errors import Refusal
from service.access.access import Access
from service.access.naming import login_name, new_login_name
from service.access.noting import Visit, note_change
from service.access.passwords import PasswordUnfit, must_be_fit
from service.access.principal import Principal
from service.access.roles import Grant
from service.access.throttle import begin_attempt, end_attempt

__all__ = [
    "ONE_TIME",
    "Account",
    "add_account",
    "change_password",
    "forget_account",
    "give_password",
    "grant_roles",
    "known_account",
    "shut_account",
]

ONE_TIME = timedelta(days=1)
NAME_MAX, POST_MAX = 64, 64
_ONE_TIME_BYTES = 12


class AccountTaken(Refusal):
    """A person has one account, a login name belongs to one."""

    code = "account-taken"
    sentence_en = "There is an account of the name {login}, or of the person {person}, already."
    cure_en = "Take another login name, or change the account that person has."


class UnknownAccount(Refusal):
    """An account there is not."""

    code = "unknown-account"
    sentence_en = "There is no account {account}."
    cure_en = "Name one of the list."


class PersonOrPostUnfit(Refusal):
    """A name or post no fact could hold."""

    code = "person-or-post-unfit"
    sentence_en = "“{given}” cannot stand for a person or a post."
    cure_en = "Take 1 to 64 printable characters, without `@`."


class PasswordWrong(Refusal):
    """Whoever changes a password knows the old one."""

    code = "password-wrong"
    sentence_en = "The old password is not right, so it was not changed."
    cure_en = "Try again; an administrator can give a new one-time password."


def known_account(access: Access, named: str) -> Account:
    """An account by its id or login name. Raises `UnknownAccount`."""
    account = access.accounts.get(named) or access.accounts.named(login_name(named))
    if account is None:
        raise UnknownAccount(account=named[:80])
    return account


def add_account(
    access: Access,
    visit: Visit,
    *,
    login: str,
    person: str,
    post: str,
    roles: Iterable[str],
    townships: Iterable[str] | None = None,
    by: str | None = None,
) -> Account:
    """Make an account without a password: `give_password` lets its owner in.

    Raises `LoginNameUnfit`, `PersonOrPostUnfit`, `RoleUnknown`, `AdminOfParts` or `AccountTaken`.
    """
    name, grant = new_login_name(login), Grant.of(roles, townships)
    who, where = _fit(person, NAME_MAX), _fit(post, POST_MAX)
    person_id, at = access.people.id_of(who), access.clock()
    if not access.accounts.add(person_id, name, roles=grant.roles, townships=grant.townships, post=where, at=at):
        raise AccountTaken(login=name, person=who)
    note_change(access, visit, "account-made", by=by, about=f"{person_id}: {_said(grant, where)}")
    return known_account(access, person_id)


def grant_roles(
    access: Access,
    account: Account,
    visit: Visit,
    *,
    roles: Iterable[str] | None = None,
    townships: Iterable[str] | None = None,
    whole_county: bool = False,
    post: str | None = None,
    by: str | None = None,
) -> Account:
    """Say what an account may do, where, in which post; what is not stated stays. It counts from the next request on.

    Raises `RoleUnknown`, `AdminOfParts` or `PersonOrPostUnfit`.
    """
    limit = None if whole_county else account.townships if townships is None else townships
    grant = Grant.of(account.roles if roles is None else roles, limit)
    where = account.post if post is None else _fit(post, POST_MAX)
    access.accounts.grant(account.id, roles=grant.roles, townships=grant.townships, post=where, at=access.clock())
    access.memory.forget()
    note_change(access, visit, "account-changed", by=by, about=f"{account.id}: {_said(grant, where)}")
    return known_account(access, account.id)


def shut_account(
    access: Access, account: Account, visit: Visit, *, shut: bool = True, by: str | None = None
) -> Account:
    """Shut an account, with its sessions and keys, or open it again; keys stay ended."""
    at = access.clock()
    access.accounts.disable(account.id, shut, at)
    if shut:
        access.sessions.end_of(account.id)
        access.keys.revoke_of(account.id, at)
    access.memory.forget()
    note_change(access, visit, "account-shut" if shut else "account-opened", by=by, about=account.id)
    return known_account(access, account.id)


def give_password(access: Access, account: Account, visit: Visit, *, by: str | None = None) -> str:
    """A one-time password, told once: good for a day, and only for setting another. Every session ends."""
    password, at = secrets.token_urlsafe(_ONE_TIME_BYTES), access.clock()
    hashed = access.passwords.hash(password)
    access.accounts.set_password(account.id, hashed, one_time_until=at + ONE_TIME, at=at)
    _end_sessions(access, account.id)
    note_change(access, visit, "password-reset", by=by, about=account.id)
    return password


def change_password(access: Access, principal: Principal, visit: Visit, *, old: str, new: str) -> None:
    """Set one's own password, knowing the old one; every other session ends.

    Raises `PasswordWrong`, `PasswordUnfit`, `LoginThrottled` or `LoginsBusy`.
    """
    with access.passwords.in_line():
        _change_password(access, principal, visit, old, new)


def _change_password(access: Access, principal: Principal, visit: Visit, old: str, new: str) -> None:
    account = known_account(access, principal.account)
    begin_attempt(access, account.login, visit.address)
    _, hashed = access.accounts.with_password(account.login)
    if not access.passwords.matches(hashed, old):
        raise PasswordWrong()
    end_attempt(access, account.login, visit.address)
    must_be_fit(new, account.login)
    if new == old:
        raise PasswordUnfit(problem="it is the one to be changed")
    access.accounts.set_password(account.id, access.passwords.hash(new), one_time_until=None, at=access.clock())
    _end_sessions(access, account.id, but=principal.way)
    note_change(access, visit, "password-changed", by=account.id, about=account.id)


def forget_account(access: Access, person: str) -> bool:
    """Erase the account of a name that is to be forgotten; its login name may tell as much. Before the name goes."""
    person_id = access.people.find(person)
    if person_id is None or not access.accounts.erase(person_id):
        return False
    access.sessions.end_of(person_id)
    access.keys.revoke_of(person_id, access.clock())
    access.memory.forget()
    return True


def _end_sessions(access: Access, person: str, but: str | None = None) -> None:
    access.sessions.end_of(person, but)
    access.memory.forget()


def _fit(given: str, length_max: int) -> str:
    name = given.strip()
    if not 1 <= len(name) <= length_max or not name.isprintable() or "@" in name:
        raise PersonOrPostUnfit(given=given[:40])
    return name


def _said(grant: Grant, post: str) -> str:
    where = "the whole county" if grant.townships is None else " ".join(sorted(grant.townships))
    return f"{' '.join(sorted(grant.roles))} for {where} as {post}"
