"""Whose signatures count where: the keys of a log and its witnesses, read from its own facts and checked as a chain."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from domain.facts.base import Fact
from domain.facts.proof import (
    SigningKeyIntroduced,
    SigningKeyReplaced,
    SigningKeyRotated,
    WitnessRecognised,
    rotation_statement,
)
from history.log import Recorded
from history.note import Kind, PublicKey

KeyFact = SigningKeyIntroduced | SigningKeyRotated | SigningKeyReplaced


@dataclass(frozen=True)
class Period:
    """From this position on (up to the next period) the log is signed with this key."""

    position: int
    key: PublicKey
    fact: KeyFact

    @property
    def vouched(self) -> bool:
        """Whether the key before it signed that it gives way to this one, and this one the same of that."""
        if not isinstance(self.fact, SigningKeyRotated):
            return False
        fact = self.fact
        statement = rotation_statement(fact.key_name, fact.previous_key, fact.public_key)
        previous = PublicKey(fact.key_name, bytes.fromhex(fact.previous_key))
        return previous.has_signed(statement, bytes.fromhex(fact.signed_by_previous)) and self.key.has_signed(
            statement, bytes.fromhex(fact.signed_by_new)
        )


@dataclass
class KeyRing:
    """Every key of a log in its order, and the keys its witnesses co-sign with."""

    periods: list[Period] = field(default_factory=list)
    witnesses: list[PublicKey] = field(default_factory=list)

    @classmethod
    def of(cls, recorded: Iterable[Recorded]) -> KeyRing:
        """Out of the facts of a log, in order; those about other things are passed over."""
        found = cls()
        for one in recorded:
            found.take(one.position, one.fact)
        return found

    def take(self, position: int, fact: Fact) -> None:
        """Take in the next fact."""
        match fact:
            case SigningKeyIntroduced() | SigningKeyRotated() | SigningKeyReplaced():
                self.periods.append(Period(position, PublicKey(fact.key_name, bytes.fromhex(fact.public_key)), fact))
            case WitnessRecognised():
                key = PublicKey(fact.witness, bytes.fromhex(fact.public_key), Kind.COSIGNATURE)
                self.witnesses.append(key)

    def at(self, size: int) -> Period | None:
        """The period that the first `size` facts end in; None before there was a key."""
        before = bisect_right(self.periods, size, key=lambda period: period.position)
        return self.periods[before - 1] if before else None

    def breaks(self) -> Iterator[Period]:
        """The periods that do not follow from the one before, whatever their fact says."""
        previous: Period | None = None
        for period in self.periods:
            fact = period.fact
            if isinstance(fact, SigningKeyIntroduced):
                follows = previous is None
            else:
                follows = previous is not None and fact.previous_key == previous.key.public.hex()
            if isinstance(fact, SigningKeyRotated):
                follows = follows and period.vouched
            if not follows:
                yield period
            previous = period

    def unvouched_since(self, key: PublicKey) -> list[Period] | None:
        """The periods after that of a key, up to now, which nobody before them vouched for; None for a foreign key."""
        known = next((n for n, period in enumerate(self.periods) if period.key == key), None)
        if known is None:
            return None
        return [period for period in self.periods[known + 1 :] if not period.vouched]
