"""Verification is the same for every kind of store: what is well is well, what was altered is named at its place."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from domain.decisions.keys import IntroduceSigningKey
from history.checkpoint import TreeHead, origin_of
from history.log import Log
from history.mapper import FactMapper
from history.note import SigningKey
from history.port import Checkpoint, FactRecorder
from history.postgres_address import server_address
from history.store import open_log
from history.tree import Tree
from history.verify import Report, verify
from tests.domain.decisions.harness import by
from tests.history.examples import MORNING, Receive, ToldClock, chance, mandate


def told(recorder: FactRecorder) -> bytes:
    """A key, some facts, a checkpoint over all but the last two; returns it."""
    log = Log(recorder, FactMapper())
    key = SigningKey(origin_of(recorder.store_id), bytes(range(32)))
    log.decide(IntroduceSigningKey(mandate=by(), key_name=key.name, public_key=key.public.public.hex()))
    for number in range(9):
        log.decide(Receive(mandate=mandate(f"c{number}"), amount_fen=number + 1))
    note = TreeHead(recorder.store_id, 8, Tree(recorder).root(8), MORNING + timedelta(days=1)).signed(key)
    recorder.keep_checkpoint(Checkpoint(8, str(note)))
    return str(note).encode()


def found(report: Report) -> list[tuple[int | None, str]]:
    return [fault[:2] for fault in report.faults]


def test_a_log_is_well_wherever_it_lies(request: pytest.FixtureRequest, address: str) -> None:
    with open_log(address, clock=ToldClock(), chance=chance) as log:
        pinned = told(log.recorder)
        report = verify(log, pinned)
        assert (found(report), report.facts, report.sealed, report.unsealed) == ([], 10, 8, 2)


@pytest.fixture
def altered(postgres_store: str) -> Iterator[tuple[Log, bytes, psycopg.Connection[tuple[object, ...]]]]:
    """A log on a server, its pinned checkpoint, and a connection for which no trigger stands in the way."""
    address = server_address(postgres_store)
    with open_log(postgres_store, clock=ToldClock(), chance=chance) as log:
        pinned = told(log.recorder)
        with psycopg.connect(**address.parameters, autocommit=True) as connection:
            connection.execute("SET session_replication_role = replica")
            connection.execute(SQL("SET search_path = {}").format(Identifier(address.schema)))
            yield log, pinned, connection


@pytest.mark.postgres
@pytest.mark.parametrize(
    "attack,position,code",
    [
        ("UPDATE facts SET data = data || ' '::bytea WHERE position = 5", 5, "fact-altered"),
        ("UPDATE facts SET leaf = salt || salt WHERE position = 5", 5, "leaf-altered"),
        ("UPDATE facts SET recorded_at = replace(recorded_at, '2026', '2025') WHERE position = 5", 5, "fact-altered"),
        ("DELETE FROM facts WHERE position = 5", 5, "fact-missing"),
        ("DELETE FROM facts WHERE position > 6", 7, "truncated"),
        ("DELETE FROM fact_tags WHERE position = 5 AND tag LIKE 'fund:%'", 5, "tag-missing"),
        ("INSERT INTO fact_tags VALUES ('fund:other', 'fund.closed', 5)", 5, "tag-extra"),
        ("UPDATE checkpoints SET size = 7", None, "checkpoint-size"),
        ("DELETE FROM checkpoints", 8, "checkpoint-removed"),
        ("UPDATE store SET value = reverse(value) WHERE key = 'id'", None, "checkpoint-foreign-kept"),
    ],
)
def test_an_attack_on_a_server_is_named_at_its_place(
    altered: tuple[Log, bytes, psycopg.Connection[tuple[object, ...]]], attack: str, position: int | None, code: str
) -> None:
    log, pinned, connection = altered
    assert connection.execute(attack.encode()).rowcount > 0
    assert found(verify(log, pinned))[0] == (position, code)
