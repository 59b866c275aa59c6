"""The recorder on a server: what it keeps, what nobody can change there, and that a lost connection costs nothing."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import psycopg
import pytest
from eventsourcing.dcb.api import DCBAppendCondition, DCBQuery, DCBQueryItem
from eventsourcing.persistence import IntegrityError

from history.faults import StoreConnectionLost, StoreDamaged, StoreUnreachable
from history.leaf import leaf_hash
from history.log import Log
from history.mapper import FactMapper
from history.port import FactRecorder
from history.postgres import FEW
from history.postgres_address import server_address
from history.postgres_schema import lock_key
from history.postgres_server import CONNECT_SECONDS, StoreServer
from history.store import open_recorder
from tests.history.examples import MORNING, Receive, ToldClock, chance, event, mandate, said
from tests.history.proxy import Proxy
from tests.postgres_server import Server

pytestmark = pytest.mark.postgres


def opened(address: str, busy_seconds: float = 10.0) -> FactRecorder:
    return open_recorder(address, clock=ToldClock(), chance=chance, busy_seconds=busy_seconds)


def schema_of(address: str) -> str:
    return server_address(address).schema


def disconnect_everyone(server: Server) -> None:
    """Cut every connection of the program, in the middle of whatever it is doing."""
    with server.admin() as admin:
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'tongchou'"
        ).fetchall()


@contextmanager
def turn_taken(server: Server, address: str) -> Iterator[None]:
    """Somebody else is appending, and takes his time."""
    with server.admin() as admin, admin.transaction():
        admin.execute(f"SELECT {lock_key(schema_of(address))}")
        yield


def appends_waiting(server: Server) -> int:
    with server.admin() as admin:
        ((waiting,),) = admin.execute("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'advisory'")
        return int(waiting)


def wait_until_one_waits(server: Server) -> None:
    give_up = time.monotonic() + 20
    while not appends_waiting(server):
        assert time.monotonic() < give_up
        time.sleep(0.01)


def test_the_tables_have_the_columns_the_product_promises(postgres_server: Server, postgres_store: str) -> None:
    with opened(postgres_store) as recorder:
        recorder.append([event("{}", "fund:a", "unit:b", "fund:a")])
        (entry,) = recorder.entries()
        assert list(recorder.leaves()) == [entry.leaf]
    schema = schema_of(postgres_store)
    with postgres_server.admin() as admin:
        (row,) = admin.execute(f"SELECT position, type, data, tags, recorded_at, salt, leaf FROM {schema}.facts")
        tags = admin.execute(f"SELECT tag, type, position FROM {schema}.fact_tags ORDER BY tag").fetchall()
    assert tuple(row) == tuple(entry)
    assert row[:5] == (1, "thing.happened", b"{}", '["fund:a","unit:b","fund:a"]', "2026-03-31T08:00:00.000000Z")
    assert row[6] == leaf_hash(1, "thing.happened", row[3], row[4], row[5], b"{}")
    assert tags == [("fund:a", "thing.happened", 1), ("unit:b", "thing.happened", 1)]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {}.facts SET data = '' WHERE position = 1",
        "UPDATE {}.facts SET position = 9 WHERE position = 2",
        "DELETE FROM {}.facts WHERE position = 2",
        "TRUNCATE {}.facts",
        "TRUNCATE {}.facts, {}.fact_tags",
        "UPDATE {}.fact_tags SET tag = 'fund:b'",
        "DELETE FROM {}.fact_tags",
        "UPDATE {}.store SET value = 'other'",
        "DELETE FROM {}.checkpoints",
        "INSERT INTO {}.facts SELECT 4, type, data, tags, recorded_at, salt, leaf FROM {}.facts WHERE position = 1",
        "INSERT INTO {}.facts SELECT 0, type, data, tags, recorded_at, salt, leaf FROM {}.facts WHERE position = 1",
        "INSERT INTO {}.facts SELECT position + 3, type, data, tags, recorded_at, salt, leaf FROM {}.facts",
        "INSERT INTO {}.facts SELECT 2 * position + 1, type, data, tags, recorded_at, salt, leaf FROM {}.facts",
        "INSERT INTO {}.facts SELECT * FROM {}.facts ON CONFLICT (position) DO UPDATE SET type = 'other'",
        "INSERT INTO {}.facts SELECT 3, type, data, tags, recorded_at, '', leaf FROM {}.facts WHERE position = 1",
    ],
)
def test_recorded_facts_are_never_changed_or_deleted_by_whatever_statement(
    postgres_server: Server, postgres_store: str, statement: str
) -> None:
    schema = schema_of(postgres_store)
    with opened(postgres_store) as recorder:
        recorder.append([event("one", "fund:a"), event("two", "fund:a")])
        with postgres_server.admin() as admin, pytest.raises((psycopg.IntegrityError, psycopg.NotSupportedError)):
            admin.execute(statement.replace("{}", schema))
        assert said(recorder) == ["one", "two"]
        assert len(list(recorder.read(DCBQuery([DCBQueryItem(tags=["fund:a"])])))) == 2


@pytest.mark.parametrize("count", [1, FEW, FEW + 1, 2_000])
def test_few_facts_and_many_are_recorded_alike(postgres_store: str, count: int) -> None:
    with opened(postgres_store) as recorder:
        recorder.append([event("before")])
        receipt = recorder.append_stamped([event(str(n), f"n:{n}", "all") for n in range(count)])
        assert list(receipt.positions) == list(range(2, count + 2))
        assert [entry.leaf for entry in recorder.entries()] == [
            leaf_hash(e.position, e.name, e.tags, e.recorded_at, e.salt, e.data) for e in recorder.entries()
        ]
        assert said(recorder, after=1) == [str(n) for n in range(count)]
        assert len(list(recorder.read(DCBQuery([DCBQueryItem(tags=["all"])])))) == count
        last = DCBQuery([DCBQueryItem(types=["thing.happened"], tags=["all", f"n:{count - 1}"])])
        assert [found.position for found in recorder.read(last)] == [count + 1]


def test_every_question_is_answered_by_seeking_in_an_index(postgres_server: Server, postgres_store: str) -> None:
    """Whatever the combination of types and tags, no table is passed over from one end to the other."""
    items = [
        DCBQueryItem(types=["a"]),
        DCBQueryItem(types=["a", "b"], tags=["t"]),
        DCBQueryItem(types=["a", "b"], tags=["t", "u"]),
        DCBQueryItem(tags=["t"]),
        DCBQueryItem(tags=["t", "u", "v"]),
    ]
    with opened(postgres_store) as recorder:
        recorder.append([event("x", "t", "u", "v", kind="a") for _ in range(3_000)])
        for number, item in enumerate(items, start=1):
            query = DCBQuery([item, DCBQueryItem(types=["b"], tags=["nowhere"])])
            assert len(list(recorder.read(query))) == 3_000
            with pytest.raises(IntegrityError):
                recorder.append([event("y")], DCBAppendCondition(query, after=number))
        assert recorder.position_at(MORNING) == 3_000
    with postgres_server.admin() as admin:
        admin.execute("SELECT pg_stat_force_next_flush()")
        scans = admin.execute(
            "SELECT relname, seq_tup_read FROM pg_stat_user_tables WHERE schemaname = %s AND relname LIKE 'fact%%'",
            [schema_of(postgres_store)],
        ).fetchall()
    assert sorted(scans) == [("fact_tags", 0), ("facts", 0)]


def test_a_fact_taken_out_or_altered_by_hand_is_noticed_when_it_is_read(
    postgres_server: Server, postgres_store: str
) -> None:
    schema = schema_of(postgres_store)
    with opened(postgres_store) as recorder:
        recorder.append([event(str(n), "fund:a") for n in range(1, 6)])
        with postgres_server.admin() as admin:
            admin.execute(f"ALTER TABLE {schema}.facts DISABLE TRIGGER USER")
            admin.execute(f"DELETE FROM {schema}.facts WHERE position = 3")
            admin.execute(f"UPDATE {schema}.facts SET recorded_at = 'yesterday' WHERE position = 5")
        with pytest.raises(StoreDamaged, match="missing"):
            list(recorder.rows())
        with pytest.raises(StoreDamaged, match="missing"):
            list(recorder.read(DCBQuery([DCBQueryItem(tags=["fund:a"])])))
        with pytest.raises(StoreDamaged, match="missing"):
            recorder.position_at(MORNING)
        with pytest.raises(StoreDamaged, match='"yesterday" is not a moment'):
            list(recorder.read(after=4))


def test_what_a_role_is_set_to_cannot_weaken_an_append(postgres_server: Server, postgres_store: str) -> None:
    """A user whose transactions are not durable, or see an old state, as his administrator set them."""
    role = schema_of(postgres_store)
    with postgres_server.admin() as admin:
        admin.execute(f"CREATE ROLE {role} LOGIN SUPERUSER")
        admin.execute(f"ALTER ROLE {role} SET synchronous_commit = off")
        admin.execute(f"ALTER ROLE {role} SET default_transaction_isolation = serializable")
        admin.execute(f"ALTER ROLE {role} SET search_path = pg_catalog")
    address = f"{postgres_server.url(user=role)}?schema={role}"
    with opened(address) as first, opened(address) as second, ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda n: [first, second][n % 2].append([event(str(n))]), range(100)))
        assert sorted(map(int, said(first))) == list(range(100))
        server = StoreServer(server_address(address), CONNECT_SECONDS)
        found = server.ask(
            "SELECT current_setting('synchronous_commit'), current_setting('default_transaction_isolation')"
        )
        server.close()
        assert found == [("on", "read committed")]


def test_cut_connections_are_not_noticed_by_who_reads_or_begins_to_append(
    postgres_server: Server, postgres_store: str
) -> None:
    with opened(postgres_store) as recorder, ThreadPoolExecutor(4) as pool:
        for number in range(6):
            list(pool.map(lambda _: recorder.head(), range(4)))  # several idle connections, all cut
            disconnect_everyone(postgres_server)
            assert recorder.append([event(str(number))]) == number + 1
            assert recorder.head() == number + 1
        assert said(recorder) == [str(n) for n in range(6)]


def test_a_restarted_server_is_waited_for(postgres_server: Server, postgres_store: str) -> None:
    with opened(postgres_store) as recorder, ThreadPoolExecutor(2) as pool:
        recorder.append([event("before")])
        postgres_server.stop("immediate")
        reading, appending = pool.submit(recorder.head), pool.submit(recorder.append, [event("after")])
        time.sleep(0.2)
        assert not reading.done()
        postgres_server.start()
        assert (reading.result() in (1, 2), appending.result()) == (True, 2)
        assert said(recorder) == ["before", "after"]


def test_a_server_that_does_not_come_back_is_told(postgres_server: Server, postgres_store: str) -> None:
    with opened(postgres_store, busy_seconds=0.3) as recorder:
        postgres_server.stop()
        try:
            for deed in (recorder.head, lambda: recorder.append([event("x")])):
                with pytest.raises(StoreUnreachable, match="cannot be reached"):
                    deed()
        finally:
            postgres_server.start()
        assert recorder.append([event("it is back")]) == 1


def test_an_append_cut_off_while_it_waits_for_its_turn_waits_again(
    postgres_server: Server, postgres_store: str
) -> None:
    with opened(postgres_store) as recorder, ThreadPoolExecutor(1) as pool:
        recorder.append([event("before")])
        with turn_taken(postgres_server, postgres_store):
            cut = pool.submit(recorder.append, [event("cut off")])
            wait_until_one_waits(postgres_server)
            disconnect_everyone(postgres_server)
        assert cut.result() == 2
        assert said(recorder) == ["before", "cut off"]


@pytest.mark.parametrize("lost", ["the answer", "the commit"])
def test_an_append_whose_answer_is_lost_says_that_its_outcome_is_unknown(
    postgres_server: Server, postgres_store: str, lost: str
) -> None:
    """Between program and server the line is cut when the commit is sent: after it arrived, or before."""
    with (
        Proxy(postgres_server.port, deliver=lost == "the answer") as proxy,
        opened(proxy.address(postgres_store, postgres_server.port)) as recorder,
    ):
        proxy.cut_at(b"COMMIT")
        with pytest.raises(StoreConnectionLost, match="same command with the same key"):
            recorder.append([event("cut off")])
        recorder.append([event("after")])
        assert said(recorder) == ["cut off", "after"][lost == "the commit" :]


def test_a_span_of_holding_that_is_cut_off_keeps_nothing_and_frees_the_turn(
    postgres_server: Server, postgres_store: str
) -> None:
    with opened(postgres_store) as recorder, opened(postgres_store, busy_seconds=5) as other:
        with pytest.raises(StoreConnectionLost), recorder.holding():  # noqa: PT012 - the span is what is tested
            recorder.append([event("first half")])
            disconnect_everyone(postgres_server)
            recorder.append([event("second half")])
        other.append([event("someone else's turn")])
        assert said(recorder) == ["someone else's turn"]


@pytest.mark.parametrize("lost", ["the answer", "the commit"])
def test_a_decision_whose_answer_is_lost_on_the_way_is_recorded_once(
    postgres_server: Server, postgres_store: str, lost: str
) -> None:
    with (
        Proxy(postgres_server.port, deliver=lost == "the answer") as proxy,
        Log(opened(proxy.address(postgres_store, postgres_server.port)), FactMapper()) as log,
    ):
        proxy.cut_at(b"COMMIT")
        receipt = log.decide(Receive(mandate=mandate("money"), amount_fen=7))
        assert proxy.cuts == 1
        assert (receipt.position, receipt.repeated) == (1, lost == "the answer")
        assert [recorded.position for recorded in log.facts()] == [1]


def test_a_follower_sees_each_position_once_through_restarts_and_cuts(
    postgres_server: Server, postgres_store: str
) -> None:
    count = 400
    seen: list[int] = []

    def follow() -> None:
        with opened(postgres_store) as following, following.subscribe() as tail:
            for _ in range(count):
                seen.append(next(tail).position)  # noqa: PERF401 - a list that breaks off shows how far it came

    with opened(postgres_store) as recorder:
        follower = threading.Thread(target=follow)
        follower.start()
        for number in range(count // 4):
            if number == 30:
                disconnect_everyone(postgres_server)
            if number == 60:
                postgres_server.restart()
            recorder.append([event(f"{number} {part}") for part in range(4)])
        follower.join(30)
    assert seen == list(range(1, count + 1))
