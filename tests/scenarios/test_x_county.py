"""The synthetic county is what its README says: counts, shares, consistent figures, and the same bytes every time."""

from __future__ import annotations

from collections import Counter
from statistics import correlation, fmean

import pytest

from domain.policy.expression import Expression
from scenarios.synthetic.county import SEED, county, county_files
from scenarios.synthetic.further_funds import further_funds
from tests.scenarios.shipped import LIBRARY, Row, rows, split

HAVES = {"people", "money", "place", "rules", "services", "records"}
PURPOSES = {"construction", "public-service-construction", "operation", "maintenance", "service"}
SOUTHERN = {"07-qingquan", "08-qingshan", "09-nanling", "10-daping"}
MONEY_FOR_PROJECTS = 2_000_000 + 450_000

UNITS = rows("x-county", "units")
PROJECTS = rows("x-county", "projects")
TOWNSHIPS = rows("x-county", "townships")
UNIT = {row["code"]: row for row in UNITS}


def missing(unit: Row) -> set[str]:
    return HAVES - set(split(unit["haves"]))


def remaining(project: Row) -> int:
    return int(project["cost_yuan"]) - int(project["spent_yuan"])


def test_the_shipped_files_are_what_the_generator_makes_to_the_byte() -> None:
    folder = LIBRARY / "x-county"
    made = county_files()
    shipped = [path for path in folder.rglob("*") if path.suffix in {".csv", ".geojson"}]
    assert {path.relative_to(folder).as_posix() for path in shipped} == set(made)
    different = [name for name, text in made.items() if (folder / name).read_bytes() != text.encode("utf-8")]
    assert different == [], "run `python -m scenarios.synthetic`, or undo the edit by hand"


@pytest.mark.slow
def test_another_seed_makes_another_county_of_the_same_shape() -> None:
    other = county("another")
    assert Counter(unit.kind for unit in other.units.values()) == {"village": 70, "community": 20}
    assert sum(unit.backward for unit in other.units.values()) == 32
    shipped = county(SEED)
    assert other.areas != shipped.areas
    assert [u.households for u in other.units.values()] != [u.households for u in shipped.units.values()]


def test_there_are_70_villages_and_20_communities_in_8_towns_and_2_subdistricts() -> None:
    assert Counter(row["kind"] for row in UNITS) == {"village": 70, "community": 20}
    assert Counter(row["kind"] for row in TOWNSHIPS) == {"town": 8, "subdistrict": 2}
    kinds = {row["code"]: Counter(u["kind"] for u in UNITS if u["township"] == row["code"]) for row in TOWNSHIPS}
    for row in TOWNSHIPS:
        mostly = "community" if row["kind"] == "subdistrict" else "village"
        assert kinds[row["code"]][mostly] > sum(kinds[row["code"]].values()) / 2
        assert kinds[row["code"]]["community"] >= 1


def test_codes_and_names_are_unique_in_both_languages() -> None:
    for column in ("code", "name_zh", "name_en"):
        assert len({row[column] for row in UNITS}) == 90
        assert len({row[column] for row in TOWNSHIPS}) == 10
    assert len({row["code"] for row in PROJECTS}) == len(PROJECTS)
    assert sorted(UNITS, key=lambda row: row["code"]) == UNITS


def test_32_of_90_units_are_backward_which_is_as_near_to_35_percent_as_whole_units_get() -> None:
    backward = sum(row["backward"] == "yes" for row in UNITS)
    assert backward == 32
    assert abs(2 * backward - 63) == 1  # 35 % of 90 is 31.5


def test_the_southern_towns_are_the_weakest() -> None:
    towns = [row["code"] for row in TOWNSHIPS if row["kind"] == "town"]

    def mean(column: str, town: str) -> float:
        return fmean(float(row[column]) for row in UNITS if row["township"] == town)

    def backward_share(there: set[str]) -> float:
        return fmean(row["backward"] == "yes" for row in UNITS if row["township"] in there)

    assert set(sorted(towns, key=lambda town: mean("latitude", town))[:4]) == SOUTHERN
    assert set(sorted(towns, key=lambda town: mean("last_result", town))[:4]) == SOUTHERN
    assert set(sorted(towns, key=lambda town: mean("income_per_head_yuan", town))[:3]) < SOUTHERN
    assert backward_share(SOUTHERN) > 2 * backward_share({row["code"] for row in TOWNSHIPS} - SOUTHERN)


def test_a_third_of_the_villages_and_none_of_the_best_off_are_poor_and_half_of_them_are_backward_too() -> None:
    poor = [row for row in UNITS if row["poor"] == "yes"]
    assert len(poor) == 30
    assert 10 <= sum(row["backward"] == "yes" for row in poor) <= 25
    others = [row for row in UNITS if row["poor"] == "no"]
    assert fmean(int(row["income_per_head_yuan"]) for row in poor) < 0.75 * fmean(
        int(row["income_per_head_yuan"]) for row in others
    )


def test_the_figures_of_a_unit_agree_with_each_other() -> None:
    for row in UNITS:
        agree(row)


def agree(row: Row) -> None:
    assert 180 <= int(row["households"]) <= 1_600
    assert 2 * int(row["households"]) < int(row["population"]) < 4 * int(row["households"])
    assert 1 <= int(row["stars"]) <= 5
    assert set(split(row["haves"])) <= HAVES
    assert 0 <= float(row["last_result"]) <= 100
    if row["backward"] == "yes":
        assert int(row["stars"]) <= 2
        assert 1 <= len(missing(row)) <= 3
        assert row["backward_reason"]
    else:
        assert len(missing(row)) <= (1 if row["stars"] == "5" else 2)
        assert row["backward_reason"] == ""
    if row["collective_income_yuan"] == "0":
        assert "money" in missing(row)
    if row["office_rented_out"] == "yes":
        assert "place" in missing(row)


def test_nine_offices_are_rented_out_and_each_of_these_units_asks_for_its_return() -> None:
    rented = {row["code"] for row in UNITS if row["office_rented_out"] == "yes"}
    assert len(rented) == 9
    assert sorted(p["unit"] for p in PROJECTS if p["returns_office"] == "yes") == sorted(rented)


def test_every_unit_asks_for_four_to_six_projects_and_all_of_them_for_eight_to_ten_times_the_money() -> None:
    assert set(Counter(row["unit"] for row in PROJECTS).values()) == {4, 5, 6}
    assert {row["unit"] for row in PROJECTS} == {row["code"] for row in UNITS}
    assert 8 <= sum(remaining(row) for row in PROJECTS) / MONEY_FOR_PROJECTS <= 10


def test_a_project_is_complete_fundable_and_of_a_believable_size() -> None:
    funds = [set(split(row["purposes"])) for row in rows("x-county", "funds") if row["entry"] == "fund"]
    for row in PROJECTS:
        assert any(set(split(row["purposes"])) <= purposes for purposes in funds)
        believable(row)


def believable(row: Row) -> None:
    assert 8_000 <= int(row["cost_yuan"]) <= 300_000
    assert int(row["cost_yuan"]) % 100 == 0
    assert 0 <= int(row["spent_yuan"]) < int(row["cost_yuan"])
    assert "2026-06-01" <= row["due_on"] <= "2026-12-31"
    assert int(row["benefit"]) > 0
    texts = ("name_zh", "name_en", "category", "builder", "responsible_post", "target")
    assert all(row[column] and "{" not in row[column] for column in texts)
    assert (row["running_fund"] == "service") == (row["running_cost_yuan"] != "0")


def test_whatever_a_unit_lacks_one_of_its_projects_closes_and_none_closes_what_it_has() -> None:
    for row in UNITS:
        closed = {have for project in PROJECTS if project["unit"] == row["code"] for have in split(project["closes"])}
        assert closed == missing(row)


def test_prerequisites_stay_in_their_unit_come_first_and_have_no_circle() -> None:
    by_code = {row["code"]: row for row in PROJECTS}
    waiting = {row["code"]: set(split(row["requires"])) for row in PROJECTS}
    assert sum(bool(needed) for needed in waiting.values()) >= 30
    for code, needed in waiting.items():
        for one in needed:
            assert by_code[one]["unit"] == by_code[code]["unit"]
            assert by_code[one]["due_on"] <= by_code[code]["due_on"]
            assert by_code[one]["variant_group"] == ""
    while waiting:
        free = {code for code, needed in waiting.items() if not needed & set(waiting)}
        assert free, f"these need each other: {sorted(waiting)}"
        waiting = {code: needed for code, needed in waiting.items() if code not in free}


def test_variants_come_in_pairs_of_one_unit_with_the_same_aim() -> None:
    groups = Counter(row["variant_group"] for row in PROJECTS if row["variant_group"])
    assert len(groups) >= 20
    for group, number in groups.items():
        members = [row for row in PROJECTS if row["variant_group"] == group]
        assert number == len({row["name_zh"] for row in members}) == 2
        assert len({row["unit"] for row in members}) == 1
        first, second = (set(split(row["closes"])) for row in members)
        assert first <= second or second <= first


def test_twelve_works_are_unfinished_and_finishing_them_costs_a_seventh_of_the_construction_money() -> None:
    unfinished = [row for row in PROJECTS if row["started"] == "yes"]
    assert len(unfinished) == 12
    assert 250_000 <= sum(remaining(row) for row in unfinished) <= 400_000
    for row in PROJECTS:
        assert (row["started"] == "yes") == (row["spent_yuan"] != "0")
    for row in unfinished:
        assert row["rank"] == "1"
        assert row["requires"] == row["variant_group"] == ""
        assert UNIT[row["unit"]]["office_rented_out"] == "no"


def test_benefit_grows_with_households_but_is_no_copy_of_the_cost() -> None:
    benefit = [int(row["benefit"]) for row in PROJECTS]
    assert 0.4 < correlation(benefit, [int(UNIT[row["unit"]]["households"]) for row in PROJECTS]) < 0.8
    assert 0.1 < correlation(benefit, [int(row["cost_yuan"]) for row in PROJECTS]) < 0.6


def test_the_register_has_the_two_funds_of_the_mission_whose_tranches_are_all_of_their_money() -> None:
    entries = rows("x-county", "funds")
    funds = {row["code"]: row for row in entries if row["entry"] == "fund"}
    assert {code: row["amount_yuan"] for code, row in funds.items()} == {"beautiful": "2000000", "service": "4500000"}
    assert {code: set(split(row["purposes"])) for code, row in funds.items()} == {
        "beautiful": {"construction", "public-service-construction"},
        "service": {"operation", "maintenance", "service", "public-service-construction"},
    }
    for code, row in funds.items():
        tranches = [entry for entry in entries if entry["fund"] == code]
        assert sum(int(entry["amount_yuan"]) for entry in tranches) == int(row["amount_yuan"])
        assert [bool(entry["arrived_on"]) for entry in tranches] == [True, False]


def test_the_further_funds_bring_what_the_mission_leaves_out_in_words_that_policies_know() -> None:
    entries = rows("x-county/more-funds", "funds")
    assert Counter(row["entry"] for row in entries).keys() == {"fund", "tranche", "pledge"}
    assert {row["pledge_kind"] for row in entries if row["entry"] == "pledge"} == {"money", "in_kind"}
    assert not {row["code"] for row in entries} & {row["code"] for row in rows("x-county", "funds")}
    for fund in further_funds():
        assert set(fund.purposes) <= PURPOSES
        assert fund.arrived_fen <= fund.amount_fen
        if fund.eligibility:
            Expression.parse(fund.eligibility, {"kind", "poor", "backward"})


def test_the_readme_states_the_figures_of_the_files() -> None:
    readme = (LIBRARY / "x-county" / "README.md").read_text(encoding="utf-8")
    variants = {row["variant_group"] for row in PROJECTS} - {""}
    poor = [row for row in UNITS if row["poor"] == "yes"]
    cost = sum(int(row["cost_yuan"]) for row in PROJECTS)
    unfinished = sum(remaining(row) for row in PROJECTS if row["started"] == "yes")
    for line in (
        f"| households | {sum(int(row['households']) for row in UNITS)} |",
        f"| poor units | {len(poor)}, of which {sum(row['backward'] == 'yes' for row in poor)} are backward |",
        f"| collectives without income | {sum(row['collective_income_yuan'] == '0' for row in UNITS)} |",
        f"| projects | {len(PROJECTS)}, 4 to 6 for every unit |",
        f"| projects with a prerequisite | {sum(bool(row['requires']) for row in PROJECTS)} |",
        f"| pairs of variants | {len(variants)} |",
        f"| unfinished works | 12, which still cost {unfinished} yuan |",
        f"| cost of all projects | {cost} yuan, {cost / MONEY_FOR_PROJECTS:.1f} times the money for projects |",
        f"| pairs of neighbours | {len(rows('x-county', 'adjacency'))} |",
    ):
        assert line in readme
    in_the_south = sum(row["backward"] == "yes" and row["township"] in SOUTHERN for row in UNITS)
    assert f"{in_the_south} of the 32 lie in the\n  four southern towns" in readme
