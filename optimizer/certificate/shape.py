"""A model taken apart for pricing: which rows units share, and which are kept exactly inside a unit or a town.

    shared       budgets, rules over several units or over money, what earlier steps must keep: these get prices
    inside       rows on the projects and the site of one unit alone: kept exactly, set by set of its projects
    counts       rows that count the sites of one town: kept exactly, town by town

Full funding is kept exactly too (a project is paid by whoever is cheapest). Rows with columns that belong to no unit
and are not a shortfall or what a fund leaves cannot be priced this way; they are left out, and with them their rules.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from optimizer.case import Case
from optimizer.formulation import Formulation
from optimizer.model import UNBOUNDED, Linear, Objective
from optimizer.rules import ALWAYS, stated_rules
from optimizer.rules.base import PlanRule

PROJECTS_MAX = 12
"""Units with more projects are bounded piece by piece of their welfare; the rows inside them are then shared rows."""
FUND_ROWS = ("budget.", "envelope.", "left-only-when-full.", "full-means-full.")


@dataclass(frozen=True)
class SharedRow:
    """One row `low <= terms <= high` (None: no such end) with the rule, fund or step it belongs to."""

    label: str
    terms: dict[int, int]
    low: int | None
    high: int | None


@dataclass
class Shape:
    """The rows of a case by how they enter a bound; columns are those of `form`."""

    case: Case
    form: Formulation
    steps: list[Objective]
    shared: dict[str, SharedRow] = field(default_factory=dict)
    row_of: dict[str, int] = field(default_factory=dict)
    """Name of a shared row -> its place in the model."""
    inside: dict[str, list[SharedRow]] = field(default_factory=lambda: defaultdict(list))
    counts: dict[str, list[SharedRow]] = field(default_factory=lambda: defaultdict(list))
    unit_of: dict[int, str] = field(default_factory=dict)
    """Columns that belong to a unit: projects, payments, grants, rests, sites."""
    shorts: set[int] = field(default_factory=set)
    boxes: dict[int, int] = field(default_factory=dict)
    """What a fund may leave, and whether all are at their caps: column -> upper bound."""


def shape_of(case: Case, rules: Sequence[PlanRule] | None = None) -> Shape:
    """Take the tight model of a case apart, rule by rule (default: all its policy states)."""
    form = Formulation(case, [], tight=True)
    labels = [_label_of_base(name) for name in form.model.row_names]
    form.rules = stated_rules(case.policy) if rules is None else list(rules)
    for rule in sorted(form.rules, key=lambda rule: rule.LATE):
        rule.rows(form)
        labels += [rule.id] * (len(form.model.row_names) - len(labels))
    shape = Shape(case, form, [])
    _columns(shape)
    for r, label in enumerate(labels):
        if label is not None:
            _place(shape, r, label)
    shape.steps = form.objectives()  # last: welfare brings columns and rows of its own
    return shape


def _label_of_base(name: str) -> str | None:
    """What a row of funds or of the register itself belongs to; None for full funding, which is kept exactly."""
    if name.startswith(FUND_ROWS):
        return name
    return next((rule.id for rule in ALWAYS if name.startswith(f"{rule.id}.")), None)


def _columns(shape: Shape) -> None:
    form, case = shape.form, shape.case
    for project, column in form.built.items():
        shape.unit_of[column] = case.projects[project].unit
    for (_, project), amount in form.pays.items():
        shape.unit_of |= dict.fromkeys(amount.terms, case.projects[project].unit)
    for (_, unit), amount in form.grant.items():
        shape.unit_of |= dict.fromkeys(amount.terms, unit)
    shape.unit_of |= {column: unit for (_, unit), column in form.rest.items()}
    shape.unit_of |= {column: unit for unit, column in form.site.items()}
    for column, name in enumerate(form.model.column_names):
        if column not in shape.unit_of:
            if name.startswith("short."):
                shape.shorts.add(column)
            elif name.startswith(("left.", "full.")):
                shape.boxes[column] = form.model.upper[column]


def _place(shape: Shape, r: int, label: str) -> None:
    model, case = shape.form.model, shape.case
    low, high = model.row_low[r], model.row_high[r]
    row = SharedRow(label, model.row_terms[r], None if low <= -UNBOUNDED else low, None if high >= UNBOUNDED else high)
    own = {*shape.form.built.values(), *shape.form.site.values()}
    units = {shape.unit_of.get(column) for column in row.terms}
    (unit,) = units if len(units) == 1 else (None,)
    if unit is not None and own.issuperset(row.terms) and len(case.projects_of[unit]) <= PROJECTS_MAX:
        shape.inside[unit].append(row)
        return
    towns = {case.units[u].township for u in units if u is not None}
    sites = set(shape.form.site.values())
    if len(towns) == 1 and None not in units and sites.issuperset(row.terms) and set(row.terms.values()) == {1}:
        shape.counts[towns.pop()].append(row)
        return
    if any(c not in shape.unit_of and c not in shape.shorts and c not in shape.boxes for c in row.terms):
        return  # a rule with columns of its own
    name, number = model.row_names[r], 2
    while name in shape.shared:
        name, number = f"{model.row_names[r]}#{number}", number + 1
    shape.shared[name], shape.row_of[name] = row, r


def keep_row(step: Objective, floor: int) -> SharedRow:
    """What later steps must keep of an earlier one that is told in columns (all but welfare)."""
    end = floor - step.expression.constant
    low, high = (end, None) if step.sense == "max" else (None, end)
    return SharedRow(f"keep.{step.name}", step.expression.terms, low, high)


def upward(step: Objective) -> Linear:
    """A step's expression, written to be made large."""
    return step.expression if step.sense == "max" else step.expression.times(-1)
