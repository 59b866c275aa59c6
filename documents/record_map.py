"""The map of the record: how much every unit's people have had committed by a moment, in yuan per household."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from documents.svg.choropleth import Shape, choropleth, swatch
from documents.svg.classes import quantiles
from documents.svg.labels import without_county
from documents.view import per_head
from documents.wording import count, money_unit, name, small_money_unit
from domain.money import yuan
from domain.register import Register
from texts import Both, both


@dataclass(frozen=True)
class RecordMap:
    """The picture, and its classes from the highest on: colour, bounds in yuan per household, units."""

    picture: Markup
    legend: tuple[tuple[Markup, str, str], ...]


def record_map(register: Register, committed_fen: Mapping[str, int], finding: Both) -> RecordMap | None:
    """The map of what is committed, by unit; None where nothing is, or no outlines are known."""
    units = {code: unit for code, unit in register.units.items() if code in register.areas}
    each = {code: per_head(committed_fen.get(code, 0), unit.households) for code, unit in units.items()}
    values = [fen for fen in each.values() if fen is not None]
    if not any(values) or not any(register.areas[code].polygons for code in units):
        return None
    scale = quantiles(values)
    shapes = [
        Shape(
            register.areas[code],
            unit.township,
            each[code],
            both(
                "map.saying",
                unit=name(unit),
                township=name(register.townships[unit.township]),
                amount=money_unit(committed_fen.get(code, 0)),
                each=small_money_unit(each[code]),
            ),
            f"/units/{code}",
        )
        for code, unit in units.items()
        if register.areas[code].polygons
    ]
    towns = without_county({code: name(town) for code, town in register.townships.items()}, name(register))
    legend = tuple(
        (swatch(scale.shade(index)), _bounds(band.low, band.high), count(band.members))
        for index, band in reversed(list(enumerate(scale.bands)))
    )
    title = both("web.audit.map")
    return RecordMap(choropleth(shapes, [], towns, scale, title=title, description=finding), legend)


def _bounds(low_fen: int, high_fen: int) -> str:
    low, high = (yuan(fen, "en", unit=False) for fen in (low_fen, high_fen))
    return low if low == high else f"{low} – {high}"
