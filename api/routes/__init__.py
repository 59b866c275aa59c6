"""One router per resource, all of them below `/v1`."""

from __future__ import annotations

from fastapi import APIRouter

from api.routes import (
    accounts,
    api_keys,
    attempts,
    audit_lists,
    audit_work,
    branches,
    checkpoints,
    computing,
    diffs,
    disclosures,
    exports,
    funds,
    history,
    house,
    jobs,
    plan_papers,
    plan_questions,
    proofs,
    reconciliations,
    scenarios,
    sessions,
    traces,
    units,
)

ROUTERS: tuple[APIRouter, ...] = (
    exports.router,
    funds.router,
    plan_papers.router,
    units.router,
    checkpoints.router,
    proofs.router,
    disclosures.router,
    history.router,
    traces.router,
    diffs.router,
    audit_lists.router,
    reconciliations.router,
    branches.router,
    house.fixed,
    house.router,
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
