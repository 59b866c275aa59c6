"""What the machine hands to the product: the county both begin with, and plans of given lines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace as replace_mandate

from msgspec.structs import replace

from domain.decisions import AdoptPolicy
from domain.facts import Mandate
from domain.hashing import plan_hash
from domain.plan import FundUse, Plan, PlanLine
from domain.register import Register
from tests.domain.decisions.samples import adopt, county, fund, plan_of, project, recorded, unit, with_rows
from tests.model.county import County, Line
from tests.model.county import Project as ModelProject

CONSTRUCTION, BOTH = ("construction",), ("construction", "service")
FUNDS = {"a": (90, "organisation", 2026, CONSTRUCTION), "b": (70, "finance", 2026, BOTH)}
LATER = ("a27", 20, "organisation", 2027, CONSTRUCTION)
PROJECTS = {"p1": ("v1", 30, CONSTRUCTION), "p2": ("v2", 25, BOTH)}


def register() -> Register:
    """Two towns, three villages, two funds of which nothing has arrived and next year's of one, two projects."""
    return with_rows(
        county(projects={}, funds={}, areas={}, adjacency=()),
        units=[unit(code) for code in ("v1", "v2", "v3")],
        funds=[
            fund(code, amount_fen=amount, department=department, budget_year=year, purposes=purposes)
            for code, (amount, department, year, purposes) in {**FUNDS, LATER[0]: LATER[1:]}.items()
        ],
        projects=[
            project(code, unit=at, cost_fen=cost, purposes=purposes, closes=("place",))
            for code, (at, cost, purposes) in PROJECTS.items()
        ],
    )


def model() -> County:
    """The same in plain Python."""
    plain = County()
    for code in ("v1", "v2", "v3"):
        plain.register_unit(code, "t1")
    for code, (amount, department, year, purposes) in {**FUNDS, LATER[0]: LATER[1:]}.items():
        plain.announce_fund(code, amount, department, year, frozenset(purposes))
    for code, (at, cost, purposes) in PROJECTS.items():
        one = ModelProject(at, cost, 0, frozenset(purposes), frozenset({"place"}), stage="admitted")
        plain.propose_project(code, one, ())
    return plain


def policy(version: int, mandate: Mandate) -> AdoptPolicy:
    """The policy of the samples in one of its versions."""
    return replace_mandate(adopt(version), mandate=mandate)


def content(
    lines: tuple[Line, ...], at: int, version: int, plannable: Mapping[str, int], broken: str | None = None
) -> Plan:
    """A plan that says these lines, computed at a position; `broken` names the refusal its text is to meet."""
    written = tuple(
        PlanLine(
            line=line.name,
            fund=line.fund,
            unit=line.unit,
            project=line.project,
            amount_fen=line.amount,
            parts={"project" if line.project else "floor": line.amount},
            rules=("any",),
        )
        for line in sorted(lines, key=lambda line: line.name)
    )
    uses = []
    for code in sorted({line.fund for line in lines}):
        given = sum(line.amount for line in lines if line.fund == code)
        has = plannable.get(code, 0)
        uses.append(FundUse(fund=code, amount_fen=has, allocated_fen=given, unallocated_fen=has - given))
    if broken == "plan-does-not-add-up":
        uses[0] = replace(uses[0], allocated_fen=uses[0].allocated_fen + 1)
    run = replace(
        _RUN,
        register_position=at,
        policy="x-2026",
        policy_version=99 if broken == "policy-not-adopted" else version,
        policy_hash=f"hash-{version}",
    )
    said = "forged" if broken == "plan-hash-wrong" else plan_hash("case", written, ())
    return Plan(lines=written, funds=tuple(uses), sites=(), not_funded=(), run=run, plan_hash=said)


_RUN = plan_of(recorded()).run
