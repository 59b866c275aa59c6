"""Scoring by the rubric: figures by name, need and priority worked by hand, a fault for all that is not known."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.figures import figure_name, known_names
from domain.register import Fund
from domain.scoring import EXACT_BITS_MAX, ScoringFault, may_receive, score, unit_values, whole_weights
from tests.domain.counties import county, criterion, policy, village

CHECKLIST = ("people", "money", "place", "rules", "services", "records")


def fund(eligibility: str | None) -> Fund:
    return Fund(
        code="roads",
        name_zh="路",
        name_en="Roads",
        department="交通局",
        document_no="1",
        budget_year=2026,
        purposes=("construction",),
        amount_fen=0,
        eligibility=eligibility,
    )


def test_every_figure_of_a_unit_is_there_exactly_by_its_name() -> None:
    unit = village("v1", income_fen=1_234_567, last_result=Decimal("71.5"), indicators={"IMD score": Decimal("44.929")})
    register = county(unit)
    values = unit_values(unit, register.townships["t1"], CHECKLIST)
    assert dict(values) == {
        "code": "v1",
        "kind": "village",
        "township": "t1",
        "township_kind": "town",
        "households": 300,
        "population": 900,
        "income": Fraction("12345.67"),
        "poor": False,
        "backward": False,
        "stars": 3,
        "haves": 3,
        "missing": 3,
        "has_people": True,
        "has_money": True,
        "has_place": True,
        "has_rules": False,
        "has_services": False,
        "has_records": False,
        "office_rented_out": False,
        "collective_income": 0,
        "longitude": Fraction("114.2"),
        "latitude": Fraction("28.4"),
        "last_result": Decimal("71.5"),
        "IMD_score": Decimal("44.929"),
    }
    assert len(values) == 24
    assert set(values) | {"need", "priority", "weight"} == known_names(register, CHECKLIST)


def test_a_figure_the_register_does_not_have_is_absent_not_zero() -> None:
    unit = village(
        "v1", population=None, income_fen=None, stars=None, collective_income_fen=None, lon_e6=None, lat_e6=None
    )
    values = unit_values(unit, county(unit).townships["t1"], ())
    absent = {"population", "income", "stars", "collective_income", "longitude", "latitude", "last_result"}
    assert absent.isdisjoint(values)
    assert values.get("stars") is None
    with pytest.raises(KeyError):
        values["stars"]


@pytest.mark.parametrize(
    "header,name",
    [
        ("distance_km", "distance_km"),
        ("IMD score (2025)", "IMD_score_2025"),
        ("留守老人（人）", "留守老人_人"),
        ("65+ share", "_65_share"),
        ("—", "_"),
    ],
)
def test_a_column_is_reached_by_its_header_with_everything_but_letters_and_digits_made_an_underscore(
    header: str, name: str
) -> None:
    assert figure_name(header) == name


def test_two_columns_that_read_alike_are_refused_and_so_is_one_that_reads_like_a_known_figure() -> None:
    alike = village("v1", indicators={"a b": Decimal(1), "a-b": Decimal(2)})
    with pytest.raises(
        ScoringFault, match='column "a-b" reads as `a_b` in expressions, which is taken by the column "a b"'
    ):
        dict(unit_values(alike, county(alike).townships["t1"], ()))
    shadowing = village("v1", indicators={"has money": Decimal(1)})
    with pytest.raises(ScoringFault, match="`has_money` in expressions, which is taken by the checklist"):
        dict(unit_values(shadowing, county(shadowing).townships["t1"], CHECKLIST))


def test_need_and_priority_are_what_the_rubric_says_worked_by_hand() -> None:
    rubric = [
        criterion("backward", "0.50", when="backward"),
        criterion("poor", "0.30", when="poor"),
        criterion("haves", "0.05", per="missing"),
        criterion("good", "-0.10", when="stars >= 4"),
    ]
    register = county(village("a", backward=True, poor=True), village("b", stars=5, haves=CHECKLIST, households=120))
    scores = score(policy(*rubric), register)
    assert scores.need == {"a": 300, "b": 120}
    assert scores.criteria["a"] == (
        ("backward", Fraction(1, 2)),
        ("poor", Fraction(3, 10)),
        ("haves", Fraction(3, 20)),
    )
    assert scores.priority == {"a": Fraction("1.95"), "b": Fraction("0.9")}
    assert scores.weight("a") == 585
    assert scores.weight("b") == 108


def test_an_empty_rubric_gives_every_unit_the_priority_one() -> None:
    scores = score(policy(), county(village("a"), village("b")))
    assert scores.priority == {"a": 1, "b": 1}
    assert scores.criteria == {"a": (), "b": ()}


def test_a_criterion_over_a_missing_figure_names_unit_figure_and_criterion() -> None:
    with pytest.raises(ScoringFault) as caught:
        score(policy(criterion("low-stars", "0.1", when="stars <= 2")), county(village("a"), village("b", stars=None)))
    assert caught.value.code == "score-figure-missing"
    assert caught.value.unit == "b"
    assert caught.value.sentence == (
        'For unit b, the expression `stars <= 2` of criterion `low-stars` needs "stars", which the register does not '
        "give; fill it in, or guard the expression."
    )


def test_a_misspelt_figure_is_answered_with_the_one_that_was_probably_meant() -> None:
    with pytest.raises(ScoringFault, match=r'needs "distance", .* perhaps "distance_km" is meant'):
        score(
            policy(criterion("far", "0.1", when="poor and distance > 20")),
            county(village("a", poor=True, indicators={"distance_km": Decimal(30)})),
        )


def test_a_part_of_an_expression_that_a_condition_rules_out_needs_no_figure() -> None:
    rubric = criterion("low-stars", "0.1", when="kind == 'village' and stars <= 2")
    assert score(policy(rubric), county(village("c", kind="community", stars=None))).priority == {"c": 1}


@pytest.mark.parametrize(
    "need,rubric,code,words",
    [
        ("households - 300", (), "score-need", "comes to 0, expected more than 0"),
        ("backward", (), "score-not-a-number", "comes to false, expected a number"),
        ("1 / 3", (("x", "0.1", "stars"),), "score-not-a-condition", "comes to 3, expected a condition"),
        ("households / (stars - 3)", (), "score-not-answerable", "found a division by zero"),
        ("1", (("x", "-1.25", "true"),), "score-priority", "has a priority of -0.25 (1, x -1.25), expected"),
    ],
)
def test_what_cannot_be_scored_is_refused_with_the_reason(
    need: str, rubric: tuple[tuple[str, str, str], ...], code: str, words: str
) -> None:
    lines = [criterion(name, add, when=when) for name, add, when in rubric]
    with pytest.raises(ScoringFault) as caught:
        score(policy(*lines, need=need), county(village("a")))
    assert caught.value.code == code
    assert words in caught.value.sentence


def test_a_fund_pays_the_units_its_condition_holds_for_and_all_when_it_has_none() -> None:
    poor, rich = village("a", poor=True), village("b")
    towns = county(poor, rich).townships
    for unit, expected in ((poor, True), (rich, False)):
        values = unit_values(unit, towns["t1"], CHECKLIST)
        assert may_receive(fund("poor and kind == 'village'"), values) is expected
        assert may_receive(fund(None), values)


def test_a_condition_of_a_fund_that_cannot_be_read_names_the_fund() -> None:
    unit = village("a")
    with pytest.raises(ScoringFault, match="In the eligibility of fund `roads`: Column 6"):
        may_receive(fund("poor &"), unit_values(unit, county(unit).townships["t1"], ()))


# --- whole weights


@given(st.lists(st.fractions(min_value=0, max_value=10**6, max_denominator=10**4), min_size=1))
def test_whole_weights_keep_the_proportions_exactly_and_have_no_common_divisor(weights: list[Fraction]) -> None:
    whole = whole_weights(weights)
    assert all(a * whole[0] == b * weights[0] for a, b in zip(weights, whole, strict=True)) or weights[0] == 0
    assert [w == 0 for w in whole] == [w == 0 for w in weights]
    assert whole_weights([Fraction(w) for w in whole]) == whole


def test_weights_with_hundreds_of_unrelated_divisors_are_rounded_but_keep_their_order_and_are_never_lost() -> None:
    primes = [p for p in range(2, 6_000) if all(p % q for q in range(2, int(p**0.5) + 1))]
    weights = [Fraction(1, p) for p in primes] + [Fraction(1, 10**99), Fraction(0), Fraction(1, 2)]
    whole = whole_weights(weights)
    assert max(whole).bit_length() < EXACT_BITS_MAX // 8
    order = sorted(range(len(weights)), key=lambda i: (weights[i], i))
    assert all(whole[a] <= whole[b] for a, b in pairwise(order))
    assert [w == 0 for w in whole] == [w == 0 for w in weights]
    assert whole[0] == whole[-1]


def test_no_weights_are_no_weights() -> None:
    assert whole_weights([]) == []
    assert whole_weights([Fraction(0), Fraction(0)]) == [0, 0]
