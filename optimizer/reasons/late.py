"""A late request: where one more project fits into a plan as it stands, and what it would displace (M43).

Without any search, in this order, each only if the one before fails:

1. as it is: paid from what is left of the funds, every other line untouched;
2. swapped: what is built stays built, but funds may change places, and formulas share what is then left of them;
3. instead: exactly one other project goes. Of all that could, the one whose loss is best borne in the policy's order:
   objectives at or above their recorded floor count as kept, and among equals more of the earlier objective is better.

Independently of these, the least more money with which nothing would have to move is its cost less what is left.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from domain.plan import Plan, PlanLine
from domain.reasons import Late, Obstacle, Place
from optimizer.additions import with_project
from optimizer.assembly import Choice, plan_lines
from optimizer.case import Case
from optimizer.checking.audit import PlanAudit
from optimizer.checking.standing import raw_objectives
from optimizer.flow import share_costs
from optimizer.reasons.losers import moved_projects, moved_units
from optimizer.rules import rules_in_force
from optimizer.rules.base import comes_anyway

Rank = tuple[tuple[int, ...], tuple[int, ...]]


def late_request(case: Case, plan: Plan, project: str) -> Late:
    """The best place for one project of the register that the plan does not build."""
    record = case.register.projects[project]
    obstacle, lacking = _obstacle(case, plan, project)
    if obstacle is not None:
        cost = max(record.remaining_fen, 0)
        return Late(project=project, unit=record.unit, cost_fen=cost, obstacle=obstacle, lacking=lacking)
    request = _Request(case, plan, project)
    as_it_is, missing = request.from_what_is_left()
    swapped = None if as_it_is is not None else request.swapped()
    displaced, instead = (None, None) if as_it_is is not None or swapped is not None else request.instead()
    return Late(
        project=project,
        unit=record.unit,
        cost_fen=case.cost_fen(project),
        lacking=lacking,
        left_fen={fund: request.left[fund] for fund in case.payers[project]},
        as_it_is=as_it_is,
        swapped=swapped,
        more_fen=missing,
        displaced=displaced,
        instead=instead,
    )


def _obstacle(case: Case, plan: Plan, project: str) -> tuple[Obstacle | None, tuple[str, ...]]:
    record, others = case.register.projects[project], case.register.projects
    built = {line.project for line in plan.lines}
    if project in built:
        return "built", ()
    if record.stage != "admitted":
        return "not-admitted", (record.stage,)
    if record.remaining_fen <= 0:
        return "paid", ()
    if project not in case.projects:
        return "no-fund", record.purposes
    wanting = [p for p in record.requires if p not in built and not (p in others and comes_anyway(others[p]))]
    return None, tuple(wanting)


class _Request:
    """One project held against one plan."""

    def __init__(self, case: Case, plan: Plan, project: str) -> None:
        self.case, self.plan, self.project = case, plan, project
        self.before = PlanAudit.of(case.register, case.policy, plan)
        decided = {f.code for f in case.funds.values() if f.decides_grants}
        self.choice = Choice(
            {(line.fund, line.project): line.amount_fen for line in plan.lines if line.project is not None},
            plan.sites,
            {(x.fund, x.unit): x.amount_fen for x in plan.lines if x.project is None and x.fund in decided},
        )
        self._lacking = self._lacks(self.before)
        self._floors = {o.name: (-1 if o.sense == "min" else 1, o.raw_floor) for o in plan.run.objectives}

    @property
    def left(self) -> dict[str, int]:
        """What nobody gets of each fund, as far as projects may use it."""
        left = {}
        for code, fund in self.case.funds.items():
            paid = sum(fen for (f, _), fen in self.choice.pays.items() if f == code)
            allocated = sum(line.amount_fen for line in self.plan.lines if line.fund == code)
            left[code] = max(min(fund.projects_fen - paid, fund.total_fen - allocated), 0)
        return left

    def from_what_is_left(self) -> tuple[Place | None, int]:
        """The place without any line moved, or None; and what is missing for it."""
        cost = {self.project: self.case.cost_fen(self.project)}
        pays, missing = share_costs(cost, self.case.payers, self.left)
        if missing:
            return None, missing
        unit = self.case.projects[self.project].unit
        lines = [_line(fund, unit, code, fen) for (fund, code), fen in pays.items()]
        place = self._place(pays, (*self.plan.lines, *lines), self.plan.sites)
        return (None if place.broken else place), 0

    def swapped(self) -> Place | None:
        """The place once funds swap projects or formulas share less."""
        more, _ = with_project(self.case, self.choice, self.project)
        if more is None:
            return None
        place = self._place(more.pays, plan_lines(self.case, more), more.sites)
        return None if place.broken else place

    def instead(self) -> tuple[str | None, Place | None]:
        """The project whose place is best taken, and what that does."""
        best: tuple[Rank, str, Place] | None = None
        for other in sorted(self.choice.built):
            without = {pair: fen for pair, fen in self.choice.pays.items() if pair[1] != other}
            more, _ = with_project(self.case, replace(self.choice, pays=without), self.project)
            if more is None:
                continue
            sites = self._sites_kept(more)
            lines = plan_lines(self.case, replace(more, sites=sites))
            place = self._place(more.pays, lines, sites)
            if place.broken:
                continue
            rank = self._rank(PlanAudit(self.case.register, self.case.policy, lines, sites))
            if best is None or rank > best[0]:
                best = rank, other, place
        return (None, None) if best is None else best[1:]

    def _sites_kept(self, choice: Choice) -> tuple[str, ...]:
        """Sites whose checklist is still complete."""
        closed: dict[str, set[str]] = {}
        for code in choice.built:
            closed.setdefault(self.case.projects[code].unit, set()).update(self.case.projects[code].closes)
        return tuple(s for s in choice.sites if closed.get(s, set()).issuperset(self.case.missing(s)))

    def _place(self, pays: Mapping[tuple[str, str], int], lines: tuple[PlanLine, ...], sites: tuple[str, ...]) -> Place:
        audit = PlanAudit(self.case.register, self.case.policy, lines, sites)
        lacking = self._lacks(audit)
        raw = raw_objectives(self.case.register, self.case.policy, audit)
        own = self.case.projects[self.project]
        moved = moved_units(
            [x for x in self.plan.lines if x.unit != own.unit], [x for x in lines if x.unit != own.unit]
        )
        return Place(
            pays={fund: fen for (fund, code), fen in sorted(pays.items()) if code == self.project},
            broken=tuple(rule for rule, short in lacking.items() if short > self._lacking[rule]),
            worsened=tuple(n for n, (sign, floor) in self._floors.items() if sign * raw[n] < sign * floor),
            units=moved,
            projects=tuple(m for m in moved_projects(self.plan.lines, lines) if m.code != self.project),
            sites_lost=tuple(sorted(set(self.plan.sites) - set(sites))),
        )

    def _lacks(self, audit: PlanAudit) -> dict[str, int]:
        """Rule -> what is missing of what must hold."""
        lacks: dict[str, int] = {}
        for rule in rules_in_force(self.case.policy):
            short = sum(s.amount for s in rule.check(audit) if rule.kind == "must" or s.always)
            lacks[rule.id] = lacks.get(rule.id, 0) + short
        return lacks

    def _rank(self, audit: PlanAudit) -> Rank:
        raw = raw_objectives(self.case.register, self.case.policy, audit)
        signed = [(sign * raw[name], sign * floor) for name, (sign, floor) in self._floors.items()]
        return tuple(min(value, floor) for value, floor in signed), tuple(value for value, _ in signed)


def _line(fund: str, unit: str, project: str, fen: int) -> PlanLine:
    return PlanLine(line=f"{fund}.{project}", fund=fund, unit=unit, project=project, amount_fen=fen, parts={}, rules=())
