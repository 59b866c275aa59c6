"""One router per resource, all of them below `/v1`."""

from __future__ import annotations

from fastapi import APIRouter

from api.routes import (
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
)
