"""What the optimizer names as colliding where rules are about the map or equality, checked by brute force."""

from __future__ import annotations

from collections.abc import Sequence

from domain.policy.loading import LoadedPolicy
from domain.register import Register
from optimizer.conflicts.conflict import colliding_rules
from tests.optimizer.brute_map import MapBrute
from tests.optimizer.hand import case_of


def map_collides(county: Register, loaded: LoadedPolicy, ids: Sequence[str]) -> bool:
    """Whether no plan keeps these must-rules; sites are where any rule of the policy asks for them."""
    kept = tuple(rule for rule in loaded.policy.rules if rule.id in ids)
    return not MapBrute(county, loaded.policy.model_copy(update={"rules": kept}), asking=loaded.policy).outcomes()


def named_map_conflict(county: Register, loaded: LoadedPolicy) -> list[str]:
    """The rules the optimizer names: they collide, and no part of them does."""
    ids = colliding_rules(case_of(county, loaded))
    assert map_collides(county, loaded, ids), f"{ids} do not collide"
    for spared in ids:
        rest = [one for one in ids if one != spared]
        assert not map_collides(county, loaded, rest), f"{spared} could be spared of {ids}"
    return ids
