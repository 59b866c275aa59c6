"""Logging in: the same work for any name, waiting after failures, refresh tokens that are good once."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest
from argon2 import Parameters, PasswordHasher, Type

from service.access.access import REMEMBERED, Access
from service.access.accounts import (
    ONE_TIME,
    PasswordWrong,
    change_password,
    forget_account,
    give_password,
    grant_roles,
    shut_account,
)
from service.access.noting import AT_THE_MACHINE, Visit
from service.access.passwords import IN_LINE, LoginsBusy, PasswordUnfit
from service.access.principal import Principal, Unauthenticated
from service.access.recognising import authenticate, recognised
from service.access.sessions import SESSION, LoggedIn, LoginRefused, log_in, log_out, refresh
from service.access.throttle import LoginThrottled
from service.access.tokens import LIFETIME
from tests.service.access.doors import VISIT, ToldClock, door, somebody

GOOD = "four words in a row"


def who(access: Access, session: LoggedIn) -> Principal:
    return authenticate(access, f"Bearer {session.access_token}")


def counted(work: str, usual: Callable[..., object], done: list[str]) -> Callable[..., object]:
    def working(*given: object) -> object:
        done.append(work)
        return usual(*given)

    return working


@pytest.fixture
def session(access: Access) -> LoggedIn:
    """Somebody logged in with a password of their own."""
    return logged_in(access)


def logged_in(access: Access) -> LoggedIn:
    _, one_time = somebody(access)
    first = log_in(access, "li", one_time, VISIT)
    change_password(access, who(access, first), VISIT, old=one_time, new=GOOD)
    log_out(access, who(access, first).way)
    return log_in(access, "LI ", GOOD, VISIT)


def test_who_logs_in_is_the_person_in_the_post_of_the_account(access: Access, session: LoggedIn) -> None:
    principal = who(access, session)
    assert (principal.person, principal.post, principal.roles) == (
        "li the person",
        "finance-planner",
        frozenset({"planner"}),
    )
    assert access.people.id_of(principal.actor.person) == principal.account
    assert (principal.townships, principal.via, principal.must_change_password) == (None, "token", False)


@pytest.mark.parametrize("login", ["li", "nobody", "", "x" * 5000, "li\x00"])
def test_any_name_costs_exactly_one_hash_and_is_refused_alike(
    access: Access, login: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    somebody(access)
    access.passwords.matches(None, "first use")  # the hash nobody has is computed once
    done: list[str] = []
    for work in ("verify", "hash"):
        usual: Callable[..., object] = getattr(PasswordHasher, work)
        monkeypatch.setattr(PasswordHasher, work, counted(work, usual, done))
    with pytest.raises(LoginRefused) as refused:
        log_in(access, login, "not the password", VISIT)
    assert done == ["verify"]
    assert refused.value.details == {}


@pytest.mark.parametrize("state", ["shut", "without a password", "one-time password over"])
def test_an_account_that_is_not_open_is_refused_as_if_it_were_not_there(
    access: Access, clock: ToldClock, state: str
) -> None:
    account, one_time = somebody(access)
    if state == "shut":
        shut_account(access, account, AT_THE_MACHINE)
    elif state == "without a password":
        access.accounts.set_password(account.id, None, one_time_until=None, at=clock.now)
    else:
        clock.now += ONE_TIME
    with pytest.raises(LoginRefused):
        log_in(access, "li", one_time, VISIT)


def test_a_password_kept_with_weaker_parameters_is_hashed_anew_at_login(access: Access) -> None:
    account, _ = somebody(access)
    weak = PasswordHasher.from_parameters(Parameters(Type.ID, 19, 16, 32, 1, 8, 1)).hash(GOOD)
    access.accounts.set_password(account.id, weak, one_time_until=None, at=access.clock())
    log_in(access, "li", GOOD, VISIT)
    _, kept = access.accounts.with_password("li")
    assert kept not in (None, weak)
    log_in(access, "li", GOOD, VISIT)


def test_a_refresh_token_is_good_once_and_a_second_use_ends_the_session_for_both(
    access: Access, session: LoggedIn, clock: ToldClock
) -> None:
    clock.pass_(minutes=10)
    following = refresh(access, session.refresh_token, VISIT)
    assert following.session_ends_at == session.session_ends_at  # using a session does not lengthen it
    assert who(access, session).way == who(access, following).way  # what is under way goes on
    with pytest.raises(Unauthenticated):
        refresh(access, session.refresh_token, VISIT)
    for token in (session.access_token, following.access_token):
        with pytest.raises(Unauthenticated):
            authenticate(access, f"Bearer {token}")
    with pytest.raises(Unauthenticated):
        refresh(access, following.refresh_token, VISIT)
    (noted,) = access.log.newest(refused=True, before=None, limit=10)
    assert (noted.what, noted.account) == ("refresh-token-reused", following.account.id)


@pytest.mark.parametrize("change", [lambda t: t[:-1], lambda t: t + "x", lambda t: t[4:], lambda t: "", lambda t: "é"])
def test_a_refresh_token_nobody_gave_out_changes_nothing(
    access: Access, session: LoggedIn, change: Callable[[str], str]
) -> None:
    with pytest.raises(Unauthenticated):
        refresh(access, change(session.refresh_token), VISIT)
    refresh(access, session.refresh_token, VISIT)


def test_a_session_ends_after_a_working_day_and_an_access_token_long_before(
    access: Access, session: LoggedIn, clock: ToldClock
) -> None:
    clock.now += LIFETIME
    with pytest.raises(Unauthenticated, match="expired"):
        who(access, session)
    clock.now += SESSION - LIFETIME - timedelta(minutes=1)
    last = refresh(access, session.refresh_token, VISIT)
    assert last.expires_at == last.session_ends_at
    clock.pass_(minutes=1)
    with pytest.raises(Unauthenticated):
        who(access, last)
    with pytest.raises(Unauthenticated):
        refresh(access, last.refresh_token, VISIT)


@pytest.mark.parametrize("what", ["logout", "shut", "password reset", "forgotten"])
def test_what_ends_a_session_ends_its_tokens_at_once_here_and_soon_elsewhere(
    filed: Access, clock: ToldClock, desk: Path, what: str
) -> None:
    access, session = filed, logged_in(filed)
    with door(desk, clock) as elsewhere:
        who(elsewhere, session)
        assert recognised(elsewhere, f"Bearer {session.access_token}") is not None
        match what:
            case "logout":
                log_out(access, who(access, session).way)
            case "shut":
                shut_account(access, session.account, AT_THE_MACHINE)
            case "password reset":
                give_password(access, session.account, AT_THE_MACHINE)
            case _:
                assert forget_account(access, "li the person")
        with pytest.raises(Unauthenticated):
            who(access, session)
        clock.now += REMEMBERED
        with pytest.raises(Unauthenticated):
            who(elsewhere, session)
        with pytest.raises(Unauthenticated):
            refresh(elsewhere, session.refresh_token, VISIT)


def test_a_change_of_password_needs_the_old_one_and_ends_every_other_session(access: Access, session: LoggedIn) -> None:
    other = log_in(access, "li", GOOD, VISIT)
    with pytest.raises(PasswordWrong):
        change_password(access, who(access, session), VISIT, old="not it at all", new="quite another one")
    for unfit in ("short", "with li in itself", "aaaaaaaaaaaaaaaa", "x y z " * 40, GOOD):
        with pytest.raises(PasswordUnfit):
            change_password(access, who(access, session), VISIT, old=GOOD, new=unfit)
    change_password(access, who(access, session), VISIT, old=GOOD, new="quite another one")
    who(access, session)
    with pytest.raises(Unauthenticated):
        who(access, other)
    with pytest.raises(LoginRefused):
        log_in(access, "li", GOOD, VISIT)
    log_in(access, "li", "ｑuite another one", VISIT)  # a full-width letter is the same letter


def test_less_roles_count_at_once_and_more_from_the_next_token_on(access: Access, session: LoggedIn) -> None:
    grant_roles(access, session.account, AT_THE_MACHINE, roles=["reader", "planner"], townships=["t1"])
    assert who(access, session).roles == {"planner"}
    assert who(access, session).townships == frozenset({"t1"})
    assert who(access, refresh(access, session.refresh_token, VISIT)).roles == {"reader", "planner"}
    grant_roles(access, session.account, AT_THE_MACHINE, roles=["reader"])
    assert not who(access, session).roles


def test_failures_make_a_name_wait_longer_and_longer_and_a_success_forgets_them(
    access: Access, clock: ToldClock
) -> None:
    account, one_time = somebody(access)
    access.accounts.set_password(account.id, access.passwords.hash(one_time), one_time_until=None, at=clock.now)
    waits = []
    for _ in range(14):
        try:
            log_in(access, "li", "wrong", VISIT)
        except LoginThrottled as refused:
            waits.append(seconds := refused.details["wait_seconds"])
            with pytest.raises(LoginThrottled):  # the right one is not looked at either, and waiting is no failure
                log_in(access, "li", one_time, VISIT)
            assert isinstance(seconds, int)
            clock.pass_(seconds=seconds)
        except LoginRefused:
            continue
    assert waits == [1, 2, 4, 8, 16, 32, 64][: len(waits)]
    assert len(waits) >= 4
    log_in(access, "li", one_time, VISIT)
    for _ in range(4):
        with pytest.raises(LoginRefused):
            log_in(access, "li", "wrong", VISIT)
    log_in(access, "li", one_time, VISIT)


def test_an_address_waits_whatever_names_it_tries_and_an_own_account_buys_no_guesses(
    access: Access, clock: ToldClock
) -> None:
    account, one_time = somebody(access)
    access.accounts.set_password(account.id, access.passwords.hash(one_time), one_time_until=None, at=clock.now)
    for number in range(30):
        with pytest.raises(LoginRefused):
            log_in(access, f"name-{number}", "wrong", VISIT)
        if number < 29:
            log_in(access, "li", one_time, VISIT)
    with pytest.raises(LoginThrottled):
        log_in(access, "name-31", "wrong", VISIT)
    log_in(access, "li", one_time, Visit("10.0.0.8", "POST", "/v1/sessions"))


def test_addresses_of_one_network_of_ipv6_are_one_address(access: Access) -> None:
    for number in range(30):
        with pytest.raises(LoginRefused):
            log_in(access, f"name-{number}", "wrong", Visit(f"2001:db8::{number}", "POST", "/v1/sessions"))
    with pytest.raises(LoginThrottled):
        log_in(access, "name", "wrong", Visit("2001:db8::ffff:1", "POST", "/v1/sessions"))
    with pytest.raises(LoginRefused):
        log_in(access, "name", "wrong", Visit("2001:db8:0:1::1", "POST", "/v1/sessions"))


def test_logins_beyond_what_a_process_takes_on_are_told_at_once_and_count_as_no_failure(access: Access) -> None:
    account, one_time = somebody(access)
    with ExitStack() as line:
        for _ in range(IN_LINE):
            line.enter_context(access.passwords.in_line())
        for _ in range(20):
            with pytest.raises(LoginsBusy):
                log_in(access, "li", one_time, VISIT)
    assert log_in(access, "li", one_time, VISIT).account.id == account.id


def test_waiting_outlives_a_restart_and_is_the_same_in_every_process(desk: Path, clock: ToldClock) -> None:
    with door(desk, clock) as first, door(desk, clock) as second:
        somebody(first)
        for number in range(5):
            with pytest.raises(LoginRefused):
                log_in((first, second)[number % 2], "li", "wrong", VISIT)
    with door(desk, clock) as restarted:
        with pytest.raises(LoginThrottled):
            log_in(restarted, "li", "wrong", VISIT)
        clock.pass_(hours=2)
        for _ in range(5):
            with pytest.raises(LoginRefused):
                log_in(restarted, "li", "wrong", VISIT)


def test_a_flood_of_refusals_is_few_rows_that_say_how_many(access: Access, clock: ToldClock) -> None:
    for _ in range(29):
        with pytest.raises((LoginRefused, LoginThrottled)):
            log_in(access, "nobody", "wrong", VISIT)
        clock.pass_(seconds=1)
    rows = access.log.newest(refused=True, before=None, limit=100)
    assert len(rows) == 2
    assert 29 // 2 <= sum(row.times for row in rows) <= 29
    assert {row.what for row in rows} == {"login-refused", "login-throttled"}
