"""Free linear rules: named quantities with factors and filters, and clear words for names nobody knows."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from domain.policy.faults import PolicyFaults
from domain.policy.loading import LoadedPolicy
from domain.register import Register
from optimizer.case import CaseMisfit
from tests.optimizer.collisions import named_conflict
from tests.optimizer.hand import (
    best_plan,
    built,
    by_formula,
    case_of,
    fund,
    grants_k,
    policy,
    project,
    projects_only,
    reached,
    register,
    unit,
)

BENEFIT = [{"id": "shortfall", "clause": "M20"}, {"id": "benefit", "clause": "M26"}]


def county(money_k: int = 60, **differs: Any) -> Register:
    units = [unit("A", households=30), unit("B", households=50, backward=True, haves=("money",))]
    works = [
        project("A1", "A", 30, category="road", running_cost_fen=2_000_00),
        project("A2", "A", 20, category="hall", quantities={"days": Decimal("2.5")}),
        project("B1", "B", 10, category="road", closes=("place",), quantities={"days": Decimal(4)}),
        project("B2", "B", 10, category="hall", benefit=1, running_cost_fen=1_000_50),
    ]
    return register(units, works, [fund("F", money_k)], **differs)


def under(*terms: dict[str, Any], also: tuple[dict[str, Any], ...] = (), **bounds: Any) -> LoadedPolicy:
    rule = {"rule": "linear", "clause": "M26", "terms": list(terms), **bounds}
    return policy({"F": projects_only()}, [*also, rule], objectives=BENEFIT)


@pytest.mark.parametrize(
    "terms,bounds,expected",
    [
        ([{"quantity": "projects"}], {"at_most": 2}, {"A1", "A2"}),
        ([{"quantity": "projects", "category": "road"}], {"equals": 1}, {"A1", "A2", "B2"}),
        ([{"quantity": "projects", "where": "backward"}, {"quantity": "projects", "factor": -0.5}], {"at_least": 0.5},
         {"B1", "B2", "A1"}),
        ([{"quantity": "money", "where": "backward"}], {"at_least": 20000}, {"A1", "B1", "B2"}),
        ([{"quantity": "cost", "category": "hall"}], {"at_most": "19999.99"}, {"A1", "B1", "B2"}),
        ([{"quantity": "running-cost"}], {"at_most": 2000}, {"A1", "A2", "B1"}),
        ([{"quantity": "running-cost"}], {"at_most": 1000.5}, {"A2", "B1", "B2"}),
        ([{"quantity": "benefit", "where": "backward"}], {"at_least": 11}, {"A1", "B1", "B2"}),
        ([{"quantity": "units"}], {"at_most": 1}, {"A1", "A2"}),
        ([{"quantity": "households", "factor": 0.1}], {"at_most": 5}, {"A1", "A2"}),
        ([{"quantity": "households", "category": "hall"}], {"at_least": 80}, {"A1", "A2", "B2"}),
        ([{"quantity": "days"}], {"at_most": 4}, {"A1", "A2", "B2"}),
    ],
)  # fmt: skip
def test_every_quantity_counts_what_it_says(
    terms: list[dict[str, Any]], bounds: dict[str, Any], expected: set[str]
) -> None:
    bounds = {side: Decimal(bound) if isinstance(bound, str) else bound for side, bound in bounds.items()}
    text = {side: float(bound) if isinstance(bound, Decimal) else bound for side, bound in bounds.items()}
    assert built(best_plan(county(), under(*terms, **text))) == expected


def test_sites_are_counted_whichever_rule_the_policy_writes_first() -> None:
    sites = {"rule": "demonstration-sites", "sites_min": 0, "sites_max": 2, "benefit_per_site": 50}
    rule = {"rule": "linear", "clause": "M26", "terms": [{"quantity": "sites"}], "at_most": 1}
    for rules in ([sites, rule], [rule, sites]):
        plan = best_plan(county(), policy({"F": projects_only()}, rules, objectives=BENEFIT))
        assert len(plan.sites) == 1


def test_money_of_some_funds_against_money_of_others() -> None:
    """What B gets of G is to be twice what it gets of F."""
    found = register([unit("A"), unit("B", backward=True)], [], [fund("F", 30), fund("G", 30)])
    terms = [
        {"quantity": "money", "funds": ["G"], "where": "backward"},
        {"quantity": "money", "funds": ["F"], "where": "backward", "factor": -2},
    ]
    rule = {"rule": "linear", "clause": "M26", "terms": terms, "equals": 0}
    loaded = policy({"F": by_formula(mode="optimize"), "G": by_formula(mode="optimize")}, [rule])
    plan = best_plan(found, loaded)
    assert grants_k(plan, "G")["B"] == 2 * grants_k(plan, "F").get("B", 0)


@pytest.mark.parametrize(
    "terms,bounds,short,unit_",
    [
        ([{"quantity": "money"}, {"quantity": "cost", "category": "hall"}], {"at_least": 91_000.5}, 2, "yuan"),
        ([{"quantity": "projects", "factor": 0.5}], {"at_least": 4}, 3, "projects"),
        ([{"quantity": "days", "factor": 1}], {"at_least": 10}, 4, "days"),
        ([{"quantity": "households"}], {"at_least": 90}, 10, "households"),
        ([{"quantity": "projects"}, {"quantity": "benefit"}], {"at_least": 70}, 7, "linear"),
    ],
)
def test_what_is_missing_is_counted_in_what_the_terms_are(
    terms: list[dict[str, Any]], bounds: dict[str, Any], short: int, unit_: str
) -> None:
    plan = best_plan(county(), under(*terms, **bounds, kind="should"))
    assert reached(plan, "shortfall-1") == short
    assert next(o.unit for o in plan.run.objectives if o.name == "shortfall-1") == unit_


def test_a_sum_that_cannot_be_reached_collides_with_what_stands_in_its_way() -> None:
    also = ({"rule": "cap", "where": "backward", "amount_yuan": 9_000}, {"rule": "floor", "amount_yuan": 0})
    loaded = under({"quantity": "units"}, at_least=2, also=also)
    assert named_conflict(county(), loaded) == ["cap", "linear"]


@pytest.mark.parametrize(
    "term,expected",
    [
        ({"quantity": "project"}, "quantity project, .* perhaps projects is meant"),
        ({"quantity": "crews"}, "known are benefit, cost, days, households"),
        ({"quantity": "projects", "category": "roads"}, "perhaps road is meant"),
        ({"quantity": "projects", "closes": "places"}, "perhaps place is meant"),
    ],
)
def test_a_name_nobody_knows_is_refused(term: dict[str, Any], expected: str) -> None:
    with pytest.raises(CaseMisfit, match=expected):
        case_of(county(), under(term, at_most=1))


@pytest.mark.parametrize(
    "terms,bounds,expected",
    [
        ([{"quantity": "money"}], {}, "`at_least`, `at_most` or both"),
        ([{"quantity": "money"}], {"equals": 1, "at_most": 2}, "or else `equals`"),
        ([], {"at_most": 1}, "at least one entry"),
        ([{"quantity": "money"}], {"at_least": 2, "at_most": 1}, "no larger than `at_most`"),
        ([{"quantity": "money", "category": "road"}], {"at_most": 1}, "counted by units"),
        ([{"quantity": "projects", "funds": ["F"]}], {"at_most": 1}, "`funds` only beside"),
        ([{"quantity": "money", "funds": ["FF"]}], {"at_most": 1}, "perhaps `F` is meant|a fund of this policy"),
    ],
)
def test_a_sum_that_says_too_little_or_too_much_is_refused(
    terms: list[dict[str, Any]], bounds: dict[str, Any], expected: str
) -> None:
    with pytest.raises(PolicyFaults, match=expected):
        under(*terms, **bounds)
