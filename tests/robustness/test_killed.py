"""`kill -9` at random moments of import, planning, committing and paying: what was acknowledged is there, once."""

from __future__ import annotations

import json
import random
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from service.county import open_county
from service.ledger import check_views
from tests.cli.running import DONE, Desk, facts_in, ran, started
from tests.robustness.processes import child
from tests.service.small import edited, write_policy, write_register

LEADER, REVIEWER, TREASURER = "wang@leading-group", "zhao@audit", "chen@treasury"
ONCE_ONLY = ("county.named", "policy.adopted", "plan.drafted", "plan.proposed", "plan.approved")


def commands(folder: Path) -> list[list[str]]:
    """A year of a small county as command lines, each with a key of its own, so that all can be typed again."""
    today = datetime.now(UTC).date()
    until, announced = (today - timedelta(days=2)).isoformat(), (today - timedelta(days=9)).isoformat()
    recounted = edited("units", ("Village Five,village,t2,200", "Village Five,village,t2,210"))
    done = {
        "import-1": f"register import {write_register(folder / 'first')}",
        "import-2": f"register import {write_register(folder / 'second', units=recounted)}",
        "adopt": f"policy adopt {write_policy(folder / 'policy.yaml')}",
        "": "plan",
        "review": f"plans review 2026-01 --opinion sound --as {REVIEWER}",
        "announce": f"plans announce 2026-01 --objections-until {until} --effective-on {announced}",
        "close": "plans close-objections 2026-01",
        "approve": f"plans approve 2026-01 --as {LEADER}",
    }
    for line in ("beautiful.p1", "service.v1", "service.v2", "service.p4"):
        done[f"commit-{line}"] = f"money commit 2026-01 {line} --commitment k.{line}"
        pay = f"money disburse d.{line} --commitment k.{line} --amount 1000 --payee Li --voucher {line}"
        done[f"pay-{line}"] = f"{pay} --as {TREASURER}"
    typed = [[*line.split(), "--json", *(["--command", key] if key else [])] for key, line in done.items()]
    return [*typed, ["store", "check", "--json"]]


def what_must_hold(rows: list[tuple[Any, ...]], acknowledged: list[dict[str, Any]]) -> None:
    """Every acknowledged decision is on the record where it was said to be, and no decision is on it twice."""
    facts = [(row[1], json.loads(row[2])) for row in rows]
    for answer in acknowledged:
        match answer:
            case {"facts": said, "position": position}:
                counted = Counter(said)  # names, or an import's names with their counts
                assert Counter(name for name, _ in facts[position - counted.total() : position]) == counted
            case {"plan_hash": plan_hash}:
                assert any(name == "plan.proposed" and fact["plan_hash"] == plan_hash for name, fact in facts)
            case {"same": same, "balanced": balanced}:
                assert same
                assert balanced
            case _:
                pytest.fail(f"an answer of no known kind: {answer}")
    together = [command for command, _ in groupby(facts, key=lambda fact: fact[1]["mandate"]["command"])]
    assert max(Counter(together).values(), default=1) == 1, "the facts of one command stand together, once"
    names = Counter(name for name, _ in facts)
    assert all(names[name] <= 1 for name in ONCE_ONLY), names
    for kind, subject in [
        ("unit.registered", "unit"),
        ("project.proposed", "project"),
        ("money.committed", "line"),
        ("money.disbursed", "voucher"),
        ("fund.tranche_received", "tranche"),
    ]:
        seen = Counter(fact[subject] for name, fact in facts if name == kind)
        assert max(seen.values(), default=1) == 1, (kind, seen)


def kill_while_typing(tmp_path: Path, kills: int, dice: random.Random, *, seconds: float) -> tuple[Path, Path]:
    """Kill whoever types the commands, again and again; a new store is begun when all of them were typed.

    Returns the folder of the last store, and the file of the commands.
    """
    stores = 0
    folder, acknowledged = tmp_path / "0", list[dict[str, Any]]()
    folder.mkdir()
    script = tmp_path / "commands.json"
    script.write_text(json.dumps(commands(tmp_path)))
    for _ in range(kills):
        with child("type-commands", folder, script) as typist:
            assert typist.hear() == "ready"
            time.sleep(dice.uniform(0, seconds))
            typist.process.kill()
            said = typist.hear_all()
        for line in said:
            if line == "done":
                continue
            _, code, answer = json.loads(line)
            assert code == DONE, answer
            acknowledged.append(answer)
        store = folder / "tongchou.db"
        what_must_hold(facts_in(store) if store.exists() else [], acknowledged)
        if "done" in said:
            stores += 1
            folder, acknowledged = tmp_path / str(stores), []
            folder.mkdir()
    if (folder / "tongchou.db").exists():
        must_be_sound(folder)
    return folder, script


def must_be_sound(folder: Path) -> None:
    """The tables are those the log gives, and the ledger balances."""
    with open_county(f"sqlite:///{folder / 'tongchou.db'}", must_exist=True) as county:
        checked = check_views(county)
        assert (checked.position, checked.same, checked.balanced) == (county.log.head(), True, True)


@pytest.mark.slow
def test_ten_kills_lose_nothing_acknowledged_and_double_nothing(tmp_path: Path, dice: random.Random) -> None:
    kill_while_typing(tmp_path, 10, dice, seconds=1.5)


@pytest.mark.long
def test_fifty_kills_lose_nothing_acknowledged_and_double_nothing(tmp_path: Path, dice: random.Random) -> None:
    folder, script = kill_while_typing(tmp_path, 50, dice, seconds=1.5)
    with child("type-commands", folder, script) as typist:
        said = typist.hear_all()
    assert said[-1] == "done"
    what_must_hold(facts_in(folder / "tongchou.db"), [json.loads(line)[2] for line in said[1:-1]])
    must_be_sound(folder)


@pytest.mark.slow(seconds=45)
def test_processes_killed_while_they_import_and_plan_are_made_good_by_the_next(
    tmp_path: Path, dice: random.Random
) -> None:
    """The same with a process for every command, killed at any moment of its life, also while it opens the store."""
    register, policy = write_register(tmp_path / "register"), write_policy(tmp_path / "policy.yaml")
    for number in range(12):
        folder = tmp_path / str(number)
        folder.mkdir()
        process = started(folder, "plan", "--json", "--register", register, "--policy", policy)
        assert process.stderr is not None
        for _ in range(number % 4):  # said so far: the store it opened, what it imported, what it adopted
            process.stderr.readline()
        time.sleep(dice.uniform(0, 0.8) if number % 4 == 0 else dice.uniform(0, 0.05))
        process.kill()
        out, _ = process.communicate()
        store = folder / "tongchou.db"
        rows = facts_in(store) if store.exists() else []
        assert len(rows) in (0, 29, 30, 31, 32)
        assert not out or len(rows) == 32
        assert len(rows) >= (0, 0, 29, 30)[number % 4], "what was said to be recorded is recorded"
        said = ran(folder, "plan", "--json", "--register", register, "--policy", policy)
        assert said.code == DONE, said
        assert len(facts_in(store)) == 32
        must_be_sound(folder)


@pytest.mark.slow
def test_two_that_plan_a_fresh_store_at_once_make_one_plan(tmp_path: Path) -> None:
    plan_at_once(tmp_path, 2)


@pytest.mark.long
def test_four_that_plan_a_fresh_store_at_once_make_one_plan_every_time(tmp_path: Path) -> None:
    for number in range(4):
        (tmp_path / str(number)).mkdir()
        plan_at_once(tmp_path / str(number), 4)


def plan_at_once(folder: Path, processes: int) -> None:
    register, policy = write_register(folder / "register"), write_policy(folder / "policy.yaml")
    others = [started(folder, "plan", "--json", "--register", register, "--policy", policy) for _ in range(processes)]
    answers = [other.communicate(timeout=120) for other in others]
    for other, (_, err) in zip(others, answers, strict=True):
        assert other.returncode == DONE, err
    assert len({json.loads(out)["plan_hash"] for out, _ in answers}) == 1
    rows = facts_in(folder / "tongchou.db")
    names = Counter(row[1] for row in rows)
    assert len(rows) == 32, names
    assert all(names[name] == 1 for name in ("county.named", "policy.adopted", "plan.drafted", "plan.proposed"))
    must_be_sound(folder)


def test_the_script_of_commands_is_done_to_its_end_and_typing_it_again_records_nothing(
    desk: Desk, tmp_path: Path
) -> None:
    """So that the kills above fall into real work, and a repeat is a repeat."""
    script = commands(tmp_path)
    for command in script:
        desk.done(*command)
    rows = desk.rows()
    names = Counter(row[1] for row in rows)
    assert (names["money.committed"], names["money.disbursed"]) == (4, 4)
    for command in script:
        desk.done(*command)
    assert desk.rows() == rows
