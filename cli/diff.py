"""`tongchou diff`: what changed between two moments, and by which facts (M33)."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.console import Group
from rich.table import Table

from cli.heads import table_of
from cli.options import DEFAULT_LANG, AsOf, Json, Lang, OptionUnclear, Session, Store, as_date, as_moment, session
from domain.money import yuan
from service.branch_compare import Difference
from service.diffing import Change, Diff
from service.diffing import diff as difference
from service.registers import Moment, moment
from texts import text

NOW = "now"
SHOWN = 40
"""Of longer lists the first so many are printed; `--json` has all."""
FACTS_SHOWN = 6

When = "a position, a date, a time with its zone, or `now`"
From = Annotated[str, typer.Option("--from", help=f"The first moment: {When}.")]
To = Annotated[str, typer.Option("--to", help=f"The second moment: {When}.")]


def diff(
    first: From,
    second: To = NOW,
    as_of: AsOf = None,
    store: Store = None,
    lang: Lang = DEFAULT_LANG,
    as_json: Json = False,
) -> None:
    """What register, funds, plans, ledger and projects have otherwise than before, and by which facts."""
    with session(store, lang, as_json) as here:
        found = difference(here.county, _moment(here, "--from", first, as_of), _moment(here, "--to", second, as_of))
        here.answer(_object(found), _shown(found, here.lang))


def _moment(here: Session, option: str, given: str, as_of: str | None) -> Moment:
    day = as_date("--as-of", as_of)
    if given == NOW:
        return moment(here.county, as_of=day)
    if given.isascii() and given.isdigit() and len(given) < len("2026-03-31"):
        return moment(here.county, as_of=day, position=int(given))
    try:
        return moment(here.county, as_of=day, known_at=as_moment(option, given))
    except OptionUnclear:
        expected = "a position, a date such as 2026-03-31, a time such as 2026-04-02T09:14+08:00, or now"
        raise OptionUnclear(option=option, given=given[:40], expected=expected) from None


def _object(found: Diff) -> dict[str, Any]:
    return {
        "from": {"position": found.first.position, "as_of": found.first.as_of},
        "to": {"position": found.second.position, "as_of": found.second.as_of},
        "changes": found.changes_json(),
        "facts": found.facts_json(),
    }


def _shown(found: Diff, lang: Lang) -> Any:
    if not found.changes and not found.facts:
        return text("times.diff_same", lang, first=found.first.position, second=found.second.position)
    pieces: list[Any] = [_changes(found, lang)]
    if len(found.changes) > SHOWN:
        pieces.append(text("times.more", lang, count=len(found.changes) - SHOWN))
    pieces.append(_facts(found, lang))
    if len(found.facts) > SHOWN:
        pieces.append(text("times.more", lang, count=len(found.facts) - SHOWN))
    return Group(*pieces)


def _changes(found: Diff, lang: Lang) -> Table:
    title = text("times.diff", lang, first=found.first.position, second=found.second.position)
    table = table_of("subject", "entry", "field", "before", "after", "facts", lang=lang, title=title)
    for change in found.changes[:SHOWN]:
        one = change.difference
        subject = text(f"times.subject.{one.subject}", lang)
        table.add_row(subject, one.entry, one.field, _said(one, one.left), _said(one, one.right), _positions(change))
    return table


def _facts(found: Diff, lang: Lang) -> Table:
    heads = ("position", "recorded", "fact", "about", "by", "counts_from", "why", "late")
    table = table_of(*heads, lang=lang, title=text("times.diff_facts", lang))
    for one in found.facts[:SHOWN]:
        mandate = one.recorded.fact.mandate
        table.add_row(
            str(one.recorded.position),
            f"{one.recorded.recorded_at:%Y-%m-%d %H:%M:%S}",
            one.recorded.fact.stored_name(),
            " ".join(one.about),
            one.who,
            str(mandate.effective_on),
            mandate.why,
            text("times.late", lang) if one.late else "",
        )
    return table


def _positions(change: Change) -> str:
    shown = ", ".join(map(str, change.facts[:FACTS_SHOWN]))
    return shown + (" …" if len(change.facts) > FACTS_SHOWN else "")


def _said(one: Difference, value: Any) -> str:
    is_money = isinstance(value, int) and (one.field.endswith("_fen") or one.field.startswith("line "))
    return yuan(value, unit=False) if is_money else "" if value is None else str(value)
