"""Repeats of a call: the same call of the same account under the same key is carried out once, and answered the same.

What is at the desk is a help, not the truth: a decision carries a command made of account and key, by which the record
itself knows a repeat, also after the answer is gone, or was never kept because the process died before.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from desk.repeats import Answer, Begun
from domain.errors import Refusal
from service.access.principal import Principal
from service.office import Office

__all__ = ["Answer", "AnswerNotKept", "Attempt", "Begun", "KeyUsedOtherwise", "StillAtWork", "keyed"]

DEAD_AFTER = timedelta(seconds=80)
"""Nobody works on one call for longer: an attempt begun before that died with its process."""


class KeyUsedOtherwise(Refusal):
    """An idempotency key that stands for another call."""

    code = "idempotency-key-reused"
    sentence_en = "This `Idempotency-Key` was used for another call, so nothing was done."
    cure_en = "Give every call a key of its own; repeat a call with exactly its first address and content."


class StillAtWork(Refusal):
    """The first call under a key is not answered yet."""

    code = "idempotency-key-at-work"
    sentence_en = "The first call with this `Idempotency-Key` is not answered yet."
    cure_en = "Send it again in a while."


class AnswerNotKept(Refusal):
    """The first answer under a key held a secret, which is shown once."""

    code = "answer-not-kept"
    sentence_en = "This call was carried out before; its answer held a secret, which is shown once and was not kept."
    cure_en = "If the answer was lost, revoke what was made and make it anew with another key."


def keyed(principal: Principal, key: str) -> str:
    """What stands for a key of an account, and for no other's."""
    return hashlib.sha256(f"{len(principal.account)}:{principal.account}:{key}".encode()).hexdigest()[:40]


class Attempt:
    """One attempt at a call under a key; `fingerprint` is a hash of everything the call asks."""

    def __init__(self, office: Office, principal: Principal, key: str, fingerprint: str) -> None:
        self._clock, self._repeats = office.clock, office.repeats
        self._id = keyed(principal, key)
        self._fingerprint = fingerprint
        self._holder = secrets.token_hex(8)

    def begin(self) -> Begun:
        """Begin, or learn what came of it before. Raises `KeyUsedOtherwise`."""
        begun = self._repeats.begin(self._id, self._fingerprint, self._holder, self._clock())
        if begun.fingerprint != self._fingerprint:
            raise KeyUsedOtherwise
        return begun

    def turn(self, begun: Begun) -> Begun:
        """How it stands after a while: another's answer, or this attempt's turn where nobody is at work any more."""
        now = self._clock()
        if now - begun.since > DEAD_AFTER and self._repeats.take_over(self._id, self._holder, begun.since, now):
            return Begun(self._fingerprint, True, now)
        return self._repeats.find(self._id) or self.begin()

    def keep(self, answer: Answer) -> Answer | None:
        """Keep the answer; where another holds, that one."""
        if self._repeats.keep(self._id, self._holder, answer):
            return None
        first = self._repeats.find(self._id)
        return None if first is None else first.answer

    def give_up(self) -> None:
        """Nothing came of it: the key is as if never used."""
        self._repeats.give_up(self._id, self._holder)
