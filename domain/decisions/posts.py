"""The decision that records a post and its place among the others: whose superior, under whose supervision (M32)."""

from __future__ import annotations

from dataclasses import dataclass, field

from eventsourcing.dcb.domain import Selector

from domain.decisions.base import Deciding
from domain.decisions.common import NothingChanged
from domain.errors import Refusal
from domain.facts import POST_FACTS
from domain.facts.base import Fact
from domain.facts.posts import PostRecorded
from domain.folds import PostsFold


class UnknownPost(Refusal):
    """A post is placed among recorded ones."""

    code = "unknown-post"
    sentence_en = "There is no post {post} in the record."
    cure_en = "Record that post first: `tongchou post record`, from the top down."


class PostCircle(Refusal):
    """No post is its own superior or its own supervisor, whatever lies between."""

    code = "post-circle"
    sentence_en = "Post {post} would stand above or supervise itself: {circle}."
    cure_en = "Name another post above it, or another one that supervises it."


@dataclass(eq=False, kw_only=True)
class RecordPost(Deciding):
    """Record a post, or its place anew: its names, the post above, the one that supervises it, its department (M32).

    Refuses with `UnknownPost`, `PostCircle` or `NothingChanged`.
    """

    post: str
    name_zh: str
    name_en: str
    above: str | None = None
    supervised_by: str | None = None
    department: str | None = None
    posts: PostsFold = field(default_factory=PostsFold, init=False, repr=False)

    def boundary(self) -> list[Selector]:
        """All posts: there are few, and a circle may lead through any of them."""
        return [Selector(types=POST_FACTS)]

    def fold(self, fact: Fact) -> None:
        """Keep the posts."""
        self.posts.apply(fact)

    def execute(self) -> None:
        """Record `PostRecorded`."""
        wanted = PostRecorded(
            mandate=self.mandate,
            post=self.post,
            name_zh=self.name_zh,
            name_en=self.name_en,
            above=self.above,
            supervised_by=self.supervised_by,
            department=self.department,
        )
        for by in ("above", "supervised_by"):
            self._must_end(by, getattr(wanted, by))
        now = self.posts.posts.get(self.post)
        if now is not None and _said(now) == _said(wanted):
            raise NothingChanged(decision=self.title(), subject=self.post)
        self.record(wanted)

    def _must_end(self, by: str, named: str | None) -> None:
        if named is None:
            return
        way = [named, *self.posts.chain(named, by)]
        if self.post in way:
            circle = " → ".join([self.post, *way[: way.index(self.post) + 1]])
            raise PostCircle(post=self.post, circle=circle)
        if named not in self.posts.posts:
            raise UnknownPost(post=named)


def _said(fact: PostRecorded) -> tuple[object, ...]:
    return tuple(getattr(fact, name) for name in fact.__struct_fields__ if name != "mandate")
