"""Towns with too few possible sites, and rules about sites that contradict one another (M14, M18)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from optimizer.prechecks.finding import Finding, about
from optimizer.prechecks.reach import Reach
from optimizer.rules.base import PlanRule
from optimizer.rules.sites import DemonstrationSites


def sites(reach: Reach, rules: Sequence[PlanRule]) -> Iterator[Finding]:
    """For every town: fewer units that can have all haves than sites are asked for, with who lacks what."""
    asked = [rule for rule in rules if isinstance(rule, DemonstrationSites)]
    case = reach.case
    for code, town in sorted(case.register.townships.items()):
        here = [rule for rule in asked if town.kind in rule.town_kinds]
        if not here:
            continue
        least, most = max(here, key=lambda rule: rule.sites_min), min(here, key=lambda rule: rule.sites_max)
        if least.sites_min > most.sites_max:
            yield about("sites-contradict", [least, most], town=code, wanted=least.sites_min, allowed=most.sites_max)
        units = [u.code for u in case.units.values() if u.township == code]
        lacking = {unit: _never(reach, unit) for unit in units}
        possible = sum(not haves for haves in lacking.values())
        if possible < least.sites_min:
            who = tuple(f"{unit} ({', '.join(haves)})" for unit, haves in lacking.items() if haves)
            yield about(
                "town-without-sites",
                [least],
                town=code,
                wanted=least.sites_min,
                possible=possible,
                lacking=who or ("–",),
            )


def _never(reach: Reach, unit: str) -> list[str]:
    """The haves a unit lacks and no project that a fund may pay for brings."""
    closed = {have for p in reach.case.projects_of[unit] for have in reach.case.projects[p].closes}
    return [have for have in reach.case.missing(unit) if have not in closed]
