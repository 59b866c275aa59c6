"""Which bundles a policy's rules make of the projects of a case, and what each member saves (M06).

The search's side; the verifier reads the same rules anew in `bundle_audit.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from domain.money import yuan
from optimizer.fund_case import CaseMisfit
from optimizer.rules.base import PlanRule, chosen_units
from optimizer.rules.bundle import Bundle

if TYPE_CHECKING:
    from optimizer.case import Case


@dataclass(frozen=True)
class Bundled:
    """One bundle: its rule and name, its members in order of codes, and what each of them saves in fen."""

    rule: str
    name: str
    members: tuple[str, ...]
    discount_fen: Mapping[str, int]
    must: bool


def bundled(rules: Sequence[PlanRule], case: Case) -> tuple[Bundled, ...]:
    """Every bundle of the rules. Raises `CaseMisfit` for one that cannot be, or a project that is in two."""
    found: list[Bundled] = []
    for rule in rules:
        if isinstance(rule, Bundle):
            found += _of_rule(rule, case)
    holder: dict[str, str] = {}
    for bundle in found:
        for member in bundle.members:
            if member in holder:
                raise CaseMisfit(
                    f"Project {member} would be in two bundles, by the rules {holder[member]} and {bundle.rule}; "
                    "take it out of one."
                )
            holder[member] = bundle.rule
    return tuple(found)


def _of_rule(rule: Bundle, case: Case) -> Iterator[Bundled]:
    groups = _picked(rule, case) if rule.projects is None else {"listed": _listed(rule, case, rule.projects)}
    for name, members in groups.items():
        if len(members) < 2:
            continue
        variants = [group for p in members if (group := case.projects[p].variant_group)]
        if twice := sorted(v for v in set(variants) if variants.count(v) > 1):
            raise CaseMisfit(
                f"The bundle of {', '.join(members)} (rule {rule.id}) holds two variants of {twice[0]}, of which only "
                "one may be built; list the projects it is meant to hold by `projects`."
            )
        yield Bundled(rule.id, name, tuple(members), _discounts(rule, case, members), rule.kind == "must")


def _listed(rule: Bundle, case: Case, codes: Sequence[str]) -> list[str]:
    for code in codes:
        if code not in case.projects:
            raise CaseMisfit(
                f"Rule {rule.id} bundles project {code}, which {_why_not(case, code)}; take it out of the bundle."
            )
    units = {case.projects[code].unit for code in codes}
    if rule.within == "unit" and len(units) > 1:
        raise CaseMisfit(
            f"Rule {rule.id} bundles projects of {', '.join(sorted(units))}, which are several units; write "
            "`within: neighbours` or `within: county`, or list projects of one unit."
        )
    if rule.within == "neighbours" and len(clusters := _clusters(case, units)) > 1:
        raise CaseMisfit(
            f"Rule {rule.id} bundles projects of units that do not border on one another: nothing joins "
            f"{', '.join(clusters[0])} with {', '.join(clusters[1])}; list projects of neighbours, record the border "
            "in the register, or write `within: county`."
        )
    return sorted(codes)


def _why_not(case: Case, code: str) -> str:
    project = case.register.projects.get(code)
    if project is None:
        return "the register does not have"
    if project.stage != "admitted":
        return f"is {project.stage}, not admitted"
    return "no fund of the policy may pay for" if project.remaining_fen > 0 else "needs no more money"


def _picked(rule: Bundle, case: Case) -> dict[str, list[str]]:
    """Name -> projects. A project no fund may pay for is not picked: it could only keep the others from being built."""
    units = set(chosen_units(case, rule.where))
    picked = [code for code, project in case.projects.items() if project.unit in units and rule.picks(project)]
    if rule.within == "county":
        return {"county": picked}
    homes = {case.projects[code].unit for code in picked}
    clusters = [[home] for home in sorted(homes)] if rule.within == "unit" else _clusters(case, homes)
    return {cluster[0]: [p for p in picked if case.projects[p].unit in cluster] for cluster in clusters}


def _clusters(case: Case, units: set[str]) -> list[list[str]]:
    """The units in groups joined by common borders, everything in order of codes."""
    beside: dict[str, set[str]] = {unit: set() for unit in units}
    for one, other in case.register.adjacency:
        if one in units and other in units:
            beside[one].add(other)
            beside[other].add(one)
    clusters, seen = [], set[str]()
    for start in sorted(units):
        if start in seen:
            continue
        reached, waiting = {start}, [start]
        while waiting:
            new = beside[waiting.pop()] - reached
            reached |= new
            waiting += new
        seen |= reached
        clusters.append(sorted(reached))
    return clusters


def _discounts(rule: Bundle, case: Case, members: Sequence[str]) -> dict[str, int]:
    """(4) or (5) of the rule, in fen."""
    costs, quantum = [case.projects[p].remaining_fen for p in members], case.policy.quantum_fen
    if rule.discount_fen:
        sums = [rule.discount_fen * upto // sum(costs) // quantum * quantum for upto in accumulate(costs, initial=0)]
        saved = [after - before for before, after in pairwise(sums)]
    else:
        numerator, denominator = rule.discount_share.as_integer_ratio()
        saved = [cost * numerator // denominator // quantum * quantum for cost in costs]
    for member, cost, fen in zip(members, costs, saved, strict=True):
        if fen >= cost:
            raise CaseMisfit(
                f"The discount of rule {rule.id} would take {yuan(fen)} off project {member}, which costs "
                f"{yuan(cost)}; make the discount smaller."
            )
    return dict(zip(members, saved, strict=True))
