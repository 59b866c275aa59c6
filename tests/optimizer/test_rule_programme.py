"""The rolling programme: years planned together, each unit built once, batches, later money, what is committed, M17."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from domain.hashing import plan_hash
from domain.plan import Baseline, Plan, ScheduledProject
from domain.policy.faults import PolicyFaults
from domain.register import Project, Register
from optimizer.case import CaseMisfit
from optimizer.verify import verify
from tests.optimizer.collisions import named_conflict
from tests.optimizer.hand import (
    K,
    best_plan,
    built,
    by_formula,
    case_of,
    fund,
    policy,
    project,
    projects_only,
    reached,
    register,
    unit,
)

FUNDS = {"F": projects_only()}


def programme(later_k: int = 30, *, years: tuple[int, ...] = (2026, 2027), **differs: Any) -> dict[str, Any]:
    money = [{"year": year, "fund": "F", "amount_yuan": later_k * 1000} for year in years[1:]]
    return {"rule": "programme", "clause": "M17", "years": list(years), "money": money, **differs}


def county(*works: Project, now_k: int = 30, **differs: Any) -> Register:
    """Villages A (backward), B and C, and money for this year's projects."""
    return register([unit("A", backward=True), unit("B"), unit("C")], works, [fund("F", now_k)], **differs)


def before(*entries: tuple[str, str, int], projects: tuple[str, ...] = ()) -> Baseline:
    """An earlier plan that meant to build these (project, unit, year) later, at 10k each."""
    schedule = [ScheduledProject(project=p, unit=u, fund="F", year=year, amount_fen=10 * K) for p, u, year in entries]
    return Baseline(plan_hash="b" * 64, projects=projects, sites=(), money_fen={}, schedule=tuple(schedule))


def later(plan: Plan) -> dict[str, int]:
    """Project -> the later year it is built in."""
    return {entry.project: entry.year for entry in plan.schedule}


def test_what_this_year_cannot_pay_is_built_in_a_later_year_with_its_own_money() -> None:
    works = [project("P", "A", 30), project("Q", "B", 20), project("R", "C", 20)]
    plan = best_plan(county(*works), policy(FUNDS, [programme(20)]))
    assert (built(plan), reached(plan, "benefit")) == ({"P"}, 50)
    (entry,) = plan.schedule
    assert (entry.fund, entry.year, entry.amount_fen) == ("F", 2027, 20 * K)
    assert sum(use.allocated_fen for use in plan.funds) == 30 * K


def test_a_unit_is_built_in_one_year_only() -> None:
    works = [project("P", "A", 30, benefit=5), project("Q", "A", 20, benefit=4), project("R", "B", 10, benefit=2)]
    benefit = [{"id": "benefit", "clause": "M26"}]
    plan = best_plan(county(*works), policy(FUNDS, [programme(30)], objectives=benefit))
    assert reached(plan, "benefit") == 7
    assert {tuple(sorted(built(plan))), tuple(sorted(later(plan)))} == {("P",), ("R",)}
    everything = best_plan(county(*works, now_k=50), policy(FUNDS, [programme(30)], objectives=benefit))
    assert (built(everything), set(later(everything))) == ({"P", "Q"}, {"R"})


def test_every_year_builds_a_batch_of_the_advanced_and_one_of_the_backward() -> None:
    units = [unit(f"B{n}", backward=True) for n in range(3)] + [unit(f"G{n}") for n in range(3)]
    works = [project(f"P{u.code}", u.code, 10, benefit=9 if u.backward else 1) for u in units]
    two = [{"id": "advanced", "where": "not backward", "at_least": 1, "at_most": 1}]
    rule = programme(20, years=(2026, 2027, 2028), batches=two)
    plan = best_plan(register(units, works, [fund("F", 20)]), policy(FUNDS, [rule]))
    years = {2026: built(plan), **{y: {p for p, of in later(plan).items() if of == y} for y in (2027, 2028)}}
    assert [sum(p.startswith("PG") for p in works) for works in years.values()] == [1, 1, 1]
    assert [sum(p.startswith("PB") for p in works) for works in years.values()] == [1, 1, 1]


def test_as_a_should_rule_batches_may_fall_short_but_no_unit_is_built_twice() -> None:
    batch = [{"id": "backward", "where": "backward", "at_least": 1}]
    rule = programme(30, kind="should", batches=batch)
    plan = best_plan(county(project("P", "A", 30), project("Q", "A", 30)), policy(FUNDS, [rule]))
    assert reached(plan, "shortfall-1") == 1
    assert plan.run.objectives[0].unit == "units"
    assert len(built(plan)) + len(plan.schedule) == 1


def test_welfare_and_benefit_count_all_years_and_rules_about_money_this_year() -> None:
    works = [project("P", "A", 30), project("Q", "B", 30)]
    rules = [programme(30), {"rule": "cap", "amount_yuan": 30_000}]
    one_year = best_plan(county(*works), policy(FUNDS, rules[1:]))
    plan = best_plan(county(*works), policy(FUNDS, rules))
    assert reached(plan, "benefit") == 60 > reached(one_year, "benefit") == 30
    assert {o.name: o.gap for o in plan.run.objectives} == {"welfare": 0, "benefit": 0}


def test_a_project_is_never_built_before_one_it_needs_in_another_village() -> None:
    works = [
        project("NEEDED", "A", 30, benefit=1),
        project("P", "B", 20, benefit=9, requires=("NEEDED",)),
        project("R", "C", 30, benefit=5),
    ]
    plan = best_plan(county(*works), policy(FUNDS, [programme(30)], objectives=[{"id": "benefit", "clause": "M26"}]))
    assert (built(plan), later(plan)) == ({"NEEDED"}, {"P": 2027})


def test_what_was_started_is_finished_this_year_or_not_at_all() -> None:
    works = [project("OLD", "A", 30, benefit=1, started=True), project("NEW", "B", 20, benefit=9)]
    first = {"rule": "unfinished-first", "clause": "M20"}
    plan = best_plan(county(*works), policy(FUNDS, [programme(30), first]))
    assert (built(plan), later(plan)) == ({"OLD"}, {"NEW": 2027})


def test_what_was_started_under_an_earlier_programme_stays_in_its_year() -> None:
    works = [project("OLD", "A", 10, started=True), project("NEW", "B", 10)]
    plan = best_plan(county(*works), policy(FUNDS, [programme(30)]), before(("OLD", "A", 2027)))
    assert later(plan)["OLD"] == 2027


def test_what_is_committed_stays_in_its_year_and_what_is_not_may_move() -> None:
    works = [project("P", "A", 10, benefit=1), project("Q", "B", 30, benefit=50), project("R", "C", 20, benefit=40)]
    known = before(("P", "A", 2027), ("Q", "B", 2028))
    benefit = [{"id": "benefit", "clause": "M26"}]

    def planned(known: Baseline, **differs: Any) -> Plan:
        rule = programme(20, years=(2026, 2027, 2028), **differs)
        return best_plan(county(*works), policy(FUNDS, [rule], objectives=benefit), known)

    free = planned(known)
    assert (built(free), set(later(free))) == ({"Q"}, {"P", "R"})
    bound = planned(before(("P", "A", 2027), ("R", "C", 2028)), committed_through=2027)
    assert later(bound) == {"P": 2027, "R": 2028}
    rolled = planned(before(("P", "A", 2025)), committed_through=2026)
    assert built(rolled) == {"P", "R"} or built(rolled) == {"P"}


def test_a_move_to_another_year_is_two_changes() -> None:
    works = [project("P", "A", 30)]
    changes = [{"id": "benefit", "clause": "M26"}, {"id": "changes", "clause": "M45"}]
    loaded = policy(FUNDS, [programme(0)], objectives=changes)
    plan = best_plan(county(*works), loaded, before(("P", "A", 2027)))
    assert (built(plan), reached(plan, "changes")) == ({"P"}, 2)
    stays = best_plan(county(*works), policy(FUNDS, [programme(30)], objectives=changes), before(("P", "A", 2027)))
    assert (later(stays), reached(stays, "changes")) == ({"P": 2027}, 0)


def test_a_later_year_pays_out_of_several_funds_only_what_each_may_and_has() -> None:
    funds = [fund("F", 10), fund("G", 10, purposes=("build", "serve"))]
    money = [{"year": 2027, "fund": "F", "amount_yuan": 20_000}, {"year": 2027, "fund": "G", "amount_yuan": 15_000}]
    works = [project("P", "A", 30), project("S", "B", 10, purposes=("serve",))]
    rule = {**programme(), "money": money}
    policy_ = policy({"F": projects_only(), "G": projects_only()}, [rule])
    plan = best_plan(register([unit("A"), unit("B")], works, funds), policy_)
    assert sum(entry.amount_fen for entry in plan.schedule if entry.project == "P") == 30 * K
    assert all(entry.amount_fen <= 20 * K for entry in plan.schedule if entry.fund == "F")


def test_formula_money_is_this_years_and_stands_beside_the_programme() -> None:
    works = [project("P", "A", 30), project("Q", "B", 30)]
    fixed, decided = (
        best_plan(county(*works, now_k=60), policy({"F": by_formula(30, mode=mode)}, [programme(30)]))
        for mode in ("factor", "optimize")
    )
    assert built(fixed) | set(later(fixed)) == {"P", "Q"}
    assert later(decided) == {"P": 2027}  # so that more of this year's money is left for the grants of the others
    for plan in (fixed, decided):
        assert sum(line.amount_fen for line in plan.lines) == 60 * K
        assert sum(entry.amount_fen for entry in plan.schedule) == 30 * K


def test_a_batch_that_nobody_can_fill_collides_by_itself_and_with_a_cap_that_starves_it() -> None:
    works = [project("P", "A", 30), project("Q", "B", 30)]
    batch = [{"id": "backward", "where": "backward", "at_least": 1}]
    alone = policy(FUNDS, [programme(30, batches=batch)])
    assert named_conflict(county(*works), alone) == ["programme"]
    both = [{"id": "all", "where": "true", "at_least": 1}]
    rules = [{"rule": "floor", "amount_yuan": 0}, {"rule": "cap", "amount_yuan": 20_000}, programme(30, batches=both)]
    assert named_conflict(county(*works), policy(FUNDS, rules)) == ["cap", "programme"]


def test_a_rule_that_later_years_make_possible_is_not_blamed() -> None:
    units = [unit("A", haves=("money",), backward=True), unit("B", haves=("money",))]
    works = [project("P", "A", 30, closes=("place",)), project("Q", "B", 30, closes=("place",))]
    sites = {"rule": "demonstration-sites", "clause": "M14", "sites_min": 2, "sites_max": 2}
    low = [{"rule": "floor", "amount_yuan": 1, "where": "backward"}, {"rule": "cap", "amount_yuan": 0}]
    short = register(units, works, [fund("F", 30)])
    assert len(best_plan(short, policy(FUNDS, [sites, programme(30)])).sites) == 2
    # with money for both in the later year neither site needs this year's; the floor does, and the cap forbids it
    assert named_conflict(short, policy(FUNDS, [sites, *low, programme(60)])) == ["floor", "cap"]


def scheduled(plan: Plan, *entries: ScheduledProject) -> Plan:
    """The plan with another schedule, its hash made to fit."""
    forged = plan_hash(plan.run.instance_hash, plan.lines, plan.sites, entries)
    return msgspec.structs.replace(plan, schedule=entries, plan_hash=forged)


FORGERIES: dict[str, tuple[Callable[[ScheduledProject], list[ScheduledProject]], str]] = {
    "half paid": (lambda e: [msgspec.structs.replace(e, amount_fen=e.amount_fen - K)], "programme"),
    "in a year without money": (lambda e: [msgspec.structs.replace(e, year=2029)], "programme"),
    "for another unit": (lambda e: [msgspec.structs.replace(e, unit="C")], "lines"),
    "of no project": (lambda e: [msgspec.structs.replace(e, project="GONE")], "lines"),
    "twice": (lambda e: [e, e], "lines"),
    "for what is built now": (lambda e: [e, msgspec.structs.replace(e, project="P", unit="A")], "lines"),
    "from a fund that may not": (lambda e: [msgspec.structs.replace(e, fund="G")], "programme"),
    "in a unit built now": (lambda e: [e, msgspec.structs.replace(e, project="A2", unit="A", amount_fen=K)], "years"),
    "beyond the year's money": (lambda e: [e, msgspec.structs.replace(e, project="R", unit="C")], "programme"),
    "not at all": (lambda e: [], "left-out"),
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_forged_schedule_is_found_out(forgery: str) -> None:
    works = [project("P", "A", 30, benefit=90), project("A2", "A", 1), project("Q", "B", 20), project("R", "C", 20)]
    home = county(*works)
    home = msgspec.structs.replace(home, funds={**home.funds, "G": fund("G", 5, purposes=("serve",))})
    loaded = policy({**FUNDS, "G": projects_only()}, [{**programme(21), "id": "years"}])
    plan = best_plan(home, loaded)
    (entry,) = plan.schedule
    edit, rule = FORGERIES[forgery]
    forged = msgspec.structs.replace(entry, project="Q", unit="B") if entry.project == "R" else entry
    assert rule in {v.rule for v in verify(home, loaded, scheduled(plan, *edit(forged)))}


def test_the_plan_hash_covers_the_schedule() -> None:
    loaded = policy(FUNDS, [programme(30)])
    home = county(project("P", "A", 30), project("Q", "B", 30))
    plan = best_plan(home, loaded)
    without = msgspec.structs.replace(plan, schedule=())
    assert "hash" in {v.rule for v in verify(home, loaded, without)}


@pytest.mark.parametrize(
    "differs, said",
    [
        ({"years": [2026]}, "years"),
        ({"years": [2026, 2028]}, "one after the other"),
        ({"money": [{"year": 2026, "fund": "F", "amount_yuan": 1}]}, "no later year"),
        ({"money": [{"year": 2027, "fund": "X", "amount_yuan": 1}]}, "a fund of this policy"),
        ({"money": [{"year": 2027, "fund": "F", "amount_yuan": n} for n in (1, 2)]}, "twice"),
        ({"batches": [{"id": "b", "where": "backward", "at_least": 2, "at_most": 1}]}, "above"),
    ],
)
def test_a_programme_written_wrongly_is_refused_at_its_place(differs: dict[str, Any], said: str) -> None:
    with pytest.raises(PolicyFaults, match=said):
        policy(FUNDS, [{**programme(), **differs}])


def test_a_programme_begins_in_the_year_of_its_money_and_there_is_one() -> None:
    with pytest.raises(CaseMisfit, match="plans from 2027 on, but the newest fund it plans with is of 2026"):
        case_of(county(), policy(FUNDS, [programme(years=(2027, 2028))]))
    with pytest.raises(CaseMisfit, match="both a programme"):
        case_of(county(), policy(FUNDS, [programme(), {**programme(), "id": "second"}]))
