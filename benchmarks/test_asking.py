"""A question about one thing against reading the whole log: a story, a trace's first step and a sum of one unit."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.long_log import write_log
from benchmarks.rounds import in_rounds
from domain.facts.spending import LineCommitted
from service.asking.stories import story_of
from service.asking.targets import targets_of
from service.county import County, open_county
from service.registers import moment

FACTS = 100_000


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Iterator[County]:
    """A county with a long log and its tables."""
    path = tmp_path_factory.mktemp("long") / "long.db"
    write_log(path, FACTS)
    with open_county(f"sqlite:///{path}") as opened:
        yield opened


def _whole_log(county: County) -> int:
    return sum(1 for _ in county.log.facts())


def _story_of_a_unit(county: County) -> int:
    return len(story_of(county, "unit:t00-v000", moment(county)).told)


def _story_of_a_commitment(county: County) -> int:
    return len(story_of(county, _late_commitment(county).commitment, moment(county)).told)


def _sum_of_one_unit(county: County) -> int:
    made = _late_commitment(county)
    return len(targets_of(county, f"{made.amount_fen / 100:.2f}@unit:{made.unit}", moment(county)))


def _late_commitment(county: County) -> LineCommitted:
    late = next(county.log.facts(after=FACTS - 100, types=[LineCommitted])).fact
    assert isinstance(late, LineCommitted)
    return late


@pytest.mark.benchmark(group="one thing in a long log")
@pytest.mark.parametrize("asked", [_whole_log, _story_of_a_unit, _story_of_a_commitment, _sum_of_one_unit])
def test_a_question_about_one_thing(
    benchmark: BenchmarkFixture, county: County, asked: Callable[[County], int]
) -> None:
    """The ratio to the first row is what counts; it falls as the log grows."""
    assert in_rounds(benchmark, asked, args=(county,), rounds=3, warmup_rounds=1) > 0
