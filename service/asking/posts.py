"""The posts that answer for what was decided: themselves, one level up, and who supervises (责任上追一级, M32)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from documents.traced import Step
from domain.traces import PostRow
from service.county import County
from service.posts import posts_at
from service.registers import Moment


def answering(county: County, steps: Iterable[Step], at: Moment) -> Iterator[PostRow]:
    """Every post that decided at a step, in the order of the steps, with who held it and who answers with it."""
    fold = posts_at(county, at)
    persons: dict[str, dict[str, None]] = {}
    decided: dict[str, dict[str, None]] = {}
    for one in steps:
        for told in one.told:
            persons.setdefault(told.post, {})[told.person] = None
            decided.setdefault(told.post, {})[one.step] = None
    for post, held in persons.items():
        who = fold.answerable(post)
        yield PostRow(
            post=post,
            persons=tuple(held),
            steps=tuple(decided[post]),
            above=who.above,
            supervised_by=who.supervised_by,
        )
