"""Projects for the Open Contracting for Infrastructure Data Standard (OC4IDS 0.9): a project package.

What the register does not know is not said. A county's own categories stay beside the standard's sectors; where no
sector means the same there is none. Days are told as midnight UTC, for the standard has no dates without an hour.
Payees are left out: they can be persons.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from documents.open_data.exact_json import filled, with_many, yuan_number
from documents.open_data.geometry import geometry_of
from domain.register import Fund, Project, Register
from texts import both

VERSION = "0.9"
STATUS = {
    "proposed": "identification",
    "appraised": "identification",
    "admitted": "identification",
    "funded": "preparation",
    "committed": "preparation",
    "started": "implementation",
    "accepted": "completion",
    "withdrawn": "cancelled",
}
"""Step of a project here -> `projectStatus` of the standard; preparation ends with the budget's authorization."""
SECTORS = {
    "care": "health",
    "culture": "cultureSportsAndRecreation",
    "governance": "governance",
    "industry": "economy",
    "premises": "governance",
    "roads": "transport.road",
    "water": "waterAndWaste",
}
"""A county's category -> `projectSector`."""
CATEGORIES = "tongchou-category"
"""The scheme of the county's own categories."""


@dataclass(frozen=True)
class Share:
    """What a plan in force gives a project out of one fund, and since when."""

    plan: str
    fund: str
    amount_fen: int
    approved_on: date


@dataclass(frozen=True)
class Payment:
    """Money paid for a project out of a fund; back to it where `amount_fen` is negative."""

    payment: str
    fund: str
    amount_fen: int
    on: date


@dataclass(frozen=True)
class ProjectTold:
    """A project at a moment: the furthest step it took and the days of all, its money, when it was last decided on."""

    project: Project
    step: str
    days: Mapping[str, date]
    updated: datetime
    shares: tuple[Share, ...]
    payments: tuple[Payment, ...]


def project_package(
    register: Register, projects: Iterable[ProjectTold], *, prefix: str, record: str, published: datetime
) -> Iterator[bytes]:
    """The package in pieces. `record` names the record and the moment, and gives the package its address for good."""
    head = {
        "uri": uuid.uuid5(uuid.NAMESPACE_OID, f"tongchou/{record}").urn,
        "version": VERSION,
        "publishedDate": _moment(published),
        "publisher": {"name": register.name_zh or register.name_en or register.county},
    }
    return with_many(head, "projects", (_project(register, one, prefix) for one in projects))


def _project(register: Register, told: ProjectTold, prefix: str) -> dict[str, Any]:
    project, days = told.project, told.days
    funded = [days[step] for step in ("funded", "committed") if step in days]
    return filled(
        id=f"{prefix}-{project.code}",
        updated=_moment(told.updated),
        language="zh",
        identifiers=[{"id": project.code, "scheme": f"tongchou-{register.county}"}],
        publicAuthority=_reference(project.builder),
        title=project.name_zh or project.name_en or project.code,
        description=project.target,
        status=STATUS[told.step],
        sector=[SECTORS[project.category]] if project.category in SECTORS else None,
        additionalClassifications=[{"scheme": CATEGORIES, "id": project.category}],
        period=filled(startDate=_day(days.get("started")), endDate=_day(project.due_on)),
        identificationPeriod=_period(days.get("proposed"), days.get("admitted")),
        preparationPeriod=_period(min(funded, default=None), days.get("started")),
        implementationPeriod=_period(days.get("started"), days.get("accepted")),
        locations=_locations(register, project),
        budget=_budget(register, told),
        parties=_parties(register, told),
        documents=_documents(told),
        transactions=[_transaction(register, one, project) for one in told.payments],
        completion=_completion(told),
    )


def _locations(register: Register, project: Project) -> list[dict[str, Any]]:
    unit = register.units.get(project.unit)
    if unit is None:
        return []
    township = register.townships.get(unit.township)
    name = unit.name_zh or unit.name_en
    address = filled(locality=name, region=township and (township.name_zh or township.name_en))
    geometry = geometry_of(unit, register.areas.get(unit.code))
    return [filled(id=unit.code, description=name, geometry=geometry, address=address)]


def _budget(register: Register, told: ProjectTold) -> dict[str, Any]:
    pieces = [
        filled(
            id=f"{one.plan}.{one.fund}",
            description=_name(register.funds.get(one.fund), one.fund),
            amount=_value(one.amount_fen),
            approvalDate=_day(one.approved_on),
            sourceParty=_reference(_department(register, one.fund)),
        )
        for one in told.shares
    ]
    group = {"id": "funds", "description": both("data.oc4ids.by_fund").zh, "budgetBreakdown": pieces}
    return filled(
        amount=_value(told.project.cost_fen),
        approvalDate=_day(min((one.approved_on for one in told.shares), default=None)),
        budgetBreakdowns=[group] if pieces else None,
    )


def _parties(register: Register, told: ProjectTold) -> list[dict[str, Any]]:
    """The body that builds, and the departments whose funds pay; one body with two roles is one party."""
    roles: dict[str, list[str]] = {}
    if told.project.builder:
        roles[told.project.builder] = ["publicAuthority"]
    for fund in sorted({one.fund for one in told.shares} | {one.fund for one in told.payments}):
        of = roles.setdefault(_department(register, fund), [])
        if "funder" not in of:
            of.append("funder")
    return [{"id": _party(name), "name": name, "roles": of} for name, of in roles.items()]


def _documents(told: ProjectTold) -> list[dict[str, Any]]:
    approvals = {one.plan: one.approved_on for one in told.shares}
    found = [
        {
            "id": f"{plan}.approval",
            "documentType": "budgetApproval",
            "title": both("data.oc4ids.approval", plan=plan).zh,
            "datePublished": _day(on),
            "language": "zh",
        }
        for plan, on in sorted(approvals.items())
    ]
    if "accepted" in told.days and told.step == "accepted":
        found.append(
            {
                "id": f"{told.project.code}.acceptance",
                "documentType": "completionCertificate",
                "title": both("data.oc4ids.acceptance").zh,
                "datePublished": _day(told.days["accepted"]),
                "language": "zh",
            }
        )
    return found


def _transaction(register: Register, one: Payment, project: Project) -> dict[str, Any]:
    fund, builder = _reference(_department(register, one.fund)), _reference(project.builder)
    payer, payee = (builder, fund) if one.amount_fen < 0 else (fund, None)
    return filled(id=one.payment, date=_day(one.on), value=_value(abs(one.amount_fen)), payer=payer, payee=payee)


def _completion(told: ProjectTold) -> dict[str, Any]:
    if told.step != "accepted":
        return {}
    final = told.project.spent_fen + sum(one.amount_fen for one in told.payments)
    return filled(endDate=_day(told.days.get("accepted")), finalValue=_value(final))


def _department(register: Register, fund: str) -> str:
    found = register.funds.get(fund)
    return fund if found is None else found.department or _name(found, fund)


def _name(fund: Fund | None, code: str) -> str:
    return code if fund is None else fund.name_zh or fund.name_en or code


def _reference(name: str) -> dict[str, str] | None:
    return {"id": _party(name), "name": name} if name else None


def _party(name: str) -> str:
    """The same body has the same id in every package."""
    return f"org-{hashlib.sha256(name.encode()).hexdigest()[:16]}"


def _value(fen: int) -> dict[str, Any]:
    return {"amount": yuan_number(fen), "currency": "CNY"}


def _period(first: date | None, last: date | None) -> dict[str, Any]:
    return filled(startDate=_day(first), endDate=_day(last))


def _day(day: date | None) -> str | None:
    return None if day is None else f"{day.isoformat()}T00:00:00Z"


def _moment(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
