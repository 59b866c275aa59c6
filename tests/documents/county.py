"""A small invented county on a grid and a greedy plan for it: no optimum, but every sum closes."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Literal

from documents.svg.concentration import share_at
from documents.view import View, make_view
from domain.formula import formula_grants
from domain.measures import GroupMeasure, Measures
from domain.plan import FundUse, NotFunded, ObjectiveResult, Plan, PlanLine, RunRecord
from domain.policy.model import Policy
from domain.register import Area, Fund, Project, Register, Township, Unit
from domain.scoring import Scores, score

CELL_E6 = 20_000
WEST_E6, NORTH_E6 = 113_000_000, 28_000_000
HAVES = ("people", "money", "place", "rules", "services", "records")
WORKS = [
    ("文化活动室", "Culture room", "place"),
    ("便民服务点", "Service desk", "services"),
    ("路灯", "Street lights", None),
    ("污水井", "Sewage wells", None),
    ("档案室", "Records room", "records"),
]


def policy() -> Policy:
    """The policy of the invented county."""
    return Policy.model_validate(
        {
            "policy": "grid-county",
            "version": 3,
            "title": {"zh": "格子县2026年统筹资金分配办法", "en": "Rules for the pooled money of Grid County, 2026"},
            "in_force_from": date(2026, 1, 1),
            "priority": {
                "need": "households",
                "need_label": {"zh": "户数", "en": "households"},
                "criteria": [
                    {
                        "id": "backward",
                        "clause": "M11",
                        "add": Decimal("0.5"),
                        "when": "backward",
                        "label": {"zh": "后进", "en": "backward"},
                    },
                    {
                        "id": "poor",
                        "clause": "M11",
                        "add": Decimal("0.3"),
                        "when": "poor",
                        "label": {"zh": "贫困", "en": "poor"},
                    },
                ],
            },
            "funds": {
                "beautiful": {"clause": "M01", "envelopes": {"projects_at_most_yuan": 2_000_000}},
                "service": {
                    "clause": "M02",
                    "formula": {
                        "floor_yuan": 25_000,
                        "factors": [
                            {
                                "id": "households",
                                "clause": "M02",
                                "share": 1,
                                "weight": "weight",
                                "label": {"zh": "按户数分配", "en": "By households"},
                            }
                        ],
                    },
                },
            },
            "rules": [],
            "objectives": [
                {"id": "shortfall", "clause": "M12"},
                {"id": "welfare", "clause": "M11"},
                {"id": "benefit", "clause": "M20"},
            ],
        }
    )


def square(unit: str, column: int, row: int) -> Area:
    """One cell of the grid."""
    west, north = WEST_E6 + column * CELL_E6, NORTH_E6 - row * CELL_E6
    east, south = west + CELL_E6, north - CELL_E6
    return Area(unit=unit, polygons=((((west, north), (east, north), (east, south), (west, south), (west, north)),),))


def register(
    townships: int = 3, units_each: int = 4, *, seed: int = 7, areas: bool = True, projects: bool = True
) -> Register:
    """`townships` rows of `units_each` cells; every seventh unit a community, the southern rows backward."""
    dice = random.Random(seed)
    towns, units, works, outlines = {}, {}, {}, {}
    for row in range(townships):
        town = f"T{row:02d}"
        towns[town] = Township(
            code=town, name_zh=f"第{row + 1}镇", name_en=f"Town {row + 1}", kind="subdistrict" if row == 0 else "town"
        )
        for column in range(units_each):
            code = f"{town}-{column:02d}"
            village = (row * units_each + column) % 7 != 6
            haves = tuple(sorted(dice.sample(HAVES, dice.randint(3, 6))))
            units[code] = Unit(
                code=code,
                name_zh=f"{'东西南北中上下新老'[column % 9]}{'柳竹桥坪岭泉湖塘'[row % 8]}{'村' if village else '社区'}",
                name_en=f"{'Village' if village else 'Community'} {row + 1}-{column + 1}",
                kind="village" if village else "community",
                township=town,
                households=dice.randint(220, 1400),
                income_fen=dice.randint(800_000, 2_600_000),
                poor=dice.random() < 0.2,
                backward=row >= townships * 0.6,
                haves=haves,
                collective_income_fen=dice.randint(0, 60_000_000),
                lon_e6=WEST_E6 + column * CELL_E6 + CELL_E6 // 2,
                lat_e6=NORTH_E6 - row * CELL_E6 - CELL_E6 // 2,
            )
            if areas:
                outlines[code] = square(code, column, row)
            for number, (zh, en, closes) in enumerate(WORKS if projects else []):
                works[f"{code}-p{number}"] = Project(
                    code=f"{code}-p{number}",
                    unit=code,
                    name_zh=f"{units[code].name_zh}{zh}",
                    name_en=f"{en} of {units[code].name_en}",
                    category="building",
                    builder=f"{units[code].name_zh}村民委员会",
                    responsible_post=f"{towns[town].name_zh}副镇长",
                    purposes=("construction",),
                    closes=(closes,) if closes else (),
                    cost_fen=dice.randint(20, 160) * 100_000,
                    benefit=dice.randint(10, 100),
                    target=f"{zh}建成使用，覆盖{units[code].households}户",
                    due_on=date(2026, 11, 30),
                )
    cells = townships * units_each
    funds = {
        "beautiful": fund(
            "beautiful", "美丽工程建设经费", "Beautiful county works", cells * 2_222_222, ("construction",)
        ),
        "service": fund(
            "service",
            "农村公共服务运行维护建设资金",
            "Rural public service",
            cells * 5_000_000 + 17,
            ("operation", "service"),
        ),
    }
    return Register(
        county="grid",
        name_zh="格子县",
        name_en="Grid County",
        note="Invented for tests.",
        townships=towns,
        units=units,
        projects=works,
        funds=funds if projects else {"service": funds["service"]},
        areas=outlines,
    )


def fund(code: str, zh: str, en: str, amount_fen: int, purposes: tuple[str, ...]) -> Fund:
    """A fund of 2026."""
    return Fund(
        code=code,
        name_zh=zh,
        name_en=en,
        department="财政局",
        document_no="财预〔2026〕7号",
        budget_year=2026,
        purposes=purposes,
        amount_fen=amount_fen,
    )


def plan(county: Register, rules: Policy) -> Plan:
    """The service money by formula; the construction money to the projects of most benefit per yuan that fit."""
    scores = score(rules, county)
    lines, uses = [], []
    service = county.funds["service"]
    formula = rules.funds["service"].formula
    assert formula is not None
    split = formula_grants(
        formula,
        units=sorted(county.units),
        register=county,
        checklist=rules.checklist,
        scores=scores,
        envelope_fen=service.amount_fen,
        quantum_fen=10_000,
    )
    for unit, parts in split.parts.items():
        lines.append(
            PlanLine(
                line=f"service.{unit}", fund="service", unit=unit, project=None, amount_fen=sum(parts.values()),
                parts=dict(parts), rules=("service.floor", "service.households"),
            )
        )  # fmt: skip
    uses.append(
        FundUse(
            fund="service",
            amount_fen=service.amount_fen,
            allocated_fen=service.amount_fen - split.unallocated_fen,
            unallocated_fen=split.unallocated_fen,
        )
    )
    towns = [code for code, town in sorted(county.townships.items()) if town.kind == "town"]
    units_of = {town: sorted(u.code for u in county.units.values() if u.township == town) for town in towns}
    sites = tuple(sorted(unit for members in units_of.values() for unit in members[:2]))
    left_out = []
    if "beautiful" in county.funds:
        left = county.funds["beautiful"].amount_fen
        payable = set(county.funds["beautiful"].purposes)
        wanted = [p for p in county.plannable_projects() if payable.issuperset(p.purposes)]
        wanted = sorted((p for p in wanted if p.remaining_fen), key=lambda p: (-p.benefit / p.remaining_fen, p.code))
        for project in wanted:
            if project.remaining_fen > left:
                left_out.append(
                    NotFunded(
                        project=project.code,
                        reason="no-money",
                        detail="beautiful",
                        missing_fen=project.remaining_fen - left,
                    )
                )
                continue
            left -= project.remaining_fen
            part = "site" if project.unit in sites and project.closes else "project"
            lines.append(
                PlanLine(
                    line=f"beautiful.{project.code}", fund="beautiful", unit=project.unit, project=project.code,
                    amount_fen=project.remaining_fen, parts={part: project.remaining_fen}, rules=("full-funding", part),
                )
            )  # fmt: skip
        whole = county.funds["beautiful"].amount_fen
        uses.insert(0, FundUse(fund="beautiful", amount_fen=whole, allocated_fen=whole - left, unallocated_fen=left))
    steps = (
        objective("shortfall-1", "min", "yuan", "0", "0"),
        objective("welfare", "max", "yuan per weighted household", "78.412350", "78.420113"),
        objective("benefit", "max", "points", "2310", "2310"),
    )
    return Plan(
        lines=tuple(sorted(lines, key=lambda line: line.line)),
        funds=tuple(uses),
        sites=sites,
        not_funded=tuple(sorted(left_out, key=lambda entry: entry.project)),
        run=RunRecord(
            instance_hash="5e" * 32,
            register_position=412,
            policy=rules.policy,
            policy_version=rules.version,
            policy_hash="9c" * 32,
            rules=(),
            engine="greedy",
            engine_version="1",
            parameters={"seed": "1"},
            termination="optimal",
            objectives=steps,
        ),
        plan_hash="b91e04d7" * 8,
    )


def objective(name: str, sense: Literal["max", "min"], unit: str, value: str, bound: str) -> ObjectiveResult:
    """One step of the strict order."""
    reached, proven = Decimal(value), Decimal(bound)
    gap = abs(proven - reached) / proven if proven else Decimal(0)
    return ObjectiveResult(
        name=name,
        sense=sense,
        unit=unit,
        value=reached,
        bound=proven,
        gap=gap,
        tolerance=Decimal("0.001"),
        raw_value=int(reached * 100),
        raw_bound=int(proven * 100),
        raw_floor=int(reached * 100),
    )


def measures(county: Register, made: Plan, scores: Scores) -> Measures:
    """The figures of a plan, worked out the plain way."""
    grants = dict.fromkeys(county.units, 0)
    for line in made.lines:
        grants[line.unit] += line.amount_fen

    def group(name: str, members: Iterable[Unit]) -> GroupMeasure:
        chosen = {unit.code: unit for unit in members}
        fen = sum(grants[code] for code in chosen)
        households = sum(unit.households for unit in chosen.values())
        need = sum(scores.need[code] for code in chosen)
        return GroupMeasure(
            group=name,
            units=len(chosen),
            households=households,
            fen=fen,
            fen_by_fund={
                use.fund: sum(x.amount_fen for x in made.lines if x.fund == use.fund and x.unit in chosen)
                for use in made.funds
            },
            per_household_fen=round(fen / households) if households else 0,
            per_need_fen=round(fen / need) if need else 0,
            sites=sum(site in chosen for site in made.sites),
            projects=len({x.project for x in made.lines if x.project and x.unit in chosen}),
        )

    units = list(county.units.values())
    poorest = sorted(units, key=lambda unit: (unit.income_fen or 0, unit.code))
    total_households, total_fen = sum(u.households for u in units), sum(grants.values())
    curve, across, up = [], 0, 0
    for unit in poorest:
        across, up = across + unit.households, up + grants[unit.code]
        curve.append((Decimal(across) / total_households, Decimal(up) / total_fen))
    return Measures(
        whole=group("all", units),
        townships=tuple(group(code, (u for u in units if u.township == code)) for code in county.townships),
        kinds=tuple(group(kind, (u for u in units if u.kind == kind)) for kind in sorted({u.kind for u in units})),
        backward=group("backward", (u for u in units if u.backward)),
        not_backward=group("not_backward", (u for u in units if not u.backward)),
        poor=group("poor", (u for u in units if u.poor)),
        not_poor=group("not_poor", (u for u in units if not u.poor)),
        standing=tuple((u.code, (u.collective_income_fen or 0) // u.households) for u in units),
        gini_before=Decimal("0.4312"),
        gini_after=Decimal("0.3127"),
        gini_grants=Decimal("0.2210"),
        gini_equal_split=Decimal("0.2904"),
        concentration=tuple(curve),
        worst_fifth_share=share_at(curve, Decimal("0.2")),
    )


def everything(county: Register | None = None) -> tuple[Register, Policy, Plan, Measures]:
    """Register, policy, plan and measures that belong together."""
    county, rules = county or register(), policy()
    made = plan(county, rules)
    return county, rules, made, measures(county, made, score(rules, county))


def view(county: Register | None = None) -> View:
    """The joined view of `everything`."""
    return make_view(*everything(county))
