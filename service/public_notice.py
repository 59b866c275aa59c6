"""Use case of the public notice as data: what every unit is told of a plan that was announced (公示, 公告; M27)."""

from __future__ import annotations

from typing import Any

from domain.facts import NOTICE_FACTS
from domain.facts.plans import GrantNoticed
from domain.folds import PlanFold
from service.county import County
from service.hearing import hearing_of
from service.notices import PlanNotPublic
from service.plan_steps import is_published, steps_of
from service.registers import Moment, counting
from service.why import Asked

STAGES = {
    "announced": "announced",
    "objections_closed": "heard",
    "approved": "approved",
    "noticed": "final",
    "returned": "returned",
    "superseded": "superseded",
}
"""State of a published plan -> what the public is told of it."""


def public_notice(county: County, about: Asked, life: PlanFold, at: Moment) -> dict[str, Any]:
    """The notice as one object; amounts in fen. Raises `PlanNotPublic` for a plan that was not announced."""
    if not is_published(life):
        raise PlanNotPublic(plan=life.plan, state=str(life.state).replace("_", " "))
    hearing = hearing_of(county, life, at)
    objections = [] if hearing is None else [one for one in hearing.objections if one.state != "lapsed"]
    last = {step.what: step for step in steps_of(county, life.plan, at)}
    newest = max((last[state] for state in ("announced", "approved", "noticed") if state in last), key=_position)
    view, grants = about.view, _grants(county, life.plan, at) if life.state == "noticed" else {}
    return {
        "plan": life.plan,
        "stage": STAGES[str(life.state)],
        "announced_on": life.announced_on,
        "objections_until": life.objections_until,
        "approved_on": last["approved"].effective_on if "approved" in last else None,
        "noticed_on": last["noticed"].effective_on if "noticed" in last else None,
        "document": newest.document,
        "objections": len(objections),
        "objections_withdrawn": sum(one.state == "withdrawn" for one in objections),
        "total_fen": view.allocated_fen,
        "funds": [
            {
                "fund": one.fund.code,
                "name_zh": one.fund.name_zh,
                "name_en": one.fund.name_en,
                "document_no": one.fund.document_no,
                "amount_fen": one.use.amount_fen,
                "allocated_fen": one.use.allocated_fen,
            }
            for one in view.funds
        ],
        "units": [
            {
                "unit": one.unit.code,
                "name_zh": one.unit.name_zh,
                "name_en": one.unit.name_en,
                "township": one.township.code,
                "households": one.unit.households,
                "total_fen": one.total_fen,
                "parts": one.parts,
                "projects": _projects(one.lines),
                "site": one.is_site,
                "grant_position": grants.get(one.unit.code),
            }
            for one in view.units
        ],
    }


def _position(step: Any) -> int:
    position: int = step.position
    return position


def _projects(lines: Any) -> dict[str, int]:
    sums: dict[str, int] = {}
    for line in lines:
        if line.project is not None:
            sums[line.project] = sums.get(line.project, 0) + line.amount_fen
    return sums


def _grants(county: County, plan: str, at: Moment) -> dict[str, int]:
    """Unit -> position of the fact that told it its grant; of a plan noticed twice, the newest."""
    noticed = counting(county, at, NOTICE_FACTS, tags=[f"plan:{plan}"])
    return {one.fact.unit: one.position for one in noticed if isinstance(one.fact, GrantNoticed)}
