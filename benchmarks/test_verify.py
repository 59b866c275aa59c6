"""The verifier by size: a county of 90, 1,000 or 10,000 units that share one fund by formula, with floor and cap.

Expected growth: a little more than linear in units (codes are sorted). What projects add is measured on the shipped
counties, in `test_main_job.py`.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import yaml
from pytest_benchmark.fixture import BenchmarkFixture

from domain.plan import Plan
from domain.policy.loading import LoadedPolicy, load_policy
from domain.register import Fund, Register, Township, Unit
from optimizer.case import build_case
from optimizer.planning import solve_plan
from optimizer.rules import RULES
from optimizer.verify import verify

SIZES = (90, 1_000, 10_000)
TOWNSHIPS = 45
FEN_PER_UNIT = 2_000_000
POLICY: dict[str, Any] = {
    "policy": "verify",
    "version": 1,
    "title": {"zh": "核", "en": "Verify"},
    "in_force_from": date(2026, 1, 1),
    "quantum_yuan": 1000,
    "checklist": ["place"],
    "priority": {
        "need": "households",
        "need_label": {"zh": "户", "en": "Households"},
        "criteria": [{"id": "b", "clause": "M11", "when": "backward", "add": 0.5, "label": {"zh": "后", "en": "b"}}],
    },
    "funds": {
        "F": {
            "clause": "M02",
            "formula": {
                "floor_yuan": 5000,
                "cap_yuan": 60000,
                "factors": [
                    {"id": "w", "clause": "M02", "share": 1, "weight": "weight", "label": {"zh": "权", "en": "W"}}
                ],
            },
            "envelopes": {"projects_at_most_yuan": 0, "rest": "formula"},
        }
    },
    "rules": [],
    "objectives": [{"id": "welfare", "clause": "M11"}],
}


def county(size: int) -> Register:
    """Units of 50 to 449 households, every third of them backward."""
    towns = [f"T{number:02d}" for number in range(TOWNSHIPS)]
    units = [
        Unit(
            code=f"U{number:06d}",
            name_zh="村",
            name_en="Village",
            kind="village",
            township=towns[number % TOWNSHIPS],
            households=50 + number * 7919 % 400,
            backward=number % 3 == 0,
        )
        for number in range(size)
    ]
    fund = Fund(
        code="F",
        name_zh="款",
        name_en="Fund",
        department="finance",
        document_no="1",
        budget_year=2026,
        purposes=("service",),
        amount_fen=size * FEN_PER_UNIT,
    )
    return Register(
        county="verify",
        name_zh="核",
        name_en="Verify",
        townships={code: Township(code=code, name_zh=code, name_en=code) for code in towns},
        units={unit.code: unit for unit in units},
        funds={"F": fund},
    )


@pytest.fixture(scope="module", params=SIZES)
def planned(request: pytest.FixtureRequest) -> tuple[Register, LoadedPolicy, Plan]:
    """A county of a size, its policy and its plan."""
    register = county(int(request.param))
    loaded = load_policy(yaml.safe_dump(POLICY, allow_unicode=True), RULES)
    return register, loaded, solve_plan(build_case(register, loaded))


def test_verify(benchmark: BenchmarkFixture, planned: tuple[Register, LoadedPolicy, Plan]) -> None:
    """Plan to verdict, without a solver."""
    register, loaded, plan = planned
    assert benchmark(verify, register, loaded, plan) == []
    benchmark.extra_info["lines"] = len(plan.lines)
