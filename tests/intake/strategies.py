"""Random registers: everything a register file can hold, with references that fit."""

from __future__ import annotations

import unicodedata
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from domain.money import MAX_FEN
from domain.register import Area, Duty, Fund, Pledge, Project, Register, Township, Tranche, Unit
from intake.areas import neighbours
from intake.cells import clean, refuse_formula, trimmed
from intake.faults import CellProblem

PURPOSES = ("construction", "maintenance", "operation", "public-service-construction", "service", "灌溉")
HAVES = ("people", "money", "place", "rules", "services", "records", "wifi")


def _is_writable(text: str) -> bool:
    try:
        refuse_formula(text, textual=True)
        return clean(text) == text
    except CellProblem:
        return False


SIGNS = st.sampled_from(list("柳树村建设０１23abcXYZ éß，。;,\"'|=+-@/\\（）")) | st.characters(
    codec="utf-8", exclude_categories=("Cs", "Cc", "Cf", "Zl", "Zp")
)
# Letters at both ends, so that nearly every text is one that a file can hold.
TEXTS = (
    st.tuples(st.sampled_from("柳树aZ9("), st.text(SIGNS, max_size=10), st.sampled_from("村b)。3"))
    .map(lambda parts: unicodedata.normalize("NFC", "".join(parts)))
    .filter(_is_writable)
)
CODES = st.builds(str.__add__, st.sampled_from("AB12村镇._"), st.text("AB12村镇._-", max_size=5))
FENS = st.integers(0, MAX_FEN) | st.integers(0, 10**9)
COUNTS = st.integers(0, 10**10)
DAYS = st.dates(date(1950, 1, 1), date(2200, 12, 31))
MAYBE = st.none() | DAYS
TOWN_KINDS = st.sampled_from(["town", "subdistrict", "msoa"])
UNIT_KINDS = st.sampled_from(["village", "community", "寺院"])
DECIMALS = st.decimals(-(10**14), 10**14, allow_nan=False, allow_infinity=False, places=4).map(trimmed) | st.integers(
    -99, 99
).map(Decimal)
FIGURES = st.dictionaries(st.sampled_from(["need score", "耕地（亩）", "IMD_2025", "x-ray"]), DECIMALS, max_size=3)


def _some(items: list[str] | tuple[str, ...], at_least: int = 0) -> st.SearchStrategy[tuple[str, ...]]:
    if not items:
        return st.just(())
    return st.lists(st.sampled_from(items), unique=True, min_size=at_least, max_size=3).map(
        lambda found: tuple(sorted(found))
    )


def _one_of(items: list[str]) -> st.SearchStrategy[str | None]:
    return st.sampled_from([None, *items]) if items else st.none()


@st.composite
def registers(draw: st.DrawFn) -> Register:
    """A register that a file can hold and a reader accepts."""
    codes = draw(st.lists(CODES, unique=True, min_size=8, max_size=16))
    towns, units, funds, projects = codes[:2], codes[2 : 2 + draw(st.integers(1, 3))], codes[5:7], codes[7:]
    all_purposes = tuple(sorted(PURPOSES))
    fund_records = {
        code: _fund(draw, code, all_purposes if index == 0 else draw(_some(PURPOSES, 1)))
        for index, code in enumerate(sorted(draw(st.lists(st.sampled_from(funds), unique=True, min_size=1))))
    }
    payable = [all_purposes] + [fund.purposes for fund in fund_records.values()]
    areas = {code: _area(code, index) for index, code in enumerate(sorted(units)) if draw(st.booleans())}
    pairs = [(a, b) for a in sorted(units) for b in sorted(units) if a < b]
    adjacency = tuple(sorted(draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else []))
    return Register(
        county=draw(st.sampled_from(codes)),
        name_zh=draw(TEXTS),
        name_en=draw(TEXTS),
        note=draw(st.just("") | TEXTS),
        townships={
            code: Township(code=code, name_zh=draw(TEXTS), name_en=draw(TEXTS), kind=draw(TOWN_KINDS))
            for code in sorted(towns)
        },
        units={code: _unit(draw, code, towns) for code in sorted(units)},
        projects={
            code: _project(
                draw, code, units, sorted(fund_records), [other for other in projects if other < code], payable
            )
            for code in sorted(projects)
        },
        funds=fund_records,
        areas=areas,
        adjacency=adjacency or neighbours(areas),
        duties={
            code: Duty(
                code=code,
                name=draw(TEXTS),
                unit=draw(st.sampled_from(units)),
                fund=draw(st.sampled_from(sorted(fund_records))),
                amount_fen=draw(FENS),
            )
            for code in sorted(draw(st.lists(st.sampled_from(codes), unique=True, max_size=2)))
        },
    )


def _unit(draw: st.DrawFn, code: str, towns: list[str]) -> Unit:
    placed = draw(st.booleans())
    more: dict[str, Any] = {}
    if placed:
        more = {
            "lon_e6": draw(st.integers(-180_000_000, 180_000_000)),
            "lat_e6": draw(st.integers(-90_000_000, 90_000_000)),
        }
    return Unit(
        code=code,
        name_zh=draw(TEXTS),
        name_en=draw(TEXTS),
        kind=draw(UNIT_KINDS),
        township=draw(st.sampled_from(towns)),
        households=draw(COUNTS),
        population=draw(st.none() | COUNTS),
        income_fen=draw(st.none() | FENS),
        poor=draw(st.booleans()),
        backward=draw(st.booleans()),
        backward_reason=draw(st.none() | TEXTS),
        stars=draw(st.none() | st.integers(1, 5)),
        haves=draw(_some(HAVES)),
        office_rented_out=draw(st.booleans()),
        collective_income_fen=draw(st.none() | FENS),
        last_result=draw(st.none() | DECIMALS),
        indicators=dict(sorted(draw(FIGURES).items())),
        **more,
    )


def _project(
    draw: st.DrawFn, code: str, units: list[str], funds: list[str], earlier: list[str], payable: list[tuple[str, ...]]
) -> Project:
    cost = draw(FENS)
    return Project(
        code=code,
        unit=draw(st.sampled_from(units)),
        name_zh=draw(TEXTS),
        name_en=draw(TEXTS),
        category=draw(st.sampled_from(["road", "文化"])),
        builder=draw(TEXTS),
        responsible_post=draw(TEXTS),
        purposes=draw(_some(draw(st.sampled_from(payable)), 1)),
        closes=draw(_some(HAVES)),
        returns_office=draw(st.booleans()),
        cost_fen=cost,
        running_cost_fen=draw(FENS),
        running_fund=draw(_one_of(funds)),
        benefit=draw(COUNTS),
        target=draw(TEXTS),
        due_on=draw(DAYS),
        requires=draw(_some(earlier)),
        variant_group=draw(st.sampled_from([None, "g1", "组2"])),
        started=draw(st.booleans()),
        spent_fen=draw(st.integers(0, cost)),
        stage=draw(st.sampled_from(["proposed", "appraised", "admitted", "withdrawn", "accepted"])),
        rank=draw(st.none() | st.integers(0, 999)),
        quantities=dict(sorted(draw(FIGURES).items())),
    )


def _fund(draw: st.DrawFn, code: str, purposes: tuple[str, ...]) -> Fund:
    amount = draw(FENS)
    parts = draw(st.lists(st.sampled_from(["a1", "b2", "批3", "x.4"]), unique=True, max_size=4))
    cut = draw(st.integers(0, len(parts)))
    tranches = [
        Tranche(code=part, amount_fen=draw(st.integers(0, amount // 4)), due_on=draw(MAYBE), arrived_on=draw(MAYBE))
        for part in sorted(parts[:cut])
    ]
    pledges = [_pledge(draw, part) for part in sorted(parts[cut:])]
    # Conditions are drawn from those every unit meets: whether a project finds a payer is tested elsewhere.
    return Fund(
        code=code,
        name_zh=draw(TEXTS),
        name_en=draw(TEXTS),
        department=draw(TEXTS),
        document_no=draw(TEXTS),
        budget_year=draw(st.integers(1950, 2200)),
        purposes=purposes,
        amount_fen=amount,
        tranches=tuple(tranches),
        pledges=tuple(pledges),
        eligibility=draw(st.sampled_from([None, "households >= 0", "poor or not poor"])),
    )


def _pledge(draw: st.DrawFn, code: str) -> Pledge:
    amount = draw(FENS)
    kind = draw(st.sampled_from(["money", "in_kind"]))
    return Pledge(
        code=code,
        by=draw(TEXTS),
        kind=kind,
        amount_fen=amount,
        due_on=draw(MAYBE),
        arrived_fen=draw(st.integers(0, amount)),
    )


def _area(code: str, index: int) -> Area:
    west, south, step = -1_000 + 1_500 * index, -28_000_123, 1_500
    ring = ((west, south), (west + step, south), (west + step, south + step), (west, south + step), (west, south))
    hole = tuple((x // 2 + west // 2 + 100, y // 2 + south // 2 + 100) for x, y in reversed(ring))
    far = tuple((x, y + 50_000) for x, y in ring)
    return Area(unit=code, polygons=((ring, hole), (far,)) if index % 2 else ((ring,),))
