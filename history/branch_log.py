"""The log of a branch: it decides as every log does, and keeps each decision with the facts that came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from domain.decisions.base import Deciding
from domain.decisions.stored import decision_of, stored
from history.branch import Branch
from history.branch_store import KeptDecision
from history.log import Log, Receipt, Recorded
from history.mapper import FactMapper


class BranchLog(Log):
    """A log over a branch; its mapper is that of the log the branch was made from, as one takes long to make."""

    def __init__(self, branch: Branch, mapper: FactMapper) -> None:
        super().__init__(branch, mapper)
        self.branch = branch

    def decide(self, decision: Deciding, must: Callable[[int], None] | None = None) -> Receipt:
        """See `Log.decide`; facts and decision are kept together or not at all."""
        name, arguments = stored(decision)
        with self.branch.holding():
            receipt = super().decide(decision, must)
            if receipt.recorded and not receipt.repeated:
                first = receipt.recorded[0].position - self.branch.past.position
                self.branch.own.keep_decision(KeptDecision(first, len(receipt.recorded), name, arguments))
        return receipt

    def own_facts(self) -> Iterator[Recorded]:
        """The facts recorded on the branch, in order."""
        return self.facts(after=self.branch.past.position)

    def decisions(self) -> list[tuple[KeptDecision, Deciding]]:
        """What was decided on the branch, in order, read back as decisions that can be taken anew.

        Raises `DecisionUnknown` or `DecisionUnreadable` for what no decision of this release has left.
        """
        return [(kept, decision_of(kept.name, kept.arguments)) for kept in self.branch.own.decisions()]
