"""A trace on the terminal: step by step from the payment back to what it rests on, then who answers for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from documents.citations import Citations
from documents.story import Told, fact_table
from documents.telling import Names, amount
from documents.view import View
from documents.why import basis
from documents.wording import part, shown
from domain.money import yuan
from domain.reasons import Piece
from domain.traces import PostRow, Target
from texts import Both, Lang, both, literal


@dataclass(frozen=True)
class Step:
    """One step of the way, `trace.step.…` of the catalogue, with its facts as sentences."""

    step: str
    told: tuple[Told, ...]


def trace_table(
    target: Target,
    position: int,
    steps: Sequence[Step],
    view: View | None,
    pieces: Sequence[Piece],
    posts: Sequence[PostRow],
    names: Names,
    lang: Lang,
) -> RenderableType:
    """What `tongchou trace` prints."""
    title = both(
        f"trace.title.{target.kind}",
        code=literal(target.code),
        amount=amount(target.amount_fen),
        receiver=receiver(target, position, names),
    )
    shown_steps: list[RenderableType] = [Text(title[lang], style="bold")]
    for one in steps:
        shown_steps += [_head(f"trace.step.{one.step}", lang), Padding(fact_table(one.told, lang), (0, 0, 0, 2))]
        if one.step == "decided":
            shown_steps += _line(target, view, pieces, lang)
    return Group(*shown_steps, _head("trace.step.posts", lang), *_posts(posts, names, lang))


def choices_table(given: str, targets: Sequence[Target], position: int, names: Names, lang: Lang) -> RenderableType:
    """Several sums that were asked for by one amount or code."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("")
    for key in ("code", "receiver", "position"):
        table.add_column(both(f"trace.head.{key}")[lang])
    table.add_column(both("trace.head.amount")[lang], justify="right")
    for one in targets:
        table.add_row(
            both(f"trace.kind.{one.kind}")[lang],
            Text(one.code),
            Text(receiver(one, position, names)[lang]),
            str(one.position),
            yuan(one.amount_fen, unit=False),
        )
    return Group(Text(both("trace.several", given=shown(given), count=len(targets))[lang]), table)


def receiver(target: Target, position: int, names: Names) -> Both:
    """Who the money is for: a unit, or a project of it."""
    unit = names.thing("unit", target.unit, position)
    if target.project is None:
        return unit
    return both("history.receiver", unit=unit, project=names.thing("project", target.project, position))


def _line(target: Target, view: View | None, pieces: Sequence[Piece], lang: Lang) -> list[RenderableType]:
    """The line taken apart: part, rule, clause, figures."""
    if view is None:
        return [Text(both("trace.no_line", plan=target.plan, line=target.line)[lang], style="yellow")]
    citations = Citations(view.policy)
    table = Table(box=None, pad_edge=False, header_style="dim")
    for key in ("part", "rule", "clause"):
        table.add_column(both(f"why.{key}")[lang])
    table.add_column(both("why.amount")[lang], justify="right")
    table.add_column(both("why.basis")[lang], overflow="fold")
    for piece in pieces:
        citation = citations[piece.rule]
        clause = Text(citation.clause or "")
        sum_said = yuan(piece.amount_fen, unit=False)
        table.add_row(
            part(piece.part)[lang], Text(citation.label[lang]), clause, sum_said, Text(basis(view, piece)[lang])
        )
    return [Text(both("trace.step.line", line=target.line)[lang], style="bold"), Padding(table, (0, 0, 0, 2))]


def _posts(posts: Sequence[PostRow], names: Names, lang: Lang) -> list[RenderableType]:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for key in ("post", "persons", "steps", "above", "supervised_by"):
        table.add_column(both(f"trace.posts.{key}")[lang], overflow="fold")
    for row in posts:
        steps = Both.join(both(f"trace.step.{step}") for step in row.steps)
        unknown = both("trace.nothing")[lang]
        table.add_row(
            Text(names.post(row.post)[lang]),
            Text(", ".join(row.persons)),
            Text(steps[lang]),
            *(Text(names.post(one)[lang] if one else unknown) for one in (row.above, row.supervised_by)),
        )
    shown_posts: list[RenderableType] = [Padding(table, (0, 0, 0, 2))]
    if not any(row.above or row.supervised_by for row in posts):
        shown_posts.append(Text(both("trace.no_posts")[lang], style="yellow"))
    return shown_posts


def _head(key: str, lang: Lang) -> Text:
    return Text(both(key)[lang], style="bold")
