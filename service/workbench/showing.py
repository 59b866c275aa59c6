"""An answer as pages show it: both plans looked at, and the outlines of the county, drawn once."""

from __future__ import annotations

import threading
from collections import OrderedDict
from functools import lru_cache

from markupsafe import Markup

from documents.findings import answer as number_of
from documents.svg.shapes import Shapes
from documents.view import View, make_view
from documents.wording import NOTHING
from documents.workbench import Shown
from documents.workbench_map import shapes_of, town_names
from domain.register import Register
from scenarios.comparing import compare
from scenarios.outcome import Outcome
from service.workbench.answering import Answer
from service.workbench.grounding import Ground
from texts import Both

SHAPES_MAX = 4
SHOWN_MAX = 32
"""Of the plans shown lately so many stay joined and compared: whoever asks again, in either language, finds them so."""


class Outlines:
    """The outlines of the counties shown lately; more than one where the register moved on."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._drawn: OrderedDict[str, tuple[Register, Shapes | None]] = OrderedDict()

    def of(self, ground: Ground) -> Shapes | None:
        """Those of a register; None where it has none."""
        register = ground.situation.register
        with self._lock:
            for known, shapes in self._drawn.values():
                if known is register or (known.areas == register.areas and _townships(known) == _townships(register)):
                    return shapes
            shapes = shapes_of(register)
            self._drawn[ground.key] = (register, shapes)
            while len(self._drawn) > SHAPES_MAX:
                self._drawn.popitem(last=False)
            return shapes

    def file(self, digest: str) -> str | None:
        """The file of that name; None where no county shown lately has it."""
        with self._lock:
            found = [shapes for _, shapes in self._drawn.values() if shapes is not None and shapes.digest == digest]
        return found[0].file if found else None


def _townships(register: Register) -> dict[str, str]:
    return {code: unit.township for code, unit in register.units.items()}


def shown_answer(answer: Answer) -> Shown | None:
    """What the picture shows beside what it is compared with; None where there is nothing at all to show yet."""
    if answer.before is None or answer.shown is None:
        return None
    return _beside(answer.before, answer.shown, "workbench.saying")


def guessed_number(answer: Answer) -> Both | None:
    """The number of the estimate that stood in the place of a certified answer."""
    return None if answer.guess is None else number_of(_view(answer.guess)).number


def against(first: Answer, second: Answer) -> Shown | None:
    """One answer beside another in the place of the plan as it stands; None while either is not known."""
    if first.after is None or second.after is None:
        return None
    return _beside(first.after, second.after, "workbench.pinned.saying")


def side_by_side(first: Shown | None, second: Shown | None) -> list[tuple[Both, Both, Both, Both]]:
    """Two variants by their figures: label, the plan as it stands, the first, the second; a dash for what is not known.

    Nothing while neither is known.
    """
    known = first or second
    if known is None:
        return []
    figures = [None if one is None else [row[2] for row in one.figures()] for one in (first, second)]
    dashes = [NOTHING] * len(known.figures())
    columns = [column or dashes for column in figures]
    return [(*row[:2], one, other) for row, one, other in zip(known.figures(), *columns, strict=True)]


def map_names(shown: Shown, shapes: Shapes) -> Markup:
    """The names of the townships, where they do not cover the marks of the plan compared with."""
    return town_names(shown.before, shapes)


@lru_cache(SHOWN_MAX)
def _beside(before: Outcome, after: Outcome, saying: str) -> Shown:
    return Shown(_view(before), _view(after), compare(before, after), saying)


@lru_cache(SHOWN_MAX)
def _view(outcome: Outcome) -> View:
    return make_view(outcome.register, outcome.loaded.policy, outcome.plan, outcome.measures)
