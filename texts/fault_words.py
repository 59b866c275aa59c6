"""Faults of files an official writes (policies, scenarios) in the reader's language.

A fault says what was found, what was expected and the cure in short English phrases, made where it is found; their
Chinese is a book of phrases (`fault_words.yaml`). In its templates `{x}` is taken over as it stands – it may be
anybody's text – and `{X}` is a phrase of the same book.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import yaml

from domain.policy.faults import PolicyFault
from texts.catalogue import Lang, text
from texts.phrases import Phrases

_FILE = Path(__file__).parent / "fault_words.yaml"
_YUAN = re.compile(r"¥([\d,]+\.\d\d)")


def fault_text(fault: PolicyFault, lang: Lang) -> str:
    """One sentence: where, what was found, what was expected and what to do."""
    where = text("fault.place", lang, source=fault.source, line=fault.line, column=fault.column)
    where += f"（`{fault.path}`）" if fault.path else ""
    return fault.sentence if lang == "en" else f"{where}：{fault_told(fault, lang)}"


def fault_told(fault: PolicyFault, lang: Lang) -> str:
    """The same without the place."""
    if lang == "en":
        return fault.told
    said = in_language(fault, lang)
    told = [
        text(f"fault.{part}", lang, said=getattr(said, part)) for part in ("found", "expected") if getattr(said, part)
    ]
    guess = text("fault.suggestion", lang, said=fault.suggestion) if fault.suggestion else ""
    pieces = ("，".join(told), guess or said.cure)
    return "；".join(piece for piece in pieces if piece) + "。"


def in_language(fault: PolicyFault, lang: Lang) -> PolicyFault:
    """The same fault, what was found, expected and the cure in a language."""
    if lang == "en":
        return fault
    return replace(
        fault, found=fault_words(fault.found), expected=fault_words(fault.expected), cure=fault_words(fault.cure)
    )


def fault_words(said: str) -> str:
    """The Chinese of a phrase faults are told in; anything else as it stands."""
    found = _phrases()(said)
    return said if found is None else _YUAN.sub(r"\1元", found)


@cache
def _phrases() -> Phrases:
    known: dict[str, str] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return Phrases(known, lambda letter, part: fault_words(part) if letter.isupper() else part)
