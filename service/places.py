"""In which township a thing is: what an account limited to townships is held to when it decides about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from domain.decisions.citing import UnknownEvidence
from domain.decisions.common import UnknownProject, UnknownUnit
from domain.decisions.objections import UnknownObjection
from domain.decisions.paying import UnknownDisbursement
from domain.decisions.plans import NoSuchLine
from domain.decisions.spending import UnknownCommitment
from domain.errors import Refusal
from domain.facts import Fact
from domain.facts.evidence import EvidenceAttached
from domain.facts.objections import ObjectionLodged
from domain.facts.spending import LineCommitted, MoneyDisbursed
from service.county import County
from service.plan_life import content_now
from service.registers import current_register


def township_of(county: County, kind: str, code: str) -> str | None:
    """The township of a unit, project, duty, commitment, disbursement, objection or evidence; None: the county.

    What is about a plan as a whole is about the county. Raises the refusal that says there is no such thing.
    """
    return _FINDERS[kind](county, code)


def township_of_line(county: County, plan: str, line: str) -> str | None:
    """The township of a line of a plan. Raises `UnknownPlan` or `NoSuchLine`."""
    found = next((one for one in content_now(county, plan).lines if one.line == line), None)
    if found is None:
        raise NoSuchLine(plan=plan, line=line)
    return _of_unit(county, found.unit)


def _of_unit(county: County, code: str) -> str | None:
    register = current_register(county)
    unit = None if register is None else register.units.get(code)
    if unit is None:
        raise UnknownUnit(unit=code)
    return unit.township


def _of_project(county: County, code: str) -> str | None:
    register = current_register(county)
    project = None if register is None else register.projects.get(code)
    if project is None:
        raise UnknownProject(project=code)
    return _of_unit(county, project.unit)


def _of_duty(county: County, code: str) -> str | None:
    """Of a duty nobody carries yet: of whoever is to carry it, which is asked by itself."""
    register = current_register(county)
    duty = None if register is None else register.duties.get(code)
    return None if duty is None else _of_unit(county, duty.unit)


def _by_fact(kind: str, fact: type[Fact], unknown: type[Refusal]) -> Callable[[County, str], str | None]:
    """By the unit or project that the fact which made a thing names."""

    def find(county: County, code: str) -> str | None:
        made = next(county.log.facts(types=[fact], tags=[f"{kind}:{code}"]), None)
        if made is None:
            raise unknown(**{kind: code})
        named = ((name, getattr(made.fact, name, None)) for name in ("unit", "project", "objection", "disbursement"))
        about = next(((name, value) for name, value in named if value is not None and name != kind), None)
        return None if about is None else township_of(county, *about)

    return find


_FINDERS: Mapping[str, Callable[[County, str], str | None]] = {
    "unit": _of_unit,
    "project": _of_project,
    "duty": _of_duty,
    "commitment": _by_fact("commitment", LineCommitted, UnknownCommitment),
    "disbursement": _by_fact("disbursement", MoneyDisbursed, UnknownDisbursement),
    "objection": _by_fact("objection", ObjectionLodged, UnknownObjection),
    "evidence": _by_fact("evidence", EvidenceAttached, UnknownEvidence),
}
