"""The JSON of a plan: the shape programs rely on, numbers as numbers, the same text each time."""

from __future__ import annotations

import json
from decimal import Decimal

from documents.plan_json import number, plan_json
from domain.measures import Measures
from domain.plan import Plan
from domain.policy.model import Policy
from domain.register import Register

Case = tuple[Register, Policy, Plan, Measures]


def test_the_object_has_what_programs_rely_on(case: Case) -> None:
    plan = case[2]
    content = json.loads(json.dumps(plan_json(plan, verified=True)))
    assert content["verified"] is True
    assert content["plan_hash"] == plan.plan_hash
    assert content["instance_hash"] == plan.run.instance_hash
    line = content["lines"][0]
    assert {"fund", "unit", "project", "amount_fen", "rules"} <= set(line)
    assert [(one["fund"], one["amount_fen"]) for one in content["lines"]] == [
        (x.fund, x.amount_fen) for x in plan.lines
    ]
    service = next(one for one in content["lines"] if one["fund"] == "service")
    assert service["project"] is None
    for step in content["objectives"]:
        assert {"name", "value", "bound", "gap", "unit"} <= set(step)
        assert all(isinstance(step[name], int | float) for name in ("value", "bound", "gap", "tolerance"))


def test_the_funds_close_to_the_fen(case: Case) -> None:
    content = plan_json(case[2], verified=True)
    for fund in content["funds"]:
        assert fund["amount_fen"] == fund["allocated_fen"] + fund["unallocated_fen"]
        assert fund["allocated_fen"] == sum(x["amount_fen"] for x in content["lines"] if x["fund"] == fund["fund"])
    assert all(sum(x["parts"].values()) == x["amount_fen"] for x in content["lines"])


def test_a_gap_of_nothing_is_the_number_zero(case: Case) -> None:
    steps = {step["name"]: step for step in plan_json(case[2], verified=True)["objectives"]}
    assert steps["benefit"]["gap"] == 0
    assert steps["welfare"]["gap"] > 0


def test_a_decimal_keeps_the_digits_it_was_written_with() -> None:
    assert repr(number(Decimal("78.412350"))) == "78.41235"
    assert repr(number(Decimal("2310.000"))) == "2310"
    assert repr(number(Decimal("0"))) == "0"


def test_with_register_policy_and_measures_it_carries_the_figures_of_the_summary(case: Case) -> None:
    county, rules, plan, measures = case
    content = json.loads(json.dumps(plan_json(plan, verified=False, register=county, policy=rules, measures=measures)))
    assert content["verified"] is False
    assert content["policy"]["version"] == 3
    assert content["register"]["name_zh"] == "格子县"
    assert content["measures"]["backward"]["fen"] == measures.backward.fen
    assert len(content["measures"]["townships"]) == len(county.townships)


def test_the_same_plan_gives_the_same_text(case: Case) -> None:
    county, rules, plan, measures = case
    once = json.dumps(plan_json(plan, verified=True, register=county, policy=rules, measures=measures))
    assert json.dumps(plan_json(plan, verified=True, register=county, policy=rules, measures=measures)) == once
