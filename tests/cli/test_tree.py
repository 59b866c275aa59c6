"""The tree of commands: whole for `--help`, one command for whoever asks for it, the same either way."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from cli import decisions
from cli.tree import COMMANDS, DECISIONS, GROUPS, command
from tests.cli.running import ROOT, environment


def test_the_whole_tree_has_every_command_and_a_part_of_it_those_that_were_asked_for() -> None:
    assert list(command().commands) == [*COMMANDS, *GROUPS, *decisions.groups()]
    assert list(DECISIONS) == list(decisions.groups())
    assert list(command("ledger").commands) == ["ledger"]
    assert list(command("register").commands) == ["register"]
    assert list(command("money").commands) == list(decisions.groups())
    for no_command in ("", "--help", "ledgr"):
        listed = command(no_command).commands
        assert {name: said(one) for name, one in listed.items()} == {n: said(c) for n, c in command().commands.items()}
        assert list(listed) == list(command().commands)


def said(one: Any) -> str:
    """What `--help` lists beside a name, whole."""
    return " ".join(one.get_short_help_str(limit=1000).split())


@pytest.mark.parametrize("name", [*COMMANDS, *GROUPS])
def test_a_command_loaded_by_itself_is_that_of_the_whole_tree(name: str) -> None:
    alone, among = command(name).commands[name], command().commands[name]
    assert alone.help == among.help
    assert [p.opts for p in alone.params] == [p.opts for p in among.params]
    assert list(getattr(alone, "commands", [])) == list(getattr(among, "commands", []))


@pytest.mark.parametrize("name", ["ledger", "register", "plans", "plan", "solve"])
def test_what_a_command_may_not_need_is_not_loaded_for_it(name: str) -> None:
    code = (
        f"import sys; from cli.tree import command; command({name!r}); "
        "print([m for m in ('ortools', 'pandas', 'shapely') if m in sys.modules])"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT, env=environment()
    )
    assert ran.stdout.strip() == "[]"
