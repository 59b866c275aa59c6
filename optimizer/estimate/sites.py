"""Sites of an estimate: those of the plan as long as they can be completed, and in towns that lack some the cheapest.

A demonstration site has its whole checklist once all is built (M14, M18), so its projects are built or it is none.
"""

from __future__ import annotations

from optimizer.estimate.standing import Standing
from optimizer.rules import stated_rules
from optimizer.rules.sites import DemonstrationSites


def complete_sites(standing: Standing, known: tuple[str, ...], favoured: frozenset[str]) -> tuple[str, ...]:
    """The sites, favoured units first, in order of codes.

    What completes them is built and locked, whether there is money for it or not.
    """
    case, sites = standing.case, set[str]()
    for rule in stated_rules(case.policy):
        if not isinstance(rule, DemonstrationSites):
            continue
        for town, township in sorted(case.register.townships.items()):
            if township.kind not in rule.town_kinds:
                continue
            here = {u: needed for u in _units(standing, town) if (needed := _completing(standing, u)) is not None}
            order = sorted(
                here, key=lambda u: (u not in favoured, u not in known, sum(standing.cost[p] for p in here[u]), u)
            )
            wanted = min(max(rule.sites_min, sum(u in known for u in here)), rule.sites_max)
            for unit in order[:wanted]:
                sites.add(unit)
                for project in here[unit]:
                    standing.add(project)
                    standing.locked.update(case.together(project))
    return tuple(sorted(sites))


def _units(standing: Standing, town: str) -> list[str]:
    return [code for code, unit in standing.case.units.items() if unit.township == town]


def _completing(standing: Standing, unit: str) -> list[str] | None:
    """Projects that complete a unit's checklist, those that are built already first; None where nothing can."""
    case, missing, chosen = standing.case, set(standing.case.missing(unit)), list[str]()
    for project in sorted(case.projects_of[unit], key=lambda p: (p not in standing.built, standing.cost[p], p)):
        closes = missing.intersection(case.projects[project].closes)
        if closes and (project in standing.built or standing.admissible(project)):
            chosen.append(project)
            missing -= closes
    return None if missing else chosen
