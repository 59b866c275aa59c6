"""The fold of keys and witnesses: which key signs the log now, which ones did before, whose co-signatures count."""

from __future__ import annotations

from domain.facts.base import Fact
from domain.facts.proof import SigningKeyIntroduced, SigningKeyReplaced, SigningKeyRotated, WitnessRecognised


class KeysFold:
    """Keys as 64 hexadecimal digits."""

    def __init__(self) -> None:
        self.current: str | None = None
        self.used: set[str] = set()
        self.witnesses: dict[str, list[WitnessRecognised]] = {}
        """Each with every key it was recognised with, the newest last."""

    def apply(self, fact: Fact) -> None:
        """Take in one fact."""
        match fact:
            case SigningKeyIntroduced() | SigningKeyRotated() | SigningKeyReplaced():
                self.current = fact.public_key
                self.used.add(fact.public_key)
            case WitnessRecognised():
                self.witnesses.setdefault(fact.witness, []).append(fact)
