"""Units with their outlines and their money as a GeoJSON FeatureCollection (RFC 7946), one feature a line.

`planned` is what plans in force give a unit, `committed` and `paid` what the ledger says of it; all in whole fen, so is
what falls on one household (None where no household is counted).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from documents.open_data.exact_json import with_many
from documents.open_data.geometry import geometry_of
from domain.register import Register, Unit

MEDIA_TYPE = "application/geo+json"


@dataclass
class UnitMoney:
    """What one unit gets, in fen."""

    planned_by_fund_fen: dict[str, int] = field(default_factory=dict)
    committed_fen: int = 0
    paid_fen: int = 0

    @property
    def planned_fen(self) -> int:
        """What plans in force give it, of all funds."""
        return sum(self.planned_by_fund_fen.values())

    def per_household_fen(self, households: int) -> int | None:
        """What of that falls on one household, to the nearest fen, as in all papers."""
        return round(Fraction(self.planned_fen, households)) if households else None


def units_geojson(register: Register, money: Mapping[str, UnitMoney], about: Mapping[str, Any]) -> Iterator[bytes]:
    """The collection in pieces; `about` goes into its head beside the type (RFC 7946, 6.1)."""
    head = {
        "type": "FeatureCollection",
        "county": register.county,
        "name_zh": register.name_zh,
        "name_en": register.name_en,
        "note": register.note,
        "currency": "CNY",
        **about,
    }
    features = (_feature(register, unit, money.get(code, UnitMoney())) for code, unit in register.units.items())
    return with_many(head, "features", features)


def _feature(register: Register, unit: Unit, money: UnitMoney) -> dict[str, Any]:
    township = register.townships.get(unit.township)
    return {
        "type": "Feature",
        "id": unit.code,
        "geometry": geometry_of(unit, register.areas.get(unit.code)),
        "properties": {
            "code": unit.code,
            "name_zh": unit.name_zh,
            "name_en": unit.name_en,
            "kind": unit.kind,
            "township": unit.township,
            "township_name_zh": township and township.name_zh,
            "township_name_en": township and township.name_en,
            "households": unit.households,
            "population": unit.population,
            "poor": unit.poor,
            "backward": unit.backward,
            "planned_fen": money.planned_fen,
            "planned_per_household_fen": money.per_household_fen(unit.households),
            "planned_by_fund_fen": dict(sorted(money.planned_by_fund_fen.items())),
            "committed_fen": money.committed_fen,
            "paid_fen": money.paid_fen,
        },
    }
