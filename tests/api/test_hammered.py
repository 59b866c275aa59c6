"""Sixty-four clients commit the lines of one fund at four workers over PostgreSQL, and a worker is killed meanwhile."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
import pytest

from domain.facts.spending import LineCommitted
from service.county import open_county
from service.plan_life import content_now
from tests.api.served import served
from tests.year import PLAN, Year, YearClock

pytestmark = pytest.mark.slow(seconds=30)
CLIENTS, CALLS_EACH, WORKERS = 64, 8, 4
AMOUNT_FEN = 17_000
"""What each call wants; every line is full before all who want of it have got theirs."""
KILLED_AFTER = 100
TREASURER = {"Authorization": "Bearer chen-jie"}


@dataclass
class Tally:
    """What the clients were told, all of them."""

    acknowledged: dict[str, int] = field(default_factory=dict)
    """Code of the commitment -> position."""
    refused: Counter[str] = field(default_factory=Counter)
    sent_again: int = 0
    """Calls whose connection broke, or that were asked to come again."""


def one_client(address: str, number: int, lines: list[str], tally: Tally) -> None:
    """Commit of one line after the other; what gets no answer is sent again under its key until it does."""
    with httpx2.Client(base_url=address, headers=TREASURER, timeout=60) as client:
        for call in range(CALLS_EACH):
            code = f"c-{number}-{call}"
            line = lines[(number + call) % len(lines)]
            body = {"plan": PLAN, "line": line, "commitment": code, "amount_fen": AMOUNT_FEN, "why": "hammered"}
            while True:
                try:
                    answer = client.post("/v1/commitments", json=body, headers={"Idempotency-Key": code})
                except httpx2.TransportError:
                    tally.sent_again += 1
                    continue
                if answer.status_code == 201:
                    tally.acknowledged[code] = answer.json()["position"]
                    break
                if answer.status_code == 409:
                    tally.refused[answer.json()["code"]] += 1
                    break
                assert answer.status_code == 503, answer.text
                tally.sent_again += 1
                time.sleep(0.05)


def workers_of(supervisor: int) -> list[int]:
    """The processes that answer."""
    children = Path(f"/proc/{supervisor}/task/{supervisor}/children").read_text(encoding="ascii").split()
    return [int(pid) for pid in children if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()]


def kill_one(supervisor: int, tally: Tally) -> None:
    """Kill a worker in the middle of it."""
    while len(tally.acknowledged) < KILLED_AFTER:
        time.sleep(0.01)
    busiest = max(workers_of(supervisor), key=lambda pid: len(list(Path(f"/proc/{pid}/fd").iterdir())))
    os.kill(busiest, signal.SIGKILL)


def test_totals_are_exact_and_every_acknowledged_call_is_on_the_record_once(postgres_url: str, tmp_path: Path) -> None:
    clock = YearClock()
    with open_county(postgres_url, clock=clock) as county:
        Year(county, clock, tmp_path).plan()
        amounts = {one.line: one.amount_fen for one in content_now(county, PLAN).lines if one.fund == "service"}
    lines, tally = sorted(amounts), Tally()
    with served(postgres_url, tmp_path, workers=WORKERS) as (address, supervisor):
        assert len(workers_of(supervisor)) == WORKERS
        killer = threading.Thread(target=kill_one, args=(supervisor, tally))
        killer.start()
        with ThreadPoolExecutor(CLIENTS) as pool:
            list(pool.map(lambda number: one_client(address, number, lines, tally), range(CLIENTS)))
        killer.join()
        code, position = next(iter(tally.acknowledged.items()))
        number, call = (int(part) for part in code.split("-")[1:])
        body = {"plan": PLAN, "line": lines[(number + call) % len(lines)], "commitment": code}
        repeated = httpx2.post(
            f"{address}/v1/commitments",
            json={**body, "amount_fen": AMOUNT_FEN, "why": "hammered"},
            headers={**TREASURER, "Idempotency-Key": code},
        )
    assert tally.sent_again > 0, "the killed worker had nothing to do"
    assert repeated.headers["idempotent-replayed"] == "true"
    assert repeated.json()["position"] == position
    with open_county(postgres_url, clock=clock) as county:
        made = list(county.log.facts(types=[LineCommitted]))
    on_record = [(one.fact.commitment, one.position) for one in made if isinstance(one.fact, LineCommitted)]
    assert sorted(on_record) == sorted(tally.acknowledged.items())
    committed = Counter[str]()
    for one in made:
        assert isinstance(one.fact, LineCommitted)
        committed[one.fact.line] += one.fact.amount_fen
    assert committed == {line: amount_fen // AMOUNT_FEN * AMOUNT_FEN for line, amount_fen in amounts.items()}
    assert set(tally.refused) <= {"line-exceeded", "fund-exhausted"}
    assert sum(tally.refused.values()) + len(made) == CLIENTS * CALLS_EACH
