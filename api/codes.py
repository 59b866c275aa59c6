"""Codes as they stand in addresses: what each is, with an example, once for all routes."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path

LENGTH_MAX = 64
LINE_LENGTH_MAX = 200

PlanCode = Annotated[str, Path(max_length=LENGTH_MAX, description="Code of a plan.", examples=["2026-01"])]
LineCode = Annotated[
    str,
    Path(
        max_length=LINE_LENGTH_MAX,
        description="A line of the plan: `fund.unit` or `fund.project`.",
        examples=["service.0101-gulou"],
    ),
]
UnitCode = Annotated[str, Path(max_length=LENGTH_MAX, description="Code of a unit.", examples=["0101-gulou"])]
TownshipCode = Annotated[str, Path(max_length=LENGTH_MAX, description="Code of a township.", examples=["01-chengguan"])]
ProjectCode = Annotated[str, Path(max_length=LENGTH_MAX, description="Code of a project.", examples=["0101-gulou-1"])]
FundCode = Annotated[str, Path(max_length=LENGTH_MAX, description="Code of a fund.", examples=["service"])]
CommitmentCode = Annotated[
    str, Path(max_length=LINE_LENGTH_MAX, description="Code of a commitment.", examples=["2026-01.service.0101-gulou"])
]
DisbursementCode = Annotated[
    str, Path(max_length=LENGTH_MAX, description="Code of a disbursement.", examples=["d-001"])
]
EvidenceCode = Annotated[str, Path(max_length=LENGTH_MAX, description="Code of evidence.", examples=["photo-17"])]
PostCode = Annotated[str, Path(max_length=LENGTH_MAX, description="A post.", examples=["finance-planner"])]
PolicyCode = Annotated[str, Path(max_length=LENGTH_MAX, description="Code of a policy.", examples=["x-county"])]
PolicyVersion = Annotated[int, Path(ge=1, le=2**31 - 1, description="Its version.", examples=[1])]
