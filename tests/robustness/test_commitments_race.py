"""Processes commit the same approved lines at once: exactly what the arrived money covers, each line once (M07)."""

from __future__ import annotations

import json
from collections import Counter
from contextlib import ExitStack
from datetime import date
from pathlib import Path
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
from tests.projections.streams import Past
from tests.robustness.processes import child

EACH_FEN = 1_234_56


def approved_lines(path: Path, lines: int, covered: int) -> str:
    """A store with an approved plan of so many equal lines on one fund, and money arrived for some of them."""
    store = f"sqlite:///{path}"
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
    return store


def race(tmp_path: Path, *, lines: int, covered: int, processes: int, same_keys: bool) -> None:
    store = approved_lines(tmp_path / "county.db", lines, covered)
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
    with open_county(store) as opened:
        committed = [r.fact for r in opened.log.facts(types=[LineCommitted])]
        assert Counter(getattr(fact, "line", "") for fact in committed) == Counter(granted)
        assert {getattr(fact, "amount_fen", 0) for fact in committed} == {EACH_FEN}
        row = next(row for row in ledger_at(opened, moment(opened)) if row.unit is None)
        assert row.free_fen == EACH_FEN - 1
        checked = check_views(opened)
        assert (checked.same, checked.balanced) == (True, True)


def test_of_forty_lines_as_many_are_committed_as_money_arrived_for(tmp_path: Path) -> None:
    race(tmp_path, lines=40, covered=17, processes=2, same_keys=True)


@pytest.mark.slow
@pytest.mark.parametrize(
    "covered, processes, same_keys", [(137, 2, True), (137, 2, False), (299, 2, True), (211, 3, False)]
)
def test_of_three_hundred_lines_as_many_are_committed_as_money_arrived_for(
    tmp_path: Path, covered: int, processes: int, same_keys: bool
) -> None:
    race(tmp_path, lines=300, covered=covered, processes=processes, same_keys=same_keys)
