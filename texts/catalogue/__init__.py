"""The catalogue: keys to Chinese and English templates, kept as plain YAML beside this module and read once.

A template is what `str.format` takes; its placeholders are the same in both languages (a test holds that). Values come
in already worded: the catalogue knows no money, no dates and no numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Literal

import yaml

Lang = Literal["zh", "en"]
LANGS: tuple[Lang, ...] = ("zh", "en")

_FOLDER = Path(__file__).parent


class MissingText(KeyError):
    """A key the catalogue does not have, or a placeholder without its value: a defect of the caller."""

    def __str__(self) -> str:
        """The sentence itself, not its repr as `KeyError` would print it."""
        return str(self.args[0])


@cache
def entries() -> Mapping[str, Mapping[Lang, str]]:
    """The whole catalogue, key -> language -> template. Raises `ValueError` when a key stands in two files."""
    found: dict[str, Mapping[Lang, str]] = {}
    for path in sorted(_FOLDER.glob("*.yaml")):
        read: dict[str, dict[Lang, str]] = yaml.safe_load(path.read_text(encoding="utf-8"))
        twice = sorted(found.keys() & read.keys())
        if twice:
            raise ValueError(f"texts/catalogue/{path.name} says again what another file says: {', '.join(twice)}.")
        found.update({key: MappingProxyType(pair) for key, pair in read.items()})
    return MappingProxyType(found)


def has(key: str) -> bool:
    """Whether the catalogue has this key; for names that come from data, such as a kind of unit."""
    return key in entries()


class _Counted(str):
    """A number that a word depends on: `{plans} {plans:plan|plans}` is 1 plan, 2 plans."""

    __slots__ = ()

    def __format__(self, spec: str) -> str:
        one, several, many = spec.partition("|")
        return super().__format__(spec) if not several else one if self == "1" else many


def text(key: str, lang: Lang, **values: object) -> str:
    """The template of `key` in one language with its placeholders filled; values are put in as `str()` gives them.

    Raises `MissingText` for an unknown key or a placeholder without a value.
    """
    pair = entries().get(key)
    if pair is None:
        raise MissingText(
            f"The catalogue of texts has no “{key}”; add it to a file of texts/catalogue in both languages."
        )
    template = pair[lang]
    if "|" in template:
        values = {name: _Counted(value) for name, value in values.items()}
    try:
        return template.format(**values)
    except KeyError as missing:
        raise MissingText(f"The text “{key}” needs a value for {missing}, which was not given.") from missing
