"""Whatever is decided in whatever order, product and model agree: on SQLite, on a branch, on PostgreSQL."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections import Counter
from itertools import count
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from domain.decisions import ImportRegister
from domain.facts import Mandate
from history.branch import Branch, Past
from history.branch_log import BranchLog
from history.branch_store import BranchStore
from history.log import Log
from history.store import open_log
from tests.history.examples import ToldClock, chance
from tests.model import facts
from tests.model.machine import DAYS, CountyMachine
from tests.postgres_server import Server

QUICK = settings(max_examples=25, stateful_step_count=40, deadline=None)
LONG = settings(max_examples=int(os.environ.get("TONGCHOU_MODEL_EXAMPLES", "80")), stateful_step_count=60)
_schemas = count(1)


def prepared(url: str) -> Log:
    """A log with the county and its policy on it."""
    log = open_log(url, clock=ToldClock(), chance=chance)
    by = [Mandate(person="p-importer", post="clerk", effective_on=DAYS[0], command=f"begin-{n}") for n in (1, 2)]
    log.decide(ImportRegister(mandate=by[0], wanted=facts.register()))
    log.decide(facts.policy(1, by[1]))
    return log


class OnSQLite(CountyMachine):
    """On a log in a file."""

    def open_log(self) -> Log:
        folder = Path(tempfile.mkdtemp())
        self.closing.callback(shutil.rmtree, folder)
        return self.closing.enter_context(prepared(f"sqlite:///{folder / 'log.db'}"))


class OnBranch(CountyMachine):
    """On a branch of a log in memory that goes on meanwhile with what would change every answer, and must not."""

    def open_log(self) -> Log:
        live = self.closing.enter_context(prepared("sqlite://"))
        past = Past(live.recorder, live.head())
        own = self.closing.enter_context(BranchStore(None, clock=ToldClock(), chance=chance))
        by = Mandate(person="p-importer", post="clerk", effective_on=DAYS[0], command="live")
        live.decide(facts.policy(3, by))
        self.live_head = live.head()
        self.closing.callback(lambda: self.must_stand_still(live))
        return BranchLog(Branch(past, own), live.mapper)

    def must_stand_still(self, live: Log) -> None:
        assert live.head() == self.live_head


def run(machine: type[CountyMachine], profile: settings) -> Counter[str]:
    """Run a machine; how often each decision was taken, and each refusal met."""
    machine.outcomes = Counter()
    run_state_machine_as_test(machine, settings=profile)
    return machine.outcomes


@pytest.mark.parametrize("machine", [OnSQLite, OnBranch])
def test_product_and_model_agree(machine: type[CountyMachine]) -> None:
    run(machine, QUICK)


@pytest.mark.slow
def test_product_and_model_agree_for_long_on_many_kinds_of_decisions_and_refusals() -> None:
    seen = run(OnBranch, LONG)
    assert {"commit line", "disburse", "release commitment", "approve plan", "notice plan", "carry over"} <= set(seen)
    assert {"fund-exhausted", "line-exceeded", "fund-is-closed", "plan-in-wrong-state"} <= set(seen)
    assert len(seen) > 60  # decisions taken and refusals met, by kind


@pytest.mark.slow
@pytest.mark.postgres
def test_product_and_model_agree_on_postgresql(postgres_server: Server) -> None:
    address = postgres_server.url()

    class OnPostgres(CountyMachine):
        """On a log in a schema of its own."""

        def open_log(self) -> Log:
            return self.closing.enter_context(prepared(f"{address}?schema=model_{next(_schemas)}"))

    run(OnPostgres, settings(max_examples=6, stateful_step_count=40, deadline=None))


def test_the_machines_close_what_they_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    machine = OnSQLite()
    machine.begin()
    assert len(list(tmp_path.iterdir())) == 1
    machine.teardown()
    assert list(tmp_path.iterdir()) == []
