"""The outlines of a county as a file of their own, fetched once: pages only say which class each of them has.

    <use href="/…/shapes.svg#a-7" class="c3"/>

What a page colours is inherited by the shape it uses. Beyond `MANY` areas the grid is coarser, on which points that
fall together are left out; neighbours are rounded alike, so that no gap opens between them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from markupsafe import Markup

from documents.svg.choropleth import HEIGHT_MAX, MARGIN, MARK, TYPE, TYPE_NARROW, WIDTH, Mark, mark_at
from documents.svg.geometry import Frame, borders, centres, frame_around, outline
from documents.svg.labels import place_labels
from documents.svg.markup import label, tag
from domain.register import Area
from texts import Both

MANY = 5_000
COARSER = 3
"""How much wider a step of the coarse grid is."""


@dataclass(frozen=True)
class Shapes:
    """The outlines of some units: `codes` are numbered in their order."""

    codes: tuple[str, ...]
    areas: Mapping[str, Area]
    groups: Mapping[str, str]
    """Unit -> township."""

    @cached_property
    def frame(self) -> Frame:
        """Where everything on the map stands."""
        return frame_around((self.areas[c] for c in self.codes), width=WIDTH, height_max=HEIGHT_MAX, margin=MARGIN)

    @cached_property
    def file(self) -> str:
        """The file of the outlines."""
        scale = COARSER if len(self.codes) > MANY else 1
        frame = self.frame if scale == 1 else _coarse(self.areas[c] for c in self.codes)
        turn = None if scale == 1 else f"scale({scale})"
        paths = (
            tag("path", id=f"a-{number}", d=outline(self.areas[code], frame), transform=turn)
            for number, code in enumerate(self.codes)
        )
        return str(tag("svg", *paths, xmlns="http://www.w3.org/2000/svg"))

    @cached_property
    def digest(self) -> str:
        """What tells one file from another."""
        return hashlib.sha256(self.file.encode()).hexdigest()[:16]

    @cached_property
    def borders(self) -> str:
        """The path of the townships' borders."""
        members: dict[str, list[Area]] = {}
        for code in self.codes:
            members.setdefault(self.groups[code], []).append(self.areas[code])
        return "".join(borders(members[group], self.frame) for group in sorted(members))

    def names(self, groups: Mapping[str, Both], marks: Sequence[Mark]) -> Markup:
        """The names of the townships, off the marks there are."""
        members: dict[str, list[Area]] = {group: [] for group in groups}
        for code in self.codes:
            members[self.groups[code]].append(self.areas[code])
        places = {group: self.frame.place(*at) for group, at in centres(members).items()}
        spots = (self.frame.place(*mark.at_e6) for mark in marks)
        placed = place_labels(groups, places, spots, size=TYPE, size_narrow=TYPE_NARROW, mark=MARK)
        return Markup("").join(
            label(one.text, x=one.at[0], y=one.at[1], class_=None if one.narrow else "wide-only") for one in placed
        )

    def marks(self, marks: Iterable[Mark]) -> Markup:
        """The signs of sites and projects."""
        return Markup("").join(mark_at(mark, self.frame) for mark in marks)


def _coarse(areas: Iterable[Area]) -> Frame:
    every = list(areas)
    return frame_around(every, width=WIDTH // COARSER, height_max=HEIGHT_MAX // COARSER, margin=MARGIN // COARSER)
