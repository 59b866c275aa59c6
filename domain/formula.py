"""The factor formula (因素法): duties and floors, then the rest pro rata to the factors, to the fen (M02, M09, M12).

For one fund with the units u it may pay, its formula money and its quantum:

    (1)  grant[u]  = duty[u] + floor[u] + rest[u]
    (2)  W[u]      = Σ_k share[k] · w[k](u) / Σ_v w[k](v)              over the factors k of the policy
    (3)  rest[u]   = whole quanta by W[u] and the policy's divisor method, at most cap − floor[u]
    (4)  what is less than a quantum goes to the one unit that method would serve next

A group with an amount of its own is (1)–(4) for itself, with that amount as the money. By (3) and (4) each grant
grows fen by fen along one order of claims that the money does not change: more money never takes a fen from anyone
(not so for `largest-remainder`), units alike in every figure differ by at most a quantum, and a larger W never gets
less than a smaller one with the same floor.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import prod

from domain.apportionment import Method, apportion
from domain.figures import UnitValues
from domain.money import yuan
from domain.plan import Part
from domain.policy.model import Factor, Formula
from domain.questions import Question, shown
from domain.quoting import printable
from domain.register import Register
from domain.scoring import Scores, whole_weights

EXPLAINED_AS: tuple[Part, ...] = ("duty", "floor", "need", "priority")
"""What the pieces of a formula grant are for, in the order in which they are paid."""


class FormulaFault(ValueError):
    """A formula whose money cannot be given as it says: `code` is stable, `sentence` says what, where and the cure."""

    def __init__(self, code: str, sentence: str) -> None:
        self.code = code
        self.sentence = sentence
        super().__init__(code, sentence)

    def __str__(self) -> str:
        return self.sentence


@dataclass(frozen=True)
class FormulaSplit:
    """What a formula gives: `envelope = Σ parts + unallocated`, to the fen."""

    parts: dict[str, dict[Part, int]]
    """Unit -> part -> fen, every eligible unit in the order handed in; parts of nothing are left out, so a unit may
    have none."""
    unallocated_fen: int
    """What nobody may take: every unit with a weight is at its cap, or no unit has a weight, or the groups' amounts
    are smaller."""
    idle: tuple[tuple[str | None, str], ...] = ()
    """(group, factor) where a factor was 0 for every unit, so that its share went to the group's other factors."""

    def grant_fen(self, unit: str) -> int:
        """All that one unit gets from this formula, in fen."""
        return sum(self.parts[unit].values())


def formula_grants(
    formula: Formula,
    *,
    units: Sequence[str],
    register: Register,
    checklist: Sequence[str],
    scores: Scores,
    envelope_fen: int,
    quantum_fen: int,
    duties: Mapping[str, int] | None = None,
) -> FormulaSplit:
    """Split `envelope_fen` over `units` (those the fund may pay) by `formula`.

    `duties` are the sums that moved to a unit together with a duty (费随事转, M09), in fen; they come first and do not
    count towards the cap. Exactly the envelope is given out when the caps allow it. Expressions of a formula may use,
    beside the figures of the unit, its `need`, `priority` and `weight` = need × priority.

    Raises `FormulaFault`: `formula-floors-above-envelope`, `formula-cap-below-floor`, `formula-duty-not-eligible`,
    `formula-group-unknown`, `formula-group-empty`, `formula-groups-above-envelope`, `formula-weight-negative`; and
    `ScoringFault` where a figure that an expression needs is missing.
    """
    duties = duties or {}
    if strangers := sorted(set(duties) - set(units)):
        raise FormulaFault(
            "formula-duty-not-eligible",
            f"Unit {printable(strangers[0])} carries a duty worth {yuan(duties[strangers[0]])} but may receive "
            "nothing from this fund (M09); make the unit eligible, or move the duty and its money to another fund.",
        )
    members = _members(formula, units, register)
    amounts = _amounts(formula, members, envelope_fen)
    parts: dict[str, dict[Part, int]] = {unit: {} for unit in units}
    unallocated = envelope_fen - sum(amounts.values())
    idle: list[tuple[str | None, str]] = []
    further = {"need": scores.need.__getitem__, "priority": scores.priority.__getitem__, "weight": scores.weight}
    for group, inside in members.items():
        records = [register.units[unit] for unit in inside]
        figures = [UnitValues(one, register.townships[one.township], checklist, further) for one in records]
        floors = _floors(formula, figures)
        rooms = None if formula.cap_fen is None else _rooms(formula.cap_fen, floors, inside)
        earmarked = [duties.get(unit, 0) for unit in inside]
        rest = amounts[group] - sum(floors) - sum(earmarked)
        if rest < 0:
            raise FormulaFault("formula-floors-above-envelope", _shortage(group, floors, earmarked, amounts[group]))
        claims = _claims(formula.factors, figures)
        given = _give(rest, claims.weights, rooms, formula.method, quantum_fen)
        unallocated += rest - sum(given)
        idle += [(group, factor) for factor in claims.idle]
        tilted = claims.priority_fen(given, [scores.priority[unit] for unit in inside])
        for unit, duty, floor, whole, priority in zip(inside, earmarked, floors, given, tilted, strict=True):
            pieces = zip(EXPLAINED_AS, (duty, floor, whole - priority, priority), strict=True)
            parts[unit] = {part: fen for part, fen in pieces if fen}
    return FormulaSplit(parts, unallocated, tuple(idle))


def _members(formula: Formula, units: Sequence[str], register: Register) -> dict[str | None, list[str]]:
    """Who shares which amount: everybody one amount, or each township or kind its own."""
    if formula.group_by is None:
        return {None: list(units)}
    members: dict[str | None, list[str]] = {group.group: [] for group in formula.groups}
    for unit in units:
        record = register.units[unit]
        group = record.township if formula.group_by == "township" else record.kind
        if group not in members:
            raise FormulaFault(
                "formula-group-unknown",
                f"Unit {printable(unit)} belongs to the {formula.group_by} {printable(group)}, for which the formula "
                f"states no amount; add `{{group: {printable(group)}, amount_yuan: …}}` to its `groups`, or let the "
                "fund not pay the unit.",
            )
        members[group].append(unit)
    if empty := [group for group, inside in members.items() if not inside]:
        raise FormulaFault(
            "formula-group-empty",
            f"The formula states an amount for the {formula.group_by} {printable(str(empty[0]))}, to which no "
            "eligible unit belongs; correct its code or take it out of `groups`.",
        )
    return members


def _amounts(formula: Formula, members: Mapping[str | None, Sequence[str]], envelope_fen: int) -> dict[str | None, int]:
    """The money of each group, in fen."""
    if formula.group_by is None:
        return dict.fromkeys(members, envelope_fen)
    amounts: dict[str | None, int] = {group.group: group.amount_fen for group in formula.groups}
    if (stated := sum(amounts.values())) > envelope_fen:
        raise FormulaFault(
            "formula-groups-above-envelope",
            f"The amounts of the groups come to {yuan(stated)}, {yuan(stated - envelope_fen)} more than the "
            f"{yuan(envelope_fen)} the formula may give; lower them or raise the fund.",
        )
    return amounts


def _floors(formula: Formula, figures: Sequence[UnitValues]) -> list[int]:
    """The floor of each unit: the first step that holds, nothing where none does (M12, M21)."""
    if isinstance(formula.floor_fen, int):
        return [formula.floor_fen] * len(figures)
    steps = [(Question(step.when, "a floor of the formula"), step.amount_fen) for step in formula.floor_fen]
    return [next((amount for when, amount in steps if when.condition(values)), 0) for values in figures]


def _rooms(cap_fen: int, floors: Sequence[int], units: Sequence[str]) -> list[int]:
    """What each unit may get beyond its floor, in fen."""
    for unit, floor in zip(units, floors, strict=True):
        if floor > cap_fen:
            raise FormulaFault(
                "formula-cap-below-floor",
                f"Unit {printable(unit)} has a floor of {yuan(floor)}, above the cap of {yuan(cap_fen)}; raise the "
                "cap or lower the floor.",
            )
    return [cap_fen - floor for floor in floors]


def _shortage(group: str | None, floors: Sequence[int], earmarked: Sequence[int], amount_fen: int) -> str:
    """Why the certain money does not fit, in a planner's words."""
    where = "the formula may give" if group is None else f"stated for group {printable(group)}"
    duties = f" and the duties they carry {yuan(sum(earmarked))} (M09)" if any(earmarked) else ""
    certain = sum(floors) + sum(earmarked)
    return (
        f"The floors of {len(floors)} units come to {yuan(sum(floors))}{duties}, {yuan(certain - amount_fen)} more "
        f"than the {yuan(amount_fen)} {where}; lower the floor, raise the amount, or leave less to projects."
    )


@dataclass(frozen=True)
class _Claims:
    """The combined weights (2) of one group as whole numbers, and how much of each comes from what kind of factor."""

    weights: list[int]
    by_priority: list[int]
    """The part of each weight that comes from factors explained as priority …"""
    by_both: list[int]
    """… and from factors divided between need and priority by the rubric."""
    idle: tuple[str, ...]

    def priority_fen(self, given: Sequence[int], priorities: Sequence[Fraction]) -> list[int]:
        """Per unit, what of its money is due to priority: all of a `priority` factor, (p − 1) : p of a `weighted`
        one, rounded down.

        A priority of 1 or less explains nothing: the money is then for need.
        """
        result = []
        columns = zip(given, priorities, self.weights, self.by_priority, self.by_both, strict=True)
        for fen, priority, weight, alone, both in columns:
            above = max(priority.numerator - priority.denominator, 0)
            numerator = alone * priority.numerator + both * above
            result.append(fen * numerator // (weight * priority.numerator) if fen else 0)
        return result


def _claims(factors: Sequence[Factor], figures: Sequence[UnitValues]) -> _Claims:
    """Bring the factors of one group to one scale: share[k] · w[k](u) / Σ_v w[k](v), times what makes all whole."""
    columns: list[tuple[Factor, list[int], int]] = []
    idle = []
    for factor in factors:
        question = Question(factor.weight, f"the factor `{factor.id}`")
        column = whole_weights([_weight(question, values) for values in figures])
        if not (sum_of := sum(column)):
            idle.append(factor.id)
        elif factor.share:
            columns.append((factor, column, sum_of))
    shares = whole_weights([Fraction(factor.share) for factor, _, _ in columns])
    scale = prod(sum_of for _, _, sum_of in columns)
    every, alone, both = [0] * len(figures), [0] * len(figures), [0] * len(figures)
    for (factor, column, sum_of), share in zip(columns, shares, strict=True):
        times = 1 if len(columns) == 1 else share * (scale // sum_of)
        scaled = [times * weight for weight in column]
        every = [a + b for a, b in zip(every, scaled, strict=True)]
        if factor.part == "priority":
            alone = [a + b for a, b in zip(alone, scaled, strict=True)]
        elif factor.part == "weighted":
            both = [a + b for a, b in zip(both, scaled, strict=True)]
    return _Claims(every, alone, both, tuple(idle))


def _weight(factor: Question, values: UnitValues) -> Fraction:
    """One unit's weight in one factor, 0 or more."""
    weight = factor.figure(values)
    if weight < 0:
        problem = f"comes to {shown(weight)}, expected 0 or more; correct its figures, or write `max(0, …)`."
        raise FormulaFault("formula-weight-negative", factor.fault("", values, problem).sentence)
    return weight


def _give(
    total_fen: int, weights: Sequence[int], rooms: Sequence[int] | None, method: Method, quantum_fen: int
) -> list[int]:
    """(3) and (4): `total_fen` by `weights`, each unit at most its room; less than that when the rooms are full."""
    if not any(weights):
        return [0] * len(weights)
    caps = None if rooms is None else [room // quantum_fen if w else 0 for room, w in zip(rooms, weights, strict=True)]
    quanta = total_fen // quantum_fen if caps is None else min(total_fen // quantum_fen, sum(caps))
    served = apportion(quanta, weights, method=method, upper=caps)
    given = [part * quantum_fen for part in served]
    left = total_fen - quanta * quantum_fen
    if left and (caps is None or quanta < sum(caps)):
        after = apportion(quanta + 1, weights, method=method, upper=caps)
        given[next(i for i, (now, then) in enumerate(zip(served, after, strict=True)) if then > now)] += left
    elif left and rooms is not None:
        # Every unit holds its whole quanta: what is left fills the last, smaller steps up to the caps, heavier first.
        for i in sorted(range(len(weights)), key=lambda i: (-weights[i], i)):
            step = min(rooms[i] - given[i], left) if weights[i] else 0
            given[i] += step
            left -= step
    return given
