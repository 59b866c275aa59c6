"""Expressions of a policy: `if(poor, 1.2, 1) * households` over the named values of one record, exact and without eval.

Parsed once, worked out for every unit. Numbers are exact fractions from the written decimals on, so an expression gives
the same answer everywhere; what it cannot answer it refuses, with the column, instead of guessing (M11, M21).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from pydantic import GetCoreSchemaHandler, ValidationInfo
from pydantic_core import CoreSchema, core_schema

from domain.policy.expression_syntax import MAX_CHARACTERS, MAX_DEPTH, Parser
from domain.policy.expression_tree import (
    Arithmetic,
    Call,
    Comparison,
    Constant,
    ExpressionFault,
    Logic,
    Membership,
    Name,
    Negation,
    Node,
    Not,
    Steps,
)
from domain.quoting import quoted

__all__ = ["MAX_CHARACTERS", "MAX_DEPTH", "NAMES_CONTEXT", "Expression", "ExpressionFault", "Result", "Value"]

Value = int | Fraction | Decimal | bool | str
"""What a record may hold; a Decimal counts exactly, a float is refused."""
Result = Fraction | bool | str
NAMES_CONTEXT = "expression_names"
"""The key of pydantic's validation context that holds the names a policy's expressions may use."""

_LARGEST_BITS = 1024
_LONGEST_DECIMAL = 300


@dataclass(frozen=True)
class Expression:
    """A parsed expression. Equal text is an equal expression; `str()` gives the text back."""

    text: str
    names: frozenset[str] = field(compare=False)
    """The names it uses."""
    _root: Node = field(compare=False, repr=False)

    @classmethod
    def parse(cls, text: str, names: Collection[str] | None = None) -> Expression:
        """Read `text`; with `names`, every name must be one of them. Raises `ExpressionFault`, and nothing else."""
        if not isinstance(text, str):
            raise _no_text(text)
        if len(text) > MAX_CHARACTERS:
            problem = f"found {len(text)} characters, expected at most {MAX_CHARACTERS}; split it into several criteria"
            raise ExpressionFault("expression-too-long", text, 1, problem)
        parser = Parser(text, names)
        root = parser.parse()
        return cls(text, frozenset(parser.names), root)

    def evaluate(self, values: Mapping[str, Value]) -> Result:
        """The answer for one record. Parts a condition rules out are not worked out. Raises `ExpressionFault`."""
        return _Evaluation(self.text, values).of(self._root)

    def __str__(self) -> str:
        return self.text

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, _handler: GetCoreSchemaHandler) -> CoreSchema:
        """In a model an expression is written as text, and written out as text again."""
        return core_schema.with_info_plain_validator_function(
            cls._validated,
            json_schema_input_schema=core_schema.str_schema(max_length=MAX_CHARACTERS),
            serialization=core_schema.to_string_ser_schema(when_used="always"),
        )

    @classmethod
    def _validated(cls, value: object, info: ValidationInfo) -> Expression:
        if isinstance(value, cls):
            return value
        if isinstance(value, int | Decimal):  # `need: 1` and `when: true` are no texts in YAML, and mean what they say
            value = str(value).lower()
        if not isinstance(value, str):
            raise _no_text(value)
        context = info.context or {}
        return cls.parse(value, context.get(NAMES_CONTEXT))


def _no_text(found: object) -> ExpressionFault:
    return ExpressionFault("expression-syntax", "", 1, f"found {quoted(found)}, expected a text; put it in quotes")


class _Evaluation:
    """One expression over one record."""

    def __init__(self, text: str, values: Mapping[str, Value]) -> None:
        self._text = text
        self._values = values

    def of(self, node: Node) -> Result:
        """The value of a node."""
        match node:
            case Constant(value=value):
                return value
            case Name():
                return self._named(node)
            case Negation(operand=operand):
                return -self._number(operand)
            case Not(operand=operand):
                return not self._condition(operand)
            case Arithmetic():
                return self._arithmetic(node)
            case Comparison():
                return self._comparison(node)
            case Logic(word=word, parts=parts):
                conditions = (self._condition(part) for part in parts)
                return all(conditions) if word == "and" else any(conditions)
            case Membership(item=item, options=options, negated=negated):
                found = self.of(item)
                return any(self._equal(found, self.of(option), option.column) for option in options) is not negated
            case Call():
                return self._call(node)
            case Steps():
                return self._steps(node)
        raise AssertionError(f"no rule for {type(node).__name__}")

    def _fault(self, column: int, problem: str, code: str = "expression-type") -> ExpressionFault:
        return ExpressionFault(code, self._text, column, problem)

    def _named(self, node: Name) -> Result:
        name, column = node.name, node.column
        value = self._values.get(name)
        if value is None:
            problem = f"found no value for {quoted(name)}; fill it in, or leave it out of the expression"
            raise self._fault(column, problem, "expression-missing-value")
        if isinstance(value, bool | str):
            return value
        if isinstance(value, Decimal):
            exponent = value.as_tuple().exponent
            if not isinstance(exponent, int) or abs(exponent) > _LONGEST_DECIMAL:
                raise self._fault(column, f"found {quoted(value)} for {quoted(name)}, expected an ordinary number")
            value = Fraction(value)
        if not isinstance(value, int | Fraction):
            raise self._fault(
                column, f"found {quoted(value)} for {quoted(name)}, expected an exact number, text or true/false"
            )
        number = Fraction(value)
        if max(number.numerator.bit_length(), number.denominator.bit_length()) > _LARGEST_BITS:
            raise self._fault(
                column, f"found a number of more than {_LARGEST_BITS} bits for {quoted(name)}; correct it"
            )
        return number

    def _number(self, node: Node) -> Fraction:
        value = self.of(node)
        if isinstance(value, Fraction):
            return value
        cure = (
            "turn a condition into a number with if(condition, 1, 0)"
            if isinstance(value, bool)
            else "remove the quotes"
        )
        raise self._fault(node.column, f"found {_kind(value)} {quoted(value)}, expected a number; {cure}")

    def _condition(self, node: Node) -> bool:
        value = self.of(node)
        if isinstance(value, bool):
            return value
        problem = f"found {_kind(value)} {_shown(value)}, expected a condition; compare it with something"
        raise self._fault(node.column, problem)

    def _arithmetic(self, node: Arithmetic) -> Fraction:
        total = self._number(node.first)
        for sign, column, operand in node.rest:
            number = self._number(operand)
            if sign == "+":
                total += number
            elif sign == "-":
                total -= number
            elif sign == "*":
                total *= number
            elif number == 0:
                problem = "found a division by zero; guard it with if(divisor == 0, …, …)"
                raise self._fault(column, problem, "expression-division-by-zero")
            else:
                total /= number
        return total

    def _comparison(self, node: Comparison) -> bool:
        left = self.of(node.first)
        for sign, column, operand in node.rest:
            right = self.of(operand)
            if not self._holds(left, sign, right, column):
                return False
            left = right
        return True

    def _holds(self, left: Result, sign: str, right: Result, column: int) -> bool:
        if sign in {"==", "!="}:
            return self._equal(left, right, column) is (sign == "==")
        if not isinstance(left, Fraction) or not isinstance(right, Fraction):
            problem = f"found {_kind(left)} {sign} {_kind(right)}, expected two numbers; nothing else has an order"
            raise self._fault(column, problem)
        if sign == "<":
            return left < right
        if sign == "<=":
            return left <= right
        return left > right if sign == ">" else left >= right

    def _equal(self, left: Result, right: Result, column: int) -> bool:
        if type(left) is not type(right):
            pair = f"{_kind(left)} {_shown(left)} compared with {_kind(right)} {_shown(right)}"
            problem = f"found {pair}, expected two of one kind"
            raise self._fault(column, problem)
        return left == right

    def _call(self, node: Call) -> Result:
        if node.function == "if":
            condition, then, otherwise = node.arguments
            return self.of(then if self._condition(condition) else otherwise)
        numbers = [self._number(argument) for argument in node.arguments]
        if node.function == "abs":
            return abs(numbers[0])
        return min(numbers) if node.function == "min" else max(numbers)

    def _steps(self, node: Steps) -> Result:
        x = self._number(node.x)
        chosen = [value for start, value in node.rows if start <= x]
        if not chosen:
            problem = (
                f"found {_shown(x)} below the first row of `step`, which starts at {_shown(node.rows[0][0])}; add a row"
            )
            raise self._fault(node.x.column, problem, "expression-below-first-step")
        return self.of(chosen[-1])


def _kind(value: Result) -> str:
    return "the condition" if isinstance(value, bool) else "the text" if isinstance(value, str) else "the number"


def _shown(value: Result) -> str:
    """A value as a planner writes it: decimals where they end, fractions where they do not."""
    if not isinstance(value, Fraction):
        return quoted(value)
    if value.denominator == 1:
        return quoted(value.numerator)
    digits = 0
    while digits < 6 and (value * 10**digits).denominator != 1:
        digits += 1
    scaled = value * 10**digits
    return quoted(Decimal(scaled.numerator).scaleb(-digits)) if scaled.denominator == 1 else quoted(value)
