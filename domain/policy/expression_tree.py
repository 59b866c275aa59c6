"""What a parsed expression is: a small tree of the only pieces there are, each with the column where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from domain.quoting import printable

EXCERPT_CHARACTERS = 20
"""How much of a long expression a fault shows on each side of the column."""


class ExpressionFault(ValueError):
    """An expression that cannot be read or worked out: `code` is stable, `column` counts characters from 1."""

    def __init__(self, code: str, text: str, column: int, problem: str) -> None:
        self.code = code
        self.text = text
        self.column = column
        self.problem = problem
        start, end = max(0, column - 1 - EXCERPT_CHARACTERS), column - 1 + EXCERPT_CHARACTERS
        excerpt = ("…" if start else "") + printable(text[start:end]) + ("…" if end < len(text) else "")
        self.sentence = f"Column {column} of the expression `{excerpt}`: {problem}."
        super().__init__(code, text, column, problem)

    def __str__(self) -> str:
        return self.sentence


@dataclass(frozen=True, slots=True)
class Node:
    """A piece of an expression and the column where it stands."""

    column: int


@dataclass(frozen=True, slots=True)
class Constant(Node):
    """A written number, text, true or false."""

    value: Fraction | bool | str


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A value of the record."""

    name: str


@dataclass(frozen=True, slots=True)
class Negation(Node):
    """The negative of a number."""

    operand: Node


@dataclass(frozen=True, slots=True)
class Not(Node):
    """The opposite of a condition."""

    operand: Node


@dataclass(frozen=True, slots=True)
class Chain(Node):
    """Operands with a sign (`+ - * /`, one rank of them) or an order sign between each two, from left to right."""

    first: Node
    rest: tuple[tuple[str, int, Node], ...]
    """Each further operand with the sign before it and that sign's column."""


@dataclass(frozen=True, slots=True)
class Arithmetic(Chain):
    """A sum or a product."""


@dataclass(frozen=True, slots=True)
class Comparison(Chain):
    """`a < b <= c`: every neighbouring pair must hold."""


@dataclass(frozen=True, slots=True)
class Logic(Node):
    """All (`and`) or one (`or`) of several conditions."""

    word: str
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Membership(Node):
    """`x in [a, b]`, or `not in` when negated."""

    item: Node
    options: tuple[Node, ...]
    negated: bool


@dataclass(frozen=True, slots=True)
class Call(Node):
    """`min`, `max`, `abs` or `if` with its arguments."""

    function: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Steps(Node):
    """`step(x, [[from, value], …])`: the value of the last row that starts at or below x."""

    x: Node
    rows: tuple[tuple[Fraction, Node], ...]
