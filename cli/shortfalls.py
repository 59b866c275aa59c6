"""`tongchou shortfalls`: should-rules a plan misses, the best each could reach if it came first, and why not."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.options import DEFAULT_LANG, AsOf, Json, KnownAt, Lang, Position, Store, print_json, session
from service.collision_words import unreached_json, unreached_said
from service.names import Names
from service.plan_reading import newest
from texts import text


def shortfalls(
    plan: Annotated[str | None, typer.Argument(help="A plan. Default: the newest.")] = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    position: Position = None,
    store: Store = None,
    lang: Lang = DEFAULT_LANG,
    as_json: Json = False,
) -> None:
    """Which should-rules a plan misses, how far each could be fulfilled if it came first, and what stands against."""
    from service.shortfalls import shortfalls as missed_rules

    with session(store, lang, as_json) as here:
        planned = newest(here.county, plan, here.moment(as_of, known_at, position))
        missed = missed_rules(planned.computed)
    if as_json:
        print_json({"plan": planned.plan_id, "shortfalls": [unreached_json(one) for one in missed]})
    else:
        names = Names.of(planned.computed.register, planned.computed.loaded.policy)
        said = [unreached_said(one, lang, names) for one in missed]
        typer.echo("\n".join(said or [text("unreached.none", lang, plan=planned.plan_id)]))
