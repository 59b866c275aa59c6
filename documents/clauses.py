"""What a clause moved, on the terminal: its lines, what was committed and paid of them, the sums of units."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from documents.citations import Citations, clause_name
from documents.telling import Names, amount
from documents.wording import count, free
from domain.money import yuan
from domain.policy.model import Policy
from domain.traces import Bounded, MovedLine
from texts import Both, Lang, both, has, literal

FIGURES = ("amount", "committed", "paid")


def clause_table(
    what: str,
    plans: Sequence[str],
    policy: Policy,
    lines: Sequence[MovedLine],
    bounded: Sequence[Bounded],
    position: int,
    names: Names,
    lang: Lang,
) -> RenderableType:
    """What `tongchou trace --clause` prints."""
    citations = Citations(policy)
    label = clause_name(what) if has(f"clause.{what}") else citations[what].label
    title = both("clauses.title", what=what, label=label, plans=literal(", ".join(plans)))
    shown: list[RenderableType] = [Text(title[lang], style="bold")]
    if lines:
        shown += [_lines(lines, citations, position, names, lang), _units(lines, position, names, lang)]
        shown.append(Text(both("clauses.note")[lang], style="dim"))
    else:
        shown.append(Text(both("clauses.none", what=what)[lang]))
    shown += [Text(_bound(one, citations)[lang]) for one in bounded]
    return Group(*shown)


def _lines(lines: Sequence[MovedLine], citations: Citations, position: int, names: Names, lang: Lang) -> Table:
    table = _table(("plan", "line", "unit", "rules"), lang)
    for line in lines:
        rules = Both.join(citation.label for citation in citations.of(line.rules))
        unit = names.thing("unit", line.unit, position)
        table.add_row(line.plan, line.line, Text(unit[lang]), Text(rules[lang]), *_sums([line]))
    table.add_section()
    table.add_row(both("clauses.total")[lang], "", "", "", *_sums(lines), style="bold")
    return table


def _units(lines: Sequence[MovedLine], position: int, names: Names, lang: Lang) -> Table:
    table = _table(("unit", "count"), lang)
    for unit in sorted({line.unit for line in lines}):
        own = [line for line in lines if line.unit == unit]
        table.add_row(Text(names.thing("unit", unit, position)[lang]), count(len(own)), *_sums(own))
    return table


def _table(heads: Sequence[str], lang: Lang) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for key in heads:
        table.add_column(both(f"clauses.head.{key}")[lang], overflow="fold")
    for key in FIGURES:
        table.add_column(both(f"clauses.head.{key}")[lang], justify="right")
    return table


def _sums(lines: Sequence[MovedLine]) -> list[str]:
    return [yuan(sum(getattr(line, f"{key}_fen") for line in lines), unit=False) for key in FIGURES]


def _bound(one: Bounded, citations: Citations) -> Both:
    group = (
        both("clauses.bound.everyone")
        if one.where is None
        else both("clauses.bound.group", where=free(one.where), count=count(one.units))
    )
    return both(
        "clauses.bound.binding" if one.binding else "clauses.bound.slack",
        rule=literal(one.rule),
        label=citations[one.rule].label,
        group=group,
        amount=amount(one.amount_fen),
        whole=amount(one.whole_fen),
    )
