"""One router per resource, all of them below `/v1`."""

from __future__ import annotations

from fastapi import APIRouter

from api.routes import (
    accounts,
    api_keys,
    attempts,
    funds,
    ledger,
    payments,
    plan_proof,
    plan_reasons,
    plans,
    policies,
    projects,
    records,
    register,
    sessions,
    units,
)

ROUTERS: tuple[APIRouter, ...] = (
    register.router,
    funds.router,
    units.router,
    projects.router,
    ledger.router,
    payments.router,
    records.router,
    policies.router,
    plans.router,
    plan_reasons.router,
    plan_proof.router,
    sessions.router,
    accounts.router,
    api_keys.router,
    attempts.router,
)
