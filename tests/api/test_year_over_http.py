"""A year told by calls is the year told by use cases: the same facts, but for who is behind an id, and the second."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from service.office import Office
from tests.api.told import Told, opened
from tests.service.small import store_in
from tests.year import YearClock


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    clock = YearClock()
    office, client = opened(store_in(tmp_path_factory.mktemp("told")), clock)
    with client:
        told = Told(office, client, clock)
        told.tell()
        yield told
    office.close()


def facts(office: Office) -> list[dict[str, Any]]:
    """Every fact as plain values, without person and command, and with the reasons."""
    plain = []
    for recorded in office.log.facts():
        fact = msgspec.to_builtins(recorded.fact)
        mandate = fact["mandate"]
        assert mandate.pop("person")
        assert mandate.pop("command")
        plain.append({"name": recorded.fact.stored_name(), "day": str(recorded.recorded_at.date()), **fact})
    return plain


def test_the_year_over_http_leaves_the_facts_of_the_year_told_by_use_cases(told: Told, office: Office) -> None:
    mine, theirs = facts(told.office), facts(office)
    assert len(mine) == len(theirs) > 70
    for here, there in zip(mine, theirs, strict=True):
        assert here == there
