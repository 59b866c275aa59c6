"""A proof that no plan exists, which anyone checks in whole numbers: prices, and a tree where one set is not enough.

    {"kind": "impossible", "instance_hash": …, "rules": [ids],
     "rows":    [{"name": "rule.where", "low": n | null, "high": n | null, "terms": {column: coefficient}}, …],
     "columns": {name: [lower, upper]},
     "tree":    {"prices": {row: whole number}}
              | {"branch": {"column": name, "at": v}, "below": tree, "above": tree}}

Columns take whole values within their bounds, so a branch “at most v” or “at least v + 1” loses none. At each leaf the
prices refute the rows within the bounds of its branch (`refutation.py`). Rows are named as the model of the case names
them (`rule.where`, `budget.F`, `full-funding.P`); a name that returns gets `#2`, `#3`, …. `check_impossibility` reads
the proof alone; `check_rows` compares its rows and columns with those a case gives.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from optimizer.case import Case
from optimizer.conflicts.conditions import Conditions, ends, without_rows
from optimizer.conflicts.refutation import Row, refutes
from optimizer.model import Model
from optimizer.rules import stated_rules
from optimizer.rules.base import PlanRule
from optimizer.solve.farkas import look

LEAVES_MAX = 100
"""A proof with more leaves is not portable: too long to be read, and to be looked for."""
NEAR = 1e-6
Proof = dict[str, Any]


class _TooLarge(Exception):
    """The tree has more leaves than a portable proof may have."""


def impossibility_proof(
    case: Case, rules: Sequence[PlanRule] | None = None, *, leaves_max: int = LEAVES_MAX
) -> Proof | None:
    """A proof that no plan keeps these rules (default: all), among which must be every must that changes what is paid.

    None when none with at most `leaves_max` leaves is found: the proof is then not portable, or there is a plan.
    """
    if rules is None:
        rules = stated_rules(case.policy)
    model = Conditions(case, rules).model
    names = row_names(model)
    tree = _Tree(model, names, leaves_max)
    try:
        root = tree.grow(list(model.lower), list(model.upper))
    except _TooLarge:
        return None
    if root is None:
        return None
    rows = [_row(model, r, names[r]) for r in sorted(tree.priced)]
    used = {c for row in rows for c in row["terms"]} | tree.branched
    columns = zip(model.column_names, model.lower, model.upper, strict=True)
    return {
        "kind": "impossible",
        "instance_hash": case.instance_hash,
        "rules": [rule.id for rule in rules],
        "rows": rows,
        "columns": {name: [lower, upper] for name, lower, upper in columns if name in used},
        "tree": root,
    }


def row_names(model: Model) -> list[str]:
    """The names of rows, told apart where they return."""
    seen: dict[str, int] = {}
    names = []
    for name in model.row_names:
        seen[name] = seen.get(name, 0) + 1
        names.append(name if seen[name] == 1 else f"{name}#{seen[name]}")
    return names


def _row(model: Model, r: int, name: str) -> dict[str, Any]:
    low, high = ends(model, r)
    terms = {model.column_names[c]: k for c, k in sorted(model.row_terms[r].items())}
    return {"name": name, "low": low, "high": high, "terms": terms}


class _Tree:
    """The tree in the making: which rows its leaves price, and on which columns it branches."""

    def __init__(self, model: Model, names: list[str], leaves_max: int) -> None:
        self.model, self.names, self.left = model, names, leaves_max
        self.priced: set[int] = set()
        self.branched: set[str] = set()

    def grow(self, lower: list[int], upper: list[int]) -> dict[str, Any] | None:
        """The tree for the points within some bounds; None where one of them keeps all rows. Raises `_TooLarge`."""
        part = without_rows(self.model, ())
        part.lower, part.upper = lower, upper
        told = look(part)
        if told.prices is not None:
            self.left -= 1
            if self.left < 0:
                raise _TooLarge
            self.priced.update(told.prices)
            return {"prices": {self.names[r]: price for r, price in sorted(told.prices.items())}}
        at = self._split(told.point, lower, upper)
        if at is None:
            return None
        column, v = at
        name = self.model.column_names[column]
        self.branched.add(name)
        below = self.grow(lower, [v if c == column else end for c, end in enumerate(upper)])
        above = below and self.grow([v + 1 if c == column else end for c, end in enumerate(lower)], upper)
        return above and {"branch": {"column": name, "at": v}, "below": below, "above": above}

    def _split(self, point: list[float] | None, lower: list[int], upper: list[int]) -> tuple[int, int] | None:
        """Where to branch: the 0/1 column furthest from whole, else any column that is not whole."""
        if point is None:
            raise _TooLarge
        off = [(abs(value - round(value)), c) for c, value in enumerate(point)]
        choices = [(upper[c] - lower[c] == 1, gap, -c) for gap, c in off if gap > NEAR and upper[c] > lower[c]]
        if not choices:
            return None
        column = -max(choices)[2]
        return column, min(max(int(point[column] // 1), lower[column]), upper[column] - 1)


def check_impossibility(proof: Proof) -> list[str]:
    """What is wrong with a proof, by plain arithmetic; an empty list says that its rows have no solution."""
    try:
        return _faults(proof)
    except (KeyError, TypeError, AttributeError, ValueError, IndexError) as fault:
        return [f"The proof is not of the form it should have: {type(fault).__name__} {fault}."]


def _faults(proof: Proof) -> list[str]:
    if proof["kind"] != "impossible":
        return [f"The proof is of kind {proof['kind']}, not `impossible`."]
    columns = {name: number for number, name in enumerate(proof["columns"])}
    lower, upper = (list(ends) for ends in zip(*proof["columns"].values(), strict=True)) if columns else ([], [])
    rows: dict[int, Row] = {}
    numbers: dict[str, int] = {}
    for number, row in enumerate(proof["rows"]):
        if row["name"] in numbers:
            return [f"Row {row['name']} is given twice."]
        numbers[row["name"]] = number
        rows[number] = Row(row["low"], row["high"], {columns[c]: k for c, k in row["terms"].items()})
    figures = [n for row in rows.values() for n in (row.low, row.high, *row.terms.values()) if n is not None]
    if not all(type(n) is int for n in (*figures, *lower, *upper)):
        return ["Rows and columns must be in whole numbers."]
    found: list[str] = []
    open_parts = [(proof["tree"], lower, upper)]
    while open_parts:
        tree, low, high = open_parts.pop()
        if "prices" in tree:
            prices = {numbers[name]: price for name, price in tree["prices"].items()}
            if not all(type(price) is int for price in prices.values()):
                return ["Prices must be whole numbers."]
            if not refutes(rows, prices, low, high):
                found.append(f"The prices of a leaf do not refute its rows: {sorted(tree['prices'])[:5]}.")
            continue
        column, at = columns[tree["branch"]["column"]], tree["branch"]["at"]
        if type(at) is not int:
            return ["A branch must be at a whole number."]
        open_parts.append((tree["below"], low, [min(at, h) if c == column else h for c, h in enumerate(high)]))
        open_parts.append((tree["above"], [max(at + 1, w) if c == column else w for c, w in enumerate(low)], high))
    return found


def check_rows(proof: Proof, case: Case) -> list[str]:
    """Rows and columns of a proof that are not those of the case under all its must-rules and the rules it names."""
    stated = {rule.id: rule for rule in stated_rules(case.policy)}
    if strangers := sorted(set(proof["rules"]) - set(stated)):
        return [f"The proof uses {', '.join(strangers)}, which are no rules of the policy."]
    if proof["instance_hash"] != case.instance_hash:
        return ["The proof is about another register or policy."]
    try:
        rules = [rule for code, rule in stated.items() if rule.kind == "must" or code in proof["rules"]]
        return list(_differing(proof, Conditions(case, rules)))
    except (KeyError, TypeError, AttributeError) as fault:
        return [f"The proof is not of the form it should have: {type(fault).__name__} {fault}."]


def _differing(proof: Proof, conditions: Conditions) -> Iterator[str]:
    """Rows and columns of a proof that these conditions do not have."""
    model = conditions.model
    real = {name: _row(model, r, name) for r, name in enumerate(row_names(model))}
    bounds = {n: [a, b] for n, a, b in zip(model.column_names, model.lower, model.upper, strict=True)}
    for row in proof["rows"]:
        if real.get(row["name"]) != row:
            yield f"Row {row['name']} is not what register and policy say."
    for name, ends_given in proof["columns"].items():
        if bounds.get(name) != ends_given:
            yield f"Column {name} is not what register and policy say."
