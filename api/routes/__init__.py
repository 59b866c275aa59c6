"""One router per resource, all of them below `/v1`."""

from __future__ import annotations

from fastapi import APIRouter

from api.routes import checkpoints, disclosures, funds, proofs, units

ROUTERS: tuple[APIRouter, ...] = (
    funds.router,
    units.router,
    checkpoints.router,
    proofs.router,
    disclosures.router,
)
