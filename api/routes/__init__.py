"""One router per resource, all of them below `/v1`."""

from __future__ import annotations

from fastapi import APIRouter

from api.routes import audit_work, computing, funds, jobs, plan_questions, scenarios, units

ROUTERS: tuple[APIRouter, ...] = (
    funds.router,
    units.router,
    computing.router,
    plan_questions.router,
    scenarios.router,
    audit_work.router,
    jobs.router,
)
