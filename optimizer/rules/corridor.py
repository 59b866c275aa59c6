"""Corridors of demonstration sites: neighbouring sites earn a bonus, or the sites form one connected piece (M15).

With C the units of the corridor (of one township, with `each: township`), N the pairs of neighbours among them:

    sum(site[u] for u in C) >= at_least                                                                   (1)
    pair[u, v] <= site[u],   pair[u, v] <= site[v]                      for every (u, v) in N              (2)

and, where the sites must be connected, one unit of a good for every site flows to it from a source through sites only:

    flow into u + source[u] = flow out of u + site[u]                   for every u in C                   (3)
    flow into u + source[u] <= |C| * site[u]                            nothing passes what is no site      (4)
    source[u] <= |C| * root[u],   sum(root[u] for u in C) <= 1                                            (5)

As a should-rule every piece beyond the first counts as one site astray: it needs a root of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar, Literal

from pydantic import Field, model_validator

from domain.policy.expression import Expression
from domain.policy.faults import Misfit
from domain.register import Unit
from optimizer.model import Linear
from optimizer.rules.base import Audit, Build, Measure, PlanRule, Shortfall, chosen_units, neighbours_among
from optimizer.rules.sites import site_column

POINTS_MAX = 10**6


class Corridor(PlanRule):
    """`rule: corridor` – sites of the corridor earn a bonus where they are neighbours, or must be connected (M15)."""

    NAME: ClassVar[str] = "corridor"
    MEASURE: ClassVar[Measure] = "sites"
    where: Expression | None = None
    """Which units lie in the corridor; all without it."""
    each: Literal["township"] | None = None
    """Every township is a corridor of its own."""
    at_least: int = Field(default=0, ge=0, le=10_000)
    points_per_pair: int = Field(default=0, ge=0, le=POINTS_MAX)
    """Points of benefit for every two sites that are neighbours."""
    connected: bool = False

    @model_validator(mode="after")
    def _says_something(self) -> Corridor:
        if not (self.at_least or self.points_per_pair or self.connected):
            raise Misfit("`points_per_pair`, `connected: true` or `at_least`, or the rule asks for nothing")
        return self

    def rows(self, build: Build) -> None:
        """Inequalities (1) to (5), corridor by corridor."""
        pairs = Linear()
        units = [build.case.units[u] for u in chosen_units(build.case, self.where)]
        for name, members in self._corridors(units).items():
            site = {u: column for u in members if (column := site_column(build, u)) is not None}
            neighbours = list(neighbours_among(build.case.register, site))
            if self.points_per_pair:
                for u, v in neighbours:
                    pair = build.model.column(f"pair.{self.id}.{u}.{v}", 0, 1)
                    for end in (u, v):
                        build.model.row(f"{self.id}.{u}.{v}.{end}", Linear({pair: 1, site[end]: -1}), high=0)
                    pairs.add(pair, 1)
            if self.at_least:
                count = Linear(dict.fromkeys(site.values(), 1))
                build.demand(self, f"{name}.least", count, low=self.at_least)
            if self.connected:
                self._connect(build, name, site, neighbours)
        build.pairs[self.id] = pairs

    def _connect(self, build: Build, name: str, site: Mapping[str, int], neighbours: Sequence[tuple[str, str]]) -> None:
        """Inequalities (3) to (5)."""
        model, most, roots = build.model, len(site), Linear()
        inflow = {u: Linear() for u in site}
        balance = {u: Linear({site[u]: -1}) for u in site}
        for u in site:
            root = model.column(f"root.{self.id}.{u}", 0, 1)
            source = model.column(f"source.{self.id}.{u}", 0, most)
            model.row(f"{self.id}.{u}.source", Linear({source: 1, root: -most}), high=0)
            inflow[u].add(source, 1)
            balance[u].add(source, 1)
            roots.add(root, 1)
        for pair in neighbours:
            for u, v in (pair, pair[::-1]):
                flow = model.column(f"flow.{self.id}.{u}.{v}", 0, most - 1)
                inflow[v].add(flow, 1)
                balance[v].add(flow, 1)
                balance[u].add(flow, -1)
        for u in site:
            model.row(f"{self.id}.{u}.flow", balance[u], low=0, high=0)
            model.row(f"{self.id}.{u}.through", inflow[u].plus(Linear({site[u]: -most})), high=0)
        build.demand(self, f"{name}.pieces", roots, high=1)

    def _corridors(self, units: Sequence[Unit]) -> dict[str, list[str]]:
        """The corridors by name, each with its units."""
        corridors: dict[str, list[str]] = {}
        for unit in units:
            corridors.setdefault("corridor" if self.each is None else unit.township, []).append(unit.code)
        return corridors

    def points(self, build: Build) -> Linear:
        """`points_per_pair` for every pair of neighbouring sites."""
        return build.pairs[self.id].times(self.points_per_pair)

    def points_reached(self, audit: Audit) -> int:
        """`points_per_pair` for every pair of neighbouring sites of the plan."""
        if not self.points_per_pair:
            return 0
        pairs = 0
        for members in self._corridors(audit.chosen(self.where)).values():
            sites = audit.sites.intersection(members)
            pairs += sum(len(_around(audit, site) & sites) for site in sites)
        return self.points_per_pair * (pairs // 2)

    def check(self, audit: Audit) -> Iterator[Shortfall]:
        """Counts the sites of every corridor and walks from site to site."""
        for name, members in self._corridors(audit.chosen(self.where)).items():
            sites = audit.sites.intersection(members)
            where = "The corridor" if self.each is None else audit.register.townships[name].name_en
            if len(sites) < self.at_least:
                sentence = f"{where} has {len(sites)} sites, at least {self.at_least} are asked for"
                yield self._short(f"{name}.least", self.at_least - len(sites), sentence)
            if self.connected and (pieces := _pieces(audit, sites)) > 1:
                sentence = f"The sites of {where[:1].lower() + where[1:] if self.each is None else where} "
                sentence += f"lie in {pieces} pieces that do not touch, one is asked for"
                yield self._short(f"{name}.pieces", pieces - 1, sentence)

    def _short(self, where: str, amount: int, what: str) -> Shortfall:
        return Shortfall(where, amount, f"{what} (rule {self.id}, {self.clause}).")


def _around(audit: Audit, unit: str) -> set[str]:
    """The neighbours of a unit."""
    return {one for pair in audit.register.adjacency if unit in pair for one in pair} - {unit}


def _pieces(audit: Audit, sites: frozenset[str]) -> int:
    """How many connected pieces sites form, by walking from each that was not reached yet."""
    left, pieces = set(sites), 0
    while left:
        pieces += 1
        reached = [left.pop()]
        while reached:
            beside = _around(audit, reached.pop()) & left
            left -= beside
            reached += beside
    return pieces
