"""The real register: official figures of the 90 small areas of Middlesbrough, England, as the tables of a register.

`python -m scenarios.middlesbrough` reads `source/areas.csv` and `areas.geojson`, both as received, and writes the
tables beside them. Nothing is added but names in Chinese and two funds whose amounts are illustrative.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator
from decimal import ROUND_HALF_EVEN, Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from domain.register import Fund, Register, Township, Unit
from scenarios.mission_funds import mission_funds
from scenarios.tables import register_tables

SHIPPED = Path(__file__).resolve().parent / "library" / "middlesbrough"
NAME_EN, NAME_ZH = "Middlesbrough", "米德尔斯堡"
CREDIT = (
    "Contains public sector information licensed under the Open Government Licence v3.0: "
    "Ministry of Housing, Communities and Local Government; Office for National Statistics"
)
MOST_DEPRIVED_TENTH = Decimal(1)
"""The decile of the Index of Multiple Deprivation in which the most deprived tenth of England's areas lie."""
NO_INDICATORS = {"lsoa21_code", "name", "msoa", "households", "latitude", "longitude"}
ILLUSTRATIVE = "illustrative"

Edge = frozenset[tuple[str, str]]


def middlesbrough(areas_csv: str, areas_geojson: str) -> Register:
    """The register of the published table and outlines; every figure exactly as written there.

    Poor are the areas in England's most deprived tenth. Nobody is called backward: the source makes no such judgement.
    """
    rows = list(csv.DictReader(areas_csv.splitlines()))
    groups = sorted({row["msoa"] for row in rows})
    townships = [
        Township(code=_group_code(name), name_zh=_in_chinese(name), name_en=name, kind="area") for name in groups
    ]
    return Register(
        county="middlesbrough",
        name_zh=NAME_ZH,
        name_en=NAME_EN,
        note=CREDIT,
        townships={one.code: one for one in townships},
        units={row["lsoa21_code"]: _unit(row) for row in rows},
        funds={fund.code: fund for fund in _funds()},
        adjacency=adjacency(areas_geojson),
    )


def _unit(row: dict[str, str]) -> Unit:
    return Unit(
        code=row["lsoa21_code"],
        name_zh=_in_chinese(row["name"]),
        name_en=row["name"],
        kind="lsoa",
        township=_group_code(row["msoa"]),
        households=int(row["households"]),
        poor=Decimal(row["IMD_decile"]) == MOST_DEPRIVED_TENTH,
        lon_e6=_microdegrees(row["longitude"]),
        lat_e6=_microdegrees(row["latitude"]),
        indicators={name: Decimal(value) for name, value in row.items() if name not in NO_INDICATORS},
    )


def _group_code(name: str) -> str:
    """`Middlesbrough 012` as a code."""
    return name.lower().replace(" ", "-")


def _in_chinese(name: str) -> str:
    return name.replace(NAME_EN, NAME_ZH)


def _microdegrees(degrees: str) -> int:
    return int(Decimal(degrees).scaleb(6).to_integral_value(ROUND_HALF_EVEN))


def _funds() -> list[Fund]:
    """The two funds of the mission by name, purpose and size, so that the same policies fit; the money is not real."""
    return [
        replace(
            fund,
            name_zh=f"{fund.name_zh}（示例金额）",
            name_en=f"{fund.name_en} (illustrative amount)",
            department=ILLUSTRATIVE,
            document_no=ILLUSTRATIVE,
            tranches=(),
        )
        for fund in mission_funds()
    ]


def adjacency(areas_geojson: str) -> tuple[tuple[str, str], ...]:
    """Pairs of areas whose outlines share a stretch; areas that touch in one point are no neighbours."""
    owners: dict[Edge, list[str]] = {}
    for feature in json.loads(areas_geojson, parse_float=str, parse_int=str)["features"]:
        for edge in _edges(feature["geometry"]):
            owners.setdefault(edge, []).append(feature["properties"]["lsoa21_code"])
    pairs = {(min(codes), max(codes)) for codes in owners.values() if len(set(codes)) == 2}
    return tuple(sorted(pairs))


def _edges(geometry: dict[str, Any]) -> Iterator[Edge]:
    polygons = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    for polygon in polygons:
        for ring in polygon:
            for (ax, ay), (bx, by) in pairwise(ring):
                yield frozenset({(ax, ay), (bx, by)})


def main() -> None:
    """Write the tables beside the sources."""
    source = (SHIPPED / "source" / "areas.csv").read_text(encoding="utf-8")
    outlines = (SHIPPED / "areas.geojson").read_text(encoding="utf-8")
    for name, text in register_tables(middlesbrough(source, outlines)).items():
        (SHIPPED / name).write_bytes(text.encode("utf-8"))
        sys.stdout.write(f"{SHIPPED / name}\n")


if __name__ == "__main__":
    main()
