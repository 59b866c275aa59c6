"""One router per resource, all of them below `/v1`."""

from __future__ import annotations

from fastapi import APIRouter

from api.routes import (
    audit_lists,
    branches,
    checkpoints,
    diffs,
    disclosures,
    funds,
    history,
    house,
    proofs,
    reconciliations,
    traces,
    units,
)

ROUTERS: tuple[APIRouter, ...] = (
    funds.router,
    units.router,
    checkpoints.router,
    proofs.router,
    disclosures.router,
    history.router,
    traces.router,
    diffs.router,
    audit_lists.router,
    reconciliations.router,
    branches.router,
    house.fixed,
    house.router,
)
