"""The page of a comparison: the question, the answer as a number, maps before and after, who wins and loses, and why.

Self-contained like the report, whose style, script and switch of language it shares. A what-if stands on tinted ground
under a band that says it is not the record; a past day worked out again has a band of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from documents.compared import Compared
from documents.comparison import built
from documents.comparison_pictures import (
    exchange_picture,
    fund_colours,
    maps,
    per_household,
    signed,
    slope_picture,
)
from documents.proof import objective_name, unit_name
from documents.report import BODY, FRAME, environment, page_parts
from documents.svg.bars import change_bar
from documents.wording import NOTHING, count, figure, money, money_unit, name, shown, small_money
from domain.comparison import Comparison, GroupMoved
from domain.reasons import Moved
from texts import Both, Lang, both, literal

NAMED_MAX = 10
"""Of winners and losers the largest so many stand beside the pictures; the table below has every unit."""


@dataclass(frozen=True)
class UnitRow:
    """One unit of the table."""

    anchor: str
    name: Both
    before: Both
    after: Both
    change: Both
    way: str
    bar: Markup


def render_comparison(paper: Compared, *, lang_default: Lang = "zh") -> str:
    """The whole page as one HTML text, the same for the same arguments."""
    page = page_parts(lang_default, "comparison.css")
    return environment().get_template("comparison.html.j2").render(frame=FRAME, **page, **_context(paper))


def comparison_body(paper: Compared) -> str:
    """What the page says, for a page of others around it; in one language inside `documents.svg.markup.speaking`."""
    return environment().get_template("comparison.html.j2").render(frame=BODY, **_context(paper))


def _context(paper: Compared) -> dict[str, Any]:
    comparison, words = paper.comparison, paper.words
    finding = headline(paper)
    longest = max((abs(one.more_fen) for one in comparison.units), default=0)
    standing = ("backward", "poor", "kind")
    return {
        "county": name(paper.register),
        "paper": paper,
        "state": paper.state,
        "stamps": paper.stamps,
        "finding": finding,
        "moved": money_unit(comparison.moved_fen),
        "figures": _figures(comparison),
        "built": list(built(comparison, words)),
        "maps": maps(paper, finding),
        "losers": [_unit(paper, one, longest) for one in comparison.losers[:NAMED_MAX]],
        "winners": [_unit(paper, one, longest) for one in comparison.winners[:NAMED_MAX]],
        "slope_standing": slope_picture(paper, standing, "slope-standing", finding),
        "slope_township": slope_picture(paper, ("township",), "slope-township", finding),
        "groups": [_group(paper, group) for group in comparison.groups],
        "exchange": exchange_picture(paper, finding),
        "funds": fund_colours(paper),
        "flows": [
            (words.fund(one.fund), words.unit(one.giver), words.unit(one.taker), money(one.amount_fen))
            for one in sorted(comparison.flows, key=lambda one: -one.amount_fen)
        ],
        "fund_rows": [
            (words.fund(one.code), money(one.before_fen), money(one.after_fen), signed(one.more_fen))
            for one in comparison.funds
        ],
        "townships": _townships(paper, longest),
        "rules": [
            (words.rule(one.rule), *(both(f"scenario.standing.{at}") for at in (one.before, one.after)), one.after)
            for one in sorted(comparison.rules, key=lambda one: one.before == one.after)
        ],
        "objectives": [
            (objective_name(one.objective), unit_name(one.unit), _value(one.before), _value(one.after))
            for one in comparison.objectives
        ],
        "shown": shown,
    }


def headline(paper: Compared) -> Both:
    """The answer in one sentence, with its numbers."""
    comparison = paper.comparison
    if comparison.same:
        return both("scenario.same", before=paper.before.name)
    return both(
        "comparing.finding",
        amount=money_unit(comparison.moved_fen),
        winners=count(len(comparison.winners)),
        losers=count(len(comparison.losers)),
    )


def _figures(comparison: Comparison) -> list[tuple[Both, Both]]:
    """The few figures under the answer."""
    before, after = (sum(getattr(one, at) for one in comparison.units) for at in ("before_fen", "after_fen"))
    return [
        (both("comparing.whole_before"), money_unit(before)),
        (both("comparing.whole_after"), money_unit(after)),
        (both("comparing.winners"), literal(count(len(comparison.winners)))),
        (both("comparing.losers"), literal(count(len(comparison.losers)))),
        *_built_figures(comparison),
    ]


def _built_figures(comparison: Comparison) -> list[tuple[Both, Both]]:
    """How much is built no more, and anew; nothing where nothing of either is."""
    if not comparison.projects_lost and not comparison.projects_gained:
        return []
    return [
        (both("comparing.projects_lost"), literal(count(len(comparison.projects_lost)))),
        (both("comparing.projects_gained"), literal(count(len(comparison.projects_gained)))),
    ]


def _unit(paper: Compared, one: Moved, longest_fen: int) -> UnitRow:
    return UnitRow(
        f"u-{one.code}",
        paper.words.unit(one.code),
        money(one.before_fen),
        money(one.after_fen),
        signed(one.more_fen),
        "less" if one.more_fen < 0 else "more" if one.more_fen > 0 else "even",
        change_bar(one.more_fen, longest_fen),
    )


def _group(paper: Compared, group: GroupMoved) -> tuple[Both, str, Both, Both, Both, Both, Both, str, str]:
    each = [small_money(per_household(fen, group)) for fen in (group.before_fen, group.after_fen)]
    if not group.households:
        each = [NOTHING, NOTHING]
    return (
        paper.words.group(group),
        count(group.units),
        money(group.before_fen),
        money(group.after_fen),
        signed(group.more_fen),
        each[0],
        each[1],
        count(group.winners),
        count(group.losers),
    )


def _townships(paper: Compared, longest_fen: int) -> list[tuple[Both, list[UnitRow], Both]]:
    """Every unit under its township, and the change of the township."""
    rows: dict[str, list[Moved]] = {}
    for one in paper.comparison.units:
        unit = paper.register.units.get(one.code)
        rows.setdefault(unit.township if unit is not None else "", []).append(one)
    return [
        (_township_name(paper, code), [_unit(paper, one, longest_fen) for one in units], _whole(units))
        for code, units in sorted(rows.items())
    ]


def _township_name(paper: Compared, code: str) -> Both:
    township = paper.register.townships.get(code)
    return name(township) if township is not None else both("scenario.new_township")


def _whole(units: Iterable[Moved]) -> Both:
    return signed(sum(one.more_fen for one in units))


def _value(value: Any) -> str:
    if value is None:
        return "–"
    return figure(value, 0 if value == value.to_integral_value() else 2)
