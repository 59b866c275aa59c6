"""The words behind codes, in both languages: states, steps, kinds, rules, clauses … as pages and programs show them."""

from __future__ import annotations

from functools import cache

from service.asking.lists import LISTS
from service.problem_types import Words
from texts import entries

GROUPS: dict[str, tuple[str, str]] = {
    "plan_states": ("times.state.", ""),
    "project_steps": ("times.step.", ""),
    "subjects": ("times.subject.", ""),
    "unit_kinds": ("kind.", ""),
    "standings": ("standing.", ""),
    "haves": ("have.", ""),
    "grant_parts": ("part.", ""),
    "rules": ("rule.", ""),
    "clauses": ("clause.", ""),
    "objectives": ("objective.", ""),
    "left_out": ("left_out.", ".label"),
    "trace_steps": ("trace.step.", ""),
    "money_kinds": ("trace.kind.", ""),
    "reconciliation_outcomes": ("reconcile.outcome.", ""),
    "reconciliation_steps": ("reconcile.step.", ""),
    "reconciliation_differing": ("reconcile.differing.", ""),
    "roles": ("web.role.", ""),
}
"""Group -> the beginning and the end of its keys in the catalogue; what stands between is the code."""
AUDIT_LISTS = "audit_lists"


@cache
def vocabulary() -> dict[str, dict[str, Words]]:
    """Group -> code -> what it is called. Texts with places for values are no names and are left out."""
    found: dict[str, dict[str, Words]] = {group: {} for group in (*GROUPS, AUDIT_LISTS)}
    for key, pair in entries().items():
        for group, (opening, ending) in GROUPS.items():
            code = key[len(opening) : len(key) - len(ending)]
            if key.startswith(opening) and key.endswith(ending) and "." not in code and "{" not in pair["en"]:
                found[group][code] = Words(pair["zh"], pair["en"])
    for kind in LISTS:
        pair = entries()[f"audit.{kind}.title"]
        found[AUDIT_LISTS][kind] = Words(pair["zh"], pair["en"])
    return found
