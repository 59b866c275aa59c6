"""Processes commit the same approved lines at once: exactly what the arrived money covers, each line once (M07)."""

from __future__ import annotations

import json
import time
from collections import Counter
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from random import Random
from secrets import token_bytes

import pytest

from domain.decisions import AnnounceTranche, ImportRegister, ReceiveTranche
from domain.facts.spending import LineCommitted
from history.store import open_log
from service.county import now, open_county
from service.ledger import check_views, ledger_at
from service.registers import moment
from tests.domain.decisions.harness import by
from tests.domain.decisions.samples import adopt, approved, county, fund, line, plan_of, unit, with_rows
from tests.postgres_server import Server
from tests.projections.streams import Past
from tests.robustness.processes import Child, child

EACH_FEN = 1_234_56


def approve_lines(store: str, lines: int, covered: int) -> None:
    """Make a store with an approved plan of so many equal lines on one fund, and money arrived for some of them."""
    codes = [f"u{n:03}" for n in range(lines)]
    register = with_rows(
        county(units={}, projects={}, funds={}, areas={}, adjacency=()),
        units=[unit(code) for code in codes],
        funds=[fund("service", amount_fen=lines * EACH_FEN)],
    )
    with open_log(store, clock=now, chance=token_bytes) as log:
        past = Past(log)
        past.decide(ImportRegister(mandate=by(), wanted=register), adopt(1))
        approved(past, content=plan_of(past, *(line("service", code, EACH_FEN) for code in codes)))
        arrived_fen = covered * EACH_FEN + EACH_FEN - 1  # one fen short of one more
        past.decide(
            AnnounceTranche(mandate=by(), fund="service", tranche="t1", amount_fen=arrived_fen),
            ReceiveTranche(mandate=by(), fund="service", tranche="t1", arrived_on=date(2026, 3, 1)),
        )


def race(store: str, *, lines: int, covered: int, processes: int, same_keys: bool) -> None:
    approve_lines(store, lines, covered)
    with ExitStack() as running:
        others = [
            running.enter_context(child("commit-all", store, "pl1", "key" if same_keys else f"key{n}", n))
            for n in range(processes)
        ]
        for other in others:
            assert other.hear() == "ready"
        for other in others:
            other.go()
        granted = [name for other in others for name in json.loads(other.hear())]
        assert [other.process.wait() for other in others] == [0] * processes
    assert len(granted) == covered
    assert max(Counter(granted).values()) == 1
    committed_exactly(store, granted, covered)


def committed_exactly(store: str, granted: list[str], covered: int) -> None:
    """As many lines are committed as money covers, those that were granted among them, each once."""
    with open_county(store) as opened:
        committed = [r.fact for r in opened.log.facts(types=[LineCommitted])]
        times = Counter(getattr(fact, "line", "") for fact in committed)
        assert set(granted) <= set(times)
        assert (len(times), set(times.values())) == (covered, {1})
        assert {getattr(fact, "amount_fen", 0) for fact in committed} == {EACH_FEN}
        row = next(row for row in ledger_at(opened, moment(opened)) if row.unit is None)
        assert row.free_fen == EACH_FEN - 1
        checked = check_views(opened)
        assert (checked.same, checked.balanced) == (True, True)


def test_of_forty_lines_as_many_are_committed_as_money_arrived_for(tmp_path: Path) -> None:
    race(f"sqlite:///{tmp_path / 'county.db'}", lines=40, covered=17, processes=2, same_keys=True)


@pytest.mark.slow
@pytest.mark.postgres
def test_of_forty_lines_on_a_server_as_many_are_committed_as_money_arrived_for(postgres_store: str) -> None:
    race(postgres_store, lines=40, covered=17, processes=2, same_keys=True)


@pytest.mark.slow
@pytest.mark.parametrize(
    "covered, processes, same_keys",
    [
        (137, 2, True),
        (211, 3, False),
        *(pytest.param(*more, marks=pytest.mark.long) for more in ((137, 2, False), (299, 2, True))),
    ],
)
def test_of_three_hundred_lines_as_many_are_committed_as_money_arrived_for(
    tmp_path: Path, covered: int, processes: int, same_keys: bool
) -> None:
    store = f"sqlite:///{tmp_path / 'county.db'}"
    race(store, lines=300, covered=covered, processes=processes, same_keys=same_keys)


@pytest.mark.slow
@pytest.mark.postgres
def test_eight_processes_are_killed_and_the_server_restarted_and_not_a_fen_is_lost(
    postgres_server: Server, postgres_store: str, dice: Random
) -> None:
    """Every killed process is followed by one that gives the same commands; a follower counts the positions."""
    lines, covered, processes, kills = 96, 51, 8, 4
    approve_lines(postgres_store, lines, covered)
    granted: list[str] = []
    with ExitStack() as running:
        follower = running.enter_context(child("follow", postgres_store))

        def begun(number: int) -> Child:
            started = running.enter_context(child("commit-each", postgres_store, "pl1", f"key{number}", number))
            started.go()
            return started

        others = [begun(number) for number in range(processes)]
        for number in range(kills):
            granted.append(others[number].hear())  # it is at work
            time.sleep(dice.uniform(0, 0.3))
            others[number].process.kill()
            granted += others[number].hear_all()
            others[number] = begun(number)
            if number == kills // 2:
                postgres_server.restart("immediate")
        for other in others:
            granted += other.hear_all()
        assert [other.process.wait() for other in others] == [0] * processes
        committed_exactly(postgres_store, [line for line in granted if line], covered)
        with open_county(postgres_store) as opened:
            head = opened.log.head()
        positions = [int(follower.hear()) for _ in range(head)]
        assert positions == list(range(1, head + 1))
