"""What rules about the map came to: how many pairs of neighbours a plan makes sites, or builds together (M15, M16).

Counted from the register's list of neighbours and the plan itself, rule by rule, the way each rule picks its units.
"""

from __future__ import annotations

from documents.citations import Citations
from documents.view import View
from documents.wording import count
from domain.policy.model import Rule
from domain.scoring import condition, unit_values
from texts import Both, both

OF_SITES, OF_WORKS = "corridor", "contiguity"
"""Rules that look at demonstration sites, and at units with projects."""


def neighbour_findings(view: View, citations: Citations) -> list[tuple[Both, Both]]:
    """For every rule about neighbours its name, and how many pairs there are under it."""
    return [
        (citations[rule.id].label, both(f"finding.neighbours.{rule.rule}", pairs=count(_pairs(view, rule))))
        for rule in view.policy.rules
        if rule.rule in (OF_SITES, OF_WORKS)
    ]


def _pairs(view: View, rule: Rule) -> int:
    register = view.register
    where, each = getattr(rule, "where", None), getattr(rule, "each", None)
    chosen = set(view.plan.sites) if rule.rule == OF_SITES else {work.project.unit for work in view.projects}
    if where is not None:
        own = {u: (register.units[u], register.townships[register.units[u].township]) for u in chosen}
        values = {u: unit_values(unit, town, view.policy.checklist) for u, (unit, town) in own.items()}
        chosen = {u for u in chosen if condition(where, values[u], f"rule {rule.id}")}
    pairs = {frozenset(pair) for pair in register.adjacency if len({*pair}) == 2 and chosen.issuperset(pair)}
    return sum(each is None or len({getattr(register.units[u], each) for u in pair}) == 1 for pair in pairs)
