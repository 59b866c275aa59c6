"""What a plan says of the projects it leaves out, checked without a solver: each reason must be true (M20).

No money: by the theorem on flows and cuts (L. R. Ford and D. R. Fulkerson, 1956), with D(S) the costs that only funds
of a set S may pay and C(S) what these funds have for projects, the sum missing for one project more is exactly

    max over S of  D(S) - C(S),     S any union of payers of projects, the one more counted in D              (1)

A project that must be bundled with others (M06) comes with all of them.

A rule or objective: the project is added, and must then make that rule or objective worse; where grants the objectives
decided would have to be cut for it, only the name is checked.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from domain.plan import NotFunded, Plan, PlanLine, less_is_better
from domain.register import Project
from domain.scoring import Scores
from optimizer.checking.audit import PlanAudit
from optimizer.checking.standing import by_formula, formula_split, raw_objectives
from optimizer.flow import share_costs
from optimizer.rules import rules_in_force
from optimizer.rules.base import comes_anyway


def check_left_out(audit: PlanAudit, plan: Plan) -> Iterator[tuple[str, str]]:
    """(where, sentence) for every project left out without a reason, or with a reason that is not so."""
    stated = {claim.project: claim for claim in plan.not_funded}
    if set(stated) != set(audit.plannable) - audit.funded or len(stated) != len(plan.not_funded):
        yield "plan", "The plan does not say once of exactly the projects it leaves out why they are."
        return
    claims = _Claims(audit, plan)
    for code, claim in stated.items():
        if not claims.holds(claim):
            yield code, f"What the plan says of why {code} is left out ({claim.reason} {claim.detail}) is not so."


class _Claims:
    """The plan's money and standing, against which each claim is held."""

    def __init__(self, audit: PlanAudit, plan: Plan) -> None:
        self.audit = audit
        self.plan = plan
        self._tightest: dict[frozenset[frozenset[str]], dict[frozenset[frozenset[str]], int]] = {}

    def holds(self, claim: NotFunded) -> bool:
        """Whether a claim is true, as far as it can be told without searching."""
        project = self.audit.plannable[claim.project]
        payers = self.audit.payers(project)
        if claim.missing_fen and claim.reason != "no-money":
            return False
        match claim.reason:
            case "no-fund":
                return not payers
            case "variant":
                return bool(payers) and self._taken(project, claim.detail)
            case "prerequisite":
                return bool(payers) and claim.detail in project.requires and not self._there(claim.detail)
            case "no-money":
                return bool(payers) and claim.missing_fen == self.missing_fen(project) > 0
            case "rule" | "objective":
                return bool(payers) and self._worse(project, claim)
            case "by-hand":
                return bool(self.plan.by_hand)

    def missing_fen(self, project: Project) -> int:
        """(1), or 0 when the money is there."""
        more: dict[frozenset[str], int] = {}
        for one in self._added(project):
            own = frozenset(self.audit.payers(one))
            more[own] = more.get(own, 0) + self.audit.cost_fen(one)
        tightest = self._tightest_of(frozenset(more))
        return max(0, *(sum(more[own] for own in inside) + fen for inside, fen in tightest.items()))

    def _tightest_of(self, added: frozenset[frozenset[str]]) -> dict[frozenset[frozenset[str]], int]:
        """Which payers of added projects lie in S -> the most of D(S) - C(S), the added projects not yet counted."""
        if added not in self._tightest:
            sets = {frozenset[str]()}
            for payers in (*self._costs, *added):
                sets |= {s | payers for s in sets}
            most: dict[frozenset[frozenset[str]], int] = {}
            for s in sets:
                demand = sum(fen for payers, fen in self._costs.items() if payers <= s)
                inside = frozenset(payers for payers in added if payers <= s)
                over = demand - sum(self._capacity[fund] for fund in s)
                most[inside] = max(over, most.get(inside, over))
            self._tightest[added] = most
        return self._tightest[added]

    def _added(self, project: Project) -> list[Project]:
        """What one project more brings into the plan: itself, and what it is bundled with."""
        together = self.audit.together(project.code)
        return [self.audit.plannable[code] for code in together if code not in self.audit.funded]

    @cached_property
    def _costs(self) -> dict[frozenset[str], int]:
        """Funds that may pay -> cost of all projects of this year only they may pay."""
        costs: dict[frozenset[str], int] = {}
        for code in sorted(self.audit.funded_now):
            project = self.audit.register.projects[code]
            payers = frozenset(self.audit.payers(project))
            costs[payers] = costs.get(payers, 0) + self.audit.cost_fen(project)
        return costs

    @cached_property
    def _capacity(self) -> dict[str, int]:
        """What each fund has for projects at most: its envelope, less floors and duties that come out of it first."""
        capacity = {}
        for code in self.audit.planned_funds:
            total, spec = self.audit.total_fen(code), self.audit.policy.funds[code]
            capacity[code] = self.audit.projects_cap_fen(code)
            if spec.mode == "optimize" and spec.formula is not None:
                least = sum(sum(p.get(k, 0) for k in ("duty", "floor")) for p in self._whole_split(code).values())
                capacity[code] = min(capacity[code], total - least)
        return capacity

    def _whole_split(self, fund: str) -> dict[str, dict[str, int]]:
        formula, total = self.audit.policy.funds[fund].formula, self.audit.total_fen(fund)
        assert formula is not None
        split = formula_split(self.audit, fund, formula, total, self._scores)
        return {unit: {str(part): fen for part, fen in parts.items()} for unit, parts in split.parts.items()}

    @cached_property
    def _scores(self) -> Scores:
        return self.audit.reckoning.scores

    def _there(self, code: str) -> bool:
        projects = self.audit.register.projects
        return code in self.audit.funded or (code in projects and comes_anyway(projects[code]))

    def _taken(self, project: Project, other: str) -> bool:
        projects = self.audit.register.projects
        alike = other in projects and projects[other].variant_group == project.variant_group is not None
        return alike and other != project.code and self._there(other)

    def _worse(self, project: Project, claim: NotFunded) -> bool:
        before, named = self._before, (str(claim.reason), claim.detail)
        if named not in before or self.missing_fen(project):
            return False
        more = self._with(self._added(project))
        if more is None or self.plan.by_hand:
            return True
        now = self._lacking(more) if claim.reason == "rule" else self._reached(more)
        return now[named] < before[named]

    @cached_property
    def _before(self) -> dict[tuple[str, str], int]:
        return self._standing(self.audit)

    def _standing(self, audit: PlanAudit) -> dict[tuple[str, str], int]:
        """Must-rules and objectives, as numbers that are better when larger."""
        return self._lacking(audit) | self._reached(audit)

    def _reached(self, audit: PlanAudit) -> dict[tuple[str, str], int]:
        """Objectives alone."""
        raw = raw_objectives(audit.register, audit.policy, audit)
        return {("objective", name): -value if less_is_better(name) else value for name, value in raw.items()}

    def _lacking(self, audit: PlanAudit) -> dict[tuple[str, str], int]:
        """Must-rules alone."""
        standing: dict[tuple[str, str], int] = {}
        for rule in rules_in_force(audit.policy):
            short = sum(s.amount for s in rule.check(audit) if rule.kind == "must" or s.always)
            standing["rule", rule.id] = standing.get(("rule", rule.id), 0) - short
        return standing

    def _with(self, added: list[Project]) -> PlanAudit | None:
        """The plan with these projects more, grants the objectives decided untouched; None where that cannot be."""
        audit, paid = self.audit, {(x.fund, x.project): x.amount_fen for x in self.audit.lines if x.project is not None}
        payers_of = {p.code: audit.payers(p) for p in added}
        payers_of |= {code: audit.payers(audit.register.projects[code]) for _, code in paid}
        pays, missing = share_costs({p.code: audit.cost_fen(p) for p in added}, payers_of, self._free, paid)
        if missing:
            return None
        lines = [line for line in audit.lines if line.project is None]
        lines += [_line(fund, audit.register.projects[code].unit, code, fen) for (fund, code), fen in pays.items()]
        return by_formula(audit, lines, self._scores)

    @cached_property
    def _free(self) -> dict[str, int]:
        """What each fund has for projects when grants the objectives decided stay as they are."""
        free = {}
        for code in self.audit.planned_funds:
            free[code] = self.audit.projects_cap_fen(code)
            if self.audit.policy.funds[code].mode == "optimize":
                own = [line for line in self.audit.lines if line.fund == code and line.project is None]
                left = self.audit.total_fen(code) - sum(line.amount_fen for line in own)
                free[code] = min(free[code], left)
        return free


def _line(fund: str, unit: str, project: str | None, fen: int) -> PlanLine:
    return PlanLine(line=f"{fund}.{unit}", fund=fund, unit=unit, project=project, amount_fen=fen, parts={}, rules=())
