"""`tongchou alternatives`, `trade-off`, `importance`, `robust`: questions around a finished plan."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Annotated

import msgspec
import typer

from cli.options import DEFAULT_LANG, AsOf, Json, KnownAt, Lang, OptionUnclear, Position, Store, session
from cli.sums import as_fen
from cli.waiting import counted, waiting
from service.explore import Around, dearest_first
from texts import text

PlanName = Annotated[str | None, typer.Option("--plan", help="Code of the plan. Default: the newest.")]
Loss = Annotated[
    str, typer.Option("--loss", help="What any objective may lose against its proven best, as a part of 1.")
]


def alternatives(
    count: Annotated[int, typer.Option("--count", min=1, max=20, help="How many.")] = 3,
    loss: Loss = "0.01",
    plan: PlanName = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    position: Position = None,
    store: Store = None,
    lang: Lang = DEFAULT_LANG,
    as_json: Json = False,
) -> None:
    """Other plans, each as different as it can be, that lose no objective more than a stated part."""
    part = _part("--loss", loss)
    with session(store, lang, as_json) as here:
        around = Around(here.county, plan, here.moment(as_of, known_at, position))
        found = counted(here, around.alternatives(count=count, loss=part), count)
        nothing = text("explore.no_alternative", lang, loss=loss)
        table = around.alternatives_table(found, lang) if found else nothing
        here.answer({"plan": around.name, "loss": loss, "alternatives": around.alternatives_json(found)}, table)


def trade_off(
    first: Annotated[str, typer.Option("--between", help="The one objective.")] = "welfare",
    second: Annotated[str, typer.Option("--and", help="The other.")] = "benefit",
    points: Annotated[int, typer.Option("--points", min=2, max=50, help="How many, both ends included.")] = 6,
    plan: PlanName = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    position: Position = None,
    store: Store = None,
    lang: Lang = DEFAULT_LANG,
    as_json: Json = False,
) -> None:
    """What more of one objective costs another: points of the curve between their two best, each proven."""
    with session(store, lang, as_json) as here:
        around = Around(here.county, plan, here.moment(as_of, known_at, position))
        curve = counted(here, around.trade_off(first, second, points=points), points)
        table = around.curve_table(first, second, curve, lang)
        content = around.curve_json(curve)
        here.answer({"plan": around.name, "first": first, "second": second, "points": content}, table)


def importance(
    projects: Annotated[list[str] | None, typer.Argument(help="Projects of the plan. Default: all.")] = None,
    exact: Annotated[bool, typer.Option("--exact", help="Search every answer to its end.")] = False,
    plan: PlanName = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    position: Position = None,
    store: Store = None,
    lang: Lang = DEFAULT_LANG,
    as_json: Json = False,
) -> None:
    """What the loss of each funded project would cost the plan's last objective, the dearest first."""
    with session(store, lang, as_json) as here:
        around = Around(here.county, plan, here.moment(as_of, known_at, position))
        asked = around.funded(projects or [])
        found = sorted(counted(here, around.importance(asked, exact=exact), len(asked)), key=dearest_first)
        table = around.importance_table(found, lang)
        here.answer({"plan": around.name, "exact": exact, "projects": [msgspec.to_builtins(x) for x in found]}, table)


def robust(
    short: Annotated[
        list[str] | None,
        typer.Option("--short", help="FUND=YUAN that may never come. Default: each fund's last tranche."),
    ] = None,
    loss: Loss = "0.01",
    plan: PlanName = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    position: Position = None,
    store: Store = None,
    lang: Lang = DEFAULT_LANG,
    as_json: Json = False,
) -> None:
    """A plan that is good now and still good if money never comes: what to commit at once, what to let wait."""
    part, short_fen = _part("--loss", loss), dict(_short(given) for given in short or [])
    with session(store, lang, as_json) as here:
        around = Around(here.county, plan, here.moment(as_of, known_at, position))
        with waiting(here) as said:
            said(text("explore.robust", lang))
            found = around.robust(short_fen=short_fen, loss=part)
        table = around.robust_table(found, lang)
        here.answer({"of": around.name, "loss": loss, **around.robust_json(found)}, table)


def _part(option: str, given: str) -> Fraction:
    """A part of 1, exact as written. Raises `OptionUnclear`."""
    try:
        part = Fraction(Decimal(given.strip()))
    except (ArithmeticError, ValueError):
        part = Fraction(-1)
    if not 0 <= part <= 1:
        raise OptionUnclear(option=option, given=given[:40], expected="a part of 1, such as 0.01")
    return part


def _short(given: str) -> tuple[str, int]:
    fund, _, amount = given.partition("=")
    if not fund or not amount:
        raise OptionUnclear(option="--short", given=given[:40], expected="FUND=YUAN, such as beautiful=800000")
    return fund, as_fen("--short", amount)
