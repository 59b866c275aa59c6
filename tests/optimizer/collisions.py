"""Whether a set of must-rules collides, and whether any of them could be spared: told by brute force."""

from __future__ import annotations

from collections.abc import Sequence

from domain.plan import Baseline
from domain.policy.loading import LoadedPolicy
from domain.register import Register
from optimizer.conflicts.conflict import colliding_rules
from optimizer.rules.programme import Programme
from tests.optimizer.brute import Brute
from tests.optimizer.hand import case_of


def collides(county: Register, loaded: LoadedPolicy, ids: Sequence[str], before: Baseline | None = None) -> bool:
    """Whether no plan keeps these must-rules; should-rules forbid nothing, and later years' money is there anyway."""
    kept = tuple(
        rule if rule.id in ids else rule.model_copy(update={"batches": ()})
        for rule in loaded.policy.rules
        if rule.id in ids or isinstance(rule, Programme)
    )
    return not Brute(county, loaded.policy.model_copy(update={"rules": kept}), baseline=before).outcomes()


def named_conflict(county: Register, loaded: LoadedPolicy, before: Baseline | None = None) -> list[str]:
    """What the optimizer names as colliding, checked: it collides, and no part of it does."""
    case = case_of(county, loaded, before)
    ids = colliding_rules(case)
    assert collides(county, loaded, ids, before), f"{ids} do not collide"
    for spared in ids:
        left = [one for one in ids if one != spared]
        assert not collides(county, loaded, left, before), f"{spared} could be spared of {ids}"
    return ids
