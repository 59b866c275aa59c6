"""The ground of the workbench's maps: outlines drawn once, and the names of townships off the marks of a plan."""

from __future__ import annotations

from collections.abc import Mapping

from markupsafe import Markup

from documents.report_pictures import unit_mark
from documents.svg.labels import without_county
from documents.svg.shapes import Shapes
from documents.view import View
from documents.wording import name
from domain.register import Register
from texts import Both


def shapes_of(register: Register) -> Shapes | None:
    """The outlines of a register's units; None where there are none."""
    codes = [
        code
        for code, unit in sorted(register.units.items(), key=lambda one: (one[1].township, one[0]))
        if code in register.areas and register.areas[code].polygons
    ]
    if not codes:
        return None
    return Shapes(tuple(codes), register.areas, {code: register.units[code].township for code in codes})


def town_names(view: View, shapes: Shapes) -> Markup:
    """The names of the townships on the map, off the marks of a plan."""
    marks = [mark for unit in view.units if (mark := unit_mark(unit, view)) is not None]
    names: Mapping[str, Both] = without_county(
        {code: name(town) for code, town in sorted(view.register.townships.items())}, name(view.register)
    )
    return shapes.names(names, marks)
