"""In which language a page is: what its address says, else what was chosen last (a cookie), else the browser's wish."""

from __future__ import annotations

from typing import get_args

from fastapi import Request, Response

from domain.money import Lang

COOKIE = "lang"
YEAR_SECONDS = 365 * 24 * 3600
LANGS: tuple[Lang, ...] = get_args(Lang)


def page_language(request: Request) -> Lang:
    """The language of the page asked for."""
    for given in (request.query_params.get("lang"), request.cookies.get(COOKIE)):
        if given in LANGS:
            return given
    wished = request.headers.get("accept-language", "").lower()
    first = min((wished.find(lang) % 1000, lang) for lang in LANGS)
    return first[1] if wished.find(first[1]) >= 0 else "zh"


def remember(request: Request, response: Response) -> None:
    """Keep a language that was chosen by address."""
    if request.query_params.get("lang") in LANGS:
        chosen = request.query_params["lang"]
        response.set_cookie(COOKIE, chosen, max_age=YEAR_SECONDS, samesite="lax", httponly=True)
