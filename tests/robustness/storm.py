"""A storm over one fund: clerks are killed and started anew at random, the server too; then everything is counted.

What must hold is told by plain arithmetic over the facts, not by the folds the decisions use.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path
from random import Random
from secrets import token_bytes

from domain.decisions import AnnounceTranche, CorrectUnit, ImportRegister, ReceiveTranche
from history.examine import leaf_of
from history.log import Log
from history.merkle import root_of
from history.store import open_log
from history.verify import verify
from projections.views import Views
from tests.domain.decisions.harness import by
from tests.domain.decisions.samples import adopt, approved, county, fund, line, plan_of, unit, with_rows
from tests.projections.streams import Past
from tests.robustness.clerks import FUND, decide, follow, keep_tables, now

LINES = 12
LINE_FEN = 40_000_00
ARRIVED_FEN = 30_000_00
LONG = float(os.environ.get("TONGCHOU_CHAOS_SECONDS", "25"))
"""How long the long storms blow; hours of it are asked for with the variable."""
PATIENCE_SECONDS = 60


def begin(store: str) -> None:
    """A store with an approved plan of equal lines on one fund, and a little money arrived."""
    codes = [f"u{n:02}" for n in range(LINES)]
    register = with_rows(
        county(units={}, projects={}, funds={}, areas={}, adjacency=()),
        units=[unit(code) for code in codes],
        funds=[fund(FUND, amount_fen=10_000_000_00)],
    )
    with open_log(store, clock=now, chance=token_bytes) as log:
        past = Past(log)
        past.decide(ImportRegister(mandate=by(), wanted=register), adopt(1))
        approved(past, content=plan_of(past, *(line(FUND, code, LINE_FEN) for code in codes)))
        past.decide(
            AnnounceTranche(mandate=by(), fund=FUND, tranche="t1", amount_fen=ARRIVED_FEN),
            ReceiveTranche(mandate=by(), fund=FUND, tranche="t1", arrived_on=date(2026, 3, 1)),
        )


@dataclass
class Storm:
    """Clerks at one store; `said` holds what all of them, dead or alive, wrote down."""

    store: str
    folder: Path
    dice: Random
    clerks: int
    restart: Callable[[], None] | None = None
    kills: int = 0
    restarts: int = 0
    processes: dict[str, ForkServerProcess] = field(default_factory=dict)
    began: Counter[str] = field(default_factory=Counter)

    def blow(self, seconds: float, decisions: int = 100) -> None:
        """Let them decide, kill one now and then, restart the server now and then; at the end nobody is left.

        It blows so many seconds, and on a busy machine until that many decisions were answered.
        """
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["tests.robustness.clerks"])
        reader = self._start(context, "reader", follow, self.store, str(self.folder / "reader.seen"))
        names = [*(f"clerk{n}" for n in range(self.clerks)), "keeper"]
        try:
            for name in names:
                self._begin(context, name)
            ends = time.monotonic() + seconds
            next_restart = time.monotonic() + self.dice.uniform(1, 3)
            while time.monotonic() < ends or len(self.answered()) < decisions:
                assert time.monotonic() < ends + PATIENCE_SECONDS, "hardly anything was decided"
                time.sleep(self.dice.uniform(0.02, 0.3))
                name = self.dice.choice(names)
                self._kill(name)
                self._begin(context, name)
                if self.restart is not None and time.monotonic() > next_restart:
                    self.restart()
                    self.restarts += 1
                    next_restart = time.monotonic() + self.dice.uniform(1, 4)
            for name in names:
                self._kill(name)
            self._wait_for_the_reader()
        finally:
            for process in self.processes.values():
                process.kill()
                process.join()
        assert reader.exitcode is not None

    def answered(self) -> list[dict[str, object]]:
        """What was recorded, in the words of those who decided it."""
        return [spoken for spoken in self.said() if "done" in spoken]

    def said(self) -> list[dict[str, object]]:
        """Every whole line of every clerk, each one's in order."""
        return [line for path in sorted(self.folder.glob("clerk*.said")) for line in whole_lines(path)]

    def seen(self) -> list[object]:
        """The positions the reader wrote down."""
        return [line["saw"] for line in whole_lines(self.folder / "reader.seen")]

    def _begin(self, context: ForkServerContext, name: str) -> None:
        self.began[name] += 1
        if name == "keeper":
            self._start(context, name, keep_tables, self.store, str(self.folder / "tables.db"))
        else:
            life = f"{name}.{self.began[name]}"
            self._start(context, name, decide, self.store, life, str(self.folder / f"{life}.said"))

    def _start(
        self, context: ForkServerContext, name: str, deed: Callable[..., None], *arguments: str
    ) -> ForkServerProcess:
        process = context.Process(target=deed, args=arguments, name=name)
        process.start()
        self.processes[name] = process
        return process

    def _kill(self, name: str) -> None:
        process = self.processes[name]
        assert process.is_alive(), f"{name} ended by itself with {process.exitcode}"
        process.kill()
        process.join()
        self.kills += 1

    def _wait_for_the_reader(self) -> None:
        """Life goes on with one more decision: it settles what a clerk had written and not yet shown when it died."""
        with open_log(self.store, clock=now, chance=token_bytes) as log:
            head = log.decide(CorrectUnit(mandate=by(), unit="u00", changes={"households": 0})).position
        give_up = time.monotonic() + PATIENCE_SECONDS
        while self.seen()[-1:] != [head]:
            assert time.monotonic() < give_up, f"the reader saw {self.seen()[-1:]} last, the log ends at {head}"
            time.sleep(0.05)


def whole_lines(path: Path) -> list[dict[str, object]]:
    """What was written down; a last line cut off by a death does not count."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n")[:-1]] if path.exists() else []


def must_have_held(storm: Storm) -> Counter[str]:
    """Everything the storm must have left as it should be; how often each kind of fact was recorded."""
    with open_log(storm.store, clock=now, chance=token_bytes) as log:
        rows = [(r.position, r.fact.stored_name(), r.fact.mandate.command, r.fact) for r in log.facts()]
        assert [row[0] for row in rows] == list(range(1, len(rows) + 1))
        assert storm.seen() == [row[0] for row in rows], "a reader sees every position once, in order"
        names = answered_once(storm, [(position, name, command) for position, name, command, _ in rows])
        not_a_fen_too_many([json.loads(entry.data) for entry in log.recorder.entries()])
        leaves_are_right(log)
        with closing(Views(storm.folder / "tables.db")) as tables, closing(Views(None)) as anew:
            tables.follow(log)
            anew.rebuild(log)
            assert tables.state() == anew.state(), "tables whose keeper was killed are those the log gives"
            assert not anew.imbalance_fen(log, position=len(rows))
    return names


def answered_once(storm: Storm, rows: list[tuple[int, str, str]]) -> Counter[str]:
    """Every command that was answered is on the log where it was said to be, once; of the others only those in hand."""
    on_log: dict[str, list[tuple[int, str]]] = {}
    for position, name, command in rows:
        on_log.setdefault(command, []).append((position, name))
    done: set[str] = set()
    refused: set[str] = set()
    tried: set[str] = set()
    for spoken in storm.said():
        match spoken:
            case {"tried": command}:
                tried.add(str(command))
            case {"done": command, "positions": positions, "facts": facts}:
                assert isinstance(positions, list)
                assert isinstance(facts, list)
                assert on_log[str(command)] == list(zip(positions, facts, strict=True)), spoken
                assert positions == list(range(positions[0], positions[0] + len(positions)))
                assert spoken["repeated"] or not spoken["asked"], "the same command again is the same decision"
                done.add(str(command))
            case {"refused": command}:
                refused.add(str(command))
    by_clerks = {command for command in on_log if command.startswith("clerk")}
    in_hand = tried - done - refused
    assert done <= by_clerks
    assert by_clerks - done <= in_hand, "nothing is on the log that nobody tried"
    assert not refused & by_clerks, "what was refused is not on the log"
    assert len(in_hand) <= storm.kills
    return Counter(name for position, name, command in rows if command in by_clerks)


def not_a_fen_too_many(facts: list[dict[str, object]]) -> None:
    """Told fact by fact: no fund holds more than arrived, no line, commitment or payment gives more than it has."""
    arrived = held = 0
    line_held: Counter[str] = Counter()
    commitments: dict[str, int] = {}
    payments: dict[str, int] = {}
    vouchers: set[tuple[object, object]] = set()
    promised: dict[object, object] = {}
    for fact in facts:
        fen = fact.get("amount_fen")
        assert fen is None or isinstance(fen, int)
        commitment, paid = str(fact.get("commitment")), str(fact.get("disbursement"))
        match fact["type"], fen:
            case "fund.tranche_received", int(fen):
                assert fact["tranche"] not in promised, "a tranche arrives once"
                promised[fact["tranche"]] = fen
                arrived += fen
            case "money.committed", int(fen):
                assert commitment not in commitments, "a commitment is made once"
                commitments[commitment] = fen
                held += fen
                line_held[str(fact["line"])] += fen
            case "money.commitment_released", int(fen):
                commitments[commitment] -= fen
                held -= fen
                line_held[str(fact["line"])] -= fen
            case "money.disbursed", int(fen):
                assert paid not in payments, "a payment is made once"
                assert (fact["payee"], fact["voucher"]) not in vouchers, "a voucher is paid once"
                vouchers.add((fact["payee"], fact["voucher"]))
                payments[paid] = fen
                commitments[commitment] -= fen
            case "money.returned", int(fen):
                payments[paid] -= fen
                held -= fen
                assert payments[paid] >= 0
        assert held <= arrived, "no fund is over-committed, not by one fen, not for one moment"
        assert commitments.get(commitment, 0) >= 0
        assert max(line_held.values(), default=0) <= LINE_FEN
    assert held == sum(commitments.values()) + sum(payments.values()), "every fen held is open or paid"


def leaves_are_right(log: Log) -> None:
    """The root over the leaves that are kept is the one over leaves computed anew from what lies there."""
    assert root_of(log.recorder.leaves()) == root_of(leaf_of(entry) for entry in log.recorder.entries())
    assert verify(log).faults == ()
