"""The server-sent tail over a real server: past facts, then new ones, resumed without a gap, let go at the end."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest
from eventsourcing.dcb.api import DCBEvent

from api.app import create_app
from api.tails import Tails
from domain.decisions.funds import AmendFund
from service.access.principal import ROLES, Principal
from service.county import Actor
from service.feed.facts import FactsPage
from service.office import Office
from tests.api.serving import serving
from tests.year import YearClock

FACTS = 80
SIGNED = {"Authorization": "Bearer x"}


class Served(NamedTuple):
    url: str
    office: Office
    tails: Tails


@pytest.fixture(scope="module")
def served(year_store: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A finished year behind a real server, to be added to; heartbeats come often."""
    copy = tmp_path_factory.mktemp("tail") / "county.db"
    shutil.copy(year_store.removeprefix("sqlite:///"), copy)
    office = Office(f"sqlite:///{copy}", clock=YearClock(date(2026, 12, 2)))
    app = create_app(office)
    app.state.authenticate = lambda header: Principal("all", "Everybody", "all-posts", frozenset(ROLES))
    app.state.tails = Tails(office.feed, heartbeat_seconds=0.2)
    with serving(app) as (url, _):
        yield Served(url, office, app.state.tails)
    office.close()


def record(office: Office, amount_fen: int) -> int:
    """One more fact; its position."""
    with office.county() as county:
        mandate = county.mandate(Actor("li", "finance-planner"), why="note", document="2026-99")
        return county.decide(AmendFund(mandate=mandate, fund="service", new_amount_fen=amount_fen)).position


@contextmanager
def listening(url: str, query: str = "", headers: dict[str, str] | None = None) -> Iterator[Iterator[tuple[int, str]]]:
    """The messages of a tail as (id, data); a heartbeat has no data."""
    with (
        httpx.Client(timeout=20, trust_env=False) as client,
        client.stream("GET", f"{url}/v1/facts/stream{query}", headers={**SIGNED, **(headers or {})}) as answer,
    ):
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        yield messages(answer.iter_lines())


def messages(lines: Iterator[str]) -> Iterator[tuple[int, str]]:
    at, data = 0, ""
    for line in lines:
        if line.startswith("id: "):
            at = int(line[4:])
        elif line.startswith("data: "):
            data = line[6:]
        elif not line and at:
            yield at, data
            at, data = 0, ""


def test_a_tail_tells_past_facts_and_goes_on_with_new_ones(served: Served) -> None:
    url, office, _ = served
    head = office.head()
    with listening(url, "?after=0") as told:
        past = list(islice(told, head))
        assert [at for at, _ in past] == list(range(1, head + 1))
        assert json.loads(past[46][1]) == httpx.get(f"{url}/v1/facts/47", headers=SIGNED, trust_env=False).json()
        new = record(office, 6_600_000)
        at, data = next(one for one in told if one[1])
        assert (at, json.loads(data)["type"]) == (new, "cn.tongchou.fund.amended")


def test_who_comes_back_with_the_last_id_misses_nothing_and_sees_nothing_twice(served: Served) -> None:
    url, office, _ = served
    with listening(url, "?after=0") as told:
        seen = [at for at, _ in islice(told, 33)]
    record(office, 6_700_000)
    with listening(url, headers={"Last-Event-ID": str(seen[-1])}) as told:
        seen += [at for at, _ in islice(told, office.head() - 33)]
    assert seen == list(range(1, office.head() + 1))


def test_a_tail_of_what_never_comes_still_gets_on(served: Served) -> None:
    url, office, _ = served
    with listening(url, "?after=0&type=fund.closed") as told:
        assert next(told) == (office.head(), "")


def test_without_a_position_a_tail_begins_now(served: Served) -> None:
    url, office, _ = served
    with listening(url) as told:
        assert next(told) == (office.head(), "")
        new = record(office, 6_800_000)
        assert next(one for one in told if one[1])[0] == new


def test_many_listeners_need_no_thread_each_and_are_forgotten_when_they_go(served: Served) -> None:
    url, office, tails = served
    many = 60  # more than there are threads for requests
    threads = threading.active_count()
    with httpx.Client(trust_env=False, timeout=20, limits=httpx.Limits(max_connections=None)) as client:
        answers = [
            client.send(client.build_request("GET", f"{url}/v1/facts/stream", headers=SIGNED), stream=True)
            for _ in range(many)
        ]
        told = [messages(answer.iter_lines()) for answer in answers]
        assert [next(one)[0] for one in told] == [office.head()] * many
        assert threading.active_count() < threads + 30
        new = record(office, 6_900_000)
        assert [next(message for message in one if message[1])[0] for one in told] == [new] * many
        assert tails.listeners >= many
        for answer in answers:
            answer.close()
    while tails.listeners:  # a heartbeat finds out who has gone
        time.sleep(0.05)
    assert httpx.get(f"{url}/v1/facts/1", headers=SIGNED, trust_env=False).status_code == 200


SERVER = """
import signal, sys, uvicorn
from api.app import create_app
from service.access.principal import ROLES, Principal
from service.office import Office
office = Office(sys.argv[1])
app = create_app(office)
app.state.authenticate = lambda header: Principal("all", "Everybody", "all-posts", frozenset(ROLES))
signal.signal(signal.SIGTERM, lambda *_: None)  # uvicorn raises it once more when it has ended
uvicorn.run(app, fd=int(sys.argv[2]), log_level="error")
office.close()
sys.stdout.write("ended well")
"""


def test_a_consumer_that_takes_nothing_holds_no_memory_and_misses_nothing(tmp_path: Path) -> None:
    """Of many facts only as many are read as fit between the two; the rest is read when it is taken."""
    office, head = Office(f"sqlite:///{tmp_path / 'long.db'}"), 15_000
    data = b'{"type":"fund.closed","mandate":{"effective_on":"2026-03-31"},"v":1,"why":"%b"}' % (b"-" * 600)
    office.log.recorder.append([DCBEvent(type="fund.closed", data=data, tags=["fund:a"])] * head)
    app = create_app(office)
    app.state.authenticate = lambda header: Principal("all", "Everybody", "all-posts", frozenset(ROLES))
    facts = office.feed.facts
    read: list[int] = []
    ask = facts.page

    def counted(after: int, *asked: Any, **more: Any) -> FactsPage:
        read.append(after)
        return ask(after, *asked, **more)

    with serving(app) as (url, _), pytest.MonkeyPatch.context() as patch, socket.socket() as slow:
        patch.setattr(facts, "page", counted)
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        slow.connect(("127.0.0.1", int(url.rpartition(":")[2])))
        slow.sendall(b"GET /v1/facts/stream?after=0 HTTP/1.0\r\nHost: a\r\nAuthorization: Bearer x\r\n\r\n")
        before = -1
        while len(read) != before or before < 2:  # until it stands still
            before = len(read)
            time.sleep(0.2)
        assert max(read) < head / 2
        last = b""
        with slow.makefile("rb") as stream:
            while int(last or b"0") < head:
                line = stream.readline()
                if line.startswith(b"id: "):
                    assert int(line[4:]) == int(last or b"0") + 1
                    last = line[4:]
    office.close()


@pytest.mark.slow
def test_a_server_asked_to_stop_lets_its_listeners_go_and_ends(year_store: str) -> None:
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        place.listen()
        os.set_inheritable(place.fileno(), True)
        url = f"http://127.0.0.1:{place.getsockname()[1]}"
        running = subprocess.Popen(
            [sys.executable, "-c", SERVER, year_store, str(place.fileno())],
            cwd=Path(__file__).parents[2],
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
            pass_fds=[place.fileno()],
            stdout=subprocess.PIPE,
            text=True,
        )
        with listening(url, "?after=0") as told:
            assert next(told)[0] == 1
            running.send_signal(signal.SIGTERM)
            assert sum(1 for _ in told) == FACTS - 1  # the stream ends, whole
        assert running.communicate(timeout=20)[0] == "ended well"
        assert running.returncode == 0
