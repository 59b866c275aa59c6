"""The audits of fairness: formulas keep their promises, tampered plans do not, witnesses are true."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.plan import Plan, PlanLine
from domain.policy.loading import LoadedPolicy
from domain.register import Register, Unit
from domain.scoring import score
from optimizer.fairness.formula_audit import audit_formulas
from optimizer.fairness.misreport import misreports
from optimizer.fairness.pareto import audit_pareto
from optimizer.fairness.whole_audit import overtaken
from optimizer.planning import default_engine
from tests.optimizer import medium
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
    register,
    unit,
)

METHODS = ("sainte-lague", "dhondt", "adams", "huntington-hill")


def with_grants(plan: Plan, fund_code: str, grants_k: dict[str, int]) -> Plan:
    """The plan with other formula lines in one fund."""
    lines = [line for line in plan.lines if line.fund != fund_code or line.project is not None]
    lines += [
        PlanLine(line=f"{fund_code}.{u}", fund=fund_code, unit=u, project=None, amount_fen=k * K, parts={}, rules=())
        for u, k in grants_k.items()
    ]
    return msgspec.structs.replace(plan, lines=tuple(lines))


def two_alike_and_a_heavier() -> tuple[Register, LoadedPolicy, Plan]:
    county = register([unit("A"), unit("B"), unit("C", backward=True)], [], [fund("F", 70)])
    loaded = policy({"F": by_formula()})
    return county, loaded, best_plan(county, loaded)


@settings(max_examples=40)
@given(
    st.lists(st.tuples(st.integers(1, 6), st.booleans()), min_size=1, max_size=7),
    st.integers(0, 60),
    st.integers(0, 3),
    st.none() | st.integers(3, 30),
    st.sampled_from(METHODS),
)
def test_a_formula_by_a_divisor_method_keeps_every_promise(
    units: list[tuple[int, bool]], fund_k: int, floor_k: int, cap_k: int | None, method: str
) -> None:
    fund_k = max(fund_k, floor_k * len(units))
    cap = {} if cap_k is None else {"cap_yuan": cap_k * 1000}
    county = register(
        [unit(f"U{i}", households=100 * size, backward=weak) for i, (size, weak) in enumerate(units)],
        [],
        [fund("F", fund_k)],
    )
    loaded = policy({"F": by_formula(floor_yuan=floor_k * 1000, method=method, **cap)})
    (audit,) = audit_formulas(county, loaded.policy, best_plan(county, loaded))
    assert (audit.decided_by, audit.breaches) == ("formula", ())


def test_unequal_grants_to_equal_units_and_less_for_more_weight_are_found_with_their_witness() -> None:
    county, loaded, plan = two_alike_and_a_heavier()
    tampered = with_grants(plan, "F", {"A": 28, "B": 22, "C": 20})
    (audit,) = audit_formulas(county, loaded.policy, tampered)
    found = {(b.promise, b.unit, b.other, b.by_fen) for b in audit.breaches}
    assert found == {("equal-units", "B", "A", 6 * K), ("more-weight", "C", "A", 8 * K)}
    assert audit.decided_by == "overruled"  # not the formula's own split, so it is not the formula's fault
    assert audit.keeps_its_promises


def test_largest_remainder_is_caught_when_a_larger_fund_takes_from_someone() -> None:
    """The Alabama paradox: weights 6 : 6 : 2 of 10 give 4, 4, 2; of 11 they give 5, 5, 1."""
    county = register(
        [unit("A", households=600), unit("B", households=600), unit("C", households=200)], [], [fund("F", 10)]
    )
    loaded = policy({"F": by_formula(rest="unallocated", method="largest-remainder")})
    (audit,) = audit_formulas(county, loaded.policy, best_plan(county, loaded))
    assert ("larger-fund", "C", "one quantum", K) in {(b.promise, b.unit, b.other, b.by_fen) for b in audit.breaches}
    assert not audit.keeps_its_promises


@pytest.mark.parametrize("plan", ["medium"])
def test_who_is_overtaken_is_what_comparing_every_pair_finds(plan: str) -> None:
    county, loaded = medium.county(), medium.loaded()
    content, scores = medium.plan(), score(loaded.policy, county)
    money = dict.fromkeys(county.units, 0)
    for line in content.lines:
        money[line.unit] += line.amount_fen
    ahead: dict[str, int] = {}
    for u, v in product(money, money):
        if scores.need[v] <= scores.need[u] and scores.priority[v] <= scores.priority[u] and money[v] > money[u]:
            ahead[u] = max(ahead.get(u, 0), money[v] - money[u])
    found = overtaken(county, loaded.policy, content)
    assert ahead, "the county must have somebody to find"
    assert {o.unit: o.by_fen for o in found} == ahead
    for one in found:
        assert money[one.by] - money[one.unit] == one.by_fen
        assert scores.need[one.by] <= scores.need[one.unit]
        assert scores.priority[one.by] <= scores.priority[one.unit]


def test_a_lie_pays_what_the_formula_gives_to_the_county_that_believes_it() -> None:
    county, loaded, plan = two_alike_and_a_heavier()
    gains = {(m.unit, m.figure): m for m in misreports(county, loaded.policy, plan)}
    for (code, figure), lie in gains.items():
        told: Unit = county.units[code]
        if figure == "backward":
            told = msgspec.structs.replace(told, backward=lie.told == "true")
        else:
            told = msgspec.structs.replace(told, households=int(lie.told))
        believed = msgspec.structs.replace(county, units={**county.units, code: told})
        got = {line.unit: line.amount_fen for line in best_plan(believed, loaded).lines}
        had = {line.unit: line.amount_fen for line in plan.lines}
        assert got[code] - had[code] == lie.gain_fen > 0
    assert set(gains) == {("A", "backward"), ("B", "backward"), *((u, "households") for u in "ABC")}


def test_what_no_rubric_asks_about_cannot_be_lied_about() -> None:
    county, loaded, plan = two_alike_and_a_heavier()
    rich = msgspec.structs.replace(
        county, units={c: msgspec.structs.replace(u, stars=3, poor=True) for c, u in county.units.items()}
    )
    assert {m.figure for m in misreports(rich, loaded.policy, plan)} == {"backward", "households"}


def test_a_plan_that_leaves_no_money_anybody_could_use_is_efficient() -> None:
    county, loaded, plan = two_alike_and_a_heavier()
    audit = audit_pareto(case_of(county, loaded), plan, default_engine(case_of(county, loaded)))
    assert audit.decided
    assert audit.efficient


def test_a_dearer_project_of_the_same_unit_is_a_witness_and_the_objective_that_forbids_it_is_named() -> None:
    """A builds for 10 the project worth 9 points; its other variant costs the 12 there are and is worth 5."""
    county = register(
        [unit("A"), unit("B")],
        [
            project("SMALL", "A", 10, benefit=9, variant_group="V"),
            project("LARGE", "A", 12, benefit=5, variant_group="V"),
        ],
        [fund("F", 12)],
    )
    loaded = policy({"F": projects_only()}, objectives=[{"id": "benefit", "clause": "M36"}])
    plan = best_plan(county, loaded)
    assert built(plan) == {"SMALL"}
    audit = audit_pareto(case_of(county, loaded), plan, default_engine(case_of(county, loaded)))
    assert (audit.decided, audit.efficient) == (True, False)
    assert audit.gains_fen == (("A", 2 * K),)
    assert audit.worsens == "benefit"


def test_the_weights_of_the_alabama_example_are_what_the_docstring_says() -> None:
    """6/14 of 10 is 4.29, 4.29, 1.43: the last seat goes to C; of 11 it is 4.71, 4.71, 1.57: C loses it."""
    quotas = [Fraction(10 * w, 14) for w in (6, 6, 2)]
    assert max(range(3), key=lambda i: quotas[i] % 1) == 2
    quotas = [Fraction(11 * w, 14) for w in (6, 6, 2)]
    assert min(range(3), key=lambda i: quotas[i] % 1) == 2
