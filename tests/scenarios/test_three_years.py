"""The three-year programme shipped with the county: read, planned, verified (M17)."""

from __future__ import annotations

import pytest

from intake.register_file import read_register
from optimizer.case import build_case
from optimizer.planning import solve_plan
from optimizer.rules.programme import programme_of
from optimizer.verify import verify
from service.policies import read_policy
from tests.scenarios.shipped import LIBRARY

FOLDER = LIBRARY / "x-county"


def test_the_three_year_policy_is_the_countys_own_with_a_programme() -> None:
    register = read_register(FOLDER)
    one, three = (read_policy(FOLDER / name, register) for name in ("policy.yaml", "three-years.policy.yaml"))
    case = build_case(register, three)
    assert case.years == (2026, 2027, 2028)
    assert case.policy.funds == one.policy.funds
    assert [rule for rule in case.policy.rules if rule.rule != "programme"] == list(one.policy.rules)
    programme = programme_of(case.policy)
    assert programme is not None
    for batch in programme.batches:
        assert batch.at_least * len(case.years) <= len(register.units)


@pytest.mark.long
def test_three_years_of_the_county_are_planned_to_a_tenth_of_a_per_cent_of_welfare() -> None:
    register = read_register(FOLDER)
    loaded = read_policy(FOLDER / "three-years.policy.yaml", register)
    plan = solve_plan(build_case(register, loaded))
    assert verify(register, loaded, plan) == []
    welfare = next(o for o in plan.run.objectives if o.name == "welfare")
    assert welfare.gap <= welfare.tolerance
    assert {entry.year for entry in plan.schedule} == {2027, 2028}
