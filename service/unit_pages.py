"""What a village reads of itself: its money part by part and why, what was left out, its place in the county."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from documents.notice import unit_content
from documents.unit_page import left_out_rows, part_rows, parts_picture
from documents.view import UnitView, View, make_view
from documents.wording import free, name
from documents.wording import standing as standing_of
from domain.decisions.common import UnknownUnit
from domain.money import Lang
from domain.reasons import Nearness
from service.county import County
from service.plan_reading import NoPlanYet, planned
from service.plan_steps import published
from service.planning import Planned
from service.registers import Moment
from service.showing import speaking
from texts import Both


@dataclass(frozen=True)
class UnitPlace:
    """One unit among all: how much it gets, and the how-manieth it is per household."""

    code: str
    name: Both
    about: Both
    total_fen: int
    per_household_fen: int | None
    is_site: bool


@dataclass(frozen=True)
class TownshipPlace:
    """The units of one township."""

    name: Both
    units: tuple[UnitPlace, ...]

    @property
    def total_fen(self) -> int:
        """What its units get together."""
        return sum(unit.total_fen for unit in self.units)


def newest_public(county: County, at: Moment) -> Planned:
    """The newest plan everybody may read that was not taken back. Raises `NoPlanYet`."""
    public = [life.plan for life in published(county, at) if life.state != "returned"]
    if not public:
        raise NoPlanYet
    return planned(county, public[-1], at)


def view_of(found: Planned) -> View:
    """A plan joined with its register."""
    computed = found.computed
    return make_view(computed.register, computed.loaded.policy, computed.plan, computed.measures)


def unit_places(found: Planned) -> list[TownshipPlace]:
    """Every unit, township by township."""
    return [
        TownshipPlace(name(town), tuple(_place(unit) for unit in units)) for town, units in view_of(found).by_township
    ]


def shown_unit(found: Planned, unit: str, lang: Lang, near: Mapping[str, Nearness]) -> dict[str, Any]:
    """What the page of a unit shows; `near` as `service.nearness` has it. Raises `UnknownUnit`."""
    view = view_of(found)
    place = view.by_code.get(unit)
    if place is None:
        raise UnknownUnit(unit=unit)
    order = sorted(view.units, key=lambda one: -(one.per_household_fen or 0))
    content = unit_content(view, place)
    with speaking(lang):
        return {
            "about": content["about"],
            "is_site": place.is_site,
            "lines": content["lines"],
            "parts": part_rows(place, view),
            "picture": parts_picture(place),
            "place": _place(place),
            "rank": order.index(place) + 1,
            "units": len(order),
            "left_out": left_out_rows(place, view, near),
            "township": name(place.township),
            "township_code": place.township.code,
            "heard": [
                (free(one.lodged.text), one.state, free(one.reason) if one.reason else None)
                for one in (found.hearing.objections if found.hearing is not None else ())
                if one.lodged.unit == unit
            ],
            "projects": [
                (code, name(project)) for code, project in view.register.projects.items() if project.unit == unit
            ],
        }


def _place(unit: UnitView) -> UnitPlace:
    return UnitPlace(
        unit.unit.code,
        name(unit.unit),
        standing_of(unit.unit),
        unit.total_fen,
        unit.per_household_fen,
        unit.is_site,
    )


def unit_township(found: Planned, unit: str) -> str:
    """The township a unit belongs to. Raises `UnknownUnit`."""
    place = found.computed.register.units.get(unit)
    if place is None:
        raise UnknownUnit(unit=unit)
    return place.township
