"""How near every project left out of a plan is to being built, worked out once per plan and kept by a server.

It takes prices of the whole case (about half a second for a county), and every village's page asks for its part of it.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping

from domain.reasons import Nearness
from optimizer.planning import default_engine
from optimizer.reasons.nearness import nearest_first
from optimizer.reasons.why_not import Reasons
from service.planning import Planned
from service.why import Asked

PLANS_MAX = 8


class NearKept:
    """The answers of one process; safe with threads, and each plan is worked out by one of them."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Mapping[str, Nearness]] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, found: Planned) -> Mapping[str, Nearness]:
        """Project -> how near, the nearest first."""
        plan = found.computed.plan
        with self._lock:
            kept = self._kept.get(plan.plan_hash)
            if kept is None:
                kept = self._kept[plan.plan_hash] = _near(found)
                while len(self._kept) > PLANS_MAX:
                    self._kept.popitem(last=False)
            return kept


def _near(found: Planned) -> Mapping[str, Nearness]:
    case, plan = Asked(found).case, found.computed.plan
    left_out = [one.project for one in plan.not_funded if one.project in case.projects]
    if not left_out:
        return {}
    reasons = Reasons(case, plan, default_engine(case))
    return {one.project: one for one in nearest_first(reasons.footing, left_out)}
