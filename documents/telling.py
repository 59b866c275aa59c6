"""A fact as one sentence, in Chinese and in English: what happened, who decided in which post, why, and how late.

Every kind of fact has a template of its own, `history.<stored name>`, over the fact's fields in words: sums in yuan
(without `_fen`), days, units, projects and funds by name with their code, and the fields of a record it carries as
`record_…`. So a new kind of fact needs a line of the catalogue, and nothing here unless it carries more than its fields
say.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Protocol, cast

import msgspec

from documents.proof import objective_name
from documents.wording import NOTHING, Named, count, day, free, money_unit, name, reason_words, short
from domain.facts.base import Fact
from domain.facts.objections import ObjectionAnswered
from domain.facts.plans import PlanDrafted, PlanLineAdjusted
from domain.money import yuan
from domain.plan import PlanLine
from texts import Both, both, both_or, literal

NAMED = {
    "unit": "unit",
    "units": "unit",
    "other_unit": "unit",
    "other_project": "project",
    "funds": "fund",
    "from_unit": "unit",
    "project": "project",
    "fund": "fund",
    "to_fund": "fund",
    "running_fund": "fund",
    "township": "township",
}
"""Fields that hold the code of a thing with a name, and the kind of that thing."""
POSTS = {"finder_post", "witness_post", "above", "supervised_by"}
PERSONS = {"finder", "objector"}
"""Fields that hold a pseudonymous id."""
_HASH = re.compile("[0-9a-f]{64,}")
LISTED_MAX = 8
"""So many items of a list are said, the others counted: a sentence must stay one."""


class Names(Protocol):
    """Who and what codes stand for, as known at a position."""

    named: bool
    """Whether persons are called by their names; else sentences say posts alone."""

    def thing(self, kind: str, code: str, position: int) -> Both:
        """A unit, project, fund or township by its name, its code behind it."""

    def person(self, person: str) -> str:
        """The name behind a pseudonymous id, or the id where it was erased."""

    def post(self, post: str) -> Both:
        """A post by its name, its code behind it; one that was never recorded by its code."""

    def field(self, kind: str, name: str) -> Both:
        """What a field of an entry is called."""

    def before(self, kind: str, code: str, position: int) -> msgspec.Struct | None:
        """The entry as it was known before the fact at a position."""


def said(fact: Fact, position: int, names: Names) -> Both:
    """What happened, without who, why and when."""
    words = _fields(fact, "", position, names)
    return both(f"history.{fact.stored_name()}", **{**words, **_further(fact, position, names, words)})


def told(fact: Fact, position: int, recorded_at: datetime, names: Names, share: Both | None = None) -> Both:
    """The whole sentence; `share` says what of a plan's money is the subject's."""
    mandate = fact.mandate
    sentence = share or said(fact, position, names)
    by, post = "history.by" if names.named else "history.by_post", names.post(mandate.post)
    sentence = both(by, said=sentence, person=names.person(mandate.person), post=post)
    if mandate.why.strip():
        sentence = both("history.why", said=sentence, why=reason_words(mandate.why))
    if mandate.document:
        sentence = both("history.document", said=sentence, document=free(mandate.document))
    days = late_days(fact, recorded_at)
    if days > 0:
        sentence = both("history.late", said=sentence, days=days)
    return both("history.end", said=sentence)


def late_days(fact: Fact, recorded_at: datetime) -> int:
    """Days between the date a fact counts from and the day (UTC) the log learned of it."""
    return (recorded_at.date() - fact.mandate.effective_on).days


def amount(fen: int) -> Both:
    """A sum to the fen with its unit, as sentences say it."""
    return Both(yuan(fen, "zh"), money_unit(fen).en)


def words(said: Mapping[str, Any], position: int, names: Names) -> dict[str, Both]:
    """Named values in words, as those of facts are: sums in yuan under their names without `_fen`, codes by name."""
    return {name.removesuffix("_fen"): _word(name, value, position, names) for name, value in said.items()}


def cost_said(cost: Mapping[str, str]) -> Both:
    """What a hand cost the objectives, each in its own unit; a gain has a minus, what stayed the same is left out."""
    pieces = []
    for step, loss in cost.items():
        number, _, unit = loss.partition(" ")
        value = _decimal(number)
        if value is None:
            pieces.append(objective_name(step) + Both("：", ": ") + free(loss))
        elif value:
            measured = both(
                "history.cost",
                number=literal(f"{value.normalize():f}"),
                unit=both_or(f"unit.{unit.replace(' ', '-')}", unit),
            )
            pieces.append(objective_name(step) + Both("：", ": ") + measured)
    return Both.join(pieces, zh="，") if pieces else both("history.no_cost")


def _decimal(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def _fields(struct: Any, prefix: str, position: int, names: Names) -> dict[str, Both]:
    words: dict[str, Both] = {}
    for field in struct.__struct_fields__:
        value = getattr(struct, field)
        if field in {"mandate", "v"}:
            continue
        if isinstance(value, msgspec.Struct):
            if not prefix:
                words |= _fields(value, f"{field}_", position, names)
        else:
            words[prefix + field.removesuffix("_fen")] = _word(field, value, position, names)
    return words


def _word(field: str, value: Any, position: int, names: Names) -> Both:
    """One value in words."""
    match value:
        case None | "" | ():
            return NOTHING
        case bool():
            return both("history.yes" if value else "history.no")
        case int() if field.endswith("_fen"):
            return amount(value)
        case int() if field.endswith(("year", "_version", "rank", "at")):
            return literal(value)
        case int():
            return literal(count(value))
        case Decimal():
            return literal(f"{value:f}")
        case datetime():
            return literal(value.isoformat(timespec="seconds"))
        case date():
            return day(value)
        case str() if field in NAMED:
            return names.thing(NAMED[field], value, position)
        case str() if field in PERSONS:
            return literal(names.person(value))
        case str() if field in POSTS:
            return names.post(value)
        case str():
            return literal(short(value)) if _HASH.fullmatch(value) else free(value)
        case tuple() if all(isinstance(item, str) for item in value):
            return _list([_word(field, item, position, names) for item in value])
        case tuple() | list() | dict():
            return literal(count(len(value)))
        case _:
            return literal(value)


def _list(items: list[Both]) -> Both:
    shown = items[:LISTED_MAX] + ([literal(f"… (+{len(items) - LISTED_MAX})")] if len(items) > LISTED_MAX else [])
    return Both.join(shown) if shown else NOTHING


def _further(fact: Fact, position: int, names: Names, words: dict[str, Both]) -> dict[str, Both]:
    """What a sentence says beyond single fields."""
    further: dict[str, Both] = {}
    if hasattr(fact, "name_zh"):
        further["called"] = name(cast(Named, fact))
    if hasattr(fact, "changed"):
        further["changes"] = _changes(fact, position, names)
    if "unit" in words and hasattr(fact, "project"):
        project = getattr(fact, "project", None)
        further["receiver"] = (
            words["unit"] if project is None else both("history.receiver", unit=words["unit"], project=words["project"])
        )
    match fact:
        case PlanDrafted():
            lines = fact.content.lines
            further["total"] = amount(sum(line.amount_fen for line in lines))
            further["units"] = literal(count(len({line.unit for line in lines})))
        case PlanLineAdjusted():
            further["lines"] = _list(_moved(fact.old_lines, fact.new_lines))
            further["cost"] = cost_said(fact.cost)
        case ObjectionAnswered():
            further["outcome_said"] = both(f"history.outcome.{fact.outcome}")
        case _:
            pass
    return further


def _changes(fact: Any, position: int, names: Names) -> Both:
    """Which fields of an entry changed, from what to what."""
    kind = type(fact.record).__name__.lower()
    before = names.before(kind, fact.record.code, position)
    pieces = []
    for field in fact.changed:
        label = names.field(kind, field)
        after = _word(field, getattr(fact.record, field, None), position, names)
        if before is None:
            pieces.append(both("history.set", field=label, after=after))
            continue
        old = _word(field, getattr(before, field, None), position, names)
        pieces.append(both("history.change", field=label, before=old, after=after))
    return _list(pieces)


def _moved(old: tuple[PlanLine, ...], new: tuple[PlanLine, ...]) -> list[Both]:
    """Lines whose sum a hand changed."""
    before, after = ({line.line: line.amount_fen for line in lines} for lines in (old, new))
    return [
        both("history.moved", line=literal(line), before=amount(before.get(line, 0)), after=amount(after.get(line, 0)))
        for line in sorted(before.keys() | after.keys())
        if before.get(line, 0) != after.get(line, 0)
    ]
