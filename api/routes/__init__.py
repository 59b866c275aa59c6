"""One router per resource, all of them below `/v1`."""

from __future__ import annotations

from fastapi import APIRouter

from api.routes import accounts, api_keys, attempts, facts, funds, sessions, units, webhooks

ROUTERS: tuple[APIRouter, ...] = (
    facts.router,
    funds.router,
    units.router,
    webhooks.router,
    sessions.router,
    accounts.router,
    api_keys.router,
    attempts.router,
)
