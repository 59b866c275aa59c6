"""The page of a sweep: the question, how many cases have a plan, trade-off, spreads, what matters, who is funded.

It shares style, script and switch of language with the comparison, and its ground: a sweep is a what-if.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from markupsafe import Markup

from documents.comparison import Words
from documents.measure_words import measured, unit_of
from documents.report import BODY, FRAME, environment, page_parts
from documents.svg.charts import Axis, Bar, Point, histogram, scatter, tornado
from documents.svg.choropleth import Shape, choropleth, swatch
from documents.svg.labels import without_county
from documents.wording import count, figure, money, name, percent, shown
from domain.policy.model import Policy
from domain.register import Register
from domain.swept import Chance, Spread, Swept, Swing, TradeOff
from texts import Both, Lang, both, literal

Counted = Literal["with_project", "funded", "less"]
SWINGS_MAX = 12
"""Of very many coordinates those that matter most are drawn; the table has all."""


@dataclass(frozen=True)
class SweepPaper:
    """Everything the page of a sweep says."""

    question: Both
    swept: Swept
    register: Register
    policy: Policy
    stamps: tuple[tuple[Both, Both], ...] = ()


@dataclass(frozen=True)
class Probability:
    """The five classes of a map of parts of cases: in none, up to a third, two thirds, nearly all, in all."""

    cases: int

    def css(self, value: int | None) -> str:
        """The class of how many cases: `c1` for none … `c5` for all."""
        if value is None:
            return "c0"
        if value in (0, self.cases):
            return "c5" if value else "c1"
        return f"c{2 + min(value * 3 // self.cases, 2)}"

    def legend(self) -> list[tuple[Markup, Both]]:
        """Colour and meaning of every class."""
        bounds = ("none", "third", "two_thirds", "more", "all")
        return [(swatch(step), both(f"sweep.chance_{bound}")) for step, bound in enumerate(bounds, 1)]


def render_sweep(paper: SweepPaper, *, lang_default: Lang = "zh") -> str:
    """The whole page as one HTML text, the same for the same arguments."""
    page = page_parts(lang_default, "comparison.css")
    return environment().get_template("sweep.html.j2").render(frame=FRAME, **page, **_context(paper))


def sweep_body(paper: SweepPaper) -> str:
    """What the page says, for a page of others around it; in one language inside `documents.svg.markup.speaking`."""
    return environment().get_template("sweep.html.j2").render(frame=BODY, **_context(paper))


def _context(paper: SweepPaper) -> dict[str, Any]:
    swept, words = paper.swept, Words(paper.register, [paper.policy])
    counted = _counted(swept)
    return {
        "county": name(paper.register),
        "state": "what-if",
        "stamps": paper.stamps,
        "paper": paper,
        "swept": swept,
        "trade": _trade(swept.trade_off, swept.planned, words) if swept.trade_off else None,
        "spreads": [
            (words.measure(one.measure), _spread_picture(one, number, words), _spread_row(one))
            for number, one in enumerate(swept.spreads)
        ],
        "swings": _tornadoes(swept, words),
        "swing_rows": [_swing_row(one, words) for one in swept.swings],
        "counted": counted,
        "map": _map(paper, counted),
        "legend": Probability(max(swept.planned, 1)).legend(),
        "chances": [_chance_row(paper, words, one) for one in swept.chances],
        "projects": [
            (words.project(code), count(cases), percent(Decimal(cases) / swept.planned))
            for code, cases in sorted(swept.projects.items(), key=lambda one: (-one[1], one[0]))
        ],
        "shown": shown,
    }


def _axis(measure: str, values: Iterable[Decimal], words: Words) -> Axis:
    """An axis from the least to the greatest, with a tick at both and between them."""
    found = list(values)
    low, high = min(found), max(found)
    places = [low] if low == high else [low, (low + high) / 2, high]
    return Axis(
        words.measure(measure) + unit_of(measure),
        low,
        high,
        tuple((value, measured(measure, value)) for value in places),
    )


def _trade(trade: TradeOff, planned: int, words: Words) -> tuple[Both, Markup, list[tuple[str, Both, Both, bool]]]:
    """Heading, picture, and the same as a table."""
    here = [trade.now] if trade.now is not None else []
    across = _axis(trade.across, [*(one.across for one in trade.points), *(x for x, _ in here)], words)
    up = _axis(trade.up, [*(one.up for one in trade.points), *(y for _, y in here)], words)
    best = sum(one.best for one in trade.points)
    names = {"across": words.measure(trade.across), "up": words.measure(trade.up)}
    finding = both(
        "sweep.trade_best" if trade.directed else "sweep.trade", best=count(best), cases=count(planned), **names
    )
    points = [
        Point(
            one.across,
            one.up,
            one.best,
            both(
                "sweep.point",
                case=shown(one.case),
                across=measured(trade.across, one.across),
                up=measured(trade.up, one.up),
            ),
        )
        for one in trade.points
    ]
    drawn = scatter(
        points,
        across,
        up,
        trade.now,
        now_name=both("sweep.now"),
        title=both("sweep.trade_title"),
        description=finding,
        identity="trade",
    )
    rows = [
        (shown(one.case), measured(trade.across, one.across), measured(trade.up, one.up), one.best)
        for one in trade.points
    ]
    return finding, drawn, rows


def _spread_picture(one: Spread, number: int, words: Words) -> Markup:
    axis = _axis(one.measure, [one.least, one.greatest, *([one.now] if one.now is not None else [])], words)
    pins = [
        (value, both(f"sweep.pin_{key}", value=measured(one.measure, value)))
        for key, value in (("tenth", one.tenth), ("median", one.median), ("ninetieth", one.ninetieth), ("now", one.now))
        if value is not None
    ]
    return histogram(
        _over(one, axis),
        axis,
        pins,
        title=words.measure(one.measure),
        description=spread_finding(one, words),
        identity=f"spread-{number}",
    )


def _over(one: Spread, axis: Axis) -> Sequence[int]:
    """The steps over the whole axis: it may reach beyond the cases, to where the plan compared with stands."""
    step = (one.greatest - one.least) / len(one.bins)
    if not step or (axis.low == one.least and axis.high == one.greatest):
        return one.bins
    before, after = ((span / step).to_integral_value() for span in (one.least - axis.low, axis.high - one.greatest))
    return [*([0] * int(before)), *one.bins, *([0] * int(after))]


def spread_finding(one: Spread, words: Words) -> Both:
    """What a spread says, with its numbers."""
    low, middle, high = (measured(one.measure, value) for value in (one.tenth, one.median, one.ninetieth))
    return both("sweep.spread", measure=words.measure(one.measure), low=low, median=middle, high=high)


def _spread_row(one: Spread) -> list[Both]:
    values = (one.least, one.tenth, one.median, one.ninetieth, one.greatest)
    now = measured(one.measure, one.now) if one.now is not None else literal("–")
    return [*(measured(one.measure, value) for value in values), now]


def _tornadoes(swept: Swept, words: Words) -> list[tuple[Both, Markup]]:
    """One picture a measure."""
    found = []
    for number, measure in enumerate(dict.fromkeys(one.measure for one in swept.swings)):
        swings = [one for one in swept.swings if one.measure == measure][:SWINGS_MAX]
        axis = _axis(measure, [value for one in swings for value in (one.low, one.high)], words)
        bars = [
            Bar(
                words.path(one.path),
                one.low,
                one.high,
                literal(_at(one.at_low)),
                literal(_at(one.at_high)),
            )
            for one in swings
        ]
        finding = both("sweep.swing", measure=words.measure(measure), path=words.path(swings[0].path))
        found.append(
            (
                finding,
                tornado(bars, axis, title=words.measure(measure), description=finding, identity=f"swing-{number}"),
            )
        )
    return found


def _at(value: str) -> str:
    text = shown(value)
    return text if len(text) <= 16 else text[:15] + "…"


def _swing_row(one: Swing, words: Words) -> list[Both]:
    correlation = "–" if one.correlation is None else figure(one.correlation, 2)
    ends = [literal(shown(at)) for at in (one.at_low, one.at_high)]
    values = [measured(one.measure, value) for value in (one.low, one.high, one.width)]
    return [words.measure(one.measure), literal(shown(one.path)), *ends, *values, literal(correlation)]


def _chance_row(paper: SweepPaper, words: Words, one: Chance) -> tuple[str, list[Both]]:
    planned = max(paper.swept.planned, 1)
    shares = [percent(Decimal(cases) / planned) for cases in (one.funded, one.with_project, one.less)]
    sums = [money(fen) for fen in (one.tenth_fen, one.median_fen, one.ninetieth_fen)]
    return f"u-{one.unit}", [words.unit(one.unit), *(literal(share) for share in shares), *sums]


def _counted(swept: Swept) -> Counted:
    """What the map shows: projects, money or losses, the first in which units differ."""
    ways: tuple[Counted, ...] = ("with_project", "funded", "less")
    return next((way for way in ways if len({getattr(one, way) for one in swept.chances}) > 1), "funded")


def _map(paper: SweepPaper, counted: Counted) -> Markup | None:
    """In how many cases each unit has a project, or money, or less than in the plan compared with."""
    chances = {one.unit: one for one in paper.swept.chances}
    register = paper.register
    areas = {code: area for code, area in sorted(register.areas.items()) if area.polygons and code in chances}
    if not areas:
        return None
    words = Words(register, [paper.policy])
    shapes = []
    for code, area in areas.items():
        cases: int = getattr(chances[code], counted)
        share = percent(Decimal(cases) / paper.swept.planned)
        saying = both("sweep.saying", unit=words.unit(code), share=share, cases=count(cases))
        shapes.append(Shape(area, register.units[code].township, cases, saying, f"#u-{code}"))
    towns = without_county({code: name(town) for code, town in sorted(register.townships.items())}, name(register))
    title = both(f"sweep.map.{counted}")
    finding = both("sweep.map_finding", cases=count(paper.swept.planned))
    return choropleth(
        shapes, [], towns, Probability(paper.swept.planned), title=title, description=finding, identity="map"
    )
