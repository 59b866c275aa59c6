"""The tables of register and plans say at every position what folding the facts up to it says, and forget nothing."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from hypothesis import given, settings

from domain.decisions import AcceptProject, CarryOver, CorrectUnit, MoveDuty, StartProject
from domain.facts.plans import PlanDrafted
from domain.folds import PlansFold, RegisterFold
from projections.register import KINDS
from projections.views import Views
from tests.domain.decisions.samples import YUAN, draft, plan_of, usual_lines
from tests.projections.streams import DAYS, DEEDS, Deed, begun, kept, past_of


@given(DEEDS)
@settings(max_examples=20)
def test_every_entry_of_the_register_is_at_every_position_what_the_fold_says(deeds: list[Deed]) -> None:
    log = kept(past_of(deeds))
    views = Views(None)
    views.follow(log)
    fold = RegisterFold()
    for recorded in log.recorded:
        fold.apply(recorded.fact)
        if recorded.position % 3 and recorded.position != len(log.recorded):
            continue
        shelves: tuple[dict[str, Any], ...] = (fold.townships, fold.units, fold.projects, fold.funds, fold.duties)
        for kind, shelf in zip(KINDS, shelves, strict=True):
            for code, entry in shelf.items():
                assert views.register.entry(kind, code, recorded.position) == entry


@given(DEEDS)
@settings(max_examples=20)
def test_every_plan_stands_at_every_position_where_the_fold_says(deeds: list[Deed]) -> None:
    log = kept(past_of(deeds))
    views = Views(None)
    views.follow(log)
    fold = PlansFold()
    for recorded in log.recorded:
        fold.apply(recorded.fact)
        standing = [
            (plan, life.state, sum(line.amount_fen for line in life.content.lines) if life.content else 0)
            for plan, life in fold.plans.items()  # in the order of their first drafts
        ]
        assert views.plans.standing(position=recorded.position) == standing


@given(DEEDS)
@settings(max_examples=12)
def test_the_past_of_an_entry_has_a_row_for_each_change_and_none_that_changes_nothing(deeds: list[Deed]) -> None:
    log = kept(past_of(deeds))
    views = Views(None)
    views.follow(log)
    for kind, code in [("unit", "v1"), ("project", "p1"), ("fund", "beautiful")]:
        states = views.register.past(kind, code)
        assert all(one[3] != two[3] for one, two in pairwise(states))
        assert [position for position, *_ in states] == sorted({position for position, *_ in states})
        assert states[-1][3] == views.register.entry(kind, code, len(log.recorded))


def test_a_corrected_unit_keeps_its_old_entry_in_the_past() -> None:
    past = begun()
    known_then = past.log.head()
    past.decide(CorrectUnit(mandate=past.by(DAYS[0]), unit="v1", changes={"households": 321}))
    views = Views(None)
    views.follow(kept(past))
    then, now = (views.register.entry("unit", "v1", position) for position in (known_then, past.log.head()))
    assert then is not None
    assert now is not None
    assert (then.households, now.households) == (100, 321)
    assert [(state[2], state[3].households) for state in views.register.past("unit", "v1")] == [
        ("2026-01-15", 100),
        ("2026-01-15", 321),
    ]
    assert views.register.entry("unit", "v9", past.log.head()) is None


def test_a_plans_life_names_every_step_with_who_and_why() -> None:
    past = begun()
    views = Views(None)
    views.follow(kept(past))
    life = views.plans.life("pl1", position=past.log.head())
    assert [step[3] for step in life] == [
        "drafted",
        "proposed",
        "reviewed",
        "announced",
        "objections_closed",
        "approved",
    ]
    assert (life[-1][4], life[-1][5]) == ("p-leader", "leader")
    drafted_at = next(r.position for r in kept(past).recorded if isinstance(r.fact, PlanDrafted))
    assert views.plans.life("pl1", position=drafted_at - 1) == []
    assert views.plans.standing(position=drafted_at - 1) == []


def test_a_fact_about_two_entries_changes_both() -> None:
    past = begun()
    before = past.log.head()
    past.decide(
        CarryOver(mandate=past.by(DAYS[1]), fund="beautiful", to_fund="beautiful-2027", amount_fen=50 * YUAN),
        StartProject(mandate=past.by(DAYS[1]), project="p2"),
        AcceptProject(mandate=past.by(DAYS[1]), project="p2", evidence="seen"),
        MoveDuty(
            mandate=past.by(DAYS[1]), duty="cleaning", name="Cleaning", unit="v1", fund="service", amount_fen=YUAN
        ),
    )
    views = Views(None)
    views.follow(kept(past))
    register = past.register()
    changed = [("fund", "beautiful"), ("fund", "beautiful-2027"), ("project", "p2"), ("unit", "v2")]
    for kind, code in changed:
        now = views.register.entry(kind, code, past.log.head())
        assert now == getattr(register, f"{kind}s")[code]
        assert now != views.register.entry(kind, code, before)
    assert views.register.entry("duty", "cleaning", past.log.head()) == register.duties["cleaning"]


def test_a_plan_drafted_anew_has_at_every_position_the_sum_of_its_lines_then() -> None:
    past = begun()
    first = past.log.head()
    lines = usual_lines()
    past.decide(draft(past, "pl2", plan_of(past, *lines[:2])))
    past.decide(draft(past, "pl2", plan_of(past, *lines[3:])))
    views = Views(None)
    views.follow(kept(past))
    sums = [views.plans.standing(position=position)[-1] for position in (first + 1, first + 2)]
    assert sums == [("pl2", "drafted", 500 * YUAN), ("pl2", "drafted", 300 * YUAN)]
