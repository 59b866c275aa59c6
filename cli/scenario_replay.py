"""`tongchou scenario replay`: a past told again under another policy, or with the changes of a scenario."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.options import DEFAULT_LANG, Json, Lang, Store, print_json, session, wide_console
from cli.searching import searching


def replay(
    policy: Annotated[Path | None, typer.Option("--policy", help="The policy file in place of those adopted.")] = None,
    scenario: Annotated[
        str | None, typer.Option("--scenario", help="A scenario whose changes are decided first: a file, or a name.")
    ] = None,
    since: Annotated[int, typer.Option("--from", min=1, help="The first position of the record to be told again.")] = 1,
    until: Annotated[int | None, typer.Option("--to", min=1, help="The last one. Default: the newest.")] = None,
    store: Store = None,
    lang: Lang = DEFAULT_LANG,
    as_json: Json = False,
) -> None:
    """Tell the record again, decision by decision: what would have been approved, refused, exhausted, and when."""
    from service.scenarios.finding import read_scenario
    from service.scenarios.replay import replay as replay_record
    from service.scenarios.replay_answers import replay_object, replay_table
    from service.worker import shared_worker

    composed = None if scenario is None else read_scenario(scenario)
    with session(store, lang, as_json) as here:
        found = searching(
            wide_console(stderr=as_json),
            lang,
            lambda listener: replay_record(
                here.county,
                policy=policy,
                scenario=composed,
                since=since,
                until=until,
                worker=shared_worker(),
                listener=listener,
            ),
        )
        if as_json:
            print_json(replay_object(here.county, found))
        else:
            here.console.print(replay_table(here.county, found, lang))
