"""Refusals in the reader's language: the English beside each decision, the Chinese here, by the refusal's code.

Some values of a refusal are words too – the name of a decision, a state, a cause. They come in English; those the file
knows are said in Chinese, whatever else (codes, names, a database's own message) stays as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple, TypedDict

import yaml

from domain.errors import Refusal, shown
from texts.catalogue import Lang
from texts.fault_words import fault_words
from texts.phrases import Phrases

WORDED = frozenset(
    {
        *(
            "by",
            "closest",
            "decision",
            "expected",
            "fault",
            "kind",
            "needed",
            "on",
            "part",
            "problem",
            "reason",
            "receiver",
        ),
        *("rules", "stage", "state", "subject", "where", "why"),
    }
)
"""The details whose values may be words of ours; others are codes, names and figures."""

_FILE = Path(__file__).parent / "refusals.yaml"


class Saying(NamedTuple):
    """What a refusal says: what was refused and why, and what to do."""

    sentence: str
    cure: str


class _File(TypedDict):
    sentences: dict[str, dict[str, str]]
    values: dict[str, str]


@cache
def chinese() -> Mapping[str, Saying]:
    """Code -> Chinese templates, with the same placeholders as the refusal's English ones."""
    return {code: Saying(entry["sentence"], entry["cure"]) for code, entry in _read()["sentences"].items()}


def refusal_text(refusal: Refusal, lang: Lang, *, cure: bool = True) -> str:
    """The refusal, with its cure as one text; English where the Chinese does not know the code."""
    saying = chinese().get(refusal.code)
    if lang == "en" or saying is None:
        return str(refusal) if cure else refusal.sentence
    details = {
        name: worded(value) if name in WORDED and isinstance(value, str) else value
        for name, value in shown(refusal.details, "zh").items()
    }
    return saying.sentence.format(**details) + (saying.cure.format(**details) if cure else "")


def worded(value: str) -> str:
    """The Chinese of a value that is a phrase of ours; any other value as it stands."""
    found = None if value.endswith(".") else _phrases()(value)  # whole sentences are of the book of faults
    if found is not None:
        return found
    known = _read()["values"]
    choices = value.split(" or ")
    if all(choice in known for choice in choices):
        return "或".join(known[choice] for choice in choices)
    return fault_words(value)


@cache
def _phrases() -> Phrases:
    return Phrases(_read()["values"], lambda letter, part: worded(part))


@cache
def _read() -> _File:
    read: _File = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return read
