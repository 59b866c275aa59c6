"""Answers to “where did this yuan come from” and “where did this clause's money go”, as figures papers put into words
(M32). Sums are whole fen.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from domain.register import Code


class Target(Struct, frozen=True, kw_only=True):
    """Money on its way: a disbursement, a commitment or a plan's line, and what it belongs to."""

    kind: Literal["disbursement", "commitment", "line"]
    code: str
    """Of the disbursement or commitment; of a line `PLAN.LINE`."""
    plan: Code
    line: str
    commitment: Code | None
    fund: Code
    unit: Code
    project: Code | None
    amount_fen: int
    position: int
    """Of the fact that made it; of a line, that of the moment asked about."""


class PostRow(Struct, frozen=True, kw_only=True):
    """One post that decided: who acted in it, at which steps, and who answers with it (None: not recorded)."""

    post: str
    persons: tuple[str, ...]
    steps: tuple[str, ...]
    above: str | None
    supervised_by: str | None


class MovedLine(Struct, frozen=True, kw_only=True):
    """What of one line is by a clause, and how far it went; net of releases and returns."""

    plan: Code
    line: str
    fund: Code
    unit: Code
    project: Code | None
    rules: tuple[str, ...]
    amount_fen: int
    line_fen: int
    committed_fen: int
    paid_fen: int


class Bounded(Struct, frozen=True, kw_only=True):
    """A rule over many units: its group, what that group gets of the whole, and whether the rule binds."""

    plan: Code
    rule: str
    where: str | None
    units: int
    amount_fen: int
    whole_fen: int
    binding: bool
