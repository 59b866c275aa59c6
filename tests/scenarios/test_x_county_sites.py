"""Demonstration sites are within reach in the synthetic county: exactly what two or three per town cost (M14)."""

from __future__ import annotations

from itertools import combinations

import pytest

from tests.scenarios.shipped import Row, rows, split

HAVES = {"people", "money", "place", "rules", "services", "records"}
UNITS = rows("x-county", "units")
PROJECTS = rows("x-county", "projects")
TOWNS = [row["code"] for row in rows("x-county", "townships") if row["kind"] == "town"]
BUILDING = {"construction", "public-service-construction"}
SERVICE_MONEY_FOR_PROJECTS_YUAN = 450_000
BEAUTIFUL_YUAN = 2_000_000

Cost = tuple[int, int]
"""Yuan of `beautiful` and of `service`; what both may pay is charged to `beautiful`, the scarcer of the two here."""


def least(costs: set[Cost]) -> set[Cost]:
    """The costs that no other one undercuts in both funds."""
    kept: set[Cost] = set()
    for cost in sorted(costs):
        if not kept or cost[1] < min(other for _, other in kept):
            kept.add(cost)
    return kept


def added(left: set[Cost], right: set[Cost]) -> set[Cost]:
    return least({(a[0] + b[0], a[1] + b[1]) for a in left for b in right})


def costs_of_a_site(unit: Row) -> set[Cost]:
    """What it costs to complete the six haves, over every set of the unit's projects that may be built together."""
    missing = HAVES - set(split(unit["haves"]))
    own = [row for row in PROJECTS if row["unit"] == unit["code"]]
    found: set[Cost] = set()
    for number in range(len(own) + 1):
        for chosen in combinations(own, number):
            codes = {row["code"] for row in chosen}
            groups = [row["variant_group"] for row in chosen if row["variant_group"]]
            closed = {have for row in chosen for have in split(row["closes"])}
            together = all(set(split(row["requires"])) <= codes for row in chosen) and len(groups) == len(set(groups))
            if together and missing <= closed:
                found.add((_left(chosen, True), _left(chosen, False)))
    return least(found)


def _left(chosen: tuple[Row, ...], building: bool) -> int:
    return sum(
        int(row["cost_yuan"]) - int(row["spent_yuan"]) for row in chosen if (row["purposes"] in BUILDING) == building
    )


COSTS = {row["code"]: costs_of_a_site(row) for row in UNITS}


def cheapest_sites(per_town: int) -> set[Cost]:
    """The costs of that many sites in every town, the cheapest ways only."""
    whole: set[Cost] = {(0, 0)}
    for town in TOWNS:
        ways: list[set[Cost]] = [{(0, 0)}] + [set() for _ in range(per_town)]
        for code in (row["code"] for row in UNITS if row["township"] == town):
            for sites in range(per_town, 0, -1):
                ways[sites] = least(ways[sites] | added(ways[sites - 1], COSTS[code]))
        whole = added(whole, ways[per_town])
    return whole


@pytest.mark.parametrize("per_town,share", [(2, 0.2), (3, 0.4)])
def test_sites_in_every_town_take_a_small_part_of_both_funds(per_town: int, share: float) -> None:
    assert any(
        beautiful <= share * BEAUTIFUL_YUAN and service <= SERVICE_MONEY_FOR_PROJECTS_YUAN
        for beautiful, service in cheapest_sites(per_town)
    )


@pytest.mark.parametrize("town", TOWNS)
def test_every_town_has_more_candidates_than_it_may_have_sites(town: str) -> None:
    affordable = [
        row["name_zh"]
        for row in UNITS
        if row["township"] == town and any(sum(cost) <= 100_000 for cost in COSTS[row["code"]])
    ]
    assert len(affordable) >= 5


def test_the_unfinished_works_and_two_sites_in_every_town_leave_most_of_the_construction_money() -> None:
    unfinished = [row for row in PROJECTS if row["started"] == "yes"]
    to_finish = sum(int(row["cost_yuan"]) - int(row["spent_yuan"]) for row in unfinished)
    assert all(row["purposes"] in BUILDING for row in unfinished)
    within_service = [cost for cost in cheapest_sites(2) if cost[1] <= SERVICE_MONEY_FOR_PROJECTS_YUAN]
    assert to_finish + min(beautiful for beautiful, _ in within_service) < BEAUTIFUL_YUAN / 2
