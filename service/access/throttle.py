"""Guessing passwords gets slow, by login name and by the address it comes from; kept in the desk, so no restart helps.

A name has five tries before waiting begins, an address thirty (a whole office may come from one). The longest wait
for a name is about a minute: long enough against guessing (1,440 guesses a day), too short to shut its owner out by
guessing on purpose.
"""

from __future__ import annotations

import ipaddress
from datetime import datetime, timedelta
from hashlib import sha256

from desk.attempts import Pace
from domain.errors import Refusal
from service.access.access import Access

BY_NAME = Pace(free=5, doublings=6, memory=timedelta(hours=1))
BY_ADDRESS = Pace(free=30, doublings=8, memory=timedelta(hours=1))


class LoginThrottled(Refusal):
    """Too many wrong passwords in a row; whether this one was right was not looked at."""

    code = "login-throttled"
    sentence_en = "There were too many attempts to log in that failed, so this one was not looked at."
    cure_en = "Try again in {wait_seconds} seconds."


def begin_attempt(access: Access, login: str, address: str) -> None:
    """Count an attempt, failed until `end_attempt`. Raises `LoginThrottled`."""
    at = access.clock()
    for bucket, pace in ((_by_address(address), BY_ADDRESS), (_by_name(login), BY_NAME)):
        until = access.attempts.begin(bucket, pace, at)
        if until is not None:
            raise LoginThrottled(wait_seconds=_wait_seconds(until, at))


def end_attempt(access: Access, login: str, address: str) -> None:
    """The attempt succeeded: the name begins anew; of the address only this one is taken back, so that an account of
    one's own does not buy guesses at others.
    """
    access.attempts.forgive(_by_name(login))
    access.attempts.take_back(_by_address(address))


def _by_name(login: str) -> str:
    """A hash, because what people type for their name is at times their password."""
    return f"name:{sha256(login.encode()).hexdigest()}"


def _by_address(address: str) -> str:
    """Of IPv6 the network of 64 bits: whoever has one address of it has them all."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return f"address:{address[:64]}"
    whole = ipaddress.ip_network((known, 64 if known.version == 6 else 32), strict=False)
    return f"address:{whole}"


def _wait_seconds(until: datetime, at: datetime) -> int:
    return max(1, -int((at - until).total_seconds() // 1))
