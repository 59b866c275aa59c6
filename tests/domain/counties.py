"""Small counties and policies for the tests of the domain: only what a test says differs from an ordinary village."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from domain.policy.expression import Expression
from domain.policy.model import Criterion, Factor, Formula, Policy, Priority, Title
from domain.register import Register, Township, Unit

TITLE = Title(zh="名", en="Name")


def village(code: str, **differs: Any) -> Unit:
    """A village of 300 households in the town `t1` with everything known of it."""
    known: dict[str, Any] = {
        "name_zh": code,
        "name_en": code,
        "kind": "village",
        "township": "t1",
        "households": 300,
        "population": 900,
        "income_fen": 1_500_000,
        "stars": 3,
        "haves": ("money", "people", "place"),
        "collective_income_fen": 0,
        "lon_e6": 114_200_000,
        "lat_e6": 28_400_000,
    }
    return Unit(code=code, **{**known, **differs})


def county(*units: Unit) -> Register:
    """A register of these units and the townships they name."""
    towns = sorted({unit.township for unit in units})
    return Register(
        county="c",
        name_zh="县",
        name_en="County",
        townships={town: Township(code=town, name_zh=town, name_en=town) for town in towns},
        units={unit.code: unit for unit in sorted(units, key=lambda unit: unit.code)},
    )


def criterion(name: str, add: str, *, when: str | None = None, per: str | None = None) -> Criterion:
    """One line of a rubric."""
    return Criterion.model_validate(
        {"id": name, "clause": "M11", "add": Decimal(add), "when": when, "per": per, "label": TITLE}
    )


def factor(name: str = "need", weight: str = "need", *, share: str = "1", part: str = "need") -> Factor:
    """One factor of a formula."""
    return Factor.model_validate(
        {"id": name, "clause": "M02", "share": Decimal(share), "weight": weight, "part": part, "label": TITLE}
    )


def formula(*factors: Factor, **further: Any) -> Formula:
    """A formula of these factors, or of need alone. Amounts in yuan, as a policy states them."""
    return Formula.model_validate({"factors": factors or (factor(),), **further})


def policy(*criteria: Criterion, need: str = "households") -> Policy:
    """A policy with this rubric and nothing else of interest."""
    return Policy.model_validate(
        {
            "policy": "p",
            "version": 1,
            "title": TITLE,
            "in_force_from": date(2026, 1, 1),
            "priority": Priority(need=Expression.parse(need), need_label=TITLE, criteria=criteria),
            "funds": {"service": {"clause": "M02"}},
            "objectives": [{"id": "welfare", "clause": "M11"}],
        }
    )
