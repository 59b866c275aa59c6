"""The pictures of the report, made from the view: map with legend, concentration curve, fund bars, flow of money."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from markupsafe import Markup

from documents.findings import curve_finding, flow_finding, map_finding
from documents.svg.bars import parts_bar
from documents.svg.choropleth import Mark, Shape, choropleth, mark_sign, swatch
from documents.svg.classes import quantiles
from documents.svg.concentration import concentration, share_at
from documents.svg.flow import End, flow, fund_class
from documents.svg.geometry import position
from documents.svg.labels import without_county
from documents.view import PARTS, FundView, UnitView, View, add_parts
from documents.wording import count, money, money_unit, name, part, percent, small_money_unit
from domain.money import MINUS, yuan
from texts import Both, both

TENTHS = [Decimal(step) / 10 for step in range(1, 11)]
FLOW_TOWNSHIPS_MAX = 24
"""More townships than this are shown as the largest ones and one last line for the others."""


@dataclass(frozen=True)
class LegendRow:
    """One class of the map: its colour, its bounds in yuan per household and how many units lie in it."""

    swatch: Markup
    bounds: str
    members: str


@dataclass(frozen=True)
class Map:
    """The map with what is needed to read it."""

    picture: Markup
    legend: tuple[LegendRow, ...]
    signs: tuple[tuple[Markup, Both, str], ...]


@dataclass(frozen=True)
class FundBar:
    """One fund as a bar: its colour, name, amounts and parts."""

    name: Both
    amount: Both
    allocated: Both
    rest: Both
    has_rest: bool
    bar: Markup
    parts: tuple[tuple[str, Both, Both], ...]


def row_id(code: str) -> str:
    """The anchor of a unit's row; codes are letters, digits, `_`, `-` and `.`."""
    return f"u-{code}"


def unit_map(view: View) -> Map | None:
    """The choropleth of the grant per household; None where the register has no outlines."""
    areas = {code: area for code, area in view.register.areas.items() if area.polygons and code in view.by_code}
    values = {code: view.by_code[code].per_household_fen for code in areas}
    known = [value for value in values.values() if value is not None]
    if not areas or not known:
        return None
    scale = quantiles(known)
    shapes = [
        Shape(
            areas[unit.unit.code],
            unit.unit.township,
            values[unit.unit.code],
            _saying(unit),
            f"#{row_id(unit.unit.code)}",
        )
        for unit in view.units
        if unit.unit.code in areas
    ]
    towns = short_names(view)
    marks = [mark for unit in view.units if (mark := unit_mark(unit, view)) is not None]
    legend = tuple(
        LegendRow(swatch(scale.shade(index)), bounds_text(band.low, band.high), count(band.members))
        for index, band in reversed(list(enumerate(scale.bands)))
    )
    signs = [(mark_sign("site"), both("map.sites"), count(len(view.plan.sites)))] if view.plan.sites else []
    with_project = sum(mark.kind == "project" for mark in marks)
    signs += [(mark_sign("project"), both("map.projects"), count(with_project))] if with_project else []
    picture = choropleth(shapes, marks, towns, scale, title=both("map.title"), description=map_finding(view))
    return Map(picture, legend, tuple(signs))


def curve_picture(view: View) -> Markup:
    """The concentration curve."""
    return concentration(
        view.measures.concentration,
        title=both("curve.title"),
        description=curve_finding(view),
        across=both("curve.across"),
        up=both("curve.up"),
        equal=both("curve.equal"),
    )


def curve_rows(view: View) -> list[tuple[str, str]]:
    """The curve as a table: the share of the money of the worst-off tenth, two tenths …"""
    return [(percent(step, 0), percent(share_at(view.measures.concentration, step))) for step in TENTHS]


def fund_bars(view: View) -> list[FundBar]:
    """One bar per fund, all on one scale, made of the parts its money becomes and of what is left."""
    longest = max((fund.use.amount_fen for fund in view.funds), default=0)
    return [_fund_bar(fund, longest) for fund in view.funds]


def flow_picture(view: View) -> Markup | None:
    """The flow from funds to townships, the largest first; None when nothing flows."""
    paying = [fund for fund in view.funds if fund.use.allocated_fen]
    groups = sorted((g for g in view.measures.townships if g.fen), key=lambda group: (-group.fen, group.group))
    if not paying or not groups:
        return None
    shown = groups if len(groups) <= FLOW_TOWNSHIPS_MAX else groups[: FLOW_TOWNSHIPS_MAX - 1]
    others = groups[len(shown) :]
    names = short_names(view)
    ends = {group.group: End(names[group.group], money(group.fen), group.fen) for group in shown}
    ribbons = {(fund, group.group): fen for group in shown for fund, fen in group.fen_by_fund.items()}
    if others:
        fen = sum(group.fen for group in others)
        ends[""] = End(both("flow.others", townships=count(len(others))), money(fen), fen)
        ribbons |= {(f.fund.code, ""): sum(g.fen_by_fund.get(f.fund.code, 0) for g in others) for f in paying}
    return flow(
        {f.fund.code: End(name(f.fund), money(f.use.allocated_fen), f.use.allocated_fen) for f in paying},
        ends,
        ribbons,
        [fund_class(fund.fund.code, index) for index, fund in enumerate(paying)],
        title=both("flow.title"),
        description=flow_finding(view),
    )


def short_names(view: View) -> dict[str, Both]:
    """Township names for pictures: without the county's own name in front."""
    names = {township.code: name(township) for township, _ in view.by_township}
    return without_county(names, name(view.register))


def part_legend(view: View) -> list[tuple[str, Both]]:
    """The parts that occur in this plan, with the class of their colour, in the fixed order."""
    seen = add_parts(view.plan.lines)
    return [(code, part(code)) for code in (*PARTS, *(p for p in seen if p not in PARTS)) if code in seen]


def _fund_bar(fund: FundView, longest_fen: int) -> FundBar:
    parts = add_parts(fund.lines)
    return FundBar(
        name(fund.fund),
        money(fund.use.amount_fen),
        money(fund.use.allocated_fen),
        money(fund.use.unallocated_fen),
        fund.use.unallocated_fen > 0,
        parts_bar(parts, longest_fen, rest_fen=fund.use.unallocated_fen),
        tuple((code, part(code), money(fen)) for code, fen in parts.items()),
    )


def _saying(unit: UnitView) -> Both:
    """What a hover over a unit says."""
    return both(
        "map.saying",
        unit=name(unit.unit),
        township=name(unit.township),
        amount=money_unit(unit.total_fen),
        each=small_money_unit(unit.per_household_fen),
    )


def unit_mark(unit: UnitView, view: View) -> Mark | None:
    """A site is marked as such; other units with a funded project as having one."""
    at = position(unit.unit.lon_e6, unit.unit.lat_e6, view.register.areas.get(unit.unit.code))
    if at is None or not (unit.is_site or any(line.project for line in unit.lines)):
        return None
    return Mark("site" if unit.is_site else "project", at)


def bounds_text(low_fen: int, high_fen: int, *, signed: bool = False) -> str:
    """The bounds of a class in yuan per household, to the fen only where whole yuan would be alike."""
    if high_fen - low_fen < 100 or abs(low_fen) < 1000:
        ends = [yuan(fen, "en", unit=False) for fen in (low_fen, high_fen)]
    else:
        ends = [f"{round(fen / 100):,}".replace("-", MINUS) for fen in (low_fen, high_fen)]
    if signed:
        ends = [f"+{end}" if fen > 0 else end for end, fen in zip(ends, (low_fen, high_fen), strict=True)]
    return ends[0] if ends[0] == ends[1] else f"{ends[0]} – {ends[1]}"
