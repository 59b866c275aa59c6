"""`tongchou branch`: start, list, show, compare, promote and drop branches; `--branch NAME` works on one."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from msgspec import to_builtins
from rich.table import Table

from cli.deciding import say
from cli.options import DEFAULT_ACTOR, DEFAULT_LANG, As, Json, KnownAt, Lang, Session, Store, Why, session
from domain.money import yuan
from service.branch_compare import Difference
from service.branch_reading import LIVE, branch_shown, compared, taken_on
from service.branches import BranchRow, branches, drop_branch, start_branch
from service.county import Actor
from service.promotion import promote
from texts import text

app = typer.Typer(help="What-if on any past position: start, list, show, compare, promote, drop.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="Name of the branch.")]
At = Annotated[int | None, typer.Option("--at", min=0, help="The position it begins after. Default: the last one.")]


@app.command("start")
def start(
    name: Name,
    at: At = None,
    known_at: KnownAt = None,
    why: Why = "",
    store: Store = None,
    actor: As = DEFAULT_ACTOR,
    lang: Lang = DEFAULT_LANG,
    as_json: Json = False,
) -> None:
    """Begin a branch at a past position, or at the last one; it is kept until it is dropped."""
    with session(store, lang, as_json) as here:
        about = start_branch(here.county, name, Actor.parse(actor), why, here.moment(None, known_at, at))
        said = text("branch.started", here.lang, branch=name, position=about.base_position)
        here.answer({"name": name, "base_position": about.base_position, "base_leaf": about.base_leaf}, said)


@app.command("list")
def list_(store: Store = None, lang: Lang = DEFAULT_LANG, as_json: Json = False) -> None:
    """Every kept branch of the store."""
    with session(store, lang, as_json) as here:
        rows = branches(here.county)
        heads = ("name", "begins", "facts", "decisions", "live_since", "by", "started", "why")
        table = Table(*(text(f"branch.head.{head}", here.lang) for head in heads))
        for row in rows:
            table.add_row(*map(str, _row(here, row).values()))
        here.answer([_row(here, row) for row in rows], table if rows else text("branch.none", here.lang))


@app.command("show")
def show(name: Name, store: Store = None, lang: Lang = DEFAULT_LANG, as_json: Json = False) -> None:
    """What a branch begins with, and every decision taken on it with its facts."""
    with session(store, lang, as_json) as here:
        about, decisions = taken_on(here.county, name)
        taken: list[dict[str, Any]] = [to_builtins(one) for one in decisions]
        row = _row(here, about)
        if not here.as_json:
            here.console.print(text("branch.about", here.lang, **row))
        table = Table(
            *(text(f"branch.head.{head}", here.lang) for head in ("position", "decision", "made", "by", "why"))
        )
        for one in taken:
            table.add_row(str(one["position"]), one["decision"], ", ".join(one["facts"]), one["by"], one["why"])
        here.answer({**row, "taken": taken}, table)


@app.command("compare")
def compare_(
    name: Name,
    other: Annotated[str, typer.Argument(help="Another branch, or `live` for the record as it stands.")] = LIVE,
    store: Store = None,
    lang: Lang = DEFAULT_LANG,
    as_json: Json = False,
) -> None:
    """What differs between a branch and another, or the record: register, funds, plans, ledger."""
    with session(store, lang, as_json) as here:
        found = compared(here.county, other, name)
        heads = [*(text(f"branch.head.{head}", here.lang) for head in ("subject", "entry", "field")), other, name]
        table = Table(*heads)
        for one in found:
            subject = text(f"branch.subject.{one.subject}", here.lang)
            table.add_row(subject, one.entry, one.field, _said(one, one.left), _said(one, one.right))
        content = [
            {"subject": one.subject, "entry": one.entry, "field": one.field, other: one.left, name: one.right}
            for one in found
        ]
        here.answer(content, table if found else text("branch.same", here.lang, left=other, right=name))


@app.command("promote")
def promote_(
    name: Name, store: Store = None, actor: As = DEFAULT_ACTOR, lang: Lang = DEFAULT_LANG, as_json: Json = False
) -> None:
    """Take every decision of a branch anew on the record, all or none; only who took them can."""
    with session(store, lang, as_json) as here:
        say(here, promote(here.county, name, Actor.parse(actor)))


@app.command("drop")
def drop(name: Name, store: Store = None, lang: Lang = DEFAULT_LANG, as_json: Json = False) -> None:
    """Forget a branch for good; the record never knew of it."""
    with session(store, lang, as_json) as here:
        drop_branch(here.county, name)
        here.answer({"name": name, "dropped": True}, text("branch.dropped", here.lang, branch=name))


def _row(here: Session, row: BranchRow) -> dict[str, Any]:
    """A branch as a line of a list; of one that cannot be opened the reason stands for its why."""
    shown = branch_shown(here.county, row, here.lang)
    if shown.fault is not None:
        unknown = dict.fromkeys(("begins", "facts", "decisions", "live_since", "by", "started"), "")
        return {"name": shown.name, **unknown, "why": shown.fault}
    return {
        "name": shown.name,
        "begins": shown.base_position,
        "facts": shown.facts,
        "decisions": shown.decisions,
        "live_since": shown.live_since,
        "by": shown.by,
        "started": f"{shown.started_at:%Y-%m-%d %H:%M}",
        "why": shown.why,
    }


def _said(one: Difference, value: Any) -> str:
    is_money = isinstance(value, int) and (one.field.endswith("_fen") or one.field.startswith("line "))
    return yuan(value, unit=False) if is_money else "" if value is None else str(value)
