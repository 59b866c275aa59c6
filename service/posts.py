"""Use case of posts: who stands above and who supervises, as known and effective at any moment (M32)."""

from __future__ import annotations

from domain.facts import POST_FACTS
from domain.folds import PostsFold
from service.county import County
from service.registers import Moment, counting


def posts_at(county: County, at: Moment) -> PostsFold:
    """The posts as known and effective at a moment."""
    fold = PostsFold()
    for recorded in counting(county, at, POST_FACTS):
        fold.apply(recorded.fact)
    return fold
