"""The same need applied for twice: planted pairs are found, each once, with their score; what is no pair is left."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from domain.auditing.twice import Declared, applied_twice
from domain.register import Project
from tests.domain.decisions.samples import project, unit

UNITS = {one.code: one for one in (unit("v1"), unit("v2"), unit("v3", township="t2"))}


def declared(code: str, **changes: Any) -> Declared:
    plain: dict[str, Any] = {"name_zh": "修建文化活动室", "name_en": "", "responsible_post": ""}
    return Declared(project(code, **{**plain, **changes}), int(code[1:]), ("beautiful",))


def pairs(*projects: Declared) -> list[tuple[str, object, object]]:
    return [(one.kind, one.said["project"], one.said["other_project"]) for one in applied_twice(projects, UNITS)]


def test_two_projects_of_one_unit_with_like_names_are_one_need() -> None:
    assert pairs(declared("p1"), declared("p2", name_zh="新建文化活动室")) == [("twice.one-unit", "p1", "p2")]


def test_the_year_before_is_seen_with_both_years_and_funds() -> None:
    before = declared("p1", due_on=date(2025, 11, 30), stage="accepted")
    (found,) = applied_twice([before, declared("p2")._replace(funds=("service",))], UNITS)
    assert found.said["years"] == ("2025", "2026")
    assert found.said["funds"] == ("beautiful", "service")
    assert found.positions == (1, 2)


def test_the_same_hall_in_two_villages_is_seen_where_builder_cost_and_purpose_agree() -> None:
    near = declared("p2", unit="v2", cost_fen=495 * 100)
    assert pairs(declared("p1"), near) == [("twice.two-units", "p1", "p2")]
    assert pairs(declared("p1"), declared("p2", unit="v2", cost_fen=480 * 100)) == []
    assert pairs(declared("p1"), declared("p2", unit="v2", builder="another")) == []
    assert pairs(declared("p1"), declared("p2", unit="v3")) == []
    assert pairs(declared("p1"), declared("p2", unit="v2", purposes=("service",))) == []


def test_a_village_in_a_name_does_not_make_two_names_alike() -> None:
    a = declared("p1", name_zh="村路灯")
    assert pairs(a, declared("p2", name_zh="村水井")) == []


def test_alternatives_steps_and_withdrawn_projects_are_not_pairs() -> None:
    assert pairs(declared("p1", variant_group="g"), declared("p2", variant_group="g")) == []
    assert pairs(declared("p1"), declared("p2", requires=("p1",))) == []
    assert pairs(declared("p1"), declared("p2", stage="withdrawn")) == []


NAMES = st.sampled_from(["修建文化活动室", "新建文化活动室", "架设路灯", "硬化村道", "硬化道路", ""])
PROJECTS = st.lists(
    st.tuples(NAMES, st.sampled_from(sorted(UNITS)), st.sampled_from(["water", "road"]), st.integers(480, 510)),
    max_size=8,
).map(
    lambda rows: [
        declared(f"p{at}", name_zh=name, unit=where, category=kind, cost_fen=cost * 100)
        for at, (name, where, kind, cost) in enumerate(rows, 1)
    ]
)


@given(PROJECTS, st.randoms(use_true_random=False))
def test_the_order_of_projects_does_not_matter_and_every_pair_stands_once(found: list[Declared], dice: Any) -> None:
    shuffled = list(found)
    dice.shuffle(shuffled)
    assert applied_twice(found, UNITS) == applied_twice(shuffled, UNITS)
    listed = pairs(*found)
    assert len({frozenset((a, b)) for _, a, b in listed}) == len(listed)


@given(PROJECTS)
def test_exactly_the_pairs_the_rule_names_are_found(found: list[Declared]) -> None:
    from domain.auditing.writing import likeness

    def stripped(one: Project) -> str:
        return one.name_zh.replace(UNITS[one.unit].name_zh, "")

    wanted = set()
    for a in found:
        for b in found:
            if a.project.code >= b.project.code:
                continue
            first, second = a.project, b.project
            score = likeness(stripped(first), stripped(second))
            if first.unit == second.unit:
                if first.category == second.category and score >= 60:
                    wanted.add((first.code, second.code))
            elif UNITS[first.unit].township == UNITS[second.unit].township and score >= 80:
                low, high = sorted((first.cost_fen, second.cost_fen))
                if 100 * (high - low) <= 2 * high:
                    wanted.add((first.code, second.code))
    assert {(a, b) for _, a, b in pairs(*found)} == wanted
