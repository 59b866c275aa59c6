"""What a release wrote stays readable: every fact of the golden log reads, and is written with the very same bytes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import ClassVar

import pytest
from eventsourcing.dcb.domain import Tagged

from domain.facts import FACT_BY_NAME, Fact
from history.examine import examine, leaf_of
from history.log import Log
from history.mapper import FactMapper
from history.merkle import root_of
from history.port import Entry
from projections.views import Views
from tests.golden.keep import FOLDER, lines, missing, store
from tests.history.examples import recorder_at

KEPT = lines()
MAPPER = FactMapper()
COUNTY = 70
"""So many facts are those of one county; what follows are examples out of many."""
RELEASED = 106
ROOT = "26d472a510afa7cbc2dcffc243f1e53a734f164f38960943c2f2a71229d08dd7"
"""How long the log was when its format was first released, and the root over that much of it: nothing of it changes."""
KEEP = "run `python -m tests.golden.keep`, which adds an example to the golden log and changes nothing in it"


def title(entry: Entry) -> str:
    return f"{entry.position}-{entry.name}"


def test_every_kind_of_fact_there_is_has_its_bytes_in_the_golden_log() -> None:
    assert missing(KEPT) == set(), KEEP


def test_a_kind_or_a_version_that_is_not_kept_is_missed() -> None:
    class Granted(Fact, frozen=True, kw_only=True, tag="grant.made"):
        pass

    class Revised(Fact, frozen=True, kw_only=True, tag="fund.amended"):
        VERSION: ClassVar[int] = 2

    assert missing(KEPT, {**FACT_BY_NAME, "grant.made": Granted}) == {("grant.made", 1)}
    assert missing(KEPT, {**FACT_BY_NAME, "fund.amended": Revised}) == {("fund.amended", 2)}


@pytest.mark.parametrize("entry", KEPT, ids=title)
def test_a_fact_as_it_was_written_is_read_and_one_of_todays_version_is_written_the_same(entry: Entry) -> None:
    fact = MAPPER.fact(entry.name, entry.data)
    assert fact.v == FACT_BY_NAME[entry.name].VERSION
    if json.loads(entry.data)["v"] == fact.v:
        event = MAPPER.to_dcb_event(Tagged(tags=fact.tags(), decision=fact))
        assert event.data == entry.data
        assert event.tags == json.loads(entry.tags), "a decision of today would not find what was recorded then"


def test_the_leaf_of_every_fact_and_the_root_over_them_are_what_they_were() -> None:
    for entry in KEPT:
        assert entry.leaf == leaf_of(entry), title(entry)
    assert root_of(entry.leaf for entry in KEPT[:RELEASED]).hex() == ROOT


def test_the_store_of_the_release_opens_is_sound_and_holds_these_rows(tmp_path: Path) -> None:
    with recorder_at(store(FOLDER, tmp_path / "log.db")) as recorder:
        assert list(recorder.entries()) == KEPT
        assert examine(Log(recorder, MAPPER), 0, len(KEPT), []).faults == []


def test_the_tables_are_made_from_the_store_of_the_release_and_money_balances(tmp_path: Path) -> None:
    with recorder_at(store(FOLDER, tmp_path / "log.db")) as recorder:
        log = Log(recorder, MAPPER)
        views = Views(None)
        assert views.rebuild(log, until=COUNTY) == COUNTY
        rows = views.ledger(log, position=COUNTY)
        [fund] = [row for row in rows if row.fund == "beautiful" and row.unit is None]
        assert (fund.announced_fen, fund.arrived_fen, fund.free_fen) == (100_000, 60_000, 37_000)
        assert not views.imbalance_fen(log, position=COUNTY)
