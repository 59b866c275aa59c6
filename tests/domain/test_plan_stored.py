"""Plans recorded before there were baselines and schedules stay readable, and keep their hashes (M17, M33, M45)."""

from __future__ import annotations

import msgspec

from domain.facts.plans import PlanDrafted
from domain.hashing import case_hash, plan_hash
from domain.plan import Baseline, Plan, ScheduledProject
from domain.register import Register

STORED = """{"type":"plan.drafted","mandate":{"person":"p","post":"planner","effective_on":"2026-03-01","command":"c",\
"why":"","document":null,"cause":null},"v":1,"plan":"2026-01","content":{"lines":[{"line":"f.p","fund":"f","unit":"u",\
"project":"p","amount_fen":100,"parts":{"project":100},"rules":["full-funding"]}],"funds":[{"fund":"f","amount_fen":150,\
"allocated_fen":100,"unallocated_fen":50}],"sites":["u"],"not_funded":[],"run":{"instance_hash":"case",\
"register_position":7,"policy":"x","policy_version":1,"policy_hash":"h","rules":["prerequisites"],"engine":"narrowing",\
"engine_version":"9","parameters":{"quantum_fen":"100"},"termination":"benefit: optimal","objectives":[]},"plan_hash":\
"684a02baa13fc5e1e4e8c7e2d6be2e7affddecca21ad1836c92e4b90ccf9c65a","by_hand":[]},"policy":"x"}"""
"""A draft as it was stored when a plan was one year's and compared with nothing."""
ENTRY = ScheduledProject(project="q", unit="u", fund="f", year=2027, amount_fen=100)


def stored_plan() -> Plan:
    """The plan of `STORED`."""
    return msgspec.json.decode(STORED, type=PlanDrafted).content


def test_a_plan_stored_before_there_were_schedules_and_baselines_is_read() -> None:
    plan = stored_plan()
    assert (plan.schedule, plan.run.baseline) == ((), None)
    again = msgspec.json.decode(msgspec.json.encode(plan), type=Plan)
    assert again == plan


def test_the_hash_of_a_plan_without_a_schedule_is_what_it_was() -> None:
    plan = stored_plan()
    old = plan_hash("case", plan.lines, plan.sites)
    assert old == "684a02baa13fc5e1e4e8c7e2d6be2e7affddecca21ad1836c92e4b90ccf9c65a"
    assert plan_hash("case", plan.lines, plan.sites, ()) == old
    assert plan_hash("case", plan.lines, plan.sites, (ENTRY,)) != old


def test_the_hash_of_a_case_without_a_baseline_is_what_it_was() -> None:
    register = Register(county="c", name_zh="县", name_en="County")
    baseline = Baseline(plan_hash="b", projects=("p",), sites=(), money_fen={"u": 1})
    assert case_hash(register, "policy") == "b3fa957b690ccc095a2c61c80db2c6cae1fd830440469fb6ca156110af03db18"
    assert case_hash(register, "policy", baseline=baseline) != case_hash(register, "policy")


def test_a_plan_as_a_baseline_says_what_it_builds_where_and_later() -> None:
    plan = msgspec.structs.replace(stored_plan(), schedule=(ENTRY,))
    baseline = Baseline.of(plan)
    assert (baseline.projects, baseline.sites, baseline.money_fen) == (("p",), ("u",), {"u": 100})
    assert baseline.due((2026,)) == {"p": 2026}
    assert baseline.due((2026, 2027)) == {"p": 2026, "q": 2027}
    assert baseline.due((2028, 2029)) == {"p": 2028, "q": 2028}
    assert msgspec.json.decode(msgspec.json.encode(baseline), type=Baseline) == baseline
