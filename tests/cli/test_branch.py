"""Branches on the command line: every command works on one with `--branch`, and says that it is not the record."""

from __future__ import annotations

import hashlib
import inspect
import json
from collections.abc import Iterator

import pytest

from cli.branching import WITHOUT, chosen_branch
from cli.tree import command
from tests.cli.running import DONE, REFUSED, USAGE, Desk, facts_in

WENN = ("--branch", "wenn")


@pytest.fixture
def branched(desk: Desk) -> Desk:
    """The small county's plan on the record, and a branch of it."""
    desk.planned()
    desk.done("branch", "start", "wenn", "--why", "what if v2 were backward")
    return desk


def commands(above: object, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], object]]:
    below = getattr(above, "commands", None)
    if below is None:
        yield path, above
        return
    for name, one in below.items():
        yield from commands(one, (*path, name))


def test_every_command_about_a_store_has_the_option_but_those_about_branches_and_files() -> None:
    lacking = set()
    found = 0
    for path, one in commands(command()):
        options = {name for parameter in one.params for name in parameter.opts}  # type: ignore[attr-defined]
        if "--store" not in options:
            continue
        found += 1
        if "--branch" not in options and not any(path[: len(known)] == known for known in WITHOUT):
            lacking.add(path)
    assert found > 50
    assert lacking == set()


def test_no_command_takes_the_option_and_then_opens_the_record() -> None:
    """Whoever offers `--branch` opens the store through `session`, which is where the branch is opened."""
    deaf = []
    for path, one in commands(command()):
        work = inspect.unwrap(one.callback)  # type: ignore[attr-defined]
        offers = any("--branch" in parameter.opts for parameter in one.params)  # type: ignore[attr-defined]
        if offers and "session(" not in inspect.getsource(work):
            deaf.append(path)
    assert deaf == []


def test_what_is_decided_on_a_branch_is_seen_there_and_not_on_the_record(branched: Desk) -> None:
    store = branched.folder / "tongchou.db"
    before = hashlib.sha256(store.read_bytes()).hexdigest()
    done = branched.done("unit", "list-backward", "v2", "--reason", "weak", *WENN)
    assert done.err == "Not the record: branch wenn.\n"
    there = branched.done("register", "show", "v2", *WENN, "--json")
    assert there.json["branch"] == "wenn"
    assert json.loads(there.err)["notice"] == "not-the-record"
    assert "weak" in there.out
    assert "weak" not in branched.done("register", "show", "v2", "--json").out
    assert hashlib.sha256(store.read_bytes()).hexdigest() == before
    assert chosen_branch() is None


def test_a_planner_looks_compares_promotes_and_drops(branched: Desk) -> None:
    head = len(facts_in(branched.folder / "tongchou.db"))
    branched.done("unit", "list-backward", "v2", "--reason", "weak", *WENN)
    (row,) = branched.done("branch", "list", "--json").json
    assert (row["name"], row["begins"], row["facts"], row["why"]) == ("wenn", head, 1, "what if v2 were backward")
    (taken,) = branched.done("branch", "show", "wenn", "--json").json["taken"]
    assert (taken["position"], taken["decision"], taken["facts"]) == (
        head + 1,
        "list backward",
        ["unit.listed_backward"],
    )
    found = branched.done("branch", "compare", "wenn", "--json").json
    assert {"subject": "register", "entry": "unit:v2", "field": "backward", "live": False, "wenn": True} in found
    assert "Decisions: 1" in branched.done("branch", "show", "wenn").out
    assert "backward_reason" in branched.done("branch", "compare", "wenn").out
    assert branched.done("branch", "promote", "wenn", "--json").json["position"] == head + 1
    assert branched.done("branch", "compare", "wenn", "live", "--json").json == []
    branched.done("branch", "drop", "wenn")
    assert branched.done("branch", "list", "--lang", "zh").out == "没有支线。\n"


def test_papers_of_a_branch_do_not_take_the_place_of_those_of_the_record(branched: Desk) -> None:
    before = (branched.folder / "out" / "plan.json").read_bytes()
    branched.done("unit", "list-backward", "v2", "--reason", "weak", *WENN)
    branched.done("plan", *WENN)
    assert (branched.folder / "out" / "plan.json").read_bytes() == before
    assert (branched.folder / "out" / "branch-wenn" / "plan.json").read_bytes() != before


def test_a_branch_begins_where_it_is_told_to(branched: Desk) -> None:
    said = branched.done("branch", "start", "early", "--at", 3, "--why", "before the units", "--json").json
    assert said["base_position"] == 3
    assert branched.run("register", "show", "v1", "--branch", "early").code == USAGE
    branched.done("branch", "start", "now", "--known-at", "2100-01-01", "--why", "all of it")
    assert branched.done("branch", "compare", "early", "now").code == DONE


def test_refusals_about_branches_are_told_in_both_languages(branched: Desk) -> None:
    for arguments, english, chinese in (
        (("ledger", "--branch", "nobody"), "There is no branch nobody", "没有支线 nobody"),
        (("branch", "start", "x", "--why", ""), "only with its reason", "理由"),
        (("branch", "start", "../x", "--why", "y"), "cannot be called", "不能叫"),
        (("branch", "promote", "wenn"), "Nothing was decided", "没有作过决定"),
        (("store", "forget", "planner", *WENN), "Names are erased from the record", "姓名"),
    ):
        said = branched.run(*arguments)
        assert (said.code, english in said.err) == (REFUSED, True), said
        assert chinese in branched.run(*arguments, "--lang", "zh").err
    assert branched.run("branch", "list", *WENN).code == USAGE


def test_a_command_asks_for_a_branch_only_of_a_store_that_is_there(desk: Desk) -> None:
    said = desk.run("plan", "--register", desk.register(), *WENN)
    assert said.code == REFUSED
    assert not (desk.folder / "tongchou.db").exists()


def test_the_option_is_one_parameter_of_the_commands_and_given_once() -> None:
    """Putting the tree together again, as a test does, gives no command the option twice."""
    for asked in ("ledger", "plans", None):
        for _, one in commands(command(asked)):
            named = [parameter.name for parameter in one.params]  # type: ignore[attr-defined]
            assert len(named) == len(set(named))


def test_a_past_plan_is_solved_again(desk: Desk) -> None:
    desk.planned()
    said = desk.done("audit", "resolve", "2026-01", "--json").json
    assert (said["same"], said["differing"]) == (True, [])
    assert said["plan_hash"] in desk.done("audit", "resolve", "2026-01").out
    assert "完全相同" in desk.done("audit", "resolve", "2026-01", "--lang", "zh").out
    assert desk.run("audit", "resolve", "nobody").code == REFUSED
