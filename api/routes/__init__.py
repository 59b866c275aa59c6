"""One router per resource, all of them below `/v1`."""

from __future__ import annotations

from fastapi import APIRouter

from api.routes import funds, units

ROUTERS: tuple[APIRouter, ...] = (
    funds.router,
    units.router,
)
