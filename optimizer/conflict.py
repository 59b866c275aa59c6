"""When no plan keeps all must-rules: a smallest set of rules that collide, found by leaving out one rule after another.

Deletion filter: a rule without which the rest still collide is dropped for good; what remains collides, and no part of
it does (J. W. Chinneck, Feasibility and Infeasibility in Optimization, 2008). Every step is solved, none is assumed.
"""

from __future__ import annotations

from optimizer.case import Case
from optimizer.formulation import Formulation
from optimizer.model import Linear
from optimizer.rules import stated_rules
from optimizer.rules.base import PlanRule
from optimizer.solve.engine import Engine


def colliding_rules(case: Case, engine: Engine) -> list[str]:
    """Ids of must-rules that cannot hold together with the funds as they are, none of which could be left out.

    Empty when the funds' own envelopes and full funding collide without any rule.
    """
    kept = [rule for rule in stated_rules(case.policy) if rule.kind == "must"]
    index = 0
    while index < len(kept):
        without = kept[:index] + kept[index + 1 :]
        if _possible(case, without, engine):
            index += 1
        else:
            kept = without
    return [rule.id for rule in kept]


def _possible(case: Case, rules: list[PlanRule], engine: Engine) -> bool:
    answer = engine.solve(
        Formulation(case, rules).model,
        Linear(),
        maximise=True,
        gap_allowed=0,
        hint=None,
        step="conflict",
        listener=None,
    )
    return answer.status != "impossible"
