"""The register: townships, units, projects and funds as they stand at one moment, and nothing about how they got there.

All money is whole fen, all positions whole microdegrees (WGS84), all further figures exact decimals: two equal
registers have equal bytes, whatever machine wrote them.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from msgspec import Meta, Struct, field

from domain.money import MAX_FEN

Fen = Annotated[int, Meta(ge=0, le=MAX_FEN)]
"""An amount of money in whole fen (1 yuan = 100 fen), never negative."""
Code = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^[\w.\-]+$")]
"""What programs and papers call a thing: letters (of any script), digits, `_`, `-`, `.`."""
Count = Annotated[int, Meta(ge=0, le=10**10)]
Text = Annotated[str, Meta(max_length=2000)]


class Township(Struct, frozen=True, kw_only=True):
    """A town or subdistrict. `kind` is data (`town`, `subdistrict`, …): towns are asked for sites (M14)."""

    code: Code
    name_zh: Text
    name_en: Text
    kind: Code = "town"


class Unit(Struct, frozen=True, kw_only=True):
    """A village, community or other body that can receive money (M03, M21)."""

    code: Code
    name_zh: Text
    name_en: Text
    kind: Code
    township: Code
    households: Count
    population: Count | None = None
    income_fen: Fen | None = None
    """Yearly income per head."""
    poor: bool = False
    backward: bool = False
    """后进: on the list of weak units (M11, M24)."""
    backward_reason: Text | None = None
    stars: Annotated[int, Meta(ge=1, le=5)] | None = None
    haves: tuple[Code, ...] = ()
    """Which of the policy's checklist (the six haves, M18) the unit has, sorted."""
    office_rented_out: bool = False
    """办公场所出租 (M19)."""
    collective_income_fen: Fen | None = None
    """Yearly income of the collective (M42)."""
    lon_e6: Annotated[int, Meta(ge=-180_000_000, le=180_000_000)] | None = None
    lat_e6: Annotated[int, Meta(ge=-90_000_000, le=90_000_000)] | None = None
    last_result: Decimal | None = None
    """Last year's appraisal, in points (M28)."""
    indicators: dict[str, Decimal] = field(default_factory=dict)
    """Every further numeric column of the register, by its header."""


class Project(Struct, frozen=True, kw_only=True):
    """An entry of the project library (项目库). Funded to its whole remaining cost or not at all (M20)."""

    code: Code
    unit: Code
    name_zh: Text
    """建设内容."""
    name_en: Text
    category: Code
    builder: Text
    """实施单位: the body that builds it."""
    responsible_post: Text
    purposes: tuple[Code, ...]
    """What the money is for; a fund may pay only when its own purposes cover all of these (M05)."""
    closes: tuple[Code, ...] = ()
    """Which missing haves it closes when done (M14, M18)."""
    returns_office: bool = False
    """Whether it ends the renting-out of the unit's office (M19)."""
    cost_fen: Fen
    running_cost_fen: Fen = 0
    """Yearly running cost once built (M37) …"""
    running_fund: Code | None = None
    """… and the fund that carries it."""
    benefit: Count
    """Points of the appraisal of the project."""
    target: Text
    """绩效目标."""
    due_on: date
    requires: tuple[Code, ...] = ()
    """Projects that must be built (or be accepted already) for this one to make sense."""
    variant_group: Code | None = None
    """At most one project of a group is built."""
    started: bool = False
    """Unfinished work on the ground (M20)."""
    spent_fen: Fen = 0
    stage: Literal["proposed", "appraised", "admitted", "withdrawn", "accepted"] = "admitted"
    """Only admitted projects can enter a plan; accepted ones are done, their haves closed."""
    rank: int | None = None
    quantities: dict[str, Decimal] = field(default_factory=dict)
    """What it uses up beside money (crew-days, materials), by column header."""

    @property
    def remaining_fen(self) -> int:
        """What it still costs to finish: cost less what is already spent."""
        return self.cost_fen - self.spent_fen

    @property
    def plannable(self) -> bool:
        """Whether a plan can still build it: admitted, with something left to pay."""
        return self.stage == "admitted" and self.remaining_fen > 0


class Tranche(Struct, frozen=True, kw_only=True):
    """A part of a fund's money, announced for a day and arrived or not (M07)."""

    code: Code
    amount_fen: Fen
    due_on: date | None = None
    arrived_on: date | None = None


class Pledge(Struct, frozen=True, kw_only=True):
    """What a helping body promised to a fund, in money or in kind (M07)."""

    code: Code
    by: Text
    kind: Literal["money", "in_kind"]
    amount_fen: Fen
    """In kind: its stated worth; it never becomes money a plan can spend."""
    due_on: date | None = None
    arrived_fen: Fen = 0


class Fund(Struct, frozen=True, kw_only=True):
    """A departmental fund; pooled for planning while every yuan keeps its channel (M04)."""

    code: Code
    name_zh: Text
    name_en: Text
    department: Text
    document_no: Text
    """指标文号."""
    budget_year: Annotated[int, Meta(ge=1950, le=2200)]
    purposes: tuple[Code, ...]
    amount_fen: Fen
    """What is announced: a plan may count on it, a commitment may not (M07)."""
    tranches: tuple[Tranche, ...] = ()
    pledges: tuple[Pledge, ...] = ()
    eligibility: Text | None = None
    """An expression over the unit's fields; only units where it holds may receive. None: all."""
    pooled: bool = True
    """Whether the department joined the pool (M43); a fund outside it is not planned with."""
    closed: bool = False
    carried_in_fen: Fen = 0
    carried_out_fen: Fen = 0
    """结转: arrived money that came from, or went to, the channel's other year (M10)."""
    taken_back_fen: Fen = 0
    """收回 (M10)."""

    @property
    def plannable_fen(self) -> int:
        """The money a plan may count on: announced, plus and less what was carried over or taken back (M07, M10)."""
        return self.amount_fen + self.carried_in_fen - self.carried_out_fen - self.taken_back_fen

    @property
    def arrived_fen(self) -> int:
        """The money a commitment may count on: tranches and money pledges that arrived, and what was carried over."""
        tranches = sum(t.amount_fen for t in self.tranches if t.arrived_on is not None)
        pledges = sum(p.arrived_fen for p in self.pledges if p.kind == "money")
        return tranches + pledges + self.carried_in_fen - self.carried_out_fen - self.taken_back_fen


class Area(Struct, frozen=True, kw_only=True):
    """The outline of a unit: polygons, each a tuple of rings (outer first), each ring (lon, lat) in microdegrees."""

    unit: Code
    polygons: tuple[tuple[tuple[tuple[int, int], ...], ...], ...]


class Duty(Struct, frozen=True, kw_only=True):
    """A duty carried by a unit together with its yearly money (费随事转, M09)."""

    code: Code
    name: Text
    unit: Code
    fund: Code
    amount_fen: Fen


class Register(Struct, frozen=True, kw_only=True):
    """Everything a plan is computed from except the policy. Keys are codes; iteration is in order of codes."""

    county: Code
    name_zh: Text
    name_en: Text
    note: Text = ""
    """Where the data comes from: the credit line, or that it is synthetic."""
    townships: dict[str, Township] = field(default_factory=dict)
    units: dict[str, Unit] = field(default_factory=dict)
    projects: dict[str, Project] = field(default_factory=dict)
    funds: dict[str, Fund] = field(default_factory=dict)
    areas: dict[str, Area] = field(default_factory=dict)
    adjacency: tuple[tuple[str, str], ...] = ()
    """Neighbouring units, each pair once in order of codes."""
    duties: dict[str, Duty] = field(default_factory=dict)

    def plannable_projects(self) -> list[Project]:
        """Admitted projects with something left to pay, in order of codes (M20, 项目库)."""
        return [p for _, p in sorted(self.projects.items()) if p.stage == "admitted"]
