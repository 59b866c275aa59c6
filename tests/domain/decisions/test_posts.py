"""Posts stand in an order that ends: whoever decided, the post above and the supervising one are named (M32)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.decisions import RecordPost
from domain.decisions.common import NothingChanged
from domain.decisions.posts import PostCircle, UnknownPost
from domain.errors import Refusal
from domain.folds import PostsFold
from domain.folds.posts import Answerable
from tests.domain.decisions.harness import Record, by


def post(name: str, above: str | None = None, supervised_by: str | None = None, **more: str) -> RecordPost:
    return RecordPost(
        mandate=by(), post=name, name_zh="岗位", name_en=name, above=above, supervised_by=supervised_by, **more
    )


def posts(record: Record) -> PostsFold:
    fold = PostsFold()
    for fact in record.facts:
        fold.apply(fact)
    return fold


@pytest.fixture
def record() -> Record:
    """A secretary over a discipline secretary and a bureau, the bureau over a treasurer; discipline supervises."""
    record = Record()
    record.decide(
        post("secretary"),
        post("discipline", above="secretary"),
        post("secretary", supervised_by="discipline"),
        post("bureau", above="secretary", supervised_by="discipline"),
        post("treasurer", above="bureau", supervised_by="discipline", department="finance"),
    )
    return record


def test_a_trace_goes_one_level_up_and_to_the_supervising_post(record: Record) -> None:
    fold = posts(record)
    assert fold.answerable("treasurer") == Answerable("treasurer", "bureau", "discipline")
    assert fold.answerable("nobody") == Answerable("nobody", None, None)
    assert fold.chain("treasurer") == ["bureau", "secretary"]
    assert fold.chain("treasurer", "supervised_by") == ["discipline"]


def test_no_post_stands_above_itself_nor_supervises_itself(record: Record) -> None:
    assert record.refuses(post("secretary", above="treasurer"), PostCircle).details["circle"] == (
        "secretary → treasurer → bureau → secretary"
    )
    record.refuses(post("secretary", above="secretary"), PostCircle)
    record.refuses(post("discipline", above="secretary", supervised_by="treasurer"), PostCircle)
    record.refuses(post("auditor", supervised_by="auditor"), PostCircle)


def test_a_post_is_placed_among_recorded_ones_and_the_same_place_is_recorded_once(record: Record) -> None:
    record.refuses(post("driver", above="garage"), UnknownPost)
    record.refuses(post("driver", supervised_by="garage"), UnknownPost)
    record.refuses(post("bureau", above="secretary", supervised_by="discipline"), NothingChanged)
    record.decide(post("bureau", above="secretary"))
    assert posts(record).answerable("bureau") == Answerable("bureau", "secretary", None)


NAMES = st.sampled_from(["a", "b", "c", "d", "e"])


@given(st.lists(st.tuples(NAMES, st.none() | NAMES, st.none() | NAMES), max_size=20))
def test_whatever_is_tried_every_way_up_ends(tried: list[tuple[str, str | None, str | None]]) -> None:
    record = Record()
    for name, above, supervised_by in tried:
        try:
            record.decide(post(name, above, supervised_by))
        except Refusal:
            continue
    for by_what in ("above", "supervised_by"):
        for start in posts(record).posts:
            at, steps = getattr(posts(record).posts[start], by_what), 0
            while at is not None:
                at, steps = getattr(posts(record).posts[at], by_what), steps + 1
                assert steps < 5
