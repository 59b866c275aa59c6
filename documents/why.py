"""Why a unit gets what it gets, on the terminal: one sentence, and every piece with rule, clause and figures."""

from __future__ import annotations

from decimal import Decimal

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from documents.citations import Citations
from documents.reasons import unit_reason
from documents.view import View
from documents.wording import figure, free, money_unit, name, part, percent
from domain.money import yuan
from domain.reasons import Decomposition, Piece
from texts import Both, Lang, both


def decomposition(view: View, found: Decomposition, lang: Lang) -> RenderableType:
    """What `tongchou why` prints."""
    citations, unit = Citations(view.policy), view.by_code[found.unit]
    title = both("why.title", name=name(unit.unit), code=found.unit, amount=_amount(found.total_fen))
    table = Table(box=None, pad_edge=False, header_style="dim")
    for key in ("part", "rule", "clause", "fund"):
        table.add_column(both(f"why.{key}")[lang])
    table.add_column(both("why.amount")[lang], justify="right")
    table.add_column(both("why.basis")[lang])
    for piece in found.pieces:
        citation = citations[piece.rule]
        table.add_row(
            part(piece.part)[lang],
            Text(citation.label[lang]),
            citation.clause or "",
            Text(name(view.register.funds[piece.fund])[lang]),
            yuan(piece.amount_fen, unit=False),
            Text(basis(view, piece)[lang]),
        )
    table.add_section()
    table.add_row(both("why.total")[lang], "", "", "", yuan(found.total_fen, unit=False), "", style="bold")
    sentence = both("why.in_wan", sentence=unit_reason(unit, view, citations))
    return Group(Text(title[lang], style="bold"), Text(sentence[lang], style="dim"), table)


def basis(view: View, piece: Piece) -> Both:
    """The figures a piece rests on: `612 (Households) × 1.55 = 948.6 of 105,000 in all`."""
    figures, label = piece.figures, view.policy.priority.need_label
    shown = {key: number(value) for key, value in figures.items() if not key.endswith("_fen")}
    sums = {key.removesuffix("_fen"): _amount(int(value)) for key, value in figures.items() if key.endswith("_fen")}
    words = {"label": Both(free(label.zh).zh, free(label.en).en)}
    if piece.of is not None and piece.of in view.register.projects:
        project = view.register.projects[piece.of]
        cost = sums.get("cost", _amount(project.remaining_fen))
        return both("why.basis.project", name=name(project), cost=cost)
    if piece.of is not None and piece.of in view.register.duties:
        return both("why.basis.duty", name=free(view.register.duties[piece.of].name))
    if "added" in figures:
        return both("why.basis.added", added=shown["added"], priority=shown["priority"])
    if "floor" in sums:
        return both("why.basis.floor", amount=sums["floor"])
    if "own" in figures and figures["own"] == figures["need"] * figures["priority"] != figures["need"]:
        return both("why.basis.weighted", **shown, **words, pool=_of(sums["pool"], figures["share"]))
    if "own" in figures:
        return both("why.basis.factor", own=shown["own"], all=shown["all"], pool=_of(sums["pool"], figures["share"]))
    if "need" in figures:
        return both("why.basis.need", need=shown["need"], priority=shown["priority"], **words)
    return both("why.basis.none")


def number(value: Decimal) -> str:
    """A figure with as many places as it has, up to two; a whole number without any."""
    places = 0 if value == value.to_integral_value() else 2
    return figure(value, places)


def _of(pool: Both, share: Decimal) -> Both:
    return pool if share == 1 else Both(f"{pool.zh} 的 {percent(share)}", f"{percent(share)} of {pool.en}")


def _amount(fen: int) -> Both:
    return Both(yuan(fen, "zh"), money_unit(fen).en)
