"""`tongchou why`, `why-not`, `rules` and `late`: the reasons of a plan, while the meeting is still in the room."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from cli.options import (
    DEFAULT_LANG,
    AsOf,
    Json,
    KnownAt,
    Lang,
    OptionUnclear,
    Position,
    Session,
    Store,
    print_json,
    session,
)
from cli.sums import as_fen
from cli.waiting import waiting
from service.why import LEVERS, NewProject, asked, late, rules_of, why, why_not_asked
from texts import text


class OptionMissing(OptionUnclear):
    """A new project that is described by halves."""

    code = "option-missing"
    sentence_en = "{option} is missing: a new project needs unit, cost, purposes."
    cure_en = "Give it too; to ask for a project of the register give none of them."


Plan = Annotated[str | None, typer.Option("--plan", help="Code of the plan. Default: the newest.")]


def why_(
    unit: Annotated[str, typer.Argument(help="A unit, by code or name.")],
    plan: Plan = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    position: Position = None,
    store: Store = None,
    lang: Lang = DEFAULT_LANG,
    as_json: Json = False,
) -> None:
    """Why a unit gets what it gets: every piece of its money with rule, clause and figures, to the fen."""
    with session(store, lang, as_json) as here:
        found = why(asked(here.county, plan, here.moment(as_of, known_at, position)), unit)
        here.answer(found.json() if as_json else None, found.table(lang) if not as_json else None)


def why_not(
    name: Annotated[str, typer.Argument(help="A project or a unit, by code or name.")],
    plan: Plan = None,
    quick: Annotated[bool, typer.Option("--quick", help="Only bounds by prices, no search.")] = False,
    levers: Annotated[
        str, typer.Option("--levers", help="Which levers to ask for, separated by commas: score, cost, fund, rule.")
    ] = ",".join(LEVERS),
    as_of: AsOf = None,
    known_at: KnownAt = None,
    position: Position = None,
    store: Store = None,
    lang: Lang = DEFAULT_LANG,
    as_json: Json = False,
) -> None:
    """Why not: the first objective it worsens, who would lose, and the least change of each lever that flips it."""
    kinds = [kind.strip() for kind in levers.split(",") if kind.strip()]
    if strange := [kind for kind in kinds if kind not in LEVERS]:
        raise OptionUnclear(option="--levers", given=strange[0][:40], expected="score, cost, fund, rule")
    with session(store, lang, as_json) as here:
        about = asked(here.county, plan, here.moment(as_of, known_at, position))
        with _searching(here) as heard:
            found = why_not_asked(about, name, quick=quick, levers=kinds, heard=heard)
        if as_json:
            print_json(found.json())
            return
        for shown in found.table(lang):
            here.console.print(shown)


def rules(
    plan: Annotated[str | None, typer.Argument(help="Code of the plan. Default: the newest.")] = None,
    worth: Annotated[bool, typer.Option("--worth", help="Solve for the exact worth of a step; takes minutes.")] = False,
    rule: Annotated[str | None, typer.Option("--rule", help="Only this rule.")] = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    position: Position = None,
    store: Store = None,
    lang: Lang = DEFAULT_LANG,
    as_json: Json = False,
) -> None:
    """Every rule: binding or slack, how much room its numbers leave, and what one more or less is worth."""
    with session(store, lang, as_json) as here:
        about = asked(here.county, plan, here.moment(as_of, known_at, position))
        with _searching(here) as heard:
            found = rules_of(about, worth=worth, only=rule, heard=heard)
        here.answer(found.json() if as_json else None, found.table(lang) if not as_json else None)


def late_(
    project: Annotated[str, typer.Argument(help="A project of the register, or a code for a new one.")],
    unit: Annotated[str | None, typer.Option("--unit", help="Of a new project: the unit.")] = None,
    cost: Annotated[str | None, typer.Option("--cost", help="Of a new project: the cost in yuan.")] = None,
    purposes: Annotated[
        str | None, typer.Option("--purposes", help="Of a new project: its purposes, separated by commas.")
    ] = None,
    benefit: Annotated[int, typer.Option("--benefit", min=0, help="Of a new project: its points.")] = 0,
    closes: Annotated[str, typer.Option("--closes", help="Of a new project: haves it closes.")] = "",
    plan: Plan = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    position: Position = None,
    store: Store = None,
    lang: Lang = DEFAULT_LANG,
    as_json: Json = False,
) -> None:
    """A late request: the best place for one more project, all others staying where they are."""
    described = None
    if benefit or closes or any(given is not None for given in (unit, cost, purposes)):
        for option, given in (("--unit", unit), ("--cost", cost), ("--purposes", purposes)):
            if given is None:
                raise OptionMissing(option=option)
        described = NewProject(
            unit=str(unit),
            cost_fen=as_fen("--cost", str(cost)),
            purposes=_listed(str(purposes)),
            benefit=benefit,
            closes=_listed(closes),
        )
    with session(store, lang, as_json) as here:
        found = late(asked(here.county, plan, here.moment(as_of, known_at, position)), project, described)
        here.answer(found.json() if as_json else None, found.table(lang) if not as_json else None)


def _listed(given: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for part in given.split(",") if part.strip()))


@contextmanager
def _searching(here: Session) -> Iterator[Callable[[str, str], None]]:
    """A line that shows what is being asked."""
    with waiting(here) as shows:

        def heard(subject: str, step: str) -> None:
            kind, _, detail = step.partition(" ")
            shows(text(f"why.step.{kind}", here.lang, subject=subject, detail=detail))

        yield heard
