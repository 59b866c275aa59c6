"""Floors, caps and shares that cannot be kept whatever is built: sums of what units and funds can come to.

With need[u] the largest floor of a unit (or what it is sure of), least and most as `reach.py` has them, W the money
that is given out, s a share and G a group, no plan exists where

    sum(need[u] for u) > money of the funds                                                          (1)
    sum(need[u] for u in G) > s * money of the funds            G gets at most s                      (2)
    floor[u] > cap[u], or what the formula is sure to give > cap[u]                                   (3)
    most[G] < s * max(W least, most[G] + least[others])         G gets at least s                     (4)
    least[G] > s * min(W most, least[G] + most[others])         G gets at most s                      (5)
    sum(min(s * W, most[G]) for G) < W at the least W > 0       every G gets at most s                 (6)
    sum(s[G] for disjoint G) > 1 and W least > 0                every G gets at least s[G]             (7)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import NamedTuple

from optimizer.prechecks.finding import Finding, about
from optimizer.prechecks.reach import Funds, Reach
from optimizer.rules.base import PlanRule, chosen_units
from optimizer.rules.limits import UnitCap, UnitFloor
from optimizer.rules.shares import GroupShare


class _Share(NamedTuple):
    """A share one rule asks for one group."""

    rule: GroupShare
    name: str
    units: frozenset[str]
    funds: Funds
    at_least: Fraction | None
    at_most: Fraction | None


def floors_and_caps(reach: Reach, rules: Sequence[PlanRule]) -> Iterator[Finding]:
    """Floors above the money (1), floors above caps, and formula grants above caps (3)."""
    floors = [rule for rule in rules if isinstance(rule, UnitFloor)]
    q = reach.case.quantum_fen
    for funds in sorted({reach.funds(rule.funds) for rule in floors}, key=_in_order):
        needs, used = _needs(reach, floors, funds)
        wanted, there = sum(needs.values()), reach.most_spent(funds)
        if wanted > there:
            yield about(
                "floors-above-budget", used, funds=tuple(sorted(funds)), wanted_fen=wanted * q, there_fen=there * q
            )
    for cap in (rule for rule in rules if isinstance(rule, UnitCap)):
        funds = reach.funds(cap.funds)
        needs, _ = _needs(reach, floors, funds)
        for unit in chosen_units(reach.case, cap.where):
            most = cap.limit_fen(reach.case.units[unit]) // q
            if reach.unit(unit, funds)[0] > most:
                sure = reach.unit(unit, funds)[0] * q
                yield about("formula-above-cap", [cap], unit=unit, cap_fen=most * q, sure_fen=sure)
                break
            if needs[unit] > most:
                above = [f for f in floors if reach.funds(f.funds) <= funds and _floor(reach, f, unit) > most]
                yield about(
                    "floor-above-cap", [*above[:1], cap], unit=unit, cap_fen=most * q, floor_fen=needs[unit] * q
                )
                break


def shares(reach: Reach, rules: Sequence[PlanRule]) -> Iterator[Finding]:
    """Shares no one can take (4), that are exceeded anyway (2, 5), that leave money over (6) or exceed all (7)."""
    floors = [rule for rule in rules if isinstance(rule, UnitFloor)]
    caps = [rule for rule in rules if isinstance(rule, UnitCap)]
    asked = [share for rule in rules if isinstance(rule, GroupShare) for share in _shares(reach, rule)]
    for share in asked:
        found = _too_much(reach, share, caps) or _too_little(reach, share, floors)
        if found is not None:
            yield found
    for rule in (rule for rule in rules if isinstance(rule, GroupShare) and rule.each and rule.at_most is not None):
        funds, limit = reach.funds(rule.funds), Fraction(rule.at_most or 0)
        whole = reach.least_spent(funds)
        held = sum(min(limit * whole, Fraction(_most(reach, share, caps))) for share in asked if share.rule is rule)
        if held < whole:
            q = reach.case.quantum_fen
            said = _percent(limit)
            yield about("shares-cannot-hold-all", [rule], share=said, whole_fen=whole * q, held_fen=int(held) * q)
    for funds in sorted({share.funds for share in asked}, key=_in_order):
        if reach.least_spent(funds) > 0:
            yield from _above_one(share for share in asked if share.funds == funds)


def _shares(reach: Reach, rule: GroupShare) -> Iterator[_Share]:
    case, groups = reach.case, dict[str, list[str]]()
    if rule.each is None:
        groups["group"] = chosen_units(case, rule.where)
    else:
        for code, unit in case.units.items():
            groups.setdefault(str(getattr(unit, rule.each)), []).append(code)
    at_least, at_most = (None if s is None else Fraction(s) for s in (rule.at_least, rule.at_most))
    for name, units in sorted(groups.items()):
        yield _Share(rule, name, frozenset(units), reach.funds(rule.funds), at_least, at_most)


def _floor(reach: Reach, rule: UnitFloor, unit: str) -> int:
    return -(-rule.limit_fen(reach.case.units[unit]) // reach.case.quantum_fen)


def _needs(reach: Reach, floors: Sequence[UnitFloor], funds: Funds) -> tuple[dict[str, int], list[UnitFloor]]:
    """What every unit needs from some funds, and the floors that say so."""
    needs = {unit: reach.unit(unit, funds)[0] for unit in reach.case.units}
    used = []
    for rule in floors:
        if reach.funds(rule.funds) <= funds:
            used.append(rule)
            for unit in chosen_units(reach.case, rule.where):
                needs[unit] = max(needs[unit], _floor(reach, rule, unit))
    return needs, used


def _most(reach: Reach, share: _Share, caps: Sequence[UnitCap]) -> int:
    """What a group can get at most, caps of its units counted."""
    limits = {unit: reach.unit(unit, share.funds)[1] for unit in share.units}
    for cap in caps:
        if share.funds <= reach.funds(cap.funds):
            for unit in share.units.intersection(chosen_units(reach.case, cap.where)):
                limits[unit] = min(limits[unit], cap.limit_fen(reach.case.units[unit]) // reach.case.quantum_fen)
    return min(sum(limits.values()), reach.most_spent(share.funds))


def _too_much(reach: Reach, share: _Share, caps: Sequence[UnitCap]) -> Finding | None:
    """(4)."""
    if share.at_least is None:
        return None
    others = sum(reach.unit(u, share.funds)[0] for u in reach.case.units if u not in share.units)
    room = reach.most_spent(share.funds) - others
    most = min(_most(reach, share, caps), room)
    whole = max(reach.least_spent(share.funds), most + others)
    if most >= share.at_least * whole:
        return None
    bare = min(_most(reach, share, ()), room)
    alone = bare < share.at_least * max(reach.least_spent(share.funds), bare + others)
    q, funds = reach.case.quantum_fen, share.funds
    binding = [] if alone else [cap for cap in caps if funds <= reach.funds(cap.funds)]
    figures = {"group": _called(share), "share": _percent(share.at_least)}
    return about("share-out-of-reach", [share.rule, *binding], most_fen=most * q, whole_fen=whole * q, **figures)


def _too_little(reach: Reach, share: _Share, floors: Sequence[UnitFloor]) -> Finding | None:
    """(2) and (5)."""
    if share.at_most is None:
        return None
    needs, used = _needs(reach, floors, share.funds)
    least = sum(needs[u] for u in share.units)
    others = sum(reach.unit(u, share.funds)[1] for u in reach.case.units if u not in share.units)
    whole = min(reach.most_spent(share.funds), least + others)
    if least <= share.at_most * whole:
        return None
    bare = sum(reach.unit(u, share.funds)[0] for u in share.units)
    alone = bare > share.at_most * min(reach.most_spent(share.funds), bare + others)
    q, figures = reach.case.quantum_fen, {"group": _called(share), "share": _percent(share.at_most)}
    rules = [share.rule, *([] if alone else used)]
    return about("share-exceeded-anyway", rules, least_fen=least * q, whole_fen=whole * q, **figures)


def _above_one(asked: Iterator[_Share]) -> Iterator[Finding]:
    """(7), for groups taken from the largest share down as long as they have no unit in common."""
    taken: list[_Share] = []
    for share in sorted((s for s in asked if s.at_least), key=lambda s: (-(s.at_least or 0), s.rule.id, s.name)):
        if all(share.units.isdisjoint(other.units) for other in taken):
            taken.append(share)
    together = sum((share.at_least or Fraction(0) for share in taken), Fraction(0))
    if together > 1:
        groups = tuple(_called(share) for share in taken)
        yield about("shares-above-one", [share.rule for share in taken], together=_percent(together), groups=groups)


def _called(share: _Share) -> str:
    """The group as the policy writes it: its condition, or the name of the township or kind."""
    return share.name if share.rule.where is None else str(share.rule.where)


def _in_order(funds: Funds) -> list[str]:
    return sorted(funds)


def _percent(share: Fraction) -> str:
    return f"{float(share):.2%}"
