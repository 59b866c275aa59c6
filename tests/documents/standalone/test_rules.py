"""Rules beyond money and sites: those the script works out are priced, those it only knows to forbid are named."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from domain.plan import Plan
from domain.policy.loading import LoadedPolicy
from domain.register import Register
from optimizer.case import build_case
from optimizer.certificate.making import DROPPED_RULES, KNOWN_RULES, MUST_ONLY, NotCertifiable, certify
from tests.documents.standalone.handed_out import checked, script, write_papers
from tests.optimizer.hand import best_plan, fund, policy, project, projects_only, register, unit

CREWS = {"rule": "resource", "id": "crews", "clause": "M26", "quantity": "crew_days", "at_most": 30}
ENDS = {
    "rule": "both-ends",
    "id": "ends",
    "best": "stars >= 4",
    "last": "backward",
    "best_share": 0.1,
    "last_share": 0.3,
}


def county(*rules: dict[str, Any], **differs: Any) -> tuple[Register, LoadedPolicy, Plan]:
    """Three villages with two projects each that take 10 to 15 crew-days, and money for all but one of them."""
    units = [unit("A", backward=True, stars=1), unit("B", stars=5), unit("C", stars=3, backward=True)]
    projects = [
        project(f"{code}{n}", code, 20 + 3 * n, quantities={"crew_days": Decimal(10 + 5 * n)}, benefit=30 + i + 7 * n)
        for i, code in enumerate("ABC")
        for n in range(2)
    ]
    place = register(units, projects, [fund("F", 110)])
    loaded = policy({"F": projects_only()}, rules, **differs)
    return place, loaded, best_plan(place, loaded)


def test_a_limit_on_crew_days_has_a_price_and_is_the_reason_of_the_bound(tmp_path: Path) -> None:
    objectives = [{"id": "benefit", "clause": "M26"}]
    place, loaded, plan = county(CREWS, objectives=objectives)
    step = certify(build_case(place, loaded), plan).steps[0]
    assert "crews.county.most" in step.prices
    write_papers(tmp_path, place, loaded, plan)
    answer = checked(tmp_path)
    assert (answer.code, answer.err) == (0, "")
    free = certify(build_case(*county(objectives=objectives)[:2]), county(objectives=objectives)[2]).steps[0]
    assert step.raw_bound < free.raw_bound


@pytest.mark.parametrize("each", [{"each": "unit"}, {"where": "backward"}, {"at_most": None, "supply": "12 * stars"}])
def test_limits_by_group_or_by_what_units_supply_are_worked_out_alike(tmp_path: Path, each: dict[str, Any]) -> None:
    rule = {key: value for key, value in {**CREWS, **each}.items() if value is not None}
    write_papers(tmp_path, *county(rule))
    answer = checked(tmp_path)
    assert (answer.code, answer.err) == (0, "")


def test_a_rule_that_is_not_worked_out_is_named_and_the_bound_stays_one(tmp_path: Path) -> None:
    place, loaded, plan = county(ENDS)
    steps = certify(build_case(place, loaded), plan).steps
    assert all("ends" in step.unpriced for step in steps)
    assert all(step.raw_bound >= step.result.raw_bound for step in steps if step.result.sense == "max")
    write_papers(tmp_path, place, loaded, plan)
    answer = checked(tmp_path)
    assert answer.code == 0, answer
    assert "not worked out here, so that the plan was not held against them: ends." in answer.out


@pytest.mark.parametrize("rule", [{**ENDS, "kind": "should"}, {**CREWS, "kind": "should"}])
def test_of_a_should_rule_that_is_not_worked_out_nothing_is_certified(rule: dict[str, Any]) -> None:
    place, loaded, plan = county(rule)
    with pytest.raises(NotCertifiable):
        certify(build_case(place, loaded), plan)


def test_both_programs_know_the_same_rules() -> None:
    known = (frozenset(script().KNOWN_RULES), script().DROPPED_RULES, script().MUST_ONLY)
    assert known == (KNOWN_RULES, DROPPED_RULES, MUST_ONLY)
