"""Access to a store from its own machine, and the first account of a store nobody has an account of yet.

Whoever has the store's files needs no account. A server that starts on a fresh store makes the administrator's account,
without a password, and one API key that is told once and ends after a day: with it the first accounts are made.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from service.access.access import Access
from service.access.accounts import Account, forget_account, known_account
from service.access.keys import NewKey, make_key
from service.access.noting import AT_THE_MACHINE, note_change, tidy
from service.access.roles import Grant
from service.county import County, must_be_there
from service.office import Office

__all__ = ["AT_THE_MACHINE", "Access", "Account", "NewKey", "first_key", "forget_person", "open_access"]

FIRST_LOGIN, FIRST_PERSON, FIRST_POST = "admin", "admin", "administrator"
FIRST_KEY_DAYS = 1


@contextmanager
def open_access(url: str) -> Iterator[Access]:
    """Who has access to the store at an address. Raises `StoreMissing`."""
    must_be_there(url)
    office = Office(url)
    try:
        yield office.access
    finally:
        office.close()


def forget_person(url: str, county: County, name: str) -> bool:
    """Erase a name for good, and the account of whoever bore it; whether there was such a name.

    On a branch (`county`) neither is erased.
    """
    if county.branch is None:
        with open_access(url) as access:
            forget_account(access, name)
    return county.people.erase(name)


def first_key(access: Access) -> NewKey | None:
    """The administrator's first key, where nobody has an account; of several servers that start at once one gets it."""
    tidy(access)
    if not access.accounts.is_empty():
        return None
    grant, person = Grant.of(["admin"], None), access.people.id_of(FIRST_PERSON)
    at = access.clock()
    made = access.accounts.add(
        person, FIRST_LOGIN, roles=grant.roles, townships=grant.townships, post=FIRST_POST, at=at
    )
    if not made:
        return None
    note_change(access, AT_THE_MACHINE, "account-made", by=None, about=f"{person}: admin, the first")
    owner = known_account(access, person)
    return make_key(access, owner, AT_THE_MACHINE, label="first start", days=FIRST_KEY_DAYS)
