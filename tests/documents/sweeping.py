"""Rows of an invented sweep over the invented county: projects of the works fall away as the money does."""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Any

from documents.sweep_page import SweepPaper
from domain.register import Register
from domain.swept import Method
from scenarios.swept import Now, swept
from tests.documents.county import policy, register
from texts import Both

CASES = 24


def rows(county: Register, *, impossible: int = 2) -> list[dict[str, Any]]:
    """So many cases, the last of them impossible."""
    dice = random.Random(5)
    found: list[dict[str, Any]] = []
    works = sorted(county.projects)
    for number in range(CASES):
        part = dice.uniform(0.4, 1.2)
        built = works[: int(len(works) * min(part, 1) / 2)]
        money = {code: 500_000 + dice.randint(0, 90_000) for code in sorted(county.units)}
        at = {"funds.beautiful.amount_yuan": f"{part:.6f}", "units.*.households": f"{dice.uniform(0.9, 1.1):.6f}"}
        row: dict[str, Any] = {"number": number, "case": f"draw-{number:05d}", "at": at}
        if number >= CASES - impossible:
            found.append({**row, "state": "impossible", "said": "these rules cannot all hold"})
            continue
        measures = {
            "projects": str(len(built)),
            "units_losing": str(max(12 - len(built) // 2, 0)),
            "moved_yuan": f"{1000 * (1.3 - part):.2f}",
            "backward_share": f"{0.4 + part / 10:.6f}",
        }
        found.append({**row, "state": "planned", "measures": measures, "units": money, "projects": built})
    return found


def sweep_paper(county: Register | None = None, *, method: Method = "fifths", impossible: int = 2) -> SweepPaper:
    """What the page of the invented sweep says."""
    county = county if county is not None else register()
    here = {"projects": Decimal(14), "units_losing": Decimal(0), "moved_yuan": Decimal(0)}
    now = Now(here, dict.fromkeys(county.units, 540_000))
    found = swept(rows(county, impossible=impossible), county, now, method=method)
    return SweepPaper(Both("钱少了会怎样？", "What if there is less money?"), found, county, policy())
