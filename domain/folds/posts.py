"""The posts fold: who stands above a post and who supervises it, so that a yuan leads one level up (一案三查, M32)."""

from __future__ import annotations

from typing import NamedTuple

from domain.facts.base import Fact
from domain.facts.posts import PostRecorded


class Answerable(NamedTuple):
    """The posts that answer for what one post decided: itself, the one above, the supervising one (None: unknown)."""

    post: str
    above: str | None
    supervised_by: str | None


class PostsFold:
    """Posts by name, each as it was recorded last."""

    def __init__(self) -> None:
        self.posts: dict[str, PostRecorded] = {}

    def apply(self, fact: Fact) -> None:
        """Take in one fact; all but those about posts are ignored."""
        if isinstance(fact, PostRecorded):
            self.posts[fact.post] = fact

    def answerable(self, post: str) -> Answerable:
        """Who answers for what a post decided, one level up (责任上追一级); also for a post nobody recorded."""
        known = self.posts.get(post)
        return Answerable(post, known.above if known else None, known.supervised_by if known else None)

    def chain(self, post: str, by: str = "above") -> list[str]:
        """The posts above one, nearest first, or with `by="supervised_by"` those that supervise; ends where none is."""
        found: list[str] = []
        following = self._next(post, by)
        while following is not None and following not in (post, *found):
            found.append(following)
            following = self._next(following, by)
        return found

    def _next(self, post: str, by: str) -> str | None:
        known = self.posts.get(post)
        return None if known is None else getattr(known, by)
