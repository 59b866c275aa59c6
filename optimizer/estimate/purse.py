"""Whether projects can still be paid when several funds may pay some of them: an exact test that costs nothing.

By Hall's theorem projects with costs c and payers S can all be paid iff, for every union F of payer sets that occur,

    sum(c[p] for p with S[p] inside F)  <=  sum(capacity[f] for f in F)                                (1)

so that it is enough to keep what (1) leaves of every F.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

UNIONS_MAX = 512
"""Beyond so many unions the test is only necessary; whoever pays out finds out what was too much."""


class Purse:
    """What is left for projects. Amounts are in quanta."""

    def __init__(self, capacity: Mapping[str, int], payers: Iterable[tuple[str, ...]]) -> None:
        unions: set[frozenset[str]] = set()
        for own in {frozenset(one) for one in payers}:
            unions |= {own} | {own | other for other in unions if len(unions) < UNIONS_MAX}
        self._left = {union: sum(capacity[fund] for fund in union) for union in unions}
        self._above = {own: [union for union in unions if own <= union] for own in unions}

    def fits(self, cost: int, payers: Iterable[str]) -> bool:
        """Whether so much more, from these payers, can be paid."""
        return all(self._left[union] >= cost for union in self._above[frozenset(payers)])

    def pay(self, cost: int, payers: Iterable[str]) -> None:
        """Take it (or, below zero, give it back), whether it fits or not."""
        for union in self._above[frozenset(payers)]:
            self._left[union] -= cost

    @property
    def overdrawn(self) -> frozenset[str]:
        """Funds among which more is taken than there is."""
        return frozenset(fund for union, left in self._left.items() if left < 0 for fund in union)
