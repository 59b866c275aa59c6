"""Refusals: what a decision says when it will not be taken, in words a planner can act on.

A refusal has a stable `code` (for programs and for the Chinese catalogue in `texts/`), the sentence that
says what was refused and why, and the cure. Programs match on the class or the code, never on the text.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from domain.money import Lang, yuan


def shown(details: Mapping[str, object], lang: Lang = "en") -> dict[str, object]:
    """Details as a sentence prints them: whole fen (names ending in `_fen`) as yuan, the rest as it is."""
    return {
        name: yuan(value, lang) if name.endswith("_fen") and isinstance(value, int) else value
        for name, value in details.items()
    }


class Refusal(Exception):
    """A decision that was not taken; the log is exactly as before.

    Subclasses state `code`, `sentence_en` and `cure_en` as templates over the keyword arguments they are raised
    with; `texts/` holds the Chinese of the same code with the same names.
    """

    code: ClassVar[str] = "refused"
    sentence_en: ClassVar[str] = "{what}"
    cure_en: ClassVar[str] = ""

    def __init__(self, **details: object) -> None:
        self.details = details
        super().__init__(self.sentence)

    def __reduce__(self) -> tuple[object, ...]:
        """A refusal travels between processes as its class and its details."""
        return _refusal, (type(self), self.details)

    @property
    def sentence(self) -> str:
        """What was refused and why, in English."""
        return self.sentence_en.format(**shown(self.details))

    @property
    def cure(self) -> str:
        """What to do next, in English."""
        return self.cure_en.format(**shown(self.details))

    def __str__(self) -> str:
        return f"{self.sentence} {self.cure}".strip()


def _refusal(kind: type[Refusal], details: dict[str, object]) -> Refusal:
    return kind(**details)


class Moved(Refusal):
    """Somebody else recorded a fact this decision depends on, again and again, while it was being taken."""

    code = "moved"
    sentence_en = "The record kept changing while “{decision}” was being decided, so nothing was recorded."
    cure_en = "Run the same command again."
