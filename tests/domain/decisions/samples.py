"""A small county to decide about: two towns, three villages, two funds, a few projects, a policy, a plan."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from domain.decisions import (
    AdoptPolicy,
    AnnouncePlan,
    ApprovePlan,
    CloseObjections,
    DraftPlan,
    ImportRegister,
    ProposePlan,
    ReviewPlan,
)
from domain.facts import CASE_FACTS
from domain.hashing import plan_hash
from domain.plan import FundUse, ObjectiveResult, Plan, PlanLine, RunRecord
from domain.register import Area, Fund, Pledge, Project, Register, Township, Tranche, Unit
from tests.domain.decisions.harness import Record, by

YUAN = 100
HEARD_BY = date(2026, 4, 10)
"""The last day of the sample plans' objections."""


def township(code: str = "t1", **changes: Any) -> Township:
    return replace(Township(code=code, name_zh=f"{code}镇", name_en=f"Town {code}"), **changes)


def unit(code: str = "v1", **changes: Any) -> Unit:
    plain = Unit(code=code, name_zh="村", name_en=f"Village {code}", kind="village", township="t1", households=100)
    return replace(plain, **changes)


def project(code: str = "p1", **changes: Any) -> Project:
    plain = Project(
        code=code,
        unit="v1",
        name_zh="修缮",
        name_en=f"Repair {code}",
        category="repair",
        builder="village committee",
        responsible_post="village-head",
        purposes=("construction",),
        cost_fen=500 * YUAN,
        benefit=10,
        target="one hall",
        due_on=date(2026, 12, 31),
    )
    return replace(plain, **changes)


def fund(code: str = "beautiful", **changes: Any) -> Fund:
    plain = Fund(
        code=code,
        name_zh="经费",
        name_en=f"Fund {code}",
        department="organisation",
        document_no="2026-1",
        budget_year=2026,
        purposes=("construction",),
        amount_fen=1_000 * YUAN,
    )
    return replace(plain, **changes)


def arrived(code: str, amount_fen: int) -> Tranche:
    return Tranche(code=code, amount_fen=amount_fen, arrived_on=date(2026, 2, 1))


def square(code: str, lon: int = 0) -> Area:
    return Area(unit=code, polygons=((((lon, 0), (lon + 10, 0), (lon + 10, 10), (lon, 0)),),))


def county(**changes: Any) -> Register:
    """t1 with v1, v2 and t2 with v3; `beautiful` with 600 of 1,000 yuan arrived, `service` with all of its 400."""
    units = (unit("v1", backward=True, backward_reason="no books"), unit("v2"), unit("v3", township="t2"))
    funds = (
        fund("beautiful", tranches=(arrived("b1", 600 * YUAN), Tranche(code="b2", amount_fen=400 * YUAN))),
        fund(
            "service",
            purposes=("construction", "service"),
            amount_fen=400 * YUAN,
            tranches=(arrived("s1", 400 * YUAN),),
            pledges=(Pledge(code="g1", by="a school", kind="money", amount_fen=50 * YUAN),),
        ),
    )
    projects = (project("p1"), project("p2", unit="v2", cost_fen=300 * YUAN, closes=("place",)))
    plain = Register(
        county="x",
        name_zh="某县",
        name_en="X County",
        note="synthetic",
        townships={t.code: t for t in (township("t1"), township("t2"))},
        units={u.code: u for u in units},
        projects={p.code: p for p in projects},
        funds={f.code: f for f in funds},
        adjacency=(("v1", "v2"),),
        areas={"v1": square("v1")},
    )
    return replace(plain, **changes)


def with_rows(register: Register, **rows: Sequence[Any]) -> Register:
    """The register with rows replaced or added by their codes."""
    tables = {name: {**getattr(register, name), **{row.code: row for row in new}} for name, new in rows.items()}
    return replace(register, **tables)


def recorded(register: Register | None = None) -> Record:
    """A record that holds the county and an adopted policy."""
    record = Record()
    record.decide(ImportRegister(mandate=by(), wanted=register or county()), adopt(1))
    return record


def adopt(version: int, **changes: Any) -> AdoptPolicy:
    fields: dict[str, Any] = {
        "policy": "x-2026",
        "policy_version": version,
        "policy_hash": f"hash-{version}",
        "text": f"version: {version}",
        "in_force_from": date(2026, 1, 1),
    }
    return AdoptPolicy(mandate=by(), **{**fields, **changes})


def line(fund: str, unit: str, amount_fen: int, project: str | None = None) -> PlanLine:
    part = "project" if project else "floor"
    return PlanLine(
        line=f"{fund}.{project or unit}",
        fund=fund,
        unit=unit,
        project=project,
        amount_fen=amount_fen,
        parts={part: amount_fen},
        rules=("floor",),
    )


def case_position(record: Record) -> int:
    """Where the case moved last."""
    return max((at for at, fact in enumerate(record.facts, 1) if type(fact) in CASE_FACTS), default=0)


def plan_of(record: Record, *lines: PlanLine, **run_changes: Any) -> Plan:
    """A plan with these lines, computed from the record as it stands now."""
    register = record.register()
    allocated = {code: sum(one.amount_fen for one in lines if one.fund == code) for code in register.funds}
    run = RunRecord(
        instance_hash="case",
        register_position=case_position(record),
        policy="x-2026",
        policy_version=1,
        policy_hash="hash-1",
        rules=("floor",),
        engine="hand",
        engine_version="1",
        parameters={},
        termination="optimal",
        objectives=(
            ObjectiveResult(
                name="benefit",
                sense="max",
                unit="points",
                value=Decimal(1),
                bound=Decimal(1),
                gap=Decimal(0),
                tolerance=Decimal(0),
                raw_value=1,
                raw_bound=1,
                raw_floor=1,
            ),
        ),
    )
    return Plan(
        lines=lines,
        funds=tuple(
            FundUse(
                fund=code,
                amount_fen=register.funds[code].plannable_fen,
                allocated_fen=allocated[code],
                unallocated_fen=register.funds[code].plannable_fen - allocated[code],
            )
            for code in sorted(allocated)
        ),
        sites=(),
        not_funded=(),
        run=replace(run, **run_changes),
        plan_hash=plan_hash("case", lines, ()),
    )


def usual_lines() -> tuple[PlanLine, ...]:
    """p1 shared by both funds, p2 by one, and a grant to v3: 800 yuan of `beautiful`, 300 of `service`."""
    return (
        line("beautiful", "v1", 400 * YUAN, "p1"),
        line("service", "v1", 100 * YUAN, "p1"),
        line("beautiful", "v2", 300 * YUAN, "p2"),
        line("beautiful", "v3", 100 * YUAN),
        line("service", "v3", 200 * YUAN),
    )


def draft(record: Record, plan: str = "pl1", content: Plan | None = None) -> DraftPlan:
    content = content or plan_of(record, *usual_lines())
    return DraftPlan(mandate=by(), plan=plan, content=content, based_on=content.run.register_position)


def to_objections_closed(record: Record, plan: str = "pl1", content: Plan | None = None) -> Plan:
    """Bring a plan to the point where only its approval is missing."""
    content = content or plan_of(record, *usual_lines())
    record.decide(
        draft(record, plan, content),
        ProposePlan(mandate=by(), plan=plan, plan_hash=content.plan_hash),
        ReviewPlan(mandate=by("p-reviewer", "reviewer"), plan=plan, opinion="sound"),
        AnnouncePlan(mandate=by(), plan=plan, objections_until=HEARD_BY),
        CloseObjections(mandate=by(on=HEARD_BY), plan=plan),
    )
    return content


def approve(content: Plan, plan: str = "pl1", person: str = "p-leader", post: str = "leader") -> ApprovePlan:
    return ApprovePlan(mandate=by(person, post, on=HEARD_BY), plan=plan, plan_hash=content.plan_hash)


def approved(record: Record, plan: str = "pl1", content: Plan | None = None) -> Plan:
    """Bring a plan into force."""
    content = to_objections_closed(record, plan, content)
    record.decide(approve(content, plan))
    return content
