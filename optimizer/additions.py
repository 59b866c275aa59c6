"""Why no further project fits: for each one left out, what adding it, and nothing else, would run into (M20).

What whole projects leave of a fund stays unallocated; this is the proof that it could not have gone to one more.
Where the objectives share a fund between grants and projects, what a project would take from the grants is weighed too.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property

from domain.plan import NotFunded, less_is_better
from optimizer.assembly import Choice, audit_of
from optimizer.case import Case
from optimizer.checking.standing import raw_objectives
from optimizer.flow import share_costs
from optimizer.grants import settle_grants
from optimizer.rules import rules_in_force
from optimizer.rules.base import comes_anyway


def not_funded(case: Case, choice: Choice) -> tuple[list[NotFunded], list[str]]:
    """The reason for every admitted project left out, and the codes of those that would fit after all."""
    before = _Standing(case, choice)
    reasons: list[NotFunded] = []
    fitting: list[str] = []
    for project in case.register.plannable_projects():
        if project.remaining_fen <= 0 or project.code in choice.built:
            continue
        reason = _reason(case, choice, project.code, before)
        if reason is None:
            fitting.append(project.code)
        else:
            reasons.append(reason)
    return reasons, fitting


def with_project(case: Case, choice: Choice, code: str) -> tuple[Choice | None, int]:
    """The choice with one more project built, and all that is bundled with it (M06), or what is missing, in fen.

    What was paid stays paid, though by another fund where that makes room; formula grants the objectives decided are
    cut only when there is no other way.
    """
    cost = {one: case.cost_fen(one) for one in case.together(code) if one not in choice.built}
    granted = dict.fromkeys(case.funds, 0)
    for (fund_code, _), fen in choice.grants.items():
        granted[fund_code] += fen
    capacity = {f.code: min(f.projects_fen, f.total_fen - granted[f.code]) for f in case.funds.values()}
    pays, missing = share_costs(cost, case.payers, capacity, choice.pays)
    if missing:
        for fund in case.funds.values():
            if fund.decides_grants:
                capacity[fund.code] = min(fund.projects_fen, fund.total_fen - case.grants_least_fen(fund))
        pays, missing = share_costs(cost, case.payers, capacity, choice.pays)
        if missing:
            return None, missing
        more = replace(choice, pays=pays, rest_fen=None)
        return replace(more, grants=settle_grants(case, more)), 0
    return replace(choice, pays=pays, rest_fen=None), 0


class _Standing:
    """How a choice stands: what it lacks of each must-rule, and what it reaches in each objective."""

    def __init__(self, case: Case, choice: Choice) -> None:
        self._case = case
        self._audit = audit = audit_of(case, choice)
        self.lacking: dict[str, int] = {}
        for rule in rules_in_force(case.policy):
            short = sum(s.amount for s in rule.check(audit) if rule.kind == "must" or s.always)
            self.lacking[rule.id] = self.lacking.get(rule.id, 0) + short

    @cached_property
    def objectives(self) -> dict[str, int]:
        """Asked only where no must-rule has told already."""
        return raw_objectives(self._case.register, self._case.policy, self._audit)

    def worse_than(self, other: _Standing) -> tuple[str, str] | None:
        """The first must-rule (`rule`, id) or objective (`objective`, name) in which this stands worse, if any."""
        for rule, short in self.lacking.items():
            if short > other.lacking[rule]:
                return "rule", rule
        for name, value in self.objectives.items():
            was = other.objectives[name]
            if value > was if less_is_better(name) else value < was:
                return "objective", name
        return None


def _reason(case: Case, choice: Choice, code: str, before: _Standing) -> NotFunded | None:
    project = case.register.projects[code]
    if code not in case.projects:
        return NotFunded(project=code, reason="no-fund", detail=", ".join(project.purposes))
    others = case.register.projects
    if project.variant_group:
        for other in others.values():
            taken = other.code in choice.built or comes_anyway(other)
            if other.variant_group == project.variant_group and taken:
                return NotFunded(project=code, reason="variant", detail=other.code)
    for needed in project.requires:
        if needed in case.together(code):
            continue
        if needed not in choice.built and not (needed in others and comes_anyway(others[needed])):
            return NotFunded(project=code, reason="prerequisite", detail=needed)
    more, missing = with_project(case, choice, code)
    if more is None:
        return NotFunded(project=code, reason="no-money", detail=", ".join(case.payers[code]), missing_fen=missing)
    match _Standing(case, more).worse_than(before):
        case ("rule", rule):
            return NotFunded(project=code, reason="rule", detail=rule)
        case ("objective", name):
            return NotFunded(project=code, reason="objective", detail=name)
        case _:
            return None
