"""The register as tables: county, townships, units with their indicators and neighbours, funds, duties, projects."""

from __future__ import annotations

from decimal import Decimal

from documents.open_data.columns import Column, Table, code, codes, count, fen, flag, refers, texts_of
from domain.register import Register

STAGES = ("proposed", "appraised", "admitted", "withdrawn", "accepted")
DEGREE = Decimal(1_000_000)
"""Microdegrees in one."""


def register_tables(register: Register) -> list[Table]:
    """Every table of the register, those others refer to first; rows in order of codes."""
    return [*_places(register), *_funds(register), *_projects(register)]


def degrees(micro: int) -> Decimal:
    """Microdegrees as degrees, exactly."""
    return Decimal(micro) / DEGREE


def _places(register: Register) -> list[Table]:
    units = register.units.values()
    return [
        Table(
            "county",
            (code("code"), *texts_of("name_zh", "name_en", "note")),
            ("code",),
            [(register.county, register.name_zh, register.name_en, register.note)],
        ),
        Table(
            "townships",
            (code("code"), *texts_of("name_zh", "name_en"), code("kind")),
            ("code",),
            [(one.code, one.name_zh, one.name_en, one.kind) for one in register.townships.values()],
        ),
        Table(
            "units",
            (
                code("code"),
                code("township"),
                *texts_of("name_zh", "name_en"),
                code("kind"),
                count("households"),
                count("population", required=False),
                fen("income_fen", required=False),
                flag("poor"),
                flag("backward"),
                Column("backward_reason"),
                Column("stars", "integer", least=1, most=5),
                codes("haves"),
                flag("office_rented_out"),
                fen("collective_income_fen", required=False),
                Column("lon", "number", least=-180, most=180),
                Column("lat", "number", least=-90, most=90),
                Column("last_result", "number"),
            ),
            ("code",),
            [
                (
                    *(one.code, one.township, one.name_zh, one.name_en, one.kind, one.households, one.population),
                    *(one.income_fen, one.poor, one.backward, one.backward_reason, one.stars, one.haves),
                    *(one.office_rented_out, one.collective_income_fen),
                    None if one.lon_e6 is None else degrees(one.lon_e6),
                    None if one.lat_e6 is None else degrees(one.lat_e6),
                    one.last_result,
                )
                for one in units
            ],
            (refers("township", "townships"),),
        ),
        Table(
            "unit_indicators",
            (code("unit"), Column("indicator", required=True), Column("value", "number", required=True)),
            ("unit", "indicator"),
            [(one.code, name, value) for one in units for name, value in sorted(one.indicators.items())],
            (refers("unit", "units"),),
        ),
        Table(
            "neighbours",
            (code("unit_a"), code("unit_b")),
            ("unit_a", "unit_b"),
            register.adjacency,
            (refers("unit_a", "units"), refers("unit_b", "units")),
        ),
    ]


def _funds(register: Register) -> list[Table]:
    funds = register.funds.values()
    return [
        Table(
            "funds",
            (
                code("code"),
                *texts_of("name_zh", "name_en", "department", "document_no"),
                Column("budget_year", "integer", required=True),
                codes("purposes"),
                *(fen(name) for name in ("amount_fen", "carried_in_fen", "carried_out_fen", "taken_back_fen")),
                Column("eligibility"),
                flag("pooled"),
                flag("closed"),
            ),
            ("code",),
            [
                (
                    *(one.code, one.name_zh, one.name_en, one.department, one.document_no, one.budget_year),
                    *(one.purposes, one.amount_fen, one.carried_in_fen, one.carried_out_fen, one.taken_back_fen),
                    *(one.eligibility, one.pooled, one.closed),
                )
                for one in funds
            ],
        ),
        Table(
            "tranches",
            (code("fund"), code("code"), fen("amount_fen"), Column("due_on", "date"), Column("arrived_on", "date")),
            ("fund", "code"),
            [(one.code, t.code, t.amount_fen, t.due_on, t.arrived_on) for one in funds for t in one.tranches],
            (refers("fund", "funds"),),
        ),
        Table(
            "pledges",
            (
                code("fund"),
                code("code"),
                Column("by"),
                Column("kind", "code", required=True, one_of=("money", "in_kind")),
                fen("amount_fen"),
                Column("due_on", "date"),
                fen("arrived_fen"),
            ),
            ("fund", "code"),
            [
                (one.code, p.code, p.by, p.kind, p.amount_fen, p.due_on, p.arrived_fen)
                for one in funds
                for p in one.pledges
            ],
            (refers("fund", "funds"),),
        ),
        Table(
            "duties",
            (code("code"), Column("name"), code("unit"), code("fund"), fen("amount_fen")),
            ("code",),
            [(one.code, one.name, one.unit, one.fund, one.amount_fen) for one in register.duties.values()],
            (refers("unit", "units"), refers("fund", "funds")),
        ),
    ]


def _projects(register: Register) -> list[Table]:
    projects = register.projects.values()
    return [
        Table(
            "projects",
            (
                code("code"),
                code("unit"),
                *texts_of("name_zh", "name_en"),
                code("category"),
                *texts_of("builder", "responsible_post"),
                codes("purposes"),
                codes("closes"),
                flag("returns_office"),
                *(fen(name) for name in ("cost_fen", "spent_fen", "running_cost_fen")),
                code("running_fund", required=False),
                count("benefit"),
                Column("target"),
                Column("due_on", "date", required=True),
                codes("requires"),
                code("variant_group", required=False),
                flag("started"),
                Column("stage", "code", required=True, one_of=STAGES),
                Column("rank", "integer", least=1),
            ),
            ("code",),
            [
                (
                    *(one.code, one.unit, one.name_zh, one.name_en, one.category, one.builder, one.responsible_post),
                    *(one.purposes, one.closes, one.returns_office, one.cost_fen, one.spent_fen, one.running_cost_fen),
                    *(one.running_fund, one.benefit, one.target, one.due_on, one.requires, one.variant_group),
                    *(one.started, one.stage, one.rank),
                )
                for one in projects
            ],
            (refers("unit", "units"), refers("running_fund", "funds")),
        ),
        Table(
            "project_quantities",
            (code("project"), Column("resource", required=True), Column("quantity", "number", required=True)),
            ("project", "resource"),
            [(one.code, name, value) for one in projects for name, value in sorted(one.quantities.items())],
            (refers("project", "projects"),),
        ),
    ]
