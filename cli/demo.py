"""`tongchou demo`: a finished year of the shipped county, served on this machine, with somebody for every role."""

from __future__ import annotations

import sys
from contextlib import redirect_stderr
from pathlib import Path
from typing import Annotated

import typer

from cli.heads import table_of
from cli.options import DEFAULT_LANG, Json, Lang, answer, wide_console
from service.demo import is_told, seats_of, tell_year, url_of
from service.serving import Serving, must_be_free, prepare, serve
from texts import text


def demo(
    folder: Annotated[Path, typer.Option("--folder", help="Where it is made, and kept for the next time.")] = Path(
        "demo"
    ),
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="Port to listen on.")] = 8000,
    lang: Lang = DEFAULT_LANG,
    as_json: Json = False,
) -> None:
    """Show a finished year of the shipped county: make it, say who may sign in, and serve it until told to end."""
    must_be_free("127.0.0.1", port)  # told now, not after the year
    if not is_told(folder):
        if not as_json:
            wide_console().print(text("demo.telling", lang, folder=folder))
        tell_year(folder)
    seats = seats_of(folder)
    serving = Serving(url_of(folder), port=port)
    prepare(serving)
    log = folder / "server.log"
    address = f"http://127.0.0.1:{port}"
    table = table_of("login", "password", "person", "post", "roles", lang=lang, title=text("demo.seats", lang))
    for seat in seats:
        shown = seat.password or text("demo.own_password", lang)
        table.add_row(seat.login, shown, seat.person, seat.post, " ".join(seat.roles))
    content = {
        "address": address,
        "store": serving.url,
        "seats": [
            {"login": one.login, "one_time_password": one.password, "person": one.person, "roles": list(one.roles)}
            for one in seats
        ],
    }
    answer(content, table, as_json=as_json)
    if not as_json:
        wide_console().print(text("demo.serving", lang, address=address, log=log))
    sys.stdout.flush()
    with log.open("a", encoding="utf-8") as lines, redirect_stderr(lines):  # the passwords stay in sight
        serve(serving)
