"""The whole synthetic register of one seed, as a value and as the files that are shipped."""

from __future__ import annotations

import json

from domain.register import Area, Register
from scenarios.mission_funds import mission_funds
from scenarios.synthetic.county_map import county_map
from scenarios.synthetic.further_funds import further_funds
from scenarios.synthetic.names import COUNTY_EN, COUNTY_ZH
from scenarios.synthetic.projects import projects
from scenarios.synthetic.units import townships, units
from scenarios.tables import funds_table, register_tables

SEED = "20260331"
"""The seed of the shipped register."""
NOTE = (
    "合成数据，由程序按固定种子（{seed}）生成，地名、数字均为虚构。"
    "Synthetic: made by a program from a fixed seed ({seed}); names and figures are invented."
)


def county(seed: str = SEED) -> Register:
    """The register: 90 units in 10 townships with areas, their projects, and the two funds of the mission."""
    drawn = county_map(seed)
    the_townships = townships()
    the_units = units(drawn, seed)
    codes = [unit.code for unit in the_units]
    return Register(
        county="chengxi",
        name_zh=COUNTY_ZH,
        name_en=COUNTY_EN,
        note=NOTE.format(seed=seed),
        townships={one.code: one for one in the_townships},
        units={one.code: one for one in the_units},
        projects={one.code: one for one in projects(the_units, the_townships, seed)},
        funds={one.code: one for one in mission_funds()},
        areas={code: Area(unit=code, polygons=((ring,),)) for code, ring in zip(codes, drawn.rings, strict=True)},
        adjacency=tuple((codes[a], codes[b]) for a, b in drawn.adjacent),
    )


def county_files(seed: str = SEED) -> dict[str, str]:
    """What `scenarios/library/x-county` holds beside its policy and README: text by path, lines ending in LF."""
    register = county(seed)
    return {
        **register_tables(register),
        "areas.geojson": _geojson(register),
        "more-funds/funds.csv": funds_table(further_funds()),
    }


def _geojson(register: Register) -> str:
    """The areas (RFC 7946, degrees with six decimals), one feature a line so that a change shows where it is."""
    lines = []
    for area in register.areas.values():
        unit = register.units[area.unit]
        properties = json.dumps(
            {"code": unit.code, "name_zh": unit.name_zh, "name_en": unit.name_en}, ensure_ascii=False
        )
        rings = ",".join(
            "[" + ",".join(f"[{_degrees(lon)},{_degrees(lat)}]" for lon, lat in ring) + "]"
            for polygon in area.polygons
            for ring in polygon
        )
        geometry = f'{{"type": "Polygon", "coordinates": [{rings}]}}'
        lines.append(f'{{"type": "Feature", "properties": {properties}, "geometry": {geometry}}}')
    return '{"type": "FeatureCollection", "features": [\n' + ",\n".join(lines) + "\n]}\n"


def _degrees(microdegrees: int) -> str:
    """Written from the whole number, so that no float is ever formatted."""
    return f"{microdegrees // 1_000_000}.{microdegrees % 1_000_000:06d}"
