"""Every kind of problem a program can be told, by its code: what it says and the cure, as templates, zh and en."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from functools import cache

from msgspec import Struct

from domain.errors import Refusal
from service.faults import Exit, exit_of
from texts import entries
from texts.refusals import chinese

ROOMS = ("domain", "history", "intake", "optimizer", "projections", "scenarios", "service")
"""Where refusals are defined, beside whoever asks."""
SAID_IN_TEXTS = {
    "desk-unavailable": ("cli.desk", Exit.STORE),
    "solver-failed": ("cli.solver", Exit.SOLVER),
    "file": ("cli.file", Exit.BAD_INPUT),
    "request-invalid": ("api.invalid", Exit.BAD_INPUT),
    **{
        code: (f"api.{code}", Exit.REFUSED) for code in ("no-such-address", "no-such-method", "bad-request", "internal")
    },
}
"""Codes without a refusal, and where the catalogue has their sentence."""
TITLES = "problem."
FILES = "intake.file."


class Words(Struct, frozen=True):
    """A text in both languages."""

    zh: str
    en: str


class ProblemKind(Struct, frozen=True, kw_only=True):
    """A kind of problem. Sentence and cure are templates: what stands in braces is said of the case."""

    code: str
    sentence: Words
    cure: Words | None
    exit: int


@cache
def problem_kinds() -> dict[str, ProblemKind]:
    """Code -> kind, by code: every refusal of the house, and whatever else is answered as a problem."""
    found = {one.code: one for one in (*_refusals(), *_others())}
    return dict(sorted(found.items()))


def _refusals() -> Iterator[ProblemKind]:
    for room in ROOMS:
        package = importlib.import_module(room)
        for module in pkgutil.walk_packages(package.__path__, f"{room}."):
            if not module.name.endswith("__main__"):
                importlib.import_module(module.name)
    for kind in dict.fromkeys(_below(Refusal)):
        saying = chinese().get(kind.code)
        if saying is not None:
            cure = Words(saying.cure, kind.cure_en) if kind.cure_en else None
            sentence = Words(saying.sentence, kind.sentence_en)
            yield ProblemKind(code=kind.code, sentence=sentence, cure=cure, exit=exit_of(kind))


def _below(above: type[Refusal]) -> Iterator[type[Refusal]]:
    for one in above.__subclasses__():
        yield one
        yield from _below(one)


def _others() -> Iterator[ProblemKind]:
    for key in entries():
        if key.startswith(FILES):
            yield _said(key.removeprefix(FILES), key, Exit.BAD_INPUT)
        elif key.startswith(TITLES):
            yield _said(key.removeprefix(TITLES), key, Exit.BAD_INPUT)
    for code, (key, end) in SAID_IN_TEXTS.items():
        yield _said(code, key, end)


def _said(code: str, key: str, end: Exit) -> ProblemKind:
    pair = entries()[key]
    return ProblemKind(code=code, sentence=Words(pair["zh"], pair["en"]), cure=None, exit=end)
