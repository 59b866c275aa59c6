"""What the page of a plan shows beside its report: lines by fund, how rules stand, changes by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from documents.citations import Citations, clauses
from documents.proof import objective_name
from documents.reasons import line_content
from documents.standings import StandingRow, standing_rows
from documents.wording import name
from domain.facts.plans import PlanLineAdjusted
from service.county import County
from service.planning import Planned
from service.registers import Moment, counting
from service.unit_pages import view_of
from service.why import Asked, rules_of
from texts import Both


@dataclass(frozen=True)
class LineRow:
    """One line of a plan."""

    line: str
    unit: str
    unit_name: Both
    content: Both
    clauses: tuple[str, ...]
    amount_fen: int


@dataclass(frozen=True)
class FundLines:
    """The lines one fund pays."""

    fund: str
    name: Both
    total_fen: int
    lines: tuple[LineRow, ...]


@dataclass(frozen=True)
class ByHand:
    """One change of lines by hand: who, when, why, which lines, and what each objective lost by it."""

    position: int
    who: str
    on: date
    reason: str
    lines: tuple[tuple[str, int, int], ...]
    """Line, before and after in fen; 0 where there is none."""
    cost: tuple[tuple[Both, str], ...]


def lines_by_fund(found: Planned) -> list[FundLines]:
    """Every line of a plan, fund by fund."""
    view = view_of(found)
    citations = Citations(view.policy)
    units = view.register.units
    result = []
    for code, fund in view.register.funds.items():
        rows = [
            LineRow(
                line.line,
                line.unit,
                name(units[line.unit]),
                line_content(line, view),
                tuple(sorted(clauses(citations.of(line.rules)))),
                line.amount_fen,
            )
            for line in view.plan.lines
            if line.fund == code
        ]
        result.append(FundLines(code, name(fund), sum(row.amount_fen for row in rows), tuple(rows)))
    return result


def rule_standings(found: Planned) -> list[StandingRow]:
    """How every rule of the policy stands in a plan."""
    return standing_rows(view_of(found), rules_of(Asked(found)).standings)


def by_hand(county: County, plan: str, at: Moment) -> list[ByHand]:
    """The changes by hand a plan has seen, as known and effective at a moment."""
    found = []
    for recorded in counting(county, at, (PlanLineAdjusted,), tags=[f"plan:{plan}"]):
        fact = recorded.fact
        assert isinstance(fact, PlanLineAdjusted)
        old = {line.line: line.amount_fen for line in fact.old_lines}
        new = {line.line: line.amount_fen for line in fact.new_lines}
        by = fact.mandate
        found.append(
            ByHand(
                recorded.position,
                f"{county.name_of(by.person) or by.person} · {by.post}" if county.named else by.post,
                by.effective_on,
                fact.reason,
                tuple((line, old.get(line, 0), new.get(line, 0)) for line in dict.fromkeys((*old, *new))),
                tuple((objective_name(objective), lost) for objective, lost in fact.cost.items()),
            )
        )
    return found
