"""`tongchou serve`: the HTTP API over a store, on this machine."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from cli.options import DEFAULT_LANG, Json, Lang, Store, answer, store_url, wide_console
from service.serving import Serving, prepare, serve
from texts import text


def serve_(
    host: Annotated[str, typer.Option("--host", help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="Port to listen on.")] = 8000,
    workers: Annotated[int, typer.Option("--workers", min=1, max=64, help="Processes that answer.")] = 1,
    allow_remote: Annotated[
        bool, typer.Option("--allow-remote", help="Listen where other machines reach it, in plain HTTP.")
    ] = False,
    behind_proxy: Annotated[
        str | None,
        typer.Option("--behind-proxy", help="Address of the server in front, whose X-Forwarded-For is believed."),
    ] = None,
    new_secret: Annotated[
        bool, typer.Option("--new-secret", help="Make another secret for one that is lost: everybody logs in anew.")
    ] = False,
    store: Store = None,
    lang: Lang = DEFAULT_LANG,
    as_json: Json = False,
) -> None:
    """Answer over HTTP until told to end. On a store nobody has an account of, an administrator's key is told once."""
    serving = Serving(store_url(store), host, port, workers, behind_proxy)
    first = prepare(serving, allow_remote=allow_remote, new_secret=new_secret)
    address = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    if first is not None:
        until = f"{first.key.expires_at:%Y-%m-%d %H:%M} UTC"
        content = {"admin_key": first.shown, "expires_at": first.key.expires_at.isoformat()}
        answer(content, text("access.first_key", lang, shown=first.shown, until=until), as_json=as_json)
    if not as_json:
        wide_console().print(text("access.serving", lang, address=address))
    sys.stdout.flush()
    serve(serving)
