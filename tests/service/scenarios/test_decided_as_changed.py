"""Changes are decided on a branch, by the county's own decisions, and leave it exactly where the scenario wants it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.decisions.duties import DutyWithoutItsMoney
from domain.policy.faults import PolicyFaults
from domain.policy.yaml_writing import yaml_text
from scenarios.changes import changed
from scenarios.language import BasedOn, LoadedScenario, load_scenario
from scenarios.situation import Situation
from service.county import County
from service.policies import policy_at
from service.registers import moment, register_at
from service.scenarios.deciding import ScenarioOutOfReach
from service.scenarios.running import Base, Step, changed_branch, open_base
from tests.scenarios.before import HEAD

UNITS = [f"v{number}" for number in range(1, 7)]
KINDS = ("townships", "units", "projects", "funds", "duties")
ADDED_UNIT = {"code": "v7", "name_zh": "七村", "name_en": "Village Seven", "kind": "village", "township": "t2"}
ADDED_DUTY = {"code": "grid", "name": "网格", "fund": "service"}


@pytest.fixture(scope="module")
def base(county: County) -> Iterator[Base]:
    with open_base(BasedOn(), Path("wenn.scenario.yaml"), county) as found:
        yield found


def scenario(changes: list[dict[str, Any]]) -> LoadedScenario:
    """A scenario file with these changes, through its text."""
    whole: list[Any] = [{**change, "why": "as asked"} for change in changes]
    return load_scenario(HEAD + yaml_text({"change": whole}))


def steps(file: LoadedScenario) -> list[Step]:
    return [(file, ("change", number), change) for number, change in enumerate(file.scenario.change)]


def _set(path: str, values: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return values.map(lambda value: {"set": path, "to": value})


def _of_unit(code: str) -> st.SearchStrategy[dict[str, Any]]:
    unit = f"units.{code}."
    return st.one_of(
        _set(unit + "stars", st.integers(1, 5)),
        _set(unit + "households", st.integers(1, 400)),
        _set(unit + "backward", st.booleans()),
        _set(unit + "poor", st.booleans()),
        _set(unit + "office_rented_out", st.booleans()),
        _set(unit + "income_yuan", st.decimals(0, 50_000, places=2)),
        _set(unit + "name_en", st.text("abc ", min_size=1, max_size=5).filter(str.strip).map(str.strip)),
        _set(unit + "indicators.distance_km", st.decimals(0, 90, places=1)),
        _set(f"projects.p{code[1]}.cost_yuan", st.integers(100, 40_000)),
        _set(f"projects.p{code[1]}.benefit", st.integers(0, 90)),
        st.just({"remove": f"projects.p{code[1]}"}),
        st.just({"add": "units", "entry": {**ADDED_UNIT, "households": 77}}),
        st.just({"add": "duties", "entry": {**ADDED_DUTY, "unit": code, "amount_yuan": 900}}),
    )


CHANGES = st.one_of(
    st.sampled_from(UNITS).flatmap(_of_unit),
    _set("funds.beautiful.amount_yuan", st.integers(50_000, 200_000)),
    _set("funds.service.amount_yuan", st.integers(60_000, 90_000)),
    _set("policy.rules.backward-share.at_least", st.decimals(0, 1, places=2)),
    _set("policy.funds.service.formula.floor_yuan", st.integers(0, 7_000)),
    st.just({"scale": "units.*.households", "by": 2, "where": "stars >= 3"}),
    st.just({"scale": "projects.*.cost_yuan", "by": Decimal("0.5"), "where": "backward"}),
    st.just({"remove": "policy.rules.nobody-above-cap"}),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(st.lists(CHANGES, min_size=1, max_size=5))
def test_a_branch_stands_where_the_changes_want_it_and_everything_else_where_it_was(
    base: Base, changes: list[dict[str, Any]]
) -> None:
    file = scenario(changes)
    numbered = [(place, change) for _, place, change in steps(file)]
    wanted = _wanted(base, numbered, file)
    if isinstance(wanted, PolicyFaults):
        with pytest.raises(PolicyFaults) as refused, changed_branch(base, "wenn", steps(file)):
            pass
        assert refused.value.faults == wanted.faults
        return
    with changed_branch(base, "wenn", steps(file)) as branch:
        stands = register_at(branch, moment(branch))
        policy = policy_at(branch, moment(branch), branch.today())
    for kind in KINDS:
        assert _shelf(stands, kind) == _shelf(wanted.register, kind)
    assert stands.adjacency == wanted.register.adjacency
    version = base.situation.loaded.policy.version
    assert policy.policy.rules == wanted.loaded.policy.rules
    assert policy.policy.funds == wanted.loaded.policy.funds
    moved_on = wanted.loaded.policy_hash != base.situation.loaded.policy_hash
    assert policy.policy.version == (version + 1 if moved_on else version)


def _wanted(base: Base, numbered: Any, file: LoadedScenario) -> Situation | PolicyFaults:
    try:
        return changed(base.situation, numbered, file.tree)
    except PolicyFaults as faults:
        return faults


def _shelf(register: Any, kind: str) -> dict[str, Any]:
    """The entries of a kind; of units without the words why they are backward, of projects those not withdrawn."""
    entries = getattr(register, kind)
    return {
        code: {
            name: getattr(entry, name) for name in entry.__struct_fields__ if name not in ("backward_reason", "rank")
        }
        for code, entry in entries.items()
        if getattr(entry, "stage", "") != "withdrawn"
    }


def test_what_no_decision_can_make_is_refused(base: Base) -> None:
    file = scenario([{"set": "townships.t1.kind", "to": "subdistrict"}, {"remove": "policy.rules.sites"}])
    with changed_branch(base, "wenn", steps(file)) as branch:
        assert register_at(branch, moment(branch)).townships["t1"].kind == "subdistrict"
    duty = scenario([{"add": "duties", "entry": {**ADDED_DUTY, "unit": "v1", "amount_yuan": 900}}])
    poorer = scenario([{"set": "duties.grid.amount_yuan", "to": 100}])
    with (
        pytest.raises(DutyWithoutItsMoney),
        changed_branch(base, "wenn", [*steps(duty), *steps(poorer)]),
    ):
        pass
    taken = scenario([{"remove": "duties.grid"}])
    with (
        pytest.raises(ScenarioOutOfReach) as refused,
        changed_branch(base, "wenn", [*steps(duty), *steps(taken)]),
    ):
        pass
    assert "duties.grid is taken away" in refused.value.sentence


def test_named_decisions_are_taken_in_their_place_among_the_changes(base: Base) -> None:
    file = scenario(
        [
            {"set": "units.v2.stars", "to": 2},
            {"decide": "list-backward", "with": {"unit": "v2", "reason": "two stars"}},
            {"set": "units.*.poor", "to": True, "where": "backward"},
        ]
    )
    with changed_branch(base, "wenn", steps(file)) as branch:
        stands = register_at(branch, moment(branch))
    assert stands.units["v2"].poor
    assert stands.units["v2"].backward_reason == "two stars"
    assert base.situation.register.units["v2"].poor is False


@pytest.mark.parametrize(
    "change, words",
    [
        ({"decide": "list-backwards"}, "perhaps `list-backward` is meant"),
        ({"decide": "list-backward"}, "`with` to say unit, reason"),
        ({"decide": "list-backward", "with": {"unit": "v2", "reson": "x"}}, "perhaps `reason` is meant"),
        ({"decide": "list-backward", "with": {"unit": 3, "reason": "x"}}, "a text"),
    ],
)
def test_a_decision_that_cannot_be_read_is_refused_at_its_line(base: Base, change: Any, words: str) -> None:
    file = scenario([{"set": "units.v1.stars", "to": 3}, change])
    with pytest.raises(PolicyFaults) as refused, changed_branch(base, "wenn", steps(file)):
        pass
    (fault,) = refused.value.faults
    assert fault.path.startswith("change[2]")
    assert words in fault.sentence
