"""Faults as problem details (RFC 9457): a stable type per code, the sentence, the cure, and what a program reads."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from api.access import note_refused
from api.languages import language
from api.methods import methods_of
from domain.errors import Refusal
from domain.money import Lang
from service.faults import Exit, explain, places_of
from texts import text

PROBLEM_JSON = "application/problem+json"
TYPES = "/v1/problems/"
SAID_MAX = 6
"""Sentences of `detail` where every fault stands in `errors` too."""

_STATUS_OF_EXIT = {Exit.REFUSED: 409, Exit.BAD_INPUT: 422, Exit.NO_PLAN: 422, Exit.STORE: 503, Exit.SOLVER: 503}
_STATUS_OF_CODE = {
    "request-invalid": 422,
    "no-such-address": 404,
    "no-such-method": 405,
    "bad-request": 400,
    "internal": 500,
    "unauthenticated": 401,
    "login-refused": 401,
    "forbidden": 403,
    "outside-township": 403,
    "password-must-change": 403,
    "form-not-ours": 403,
    "not-by-key": 403,
    "key-beyond-owner": 403,
    "password-wrong": 403,
    "login-throttled": 429,
    "logins-busy": 429,
    "password-unfit": 422,
    "login-name-unfit": 422,
    "person-or-post-unfit": 422,
    "role-unknown": 422,
    "admin-of-parts": 422,
    "key-unfit": 422,
    "maker-reviews": 403,
    "proposer-approves": 403,
    "proposing-post-approves": 403,
    "plan-not-public": 403,
    "request-unclear": 422,
    "cursor-unreadable": 422,
    "value-not-storable": 422,
    "command-reused": 422,
    "date-in-future": 422,
    "side-unclear": 422,
    "proof-out-of-range": 422,
    "choice-out-of-range": 422,
    "statement-outside": 422,
    "too-large": 413,
    "branch-name-unfit": 422,
    "reason-missing": 422,
    "decided-by-another": 403,
    "subject-ambiguous": 422,
    "not-cited": 404,
    "no-plan-then": 404,
    "note-unreadable": 422,
    "signature-unknown": 422,
    "scenario-unreadable": 422,
    "no-such-line": 404,
    "fact-missing": 404,
    "not-sealed-yet": 404,
    "no-plan-yet": 404,
    "no-policy": 404,
    "nothing-registered": 404,
    "moved": 503,
    "body-unreadable": 400,
    "body-too-slow": 408,
    "answer-too-slow": 503,
    "entry-moved": 412,
    "body-too-large": 413,
    "media-type-unfit": 415,
    "idempotency-key-reused": 422,
    "version-unclear": 422,
    "version-missing": 428,
    "no-such-fact-type": 422,
    "fact-tag-unclear": 422,
    "position-not-reached": 422,
    "webhook-url-unclear": 422,
    "webhook-target-not-allowed": 422,
    "too-many-listeners": 503,
    "scenario-not-shipped": 404,
    "scenario-reaches-out": 422,
    "saved-name-unfit": 422,
    "saved-by-another": 403,
    "too-many-queued": 503,
    "job-failed": 500,
    "job-key-reused": 422,
}
"""Codes whose status is not that of their kind; `unknown-…` and `…-unknown` are 404."""

_TURNED_AWAY = frozenset((401, 403, 429))
"""Statuses of attempts that are noted for auditors."""
_NOTED = frozenset(("login-refused", "login-throttled"))
"""Codes the use case notes itself, with the account that was tried."""


class Problem(BaseModel):
    """A problem detail (RFC 9457): what went wrong, where, what was expected, and the cure."""

    model_config = ConfigDict(extra="allow")

    type: Annotated[
        str, Field(description="Stable address of the kind of problem.", examples=["/v1/problems/unknown-plan"])
    ]
    title: Annotated[str, Field(description="The kind in words.", examples=["unknown plan"])]
    status: Annotated[int, Field(ge=400, le=599, examples=[404])]
    detail: Annotated[str, Field(description="What was refused and why, and what to do next, in the asked language.")]
    code: Annotated[str, Field(description="The last part of `type`.", examples=["unknown-plan"])]
    request_id: Annotated[str | None, Field(description="Names this request in the server's log.")] = None
    errors: Annotated[
        list[dict[str, Any]] | None,
        Field(description="Every fault by itself, with its place, where there are several."),
    ] = None
    conflicts: Annotated[
        list[dict[str, Any]] | None, Field(description="Rules that cannot all hold, where no plan exists.")
    ] = None
    errors_total: Annotated[int | None, Field(description="How many faults there are, listed or not.")] = None
    repairs: Annotated[
        list[dict[str, Any]] | None, Field(description="The cheapest ways out, where no plan exists.")
    ] = None


class RequestUnclear(Refusal):
    """A request whose parameters contradict each other or name what there is not."""

    code = "request-unclear"
    sentence_en = "{where} cannot be {given}: {expected}."
    cure_en = "Send the request again with that put right."


def status_of(code: str, exit_code: Exit = Exit.REFUSED) -> int:
    """The HTTP status of a code of ours."""
    if code in _STATUS_OF_CODE:
        return _STATUS_OF_CODE[code]
    if code.startswith("unknown-") or code.endswith("-unknown"):
        return 404
    return _STATUS_OF_EXIT.get(exit_code, 409)


def problem(
    request: Request, status: int, code: str, detail: str, *, headers: dict[str, str] | None = None, **details: Any
) -> JSONResponse:
    """A response that says what went wrong."""
    content = {
        "type": TYPES + code,
        "title": code.replace("-", " "),
        "status": status,
        "detail": detail,
        "code": code,
        "request_id": getattr(request.state, "request_id", None),
        **details,
    }
    shown = {name: value for name, value in content.items() if value is not None}
    request.state.problem = code
    return JSONResponse(shown, status, headers=headers, media_type=PROBLEM_JSON)


def handle_fault(request: Request, fault: Exception) -> JSONResponse:
    """Any fault the house can raise, as a problem; anything else is raised again, to be a 500 and a line in the log."""
    lang: Lang = language(request)
    explained = explain(fault, lang)
    if explained is None:
        raise fault
    status = status_of(explained.code, explained.exit)
    note_turned_away(request, status, explained.code, fault)
    headers = _headers_of(status, fault)
    details = {**explained.details, **places_of(fault, lang)}
    sentences = explained.sentences[: SAID_MAX if "errors" in details else None]
    return problem(request, status, explained.code, " ".join(sentences), headers=headers, **details)


def note_turned_away(request: Request, status: int, code: str, fault: Exception) -> None:
    """Note a request that was answered with 401, 403 or 429, for auditors; a page's as well as a program's."""
    if status in _TURNED_AWAY and code not in _NOTED:
        note_refused(request, code, str(getattr(fault, "details", {}).get("reason", "")))


def _headers_of(status: int, fault: Exception) -> dict[str, str] | None:
    """What goes with some statuses (RFC 9110, 10.2.3 and 11.6.1; RFC 6750, 3)."""
    if status == 401:
        return {"WWW-Authenticate": "Bearer"}
    if status in (429, 503):
        return {"Retry-After": str(getattr(fault, "details", {}).get("wait_seconds", 1))}
    return None


def handle_invalid(request: Request, fault: Exception) -> JSONResponse:
    """A request that does not fit the contract: every place at which it does not."""
    assert isinstance(fault, RequestValidationError)
    errors = [
        {"where": "/".join(map(str, one["loc"])), "problem": one["msg"], "kind": one["type"]} for one in fault.errors()
    ]
    said = "; ".join(f"{one['where']}: {one['problem']}" for one in errors[:5])
    detail = text("api.invalid", language(request), count=len(errors), said=said)
    return problem(request, 422, "request-invalid", detail, errors=errors)


def handle_http(request: Request, fault: Exception) -> JSONResponse:
    """What the framework refuses by itself: no such address, no such method."""
    assert isinstance(fault, HTTPException)
    code = {404: "no-such-address", 405: "no-such-method"}.get(fault.status_code, "bad-request")
    detail = text(f"api.{code}", language(request), path=request.url.path, method=request.method, said=fault.detail)
    headers = dict(fault.headers or {})
    if fault.status_code == 405:
        headers["Allow"] = ", ".join(methods_of(request.app, request.url.path))
    return problem(request, fault.status_code, code, detail, headers=headers)


def handle_bug(request: Request, fault: Exception) -> JSONResponse:
    """A fault of the program: one sentence to the caller, the rest to the log."""
    request_id = getattr(request.state, "request_id", None)  # answered outside of what adds it to all others
    headers = {"x-request-id": request_id} if request_id else None
    return problem(request, 500, "internal", text("api.internal", language(request)), headers=headers)


def install(app: FastAPI, families: tuple[type[Exception], ...]) -> None:
    """Answer every family of faults with problems."""
    for family in families:
        app.add_exception_handler(family, handle_fault)
    app.add_exception_handler(RequestValidationError, handle_invalid)
    app.add_exception_handler(HTTPException, handle_http)
    app.add_exception_handler(Exception, handle_bug)


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The documented problem answers of a route, for its `responses`."""
    return {
        status: {"model": Problem, "description": _MEANING[status], "content": {PROBLEM_JSON: {}}}
        for status in statuses
    }


_MEANING = {
    400: "The request cannot be read.",
    401: "Nobody is signed in, or the token or key is not valid (any more).",
    403: "Whoever asks may not do this.",
    404: "There is no such thing (at that moment).",
    408: "The body did not come in time.",
    409: "The decision was refused; the record is as before.",
    412: "The resource changed since it was read.",
    413: "The body is too large.",
    415: "The body is of another media type.",
    422: "The request does not fit the contract, or what it asks cannot be.",
    428: "State the version the change is based on (If-Match).",
    429: "Too many attempts; `Retry-After` says when to try again.",
    500: "The program itself failed.",
    503: "The store, its tables or the search cannot be used now.",
}
