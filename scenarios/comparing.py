"""Two outcomes side by side: who wins and who loses, by unit and group, per rule and objective, and whose money moved.

What is found is a `domain.comparison.Comparison`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from domain.comparison import Comparison, Flow, Grouping, GroupMoved, ObjectiveMoved, RuleMoved, Standing
from domain.plan import ObjectiveResult
from domain.reasons import Moved
from domain.register import Unit
from scenarios.outcome import Outcome

GROUPINGS: tuple[Grouping, ...] = ("whole", "backward", "poor", "kind", "township")
"""The order groups are listed in."""


def compare(before: Outcome, after: Outcome) -> Comparison:
    """What the second outcome does otherwise than the first."""
    units = _moved(before.money_fen, after.money_fen)
    return Comparison(
        before=before.name,
        after=after.name,
        units=units,
        groups=tuple(_groups(before, after, units)),
        funds=_moved(_by_fund(before), _by_fund(after)),
        flows=tuple(_flows(before, after)),
        projects_lost=tuple(sorted(before.projects - after.projects)),
        projects_gained=tuple(sorted(after.projects - before.projects)),
        sites_lost=tuple(sorted(set(before.plan.sites) - set(after.plan.sites))),
        sites_gained=tuple(sorted(set(after.plan.sites) - set(before.plan.sites))),
        rules=tuple(_rules(before, after)),
        objectives=tuple(_objectives(before, after)),
    )


def _moved(before: Mapping[str, int], after: Mapping[str, int]) -> tuple[Moved, ...]:
    codes = sorted({*before, *after})
    return tuple(Moved(code=code, before_fen=before.get(code, 0), after_fen=after.get(code, 0)) for code in codes)


def _by_fund(outcome: Outcome) -> dict[str, int]:
    return {use.fund: use.allocated_fen for use in outcome.plan.funds}


def _groups(before: Outcome, after: Outcome, units: Iterable[Moved]) -> Iterator[GroupMoved]:
    known = {**after.register.units, **before.register.units}
    groups: dict[tuple[Grouping, str], list[Moved]] = {}
    for one in units:
        unit = before.register.units.get(one.code)
        for key in _groups_of(unit):
            groups.setdefault(key, []).append(one)
    for (grouping, group), members in sorted(groups.items(), key=lambda one: (GROUPINGS.index(one[0][0]), one[0])):
        yield GroupMoved(
            grouping=grouping,
            group=group,
            units=len(members),
            households=sum(known[one.code].households for one in members),
            before_fen=sum(one.before_fen for one in members),
            after_fen=sum(one.after_fen for one in members),
            winners=sum(one.more_fen > 0 for one in members),
            losers=sum(one.more_fen < 0 for one in members),
        )


def _groups_of(unit: Unit | None) -> Iterator[tuple[Grouping, str]]:
    yield "whole", "all"
    if unit is None:
        yield "township", "new"
        return
    yield "township", unit.township
    yield "kind", unit.kind
    yield "backward", "backward" if unit.backward else "not-backward"
    yield "poor", "poor" if unit.poor else "not-poor"


def _rules(before: Outcome, after: Outcome) -> Iterator[RuleMoved]:
    for rule in [*before.rules, *(one for one in after.rules if one not in before.rules)]:
        yield RuleMoved(
            rule=rule,
            before=_standing(before, rule),
            after=_standing(after, rule),
            lacking_before=before.rules[rule].shortfall if rule in before.rules else 0,
            lacking_after=after.rules[rule].shortfall if rule in after.rules else 0,
        )


def _standing(outcome: Outcome, rule: str) -> Standing:
    found = outcome.rules.get(rule)
    if found is None:
        return "absent"
    return "short" if found.shortfall else "binding" if found.binding else "slack"


def _objectives(before: Outcome, after: Outcome) -> Iterator[ObjectiveMoved]:
    first = {step.name: step for step in before.plan.run.objectives}
    second = {step.name: step for step in after.plan.run.objectives}
    for name in [*first, *(one for one in second if one not in first)]:
        one, other = first.get(name), second.get(name)
        said = one or other
        assert said is not None
        yield ObjectiveMoved(
            objective=name,
            unit=said.unit,
            before=one.value if one else None,
            after=other.value if other else None,
            open_before=_open(one),
            open_after=_open(other),
        )


def _open(step: ObjectiveResult | None) -> Decimal:
    return abs(step.bound - step.value) if step is not None else Decimal(0)


def _flows(before: Outcome, after: Outcome) -> Iterator[Flow]:
    townships = {code: unit.township for code, unit in {**after.register.units, **before.register.units}.items()}
    first, second = _by_fund_and_unit(before), _by_fund_and_unit(after)
    for fund in sorted({*first, *second}):
        more = {one.code: one.more_fen for one in _moved(first.get(fund, {}), second.get(fund, {})) if one.more_fen}
        inside: dict[str, list[str]] = {}
        for code in more:
            inside.setdefault(townships[code], []).append(code)
        for _, codes in sorted(inside.items()):
            yield from _settle(fund, more, codes)
        yield from _settle(fund, more, list(more))
        for code, fen in sorted(more.items()):
            if fen > 0:
                yield Flow(fund=fund, giver=None, taker=code, amount_fen=fen)
            elif fen < 0:
                yield Flow(fund=fund, giver=code, taker=None, amount_fen=-fen)


def _settle(fund: str, more: dict[str, int], codes: list[str]) -> Iterator[Flow]:
    """Losses of these units against their gains, largest against largest; what is settled leaves `more`."""
    givers = sorted((code for code in codes if more[code] < 0), key=lambda code: (more[code], code))
    takers = sorted((code for code in codes if more[code] > 0), key=lambda code: (-more[code], code))
    while givers and takers:
        giver, taker = givers[0], takers[0]
        amount_fen = min(-more[giver], more[taker])
        more[giver] += amount_fen
        more[taker] -= amount_fen
        yield Flow(fund=fund, giver=giver, taker=taker, amount_fen=amount_fen)
        if not more[giver]:
            givers.pop(0)
        if not more[taker]:
            takers.pop(0)


def _by_fund_and_unit(outcome: Outcome) -> dict[str, dict[str, int]]:
    sums: dict[str, dict[str, int]] = {}
    for line in outcome.plan.lines:
        of_fund = sums.setdefault(line.fund, {})
        of_fund[line.unit] = of_fund.get(line.unit, 0) + line.amount_fen
    return sums
