"""What a policy may say: anything else is not understood, and nothing is certified of it."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from typing import Any

from documents.standalone.certificate_check.sayings import Wrong

POLICY_KEYS = frozenset(
    [
        "policy",
        "version",
        "title",
        "in_force_from",
        "note",
        "quantum_yuan",
        "checklist",
        "priority",
        "welfare",
        "funds",
        "rules",
        "objectives",
        "limits",
    ]
)
FUND_KEYS = frozenset(["clause", "purposes", "mode", "formula", "envelopes", "raisable", "repair_cost"])
FORMULA_KEYS = frozenset(["floor_yuan", "floor_clause", "cap_yuan", "factors", "group_by", "groups", "method"])
RULE_KEYS = frozenset(["rule", "id", "clause", "kind", "priority_class", "label", "statutory", "repair_cost"])
LIMIT_KEYS = frozenset(["where", "funds", "amount_yuan", "per_household_yuan"])
KNOWN_RULES: dict[str, frozenset[str]] = {
    "floor": LIMIT_KEYS,
    "cap": LIMIT_KEYS,
    "share": frozenset(["where", "each", "funds", "at_least", "at_most"]),
    "unfinished-first": frozenset(),
    "demonstration-sites": frozenset(["sites_min", "sites_max", "town_kinds", "benefit_per_site"]),
    "prerequisites": frozenset(),
    "variants": frozenset(),
    "resource": frozenset(["quantity", "at_most", "at_least", "supply", "each", "where"]),
}
"""The kinds of rules this check understands, and what each may say beside what every rule says."""
MUST_ONLY = frozenset(["resource"])
"""Of these, the kinds that are understood as must-rules alone."""
DROPPED_RULES = frozenset(
    [
        "both-ends",
        "contiguity",
        "corridor",
        "inequality",
        "linear",
        "matched-grant",
        "rented-office",
        "reward-tiers",
        "stability",
        "stable-money",
    ]
)
"""Kinds that, as must-rules without points, only forbid: they are not worked out, and leaving them out of the proof
costs it nothing but closeness."""
CHECKLIST = ["people", "money", "place", "rules", "services", "records"]


def yuan(value: Any, where: str) -> int:
    """An amount of the policy in fen: whole yuan, or a text with up to two decimals, perhaps in 万 or 亿."""
    match = re.fullmatch(r"¥?([0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,18})(?:\.([0-9]{1,10}))?(万|亿)?元?", str(value).strip())
    if match is None or isinstance(value, bool):
        raise Wrong("shape", where=where, found=value, expected="an amount in yuan")
    fen = (
        Decimal(match[1].replace(",", "") + "." + (match[2] or "0"))
        * {"": 100, "万": 10**6, "亿": 10**10}[match[3] or ""]
    )
    if fen != int(fen):
        raise Wrong("shape", where=where, found=value, expected="an amount to the fen")
    return int(fen)


def exact(value: Any, where: str) -> Fraction:
    """A plain decimal number of the policy."""
    if isinstance(value, bool) or not re.fullmatch(r"-?[0-9]{1,30}(\.[0-9]{1,30})?", str(value)):
        raise Wrong("shape", where=where, found=value, expected="a decimal number")
    return Fraction(str(value))
