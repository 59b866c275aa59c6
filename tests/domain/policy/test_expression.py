"""Expressions answer exactly, or refuse with the column; nothing of Python can be reached through them."""

from __future__ import annotations

import pickle
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, ValidationError

from domain.policy.expression import MAX_DEPTH, NAMES_CONTEXT, Expression, ExpressionFault, Result, Value

RECORD: dict[str, Value] = {
    "households": 320,
    "income": Decimal("8250.50"),
    "share": Fraction(1, 3),
    "poor": True,
    "kind": "village",
    "stars": 2,
    "人均收入": 8_000,
    "得分_2025": Decimal("0.1"),
}


def answer(text: str) -> Result:
    return Expression.parse(text, RECORD).evaluate(RECORD)


def fault(text: str, names: bool = True) -> ExpressionFault:
    with pytest.raises(ExpressionFault) as refused:
        Expression.parse(text, RECORD if names else None).evaluate(RECORD)
    return refused.value


@pytest.mark.parametrize(
    "text, value",
    [
        ("0.1 + 0.2", Fraction(3, 10)),
        ("1 / 3 * 3", Fraction(1)),
        ("2 - 3 - 4", Fraction(-5)),
        ("12 / 3 / 2 * 5", Fraction(10)),
        ("2 + 3 * 4", Fraction(14)),
        ("(2 + 3) * 4", Fraction(20)),
        ("--2 - -3", Fraction(5)),
        ("households * share", Fraction(320, 3)),
        ("income / 2", Fraction(825_050, 200)),
        ("人均收入 * 得分_2025", Fraction(800)),
        ("1 < 2 <= 2 != 3", True),
        ("1 < 3 > 2 == 2 >= 5", False),
        ("poor and stars <= 2 and kind == 'village'", True),
        ('not poor or kind != "village"', False),
        ("not not poor == true", True),
        ("true or poor and false", True),
        ("kind in ['community', 'village']", True),
        ("stars not in [1, 2]", False),
        ("min(3, 1, 2) + max(households, 400) + abs(-2)", Fraction(403)),
        ("if(poor, 1.2, 1) * households", Fraction(384)),
        ("if(kind == 'village', kind, 'x')", "village"),
        ("step(households, [[-5, 1], [100, 2], [320, 3.5], [321, 9]])", Fraction(7, 2)),
        ("step(stars, [[1, 'low'], [2, kind]])", "village"),
        (" \n\t1\n", Fraction(1)),
        ("kind == 'it isn\"t'", False),
    ],
)
def test_an_expression_gives_the_exact_answer(text: str, value: Result) -> None:
    found = answer(text)
    assert found == value
    assert type(found) is type(value)


def test_what_a_condition_rules_out_is_not_worked_out() -> None:
    assert answer("if(stars == 0, 1 / (stars - 2), 7)") == 7
    assert answer("stars != 2 and 1 / (stars - 2) > 0") is False
    assert answer("stars == 2 or 1 / (stars - 2) > 0") is True
    assert answer("step(stars, [[0, 1 / 0], [2, 5]])") == 5


def test_an_expression_knows_the_names_it_uses_and_keeps_its_text() -> None:
    expression = Expression.parse("if(poor, households, 人均收入) + min(stars, stars)")
    assert expression.names == {"poor", "households", "人均收入", "stars"}
    assert str(expression) == "if(poor, households, 人均收入) + min(stars, stars)"
    assert expression == Expression.parse(str(expression), RECORD)
    assert pickle.loads(pickle.dumps(expression)).evaluate(RECORD) == 322


@pytest.mark.parametrize(
    "text, code, column",
    [
        ("", "expression-syntax", 1),
        ("1 +", "expression-syntax", 4),
        ("(1", "expression-syntax", 3),
        ("1 2", "expression-syntax", 3),
        ("1e5", "expression-syntax", 1),
        ("1 + 0x1F", "expression-syntax", 5),
        ("1_000", "expression-syntax", 1),
        ("12万", "expression-syntax", 1),
        (".5", "expression-syntax", 1),
        ("1.", "expression-syntax", 1),
        ("1.2.3", "expression-syntax", 1),
        ("1" * 31, "expression-syntax", 1),
        ("2 ** 3", "expression-syntax", 3),
        ("7 // 2", "expression-syntax", 3),
        ("30%", "expression-syntax", 3),
        ("stars = 2", "expression-syntax", 7),
        ("stars == 2 && poor", "expression-syntax", 12),
        ("（1）", "expression-syntax", 1),
        ("'abc", "expression-syntax", 1),
        ("kind in 'village'", "expression-syntax", 9),
        ("kind in []", "expression-syntax", 10),
        ("stars not 2", "expression-syntax", 11),
        ("[1, 2]", "expression-syntax", 1),
        ("if(poor, 1)", "expression-syntax", 1),
        ("abs(1, 2)", "expression-syntax", 1),
        ("min()", "expression-syntax", 1),
        ("step(1, [])", "expression-syntax", 10),
        ("step(1, [[2, 1], [2, 3]])", "expression-syntax", 18),
        ("step(1, [[stars, 1]])", "expression-syntax", 11),
        ("and", "expression-syntax", 1),
        ("if", "expression-syntax", 1),
        ("kind\u202e", "expression-syntax", 5),
        ("1" + " " * 500, "expression-too-long", 1),
        ("x" * 1_000_000, "expression-too-long", 1),
        ("1 + housholds", "expression-unknown-name", 5),
        ("mni(1, 2)", "expression-unknown-function", 1),
        ("1 / (stars - 2)", "expression-division-by-zero", 3),
        ("poor + 1", "expression-type", 1),
        ("1 + kind", "expression-type", 5),
        ("-kind", "expression-type", 2),
        ("not stars", "expression-type", 5),
        ("if(stars, 1, 2)", "expression-type", 4),
        ("kind == 1", "expression-type", 6),
        ("kind < 'x'", "expression-type", 6),
        ("poor > false", "expression-type", 6),
        ("stars in [1, 'two']", "expression-type", 14),
        ("max(1, poor)", "expression-type", 8),
        ("step(kind, [[1, 2]])", "expression-type", 6),
        ("step(stars, [[2.5, 1]])", "expression-below-first-step", 6),
    ],
)
def test_what_cannot_be_read_or_worked_out_is_refused_at_its_column(text: str, code: str, column: int) -> None:
    refused = fault(text)
    assert (refused.code, refused.column) == (code, column)
    assert refused.sentence.isprintable()
    assert len(refused.sentence) < 300


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('true')",
        "households.__class__",
        "().__class__.__bases__",
        "lambda: 1",
        "[x for x in [1]]",
        "{1: 2}",
        "f'{households}'",
        "exec('1')",
        "9 ** 9 ** 9",
        "households if poor else 1",
        "households := 1",
        "__builtins__",
        "print",
        "import os",
        "1; 2",
        "kind[0]",
        "*households",
        "~1",
        "1 @ 2",
        "1 << 99",
        "None",
        "...",
    ],
)
def test_nothing_of_python_is_reachable(text: str) -> None:
    assert fault(text).code in {"expression-syntax", "expression-unknown-name", "expression-unknown-function"}


def test_names_with_two_leading_underscores_are_refused_even_where_any_name_is_allowed() -> None:
    assert fault("__import__", names=False).code == "expression-unknown-name"


def test_a_refusal_is_one_sentence_with_the_place_and_the_cure() -> None:
    assert str(fault("if(poor, 1, 0) * housholds")) == (
        'Column 18 of the expression `if(poor, 1, 0) * housholds`: found the unknown name "housholds"; '
        'perhaps "households" is meant.'
    )
    assert str(fault("poor * 2")) == (
        "Column 1 of the expression `poor * 2`: found the condition true, expected a number; "
        "turn a condition into a number with if(condition, 1, 0)."
    )
    assert str(fault("（1")) == (
        'Column 1 of the expression `（1`: found "（", which means nothing here; write ( (half-width).'
    )
    assert str(fault("step(stars, [[2.5, 1]])")) == (
        "Column 6 of the expression `step(stars, [[2.5, 1]])`: found 2 below the first row of `step`, "
        "which starts at 2.5; add a row."
    )


def test_a_refusal_keeps_its_parts_when_it_crosses_a_process_border() -> None:
    refused = fault("1 / 0")
    assert pickle.loads(pickle.dumps(refused)).sentence == refused.sentence


@pytest.mark.parametrize("opening, closing", [("(", ")"), ("-", ""), ("not ", ""), ("abs(", ")"), ("max(1,", ")")])
def test_nesting_is_allowed_to_its_limit_and_refused_beyond(opening: str, closing: str) -> None:
    inner = "true" if opening == "not " else "1"
    Expression.parse(opening * MAX_DEPTH + inner + closing * MAX_DEPTH)
    deeper = MAX_DEPTH + 1
    assert "levels of nesting" in fault(opening * deeper + inner + closing * deeper).sentence


def test_a_long_flat_expression_is_no_nesting() -> None:
    assert answer("+".join(["1"] * 250)) == 250
    assert answer(" or ".join(["false"] * 50)) is False


@pytest.mark.parametrize("value", [1.5, None, [1], Decimal("NaN"), Decimal("1E+999999999"), 10**400])
def test_a_record_that_holds_no_exact_value_is_refused(value: Value) -> None:
    expression = Expression.parse("score + 1")
    with pytest.raises(ExpressionFault, match="score"):
        expression.evaluate({"score": value})
    with pytest.raises(ExpressionFault, match="no value"):
        expression.evaluate({})


def test_what_is_no_text_is_refused() -> None:
    with pytest.raises(ExpressionFault, match="expected a text"):
        Expression.parse(5)  # type: ignore[arg-type]  # what a careless reader of YAML would hand over


class Criterion(BaseModel):
    """A piece of a policy with expressions in it."""

    model_config = ConfigDict(frozen=True)
    when: Expression
    per: Expression | None = None


def test_a_model_reads_expressions_from_text_and_writes_them_as_text() -> None:
    criterion = Criterion.model_validate({"when": "poor", "per": 1}, context={NAMES_CONTEXT: RECORD})
    assert criterion.when.evaluate(RECORD) is True
    assert criterion.model_dump() == {"when": "poor", "per": "1"}
    assert Criterion.model_validate(criterion.model_dump()) == criterion
    assert Criterion(when=criterion.when).when is criterion.when
    assert Criterion.model_validate({"when": True}).when.evaluate({}) is True
    assert Criterion.model_json_schema()["properties"]["when"]["type"] == "string"


def test_a_model_refuses_an_expression_with_the_sentence_of_its_fault() -> None:
    with pytest.raises(ValidationError, match='perhaps "poor" is meant'):
        Criterion.model_validate({"when": "por"}, context={NAMES_CONTEXT: RECORD})
    with pytest.raises(ValidationError, match="expected a text"):
        Criterion.model_validate({"when": ["poor"]})


class Sum(NamedTuple):
    """An expression as text, and its value worked out beside it; None where it divides by zero."""

    text: str
    value: Fraction | None


def _joined(sign: str, left: Sum, right: Sum) -> Sum:
    text = f"({left.text} {sign} {right.text})"
    if left.value is None or right.value is None or (sign == "/" and right.value == 0):
        return Sum(text, None)
    a, b = left.value, right.value
    return Sum(text, {"+": lambda: a + b, "-": lambda: a - b, "*": lambda: a * b, "/": lambda: a / b}[sign]())


decimals = st.decimals(0, 10**6, places=3, allow_nan=False).map(lambda d: Sum(f"{d:f}", Fraction(d)))
named = st.sampled_from(["households", "income", "share", "stars", "人均收入"]).map(
    lambda name: Sum(name, Fraction(RECORD[name]))
)
sums = st.recursive(
    st.one_of(decimals, named),
    lambda inner: st.one_of(
        st.builds(_joined, st.sampled_from("+-*/"), inner, inner),
        inner.map(lambda s: Sum(f"-{s.text}", None if s.value is None else -s.value)),
        inner.map(lambda s: Sum(f"abs({s.text})", None if s.value is None else abs(s.value))),
    ),
    max_leaves=8,
)


@given(sums)
def test_arithmetic_is_that_of_exact_fractions(expected: Sum) -> None:
    if expected.value is None:
        assert fault(expected.text).code == "expression-division-by-zero"
    else:
        assert answer(expected.text) == expected.value


@given(st.lists(st.tuples(st.sampled_from("+-*/"), st.integers(1, 99)), min_size=1, max_size=12))
def test_without_parentheses_products_bind_first_and_signs_work_from_left_to_right(
    terms: list[tuple[str, int]],
) -> None:
    text = "7" + "".join(f" {sign} {number}" for sign, number in terms)
    sum_so_far, product = Fraction(0), Fraction(7)
    for sign, number in terms:
        if sign in "+-":
            sum_so_far, product = sum_so_far + product, Fraction(number if sign == "+" else -number)
        else:
            product = product * number if sign == "*" else product / number
    assert answer(text) == sum_so_far + product


PIECES = st.sampled_from(
    [
        *'()[],+-*/<=.%（102"\n',
        *("**", "<=", "==", "!=", "2.5", "'a'", "if(", "step(", "min(", "[[1,2]]", "__import__"),
        *("poor ", "kind ", "stars ", "true ", "in ", "not ", "and ", "or "),
    ]
)


@given(st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=25).map("".join)))
@example("\x00")
@example("\ud800")
@example("step(1,[[1,2]],")
def test_any_text_at_all_is_answered_or_refused_and_never_anything_else(text: str) -> None:
    try:
        value = Expression.parse(text).evaluate(RECORD)
        assert isinstance(value, Fraction | bool | str)
        sentence = ""
    except ExpressionFault as refused:
        sentence = refused.sentence
    assert sentence.isprintable()
