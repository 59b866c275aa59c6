"""A proof that no plan exists: a tree of cases, in each of which prices contradict what rows can come to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from documents.standalone.certificate_check.case import Case
from documents.standalone.certificate_check.files import at, canonical, only, sha256, texts
from documents.standalone.certificate_check.policy import KNOWN_RULES
from documents.standalone.certificate_check.rows import Column, Rows, Shared
from documents.standalone.certificate_check.sayings import Wrong
from documents.standalone.certificate_check.tables import read_register

PROOF_KEYS = ("kind", "instance_hash", "rules", "rows", "columns", "tree", "policy_hash", "policy", "decided")
Ends = tuple[int, int]


@dataclass
class Refuted:
    """What a proof of impossibility proves, and what of it is taken on trust."""

    rules: list[str]
    cases: int
    trusted: list[str]


def check_impossible(proof: Any, register_path: Path) -> Refuted:
    """Check the arithmetic of a proof, and that its rows and columns are those of register and policy.

    Rows of rules this check does not know, and all of them where the proof comes without its policy, are taken on trust
    and named. At a leaf, with prices y on rows within the bounds of its case:

        sum(y a) x <= sum(y[r] high[r] for y[r] > 0) + sum(y[r] low[r] for y[r] < 0) < least of sum(y a) x     (2)

    which cannot be. A branch says that a whole number is at most v, or at least v + 1.
    """
    only(proof, PROOF_KEYS, "proof")
    rows, bounds = _stated_rows(proof), _stated_columns(proof)
    rules = texts(proof.get("rules"), "proof.rules")
    trusted = _untold(proof, rules, rows, bounds, register_path)
    cases = 0
    for prices, ends in _leaves(at(proof, "tree", dict, "proof"), bounds):
        cases += 1
        if not _contradicts(prices, rows, ends):
            raise Wrong("leaf", where=cases)
    return Refuted(rules, cases, trusted)


def _stated_rows(proof: Any) -> dict[str, Shared]:
    rows: dict[str, Shared] = {}
    for row in at(proof, "rows", list, "proof"):
        only(row, ("name", "low", "high", "terms"), "proof.rows")
        name, terms = at(row, "name", str, "proof.rows"), at(row, "terms", dict, "proof.rows")
        ends = (row.get("low"), row.get("high"))
        if name in rows or not all(end is None or type(end) is int for end in ends) or None is ends[0] is ends[1]:
            raise Wrong("shape", where=f"proof.rows.{name}", found=ends, expected="one row of that name, with an end")
        rows[name] = Shared(name, "", {(c,): at(terms, c, int, f"proof.rows.{name}") for c in terms}, *ends)
    return rows


def _stated_columns(proof: Any) -> dict[Column, Ends]:
    bounds: dict[Column, Ends] = {}
    for name, ends in at(proof, "columns", dict, "proof").items():
        if not isinstance(ends, list) or len(ends) != 2 or not all(type(end) is int for end in ends):
            raise Wrong("shape", where=f"proof.columns.{name}", found=ends, expected="two whole numbers")
        bounds[name,] = (ends[0], ends[1])
    return bounds


def _leaves(tree: Any, bounds: dict[Column, Ends]) -> Iterator[tuple[dict[str, Any], dict[Column, Ends]]]:
    """The prices of every case with the bounds that hold in it."""
    open_ = [(tree, bounds)]
    while open_:
        part, ends = open_.pop()
        if isinstance(part, dict) and "prices" in part:
            yield at(part, "prices", dict, "proof.tree"), ends
            continue
        branch = at(part, "branch", dict, "proof.tree")
        column, v = (at(branch, "column", str, "proof.tree"),), at(branch, "at", int, "proof.tree")
        if column not in ends:
            raise Wrong("unknown", where="proof.tree", name=column[0])
        low, high = ends[column]
        open_.append((at(part, "below", dict, "proof.tree"), {**ends, column: (low, min(high, v))}))
        open_.append((at(part, "above", dict, "proof.tree"), {**ends, column: (max(low, v + 1), high)}))


def _contradicts(prices: Mapping[str, Any], rows: Mapping[str, Shared], bounds: Mapping[Column, Ends]) -> bool:
    most = 0
    sums: dict[Column, int] = {}
    for name in prices:
        price = at(prices, name, int, "proof.tree.prices")
        row = rows.get(name)
        if row is None:
            raise Wrong("no-row", step="proof.tree", row=name)
        end = row.high if price > 0 else row.low
        if price and end is None:
            raise Wrong("side", step="proof.tree", row=name)
        most += price * (end or 0)
        for column, k in row.terms.items():
            sums[column] = sums.get(column, 0) + price * k
    if not all(column in bounds for column, k in sums.items() if k):
        return False
    least = sum(k * bounds[column][0 if k > 0 else 1] for column, k in sums.items() if k)
    return least > most


def _untold(
    proof: Any, rules: list[str], rows: Mapping[str, Shared], bounds: Mapping[Column, Ends], register_path: Path
) -> list[str]:
    """Rows that do not follow from register and policy as far as they are known; raises where one is otherwise."""
    if "policy" not in proof:
        return sorted(rows)
    policy = at(proof, "policy", dict, "proof")
    policy_hash = sha256(canonical(policy))
    register = read_register(register_path, at(proof, "decided", dict, "proof"))
    for key, found in (("policy_hash", policy_hash), ("instance_hash", register.instance_hash(policy_hash))):
        if at(proof, key, str, "proof") != found:
            raise Wrong("hash", what=key, file="the proof")
    stated = {
        at(rule, "id", str, "policy.rules"): rule for rule in at({"rules": [], **policy}, "rules", list, "policy")
    }
    for name in rules:
        if name not in stated:
            raise Wrong("unknown", where="proof.rules", name=name)
    known = [rule for name, rule in stated.items() if name in rules and _derived(rule)]
    strange = tuple(f"{name}." for name in rules if not _derived(stated[name]))
    case = Case(register, {**policy, "rules": known})
    anew = Rows(case)
    real, trusted = _named(anew), []
    for name, row in rows.items():
        if name in real and (row.low, row.high, row.terms) == (real[name].low, real[name].high, real[name].terms):
            continue
        if name in real or not name.startswith(strange):
            raise Wrong("told-otherwise", name=name)
        trusted.append(name)
    for column, ends in bounds.items():
        known_ends = _bounds_of(column[0], case, anew)
        if known_ends != ends and (known_ends is not None or not strange):
            raise Wrong("told-otherwise", name=column[0])
    return sorted(trusted)


def _derived(rule: Any) -> bool:
    """Whether the rows of a rule are worked out anew here: must-rules of the kinds this check knows."""
    return rule.get("rule") in KNOWN_RULES and rule.get("kind", "must") == "must"


def _named(anew: Rows) -> dict[str, Shared]:
    """All rows by name, told apart where a name returns, with columns by one name each."""
    found: dict[str, Shared] = {}
    times: dict[str, int] = {}
    for row in anew.every:
        times[row.name] = times.get(row.name, 0) + 1
        name = row.name if times[row.name] == 1 else f"{row.name}#{times[row.name]}"
        found[name] = Shared(name, row.label, {(".".join(c),): k for c, k in row.terms.items()}, row.low, row.high)
    return found


def _bounds_of(name: str, case: Case, anew: Rows) -> Ends | None:
    """The bounds of a column by its name; None for one this check does not know."""
    known: dict[str, Ends] = {f"built.{p}": (0, 1) for p in case.payers}
    known |= {f"pays.{f}.{p}": (0, case.cost[p]) for p, payers in case.payers.items() for f in payers}
    known |= {f"grant.{f}.{u}": ends for (f, u), ends in case.grants.items()}
    known |= {f"rest.{f}.{u}": (0, room) for (f, u), room in case.rests.items()}
    known |= {f"site.{u}": (0, 1) for u in anew.sites}
    for fund, (left, _) in anew.left.items():
        known |= {f"left.{fund}": (0, left), f"full.{fund}": (0, 1)}
    return known.get(name)
