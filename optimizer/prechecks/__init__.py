"""What cannot work, told before any search: contradictions a planner can see by adding up, in the planner's words.

A *certain* finding means that no plan keeps the must-rules: it rests on sums alone and never gives a false alarm. The
others are notices: money nobody may use, projects that can never come, should-rules nobody can fulfil. That nothing is
found says nothing: rules may still collide (`optimizer/conflicts/conflict.py`).
"""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.case import Case
from optimizer.prechecks.finding import Finding
from optimizer.prechecks.money import floors_and_caps, shares
from optimizer.prechecks.reach import Reach
from optimizer.prechecks.sites import sites
from optimizer.prechecks.works import prerequisites, unfinished, unused_funds
from optimizer.rules import stated_rules

__all__ = ["Finding", "prechecks"]


def prechecks(case: Case) -> list[Finding]:
    """Everything that can be told without a search, what is certainly impossible first."""
    return sorted(_findings(case), key=lambda finding: not finding.certain)


def _findings(case: Case) -> Iterator[Finding]:
    reach = Reach(case)
    rules = stated_rules(case.policy)
    musts = [rule for rule in rules if rule.kind == "must"]
    found = [*floors_and_caps(reach, musts), *shares(reach, musts), *sites(reach, musts), *unfinished(reach, musts)]
    for rule in rules:
        if rule.kind == "should":
            single = (*floors_and_caps(reach, [rule]), *shares(reach, [rule]), *sites(reach, [rule]))
            found += [finding.as_notice() for finding in (*single, *unfinished(reach, [rule]))]
    told = {rule for finding in found for rule in finding.rules}
    found += [finding for finding in reach.out_of_reach() if told.isdisjoint(finding.rules)]
    yield from found
    yield from unused_funds(reach)
    yield from prerequisites(reach)
