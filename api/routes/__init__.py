"""One router per resource, all of them below `/v1`."""

from __future__ import annotations

from fastapi import APIRouter

from api.deciding import routes as deciding
from api.routes import (
    accounts,
    api_keys,
    attempts,
    audit_work,
    computing,
    evidence_files,
    exports,
    facts,
    funds,
    jobs,
    plan_papers,
    plan_questions,
    register_imports,
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
    deciding.router,
    register_imports.router,
    evidence_files.router,
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
