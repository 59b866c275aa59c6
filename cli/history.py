"""`tongchou history`: the story of anything on the record, in sentences, at any moment of either time (M33)."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.options import DEFAULT_LANG, AsOf, Json, KnownAt, Lang, Position, Store, print_json, session
from service.asking.stories import story_of


def history(
    subject: Annotated[
        str,
        typer.Argument(help="A unit, fund, project, plan, commitment …: its code, its name, or KIND:CODE."),
    ],
    as_of: AsOf = None,
    known_at: KnownAt = None,
    position: Position = None,
    store: Store = None,
    lang: Lang = DEFAULT_LANG,
    as_json: Json = False,
) -> None:
    """The story of a unit, fund, project, plan or commitment: one sentence per fact, oldest first, late ones marked."""
    with session(store, lang, as_json) as here:
        found = story_of(here.county, subject, here.moment(as_of, known_at, position))
        if as_json:
            print_json(found.json())
        else:
            here.console.print(found.table(lang))
