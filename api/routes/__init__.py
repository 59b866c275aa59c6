"""One router per resource, all of them below `/v1`."""

from __future__ import annotations

from fastapi import APIRouter

from api.routes import (
    accounts,
    api_keys,
    attempts,
    audit_work,
    computing,
    exports,
    facts,
    funds,
    jobs,
    plan_papers,
    plan_questions,
    scenarios,
    sessions,
    units,
    webhooks,
)

ROUTERS: tuple[APIRouter, ...] = (
    exports.router,
    facts.router,
    funds.router,
    plan_papers.router,
    units.router,
    webhooks.router,
    sessions.router,
    accounts.router,
    api_keys.router,
    attempts.router,
    computing.router,
    plan_questions.router,
    scenarios.router,
    audit_work.router,
    jobs.router,
)
