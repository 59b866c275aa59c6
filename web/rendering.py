"""From a template and what it shows to a page: one language, everything escaped, the same head and foot everywhere."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from api.access import sees_names
from domain.money import Lang
from service.access.principal import Principal
from service.county import County
from service.registers import Moment, current_register, moment
from service.sealing import Resting, resting_on
from service.showing import PAPER_TEMPLATES, drawing, speaking
from texts import Both, text
from web.formats import (
    BETWEEN_SENTENCES,
    COLON,
    COMMA,
    SEMICOLON,
    day_text,
    moment_text,
    money_head,
    money_text,
    number_text,
    percent_text,
    resident_money_text,
    yuan_head,
)
from web.languages import page_language, remember
from web.packing import packed, unpacks
from web.static_files import address
from web.visitors import form_token, visitor_of

TEMPLATES = Path(__file__).parent / "templates"
CSP = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
FIGURE = re.compile(r"([¥−+]?\d[\d,]*(?:\.\d+)?%?)")
YUAN_AFTER = re.compile(r"(?<=\d)(?=万?元)")
NAVIGATION: dict[str, Literal["county", "work", "public"]] = {
    "overview": "county",
    "workbench": "county",
    "plans": "county",
    "units": "public",
    "audit": "county",
    "register": "work",
    "scenarios": "work",
    "notices": "public",
}
"""The pages in the head, in order, and for whom: who acts for the whole county, who signed in, everybody."""


def offered(who: Principal | None) -> list[str]:
    """The pages somebody is offered in the head: none that would turn them away."""
    mine = {"public"} | ({"work"} if who is not None else set())
    if who is not None and who.covers(None):
        mine.add("county")
    return [name for name, whom in NAVIGATION.items() if whom in mine]


@dataclass(frozen=True)
class Looked:
    """What a page is about: a county at a moment, and who looks at it in which language."""

    request: Request
    county: County
    at: Moment
    lang: Lang
    who: Principal | None

    @property
    def past(self) -> bool:
        """Whether another moment than now was asked for."""
        return self.at.as_of is not None or self.at.position < self.county.log.head()

    def stamps(self) -> list[tuple[str, str]]:
        """What the head says of the moment: as of, known at, checkpoint."""
        resting = resting_on(self.county, self.at.position)
        as_of, known_on = self.at.as_of or self.county.today(), self.at.known_on
        known = day_text(known_on, self.lang) if known_on else f"#{self.at.position}"
        stamps = [("as_of", day_text(as_of, self.lang)), ("known_at", known)]
        return [(text(f"stamp.{name}", self.lang), value) for name, value in stamps] + [
            (text("stamp.checkpoint", self.lang), _checkpoint(resting) or text("web.not_sealed", self.lang))
        ]


def _checkpoint(resting: Resting) -> str | None:
    """How far the checkpoint goes and the beginning of the root, short enough for the head of a page."""
    return None if resting.note is None else f"#{resting.sealed} {resting.root.hex()[:8]}"


def looked(request: Request, county: County, at: Moment | None = None) -> Looked:
    """The ground of a page; its county says names of persons only to who may know them (0028)."""
    who = visitor_of(request)
    seen = county.for_reader(named=sees_names(who))
    return Looked(request, seen, at or moment(county), page_language(request), who)


def page(template: str, here: Looked, *, status: int = 200, **content: Any) -> HTMLResponse:
    """A whole page. `content` are the names its template uses; a `Both` prints in the language of the page."""
    register = current_register(here.county)
    county_name = Both(register.name_zh, register.name_en or register.name_zh) if register else Both("", "")
    common: Mapping[str, Any] = {
        "here": here,
        "lang": here.lang,
        "who": here.who,
        "county_name": county_name,
        "navigation": offered(here.who),
        "path": here.request.url.path,
        "opened": here.request.url.path,
        "query": dict(here.request.query_params),
        "form_token": form_token(here.request),
    }
    with speaking(here.lang):
        html = environment(here.lang).get_template(template).render({**common, **content})
    if unpacks(here.request):
        response = HTMLResponse(packed(html), status, headers={**HEADERS, "content-encoding": "gzip"})
    else:
        response = HTMLResponse(html, status, headers=dict(HEADERS))
    remember(here.request, response)
    return response


HEADERS = {
    "content-security-policy": CSP,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cache-control": "no-store",
    "vary": "Accept-Encoding, Accept-Language, Cookie",
}


@cache
def environment(lang: Lang) -> Environment:
    """Templates in one language."""
    found = Environment(
        loader=FileSystemLoader([TEMPLATES, PAPER_TEMPLATES]),  # papers share their bodies with pages
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: _said(value, lang),
    )

    def said(key: str, **values: object) -> str:
        return text(key, lang, **{name: _said(value, lang) for name, value in values.items()})

    found.globals.update(
        t=said,
        money_head=lambda label: money_head(label, lang),
        yuan_head=lambda label: yuan_head(label, lang),
        colon=COLON[lang],
        semicolon=SEMICOLON[lang],
        static=address,
        with_query=with_query,
        drawing=lambda name: Markup(drawing(name)),
        clause_name=lambda clause: text(f"clause.{clause}", lang),
    )
    found.filters.update(
        day=lambda value: day_text(value, lang),
        moment=lambda value: moment_text(value, lang),
        money=lambda fen: money_text(fen, lang),
        money_bare=lambda fen: money_text(fen, lang, unit=False),
        yuan=lambda fen: "—" if fen is None else resident_money_text(fen, lang),
        yuan_bare=lambda fen: "—" if fen is None else resident_money_text(fen, lang, unit=False),
        number=lambda value: number_text(value, lang),
        percent=lambda share: percent_text(share, lang),
        listed=lambda items: COMMA[lang].join(one[lang] if isinstance(one, Both) else str(one) for one in items),
        sentences=BETWEEN_SENTENCES[lang].join,
        figures=figures,
        commands=lambda said: Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(said)))),
        unstopped=lambda said: str(said[lang] if isinstance(said, Both) else said).rstrip("。."),
    )
    return found


def _said(value: object, lang: Lang) -> object:
    """What is printed of a value; amounts in Chinese stand a little off their unit, as in the catalogue."""
    if not isinstance(value, Both):
        return value
    said = value[lang]
    return said if isinstance(said, Markup) else YUAN_AFTER.sub("\N{NO-BREAK SPACE}", said)


def figures(said: str) -> Markup:
    """A sentence whose figures stand out."""
    pieces = enumerate(FIGURE.split(said))
    return Markup("").join(Markup("<strong>{}</strong>").format(one) if odd % 2 else escape(one) for odd, one in pieces)


@pass_context
def with_query(context: Context, **changes: object) -> str:
    """The address of this page with other answers to some of its questions; None takes one out."""
    query = {**context["query"], **changes}
    kept = urlencode({name: value for name, value in query.items() if value is not None})
    return f"{context['path']}?{kept}" if kept else str(context["path"])
