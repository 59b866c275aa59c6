"""A branch answers as one log would that held its past and its own facts; the log it was made from never notices."""

from __future__ import annotations

import hashlib
import inspect
import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from eventsourcing.dcb.api import DCBAppendCondition, DCBEvent, DCBQuery, DCBQueryItem
from eventsourcing.dcb.popo import InMemoryDCBRecorder
from eventsourcing.persistence import IntegrityError, ProgrammingError
from hypothesis import given
from hypothesis import strategies as st

from history.branch import Branch, BranchIsNoRecord, Past
from history.branch_log import BranchLog
from history.branch_store import BranchStore, KeptDecision
from history.faults import StoreFault, StoreReadOnly
from history.leaf import leaf_hash
from history.log import Log
from history.mapper import FactMapper
from history.port import Checkpoint, FactRecorder
from history.promotion import append_to
from tests.history.examples import MORNING, FundEmpty, Receive, TakeBack, ToldClock, chance, event, mandate, recorder_at
from tests.history.test_agreement import answer, appended, appends, positions, queries, questions


@contextmanager
def branch_of(
    base: FactRecorder, position: int | None = None, path: Path | None = None, clock: ToldClock | None = None
) -> Iterator[Branch]:
    with BranchStore(path, clock=clock or ToldClock(), chance=chance) as own:
        yield Branch(Past(base, base.head() if position is None else position), own)


def data(recorder: FactRecorder) -> list[str]:
    return [row[2].decode() for row in recorder.rows()]


def digest(folder: Path, name: str) -> dict[str, str]:
    """The bytes of a store and of what SQLite keeps beside it."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.glob(f"{name}*")}


def test_a_branch_is_made_of_a_store_of_any_kind(recorder: FactRecorder) -> None:
    recorder.append([event("a", "n:1"), event("b", "n:2"), event("live", "n:2")])
    with branch_of(recorder, 2) as branch:
        with pytest.raises(IntegrityError):
            branch.append([event("c")], DCBAppendCondition(DCBQuery([DCBQueryItem(tags=["n:2"])]), after=1))
        branch.append([event("c", "n:2")], DCBAppendCondition(DCBQuery([DCBQueryItem(tags=["n:2"])]), after=2))
        found = branch.read(DCBQuery([DCBQueryItem(tags=["n:2"])]))
        assert ([(one.position, one.event.data) for one in found], found.head) == ([(2, b"b"), (3, b"c")], 3)
        with branch.subscribe(after=1) as tail:
            assert [next(tail).position, next(tail).position] == [2, 3]
        assert list(branch.leaves(until=2)) == list(recorder.leaves(until=2))
        assert [(tag, position) for tag, _, position in branch.tag_rows()] == [("n:1", 1), ("n:2", 2), ("n:2", 3)]
        assert [(row[0], row[2]) for row in branch.rows_at([1, 3])] == [(1, b"a"), (3, b"c")]
    assert data(recorder) == ["a", "b", "live"]


@given(before=appends, since=appends, unseen=appends, asked=questions, until=st.integers(0, 20), cut=st.integers(0, 14))
def test_across_the_seam_a_branch_answers_as_one_log_would(
    before: Any, since: Any, unseen: Any, asked: Any, until: int, cut: int
) -> None:
    one_log = InMemoryDCBRecorder()
    with recorder_at() as base:
        for batch, _ in before:
            base.append(batch)
        for row in base.rows(until=cut):
            one_log.append([DCBEvent(type=row[1], data=row[2], tags=json.loads(row[3]))])
        with branch_of(base, cut) as branch:
            for batch, _ in unseen:
                base.append(batch)  # the live log goes on, and the branch does not see it
            for batch, condition in since:
                assert appended(branch, batch, condition) == appended(one_log, batch, condition)
            for query, after, limit in asked:
                assert answer(branch, query, after, limit) == answer(one_log, query, after, limit)
                found = [row[0] for row in branch.rows(query, after=after, until=until)]
                assert found == [at for at, *_ in answer(one_log, query, after, None)[0] if at <= until]


@given(batches=appends, query=queries, after=positions)
def test_a_branch_of_a_branch_answers_as_one_log_would(batches: Any, query: Any, after: Any) -> None:
    one_log = InMemoryDCBRecorder()
    with recorder_at() as base:
        base.append([event("base")])
        one_log.append([event("base")])
        with branch_of(base) as first:
            first.append([event("first")])
            one_log.append([event("first")])
            with branch_of(first) as second:
                for batch, condition in batches:
                    assert appended(second, batch, condition) == appended(one_log, batch, condition)
                assert answer(second, query, after, None) == answer(one_log, query, after, None)


def test_positions_go_on_and_every_leaf_is_that_of_its_place() -> None:
    with recorder_at() as base:
        base.append([event("a"), event("b"), event("never seen on the branch")])
        with branch_of(base, 2) as branch:
            assert branch.append_stamped([event("c"), event("d")]).positions == [3, 4]
            entries = list(branch.entries())
            assert [(one.position, one.data) for one in entries] == [(1, b"a"), (2, b"b"), (3, b"c"), (4, b"d")]
            for one in entries:
                assert one.leaf == leaf_hash(one.position, one.name, one.tags, one.recorded_at, one.salt, one.data)
            assert list(branch.leaves()) == [one.leaf for one in entries]
            assert list(branch.leaves(after=1, until=3)) == [one.leaf for one in entries[1:3]]
            assert list(branch.leaves())[:2] == list(base.leaves(until=2))
            assert branch.store_id != base.store_id


def test_a_leaf_that_was_not_that_of_its_entry_stays_wrong_on_the_branch(tmp_path: Path) -> None:
    with recorder_at() as base:
        base.append([event("a")])
        with branch_of(base, path=tmp_path / "b.db") as branch:
            branch.append([event("paid 10")])
        with sqlite3.connect(tmp_path / "b.db") as raw:
            raw.execute("DROP TRIGGER facts_no_update")
            raw.execute("UPDATE facts SET data = x'00'")
        raw.close()
        with branch_of(base, path=tmp_path / "b.db") as branch:
            last = list(branch.entries())[-1]
            assert last.leaf != leaf_hash(last.position, last.name, last.tags, last.recorded_at, last.salt, last.data)


def test_no_fact_of_a_branch_is_older_than_its_past_and_moments_find_positions_across_the_seam() -> None:
    with recorder_at() as base:
        base.append([event("a")])
        base.append([event("b")])
        behind = ToldClock(MORNING - timedelta(days=9), tick=timedelta(days=10))
        with branch_of(base, clock=behind) as branch:
            branch.append([event("stamped no earlier than b")])
            branch.append([event("ten days later")])
            assert [one.recorded_at for one in branch.read(after=1)] == [
                MORNING + timedelta(seconds=1),
                MORNING + timedelta(seconds=1),
                MORNING + timedelta(days=1),
            ]
            before, at, later = MORNING - timedelta(1), MORNING, MORNING + timedelta(seconds=1)
            assert [branch.position_at(moment) for moment in (before, at, later)] == [0, 1, 3]
            assert branch.position_at(MORNING + timedelta(days=2)) == 4


def test_what_is_appended_while_holding_is_kept_or_dropped_as_one_and_nobody_waits_on_the_live_log() -> None:
    with recorder_at() as base:
        base.append([event("a")])
        with branch_of(base) as branch:
            with suppress(IntegrityError), branch.holding():
                branch.append([event("dropped")])
                base.append([event("live")])
                branch.append([event("refused")], DCBAppendCondition(after=0))
            with branch.holding():
                branch.append([event("b")])
            assert data(branch) == ["a", "b"]
        assert data(base) == ["a", "live"]


def test_nothing_a_branch_does_reaches_the_log_it_was_made_from(tmp_path: Path) -> None:
    """Not a byte of the file changes, and the face a branch has of it offers no way to append."""
    with recorder_at(tmp_path / "live.db") as base:
        base.append([event(str(n), "n:all") for n in range(50)])
    before = digest(tmp_path, "live.db")
    with recorder_at(tmp_path / "live.db") as base, branch_of(base, 30, tmp_path / "branch.db") as branch:
        for n in range(20):
            branch.append([event(f"own {n}", "n:all")], DCBAppendCondition(after=branch.head()))
        with suppress(ProgrammingError):
            branch.append([])
        with pytest.raises(BranchIsNoRecord):
            branch.keep_checkpoint(Checkpoint(50, "a note"))
        assert len(list(branch.read(DCBQuery([DCBQueryItem(tags=["n:all"])])))) == 50
        assert branch.checkpoints() == []
    assert digest(tmp_path, "live.db") == before
    writing = {"append", "append_stamped", "keep_checkpoint", "holding", "listen", "close"}
    public = {name for name, _ in inspect.getmembers(Past) if not name.startswith("_")}
    assert public & writing == set()


def test_a_branch_works_on_a_store_nobody_may_write(tmp_path: Path) -> None:
    with recorder_at(tmp_path / "live.db") as base:
        base.append([event("a", "fund:x")])
        base._writer.execute("PRAGMA query_only = ON")  # SQLite itself now refuses every write through it
        with pytest.raises(StoreReadOnly):
            base.append([event("refused")])
        with branch_of(base) as branch:
            assert branch.append([event("b")]) == 2
            assert data(branch) == ["a", "b"]


def test_a_kept_branch_holds_what_it_held_after_it_was_closed(tmp_path: Path) -> None:
    with recorder_at() as base:
        base.append([event("a")])
        for word in ("b", "c"):
            with branch_of(base, 1, tmp_path / "b.db") as branch:
                branch.append([event(word)], DCBAppendCondition(after=branch.head()))
        with branch_of(base, 1, tmp_path / "b.db") as branch:
            assert data(branch) == ["a", "b", "c"]


def test_a_decision_on_a_branch_sees_the_past_and_is_kept_with_its_facts() -> None:
    with recorder_at() as base:
        Log(base, FactMapper()).decide(Receive(mandate=mandate("c1"), amount_fen=100))
        with branch_of(base) as branch:
            log = BranchLog(branch, FactMapper())
            with pytest.raises(FundEmpty):
                log.decide(TakeBack(mandate=mandate("c2"), amount_fen=101))
            assert log.decide(TakeBack(mandate=mandate("c3"), amount_fen=60)).position == 2
            assert log.decide(TakeBack(mandate=mandate("c3"), amount_fen=60)).repeated
            assert log.decide(TakeBack(mandate=mandate("c4"), amount_fen=0)).recorded == ()
            with pytest.raises(FundEmpty):
                log.decide(TakeBack(mandate=mandate("c5"), amount_fen=41))
            assert [one[:3] for one in branch.own.decisions()] == [(1, 1, "TakeBack")]
            assert [one.position for one in log.own_facts()] == [2]
        assert base.head() == 1


def test_a_decision_that_cannot_be_kept_leaves_no_fact(monkeypatch: pytest.MonkeyPatch) -> None:
    with recorder_at() as base, branch_of(base) as branch:

        def full(_: KeptDecision) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(branch.own, "keep_decision", full)
        with pytest.raises(StoreFault, match="No space"):
            BranchLog(branch, FactMapper()).decide(Receive(mandate=mandate("c1"), amount_fen=100))
        assert branch.head() == 0


def test_facts_of_a_branch_are_appended_in_one_piece_or_not_at_all_when_the_log_has_gone_on() -> None:
    with recorder_at() as base:
        live = Log(base, FactMapper())
        live.decide(Receive(mandate=mandate("c1"), amount_fen=100))
        with branch_of(base) as branch:
            log = BranchLog(branch, FactMapper())
            log.decide(TakeBack(mandate=mandate("c2"), amount_fen=60))
            log.decide(TakeBack(mandate=mandate("c3"), amount_fen=40))
            receipt = append_to(live, log)
            assert receipt is not None
            assert [one.position for one in receipt.recorded] == [2, 3]
            assert append_to(live, log) is None
        assert [one.fact.mandate.command for one in live.facts()] == ["c1", "c2", "c3"]
