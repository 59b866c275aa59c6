"""The whole plan measured: who has no less need and no less priority than another, and yet gets less (M11).

Indivisible projects make this unavoidable in general, so it is measured, not demanded: every unit that somebody of
no more need and no more priority is ahead of, with the one who is furthest ahead as its witness.
"""

from __future__ import annotations

from dataclasses import dataclass

from domain.plan import Plan
from domain.policy.model import Policy
from domain.register import Register
from domain.scoring import score


@dataclass(frozen=True)
class Overtaken:
    """`unit` gets `by_fen` less than `by`, which has no more need and no more priority than it."""

    unit: str
    by: str
    by_fen: int
    equal: bool
    """Whether the two are alike in need and priority."""


def overtaken(register: Register, policy: Policy, plan: Plan) -> list[Overtaken]:
    """Every unit overtaken, the furthest first. Takes n log n steps."""
    scores = score(policy, register)
    money = dict.fromkeys(sorted(register.units), 0)
    for line in plan.lines:
        money[line.unit] += line.amount_fen
    priorities = {p: i for i, p in enumerate(sorted(set(scores.priority.values())))}
    best = _BestUpTo(len(priorities))
    found = []
    order = sorted(money, key=lambda u: (scores.need[u], u))
    start = 0
    while start < len(order):
        end = start
        while end < len(order) and scores.need[order[end]] == scores.need[order[start]]:
            best.put(priorities[scores.priority[order[end]]], money[order[end]], order[end])
            end += 1
        for unit in order[start:end]:
            most, other = best.most(priorities[scores.priority[unit]])
            if most > money[unit]:
                alike = (scores.need[unit], scores.priority[unit]) == (scores.need[other], scores.priority[other])
                found.append(Overtaken(unit, other, most - money[unit], alike))
        start = end
    return sorted(found, key=lambda o: (-o.by_fen, o.unit))


class _BestUpTo:
    """The best amount at or below a place (a Fenwick tree of maxima)."""

    def __init__(self, places: int) -> None:
        self._tree: list[tuple[int, str]] = [(-1, "")] * (places + 1)

    def put(self, place: int, amount: int, who: str) -> None:
        """Somebody with an amount stands at a place."""
        i = place + 1
        while i < len(self._tree):
            if amount > self._tree[i][0]:
                self._tree[i] = (amount, who)
            i += i & -i

    def most(self, place: int) -> tuple[int, str]:
        """The most anybody at or below a place has, and who."""
        i, best = place + 1, (-1, "")
        while i:
            best = max(best, self._tree[i], key=lambda one: one[0])
            i -= i & -i
        return best
