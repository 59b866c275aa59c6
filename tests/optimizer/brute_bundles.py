"""Bundles for brute force: which projects go together and what they save, from the words of the rule alone (M06)."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from optimizer.rules.bundle import Bundle

if TYPE_CHECKING:
    from tests.optimizer.brute_case import BruteCase


def bundles_of(case: BruteCase, rule: Bundle) -> list[list[str]]:
    """The bundles of two projects and more a rule makes."""
    payable = [c for c in case.projects if case.payers[c]]
    if rule.projects is not None:
        return [sorted(rule.projects)]
    units = set(case.where(rule.where))
    picked = [
        c
        for c in payable
        if case.projects[c].unit in units
        and (rule.category is None or case.projects[c].category == rule.category)
        and (rule.closes is None or rule.closes in case.projects[c].closes)
    ]
    label = {c: case.projects[c].unit for c in picked}
    if rule.within == "county":
        label = dict.fromkeys(picked, "all")
    while rule.within == "neighbours":  # give neighbours the smaller of their labels until nothing changes
        before = dict(label)
        for a, b in case.register.adjacency:
            beside = [c for c in picked if case.projects[c].unit in (a, b)]
            if {case.projects[c].unit for c in beside} == {a, b}:
                label |= dict.fromkeys(beside, min(label[c] for c in beside))
        if label == before:
            break
    groups = [[c for c in picked if label[c] == name] for name in sorted(set(label.values()))]
    return [sorted(group) for group in groups if len(group) > 1]


def saved_fen(case: BruteCase, rule: Bundle, members: list[str]) -> dict[str, int]:
    """What each member costs less, in fen."""
    quantum = case.policy.quantum_fen
    costs = {c: case.projects[c].remaining_fen for c in members}
    if not rule.discount_fen:
        return {c: int(Fraction(rule.discount_share) * cost / quantum) * quantum for c, cost in costs.items()}
    upto = {c: sum(costs[o] for o in members if o <= c) for c in members}
    sums = {c: int(Fraction(rule.discount_fen * upto[c], sum(costs.values())) / quantum) * quantum for c in members}
    return {c: sums[c] - max([sums[o] for o in members if o < c], default=0) for c in members}
