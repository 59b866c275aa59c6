"""Resources beside money: limits per county, township, unit and kind, exact in decimals; must and should."""

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
    case_of,
    fund,
    policy,
    project,
    projects_only,
    reached,
    register,
    unit,
)

BENEFIT = [{"id": "shortfall", "clause": "M20"}, {"id": "benefit", "clause": "M26"}]
DAYS = {"rule": "resource", "clause": "M26", "quantity": "crew days"}


def works() -> Register:
    """Three projects of 0.1, 0.2 and 0.3 crew-days, one that uses none; money is no object."""
    units = [
        unit("A", township="T1", indicators={"hands": Decimal("0.25")}),
        unit("B", township="T2", kind="community", indicators={"hands": Decimal("0.2")}),
    ]
    days = {"A1": "0.1", "A2": "0.2", "B1": "0.3"}
    projects = [project(code, code[0], n + 1, quantities={"crew days": Decimal(d)})
                for n, (code, d) in enumerate(days.items())]  # fmt: skip
    return register(units, [*projects, project("B2", "B", 1)], [fund("F", 100)])


def under(*rules: dict[str, Any]) -> LoadedPolicy:
    return policy({"F": projects_only()}, rules, objectives=BENEFIT)


def test_tenths_add_up_exactly() -> None:
    """0.1 + 0.2 are 0.3 in decimals, and more in binary fractions."""
    assert built(best_plan(works(), under({**DAYS, "at_most": 0.6}))) == {"A1", "A2", "B1", "B2"}
    assert built(best_plan(works(), under({**DAYS, "at_most": 0.59}))) == {"A2", "B1", "B2"}
    assert built(best_plan(works(), under({**DAYS, "at_most": 0.3, "where": 'township == "T1"'}))) == {
        "A1", "A2", "B1", "B2"
    }  # fmt: skip


@pytest.mark.parametrize("each", ["township", "unit", "kind"])
def test_every_group_has_a_limit_of_its_own(each: str) -> None:
    assert built(best_plan(works(), under({**DAYS, "each": each, "at_most": 0.2}))) == {"A2", "B2"}


def test_a_limit_may_be_what_the_units_themselves_have() -> None:
    assert built(best_plan(works(), under({**DAYS, "each": "unit", "supply": "hands"}))) == {"A2", "B2"}
    assert built(best_plan(works(), under({**DAYS, "supply": "hands"}))) == {"A1", "B1", "B2"}


def test_a_column_is_known_by_its_header_and_by_its_name_in_expressions() -> None:
    assert built(best_plan(works(), under({**DAYS, "quantity": "crew_days", "at_most": 0.1}))) == {"A1", "B2"}


def test_as_a_should_rule_it_counts_whole_units_of_the_column() -> None:
    rules = [{**DAYS, "at_least": 2.5, "kind": "should"}]
    plan = best_plan(works(), under(*rules))
    assert reached(plan, "shortfall-1") == 2, "1.9 crew-days are missing"
    assert next(o.unit for o in plan.run.objectives if o.name == "shortfall-1") == "crew days"


def test_a_limit_and_a_project_that_must_be_finished_collide() -> None:
    county = register([unit("A")], [project("P", "A", 3, started=True, quantities={"crew days": Decimal(7)})],
                      [fund("F", 9)])  # fmt: skip
    rules = [
        {**DAYS, "at_most": 6},
        {**DAYS, "id": "idle", "at_most": 8},
        {"rule": "unfinished-first"},
    ]
    assert named_conflict(county, under(*rules)) == ["resource", "unfinished-first"]


def test_a_column_no_project_has_is_refused_with_the_likely_one() -> None:
    with pytest.raises(CaseMisfit, match=r"column of projects crew-days, .* perhaps crew.days is meant"):
        case_of(works(), under({**DAYS, "quantity": "crew-days", "at_most": 1}))


@pytest.mark.parametrize(
    "keys,expected",
    [({}, "`at_most`, `at_least` or `supply`"), ({"at_most": 1, "supply": "hands"}, "not both"),
     ({"at_most": "many"}, "at_most")],
)  # fmt: skip
def test_a_limit_that_says_too_little_or_too_much_is_refused(keys: dict[str, Any], expected: str) -> None:
    with pytest.raises(PolicyFaults, match=expected):
        under({**DAYS, **keys})
