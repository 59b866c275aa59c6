"""The pictures of a comparison: maps before and after in the same classes, the difference, slopes, giver → taker."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from markupsafe import Markup

from documents.compared import Compared, Side
from documents.svg.choropleth import Mark, Shading, Shape, choropleth, mark_sign, swatch
from documents.svg.classes import quantiles
from documents.svg.diverging import diverging
from documents.svg.exchange import Ribbon, exchange
from documents.svg.flow import End, fund_class
from documents.svg.geometry import position
from documents.svg.labels import without_county
from documents.svg.slope import Slope, slopes
from documents.view import per_head
from documents.wording import money, money_unit, name, small_money
from domain.comparison import GroupMoved
from domain.money import yuan
from texts import Both, both

SLOPES_MAX = 12
"""More townships than this are shown as those whose money per household changes most."""
ENDS_MAX = 12
"""More givers or takers than this are shown as the largest ones and one last for the others."""
FUND_ITSELF, OTHERS = "", "…"


@dataclass(frozen=True)
class Legend:
    """One class of a map: its colour and its bounds, in yuan per household."""

    swatch: Markup
    bounds: str


@dataclass(frozen=True)
class Maps:
    """Three maps of one county, and what is needed to read them."""

    before: Markup
    after: Markup
    difference: Markup
    classes: tuple[Legend, ...]
    changes: tuple[Legend, ...]
    signs: tuple[tuple[Markup, Both], ...]


def maps(paper: Compared, finding: Both) -> Maps | None:
    """The maps; None where no unit has an outline."""
    was, now = (_per_household(paper, side) for side in (paper.before, paper.after))
    known = [value for values in (was, now) for value in values.values() if value is not None]
    if not known:
        return None
    scale = quantiles(known)
    change = {code: _less(now.get(code), was.get(code)) for code in {*was, *now}}
    steps = diverging(value for value in change.values() if value is not None)
    towns = without_county(
        {code: name(town) for code, town in sorted(paper.register.townships.items())}, name(paper.register)
    )

    def drawn(identity: str, values: Mapping[str, int | None], shading: Shading, marks: Iterable[Mark] = ()) -> Markup:
        areas = paper.register.areas
        shapes = [
            Shape(areas[code], paper.register.units[code].township, values[code], _saying(paper, code), f"#u-{code}")
            for code in sorted(values)
        ]
        title = both(f"comparing.map_{identity}")
        return choropleth(shapes, marks, towns, shading, title=title, description=finding, identity=f"map-{identity}")

    marks = _lost_and_gained(paper)
    legend = (
        Legend(swatch(scale.shade(index)), _bounds(band.low, band.high))
        for index, band in reversed(list(enumerate(scale.bands)))
    )
    changes = (Legend(swatch(css), _bounds(low, high, signed=True)) for css, low, high in steps.classes())
    return Maps(
        drawn("before", was, scale),
        drawn("after", now, scale),
        drawn("difference", change, steps, marks),
        tuple(legend),
        tuple(changes),
        ((mark_sign("project"), both("comparing.project_mark")),) if marks else (),
    )


def slope_picture(paper: Compared, groupings: Iterable[str], identity: str, description: Both) -> Markup | None:
    """Money per household of groups, before → after; None where there are none to compare."""
    groups = [one for one in paper.comparison.groups if one.grouping in groupings and one.households]
    if not groups:
        return None
    shown = sorted(groups, key=lambda one: -abs(one.more_fen) * 1_000_000 // one.households)[:SLOPES_MAX]
    lines = [
        Slope(
            paper.words.group(one),
            per_household(one.before_fen, one),
            per_household(one.after_fen, one),
            small_money(per_household(one.before_fen, one)),
            small_money(per_household(one.after_fen, one)),
        )
        for one in groups
        if one in shown
    ]
    return slopes(
        lines,
        was=both("scenario.was"),
        now=both("scenario.is"),
        title=both("comparing.slopes"),
        description=description,
        identity=identity,
    )


def per_household(fen: int, group: GroupMoved) -> int:
    """Fen per household of a group, rounded half to even; nothing for a group without households."""
    return per_head(fen, group.households) or 0


def exchange_picture(paper: Compared, description: Both) -> Markup | None:
    """Who gives and who takes, by township; None where no money moves."""
    flows = _by_township(paper)
    if not flows:
        return None
    funds = sorted({fund for fund, _, _ in flows})
    colour = {fund: fund_class(fund, index) for index, fund in enumerate(funds)}
    giver_of = _largest(flows, lambda key: key[1])
    taker_of = _largest(flows, lambda key: key[2])
    sums: dict[tuple[str, str, str], int] = {}
    for (fund, giver, taker), fen in flows.items():
        key = (fund, giver_of(giver), taker_of(taker))
        sums[key] = sums.get(key, 0) + fen
    ribbons = [Ribbon(giver, taker, fen, colour[fund]) for (fund, giver, taker), fen in sorted(sums.items())]
    givers = _ends(paper, ((one.giver, one.fen) for one in ribbons), "comparing.less_in_funds")
    takers = _ends(paper, ((one.taker, one.fen) for one in ribbons), "comparing.stays_in_funds")
    left, right = list(givers), list(takers)
    ribbons.sort(key=lambda one: (left.index(one.giver), right.index(one.taker), one.colour))
    return exchange(givers, takers, ribbons, title=both("scenario.flows"), description=description)


def fund_colours(paper: Compared) -> list[tuple[str, Both]]:
    """The funds whose money moved, with the class of their colour in the picture of giver and taker."""
    funds = sorted({flow.fund for flow in paper.comparison.flows})
    return [(fund_class(fund, index), paper.words.fund(fund)) for index, fund in enumerate(funds)]


def _by_township(paper: Compared) -> dict[tuple[str, str, str], int]:
    """(fund, giving township, taking township) -> fen; the fund itself is no township."""
    sums: dict[tuple[str, str, str], int] = {}
    for flow in paper.comparison.flows:
        ends = [FUND_ITSELF if code is None else _township(paper, code) for code in (flow.giver, flow.taker)]
        key = (flow.fund, ends[0], ends[1])
        sums[key] = sums.get(key, 0) + flow.amount_fen
    return sums


def _township(paper: Compared, unit: str) -> str:
    known = paper.register.units.get(unit)
    return known.township if known is not None else OTHERS


def _largest(
    flows: Mapping[tuple[str, str, str], int], end: Callable[[tuple[str, str, str]], str]
) -> Callable[[str], str]:
    """Which ends keep their own name: as many as there is room for, the largest first."""
    sums: dict[str, int] = {}
    for key, fen in flows.items():
        sums[end(key)] = sums.get(end(key), 0) + fen
    order = sorted(sums, key=lambda code: (code != FUND_ITSELF, -sums[code], code))  # the fund is no township
    kept = set(order if len(order) <= ENDS_MAX else order[: ENDS_MAX - 1])
    return lambda code: code if code in kept else OTHERS


def _ends(paper: Compared, pieces: Iterable[tuple[str, int]], itself: str) -> dict[str, End]:
    sums: dict[str, int] = {}
    for code, fen in pieces:
        sums[code] = sums.get(code, 0) + fen
    order = sorted(sums, key=lambda code: (code == OTHERS, code == FUND_ITSELF, -sums[code], code))
    return {code: End(_end_name(paper, code, itself), money_unit(sums[code]), sums[code]) for code in order}


def _end_name(paper: Compared, code: str, itself: str) -> Both:
    if code == FUND_ITSELF:
        return both(itself)
    township = paper.register.townships.get(code)
    return name(township) if township is not None else both("comparing.other_townships")


def _per_household(paper: Compared, side: Side) -> dict[str, int | None]:
    """Unit with an outline -> fen per household in one of the two plans; None where it has no households."""
    sums = dict.fromkeys(side.register.units, 0)
    for line in side.plan.lines:
        sums[line.unit] = sums.get(line.unit, 0) + line.amount_fen
    found: dict[str, int | None] = {}
    for code, area in paper.register.areas.items():
        unit = side.register.units.get(code)
        if area.polygons and code in paper.register.units:
            found[code] = per_head(sums[code], unit.households) if unit is not None else None
    return found


def _less(now: int | None, was: int | None) -> int | None:
    return None if now is None or was is None else now - was


def _saying(paper: Compared, code: str) -> Both:
    """What a hover over a unit says."""
    moved = next((one for one in paper.comparison.units if one.code == code), None)
    if moved is None:
        return paper.words.unit(code)
    return both(
        "comparing.saying",
        unit=paper.words.unit(code),
        before=money_unit(moved.before_fen),
        after=money_unit(moved.after_fen),
        change=signed_unit(moved.more_fen),
    )


def signed(fen: int) -> Both:
    """A change for a column: a plus or a true minus."""
    plus = "+" if fen > 0 else ""
    return Both(f"{plus}{money(fen).zh}", f"{plus}{money(fen).en}")


def signed_unit(fen: int) -> Both:
    """A change inside a sentence, with its unit and the word: the sign alone is easily overlooked."""
    if not fen:
        return both("comparing.unchanged")
    return both("comparing.more" if fen > 0 else "comparing.less", amount=money_unit(abs(fen)))


def _lost_and_gained(paper: Compared) -> list[Mark]:
    """A mark on every unit where another project is built than before, or one less."""
    codes = (*paper.comparison.projects_lost, *paper.comparison.projects_gained)
    units = sorted({paper.register.projects[code].unit for code in codes if code in paper.register.projects})
    marks = []
    for code in units:
        unit = paper.register.units.get(code)
        if unit is not None:
            at = position(unit.lon_e6, unit.lat_e6, paper.register.areas.get(code))
            marks += [Mark("project", at)] if at is not None else []
    return marks


def _bounds(low_fen: int, high_fen: int, *, signed: bool = False) -> str:
    """Bounds of a class in yuan per household."""
    if low_fen == high_fen == 0:
        return "0"
    texts = [yuan(fen, "en", unit=False) for fen in (low_fen, high_fen)]
    if signed:
        texts = [f"+{text}" if fen > 0 else text for text, fen in zip(texts, (low_fen, high_fen), strict=True)]
    return texts[0] if texts[0] == texts[1] else f"{texts[0]} – {texts[1]}"
