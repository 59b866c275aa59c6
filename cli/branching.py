"""`--branch NAME`: the option every command about a store has, and the word that its answer is not the record.

Commands get it when the tree is put together, so that none has to know of it; `cli/options.py` opens the branch.
"""

from __future__ import annotations

import inspect
import json
import sys
from collections.abc import Callable
from contextvars import ContextVar
from functools import wraps
from typing import Annotated, Any, Literal, get_type_hints

import typer

from texts import text

PROOF = ("verify", "seal", "pack", "disclose", "check-disclosure", "checkpoint", "key", "witness")
FILES = ("backup", "check", "migrate", "restore", "upgrade")
ACCESS = (("account",), ("api-key",), ("serve",))
WITHOUT = {("branch",), *ACCESS, *(("audit", name) for name in PROOF), *(("store", name) for name in FILES)}
"""Groups and commands about branches as such, about who has access, about the proof of the record, and about stores as
they lie there: a branch has no proof and no doors, and there is nothing to choose."""
Branch = Annotated[
    str | None,
    typer.Option("--branch", help="Work on this branch of the store (`tongchou branch`), not on the record."),
]
_chosen: ContextVar[str | None] = ContextVar("branch", default=None)


def chosen_branch() -> str | None:
    """The branch this command is to work on; None: the record."""
    return _chosen.get()


def offer_branch(app: typer.Typer, path: tuple[str, ...] = ()) -> None:
    """Give the option to every command below that has `--store`."""
    for group in app.registered_groups:
        if group.typer_instance is not None and (*path, str(group.name)) not in WITHOUT:
            offer_branch(group.typer_instance, (*path, str(group.name)))
    for command in app.registered_commands:
        work = command.callback
        if work is None or (*path, str(command.name)) in WITHOUT:
            continue
        parameters = inspect.signature(work).parameters
        if "store" in parameters and "branch" not in parameters:
            command.callback = _on_a_branch(work)


def say_branch(branch: str, lang: Literal["en", "zh"], as_json: bool) -> None:
    """Say on stderr that what follows is not the record; with `--json` as an object of one line."""
    said = text("branch.not_the_record", lang, branch=branch)
    notice = {"notice": "not-the-record", "branch": branch, "sentence": said}
    print(json.dumps(notice, ensure_ascii=False) if as_json else said, file=sys.stderr)


def _on_a_branch(work: Callable[..., Any]) -> Callable[..., Any]:
    """The command with one more option, which `chosen_branch` tells while it runs."""
    hints = get_type_hints(work, include_extras=True)
    kind = inspect.Parameter.KEYWORD_ONLY
    own = [p.replace(kind=kind, annotation=hints[p.name]) for p in inspect.signature(work).parameters.values()]
    every = [*own, inspect.Parameter("branch", kind, annotation=Branch, default=None)]

    @wraps(work)
    def command(branch: str | None = None, **given: Any) -> Any:
        token = _chosen.set(branch)
        try:
            return work(**given)
        finally:
            _chosen.reset(token)

    command.__signature__ = inspect.Signature(every)  # type: ignore[attr-defined]  # typer reads the signature
    command.__annotations__ = {p.name: p.annotation for p in every}
    return command
