"""One router per resource, all of them below `/v1`."""

from __future__ import annotations

from fastapi import APIRouter

from api.routes import accounts, api_keys, attempts, exports, funds, plan_papers, sessions, units

ROUTERS: tuple[APIRouter, ...] = (
    exports.router,
    funds.router,
    plan_papers.router,
    units.router,
    sessions.router,
    accounts.router,
    api_keys.router,
    attempts.router,
)
