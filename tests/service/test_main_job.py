"""The main job on a small county: register and policy in, a verified plan on the record, and nothing twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from domain.decisions.plans import CaseMoved, DraftPlan
from domain.decisions.register import OtherCounty
from domain.decisions.units import CorrectUnit
from domain.folds import NothingRegistered
from intake.faults import RegisterFaults
from optimizer.verify import verify
from service.county import County, StoreMissing, open_county
from service.ledger import check_views
from service.plan_reading import findings, standing
from service.planning import RulesCollide, compute, draft_and_propose
from service.policies import NoPolicy, adopt_policy, read_policy
from service.prepare import prepare
from service.registers import import_register, moment, register_at
from tests.service.small import (
    PLANNER,
    REVIEWER,
    edited,
    edited_policy,
    small_county,
    store_in,
    write_policy,
    write_register,
)


@pytest.fixture
def county(tmp_path: Path) -> Iterator[County]:
    with small_county(tmp_path) as opened:
        yield opened


def prepared(county: County, tmp_path: Path, policy: str | None = None, **tables: str) -> list[str]:
    """Take the small county and its policy onto the record; what was said of it."""
    folder = write_register(tmp_path / "register", **tables)
    file = write_policy(tmp_path / "policy.yaml", *([policy] if policy else []))
    return list(prepare(county, PLANNER, register=str(folder), policy=file))


def test_the_plan_worked_out_by_hand_is_the_plan_that_is_proposed(county: County, tmp_path: Path) -> None:
    """80,000 yuan for construction: halls, service points and the record room fit (74,000), the wall of rules does not.

    60,000 yuan by formula: 7,000 go into two small projects, 6 × 5,000 are floors, 23,000 are shared by households
    with half as much again for backward villages (150 : 150 : 120 : 135 : 200 : 240).
    """
    prepared(county, tmp_path)
    planned = draft_and_propose(county, compute(county), PLANNER)
    plan = planned.computed.plan
    assert (planned.plan_id, planned.state) == ("2026-01", "proposed")
    projects = {line.project: line.amount_fen for line in plan.lines if line.project}
    assert projects == {"p1": 30_000_00, "p2": 18_000_00, "p3": 26_000_00, "p4": 4_000_00, "p6": 3_000_00}
    grants = {line.unit: line.amount_fen for line in plan.lines if line.project is None}
    assert set(grants) == {"v1", "v2", "v3", "v4", "v5", "v6"}
    weights = {"v1": 150, "v2": 150, "v3": 120, "v4": 135, "v5": 200, "v6": 240}
    for unit, weight in weights.items():
        assert abs(grants[unit] - 5_000_00 - 23_000_00 * weight / sum(weights.values())) < 100_00
    assert standing(county, moment(county)) == [("2026-01", "proposed", 134_000_00)]
    assert findings(county, "2026-01") == []


def test_both_funds_are_accounted_for_to_the_last_fen(county: County, tmp_path: Path) -> None:
    prepared(county, tmp_path)
    plan = compute(county).plan
    for use in plan.funds:
        lines_fen = sum(line.amount_fen for line in plan.lines if line.fund == use.fund)
        assert lines_fen == use.allocated_fen
        assert use.allocated_fen + use.unallocated_fen == use.amount_fen
    assert {use.fund: (use.amount_fen, use.unallocated_fen) for use in plan.funds} == {
        "beautiful": (80_000_00, 6_000_00),
        "service": (60_000_00, 0),
    }
    assert [(left.project, left.reason, left.missing_fen) for left in plan.not_funded] == [("p5", "no-money", 6_000_00)]


def test_a_second_run_records_nothing_and_finds_the_same_plan(county: County, tmp_path: Path) -> None:
    said = prepared(county, tmp_path)
    assert said == ["Register register: 29 facts recorded.", "Policy xiao version 1: adopted."]
    first = draft_and_propose(county, compute(county), PLANNER)
    head = county.log.head()
    again = prepared(county, tmp_path)
    second = draft_and_propose(county, compute(county), PLANNER)
    assert county.log.head() == head
    assert again == ["Register register: nothing new.", "Policy xiao version 1: is the rule already."]
    assert (second.plan_id, second.receipt) == (first.plan_id, None)
    assert second.computed.plan.plan_hash == first.computed.plan.plan_hash


def test_computing_alone_records_nothing(county: County, tmp_path: Path) -> None:
    prepared(county, tmp_path)
    head = county.log.head()
    compute(county)
    assert county.log.head() == head


def test_two_fresh_stores_get_the_same_plan(tmp_path: Path) -> None:
    hashes = set()
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        with small_county(tmp_path / name) as county:
            prepared(county, tmp_path / name)
            hashes.add(draft_and_propose(county, compute(county), PLANNER).computed.plan.plan_hash)
    assert len(hashes) == 1


def test_a_run_that_ended_after_its_draft_is_finished_by_the_next(county: County, tmp_path: Path) -> None:
    prepared(county, tmp_path)
    computed = compute(county)
    draft = DraftPlan(
        mandate=county.mandate(PLANNER), plan="2026-01", content=computed.plan, based_on=computed.at.position
    )
    drafted_at = county.decide(draft).position  # and then the power went
    planned = draft_and_propose(county, compute(county), PLANNER)
    assert (planned.plan_id, planned.state) == ("2026-01", "proposed")
    assert [r.fact.stored_name() for r in county.log.facts(after=drafted_at)] == ["plan.proposed"]


def test_a_changed_register_gives_a_new_plan_beside_the_old_one(county: County, tmp_path: Path) -> None:
    prepared(county, tmp_path)
    draft_and_propose(county, compute(county), PLANNER)
    write_register(
        tmp_path / "register",
        units=edited("units", ("v5,五村,Village Five,village,t2,200", "v5,五村,Village Five,village,t2,260")),
    )
    said = list(prepare(county, PLANNER, register=str(tmp_path / "register")))
    assert said == ["Register register: 1 facts recorded."]
    planned = draft_and_propose(county, compute(county), PLANNER)
    assert planned.plan_id == "2026-02"
    assert [plan for plan, _, _ in standing(county, moment(county))] == ["2026-01", "2026-02"]


def test_a_case_that_moved_and_moved_back_gives_a_plan_that_can_be_approved(county: County, tmp_path: Path) -> None:
    """The old plan says the same, but it cannot be approved any more; asking again must not end in a circle."""
    prepared(county, tmp_path)
    draft_and_propose(county, compute(county), PLANNER)
    for households in (201, 200):
        mandate = county.mandate(REVIEWER, why="counted again")
        county.decide(CorrectUnit(mandate=mandate, unit="v5", changes={"households": households}))
    planned = draft_and_propose(county, compute(county), PLANNER)
    assert planned.computed.at.position == planned.computed.plan.run.register_position
    assert planned.plan_id == "2026-02"
    assert planned.receipt is not None


def test_what_changed_while_the_plan_was_computed_is_noticed(county: County, tmp_path: Path) -> None:
    prepared(county, tmp_path)
    computed = compute(county)
    county.decide(CorrectUnit(mandate=county.mandate(REVIEWER), unit="v5", changes={"households": 900}))
    head = county.log.head()
    with pytest.raises(CaseMoved, match=r"unit\.corrected"):
        draft_and_propose(county, computed, PLANNER)
    assert county.log.head() == head


def test_a_plan_for_an_earlier_moment_is_the_plan_of_that_moment(county: County, tmp_path: Path) -> None:
    prepared(county, tmp_path)
    then = moment(county)
    before = compute(county)
    county.decide(CorrectUnit(mandate=county.mandate(REVIEWER), unit="v5", changes={"households": 900}))
    assert compute(county, at=then).plan == before.plan
    assert compute(county).plan.plan_hash != before.plan.plan_hash


def test_the_verifier_finds_fault_with_a_plan_that_was_altered(county: County, tmp_path: Path) -> None:
    prepared(county, tmp_path)
    computed = compute(county)
    lines = list(computed.plan.lines)
    lines[0] = type(lines[0])(**{**{f: getattr(lines[0], f) for f in lines[0].__struct_fields__}, "amount_fen": 1})
    altered = type(computed.plan)(
        **{**{f: getattr(computed.plan, f) for f in computed.plan.__struct_fields__}, "lines": tuple(lines)}
    )
    assert verify(computed.register, computed.loaded, altered) != []


def test_rules_that_collide_are_named_and_nothing_is_recorded(county: County, tmp_path: Path) -> None:
    prepared(
        county, tmp_path, policy=edited_policy(("where: backward, at_least: 0.30", "where: backward, at_least: 0.95"))
    )
    head = county.log.head()
    with pytest.raises(RulesCollide) as caught:
        compute(county)
    assert "backward-share" in str(caught.value)
    assert "sites" not in str(caught.value)
    assert county.log.head() == head


def test_floors_above_the_budget_are_said_to_be_so(county: County, tmp_path: Path) -> None:
    prepared(county, tmp_path, policy=edited_policy(("floor_yuan: 5000", "floor_yuan: 12000")))
    head = county.log.head()
    with pytest.raises(Exception, match=r"(?i)floor") as caught:
        compute(county)
    assert hasattr(caught.value, "cure")
    assert county.log.head() == head


def test_an_empty_store_has_no_register_and_a_store_without_policy_no_plan(county: County, tmp_path: Path) -> None:
    with pytest.raises(NothingRegistered):
        register_at(county, moment(county))
    folder = write_register(tmp_path / "register")
    import_register(county, folder, county.mandate(PLANNER))
    with pytest.raises(NoPolicy, match="policy adopt"):
        compute(county)


def test_a_policy_of_tomorrow_is_not_the_rule_today(county: County, tmp_path: Path) -> None:
    prepared(county, tmp_path)
    later = edited_policy(("version: 1", "version: 2"), ("in_force_from: 2020-01-01", "in_force_from: 2999-01-01"))
    loaded = read_policy(write_policy(tmp_path / "later.yaml", later))
    adopt_policy(county, loaded, county.mandate(PLANNER))
    assert compute(county, on=date(2026, 5, 1)).plan.run.policy_version == 1


def test_another_county_needs_a_store_of_its_own(county: County, tmp_path: Path) -> None:
    prepared(county, tmp_path)
    head = county.log.head()
    with pytest.raises(OtherCounty):
        list(prepare(county, PLANNER, register="middlesbrough"))
    other = write_register(tmp_path / "other", county=edited("county", ("xiao", "da")))
    with pytest.raises(OtherCounty):
        list(prepare(county, PLANNER, register=str(other)))
    assert county.log.head() == head


def test_a_faulty_register_leaves_the_record_as_it_was(county: County, tmp_path: Path) -> None:
    units = edited("units", ("v5,五村,Village Five,village,t2", "v5,五村,Village Five,village,t9"))
    with pytest.raises(RegisterFaults) as caught:
        prepared(county, tmp_path, units=units)
    assert caught.value.count == 1
    assert county.log.head() == 0


def test_asking_about_a_store_that_is_not_there_makes_none(tmp_path: Path) -> None:
    with pytest.raises(StoreMissing), open_county(store_in(tmp_path), must_exist=True):
        pass
    assert list(tmp_path.iterdir()) == []


def test_the_kept_tables_are_those_the_log_gives_after_the_main_job(county: County, tmp_path: Path) -> None:
    prepared(county, tmp_path)
    draft_and_propose(county, compute(county), PLANNER)
    checked = check_views(county)
    assert (checked.position, checked.same, checked.balanced) == (county.log.head(), True, True)
    county.views.tables.execute("UPDATE plan_facts SET amount_fen = amount_fen + 1 WHERE amount_fen > 0")
    assert not check_views(county).same
