"""What every command that decides has in common: the store, who decides and why, the word that it is recorded."""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Callable
from typing import Any, get_type_hints

from cli.options import (
    DEFAULT_ACTOR,
    DEFAULT_LANG,
    As,
    Command,
    Document,
    EffectiveOn,
    Json,
    Lang,
    Session,
    Store,
    Why,
    session,
)
from domain.facts import Mandate
from service.county import Receipt
from texts import text

Work = Callable[..., Receipt]
"""Takes the session, the mandate and its own parameters; gives the receipt."""
COMMON: dict[str, tuple[Any, Any]] = {
    "store": (Store, None),
    "actor": (As, DEFAULT_ACTOR),
    "why": (Why, ""),
    "effective_on": (EffectiveOn, None),
    "document": (Document, None),
    "command": (Command, None),
    "lang": (Lang, DEFAULT_LANG),
    "as_json": (Json, False),
}
"""The options of every decision: name -> (what it is, its default)."""


def deciding(
    work: Work, parameters: list[inspect.Parameter] | None = None, *, new_store: bool = False
) -> Callable[..., None]:
    """A command out of `work(session, mandate, **own)`: its own parameters, then the common options.

    `parameters` replaces those of the function where they are made elsewhere; `new_store` lets it make a store.
    """
    own = _own(work) if parameters is None else parameters

    def command(**given: Any) -> None:
        common = {name: given.pop(name) for name in COMMON}
        with session(common["store"], common["lang"], common["as_json"], must_exist=not new_store) as here:
            mandate = here.mandate(
                common["actor"], common["why"], common["effective_on"], common["document"], common["command"]
            )
            say(here, work(here, mandate, **given))

    kind = inspect.Parameter.KEYWORD_ONLY
    every = [*own, *(inspect.Parameter(n, kind, annotation=a, default=d) for n, (a, d) in COMMON.items())]
    command.__signature__ = inspect.Signature(every)  # type: ignore[attr-defined]  # typer reads the signature
    command.__annotations__ = {p.name: p.annotation for p in every}
    command.__doc__ = inspect.getdoc(work)
    return command


def say(here: Session, receipt: Receipt) -> None:
    """Say where a decision is on the record."""
    names = [recorded.fact.stored_name() for recorded in receipt.recorded]
    said = "cli.repeated" if receipt.repeated else "cli.recorded" if names else "cli.nothing"
    content = {"position": receipt.position, "facts": names, "repeated": receipt.repeated}
    told = ", ".join(name if times == 1 else f"{name} × {times}" for name, times in Counter(names).items())
    values = {"facts": told, "position": receipt.position} if names else {}
    here.answer(content, text(said, here.lang, **values))


def _own(work: Work) -> list[inspect.Parameter]:
    """The function's parameters after session and mandate, with their hints resolved."""
    hints = get_type_hints(work, include_extras=True)
    parameters = list(inspect.signature(work).parameters.values())[2:]
    return [p.replace(kind=inspect.Parameter.KEYWORD_ONLY, annotation=hints[p.name]) for p in parameters]


__all__ = ["Mandate", "Receipt", "Session", "deciding", "say"]
