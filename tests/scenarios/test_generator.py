"""The parts of the generator: chance that is the same everywhere, exact cells, and one way to write every table."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from domain.register import Fund, Pledge, Register, Township, Tranche, Unit
from scenarios.synthetic.borders import crosses_itself
from scenarios.synthetic.dice import Dice
from scenarios.synthetic.voronoi import Site, cells, centroid
from scenarios.tables import degrees, register_tables, yuan


def test_a_seed_gives_these_throws_on_every_machine() -> None:
    dice = Dice("20260331")
    assert [dice.whole(1, 6) for _ in range(12)] == [6, 1, 3, 1, 1, 3, 4, 4, 5, 2, 5, 6]
    assert dice.shuffled("abcdefgh") == list("fgebhdac")


@given(st.integers(), st.integers(0, 50), st.integers(0, 50))
def test_whole_numbers_stay_within_their_bounds(seed: int, low: int, more: int) -> None:
    dice = Dice(str(seed))
    assert all(low <= dice.whole(low, low + more) <= low + more for _ in range(20))


SITES = st.lists(
    st.tuples(st.integers(0, 1000), st.integers(0, 1000), st.integers(-300, 300)), min_size=4, max_size=25, unique=True
)


@given(SITES, st.integers(0, 1000), st.integers(0, 1000))
def test_a_place_lies_in_the_cell_of_the_site_with_the_least_weighted_distance(
    drawn: list[tuple[int, int, int]], x: int, y: int
) -> None:
    # shaken a little, so that no two sites coincide and no four share a corner
    dice = Dice(str(drawn))
    sites = [Site((a + dice.real(-0.4, 0.4), b + dice.real(-0.4, 0.4)), weight) for a, b, weight in drawn]

    def power(site: Site) -> float:
        return (site.at[0] - x) ** 2 + (site.at[1] - y) ** 2 - site.weight

    best = min(range(len(sites)), key=lambda index: power(sites[index]))
    second = min((power(site) for index, site in enumerate(sites) if index != best), default=0.0)
    corners = cells(sites, len(sites))[best].corners
    clearly = second - power(sites[best]) > 1
    for (ax, ay), (bx, by) in zip(corners, corners[1:] + corners[:1], strict=True):
        if clearly:
            assert (bx - ax) * (y - ay) - (by - ay) * (x - ax) > -1e-3


def test_the_cells_that_meet_in_a_corner_hold_the_very_same_corner() -> None:
    dice = Dice("corners")
    sites = [Site((dice.real(0, 1000), dice.real(0, 1000))) for _ in range(60)]
    every = cells(sites, len(sites))
    for index, cell in enumerate(every):
        for side, neighbour in enumerate(cell.neighbours):
            before = cell.neighbours[side - 1]
            if neighbour >= 0 and before >= 0:
                assert cell.corners[side] in every[neighbour].corners
                assert index in every[neighbour].neighbours


def test_the_centre_of_gravity_of_a_square_is_its_middle() -> None:
    assert centroid(((0, 0), (4, 0), (4, 4), (0, 4))) == (2, 2)


def test_a_ring_that_crosses_itself_is_found() -> None:
    assert crosses_itself(((0, 0), (4, 4), (4, 0), (0, 5), (0, 0)))
    assert not crosses_itself(((0, 0), (4, 0), (4, 4), (0, 5), (0, 0)))


def test_amounts_and_coordinates_are_written_from_whole_numbers() -> None:
    assert [yuan(0), yuan(12_300), yuan(12_305), yuan(None)] == ["0", "123", "123.05", None]
    assert [degrees(114_000_001), degrees(-1_242_870), degrees(-5), degrees(None)] == [
        "114.000001", "-1.242870", "-0.000005", None,
    ]  # fmt: skip


def test_a_register_is_written_as_the_tables_people_know() -> None:
    register = Register(
        county="c",
        name_zh="县",
        name_en="County",
        townships={"t": Township(code="t", name_zh="镇", name_en="Town, the only")},
        units={
            "u": Unit(
                code="u", name_zh="村", name_en="Village", kind="village", township="t", households=7,
                haves=("people", "rules"), indicators={"distance_km": Decimal("1.50")},
            ),
        },
        funds={
            "f": Fund(
                code="f", name_zh="资金", name_en="Fund", department="局", document_no="1号", budget_year=2026,
                purposes=("construction",), amount_fen=100_050,
                tranches=(Tranche(code="f1", amount_fen=50_000, due_on=date(2026, 3, 1)),),
                pledges=(Pledge(code="p1", by="公司", kind="money", amount_fen=70_000, arrived_fen=100),),
            ),
        },
    )  # fmt: skip
    tables = register_tables(register)
    assert set(tables) == {"county.csv", "townships.csv", "units.csv", "funds.csv"}
    assert tables["townships.csv"].splitlines() == ["code,name_zh,name_en,kind", 't,镇,"Town, the only",town']
    assert tables["units.csv"].splitlines()[1] == "u,村,Village,village,t,7,,,no,no,,,people;rules,no,,,,,1.50"
    assert tables["funds.csv"].splitlines()[1:] == [
        "fund,f,,资金,Fund,局,1号,2026,construction,1000.50,,,,,,",
        "tranche,f1,f,,,,,,,500,2026-03-01,,,,,",
        "pledge,p1,f,,,,,,,700,,,公司,money,1,",
    ]
