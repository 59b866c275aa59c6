"""Use case: which should-rules a plan misses, the best each could reach if it came first, and why it does not."""

from __future__ import annotations

from optimizer.case import build_case
from optimizer.conflicts.unreached import Unreached, unreached
from optimizer.planning import default_engine
from service.planning import Computed


def shortfalls(computed: Computed) -> list[Unreached]:
    """Every should-rule the plan misses; a solve or two for each."""
    case = build_case(computed.register, computed.loaded, computed.plan.run.baseline)
    return unreached(case, computed.plan, default_engine(case))
