"""Faults in a planner's words: what the checks of the policy's types complain of, told as found, expected and cure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any, NamedTuple, get_args

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from domain.money import MAX_FEN, MoneyFault, yuan
from domain.policy.expression import ExpressionFault
from domain.policy.faults import Misfit
from domain.policy.model import written
from domain.quoting import printable, quoted


class Wording(NamedTuple):
    """A fault without its place."""

    code: str
    found: str
    expected: str
    cure: str
    suggestion: str | None = None


_PATTERNS = {
    r"^M(0[1-9]|[1-4]\d|5[0-2])$": "a clause of the policy catalogue, M01 to M52",
    r"^[\w.\-]{1,64}$": "a name of letters, digits, `_`, `-` and `.`, at most 64 of them",
}
_KINDS = {
    "string": ("a text", "put it in quotes"),
    "int": ("a whole number", "write its digits without quotes"),
    "bool": ("true or false", "write true or false without quotes"),
    "decimal": ("a number", "write its digits without quotes"),
    "float": ("a number", "write its digits without quotes"),
    "date": ("a date such as 2026-03-31", "write year, month and day without quotes"),
    "tuple": ("a list", "begin every item with `- `, or put the items in [ ]"),
    "list": ("a list", "begin every item with `- `, or put the items in [ ]"),
    "frozen_set": ("a list", "begin every item with `- `, or put the items in [ ]"),
    "dict": ("keys and values", "write each as `key: value`"),
    "model": ("a section with keys and values", "write each as `key: value`"),
}
_BOUNDS = {
    "greater_than": ("gt", "more than {}"),
    "greater_than_equal": ("ge", "at least {}"),
    "less_than": ("lt", "less than {}"),
    "less_than_equal": ("le", "at most {}"),
    "multiple_of": ("multiple_of", "a multiple of {}"),
}
_NOT_EMPTY = "delete the key, or give it a value"
_KIND_OF_TYPE = re.compile("|".join(_KINDS))


def found_words(value: Any) -> str:
    """A value of the file as a fault shows it."""
    if isinstance(value, dict):
        return "a section" if value else "an empty section"
    if isinstance(value, list | tuple):
        return "a list" if value else "an empty list"
    return quoted(value)


def suggest(found: object, options: Sequence[str]) -> str | None:
    """The option that a misspelt word was probably meant to be."""
    likely = get_close_matches(str(found), options, n=1)
    if likely:
        return likely[0]
    return next((option for option in options if _bare(option) == _bare(str(found))), None)


def _bare(name: str) -> str:
    return name.replace("_", "").replace("-", "").casefold()


def section_at(model: type[BaseModel], steps: Sequence[str | int]) -> type[BaseModel]:
    """Which section of the policy a path leads to; codes and numbers of items, which are no keys, do not lead on."""
    here = model
    for step in steps:
        fields = {written(name): field for name, field in here.model_fields.items()}
        if isinstance(step, str) and step in fields:
            here = next(_sections(fields[step].annotation), here)
    return here


def _sections(annotation: Any) -> Any:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _sections(part)


def word(error: ErrorDetails, model: type[BaseModel]) -> Wording:
    """One complaint of pydantic about a `model`, in our words. Its own sentences never get through."""
    kind, value, context = error["type"], error["input"], error.get("ctx", {})
    steps, last = error["loc"][:-1], str(error["loc"][-1]) if error["loc"] else ""
    if kind == "extra_forbidden":
        fields = section_at(model, steps).model_fields
        known = [field.alias or written(name) for name, field in fields.items()]
        expected = f"one of {', '.join(known)}"
        return Wording("policy-unknown-key", f"the key {quoted(last)}", expected, "delete it", suggest(last, known))
    if kind == "missing":
        return Wording("policy-missing-key", "", f"the key `{printable(last)}` here", "add it")
    if kind == "literal_error":
        options = re.findall(r"'([^']*)'", str(context.get("expected", "")))
        expected = f"one of {', '.join(options)}"
        return Wording(
            "policy-unknown-value", found_words(value), expected, "write one of them", suggest(value, options)
        )
    if kind == "no_such_key":
        return Wording("policy-missing-key", found_words(value), str(context.get("expected")), "add it")
    if kind == "value_error":
        return _raised(context.get("error"), value)
    if kind in _BOUNDS:
        name, words = _BOUNDS[kind]
        bound = context.get(name)
        expected = "an amount of at most " + yuan(MAX_FEN) if bound == MAX_FEN else f"a number, {words.format(bound)}"
        if last.endswith("_yuan") and isinstance(bound, int) and bound != MAX_FEN:
            expected = f"an amount, {words.format(yuan(bound))}"
        return Wording("policy-out-of-range", found_words(value), expected, "correct the number")
    if kind == "string_pattern_mismatch":
        expected = _PATTERNS.get(str(context.get("pattern")), "a text of another form")
        return Wording("policy-malformed", found_words(value), expected, "correct it")
    if kind in {"string_too_short", "too_short"}:
        least = context.get("min_length", 1)
        entries = "at least one entry" if least == 1 else f"at least {least} entries"
        expected = "something here" if kind == "string_too_short" else entries
        return Wording("policy-too-few", found_words(value), expected, "fill it in")
    if kind in {"string_too_long", "too_long"}:
        expected = f"at most {context.get('max_length')} of them"
        return Wording("policy-too-many", found_words(value), expected, "shorten it")
    named = _KIND_OF_TYPE.match("decimal" if kind == "is_instance_of" and context.get("class") == "Decimal" else kind)
    if named is not None:
        expected, cure = _KINDS[named.group()]
        return Wording("policy-wrong-kind", found_words(value), expected, _NOT_EMPTY if value is None else cure)
    return Wording("policy-unfit", found_words(value), f"another value for `{printable(last)}`", "correct it")


def _raised(error: object, value: Any) -> Wording:
    """What our own checks complain of; any other `ValueError` is taken at its word."""
    if isinstance(error, Misfit):
        found = error.found or ("" if isinstance(value, dict) else found_words(value))
        return Wording("policy-misfit", found, error.expected, error.cure or "correct it")
    if isinstance(error, MoneyFault):
        return Wording("policy-amount", found_words(value), error.expected, error.cure)
    if isinstance(error, ExpressionFault) and not isinstance(value, str):
        expected = "an expression, such as `households`"
        return Wording("policy-wrong-kind", found_words(value), expected, "write it as text")
    if isinstance(error, ExpressionFault):
        return Wording("policy-expression", "", "", error.sentence[:1].lower() + error.sentence[1:].removesuffix("."))
    return Wording("policy-misfit", "", "", str(error).removesuffix("."))
