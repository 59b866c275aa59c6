"""How every rule stands and what its numbers are worth, and where a late request fits, on the terminal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from documents.citations import Citations
from documents.proof import objective_name
from documents.view import View
from documents.why import number
from documents.why_not import amount, between, moved_tables, unit_of
from documents.wording import figure, free, name, percent, project_name
from domain.money import FEN_PER_YUAN
from domain.reasons import Effect, FundWorth, Late, Number, Place, RuleStanding
from texts import Both, Lang, both, has


def rule_table(view: View, standings: Iterable[RuleStanding], funds: Iterable[FundWorth], lang: Lang) -> RenderableType:
    """What `tongchou rules` prints."""
    standings, funds, citations = list(standings), list(funds), Citations(view.policy)
    exact = any(n.tightened or n.loosened for s in standings for n in s.numbers)
    heads = ["why.rule", "why.clause", "stands.state", "stands.number", "stands.room", "stands.estimate"]
    table = _table("stands.title", [*heads, *(["stands.tightened", "stands.loosened"] if exact else [])], lang)
    for standing in standings:
        citation = citations[standing.rule]
        first = [Text(citation.label[lang]), citation.clause or "", Text(standing_said(standing)[lang])]
        numbers: list[Number | None] = [*standing.numbers] or [None]
        for place, one in enumerate(numbers):
            estimate = _estimate(standing)[lang] if place == 0 else ""
            row = [_number(one)[lang], _room(one)[lang], estimate]
            row += [_effect(e)[lang] for e in (one.tightened, one.loosened)] if exact and one is not None else []
            table.add_row(*(first if place == 0 else ["", "", ""]), *row)
    pieces: list[RenderableType] = [table, Text("")]
    if funds:
        pieces += [_fund_table(view, funds, lang), Text("")]
    return Group(*pieces, Text(both("stands.note")[lang], style="dim"))


@dataclass(frozen=True)
class StandingRow:
    """One rule of a plan for a page: how it stands, its numbers with their room, what more room would be worth."""

    label: Both
    clause: str | None
    rule: str
    kind: str
    state: Literal["lacks", "binds", "slack"]
    said: Both
    numbers: tuple[tuple[Both, Both], ...]
    estimate: Both


def standing_rows(view: View, standings: Iterable[RuleStanding]) -> list[StandingRow]:
    """How every rule stands, what must hold first, of each kind what binds first."""
    citations = Citations(view.policy)
    rows = [
        StandingRow(
            citations[one.rule].label,
            citations[one.rule].clause,
            one.rule,
            one.kind,
            "lacks" if one.shortfall else "binds" if one.binding else "slack",
            _said(one),
            tuple((_number(number), _room(number)) for number in one.numbers),
            _estimate(one),
        )
        for one in standings
    ]
    order = ("lacks", "binds", "slack")
    return sorted(rows, key=lambda row: (row.kind != "must", order.index(row.state)))


def late_text(view: View, found: Late, lang: Lang) -> RenderableType:
    """What `tongchou late` prints."""
    words = {"name": project_name(found.project, view.register.projects), "code": found.project}
    unit = name(view.register.units[found.unit])
    lines: list[RenderableType] = [
        Text(both("late.title", **words, unit=unit, cost=amount(found.cost_fen))[lang], style="bold")
    ]
    if found.obstacle is not None:
        lines.append(Text(both(f"whynot.{found.obstacle}", detail=Both.join(free(d) for d in found.lacking))[lang]))
        return Group(*lines)
    if found.lacking:
        needed = Both.join(project_name(code, view.register.projects) for code in found.lacking)
        lines.append(Text(both("late.lacking", detail=needed)[lang]))
    left = (both("late.left", fund=_fund(view, f), amount=amount(fen)) for f, fen in found.left_fen.items())
    lines.append(Text(Both.join(left, zh="；", en="; ")[lang]))
    if found.as_it_is is not None:
        lines += _place(view, "late.as_it_is", found.as_it_is, lang)
        return Group(*lines)
    if found.more_fen:
        lines.append(Text(both("late.more", amount=amount(found.more_fen))[lang]))
    if found.swapped is not None:
        lines += _place(view, "late.swapped", found.swapped, lang)
    elif found.instead is not None and found.displaced is not None:
        other = {"name": project_name(found.displaced, view.register.projects), "code": found.displaced}
        lines += _place(view, "late.instead", found.instead, lang, **other)
    else:
        lines.append(Text(both("late.nowhere")[lang]))
    return Group(*lines)


def _place(view: View, key: str, place: Place, lang: Lang, **words: object) -> list[RenderableType]:
    pays = (both("late.pays", fund=_fund(view, f), amount=amount(fen)) for f, fen in place.pays.items())
    lines: list[RenderableType] = [Text(both(key, pays=Both.join(pays, zh="，", en=", "), **words)[lang])]
    if place.worsened:
        names = Both.join(objective_name(n) for n in place.worsened)
        lines.append(Text(both("late.worsened", objectives=names)[lang]))
    else:
        lines.append(Text(both("late.kept")[lang]))
    if place.sites_lost:
        sites = Both.join(name(view.register.units[s]) for s in place.sites_lost)
        lines.append(Text(both("late.sites_lost", sites=sites)[lang]))
    return [*lines, *moved_tables(view, place.units, place.projects, lang, besides="_besides")]


def _fund(view: View, code: str) -> Both:
    return name(view.register.funds[code])


def _table(title: str, heads: Iterable[str], lang: Lang, **words: object) -> Table:
    caption = Text(both(title, **words)[lang], style="bold")
    table = Table(title=caption, title_justify="left", box=None, pad_edge=False, header_style="dim")
    table.min_width = caption.cell_len  # or the caption would be broken to the width of a narrow table
    for head in heads:
        table.add_column(both(head)[lang])
    return table


def standing_said(standing: RuleStanding) -> Both:
    """Whether a rule binds, holds or lacks something, in words."""
    return both(f"stands.{standing.kind}") + Both(" · ", " · ") + _said(standing)


def _said(standing: RuleStanding) -> Both:
    if standing.shortfall:
        money = standing.measure == "fen"
        unit = unit_of(standing.measure)
        count = Both(f"{standing.shortfall} {unit.zh}", f"{standing.shortfall} {unit.en}")
        return both("stands.lacks", amount=amount(standing.shortfall) if money else count)
    held = "stands.slack" if standing.numbers else "stands.holds"
    return both("stands.binds" if standing.binding else held)


def _number(one: Number | None) -> Both:
    if one is None:
        return both("why.basis.none")
    value = _measured(one, one.value)
    key = f"stands.field.{one.field}"
    return both(key, value=value) if has(key) else Both(f"{one.field} {value.zh}", f"{one.field} {value.en}")


def _measured(one: Number, value: Decimal) -> Both:
    if one.field.endswith("_yuan"):
        return amount(int(value * FEN_PER_YUAN))
    said = percent(value) if _is_share(one) else number(value)
    return Both(said, said)


def _is_share(one: Number) -> bool:
    return one.step == Decimal("0.01") and one.value <= 1


def _room(one: Number | None) -> Both:
    if one is None or one.slack_steps is None:
        return both("why.basis.none")
    return both("stands.steps", amount=_measured(one, one.step * one.slack_steps), steps=one.slack_steps)


def _estimate(standing: RuleStanding) -> Both:
    if standing.estimate is None:
        return both("why.basis.none")
    return both("stands.points", number=figure(standing.estimate, 2))


def _effect(effect: Effect | None) -> Both:
    if effect is None:
        return both("why.basis.none")
    if not effect.possible:
        return both("stands.no_plan")
    if effect.objective is None:
        return both("stands.no_change", steps=effect.steps)
    ends = (effect.low, effect.high)
    places = 0 if all(v == v.to_integral_value() for v in ends) else 4
    low, high = ((f"+{figure(v, places)}" if v > 0 else figure(v, places)) for v in ends)
    words = {"objective": objective_name(effect.objective), "unit": unit_of(effect.unit)}
    return both("stands.effect", change=between(low, high), steps=effect.steps, **words)


def _fund_table(view: View, funds: list[FundWorth], lang: Lang) -> Table:
    exact = any(fund.more or fund.less for fund in funds)
    heads = ["why.fund", "stands.estimate", *(["stands.more", "stands.less"] if exact else [])]
    table = _table("stands.funds", heads, lang, amount=amount(funds[0].step_fen))
    for fund in funds:
        estimate = both("why.basis.none")
        if fund.estimate is not None:
            estimate = both("stands.points", number=figure(fund.estimate, 2))
        row = [_effect(e)[lang] for e in (fund.more, fund.less)] if exact else []
        table.add_row(Text(_fund(view, fund.fund)[lang]), estimate[lang], *row)
    return table
