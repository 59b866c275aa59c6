"""Whatever is read at a position and a day is what folding the facts known and effective then says, on any past."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.decisions import AcceptProject, CarryOver, CorrectUnit, StartProject
from domain.facts import PLAN_FACTS, Fact
from domain.folds import NothingRegistered, PlansFold, RegisterFold
from domain.register import Register
from projections import replay, views
from projections.progress import STEPS
from projections.views import ShapedLog, Views
from tests.domain.decisions.samples import YUAN, draft, plan_of, usual_lines
from tests.projections.streams import DAYS, DEEDS, Deed, Kept, begun, facts_where, kept, past_of

MOMENTS = st.lists(
    st.tuples(
        st.integers(min_value=0, max_value=80),
        st.sampled_from([None, *DAYS, DAYS[0] - timedelta(days=1), DAYS[1] + timedelta(days=1)]),
    ),
    min_size=1,
    max_size=6,
)
"""Positions, and days by which facts count."""


@contextmanager
def close_states(spacing: int) -> Iterator[None]:
    """States are kept after so many facts, however few, and facts are taken in by threes."""
    with mock.patch.object(replay, "SPACING", spacing), mock.patch.object(views, "BATCH", 3):
        yield


def followed(log: Kept) -> Views:
    made = Views(None)
    made.follow(log)
    return made


def known(log: Kept, position: int, as_of: date | None) -> list[Fact]:
    """The rule of the two times, word for word."""
    return facts_where(
        log, lambda r: r.position <= position and (as_of is None or r.fact.mandate.effective_on <= as_of)
    )


def register_of(fold: RegisterFold) -> Register | None:
    try:
        return fold.register()
    except NothingRegistered:
        return None


def ask_ledger(views: Views, log: ShapedLog, position: int, as_of: date | None) -> object:
    return views.ledger(log, position=position, as_of=as_of)


def ask_register(views: Views, log: ShapedLog, position: int, as_of: date | None) -> object:
    return register_of(views.register(log, position=position, as_of=as_of))


def ask_steps(views: Views, log: ShapedLog, position: int, as_of: date | None) -> object:
    return views.steps(log, position=position, as_of=as_of).days


QUESTIONS = (ask_ledger, ask_register, ask_steps)


@given(DEEDS, MOMENTS, st.integers(min_value=1, max_value=9))
@settings(max_examples=40)
def test_the_register_at_any_moment_is_the_fold_of_what_was_known_and_effective(
    deeds: list[Deed], moments: list[tuple[int, date | None]], spacing: int
) -> None:
    log = kept(past_of(deeds))
    with close_states(spacing):
        made = followed(log)
    for position, as_of in moments:
        fold = RegisterFold()
        for fact in known(log, position, as_of):
            fold.apply(fact)
        at = min(position, log.head())
        assert register_of(made.register(log, position=at, as_of=as_of)) == register_of(fold)


@given(DEEDS, MOMENTS)
@settings(max_examples=30)
def test_plans_at_any_moment_stand_where_the_fold_says_with_the_content_they_had_then(
    deeds: list[Deed], moments: list[tuple[int, date | None]]
) -> None:
    log = kept(past_of(deeds))
    made = followed(log)
    for position, as_of in moments:
        fold = PlansFold()
        for fact in known(log, position, as_of):
            fold.apply(fact)
        at = min(position, log.head())
        lives = made.lives(log, position=at, as_of=as_of)
        assert list(lives.plans) == list(fold.plans)
        assert lives.newest_approved() == fold.newest_approved()
        for plan, life in fold.plans.items():
            mine = lives.plans[plan]
            assert (mine.state, mine.content, mine.makers) == (life.state, life.content, life.makers)
            assert (mine.proposed_hash, mine.objections_until) == (life.proposed_hash, life.objections_until)
        standing = [
            (plan, life.state, sum(line.amount_fen for line in life.content.lines) if life.content else 0)
            for plan, life in fold.plans.items()
        ]
        assert made.plans.standing(position=at, as_of=as_of) == standing
        steps = [r for r in log.recorded[:at] if isinstance(r.fact, PLAN_FACTS) and r.fact in known(log, at, as_of)]
        assert [row[0] for row in made.plans.life("pl1", position=at, as_of=as_of)] == [
            r.position for r in steps if getattr(r.fact, "plan", None) == "pl1"
        ]


@given(DEEDS, MOMENTS, st.integers(min_value=1, max_value=9))
@settings(max_examples=20)
def test_a_projects_steps_have_at_any_moment_their_first_days_among_what_was_known_and_effective(
    deeds: list[Deed], moments: list[tuple[int, date | None]], spacing: int
) -> None:
    log = kept(past_of(deeds))
    with close_states(spacing):
        made = followed(log)
    for position, as_of in moments:
        days: dict[tuple[str, str], date] = {}
        for fact in known(log, position, as_of):
            project = getattr(fact, "project", None)
            if fact.stored_name() in STEPS and project is not None:
                days.setdefault((project, STEPS[fact.stored_name()]), fact.mandate.effective_on)
        found = made.steps(log, position=min(position, log.head()), as_of=as_of).days
        assert {(project, step): day for project, steps in found.items() for step, day in steps.items()} == days


@given(DEEDS, st.integers(min_value=1, max_value=80), st.sampled_from(DAYS))
@settings(max_examples=20)
def test_what_is_recorded_later_never_changes_an_answer_about_an_earlier_position(
    deeds: list[Deed], position: int, as_of: date
) -> None:
    log = kept(past_of(deeds))
    at = min(position, log.head())
    with close_states(4):
        then, since = followed(log.up_to(at)), followed(log)
    for ask in QUESTIONS:
        assert ask(since, log, at, as_of) == ask(then, log.up_to(at), at, as_of)
    assert since.plans.life("pl1", position=at) == then.plans.life("pl1", position=at)


def test_a_late_fact_changes_the_past_as_seen_from_now_and_not_as_it_was_seen_then() -> None:
    past = begun()
    known_then = past.log.head()
    past.decide(
        CorrectUnit(mandate=past.by(DAYS[2]), unit="v1", changes={"households": 300}),
        CorrectUnit(mandate=past.by(DAYS[0]), unit="v2", changes={"households": 321}),
    )
    made, log = followed(kept(past)), past.log

    def households(position: int, as_of: date | None) -> tuple[int, int]:
        units = made.register(log, position=position, as_of=as_of).units
        return units["v1"].households, units["v2"].households

    assert households(known_then, DAYS[1]) == (100, 100)
    assert households(log.head(), DAYS[1]) == (100, 321)
    assert households(log.head(), None) == (300, 321)


def test_a_project_accepted_late_gives_its_unit_the_haves_it_had_when_its_correction_was_not_yet_known() -> None:
    """The unit's entry depends on another entry, so that both must be of one moment."""
    past = begun()
    past.decide(
        StartProject(mandate=past.by(DAYS[1]), project="p2"),
        AcceptProject(mandate=past.by(DAYS[1]), project="p2", evidence="seen"),
        CarryOver(mandate=past.by(DAYS[2]), fund="beautiful", to_fund="beautiful-2027", amount_fen=50 * YUAN),
    )
    log = kept(past)
    with close_states(1):
        made = followed(log)
    for as_of in (*DAYS, None):
        fold = RegisterFold()
        for fact in known(log, log.head(), as_of):
            fold.apply(fact)
        assert made.register(log, position=log.head(), as_of=as_of).register() == fold.register()


def test_a_plans_life_names_every_step_with_who_and_why() -> None:
    past = begun()
    made = followed(kept(past))
    life = made.plans.life("pl1", position=past.log.head())
    assert [step[3] for step in life] == [
        "drafted",
        "proposed",
        "reviewed",
        "announced",
        "objections_closed",
        "approved",
    ]
    assert (life[-1][4], life[-1][5]) == ("p-leader", "leader")
    drafted_at = int(life[0][0])
    assert made.plans.life("pl1", position=drafted_at - 1) == []
    assert made.plans.standing(position=drafted_at - 1) == []


def test_a_plan_drafted_anew_has_at_every_position_the_sum_of_its_lines_then() -> None:
    past = begun()
    first = past.log.head()
    lines = usual_lines()
    past.decide(draft(past, "pl2", plan_of(past, *lines[:2])))
    past.decide(draft(past, "pl2", plan_of(past, *lines[3:])))
    made = followed(kept(past))
    sums = [made.plans.standing(position=position)[-1] for position in (first + 1, first + 2)]
    assert sums == [("pl2", "drafted", 500 * YUAN), ("pl2", "drafted", 300 * YUAN)]


@given(DEEDS, DEEDS, st.integers(min_value=0, max_value=60), st.integers(min_value=1, max_value=7))
@settings(max_examples=15)
def test_tables_branched_off_at_a_position_follow_what_happened_there_as_if_it_were_all_there_is(
    deeds: list[Deed], others: list[Deed], until: int, spacing: int
) -> None:
    live, other = kept(past_of(deeds)), kept(past_of(others))
    until = min(until, live.head())
    overlay = Kept([*live.recorded[:until], *other.recorded[until:]])
    with close_states(spacing):
        main = followed(live)
        before = main.state()
        branch = main.branched(live, until)
        branch.follow(overlay)
        alone = followed(overlay)
        for as_of in (None, DAYS[1]):
            assert all(
                ask(branch, overlay, overlay.head(), as_of) == ask(alone, overlay, overlay.head(), as_of)
                for ask in QUESTIONS
            )
        assert branch.plans.standing(position=overlay.head()) == alone.plans.standing(position=overlay.head())
        assert main.state() == before
        branch.close()


@pytest.mark.parametrize("as_of", [None, DAYS[1]])
def test_an_answer_from_the_log_itself_is_the_answer_from_facts_at_hand(as_of: date | None) -> None:
    """What is read through shapes, a few fields of each fact, is what the whole facts say."""
    past = past_of([("commit", n % 4, 90 + n, DAYS[n % 4]) for n in range(12)] + [("disburse", 0, 60, DAYS[1])] * 4)
    log = kept(past)
    with close_states(3):
        shaped, whole = Views(None), followed(log)
        shaped.follow(past.log)
    for position in range(0, log.head() + 1, 4):
        for ask in QUESTIONS:
            assert ask(shaped, past.log, position, as_of) == ask(whole, log, position, as_of)
