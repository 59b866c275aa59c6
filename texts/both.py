"""One saying in both languages at once, for documents that carry Chinese and English side by side."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from texts.catalogue import Lang, has, text


@dataclass(frozen=True)
class Both:
    """The same thing said in Chinese and in English."""

    zh: str
    en: str

    def __getitem__(self, lang: Lang) -> str:
        """What it is in one language."""
        return self.zh if lang == "zh" else self.en

    def __add__(self, other: Both) -> Both:
        """Joined, language by language."""
        return Both(self.zh + other.zh, self.en + other.en)

    @property
    def line(self) -> str:
        """Both in one line, once where they are the same."""
        return self.zh if self.zh == self.en else f"{self.zh} / {self.en}"

    @property
    def lines(self) -> str:
        """Chinese on the first line, English on the second: for hover texts, which cannot be switched by style."""
        return f"{self.zh}\n{self.en}"

    @classmethod
    def join(cls, pieces: Iterable[Both], *, zh: str = "、", en: str = ", ") -> Both:
        """Several as a list, with the separator of each language."""
        kept = list(pieces)
        return cls(zh.join(piece.zh for piece in kept), en.join(piece.en for piece in kept))


def literal(value: object) -> Both:
    """What is the same in both languages: a code, a hash, a figure."""
    return Both(str(value), str(value))


def both(key: str, **values: object) -> Both:
    """The text of `key` in both languages; a value that is itself a `Both` goes in language by language."""
    return Both(text(key, "zh", **_in("zh", values)), text(key, "en", **_in("en", values)))


def both_or(key: str, otherwise: object) -> Both:
    """The text of `key`, or `otherwise` as it stands where the catalogue does not know the key, for kinds are data."""
    return both(key) if has(key) else literal(otherwise)


def _in(lang: Lang, values: dict[str, object]) -> dict[str, object]:
    return {name: value[lang] if isinstance(value, Both) else value for name, value in values.items()}
