"""`tongchou audit list`: what stands out on the record, each list with its rule, its witnesses and who acted."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.options import DEFAULT_LANG, AsOf, Json, KnownAt, Lang, Position, Store, print_json, session
from cli.sums import as_fen
from service.asking.lists import LISTS, Choices, audit_list

DEFAULT = Choices()


def list_(
    kind: Annotated[str, typer.Argument(help=f"Which list: {', '.join(LISTS)}.")],
    days: Annotated[
        int | None, typer.Option("--days", help="backdated: days of grace (30); split: days between payments (30).")
    ] = None,
    share: Annotated[
        int, typer.Option("--share", help="unaccepted: per cent of the cost that may be paid before acceptance.")
    ] = DEFAULT.share_percent,
    threshold: Annotated[str, typer.Option("--threshold", help="split: the limit in yuan.")] = "50000",
    near: Annotated[int, typer.Option("--near", help="split: from how many per cent of the limit.")] = (
        DEFAULT.near_percent
    ),
    units: Annotated[int, typer.Option("--units", help="payees: paid for at least so many units.")] = DEFAULT.units_min,
    limit: Annotated[int, typer.Option("--limit", min=1, help="Show at most so many; --json has all.")] = 50,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    position: Position = None,
    store: Store = None,
    lang: Lang = DEFAULT_LANG,
    as_json: Json = False,
) -> None:
    """List what an auditor looks for: late, by hand, applied twice, unaccepted, over its document, split, one payee."""
    choices = Choices(
        days=days,
        share_percent=share,
        limit_fen=as_fen("--threshold", threshold),
        near_percent=near,
        units_min=units,
    )
    with session(store, lang, as_json) as here:
        at = here.moment(as_of, known_at, position)
        found = audit_list(here.county, kind, at, choices, slice(None if as_json else limit))
        if as_json:
            print_json(found.json())
        else:
            here.console.print(found.table(lang))
