"""Expressions of the policy file: `if(poor, 1.2, 1) * households`, exact and without eval."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from fractions import Fraction
from typing import Any, NoReturn

from documents.standalone.certificate_check.sayings import Wrong

Value = Any
"""What an expression comes to: an exact fraction, a text, or true or false."""
Names = Callable[[str], Value]
Asked = Callable[[Names], Value]
TOKEN = re.compile(
    r"[ \t\r\n]*(?:([0-9]+(?:\.[0-9]+)?)|([^\W\d]\w*)|('[^'\n]*'|\"[^\"\n]*\")|(<=|>=|==|!=|[-+*/<>(),\[\]])|$)"
)


class Expression:
    """`if(poor, 1.2, 1) * households`, parsed once into functions, worked out exactly for every unit."""

    def __init__(self, text: object) -> None:
        self.text = str(text).lower() if isinstance(text, (bool, int)) else str(text)
        self._tokens: list[tuple[int, str]] = []
        place = 0
        while place < len(self.text):
            match = TOKEN.match(self.text, place)
            if match is None or len(self.text) > 500:
                self._fail("not written in the policy's language")
            if match.lastindex:
                self._tokens.append((match.lastindex, match.group(match.lastindex)))
            place = match.end()
        self._tokens.append((0, ""))
        self._place = 0
        self._asked = self._either()
        if self._tokens[self._place][0]:
            self._fail("not written in the policy's language")

    def _fail(self, found: str, unit: str = "any unit") -> NoReturn:
        raise Wrong("expression", text=self.text, unit=unit, found=found)

    def number(self, names: Names, unit: str) -> Fraction:
        """What it comes to for a unit, which must be a number."""
        value = self._of(names, unit)
        return value if isinstance(value, Fraction) else self._fail("no number", unit)

    def holds(self, names: Names, unit: str) -> bool:
        """Whether it holds for a unit; it must be a condition."""
        value = self._of(names, unit)
        return value if isinstance(value, bool) else self._fail("no condition", unit)

    def _of(self, names: Names, unit: str) -> Value:
        try:
            return self._asked(names)
        except ZeroDivisionError:
            return self._fail("a division by zero", unit)
        except KeyError as missing:
            return self._fail(f"no value for {missing.args[0]}", unit)
        except TypeError:
            return self._fail("kinds that do not go together", unit)

    # The grammar, from `or` down to a single number; every method returns a function of the names.

    def _take(self, *texts: str) -> str | None:
        kind, text = self._tokens[self._place]
        if kind in (2, 4) and text in texts:
            self._place += 1
            return text
        return None

    def _must(self, text: str) -> None:
        if not self._take(text):
            self._fail(f"`{text}` is missing")

    def _either(self) -> Asked:
        parts = [self._all()]
        while self._take("or"):
            parts.append(self._all())
        return parts[0] if len(parts) == 1 else lambda names: any(_truth(part(names)) for part in parts)

    def _all(self) -> Asked:
        parts = [self._not()]
        while self._take("and"):
            parts.append(self._not())
        return parts[0] if len(parts) == 1 else lambda names: all(_truth(part(names)) for part in parts)

    def _not(self) -> Asked:
        if self._take("not"):
            inner = self._not()
            return lambda names: not _truth(inner(names))
        return self._compare()

    def _compare(self) -> Asked:
        first = self._sum()
        negated = self._take("not") is not None
        if negated or self._tokens[self._place] == (2, "in"):
            self._must("in")
            options = self._listed(self._either)
            return lambda names: any(_equal(first(names), option(names)) for option in options) is not negated
        rest: list[tuple[str, Asked]] = []
        while sign := self._take("<", "<=", ">", ">=", "==", "!="):
            rest.append((sign, self._sum()))
        if not rest:
            return first

        def chain(names: Names) -> bool:
            left = first(names)
            for sign, operand in rest:
                right = operand(names)
                if not _ordered(left, sign, right):
                    return False
                left = right
            return True

        return chain

    def _listed(self, item: Callable[[], Asked]) -> list[Asked]:
        self._must("[")
        items = [item()]
        while self._take(","):
            items.append(item())
        self._must("]")
        return items

    def _sum(self) -> Asked:
        return self._terms(self._product, ("+", "-"))

    def _product(self) -> Asked:
        return self._terms(self._signed, ("*", "/"))

    def _terms(self, part: Callable[[], Asked], signs: tuple[str, str]) -> Asked:
        first = part()
        rest: list[tuple[str, Asked]] = []
        while sign := self._take(*signs):
            rest.append((sign, part()))
        if not rest:
            return first

        def total(names: Names) -> Fraction:
            value = _figure(first(names))
            for sign, operand in rest:
                other = _figure(operand(names))
                value = (
                    value + other
                    if sign == "+"
                    else value - other
                    if sign == "-"
                    else value * other
                    if sign == "*"
                    else value / other
                )
            return value

        return total

    def _signed(self) -> Asked:
        if self._take("-"):
            inner = self._signed()
            return lambda names: -_figure(inner(names))
        return self._atom()

    def _atom(self) -> Asked:
        kind, text = self._tokens[self._place]
        self._place += 1
        if kind == 1 and len(text) <= 30:
            constant = Fraction(text)
            return lambda names: constant
        if kind == 3:
            return lambda names: text[1:-1]
        if kind == 2 and text in ("true", "false"):
            return lambda names: text == "true"
        if kind == 2 and self._take("("):
            inner = self._called(text)
            self._must(")")
            return inner
        if kind == 2 and text not in ("and", "or", "not", "in", "if"):
            return lambda names: names(text)
        if (kind, text) == (4, "("):
            inner = self._either()
            self._must(")")
            return inner
        return self._fail("not written in the policy's language")

    def _called(self, function: str) -> Asked:
        if function == "step":
            return self._steps()
        parts = [self._either()]
        while self._take(","):
            parts.append(self._either())
        if function == "if" and len(parts) == 3:
            return lambda names: parts[1](names) if _truth(parts[0](names)) else parts[2](names)
        if function == "abs" and len(parts) == 1:
            return lambda names: abs(_figure(parts[0](names)))
        if function in ("min", "max"):
            choose: Callable[[list[Fraction]], Fraction] = min if function == "min" else max
            return lambda names: choose([_figure(part(names)) for part in parts])
        return self._fail(f"`{function}` is no function of the policy's language")

    def _steps(self) -> Asked:
        x = self._either()
        self._must(",")
        rows: list[tuple[Asked, Asked]] = []

        def row() -> Asked:
            self._must("[")
            start = self._signed()
            self._must(",")
            rows.append((start, self._either()))
            self._must("]")
            return start

        self._listed(row)

        def chosen(names: Names) -> Value:
            reached = _figure(x(names))
            below = [value for start, value in rows if _figure(start(names)) <= reached]
            return below[-1](names) if below else self._fail("below the first row of `step`")

        return chosen


def _truth(value: Value) -> bool:
    if isinstance(value, bool):
        return value
    raise TypeError


def _figure(value: Value) -> Fraction:
    if isinstance(value, Fraction):
        return value
    raise TypeError


def _equal(one: Value, other: Value) -> bool:
    if type(one) is not type(other):
        raise TypeError
    return bool(one == other)


def _ordered(one: Value, sign: str, other: Value) -> bool:
    if sign in ("==", "!="):
        return _equal(one, other) is (sign == "==")
    a, b = _figure(one), _figure(other)
    return a < b if sign == "<" else a <= b if sign == "<=" else a > b if sign == ">" else a >= b


def figure_name(header: str) -> str:
    """The name by which an expression reaches a further column of the register."""
    name = re.sub(r"\W+", "_", unicodedata.normalize("NFKC", header)).strip("_")
    return f"_{name}" if name[:1].isdigit() or not name else name
