"""The finished year of the small county, told once for all questions."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from domain.facts import Fact
from service.county import County
from tests.year import finished_year


@pytest.fixture(scope="package")
def county(tmp_path_factory: pytest.TempPathFactory) -> Iterator[County]:
    with finished_year(tmp_path_factory.mktemp("year")) as year:
        yield year.county


def before(county: County, kind: type[Fact]) -> int:
    """The last position before the first fact of a kind."""
    return next(county.log.facts(types=[kind])).position - 1
