"""What went wrong, as a page: the same sentence and cure as the API's problem, in the language of the reader."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from api import problems
from domain.errors import Refusal
from service.faults import FAMILIES, explain
from texts import text
from web.formats import COMMA
from web.languages import page_language
from web.rendering import looked, page

Handler = Callable[[Request, Exception], Response]


def install(app: FastAPI) -> None:
    """Answer the faults of pages with pages, and leave those of the API as they are."""
    for family in (*FAMILIES, RequestValidationError, HTTPException, Exception):
        usual = cast(Handler, app.exception_handlers[family])  # ours are no coroutines
        app.add_exception_handler(family, _either(usual))


def _either(usual: Handler) -> Handler:
    def handle(request: Request, fault: Exception) -> Response:
        if request.url.path.startswith("/v1"):
            return usual(request, fault)
        return fault_page(request, fault)

    return handle


def fault_page(request: Request, fault: Exception) -> Response:
    """The page that says what went wrong."""
    lang = page_language(request)
    status, sentences = _said(fault, request, lang)
    code = getattr(fault, "code", "")
    with request.app.state.office.county() as county:
        here = looked(request, county)
        return page("fault.html.j2", here, status=status, fault_status=status, fault_code=code, sentences=sentences)


def _said(fault: Exception, request: Request, lang: Any) -> tuple[int, list[str]]:
    if isinstance(fault, HTTPException):
        return fault.status_code, [text("web.fault.address", lang, path=request.url.path)]
    if isinstance(fault, RequestValidationError):
        places = COMMA[lang].join(str(one["loc"][-1]) for one in fault.errors())
        return 422, [text("web.fault.unclear", lang, places=places)]
    explained = explain(fault, lang)
    if explained is None:
        return 500, [text("api.internal", lang)]
    code = fault.code if isinstance(fault, Refusal) else explained.code
    status = problems.status_of(code, explained.exit)
    problems.note_turned_away(request, status, code, fault)
    return status, list(explained.sentences)
