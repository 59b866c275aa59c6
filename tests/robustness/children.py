"""Other processes that decide, to be raced and killed: `python -m tests.robustness.children …`."""

from __future__ import annotations

import contextlib
import io
import json
import random
import sys
from collections.abc import Callable
from pathlib import Path
from secrets import token_bytes

from cli.main import run
from domain.errors import Refusal
from history.store import open_log
from service.county import Actor, now, open_county
from service.plan_life import commit_line, content_now

TREASURER = Actor("chen-jie", "treasurer")


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def commit_all(store: str, plan: str, keys: str, seed: str) -> None:
    """Commit every line of a plan, each command twice, in an order of its own; say which were granted."""
    with open_county(store) as county:
        lines = [line.line for line in content_now(county, plan).lines]
        random.Random(seed).shuffle(lines)
        say("ready")
        sys.stdin.readline()
        granted = []
        for line in lines:
            mandate = county.mandate(TREASURER, command=f"{keys}-{line}")
            with contextlib.suppress(Refusal):
                for repetition in range(2):
                    receipt = commit_line(county, plan, line, mandate)
                    if not receipt.repeated:
                        assert repetition == 0
                        granted.append(line)
        say(json.dumps(granted))


def commit_each(store: str, plan: str, keys: str, seed: str) -> None:
    """Commit every line of a plan in an order of its own; say each as soon as it is granted."""
    with open_county(store) as county:
        lines = [line.line for line in content_now(county, plan).lines]
        random.Random(seed).shuffle(lines)
        for line in lines:
            with contextlib.suppress(Refusal):
                commit_line(county, plan, line, county.mandate(TREASURER, command=f"{keys}-{line}"))
                say(line)


def follow(store: str) -> None:
    """Say the position of every fact, past and coming."""
    with open_log(store, clock=now, chance=token_bytes) as log, log.recorder.subscribe() as tail:
        for event in tail:
            say(str(event.position))


def type_commands(folder: str, file: str) -> None:
    """Run command lines in a folder one after the other; say of each, once it has answered, what it answered."""
    with contextlib.chdir(folder):
        say("ready")
        for number, line in enumerate(json.loads(Path(file).read_text())):
            sys.argv = ["tongchou", *line]
            out, err = io.StringIO(), io.StringIO()
            code: object = 0
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                try:
                    run()
                except SystemExit as end:
                    code = end.code
            answer = json.loads(out.getvalue()) if not code else err.getvalue()
            say(json.dumps([number, code or 0, answer]))
        say("done")


if __name__ == "__main__":
    deeds: dict[str, Callable[..., None]] = {
        "commit-all": commit_all,
        "commit-each": commit_each,
        "follow": follow,
        "type-commands": type_commands,
    }
    deeds[sys.argv[1]](*sys.argv[2:])
