"""One router per resource, all of them below `/v1`."""

from __future__ import annotations

from fastapi import APIRouter

from api.routes import exports, funds, plan_papers, units

ROUTERS: tuple[APIRouter, ...] = (
    exports.router,
    funds.router,
    plan_papers.router,
    units.router,
)
