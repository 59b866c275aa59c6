"""The register as the facts up to a moment leave it; the map, which is large and seldom changes, by itself."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from domain.facts import FUND_FACTS, PROJECT_FACTS, REGISTER_FACTS
from domain.facts.register import AdjacencyRecorded, AreaMapped, CountyNamed
from domain.folds import RegisterFold
from domain.register import Area, Duty, Fund, Project, Township, Unit
from projections.replay import Model, Shaped
from projections.shapes import shapes_of

MAP_FACTS = (AreaMapped, AdjacencyRecorded)


class _State(msgspec.Struct):
    """A register fold as it is kept."""

    county: CountyNamed | None
    townships: dict[str, Township]
    units: dict[str, Unit]
    projects: dict[str, Project]
    funds: dict[str, Fund]
    duties: dict[str, Duty]
    areas: dict[str, Area]
    adjacency: tuple[tuple[str, str], ...]


_encode = msgspec.msgpack.Encoder(order="deterministic").encode
_decode = msgspec.msgpack.Decoder(_State).decode


class KeptRegister:
    """A `RegisterFold` that can be kept and taken up again."""

    def __init__(self, fold: RegisterFold | None = None) -> None:
        self.fold = fold or RegisterFold()

    def take(self, facts: Iterable[Shaped]) -> None:
        """Take in facts, in order."""
        for _, _, _, fact in facts:
            self.fold.apply(fact)

    def size(self) -> int:
        """How many entries there are."""
        f = self.fold
        return len(f.townships) + len(f.units) + len(f.projects) + len(f.funds) + len(f.duties) + len(f.areas)

    def dump(self) -> bytes:
        """Every entry as bytes, in order of codes."""
        f = self.fold
        return _encode(
            _State(f.county, f.townships, f.units, f.projects, f.funds, f.duties, f.areas, tuple(f.adjacency))
        )

    @classmethod
    def load(cls, state: bytes) -> KeptRegister:
        """The fold `dump` made."""
        kept, again = _decode(state), cls()
        fold = again.fold
        fold.county, fold.adjacency = kept.county, kept.adjacency
        fold.townships, fold.units, fold.projects = kept.townships, kept.units, kept.projects
        fold.areas, fold.duties = kept.areas, kept.duties
        fold.funds.update(kept.funds)
        return again


REGISTER = Model(
    "register",
    shapes_of([kind for kind in REGISTER_FACTS if kind not in MAP_FACTS], PROJECT_FACTS, FUND_FACTS),
    KeptRegister,
    KeptRegister.load,
)
MAP = Model("map", shapes_of(MAP_FACTS), KeptRegister, KeptRegister.load)
WHOLE = {**REGISTER.shapes, **MAP.shapes}
"""Register and map in one."""
