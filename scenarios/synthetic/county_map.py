"""The map of the fictional county: the first layout whose townships are whole and whose borders cross nothing."""

from __future__ import annotations

from itertools import count

from scenarios.synthetic.borders import Areas, Scale, areas, crosses_itself
from scenarios.synthetic.dice import Dice
from scenarios.synthetic.layout import sites
from scenarios.synthetic.names import TOWNSHIPS

SCALE = Scale(lon_e6=114_000_000, lat_e6=28_000_000, lon_per_unit=453, lat_per_unit=400)
"""About 45 km by 53 km. The position is arbitrary: the county does not exist, here or elsewhere."""


def county_map(seed: str) -> Areas:
    """The areas of all units in the order of the names."""
    for attempt in count(1):
        dice = Dice(f"{seed}:map:{attempt}")
        found, units = sites(dice)
        drawn = areas(found, units, SCALE, dice)
        if townships_in_one_piece(drawn) and not any(crosses_itself(ring) for ring in drawn.rings):
            return drawn
    raise AssertionError("counting does not end")


def townships_in_one_piece(drawn: Areas) -> bool:
    """Whether one can walk from any unit to any other of its township without leaving the township."""
    start = 0
    for township in TOWNSHIPS:
        own = range(start, start + len(township.units))
        reached, waiting = {start}, [start]
        while waiting:
            here = waiting.pop()
            for pair in drawn.adjacent:
                if here in pair:
                    there = sum(pair) - here
                    if there in own and there not in reached:
                        reached.add(there)
                        waiting.append(there)
        if len(reached) < len(own):
            return False
        start = own.stop
    return True
