"""Demonstration sites: two or three in each town, every one with its checklist complete once all is built (M14, M18).

For every unit u of a town and every have h that u lacks and no work already paid for brings:

    site[u] <= sum(built[p] for p of u that closes h)                         (1)
    sites_min <= sum(site[u] for u in town) <= sites_max    for every town                     (2)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from pydantic import Field, model_validator

from domain.register import Register
from optimizer.model import Linear
from optimizer.rules.base import Audit, Build, Measure, PlanRule, Shortfall


class DemonstrationSites(PlanRule):
    """`rule: demonstration-sites` – each town has `sites_min` to `sites_max` standard sites to visit (M14)."""

    NAME: ClassVar[str] = "demonstration-sites"
    MEASURE: ClassVar[Measure] = "sites"
    sites_min: int = Field(default=2, ge=0, le=100)
    sites_max: int = Field(default=3, ge=0, le=100)
    town_kinds: tuple[str, ...] = ("town",)
    """Kinds of township in which this rule counts sites; another rule of the kind may count in others."""
    benefit_per_site: int = Field(default=0, ge=0, le=10**6)
    """Points a site adds to the benefit objective."""

    @model_validator(mode="after")
    def _ordered(self) -> DemonstrationSites:
        if self.sites_min > self.sites_max:
            raise ValueError(f"`sites_min` is {self.sites_min}, above `sites_max` {self.sites_max}")
        return self

    def rows(self, build: Build) -> None:
        """Inequalities (1) and (2). A unit that nothing can complete has no column."""
        case = build.case
        for code, town in sorted(case.register.townships.items()):
            if town.kind not in self.town_kinds:
                continue
            count = Linear()
            for unit in sorted(u.code for u in case.units.values() if u.township == code):
                if unit not in build.site:
                    self.add_site(build, unit)
                if unit in build.site:
                    count.add(build.site[unit], 1)
            build.demand(self, f"{code}.least", count, low=self.sites_min)
            build.demand(self, f"{code}.most", count, high=self.sites_max)

    def add_site(self, build: Build, unit: str) -> None:
        """Write the column of a site with its inequalities (1), if anything can complete its checklist."""
        projects = {p: build.case.projects[p].closes for p in build.case.projects_of[unit]}
        closers = {have: [p for p, closes in projects.items() if have in closes] for have in build.case.missing(unit)}
        if not all(closers.values()):
            return
        site = build.site[unit] = build.model.column(f"site.{unit}", 0, 1)
        for have, closing in sorted(closers.items()):
            row = Linear({build.built[p]: -1 for p in closing}).add(site, 1)
            build.model.row(f"{self.id}.{unit}.{have}", row, high=0)

    def points(self, build: Build) -> Linear:
        """`benefit_per_site` for every site this rule counts."""
        here = [column for unit, column in build.site.items() if self.counts(build.case.register, unit)]
        return Linear(dict.fromkeys(here, self.benefit_per_site) if self.benefit_per_site else {})

    def points_reached(self, audit: Audit) -> int:
        """`benefit_per_site` for every site of the plan this rule counts."""
        return self.benefit_per_site * sum(self.counts(audit.register, site) for site in audit.sites)

    def counts(self, register: Register, unit: str) -> bool:
        """Whether a unit lies in a township whose sites this rule counts."""
        return register.townships[register.units[unit].township].kind in self.town_kinds

    def check(self, audit: Audit) -> Iterator[Shortfall]:
        """Counts the sites of every town of its kinds, and looks at the checklist of every site."""
        units, sites_of, closed = audit.register.units, dict[str, list[str]](), self._closed(audit)
        for site in sorted(audit.sites):
            sites_of.setdefault(units[site].township, []).append(site)
        for code, town in sorted(audit.register.townships.items()):
            if town.kind not in self.town_kinds:
                continue
            sites = sites_of.get(code, [])
            if len(sites) < self.sites_min:
                yield self._short(
                    f"{code}.least",
                    self.sites_min - len(sites),
                    f"{town.name_en} has {len(sites)} demonstration sites, at least {self.sites_min} are asked for",
                )
            if len(sites) > self.sites_max:
                yield self._short(
                    f"{code}.most",
                    len(sites) - self.sites_max,
                    f"{town.name_en} has {len(sites)} demonstration sites, at most {self.sites_max} are allowed",
                )
            for site in sites:
                lacking = [have for have in audit.missing(site) if have not in closed.get(site, ())]
                if lacking:
                    yield self._short(site, 1, f"site {site} would still lack {', '.join(lacking)}", always=True)

    def _closed(self, audit: Audit) -> dict[str, set[str]]:
        """Unit -> the haves that the plan's projects bring."""
        closed: dict[str, set[str]] = {}
        for project in (audit.register.projects[code] for code in audit.funded):
            closed.setdefault(project.unit, set()).update(project.closes)
        return closed

    def _short(self, where: str, amount: int, what: str, *, always: bool = False) -> Shortfall:
        return Shortfall(where, amount, f"{what} (rule {self.id}, {self.clause}).", always)


def site_column(build: Build, unit: str) -> int | None:
    """The column of a unit as a site; None where nothing can complete it, or no rule of the policy asks for sites.

    A rule about sites uses this, so that sites stay possible where the search for a conflict leaves out the rule that
    counts them.
    """
    if unit not in build.site:
        rules = [rule for rule in build.case.policy.rules if isinstance(rule, DemonstrationSites)]
        asking = next((rule for rule in rules if rule.counts(build.case.register, unit)), None)
        if asking is not None:
            asking.add_site(build, unit)
    return build.site.get(unit)
