"""What a sheet and a column of a register is: its headers, its values, and what the template says of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from intake.folding import plain

Kind = Literal[
    "code", "codes", "name", "text", "yes_no", "count", "stars", "yuan", "degrees", "decimal", "date", "year",
    "condition",
]  # fmt: skip
"""How the cells of a column are read; `cells.py` has one reader for each."""

Words = Mapping[str, tuple[str, ...]]
"""Canonical word -> what people write for it."""


@dataclass(frozen=True, eq=False)
class Column:
    """One column of a sheet."""

    key: str
    """The canonical header, in English."""
    kind: Kind
    zh: tuple[str, ...]
    """Chinese headers accepted; the template shows the first. Columns of money without their unit, 元 or 万元."""
    note_zh: str
    note_en: str
    example: str = ""
    en: tuple[str, ...] = ()
    """Further English headers accepted."""
    needed: bool = False
    """The column must be there and every row (of `entries`) must fill it."""
    entries: tuple[str, ...] = ()
    """Sheet `funds`: the kinds of row this column belongs to; empty: all."""
    words: Words = field(default_factory=dict)
    """Words with a meaning of their own; others are taken as they stand …"""
    closed: bool = False
    """… unless only these words are allowed."""
    longest: int = 2000
    """Characters at most, for names and texts."""
    timed: bool = False
    """Columns of days: whether a time of day behind the day is left aside."""
    signed: bool = False
    """Columns of money: whether amounts below zero are taken."""

    @cached_property
    def meanings(self) -> dict[str, str]:
        """What people write, folded by `plain`, to the canonical word."""
        return {plain(word): canonical for canonical, written in self.words.items() for word in (canonical, *written)}


@dataclass(frozen=True, eq=False)
class Sheet:
    """One sheet of a register."""

    key: str
    zh: tuple[str, ...]
    """Chinese names accepted; the template's guide shows the first."""
    note_zh: str
    note_en: str
    columns: tuple[Column, ...]
    needed: bool = False
    further: Literal["indicators", "quantities"] | None = None
    """Where numeric columns beyond these go; None: such columns are faults."""
    lenient: bool = False
    """For files other programs write: columns that are not ours are left unread, sums without a unit are in yuan."""
    rows_need_names: bool = False
    """Whether each row needs `name_zh` or `name_en` (the other is then the same)."""

    @cached_property
    def by_key(self) -> dict[str, Column]:
        """The columns by their canonical header."""
        return {column.key: column for column in self.columns}


def code(note_zh: str, note_en: str, example: str) -> Column:
    """The column every sheet of named things begins with."""
    return Column("code", "code", ("代码", "编码", "编号"), note_zh, note_en, example, en=("id",), needed=True)


def names(
    example_zh: str, example_en: str, *headers: str, longest: int = 120, entries: tuple[str, ...] = ()
) -> tuple[Column, Column]:
    """The two columns for the name in Chinese and in English."""
    return (
        Column(
            "name_zh",
            "name",
            (*headers, "名称", "中文名称"),
            "中文名称。中文、英文至少填一个，另一个空着时取相同。",
            "Name in Chinese. Fill this or the English one; an empty one is taken to be the same.",
            example_zh,
            en=("name", "chinese_name"),
            longest=longest,
            entries=entries,
        ),
        Column(
            "name_en",
            "name",
            ("英文名称", "英文名"),
            "英文名称，可空。",
            "Name in English; may be empty.",
            example_en,
            en=("english_name",),
            longest=longest,
            entries=entries,
        ),
    )
