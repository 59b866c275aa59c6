"""The factor formula: exact sums, duties before floors before factors, and the fairness a divisor method promises."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from domain.apportionment import METHODS
from domain.formula import FormulaFault, FormulaSplit, formula_grants
from domain.policy.model import Criterion, Formula, Policy
from domain.register import Register
from domain.scoring import ScoringFault, score
from tests.domain.counties import county, criterion, factor, formula, policy, village

YUAN = 100
WAN = 10_000 * YUAN
BACKWARD = criterion("backward", "0.5", when="backward")
HOUSE_MONOTONE = [method for method in METHODS if method != "largest-remainder"]


def grants(
    rule: Formula,
    register: Register,
    envelope_fen: int,
    *rubric: Criterion,
    quantum_fen: int = 100 * YUAN,
    duties: Mapping[str, int] | None = None,
    units: Sequence[str] | None = None,
) -> FormulaSplit:
    """Split by a policy that has nothing but this rubric."""
    law = policy(*rubric)
    return formula_grants(
        rule,
        units=list(register.units) if units is None else units,
        register=register,
        checklist=law.checklist,
        scores=score(law, register),
        envelope_fen=envelope_fen,
        quantum_fen=quantum_fen,
        duties=duties,
    )


def totals(split: FormulaSplit) -> dict[str, int]:
    return {unit: split.grant_fen(unit) for unit in split.parts}


# --- worked by hand


def test_money_goes_to_duties_then_floors_then_pro_rata_and_each_fen_says_for_what() -> None:
    # 100,000 yuan: duty 4,000; floors 3 × 10,000; 66,000 left by households × priority = 100 : 200 : 200 × 1.5
    register = county(
        village("a", households=100), village("b", households=200), village("c", households=200, backward=True)
    )
    rule = formula(factor("tilted", "weight", part="weighted"), floor_yuan=10_000)
    split = grants(rule, register, 10 * WAN, BACKWARD, duties={"b": 4_000 * YUAN})
    assert split == FormulaSplit(
        {
            "a": {"floor": 10_000 * YUAN, "need": 11_000 * YUAN},
            "b": {"duty": 4_000 * YUAN, "floor": 10_000 * YUAN, "need": 22_000 * YUAN},
            "c": {"floor": 10_000 * YUAN, "need": 22_000 * YUAN, "priority": 11_000 * YUAN},
        },
        unallocated_fen=0,
    )


def test_factors_share_the_rest_as_the_policy_says_and_are_explained_by_their_part() -> None:
    # 60,000 by households 1 : 2, and 40,000 to the one poor unit alone
    register = county(village("a", households=100), village("b", households=200, poor=True))
    rule = formula(
        factor("size", "households", share="0.6"), factor("poor", "if(poor, 1, 0)", share="0.4", part="priority")
    )
    assert grants(rule, register, 10 * WAN).parts == {
        "a": {"need": 2 * WAN},
        "b": {"need": 4 * WAN, "priority": 4 * WAN},
    }


def test_a_factor_nobody_has_leaves_its_share_to_the_others_and_is_named() -> None:
    register = county(village("a", households=100), village("b", households=300))
    rule = formula(
        factor("size", "households", share="0.5"), factor("poor", "if(poor, 1, 0)", share="0.5", part="priority")
    )
    split = grants(rule, register, 4 * WAN)
    assert totals(split) == {"a": 1 * WAN, "b": 3 * WAN}
    assert split.idle == ((None, "poor"),)


def test_where_no_factor_finds_anybody_only_floors_are_given_and_the_rest_is_not_hidden() -> None:
    register = county(village("a"), village("b"))
    split = grants(formula(factor("poor", "if(poor, 1, 0)"), floor_yuan=5_000), register, 3 * WAN)
    assert totals(split) == {"a": 5_000 * YUAN, "b": 5_000 * YUAN}
    assert split.unallocated_fen == 2 * WAN


def test_what_is_less_than_a_quantum_goes_to_the_unit_next_in_line() -> None:
    # 3 quanta of 100 yuan and 40 yuan by 2 : 1: a takes the first, b and a the next two, b would be served next
    register = county(village("a", households=200), village("b", households=100))
    assert totals(grants(formula(), register, 300 * YUAN)) == {"a": 200 * YUAN, "b": 100 * YUAN}
    assert totals(grants(formula(), register, 340 * YUAN)) == {"a": 240 * YUAN, "b": 100 * YUAN}


def test_a_cap_holds_floor_included_and_what_is_capped_goes_to_the_others() -> None:
    register = county(village("a", households=900), village("b", households=100))
    rule = formula(floor_yuan=1_000, cap_yuan=4_000)
    assert totals(grants(rule, register, 6_000 * YUAN)) == {"a": 4_000 * YUAN, "b": 2_000 * YUAN}


def test_money_beyond_all_caps_stays_in_the_fund_and_is_shown() -> None:
    register = county(village("a", households=900), village("b", households=100))
    split = grants(formula(cap_yuan="4000.55"), register, 1 * WAN)
    assert totals(split) == {"a": 400_055, "b": 400_055}, "caps are filled to the fen, whatever the quantum"
    assert split.unallocated_fen == 1 * WAN - 800_110
    assert totals(grants(formula(cap_yuan="4000.55"), register, 800_070)) == {"a": 400_055, "b": 400_015}


def test_money_that_came_with_a_duty_does_not_count_towards_the_cap() -> None:
    register = county(village("a"), village("b"))
    split = grants(formula(cap_yuan=1_000), register, 5_000 * YUAN, duties={"a": 3_000 * YUAN})
    assert totals(split) == {"a": 4_000 * YUAN, "b": 1_000 * YUAN}


def test_the_first_floor_that_holds_counts_and_where_none_does_there_is_no_floor() -> None:
    steps = [{"when": "backward", "amount_yuan": 3_000}, {"when": "kind == 'village'", "amount_yuan": 2_000}]
    register = county(village("a", backward=True), village("b"), village("c", kind="community"))
    split = grants(formula(factor("poor", "if(poor, 1, 0)"), floor_yuan=steps), register, 5_000 * YUAN)
    assert totals(split) == {"a": 3_000 * YUAN, "b": 2_000 * YUAN, "c": 0}


def test_each_group_shares_its_own_amount_and_what_no_group_gets_stays_in_the_fund() -> None:
    register = county(
        village("a", township="north", households=100), village("b", township="north"), village("c", township="south")
    )
    groups = [{"group": "north", "amount_yuan": 4_000}, {"group": "south", "amount_yuan": 5_000}]
    split = grants(formula(group_by="township", groups=groups), register, 1 * WAN)
    assert totals(split) == {"a": 1_000 * YUAN, "b": 3_000 * YUAN, "c": 5_000 * YUAN}
    assert split.unallocated_fen == 1_000 * YUAN


# --- refusals in a planner's words


@pytest.mark.parametrize(
    "code,words,further",
    [
        ("floors-above-envelope", "come to ¥4,000.00, ¥1,000.00 more than the ¥3,000.00", {"floor_yuan": 2_000}),
        ("duty-not-eligible", "Unit z carries a duty worth ¥1.00 but may receive nothing", {"duties": {"z": 100}}),
        ("groups-above-envelope", "¥1.00 more than the ¥3,000.00", {"groups": {"t1": "3001"}}),
        ("group-unknown", "Unit b belongs to the township t2, for which", {"groups": {"t1": "1"}, "second": "t2"}),
        ("group-empty", "for the township t3, to which no eligible unit", {"groups": {"t1": "1", "t3": "1"}}),
        ("weight-negative", "the expression `0 - poor_rank` of the factor `need` comes to -1, expected 0", {"rank": 1}),
    ],
)
def test_a_formula_that_cannot_be_given_as_written_says_why(code: str, words: str, further: dict[str, Any]) -> None:
    register = county(
        village("a", indicators={"poor rank": Decimal(0)}),
        village("b", indicators={"poor rank": Decimal(1)}, township=further.get("second", "t1")),
    )
    rules: dict[str, Any] = {"floor_yuan": further["floor_yuan"]} if "floor_yuan" in further else {}
    if "groups" in further:
        groups = [{"group": group, "amount_yuan": amount} for group, amount in further["groups"].items()]
        rules |= {"group_by": "township", "groups": groups}
    rule = formula(factor(weight="0 - poor_rank" if "rank" in further else "need"), **rules)
    with pytest.raises(FormulaFault) as caught:
        grants(rule, register, 3_000 * YUAN, duties=further.get("duties"))
    assert caught.value.code == f"formula-{code}"
    assert words in caught.value.sentence


def test_floors_and_duties_beyond_the_money_are_named_together() -> None:
    with pytest.raises(FormulaFault) as caught:
        grants(formula(floor_yuan=10), county(village("a")), 1_500, duties={"a": 600})
    assert caught.value.sentence == (
        "The floors of 1 units come to ¥10.00 and the duties they carry ¥6.00 (M09), ¥1.00 more than the ¥15.00 "
        "the formula may give; lower the floor, raise the amount, or leave less to projects."
    )


def test_a_figure_the_register_does_not_have_is_named_with_unit_and_factor() -> None:
    register = county(village("a"), village("b", population=None))
    with pytest.raises(ScoringFault) as caught:
        grants(formula(factor("people", "population")), register, 1 * WAN)
    assert caught.value.sentence == (
        'For unit b, the expression `population` of the factor `people` needs "population", which the register does '
        "not give; fill it in, or guard the expression."
    )


# --- laws, on random counties


@dataclass(frozen=True)
class Draw:
    """A county, a formula and money for it, in fen."""

    register: Register
    rule: Formula
    quantum_fen: int
    envelope_fen: int
    duties: dict[str, int]
    rubric: tuple[Criterion, ...] = (BACKWARD,)

    def split(self, more_fen: int = 0) -> FormulaSplit:
        return grants(
            self.rule,
            self.register,
            self.envelope_fen + more_fen,
            *self.rubric,
            quantum_fen=self.quantum_fen,
            duties=self.duties,
        )


@st.composite
def draws(draw: st.DrawFn, methods: Sequence[str] = tuple(HOUSE_MONOTONE)) -> Draw:
    """Up to seven units; two factors or one, floors, caps that may bind, amounts that are seldom whole quanta."""
    households = draw(st.lists(st.integers(1, 12), min_size=1, max_size=7))
    units = [
        village(f"u{n}", households=size, backward=draw(st.booleans()), poor=draw(st.booleans()))
        for n, size in enumerate(households)
    ]
    share = draw(st.sampled_from(["0.25", "0.5", "1"]))
    factors = [factor("tilted", "weight", share=share, part="weighted")]
    if share != "1":
        rest = {"0.25": "0.75", "0.5": "0.5"}[share]
        factors.append(factor("poor", "if(poor, households, 0)", share=rest, part="priority"))
    floor = draw(st.integers(0, 30))
    cap = draw(st.none() | st.integers(floor, floor + 200))
    rule = formula(
        *factors, floor_yuan=f"0.{floor:02d}", cap_yuan=cap and yuan_text(cap), method=draw(st.sampled_from(methods))
    )
    duties = draw(st.dictionaries(st.sampled_from([unit.code for unit in units]), st.integers(0, 40)))
    certain = floor * len(units) + sum(duties.values())
    return Draw(county(*units), rule, draw(st.integers(1, 17)), certain + draw(st.integers(0, 400)), duties)


def yuan_text(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"


@given(draws(METHODS))
def test_every_fen_of_the_envelope_is_given_or_shown_as_unallocated_and_only_full_caps_leave_any(case: Draw) -> None:
    split = case.split()
    assert sum(totals(split).values()) + split.unallocated_fen == case.envelope_fen
    assert all(fen > 0 for parts in split.parts.values() for fen in parts.values())
    weighted = [u for u in case.register.units if split.unallocated_fen and has_a_weight(case, u)]
    assert all(split.grant_fen(u) - case.duties.get(u, 0) == case.rule.cap_fen for u in weighted)


def has_a_weight(case: Draw, unit: str) -> bool:
    return len(case.rule.factors) == 1 or case.rule.factors[0].share > 0 or case.register.units[unit].poor


@given(draws(), st.integers(1, 60))
def test_more_money_never_takes_a_fen_from_anyone_nor_from_any_part_of_a_grant(case: Draw, more_fen: int) -> None:
    before, after = case.split(), case.split(more_fen)
    for unit, parts in before.parts.items():
        assert all(after.parts[unit].get(part, 0) >= fen for part, fen in parts.items())
    assert after.unallocated_fen >= before.unallocated_fen


@given(draws())
def test_units_alike_in_every_figure_get_the_same_to_within_one_quantum(case: Draw) -> None:
    alike: dict[tuple[object, ...], list[int]] = {}
    for unit, fen in totals(case.split()).items():
        record = case.register.units[unit]
        key = (record.households, record.backward, record.poor)
        alike.setdefault(key, []).append(fen - case.duties.get(unit, 0))
    assert all(max(group) - min(group) <= case.quantum_fen for group in alike.values())


@given(draws(), st.data())
def test_a_unit_whose_need_grows_never_gets_less(case: Draw, data: st.DataObject) -> None:
    unit = data.draw(st.sampled_from(sorted(case.register.units)))
    record = case.register.units[unit]
    grown = village(
        unit, households=record.households + data.draw(st.integers(1, 9)), backward=record.backward, poor=record.poor
    )
    others = [one for code, one in case.register.units.items() if code != unit]
    after = Draw(county(*others, grown), case.rule, case.quantum_fen, case.envelope_fen, case.duties)
    assert after.split().grant_fen(unit) >= case.split().grant_fen(unit)


@given(draws())
@example(Draw(county(village("a", households=2), village("b", households=1)), formula(), 10, 25, {}))
def test_the_split_is_what_handing_out_one_quantum_after_another_by_hand_gives(case: Draw) -> None:
    assert totals(case.split()) == by_hand(case)


def by_hand(case: Draw) -> dict[str, int]:
    """The rule read aloud: the highest claim W / d(k) below its cap takes a quantum, or the last fen, and so on."""
    divisors = {
        "sainte-lague": lambda k: Fraction(2 * k + 1, 2),
        "dhondt": lambda k: Fraction(k + 1),
        "adams": Fraction,
        "huntington-hill": lambda k: Fraction(k * (k + 1)),
    }
    power = 2 if case.rule.method == "huntington-hill" else 1
    units = list(case.register.units)
    law = policy(*case.rubric)
    weight = combined_weights(case, law)
    assert isinstance(case.rule.floor_fen, int)
    floor, cap, q = case.rule.floor_fen, case.rule.cap_fen, case.quantum_fen
    given = dict.fromkeys(units, 0)
    left = case.envelope_fen - floor * len(units) - sum(case.duties.values())

    def claim(unit: str) -> tuple[bool, Fraction, int]:
        d = divisors[case.rule.method](given[unit] // q)
        return (d == 0, weight[unit] if d == 0 else weight[unit] ** power / d, -units.index(unit))

    while left:
        hungry = [u for u in units if weight[u] and (cap is None or given[u] + q <= cap - floor)]
        if hungry:
            step = min(q, left)
            given[max(hungry, key=claim)] += step
            left -= step
            continue
        last = [u for u in units if weight[u] and cap is not None and given[u] < cap - floor]
        if not last:
            break
        heaviest = max(last, key=lambda u: (weight[u], -units.index(u)))
        assert cap is not None
        step = min(cap - floor - given[heaviest], left)
        given[heaviest] += step
        left -= step
    return {u: given[u] + floor + case.duties.get(u, 0) for u in units}


def combined_weights(case: Draw, law: Policy) -> dict[str, Fraction]:
    scores = score(law, case.register)
    units = case.register.units
    tilted = {u: scores.weight(u) for u in units}
    poor = {u: Fraction(units[u].households if units[u].poor else 0) for u in units}
    columns = [(Fraction(f.share), poor if f.id == "poor" else tilted) for f in case.rule.factors]
    live = [(share, column) for share, column in columns if any(column.values())]
    return {u: sum((s * column[u] / sum(column.values()) for s, column in live), Fraction(0)) for u in units}


def test_largest_remainder_is_there_by_name_and_may_take_from_someone_when_money_grows() -> None:
    # the Alabama paradox: with 1,000 more units of money the smallest loses one
    register = county(village("a", households=6), village("b", households=6), village("c", households=2))
    rule = formula(method="largest-remainder")
    ten, eleven = (totals(grants(rule, register, n, quantum_fen=1)) for n in (10, 11))
    assert (ten["c"], eleven["c"]) == (2, 1)


def test_a_large_county_is_split_to_the_fen(dice: random.Random) -> None:
    units = [
        village(f"{n:05d}", households=dice.randint(50, 2_000), backward=dice.random() < 0.35) for n in range(5_000)
    ]
    rule = formula(factor("tilted", "weight", part="weighted"), floor_yuan=25_000, cap_yuan=80_000)
    envelope = 5_000 * 48_123_45
    split = grants(rule, county(*units), envelope, BACKWARD)
    assert sum(totals(split).values()) == envelope
