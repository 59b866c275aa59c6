"""Plans compared with the record: which baseline is taken, what changes, what is refused (M45); a programme (M17)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from domain.decisions.funds import AmendFund
from domain.decisions.hearing import AnnouncePlan, CloseObjections, ReviewPlan
from domain.decisions.plans import UnknownPlan
from domain.facts import Mandate
from domain.plan import Baseline, Plan
from service.baselines import BaselineForeign, BaselineMoved, NoBaseline, must_be_compared_right
from service.county import Actor, County
from service.outputs import plan_object, write_outputs
from service.plan_life import NoSuchLine, approve, commit_line
from service.plan_reading import findings, planned
from service.planning import CaseFault, compute, compute_from, draft_and_propose, plans_at
from service.policies import adopt_policy, read_policy
from service.prepare import prepare
from service.registers import moment, register_at
from tests.service.small import (
    APPROVER,
    PLANNER,
    REVIEWER,
    TREASURER,
    edited,
    edited_policy,
    small_county,
    write_policy,
    write_register,
)

FIRST = "2026-01"
OBJECTIVES = "  - {id: welfare, clause: M11, tolerance: 0.001}\n"
CHANGES = "  - {id: changes, clause: M45}\n"
PROGRAMME = """\
  - rule: programme
    id: three-years
    clause: M17
    years: [2026, 2027, 2028]
    money:
      - {year: 2027, fund: beautiful, amount_yuan: 30000}
      - {year: 2028, fund: beautiful, amount_yuan: 30000}
"""


def adopted(county: County, folder: Path, version: int, *pairs: tuple[str, str]) -> None:
    """Adopt a later version of the policy."""
    text = edited_policy(("version: 1", f"version: {version}"), *pairs)
    path = write_policy(folder / f"v{version}.yaml", text)
    adopt_policy(county, read_policy(path), county.mandate(PLANNER, why="as decided"))


def with_changes(county: County, folder: Path, version: int, line: str = CHANGES) -> None:
    """Adopt the policy that changes as little as it can, before anything but what should hold."""
    adopted(county, folder, version, (OBJECTIVES, line + OBJECTIVES))


def approved(county: County) -> Plan:
    """Compute the first plan and take it to its approval."""

    def by(actor: Actor, days_ago: int = 0) -> Mandate:
        day = county.today() - timedelta(days=days_ago)
        return county.mandate(actor, why="as it is done", effective_on=day)

    made = draft_and_propose(county, compute(county), PLANNER)
    until = county.today() - timedelta(days=3)
    county.decide(ReviewPlan(mandate=by(REVIEWER), plan=made.plan_id, opinion="sound"))
    county.decide(AnnouncePlan(mandate=by(PLANNER, 10), plan=made.plan_id, objections_until=until))
    county.decide(CloseObjections(mandate=by(PLANNER, 2), plan=made.plan_id))
    approve(county, made.plan_id, by(APPROVER))
    return made.computed.plan


@pytest.fixture
def county(tmp_path: Path) -> Iterator[County]:
    """A county with its register and policy, and no plan yet."""
    funds = edited("funds", ("tranche,b2,beautiful,,,,,,,30000,2026-08-01,\n", ""))  # so that the fund may shrink
    with small_county(tmp_path) as opened:
        folder = write_register(tmp_path / "register", funds=funds)
        list(prepare(opened, PLANNER, register=str(folder), policy=write_policy(tmp_path / "policy.yaml")))
        yield opened


def fund_cut(county: County) -> None:
    """The construction fund shrinks from 80,000 to 70,000 yuan."""
    mandate = county.mandate(TREASURER, why="mid-year revenue note")
    county.decide(AmendFund(mandate=mandate, fund="beautiful", new_amount_fen=70_000_00))


def changes(plan: Plan, before: Plan) -> int:
    """Projects and sites in one plan and not in the other."""
    one, other = Baseline.of(plan), Baseline.of(before)
    return len(set(one.projects) ^ set(other.projects)) + len(set(one.sites) ^ set(other.sites))


def test_after_a_cut_a_plan_that_counts_changes_changes_less_than_one_that_does_not(
    county: County, tmp_path: Path
) -> None:
    first = approved(county)
    fund_cut(county)
    free = compute(county).plan
    with_changes(county, tmp_path, 2)
    made = draft_and_propose(county, compute(county), PLANNER)
    held = made.computed.plan
    assert 0 < changes(held, first) < changes(free, first)
    (step,) = [o for o in held.run.objectives if o.name == "changes"]
    assert (step.raw_value, step.sense) == (changes(held, first), "min")
    assert held.run.baseline == Baseline.of(first)
    assert findings(county, made.plan_id) == []
    assert compute(county).plan.plan_hash == held.plan_hash  # the record alone is enough to get it again


def test_what_changed_stands_in_every_paper(county: County, tmp_path: Path) -> None:
    first = approved(county)
    fund_cut(county)
    with_changes(county, tmp_path, 2)
    made = draft_and_propose(county, compute(county), PLANNER)
    table, report, numbers = write_outputs(planned(county, made.plan_id, moment(county)), tmp_path / "out", lang="en")
    assert table.stat().st_size > 0
    said = json.loads(numbers.read_text(encoding="utf-8"))["changes"]
    assert said["baseline"] == first.plan_hash
    assert said["changes"] == changes(made.computed.plan, first)
    assert first.plan_hash[:12] in report.read_text(encoding="utf-8")


def test_without_an_approved_plan_the_refusal_says_what_to_do(county: County, tmp_path: Path) -> None:
    draft_and_propose(county, compute(county), PLANNER)
    with_changes(county, tmp_path, 2)
    with pytest.raises(NoBaseline) as caught:
        compute(county)
    assert "objective changes" in caught.value.sentence
    assert "Approve a plan" in caught.value.cure


def test_a_policy_may_name_a_plan_that_was_never_approved_but_none_that_never_was(
    county: County, tmp_path: Path
) -> None:
    first = draft_and_propose(county, compute(county), PLANNER).computed.plan
    with_changes(county, tmp_path, 2, f'  - {{id: changes, clause: M45, baseline: "{FIRST}"}}\n')
    again = compute(county).plan
    assert again.run.baseline == Baseline.of(first)
    assert changes(again, first) == 0
    with_changes(county, tmp_path, 3, '  - {id: changes, clause: M45, baseline: "2025-09"}\n')
    with pytest.raises(UnknownPlan, match="2025-09"):
        compute(county)


def test_without_a_store_the_sentence_says_what_to_do(county: County, tmp_path: Path) -> None:
    with_changes(county, tmp_path, 2)
    loaded = read_policy(tmp_path / "v2.yaml")
    with pytest.raises(CaseFault, match="plan from a store that has it on the record"):
        compute_from(register_at(county, moment(county)), loaded)


def test_a_plan_compared_with_another_than_the_record_has_is_refused(county: County, tmp_path: Path) -> None:
    first = approved(county)
    with_changes(county, tmp_path, 2)
    made = draft_and_propose(county, compute(county), PLANNER)
    plan, policy, plans = made.computed.plan, made.computed.loaded.policy, plans_at(county, moment(county))
    must_be_compared_right(county, plans, made.plan_id, plan, policy)
    invented = replace(Baseline.of(first), sites=())
    with pytest.raises(BaselineForeign):
        must_be_compared_right(
            county, plans, made.plan_id, replace(plan, run=replace(plan.run, baseline=invented)), policy
        )
    superseded = replace(plan, run=replace(plan.run, baseline=Baseline.of(plan)))
    with pytest.raises(BaselineMoved, match=FIRST):
        must_be_compared_right(county, plans, made.plan_id, superseded, policy)


def test_a_programme_is_planned_recorded_and_its_later_years_bind_nobody(county: County, tmp_path: Path) -> None:
    adopted(county, tmp_path, 2, ("objectives:\n", PROGRAMME + "objectives:\n"))
    made = draft_and_propose(county, compute(county), PLANNER)
    assert made.computed.plan.schedule
    assert findings(county, made.plan_id) == []
    kept = planned(county, made.plan_id, moment(county)).computed.plan
    assert kept == made.computed.plan
    entry = kept.schedule[0]
    with pytest.raises(NoSuchLine):
        commit_line(county, made.plan_id, f"{entry.fund}.{entry.project}", county.mandate(TREASURER, why="too early"))
    content = plan_object(made.computed)
    assert sum(x["amount_fen"] for x in content["schedule"]) == sum(x.amount_fen for x in kept.schedule)


def test_a_programme_rolls_on_from_the_approved_one(county: County, tmp_path: Path) -> None:
    adopted(county, tmp_path, 2, ("objectives:\n", PROGRAMME + "objectives:\n"))
    first = approved(county)
    committed = PROGRAMME + "    committed_through: 2027\n"
    adopted(county, tmp_path, 3, ("objectives:\n", committed + "objectives:\n"))
    again = compute(county).plan
    assert again.run.baseline == Baseline.of(first)
    for entry in first.schedule:
        if entry.year == 2027:
            assert entry.project in {x.project for x in again.schedule if x.year == 2027}
    assert {x.project for x in again.lines} >= set(Baseline.of(first).projects)
