"""Facts about the county, its townships and its units."""

from __future__ import annotations

from domain.facts.base import Fact, Reason
from domain.register import Area, Code, Duty, Text, Township, Unit


class CountyNamed(Fact, frozen=True, kw_only=True, tag="county.named"):
    """The store became the record of this county (or other level of recipients, M23)."""

    county: Code
    name_zh: Text
    name_en: Text
    note: Text = ""


class TownshipRegistered(Fact, frozen=True, kw_only=True, tag="township.registered"):
    """A township entered the register."""

    township: Code
    record: Township


class TownshipCorrected(Fact, frozen=True, kw_only=True, tag="township.corrected"):
    """What the register says of a township was corrected; `record` is the whole new entry (M33)."""

    township: Code
    record: Township
    changed: tuple[str, ...]


class UnitRegistered(Fact, frozen=True, kw_only=True, tag="unit.registered"):
    """A village, community or other recipient entered the register (M03, M21)."""

    unit: Code
    record: Unit


class UnitCorrected(Fact, frozen=True, kw_only=True, tag="unit.corrected"):
    """What the register says of a unit was corrected; the old entry stays visible in the past (M33)."""

    unit: Code
    record: Unit
    changed: tuple[str, ...]


class UnitAssessed(Fact, frozen=True, kw_only=True, tag="unit.assessed"):
    """A unit was assessed anew: stars, haves, rented office or last result changed, and nothing was wrong before."""

    unit: Code
    record: Unit
    changed: tuple[str, ...]


class UnitListedBackward(Fact, frozen=True, kw_only=True, tag="unit.listed_backward"):
    """A unit was put on the list of backward units (M11, M29)."""

    unit: Code
    reason: Reason


class UnitStruckOff(Fact, frozen=True, kw_only=True, tag="unit.struck_off"):
    """A unit left the list of backward units (销号, M29), on stated evidence."""

    unit: Code
    evidence: Reason


class AreaMapped(Fact, frozen=True, kw_only=True, tag="unit.area_mapped"):
    """The outline of a unit was recorded, or replaced."""

    unit: Code
    area: Area


class AdjacencyRecorded(Fact, frozen=True, kw_only=True, tag="register.adjacency_recorded"):
    """Which units are neighbours; replaces what was recorded before."""

    county: Code
    pairs: tuple[tuple[str, str], ...]


class DutyMoved(Fact, frozen=True, kw_only=True, tag="duty.moved"):
    """A duty moved to a unit with its money (费随事转, M09). `from_unit` is None where a higher level had it."""

    duty: Code
    fund: Code
    unit: Code
    from_unit: Code | None
    record: Duty

    def further_tags(self) -> list[str]:
        """The unit that gave the duty up is concerned too."""
        return [f"unit:{self.from_unit}"] if self.from_unit else []
