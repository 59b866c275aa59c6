"""The step before on the workbench: the address a reader came from, where that was another bench of this site.

Without a script this is what “undo” leads to. With one, undo is going back, and this says whether there is a bench to
go back to, also after a form, a repair, a pin or a reload.
"""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urlsplit

from fastapi import Request

from service.workbench.settings import NoSuchSetting, Settings

PATH = "/workbench"


def came_from(request: Request, own: frozenset[str]) -> str | None:
    """The address of the bench before, written anew; None where a reader came from elsewhere or has not moved on.

    `own` are the names in an address that are no settings.
    """
    given = urlsplit(request.headers.get("referer", ""))
    if given.netloc != request.url.netloc or given.path != PATH:
        return None
    pairs = parse_qsl(given.query, keep_blank_values=True)
    try:
        before = Settings.of([pair for pair in pairs if pair[0] not in own])
        further = dict(pair for pair in pairs if pair[0] in ("pin", "all"))
        here = request.query_params
        now = Settings.of([pair for pair in here.multi_items() if pair[0] not in own])
    except NoSuchSetting:
        return None
    if before == now and further.get("pin") == here.get("pin"):
        return None
    query = "&".join(piece for piece in (before.query, urlencode(further)) if piece)
    return f"{PATH}?{query}" if query else PATH
