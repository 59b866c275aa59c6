"""Options every command understands the same way, and the context they are gathered in."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, Literal

import typer
from rich.console import Console

from cli.branching import chosen_branch, say_branch
from domain.errors import Refusal
from domain.facts import Mandate
from service.branches import open_branch
from service.county import DEFAULT_STORE, Actor, County, open_county
from service.registers import Moment, moment

TABLE_WIDTH = 150
"""Columns the widest table needs, the ledger with seven sums."""
DEFAULT_ACTOR = "planner@finance-planner"
DEFAULT_LANG: Literal["en", "zh"] = (
    "zh" if os.environ.get("LC_ALL", os.environ.get("LANG", "")).startswith("zh") else "en"
)
"""The language of this machine's locale, as far as it is one of ours."""

Store = Annotated[
    str | None,
    typer.Option(
        "--store",
        help="Address of the store: sqlite:///PATH or postgresql://USER@HOST/DATABASE. "
        "Default: TONGCHOU_STORE, or ./tongchou.db.",
    ),
]
Lang = Annotated[
    Literal["en", "zh"],
    typer.Option("--lang", envvar="TONGCHOU_LANG", help="Language of sentences and tables: en or zh."),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object (or array) on stdout, nothing else.")]
As = Annotated[str, typer.Option("--as", envvar="TONGCHOU_AS", help="Who decides, in which post: PERSON@POST.")]
Why = Annotated[str, typer.Option("--why", help="The reason, kept on the record.")]
EffectiveOn = Annotated[
    str | None, typer.Option("--effective-on", help="The date it counts from, YYYY-MM-DD. Default: today.")
]
Document = Annotated[str | None, typer.Option("--document", help="Number of the document it rests on.")]
Command = Annotated[
    str | None, typer.Option("--command", help="Idempotency key: the same command twice is one decision.")
]
AsOf = Annotated[str | None, typer.Option("--as-of", help="Only what counts by this date, YYYY-MM-DD.")]
KnownAt = Annotated[
    str | None, typer.Option("--known-at", help="As it was known then: a date or a time with its zone.")
]
Position = Annotated[int | None, typer.Option("--position", min=0, help="As it was known at this position of the log.")]


class OptionUnclear(Refusal):
    """An option whose value cannot be read."""

    code = "option-unclear"
    sentence_en = "{option} does not understand “{given}”."
    cure_en = "Write {expected}."


def store_url(store: str | None) -> str:
    """The address of the store: the option, the environment, or the file in the working directory."""
    given = store or os.environ.get("TONGCHOU_STORE") or f"sqlite:///{DEFAULT_STORE}"
    return given if "://" in given else f"sqlite:///{given}"


def as_date(option: str, given: str | None) -> date | None:
    """A date option. Raises `OptionUnclear`."""
    if given is None:
        return None
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise OptionUnclear(option=option, given=given[:40], expected="a date such as 2026-03-31") from None


def as_moment(option: str, given: str | None) -> datetime | None:
    """A time option; a date means the end of that day, a time without a zone the zone of this machine."""
    if given is None:
        return None
    try:
        if len(given) == len("2026-03-31"):
            return datetime.combine(date.fromisoformat(given), datetime.max.time()).astimezone()
        return datetime.fromisoformat(given).astimezone()
    except (ValueError, OverflowError):
        raise OptionUnclear(
            option=option, given=given[:40], expected="a date, or a time such as 2026-04-02T09:14+08:00"
        ) from None


@dataclass(frozen=True)
class Session:
    """An open county and how to answer: in which language, as tables or as JSON."""

    county: County
    lang: Literal["en", "zh"]
    as_json: bool
    console: Console

    def mandate(
        self, actor: str, why: str, effective_on: str | None, document: str | None, command: str | None
    ) -> Mandate:
        """The mandate the common options state."""
        on = as_date("--effective-on", effective_on)
        return self.county.mandate(Actor.parse(actor), why=why, effective_on=on, document=document, command=command)

    def moment(self, as_of: str | None = None, known_at: str | None = None, position: int | None = None) -> Moment:
        """The moment the time options state."""
        return moment(
            self.county, as_of=as_date("--as-of", as_of), known_at=as_moment("--known-at", known_at), position=position
        )

    def answer(self, content: Any, table: Any) -> None:
        """Print the JSON or the table."""
        answer(content, table, as_json=self.as_json, console=self.console)


def wide_console(*, stderr: bool = False) -> Console:
    """A console on which no sum is cut short: a narrow terminal folds long lines, a file gets them whole."""
    console = Console(stderr=stderr, highlight=False, soft_wrap=False)
    return Console(stderr=stderr, highlight=False, width=max(console.width, TABLE_WIDTH))


def answer(content: Any, table: Any, *, as_json: bool, console: Console | None = None) -> None:
    """Print the JSON or the table."""
    if as_json:
        print_json(content)
    else:
        (console or wide_console()).print(table)


def print_json(content: Any) -> None:
    """One object on stdout; one about a branch says so."""
    if isinstance(content, dict) and (branch := chosen_branch()):
        content = {"branch": branch, **content}
    sys.stdout.write(json.dumps(content, ensure_ascii=False, default=str) + "\n")


@contextmanager
def session(
    store: str | None, lang: Literal["en", "zh"], as_json: bool = False, *, must_exist: bool = True
) -> Iterator[Session]:
    """Open the store a command is about, or the branch of it that `--branch` names; whoever reads is told which."""
    branch = chosen_branch()
    with open_county(store_url(store), must_exist=must_exist or branch is not None) as county:
        if branch is None:
            yield Session(county, lang, as_json, wide_console())
            return
        with open_branch(county, branch) as chosen:
            say_branch(branch, lang, as_json)
            yield Session(chosen, lang, as_json, wide_console())
