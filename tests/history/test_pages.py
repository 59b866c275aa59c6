"""Pages of the log, followed to the end, are the log; whatever is asked for, however it is cut."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime
from secrets import token_bytes

import pytest
from eventsourcing.dcb.api import DCBEvent

from history.pages import page
from history.port import Entry, FactRecorder
from history.store import open_recorder

MANY = 600


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def recorder(request: pytest.FixtureRequest) -> Iterator[FactRecorder]:
    """Facts of some names with some tags, most of them rare somewhere."""
    dice = random.Random(11)
    url = "sqlite://"
    if request.param == "postgres":
        url = f"{request.getfixturevalue('postgres_server').url()}?schema=pages"
    made = open_recorder(url, clock=lambda: datetime.now(UTC), chance=token_bytes)
    made.append(
        [
            DCBEvent(
                type="rare" if number in (3, 411) else dice.choice("abc"),
                data=b"x" * dice.randrange(1, 50),
                tags=[f"t:{dice.randrange(4)}", f"u:{dice.randrange(9)}"],
            )
            for number in range(MANY)
        ]
    )
    yield made
    made.close()


@pytest.mark.parametrize(
    "types,tags",
    [((), ()), (("a",), ()), (("a", "b"), ("t:1",)), ((), ("t:2", "u:5")), (("rare",), ()), (("none",), ())],
)
@pytest.mark.parametrize("limit", [1, 7, 1000])
@pytest.mark.parametrize("bytes_max", [1, 100, 2**20])
def test_pages_followed_to_the_end_hold_what_was_asked_for_once_and_in_order(
    recorder: FactRecorder, types: tuple[str, ...], tags: tuple[str, ...], limit: int, bytes_max: int
) -> None:
    def wanted(entry: Entry) -> bool:
        return (not types or entry.name in types) and all(f'"{tag}"' in entry.tags for tag in tags)

    if limit == 1 and len(types) != 1:
        limit = 3  # the same at a third of the questions
    found: list[Entry] = []
    at = 0
    while at < MANY:
        entries, until = page(recorder, after=at, until=MANY, limit=limit, types=types, tags=tags, bytes_max=bytes_max)
        assert until > at
        assert len(entries) <= limit
        assert len(entries) <= 1 or sum(len(entry.data) for entry in entries[:-1]) < bytes_max
        found += entries
        at = until
    assert found == [entry for entry in recorder.entries() if wanted(entry)]


def test_a_page_after_the_end_is_empty_and_stays_there(recorder: FactRecorder) -> None:
    assert page(recorder, after=MANY, until=MANY, limit=5) == ([], MANY)
    assert page(recorder, after=MANY, until=MANY, limit=5, types=("a",)) == ([], MANY)
