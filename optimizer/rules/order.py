"""Which project needs which other, and which exclude each other; always in force, from the register itself.

With what is accepted, or paid for to its end, as built already:

    built[p] <= built[q]                             for every prerequisite q of p not built already     (1)
                                                     of a programme: by the end of every year (M17)
    sum(built[p] for p in variant group) <= 1        0 where one of the group is built already           (2)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from optimizer.model import Linear
from optimizer.rules.base import Audit, Build, Measure, PlanRule, Shortfall, comes_anyway


class Prerequisites(PlanRule):
    """`rule: prerequisites` – a project is built only with, or after, what it needs."""

    NAME: ClassVar[str] = "prerequisites"
    MEASURE: ClassVar[Measure] = "projects"

    def rows(self, build: Build) -> None:
        """Inequality (1); a prerequisite that can no longer come rules the project out."""
        projects = build.case.register.projects
        for code, project in build.case.projects.items():
            for needed in project.requires:
                if needed in projects and comes_anyway(projects[needed]):
                    continue
                by_now = Linear()
                for year in build.years:
                    for one, sign in ((code, 1), (needed, -1)):
                        if (one, year) in build.in_year:
                            by_now.add(build.in_year[one, year], sign)
                    name = f"{self.id}.{code}.{needed}"
                    build.model.row(name if len(build.years) == 1 else f"{name}.{year}", by_now, high=0)

    def check(self, audit: Audit) -> Iterator[Shortfall]:
        """Every funded project whose prerequisite is neither funded by the same year nor built already."""
        projects = audit.register.projects
        for code in sorted(audit.funded):
            for needed in projects[code].requires:
                if needed in projects and comes_anyway(projects[needed]):
                    continue
                if needed not in audit.funded:
                    sentence = f"{code} is funded without {needed}, which it needs (rule {self.id})."
                    yield Shortfall(f"{code}.{needed}", 1, sentence)
                elif audit.built_in[needed] > audit.built_in[code]:
                    sentence = f"{code} is built before {needed}, which it needs (rule {self.id}, M17)."
                    yield Shortfall(f"{code}.{needed}", 1, sentence)


class Variants(PlanRule):
    """`rule: variants` – of projects that stand for each other at most one is built."""

    NAME: ClassVar[str] = "variants"
    MEASURE: ClassVar[Measure] = "projects"

    def rows(self, build: Build) -> None:
        """Inequality (2)."""
        case = build.case
        groups: dict[str, Linear] = {}
        for code, project in case.projects.items():
            if project.variant_group:
                groups.setdefault(project.variant_group, Linear()).add(build.built[code], 1)
        done = {p.variant_group for p in case.register.projects.values() if comes_anyway(p)}
        for group, built in sorted(groups.items()):
            build.model.row(f"{self.id}.{group}", built, high=0 if group in done else 1)

    def check(self, audit: Audit) -> Iterator[Shortfall]:
        """Every group with more than one project funded or built already, if this plan funds one of it."""
        groups: dict[str, list[str]] = {}
        for code, project in sorted(audit.register.projects.items()):
            if project.variant_group and (code in audit.funded or comes_anyway(project)):
                groups.setdefault(project.variant_group, []).append(code)
        for group, codes in groups.items():
            if len(codes) > 1 and audit.funded.intersection(codes):
                sentence = f"{', '.join(codes)} are variants of one another; only one may be built (rule {self.id})."
                yield Shortfall(group, len(codes) - 1, sentence)
