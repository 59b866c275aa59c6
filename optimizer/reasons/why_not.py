"""Why not this project, this unit: what stands against it, what forcing it in does, and what each lever would take."""

from __future__ import annotations

from collections.abc import Callable, Collection

import msgspec

from domain.plan import Plan
from domain.reasons import Lever, Obstacle, WhyNot
from optimizer.case import Case
from optimizer.reasons.footing import Footing
from optimizer.reasons.forced import force
from optimizer.reasons.levers import Asked, fund_lever, levers, rule_levers
from optimizer.reasons.nearness import nearest_first
from optimizer.rules import stated_rules
from optimizer.rules.sites import DemonstrationSites
from optimizer.solve.engine import Engine

KINDS = ("score", "cost", "fund", "rule")
"""The levers there are."""
Heard = Callable[[str], None]
"""Told what is being asked next: `forced`, or the kind of lever and its subject."""


class Reasons:
    """One plan and its case, asked again and again."""

    def __init__(self, case: Case, plan: Plan, engine: Engine, *, heard: Heard | None = None) -> None:
        self.case, self.plan, self.engine = case, plan, engine
        self.built = frozenset(line.project for line in plan.lines if line.project is not None)
        self.footing = Footing(case, plan.run.objectives, engine)
        self._heard = heard or (lambda _: None)

    def left_out(self, unit: str) -> list[str]:
        """The projects of a unit that could be built and are not, the most nearly built first."""
        codes = [code for code in self.case.projects_of[unit] if code not in self.built]
        return [near.project for near in nearest_first(self.footing, codes)] if codes else []

    def never(self, unit: str) -> list[str]:
        """The admitted projects of a unit that no fund may pay for."""
        projects = self.case.register.plannable_projects()
        return [p.code for p in projects if p.unit == unit and self.obstacle(p.code).obstacle == "no-fund"]

    def obstacle(self, code: str) -> WhyNot:
        """What there is to say of a project without any search."""
        found, detail = self._obstacle(code)
        unit = self.case.register.projects[code].unit
        return WhyNot(subject=code, kind="project", unit=unit, forced=None, obstacle=found, detail=detail)

    def project(self, code: str, kinds: Collection[str] = KINDS) -> WhyNot:
        """Why one project of the register is not built. `kinds` are the levers asked for."""
        known = self.obstacle(code)
        if known.obstacle is not None:
            return known
        self._heard("forced")
        forced = force(self.footing, self.plan, {self.footing.form.built[code]: 1})
        found = levers(self.case, self.plan, self.engine, self.footing, code, kinds, self._heard)
        return msgspec.structs.replace(known, forced=forced, levers=tuple(found))

    def no_site(self, unit: str) -> WhyNot:
        """What there is to say of a unit that is no demonstration site without any search (M14)."""
        obstacle, detail = self._no_site(unit)
        lacks = detail if obstacle is not None else tuple(self.case.missing(unit))
        return WhyNot(subject=unit, kind="site", unit=unit, forced=None, obstacle=obstacle, detail=lacks)

    def site(self, unit: str, kinds: Collection[str] = KINDS) -> WhyNot:
        """Why one unit is no demonstration site, and what it would take."""
        known = self.no_site(unit)
        if known.obstacle is not None:
            return known
        self._heard("forced")
        forced = force(self.footing, self.plan, {self.footing.form.site[unit]: 1})
        found: list[Lever] = []
        asked = Asked(site=unit)
        if "fund" in kinds:
            payers = {fund for code in self.case.projects_of[unit] for fund in self.case.payers[code]}
            for fund in sorted(payers):
                self._heard(f"fund {fund}")
                found.append(fund_lever(self.case, self.plan, self.engine, asked, fund))
        if "rule" in kinds:
            self._heard("rule")
            found += rule_levers(self.case, self.plan, self.engine, asked)
        return msgspec.structs.replace(known, forced=forced, levers=tuple(found))

    def _obstacle(self, code: str) -> tuple[Obstacle | None, tuple[str, ...]]:
        project = self.case.register.projects[code]
        if code in self.built:
            return "built", ()
        if project.stage != "admitted":
            return "not-admitted", (project.stage,)
        if project.remaining_fen <= 0:
            return "paid", ()
        if code not in self.case.projects:
            return "no-fund", project.purposes
        return None, ()

    def _no_site(self, unit: str) -> tuple[Obstacle | None, tuple[str, ...]]:
        if unit in self.plan.sites:
            return "site", ()
        rules = [rule for rule in stated_rules(self.case.policy) if isinstance(rule, DemonstrationSites)]
        if not any(rule.counts(self.case.register, unit) for rule in rules):
            return "no-rule", ()
        if unit not in self.footing.form.site:
            closed = {have for code in self.case.projects_of[unit] for have in self.case.projects[code].closes}
            return "incomplete", tuple(have for have in self.case.missing(unit) if have not in closed)
        return None, ()
