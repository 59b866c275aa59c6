"""Facts about posts: who stands above whom, and who supervises (M32)."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from domain.facts.base import Fact
from domain.register import Text

PostName = Annotated[str, Meta(min_length=1, max_length=64)]
"""A post as mandates name it."""


class PostRecorded(Fact, frozen=True, kw_only=True, tag="post.recorded"):
    """A post and its place: the post above it, and the one that supervises it (纪检); replaces what was said before.

    Posts stand on the record, persons do not: whoever holds a post acts in it by mandate.
    """

    post: PostName
    name_zh: Text
    name_en: Text
    above: PostName | None = None
    supervised_by: PostName | None = None
    department: Text | None = None

    def further_tags(self) -> list[str]:
        """The post, and those it names."""
        return [f"post:{post}" for post in dict.fromkeys((self.post, self.above, self.supervised_by)) if post]
