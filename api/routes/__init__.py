"""One router per resource, all of them below `/v1`."""

from __future__ import annotations

from fastapi import APIRouter

from api.deciding import routes as deciding
from api.routes import evidence_files, funds, register_imports, units

ROUTERS: tuple[APIRouter, ...] = (
    funds.router,
    units.router,
    deciding.router,
    register_imports.router,
    evidence_files.router,
)
