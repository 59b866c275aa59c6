"""Two variants side by side on the workbench: the one that is moved and one that was pinned, a map of each.

Both maps have the outlines, the scale and the classes of the plan as it stands, so that a colour means the same money
on either; the map of the difference and “who wins, who loses” then tell what the one takes from the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from markupsafe import Markup

from documents.svg.shapes import Shapes
from documents.workbench import Shown
from domain.money import Lang
from service.workbench.answering import Answer
from service.workbench.asking import question_of
from service.workbench.grounding import Ground
from service.workbench.showing import against, shown_answer, side_by_side
from texts import Both

PINNED = ("variant", "pinned", "versus", "beside")
"""The parts of the page there are while a variant is pinned; each is a template."""
NOTHING_KNOWN = "c0"
"""The class of an area nothing is known of, as `documents/svg/classes.py` has it."""


@dataclass(frozen=True)
class Variant:
    """One of the two. `shown` is None while nothing is known of it, or where it cannot be."""

    answer: Answer
    shown: Shown | None
    question: Both


@dataclass(frozen=True)
class Pair:
    """The variant on the bench and the pinned one."""

    current: Variant
    pinned: Variant

    @cached_property
    def versus(self) -> Shown | None:
        """The variant on the bench against the pinned one; None while one of them is not known."""
        return against(self.pinned.answer, self.current.answer)

    @property
    def figures(self) -> list[tuple[Both, Both, Both, Both]]:
        """Label, the plan as it stands, the pinned variant, the one on the bench."""
        return side_by_side(self.pinned.shown, self.current.shown)

    @property
    def signs(self) -> list[tuple[Markup, Both]]:
        """The signs on either map."""
        shown = [one.shown for one in (self.current, self.pinned) if one.shown is not None]
        return list(dict.fromkeys((sign, label) for one in shown for sign, label, _ in one.signs))

    @property
    def who(self) -> list[tuple[str, int, Both, Any]]:
        """Who wins and who loses: side, how many, their sum, and the largest."""
        if self.versus is None:
            return []
        both_ways = (self.versus.comparison.winners, self.versus.comparison.losers)
        rows = zip(("win", "lose"), both_ways, self.versus.sums, strict=True)
        return [(side, len(units), total, self.versus.named(units)) for side, units, total in rows]

    def areas(self, codes: Sequence[str]) -> list[str]:
        """The classes of the pinned variant's map."""
        known = self.pinned.shown
        return [NOTHING_KNOWN] * len(codes) if known is None else known.classes(codes)

    def marks(self, shapes: Shapes) -> Markup:
        """The signs on it."""
        return Markup("") if self.pinned.shown is None else self.pinned.shown.marks(shapes)


def pair_of(current: Answer, shown: Shown | None, pinned: Answer | None, ground: Ground) -> Pair | None:
    """The two variants; None where none is pinned. `shown` is what the page shows of the one on the bench."""
    if pinned is None:
        return None
    first, second = (
        Variant(one, known if one.after is not None else None, question_of(one.settings, ground))
        for one, known in ((current, shown), (pinned, shown_answer(pinned)))
    )
    return Pair(first, second)


def drawn_areas(
    shown: Shown, pair: Pair | None, shapes: Shapes, lang: Lang, *, passing: bool = False
) -> dict[str, Any]:
    """What the maps show, for the page and for its script: beside a pinned variant the difference is that to it.

    What is said of each area is left out while settings are only passed through.
    """
    told = pair.versus if pair is not None and pair.versus is not None else shown
    drawn: dict[str, Any] = {
        "values": shown.classes(shapes.codes),
        "differences": told.differences(shapes.codes),
        "marks": shown.marks(shapes),
    }
    if not passing:
        drawn["sayings"] = told.sayings(shapes.codes, lang)
    if pair is None:
        return drawn
    return drawn | {"pinned": {"values": pair.areas(shapes.codes), "marks": pair.marks(shapes)}}
