"""Citations, reasons, proof and findings: what is said about one amount and about the whole plan."""

from __future__ import annotations

from decimal import Decimal

import msgspec
import pytest

from documents.citations import Citations
from documents.findings import answer, funds_finding, gini_finding, map_finding, question
from documents.proof import gap_percent, objective_name, proof_of
from documents.reasons import line_basis, line_content, unit_citations, unit_reason
from documents.view import make_view
from documents.wording import money
from domain.measures import Measures
from domain.plan import ObjectiveResult, Plan
from domain.policy.model import Policy
from domain.register import Register
from tests.documents.county import everything, objective, register, view
from texts import Both, literal

Case = tuple[Register, Policy, Plan, Measures]


def test_the_reason_of_a_unit_names_every_part_with_its_amount_and_why(case: Case) -> None:
    found = make_view(*case)
    citations = Citations(found.policy)
    unit = next(unit for unit in found.units if unit.unit.backward and len(unit.parts) > 3)
    said = unit_reason(unit, found, citations)
    words = {"floor": "保底", "need": "需求", "priority": "优先", "project": "项目", "site": "示范点"}
    for part, fen in unit.parts.items():
        assert f"{words[part]} {money(fen).zh}" in said.zh
    assert "（户数）" in said.zh
    assert "(households)" in said.en
    assert "后进" in said.zh
    assert found.projects[0].project.name_zh in "".join(unit_reason(u, found, citations).zh for u in found.units)


def test_a_unit_that_gets_nothing_is_told_so(case: Case) -> None:
    county, rules, plan, measures = case
    kept = tuple(line for line in plan.lines if line.unit != "T01-02")
    found = make_view(county, rules, msgspec.structs.replace(plan, lines=kept), measures)
    said = unit_reason(found.by_code["T01-02"], found, Citations(rules))
    assert said == Both("本方案没有安排资金。", "This plan gives it no money.")


def test_a_demonstration_site_is_called_one_and_cites_its_clause(case: Case) -> None:
    found = make_view(*case)
    citations = Citations(found.policy)
    site = found.by_code[found.plan.sites[0]]
    assert unit_reason(site, found, citations).zh.endswith("列为示范点。")
    assert "M14" in {citation.clause for citation in unit_citations(site, found, citations)}


def test_priority_cites_the_criteria_that_made_it(case: Case) -> None:
    found = make_view(*case)
    unit = next(unit for unit in found.units if unit.parts.get("priority"))
    cited = unit_citations(unit, found, Citations(found.policy))
    assert {citation.rule for citation in cited} >= {f"priority.{name}" for name in found.criteria[unit.unit.code]}


def test_a_rule_is_cited_in_the_words_of_the_policy_or_by_the_name_of_its_type(case: Case) -> None:
    citations = Citations(case[1])
    assert citations["service.households"].label == Both("按户数分配", "By households")
    assert citations["service.floor"].clause == "M12"
    assert citations["priority.poor"].clause == "M11"
    assert citations["full-funding"].label.zh == "项目要么足额、要么不安排"
    assert citations["something-new"].label == literal("something-new")
    assert citations["something-new"].clause is None


def test_the_basis_of_a_line_names_rules_with_their_clauses(case: Case) -> None:
    found = make_view(*case)
    line = next(line for line in found.plan.lines if line.fund == "service")
    assert line_basis(line, Citations(found.policy)) == Both(
        "单位保底 M12；按户数分配 M02", "No unit below its floor M12; By households M02"
    )
    assert line_content(line, found).zh == "按公式分配的补助"


def test_the_answer_compares_backward_units_with_the_others_per_household(case: Case) -> None:
    found = make_view(*case)
    backward, others = found.measures.backward, found.measures.not_backward
    times = Decimal(backward.fen * others.households) / Decimal(others.fen * backward.households)
    assert answer(found).number.en == f"{times:.2f} times"
    assert answer(found).sentence.zh.startswith("后进单位户均补助是其他单位的 ")
    assert "后进的地方多得多少" in question(found).zh


def test_without_backward_units_the_poor_are_asked_about_and_without_those_the_worst_off_fifth() -> None:
    county = register()
    units = {code: msgspec.structs.replace(unit, backward=False) for code, unit in county.units.items()}
    assert "困难单位" in answer(view(msgspec.structs.replace(county, units=units))).sentence.zh
    units = {code: msgspec.structs.replace(unit, backward=False, poor=False) for code, unit in county.units.items()}
    found = view(msgspec.structs.replace(county, units=units))
    assert answer(found).sentence.zh.startswith("最困难的两成户分到 ")
    assert question(found).en.endswith("how much goes to the worst off?")


def test_what_is_left_is_part_of_the_finding_about_the_funds(case: Case) -> None:
    found = make_view(*case)
    assert found.unallocated_fen > 0
    assert "剩余" in funds_finding(found).zh
    assert funds_finding(view(register(projects=False))).zh.endswith("全部分完")


@pytest.mark.parametrize(
    "before,after,said",
    [("0.4", "0.3", "差距缩小"), ("0.3", "0.4", "差距扩大"), ("0.3", "0.3", "差距不变"), (None, None, "户均补助")],
)
def test_the_change_of_inequality_is_called_what_it_is(
    case: Case, before: str | None, after: str | None, said: str
) -> None:
    county, rules, plan, measures = case
    changed = msgspec.structs.replace(
        measures, gini_before=Decimal(before) if before else None, gini_after=Decimal(after) if after else None
    )
    assert gini_finding(make_view(county, rules, plan, changed)).zh.startswith(said)


def test_the_map_names_the_townships_that_get_most_and_least(case: Case) -> None:
    groups = sorted(case[3].townships, key=lambda group: group.per_household_fen)
    finding = map_finding(make_view(*case)).en
    assert finding.startswith(case[0].townships[groups[-1].group].name_en)
    assert case[0].townships[groups[0].group].name_en in finding
    assert map_finding(view(register(1, 4))).en == "Grant per household, unit by unit"


def with_objectives(plan: Plan, *steps: ObjectiveResult) -> Plan:
    """The plan with other objectives in its run record."""
    return msgspec.structs.replace(plan, run=msgspec.structs.replace(plan.run, objectives=steps))


def test_a_step_whose_value_and_bound_agree_is_proven_best(case: Case) -> None:
    proof = proof_of(with_objectives(case[2], objective("benefit", "max", "points", "2310", "2310")))
    assert proof.verdict == "best"
    assert proof.saying == Both("已证明最优", "Proven best")
    assert (proof.steps[0].value, proof.steps[0].distance) == ("2,310", "0")


def test_a_step_within_its_tolerance_states_its_gap_rounded_up(case: Case) -> None:
    proof = proof_of(with_objectives(case[2], objective("welfare", "max", "yuan", "99990.00", "99999.99")))
    assert proof.verdict == "within"
    assert proof.saying.en == "Proven within 0.01%"
    assert proof.steps[0].distance == "9.99"
    assert gap_percent(Decimal("0.00010001")) == "0.02%"


def test_a_step_beyond_its_tolerance_is_not_called_proven_and_neither_is_the_plan(case: Case) -> None:
    best = objective("benefit", "max", "points", "5", "5")
    proof = proof_of(with_objectives(case[2], best, objective("welfare", "max", "yuan", "90", "100")))
    assert [step.verdict for step in proof.steps] == ["best", "open"]
    assert proof.verdict == "open"
    assert "尚未证明" in proof.saying.zh
    assert proof_of(with_objectives(case[2])).verdict == "open"


def test_a_tiny_distance_is_never_printed_as_nothing(case: Case) -> None:
    proof = proof_of(with_objectives(case[2], objective("welfare", "max", "yuan", "78.412350", "78.412420")))
    assert proof.steps[0].distance == "0.0001"


def test_the_class_of_a_shortfall_is_part_of_its_name() -> None:
    assert objective_name("shortfall-2").zh == "第 2 类应当做到的规则差得最少"
    assert objective_name("unheard-of-9") == literal("unheard-of-9")


def test_everything_said_of_a_plan_is_the_same_each_time() -> None:
    first, second = make_view(*everything()), make_view(*everything())
    assert first == second
