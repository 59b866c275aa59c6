"""From a clause or rule of the policy forward to the yuan it moved: lines, commitments and payments under it (M32).

A line's money is ascribed as the plan itself ascribes it: a formula grant piece by piece (`why`), a project as a whole
to every rule its line cites, and all lines of a fund to the clause the fund is planned under. No yuan counts twice for
one clause. Rules over many units at once (shares, bounds) move nothing by themselves; they are shown with the group
they bound and whether they bind.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from msgspec import to_builtins

from documents.citations import Citations
from documents.clauses import clause_table
from domain.errors import Refusal
from domain.folds import MoneyFold
from domain.money import Lang
from domain.plan import PlanLine
from domain.policy.model import Policy
from domain.traces import Bounded, MovedLine
from optimizer.case import Case
from optimizer.checking.audit import PlanAudit
from optimizer.reasons.decomposition import decompose
from optimizer.reasons.numbers import standings
from optimizer.rules import rules_in_force
from optimizer.rules.base import PlanRule, chosen_units
from service.asking.known import Known
from service.asking.subjects import Subject, facts_about
from service.county import County
from service.plan_reading import planned
from service.planning import plans_at
from service.registers import Moment
from service.why import Asked


class NotCited(Refusal):
    """A clause or rule that no plan's policy knows."""

    code = "not-cited"
    sentence_en = "No rule, formula or fund of the plans on the record at position {position} cites {given}."
    cure_en = "They cite: {cited}."


class NoPlanThen(Refusal):
    """A question about plans at a moment when there was none."""

    code = "no-plan-then"
    sentence_en = "No plan was on the record at position {position}."
    cure_en = "Ask for a later moment, or name another plan; `tongchou plans list` lists them."


@dataclass(frozen=True)
class Moved:
    """What a clause or rule moved."""

    what: str
    plans: tuple[str, ...]
    policies: tuple[Policy, ...]
    lines: tuple[MovedLine, ...]
    bounded: tuple[Bounded, ...]
    at: Moment
    names: Known

    def table(self, lang: Lang) -> Any:
        """For the terminal."""
        return clause_table(
            self.what, self.plans, self.policies[-1], self.lines, self.bounded, self.at.position, self.names, lang
        )

    def json(self) -> dict[str, Any]:
        """For programs."""
        figures = ("amount_fen", "committed_fen", "paid_fen")
        units: dict[str, dict[str, int]] = {}
        for line in self.lines:
            sums = units.setdefault(line.unit, dict.fromkeys(figures, 0))
            for figure in figures:
                sums[figure] += getattr(line, figure)
        return {
            "what": self.what,
            "plans": self.plans,
            "position": self.at.position,
            "as_of": self.at.as_of,
            "lines": to_builtins(self.lines),
            "units": units,
            "total": {figure: sum(getattr(line, figure) for line in self.lines) for figure in figures},
            "bounded": to_builtins(self.bounded),
        }


def moved_by(
    county: County, at: Moment, *, clause: str | None = None, rule: str | None = None, plan: str | None = None
) -> Moved:
    """What a clause (`M11`) or a rule (its id) moved, under one plan or all that are or were in force.

    Where none ever was in force, the newest plan is taken. Raises `NotCited`, `NoPlanThen` or `UnknownPlan`.
    """
    what = str(clause or rule)
    asked = [Asked(planned(county, code, at)) for code in _plans(county, at, plan)]
    lines: list[MovedLine] = []
    bounded: list[Bounded] = []
    known = False
    for about in asked:
        wanted = _Wanted(about, what, by_clause=clause is not None)
        known = known or bool(wanted.rules or wanted.funds)
        lines += _lines(county, about, wanted, at)
        bounded += _bounded(about, wanted)
    if not known:
        cited = {c for about in asked for c in _Wanted(about, "", by_clause=clause is not None).every}
        raise NotCited(given=what[:40], position=at.position, cited=", ".join(sorted(cited)))
    plans = tuple(about.planned.plan_id for about in asked)
    policies = tuple(about.loaded.policy for about in asked)
    return Moved(what, plans, policies, tuple(lines), tuple(bounded), at, Known(county, at.position))


def _plans(county: County, at: Moment, plan: str | None) -> list[str]:
    if plan is not None:
        return [plan]
    known = plans_at(county, at).plans
    if not known:
        raise NoPlanThen(position=at.position)
    lived = [code for code, life in known.items() if life.state in ("approved", "noticed", "superseded")]
    return lived or [next(reversed(known))]


class _Wanted:
    """What of a policy a clause or rule means: ids of rules as lines and pieces cite them, and funds."""

    def __init__(self, about: Asked, what: str, *, by_clause: bool) -> None:
        policy, content = about.loaded.policy, about.planned.computed.plan
        citations = Citations(policy)
        self.of: Mapping[str, str | None] = {
            rule: citations[rule].clause if by_clause else rule for rule in _cited(about.case, content.lines, policy)
        }
        clauses = {code: fund.clause if by_clause else code for code, fund in policy.funds.items()}
        self.funds: Collection[str] = {code for code, clause in clauses.items() if by_clause and clause == what}
        self.rules: Collection[str] = {rule for rule, meant in self.of.items() if meant == what}
        self.every = {name for name in (*self.of.values(), *(clauses.values() if by_clause else ())) if name}


def _cited(case: Case, lines: Collection[PlanLine], policy: Policy) -> set[str]:
    """Every id a line, a piece of a grant or the policy itself may cite."""
    found = {rule for line in lines for rule in line.rules} | {rule.id for rule in policy.rules}
    found |= {f"priority.{criterion.id}" for criterion in policy.priority.criteria}
    for code, fund in policy.funds.items():
        if fund.formula is not None:
            found |= {f"{code}.floor", f"{code}.duty", *(f"{code}.{factor.id}" for factor in fund.formula.factors)}
    return found | {rule.id for rule in rules_in_force(case.policy)}


def _lines(county: County, about: Asked, wanted: _Wanted, at: Moment) -> Iterator[MovedLine]:
    case, plan = about.case, about.planned.computed.plan
    spent = _spent(county, about.planned.plan_id, at)
    pieces: dict[str, dict[str, int]] = {}
    for unit in sorted({line.unit for line in plan.lines}):
        for piece in decompose(case, plan, unit).pieces:
            by_rule = pieces.setdefault(piece.line, {})
            by_rule[piece.rule] = by_rule.get(piece.rule, 0) + piece.amount_fen
    for line in plan.lines:
        rules, fen = _ascribed(line, pieces.get(line.line, {}), wanted)
        if not rules:
            continue
        spending = spent.line(about.planned.plan_id, line.line)
        yield MovedLine(
            plan=about.planned.plan_id,
            line=line.line,
            fund=line.fund,
            unit=line.unit,
            project=line.project,
            rules=rules,
            amount_fen=fen,
            line_fen=line.amount_fen,
            committed_fen=_share(spending.held_fen, fen, line.amount_fen),
            paid_fen=_share(spending.paid_fen, fen, line.amount_fen),
        )


def _ascribed(line: PlanLine, pieces: Mapping[str, int], wanted: _Wanted) -> tuple[tuple[str, ...], int]:
    """The rules meant that made a line, and how much of it they made."""
    if line.fund in wanted.funds:
        return tuple(line.rules), line.amount_fen
    if line.project is not None:
        rules = tuple(rule for rule in line.rules if rule in wanted.rules)
        return rules, line.amount_fen if rules else 0
    rules = tuple(rule for rule in pieces if rule in wanted.rules)
    return rules, sum(pieces[rule] for rule in rules)


def _share(spent_fen: int, part_fen: int, line_fen: int) -> int:
    """The part's share of what was spent of a line, rounded down to the fen."""
    return spent_fen * part_fen // line_fen if line_fen else 0


def _spent(county: County, plan: str, at: Moment) -> MoneyFold:
    fold = MoneyFold()
    for recorded in facts_about(county, Subject("plan", plan), at):
        fold.apply(recorded.fact)
    return fold


def _bounded(about: Asked, wanted: _Wanted) -> Iterator[Bounded]:
    """The rules meant that bound groups of units."""
    case, plan = about.case, about.planned.computed.plan
    cited = {rule for line in plan.lines for rule in line.rules}
    asked = [rule for rule in case.policy.rules if rule.id in wanted.rules and rule.id not in cited]
    if not asked:
        return
    audit = PlanAudit(
        case.register, case.policy, plan.lines, plan.sites, plan.by_hand, baseline=case.baseline, schedule=plan.schedule
    )
    binding = {one.rule: one.binding for one in standings(audit)}
    for rule in asked:
        where = getattr(rule, "where", None) if isinstance(rule, PlanRule) else None
        units = set(chosen_units(case, where))
        yield Bounded(
            plan=about.planned.plan_id,
            rule=rule.id,
            where=None if where is None else str(where),
            units=len(units),
            amount_fen=sum(line.amount_fen for line in plan.lines if line.unit in units),
            whole_fen=sum(line.amount_fen for line in plan.lines),
            binding=binding.get(rule.id, False),
        )
