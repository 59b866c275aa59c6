"""How an expression of a policy is written: the grammar, and the parser that turns text into a tree or a fault.

    or      = and {"or" and}            and     = not {"and" not}              not     = "not" not | compare
    compare = sum {("<"|"<="|">"|">="|"=="|"!=") sum}  |  sum ["not"] "in" "[" or {"," or} "]"
    sum     = product {("+"|"-") product}           product = signed {("*"|"/") signed}      signed = "-" signed | atom
    atom    = number | 'text' | "true" | "false" | name | "(" or ")" | ("min"|"max"|"abs"|"if") "(" or {"," or} ")"
            | "step" "(" or "," "[" "[" number "," or "]" {"," …} "]" ")"

Nothing else exists: no attributes, no powers, no other functions. Python's own parser and evaluator take no part.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from fractions import Fraction
from typing import NamedTuple

from domain.policy.expression_tree import (
    EXCERPT_CHARACTERS,
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
from domain.quoting import printable, quoted

MAX_CHARACTERS = 500
MAX_DEPTH = 20
MAX_DIGITS = 30
ARGUMENTS = {"min": (1, None), "max": (1, None), "abs": (1, 1), "if": (3, 3)}
"""The functions with a plain list of arguments, and how few and how many they take; `step` has its own shape."""
_FUNCTIONS = (*ARGUMENTS, "step")
_RESERVED = frozenset({"and", "or", "not", "in", "if", "true", "false"})
_ORDER_SIGNS = frozenset({"<", "<=", ">", ">=", "==", "!="})

_TOKEN = re.compile(
    r"(?P<space>[ \t\r\n]+)|(?P<number>[0-9]+(?:\.[0-9]+)?)|(?P<name>[^\W\d]\w*)"
    r"|(?P<text>'[^'\n]*'|\"[^\"\n]*\")|(?P<sign><=|>=|==|!=|\*\*|//|[-+*/<>(),\[\]])"
)
_NO_NUMBER = re.compile(r"[\w.]+")
_HINTS = {
    "**": "powers are not part of this language, multiply instead",
    "^": "powers are not part of this language, multiply instead",
    "//": "divide with a single /",
    "%": "write a share as a decimal number, 0.3 for 30 percent",
    "=": "compare with ==",
    "!": "write not, or != for unequal",
    "&": "write and",
    "|": "write or",
    ".": "a decimal point stands between digits, and nothing has attributes",
    "'": "close the quote on the same line",
    '"': "close the quote on the same line",
}
_FULL_WIDTH = dict(zip("（），＋－−×＊÷／＜＞＝≤≥≠“”‘’［］【】。．", "(),+--**//<>=<>!\"\"''[][]..", strict=True))


class _Token(NamedTuple):
    kind: str
    text: str
    column: int


class Parser:
    """One pass over one text by recursive descent; `names` collects what the expression uses."""

    def __init__(self, text: str, known: Collection[str] | None) -> None:
        self.names: set[str] = set()
        self._text = text
        self._known = known
        self._depth = 0
        self._position = 0
        self._tokens = list(self._tokenized())

    def parse(self) -> Node:
        """The whole text as one tree."""
        root = self._or()
        if self._next.kind != "end":
            raise self._expected("an operator or the end", self._next)
        return root

    def _fault(self, column: int, problem: str, code: str = "expression-syntax") -> ExpressionFault:
        return ExpressionFault(code, self._text, column, problem)

    def _expected(self, expected: str, token: _Token) -> ExpressionFault:
        found = "the end" if token.kind == "end" else f"`{printable(token.text[:EXCERPT_CHARACTERS])}`"
        hint = _HINTS.get(token.text)
        return self._fault(token.column, f"found {found}, expected {expected}" + (f"; {hint}" if hint else ""))

    def _tokenized(self) -> Iterator[_Token]:
        at = 0
        while at < len(self._text):
            match = _TOKEN.match(self._text, at)
            if match is None:
                raise self._foreign(at)
            kind, text = match.lastgroup or "", match.group()
            if kind == "number" and (tail := _NO_NUMBER.match(self._text, match.end())):
                written = quoted(text + tail.group())
                raise self._fault(at + 1, f"found {written}, expected a number; write it out in digits with one point")
            if kind == "number" and len(text) > MAX_DIGITS:
                raise self._fault(at + 1, f"found a number of {len(text)} characters, expected at most {MAX_DIGITS}")
            if kind != "space":
                yield _Token(kind, text, at + 1)
            at = match.end()
        yield _Token("end", "", len(self._text) + 1)

    def _foreign(self, at: int) -> ExpressionFault:
        sign = self._text[at]
        narrow = _FULL_WIDTH.get(sign)
        hint = f"write {narrow} (half-width)" if narrow else _HINTS.get(sign, "remove it, or put text in quotes")
        return self._fault(at + 1, f"found {quoted(sign)}, which means nothing here; {hint}")

    @property
    def _next(self) -> _Token:
        return self._tokens[self._position]

    def _take(self, *texts: str) -> _Token | None:
        """The next token, when it is one of these words or signs."""
        token = self._next
        if token.kind in {"name", "sign"} and token.text in texts:
            self._position += 1
            return token
        return None

    def _need(self, text: str, where: str) -> _Token:
        token = self._take(text)
        if token is None:
            raise self._expected(f"`{text}` {where}", self._next)
        return token

    @contextmanager
    def _deeper(self, column: int) -> Iterator[None]:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise self._fault(column, f"found more than {MAX_DEPTH} levels of nesting; split it into several criteria")
        yield
        self._depth -= 1

    def _or(self) -> Node:
        return self._logic("or")

    def _logic(self, word: str) -> Node:
        column = self._next.column
        parts = [self._logic("and") if word == "or" else self._not()]
        while self._take(word):
            parts.append(self._logic("and") if word == "or" else self._not())
        return parts[0] if len(parts) == 1 else Logic(column, word, tuple(parts))

    def _not(self) -> Node:
        token = self._take("not")
        if token is None:
            return self._compare()
        with self._deeper(token.column):
            return Not(token.column, self._not())

    def _compare(self) -> Node:
        first = self._sum()
        negation = self._take("not")
        if negation is not None:
            self._need("in", "after `not`")
        if negation is not None or self._take("in"):
            return Membership(first.column, first, tuple(self._list()), negation is not None)
        rest: list[tuple[str, int, Node]] = []
        while sign := self._take(*_ORDER_SIGNS):
            rest.append((sign.text, sign.column, self._sum()))
        return Comparison(first.column, first, tuple(rest)) if rest else first

    def _sum(self) -> Node:
        first = self._product()
        rest: list[tuple[str, int, Node]] = []
        while sign := self._take("+", "-"):
            rest.append((sign.text, sign.column, self._product()))
        return Arithmetic(first.column, first, tuple(rest)) if rest else first

    def _product(self) -> Node:
        first = self._signed()
        rest: list[tuple[str, int, Node]] = []
        while sign := self._take("*", "/"):
            rest.append((sign.text, sign.column, self._signed()))
        return Arithmetic(first.column, first, tuple(rest)) if rest else first

    def _signed(self) -> Node:
        token = self._take("-")
        if token is None:
            return self._atom()
        with self._deeper(token.column):
            return Negation(token.column, self._signed())

    def _atom(self) -> Node:
        token = self._next
        self._position += 1
        if token.kind == "number":
            return Constant(token.column, Fraction(token.text))
        if token.kind == "text":
            return Constant(token.column, token.text[1:-1])
        if token.text in {"true", "false"}:
            return Constant(token.column, token.text == "true")
        if token.kind == "name" and self._next.text == "(":
            return self._call(token)
        if token.kind == "name" and token.text not in _RESERVED:
            return self._name(token)
        if token.kind == "sign" and token.text == "(":
            with self._deeper(token.column):
                inner = self._or()
                self._need(")", "to close the parenthesis")
            return inner
        if token.text == "[":
            raise self._fault(token.column, "found a list, expected a value; a list stands after `in` or inside `step`")
        raise self._expected("a number, a quoted text, a name or `(`", token)

    def _name(self, token: _Token) -> Name:
        known = self._known
        if token.text.startswith("__") or (known is not None and token.text not in known):
            likely = get_close_matches(token.text, sorted(known or ()), n=1)
            cure = (
                f"perhaps {quoted(likely[0])} is meant" if likely else "use a name of this record, text goes in quotes"
            )
            raise self._fault(
                token.column, f"found the unknown name {quoted(token.text)}; {cure}", "expression-unknown-name"
            )
        self.names.add(token.text)
        return Name(token.column, token.text)

    def _call(self, token: _Token) -> Node:
        if token.text not in _FUNCTIONS:
            known = ", ".join(_FUNCTIONS)
            problem = f"found the unknown function {quoted(token.text)}, expected one of {known}"
            raise self._fault(token.column, problem, "expression-unknown-function")
        with self._deeper(token.column):
            self._need("(", "after a function")
            if token.text == "step":
                node: Node = self._steps(token)
            else:
                node = Call(token.column, token.text, self._arguments(token))
            self._need(")", f"to close `{token.text}`")
        return node

    def _arguments(self, token: _Token) -> tuple[Node, ...]:
        fewest, most = ARGUMENTS[token.text]
        arguments = [] if self._next.text == ")" else self._items()
        if len(arguments) < fewest or (most is not None and len(arguments) > most):
            shape = {"if": "if(condition, then, else)", "abs": "abs(number)"}.get(
                token.text, f"{token.text}(number, …)"
            )
            raise self._fault(token.column, f"found {len(arguments)} arguments, expected {shape}")
        return tuple(arguments)

    def _items(self) -> list[Node]:
        items = [self._or()]
        while self._take(","):
            items.append(self._or())
        return items

    def _list(self) -> list[Node]:
        opening = self._need("[", "to open the list after `in`")
        with self._deeper(opening.column):
            items = self._items()
            self._need("]", "to close the list")
        return items

    def _steps(self, token: _Token) -> Steps:
        x = self._or()
        self._need(",", "and then the rows in step(x, [[from, value], …])")
        self._need("[", "to open the rows of `step`")
        rows: list[tuple[Fraction, Node]] = []
        while not rows or self._take(","):
            opening = self._need("[", "to open a row [from, value]")
            with self._deeper(opening.column):
                start = self._written_number()
                if rows and start <= rows[-1][0]:
                    problem = f"found a row from {start} after one from {rows[-1][0]}, expected rows in rising order"
                    raise self._fault(opening.column, problem)
                self._need(",", "between from and value")
                rows.append((start, self._or()))
                self._need("]", "to close the row")
        self._need("]", "to close the rows of `step`")
        return Steps(token.column, x, tuple(rows))

    def _written_number(self) -> Fraction:
        minus = self._take("-")
        token = self._next
        if token.kind != "number":
            raise self._expected("a written number", token)
        self._position += 1
        return -Fraction(token.text) if minus else Fraction(token.text)
