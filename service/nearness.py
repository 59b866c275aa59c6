"""How near every project left out of a plan is to being built: worked out for all at once, by prices, without a search.

It takes prices of the whole case (about half a second for a county); a server keeps it (`service/kept.py`), for every
village's page asks for its part of it.
"""

from __future__ import annotations

from collections.abc import Mapping

from domain.reasons import Nearness
from optimizer.planning import default_engine
from optimizer.reasons.nearness import nearest_first
from optimizer.reasons.why_not import Reasons
from service.planning import Planned
from service.why import Asked


def nearness_of(found: Planned) -> Mapping[str, Nearness]:
    """Project -> how near, the nearest first."""
    case, plan = Asked(found).case, found.computed.plan
    left_out = [one.project for one in plan.not_funded if one.project in case.projects]
    if not left_out:
        return {}
    reasons = Reasons(case, plan, default_engine(case))
    return {one.project: one for one in nearest_first(reasons.footing, left_out)}
