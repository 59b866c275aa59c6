"""Who and what codes stand for, looked up in the read models and at the desk as far as a question needs them."""

from __future__ import annotations

from functools import lru_cache

import msgspec

from documents.wording import Named, free, name, shown
from domain.facts.posts import PostRecorded
from intake.columns import Column
from intake.sheet_funds import FUNDS
from intake.sheet_projects import PROJECTS
from intake.sheet_units import TOWNSHIPS, UNITS
from service.asking.subjects import Subject
from service.county import County
from service.entries import Entries
from texts import Both, literal

SHEETS = {"unit": UNITS, "township": TOWNSHIPS, "project": PROJECTS, "fund": FUNDS}
KEPT = 4096
"""Names kept at hand while one question is answered."""


class Known:
    """Names as known at a position (`documents.telling.Names`); posts as they stand by the position given here."""

    def __init__(self, county: County, position: int) -> None:
        self._county = county
        self._position = position
        self.named = county.named
        self._entries = Entries(county, county.log.head())
        self.thing = lru_cache(KEPT)(self._thing)
        self.person = lru_cache(KEPT)(self._person)
        self.post = lru_cache(KEPT)(self._post)

    def _thing(self, kind: str, code: str, position: int) -> Both:
        """A unit, project, fund or township by its name, its code behind it."""
        entry = self._entries.at(kind, code, position)
        if entry is None or not (entry.name_zh or entry.name_en):
            return literal(code)
        return _called(entry, code)

    def subject(self, subject: Subject, position: int) -> Both:
        """What a question is about."""
        named = subject.kind in SHEETS
        return self.thing(subject.kind, subject.code, position) if named else literal(subject.code)

    def _person(self, person: str) -> str:
        """The name behind a pseudonymous id, or the id where it was erased or is not for whoever asks."""
        return free(self._county.name_of(person) or person).en

    def _post(self, post: str) -> Both:
        """A post by its name, its code behind it; one that was never recorded by its code."""
        about = self._county.log.facts(until=self._position, types=[PostRecorded], tags=[f"post:{post}"])
        own = [one.fact for one in about if isinstance(one.fact, PostRecorded) and one.fact.post == post]
        if not own or not (own[-1].name_zh or own[-1].name_en):
            return free(post)
        return _called(own[-1], post)

    def field(self, kind: str, name: str) -> Both:
        """What a field of an entry is called: the Chinese header of its column; in English headers are the codes."""
        sheet = SHEETS.get(kind)
        column: Column | None = None
        if sheet is not None:
            keys = (name, f"{name.removesuffix('_fen')}_yuan", f"{name.removesuffix('_fen')}_per_head_yuan")
            column = next((sheet.by_key[key] for key in keys if key in sheet.by_key), None)
        english = name.removesuffix("_fen").replace("_", " ")
        return Both(column.zh[0] if column is not None else english, english)

    def before(self, kind: str, code: str, position: int) -> msgspec.Struct | None:
        """The entry as it was known before the fact at a position."""
        entry: msgspec.Struct | None = self._entries.at(kind, code, position - 1)
        return entry


def post_names(county: County, position: int) -> dict[str, Both]:
    """What every post recorded by a position is called, by its code."""
    about = county.log.facts(until=position, types=[PostRecorded])
    posts = [one.fact for one in about if isinstance(one.fact, PostRecorded)]
    return {post.post: name(post) for post in posts if post.name_zh or post.name_en}


def _called(thing: Named, code: str) -> Both:
    called, code = name(thing), shown(code)
    return Both(f"{called.zh}（{code}）", f"{called.en} ({code})")
