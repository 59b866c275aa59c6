"""API keys: told once, kept as a hash, never wider than their owner, over when revoked, expired or orphaned."""

from __future__ import annotations

from pathlib import Path

import pytest

from desk.database import DeskUnavailable
from service.access.access import REMEMBERED, Access
from service.access.accounts import AccountTaken, add_account, grant_roles, known_account, shut_account
from service.access.keys import KeyBeyondOwner, KeyUnfit, UnknownKey, known_key, make_key, revoke_key
from service.access.naming import LoginNameUnfit
from service.access.noting import AT_THE_MACHINE, note_refusal
from service.access.opening import first_key
from service.access.principal import Principal, Unauthenticated
from service.access.recognising import authenticate
from service.access.roles import AdminOfParts, Grant, RoleUnknown
from tests.service.access.doors import VISIT, ToldClock, door, somebody


def who(access: Access, key: str) -> Principal:
    return authenticate(access, f"Bearer {key}")


def test_a_key_acts_as_its_owner_within_what_it_was_given(filed: Access, desk: Path) -> None:
    access = filed
    owner, _ = somebody(access, roles=["planner", "auditor"], townships=["t1", "t2"])
    made = make_key(access, owner, AT_THE_MACHINE, label="nightly", days=3, roles=["auditor"], townships=["t2"])
    principal = who(access, made.shown)
    assert (principal.account, principal.via, principal.way) == (owner.id, "key", made.key.id)
    assert (principal.roles, principal.townships) == (frozenset({"auditor"}), frozenset({"t2"}))
    secret = made.shown.split("_", 2)[2]
    assert secret not in repr(made.key)
    assert secret.encode() not in desk.read_bytes()
    assert known_key(access, f"tck_{made.key.id}").last_used_on == access.clock().date()


def test_a_key_is_never_wider_than_its_owner_is_now(access: Access) -> None:
    owner, _ = somebody(access, roles=["planner", "auditor"], townships=["t1", "t2"])
    for more in ({"roles": ["admin"]}, {"roles": ["planner"], "townships": ["t3"]}, {"townships": ["t1", "t3"]}):
        with pytest.raises((KeyBeyondOwner, AdminOfParts)):
            make_key(access, owner, AT_THE_MACHINE, label="x", days=1, **more)  # type: ignore[arg-type]
    made = make_key(access, owner, AT_THE_MACHINE, label="all", days=1)
    assert who(access, made.shown).roles == {"planner", "auditor"}
    grant_roles(access, owner, AT_THE_MACHINE, roles=["auditor"], townships=["t2", "t9"])
    assert (who(access, made.shown).roles, who(access, made.shown).townships) == (
        frozenset({"auditor"}),
        frozenset({"t2"}),
    )


@pytest.mark.parametrize("days,label", [(0, "x"), (367, "x"), (1, ""), (1, "x" * 101), (1, "a\nb")])
def test_a_key_has_a_label_and_an_end(access: Access, days: int, label: str) -> None:
    owner, _ = somebody(access)
    with pytest.raises(KeyUnfit):
        make_key(access, owner, AT_THE_MACHINE, label=label, days=days)


@pytest.mark.parametrize("what", ["revoked", "expired", "owner shut"])
def test_a_key_that_is_over_is_nobodys_here_at_once_and_elsewhere_soon(
    filed: Access, desk: Path, clock: ToldClock, what: str
) -> None:
    access = filed
    owner, _ = somebody(access)
    made = make_key(access, owner, AT_THE_MACHINE, label="x", days=1)
    with door(desk, clock) as elsewhere:
        assert who(access, made.shown) == who(elsewhere, made.shown)
        if what == "revoked":
            revoke_key(access, made.key, AT_THE_MACHINE)
        elif what == "expired":
            clock.pass_(days=1)
        else:
            shut_account(access, owner, AT_THE_MACHINE)
            shut_account(access, owner, AT_THE_MACHINE, shut=False)  # open again, the key stays ended
        with pytest.raises(Unauthenticated):
            who(access, made.shown)
        clock.now += REMEMBERED
        with pytest.raises(Unauthenticated):
            who(elsewhere, made.shown)


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic x", "Bearer tck_", "Bearer tck__", "tck_a_b"])
def test_a_header_that_is_none_of_ours_is_nobodys(access: Access, header: str) -> None:
    with pytest.raises(Unauthenticated):
        authenticate(access, header)


def test_a_key_altered_anywhere_is_nobodys_also_while_the_right_one_is_remembered(access: Access) -> None:
    owner, _ = somebody(access)
    made = make_key(access, owner, AT_THE_MACHINE, label="x", days=1)
    for _ in range(2):  # the second time the key is remembered
        for place in range(0, len(made.shown), 7):
            altered = made.shown[:place] + ("A" if made.shown[place] != "A" else "B") + made.shown[place + 1 :]
            with pytest.raises(Unauthenticated):
                who(access, altered)
        with pytest.raises(Unauthenticated):
            who(access, made.shown + "A")
        who(access, made.shown)


def test_nobody_sees_the_keys_of_another(access: Access) -> None:
    (li, _), (wang, _) = somebody(access), somebody(access, "wang")
    made = make_key(access, li, AT_THE_MACHINE, label="x", days=1)
    with pytest.raises(UnknownKey):
        known_key(access, made.key.id, wang.id)
    assert access.keys.all(wang.id) == []
    assert [key.id for key in access.keys.all(li.id)] == [made.key.id]


def test_a_person_has_one_account_and_a_name_looks_like_no_other(access: Access) -> None:
    somebody(access, "li", person="Li Na")
    for login, person in (("li-2", "Li Na"), ("LI", "Another"), ("ｌｉ", "Another")):
        with pytest.raises(AccountTaken):
            somebody(access, login, person=person)
    for unfit in ("x", "a b", "-a", "a" * 65, "a/b", ""):
        with pytest.raises(LoginNameUnfit):
            somebody(access, unfit)
    with pytest.raises(RoleUnknown):
        somebody(access, "wang", roles=["emperor"])
    with pytest.raises(AdminOfParts):
        somebody(access, "wang", roles=["admin"], townships=["t1"])
    assert [account.login for account in access.accounts.all()] == ["li"]


def test_every_change_is_noted_with_who_made_it(access: Access) -> None:
    owner, _ = somebody(access)
    made = make_key(access, owner, AT_THE_MACHINE, label="x", days=1, by=owner.id)
    revoke_key(access, made.key, AT_THE_MACHINE, by="p-9")
    revoke_key(access, made.key, AT_THE_MACHINE, by="p-8")
    noted = [(one.what, one.account) for one in access.log.newest(refused=False, before=None, limit=10)]
    assert sorted(noted, key=str) == sorted(
        [("key-revoked", "p-9"), ("key-made", owner.id), ("password-reset", None), ("account-made", None)], key=str
    )


def test_the_first_key_is_told_once_to_one_of_many_servers(desk: Path, clock: ToldClock) -> None:
    with door(desk, clock) as first, door(desk, clock) as second:
        made = first_key(first)
        assert made is not None
        assert first_key(second) is None
        admin = who(second, made.shown)
        assert (admin.roles, admin.townships) == (frozenset({"admin"}), None)
        assert not known_account(first, "admin").has_password
        clock.pass_(days=1)
        with pytest.raises(Unauthenticated):
            who(first, made.shown)
        assert first_key(first) is None


def test_a_grant_within_another_is_the_less_of_both() -> None:
    whole, part = Grant.of(["planner"], None), Grant.of(["planner", "reader"], ["t1"])
    assert whole.within(part) == part.within(whole) == Grant.of(["planner"], ["t1"])
    assert whole.within(part).is_within(whole)
    assert not whole.is_within(part)


def test_a_refusal_is_answered_also_when_the_desk_cannot_note_it() -> None:
    with door(None, ToldClock()) as gone:
        pass
    with pytest.raises(DeskUnavailable):
        gone.accounts.all()
    note_refusal(gone, VISIT, "unauthenticated")


def test_an_account_is_added_by_whoever_says_who_it_is(access: Access) -> None:
    account = add_account(access, AT_THE_MACHINE, login="zhao", person="赵敏", post="审核岗", roles=["approver"])
    assert access.people.name_of(account.id) == "赵敏"
    assert known_account(access, "ZHAO") == known_account(access, account.id) == account
