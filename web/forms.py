"""Forms that decide: a POST, the decision, and a redirect back where the receipt is said in a line.

Every form carries the token of its session (`api/cookies.py`) and a command key: sent twice, by a double click or by
going back, it is one decision on the record. What is refused is said at the form, with everything that was typed.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from fastapi import Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import UploadFile

from api import problems
from api.problems import RequestUnclear
from domain.errors import Refusal
from domain.facts import Mandate
from domain.money import Lang, MoneyFault, parse_yuan
from service.access.principal import Principal
from service.county import County, Receipt
from service.faults import FAMILIES, explain

COMMAND = re.compile(r"[0-9a-f]{32}")
TEXT_MAX = 2000
"""Characters of one answer; the facts have limits of their own, and say so themselves."""


@dataclass(frozen=True)
class Tried:
    """A form that was sent and refused: which, why, and what was typed."""

    form: str
    code: str
    sentences: tuple[str, ...]
    values: Mapping[str, str]
    status: int


def new_command() -> str:
    """The key of one decision, put into its form when the page is made."""
    return uuid.uuid4().hex


async def sent(request: Request) -> dict[str, str]:
    """What a form holds, each answer as text without the blanks around it."""
    form = await request.form()
    return {name: value.strip() for name, value in form.items() if not isinstance(value, UploadFile)}


def mandate_of(county: County, principal: Principal, values: Mapping[str, str]) -> Mandate:
    """The mandate of whoever sends a form: why, under which document, from when, under the form's command key.

    Raises `RequestUnclear` for a command that is none of ours or a date that is none.
    """
    command = values.get("command", "")
    if not COMMAND.fullmatch(command):
        raise RequestUnclear(where="command", given=command[:40], expected="the key the page put into the form")
    return county.mandate(
        principal.actor,
        why=values.get("why", ""),
        effective_on=day_in(values, "effective_on"),
        document=values.get("document") or None,
        command=f"page:{principal.account}:{command}",
    )


def day_in(values: Mapping[str, str], name: str) -> date | None:
    """The date a form states; None where it states none. Raises `RequestUnclear`."""
    given = values.get(name, "")
    try:
        return date.fromisoformat(given) if given else None
    except ValueError:
        raise RequestUnclear(where=name, given=given[:40], expected="a date such as 2026-03-31") from None


def choice_in(values: Mapping[str, str], name: str, *choices: str) -> str:
    """What a form chose. Raises `RequestUnclear` for anything else."""
    given = values.get(name, "")
    if given not in choices:
        raise RequestUnclear(where=name, given=given[:40] or "empty", expected="one of the choices of the form")
    return given


def changed_lines(values: Mapping[str, str]) -> dict[str, int]:
    """The lines a form sets by hand: `line-1` to `amount-1` and so on, in yuan. Raises `RequestUnclear`."""
    numbers = [name.removeprefix("line-") for name, line in values.items() if name.startswith("line-") and line]
    changes: dict[str, int] = {}
    for number in numbers:
        given = values.get(f"amount-{number}", "")
        try:
            changes[values[f"line-{number}"]] = parse_yuan(given)
        except MoneyFault:
            expected = "an amount in yuan such as 1234.56 or 12.5万"
            raise RequestUnclear(where=f"amount-{number}", given=given[:40] or "empty", expected=expected) from None
    if not changes:
        raise RequestUnclear(where="line-1", given="empty", expected="the code of a line")
    return changes


def decided(
    decide: Callable[[], Receipt], form: str, values: Mapping[str, str], back: str, lang: Lang
) -> Response | Tried:
    """Take a decision: a redirect to the page with its receipt, or what the page says of the refusal."""
    try:
        receipt = decide()
    except FAMILIES as fault:
        return refused(fault, form, values, lang)
    return RedirectResponse(f"{back}?{urlencode({'done': receipt.position})}", 303)


def refused(fault: Exception, form: str, values: Mapping[str, str], lang: Lang) -> Tried:
    """What a page says at a form that was refused."""
    explained = explain(fault, lang)
    if explained is None:
        raise fault
    code = fault.code if isinstance(fault, Refusal) else explained.code
    kept = {name: value for name, value in values.items() if "password" not in name}
    return Tried(form, code, explained.sentences, kept, problems.status_of(code, explained.exit))


def receipt_said(county: County, principal: Principal | None, done: int | None) -> int | None:
    """The position a page may call recorded: that of a decision of whoever looks, not of any link."""
    if principal is None or done is None or not 0 < done <= county.log.head():
        return None
    found = next(county.log.facts(after=done - 1, until=done), None)
    return done if found is not None and found.fact.mandate.person == principal.account else None


def as_response(found: Response | Tried, shown: Callable[[Tried], Any]) -> Response:
    """The redirect, or the page with the refusal at its form."""
    if isinstance(found, Tried):
        page: Response = shown(found)
        return page
    return found
