"""Bundles as the verifier reads them: from register and policy alone, apart from the search's `bundling.py` (M06)."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from optimizer.rules.bundle import Bundle

if TYPE_CHECKING:
    from optimizer.checking.audit import PlanAudit


def bundles_of(audit: PlanAudit) -> dict[str, list[list[str]]]:
    """Rule -> its bundles, each the codes of its projects in order."""
    rules = [rule for rule in audit.policy.rules if isinstance(rule, Bundle)]
    return {rule.id: [one for one in _groups(audit, rule) if len(one) > 1] for rule in rules}


def discounts_fen(audit: PlanAudit) -> dict[str, int]:
    """Project -> what it costs less because it is only built with its bundle, in fen."""
    saved: dict[str, int] = {}
    for rule in audit.policy.rules:
        if not isinstance(rule, Bundle) or rule.kind != "must":
            continue
        for members in audit.bundles(rule.id):
            whole = sum(audit.plannable[code].remaining_fen for code in members)
            upto = 0
            for code in members:
                cost = audit.plannable[code].remaining_fen
                if rule.discount_fen:
                    before, upto = upto, upto + cost
                    last, first = (_down(audit, Fraction(rule.discount_fen * part, whole)) for part in (upto, before))
                    saved[code] = last - first
                else:
                    saved[code] = _down(audit, Fraction(rule.discount_share) * cost)
    return saved


def _groups(audit: PlanAudit, rule: Bundle) -> list[list[str]]:
    payable = [code for code, project in sorted(audit.plannable.items()) if audit.payers(project)]
    if rule.projects is not None:
        return [[code for code in payable if code in rule.projects]]
    wanted = {unit.code for unit in audit.chosen(rule.where)}
    groups: list[tuple[set[str], list[str]]] = []
    for code in payable:
        project = audit.plannable[code]
        if project.unit not in wanted or rule.category not in (None, project.category):
            continue
        if rule.closes is not None and rule.closes not in project.closes:
            continue
        joined = ({project.unit}, [code])
        for other in [group for group in groups if _belong(audit, rule, group[0], project.unit)]:
            groups.remove(other)
            joined = (joined[0] | other[0], joined[1] + other[1])
        groups.append(joined)
    return [sorted(codes) for _, codes in sorted(groups, key=lambda group: min(group[0]))]


def _belong(audit: PlanAudit, rule: Bundle, units: set[str], unit: str) -> bool:
    """Whether a project of `unit` joins a bundle that lies in `units`."""
    if rule.within == "county" or unit in units:
        return True
    borders = audit.borders
    return rule.within == "neighbours" and any((u, unit) in borders or (unit, u) in borders for u in units)


def _down(audit: PlanAudit, fen: Fraction) -> int:
    quantum = audit.policy.quantum_fen
    return fen // quantum * quantum
