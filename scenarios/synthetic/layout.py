"""Where the units lie: a hand-drawn sketch of the county, filled with points that are neither regular nor crowded.

The plane is a sketch 1,000 wide and 1,200 high, north up; `borders` turns it into degrees.
"""

from __future__ import annotations

from scenarios.synthetic.dice import Dice
from scenarios.synthetic.names import TOWNSHIPS
from scenarios.synthetic.voronoi import Point, Site, cells, centroid, square

OUTLINE: tuple[Point, ...] = (
    (300, 1150), (345, 1195), (430, 1170), (500, 1180), (560, 1120), (650, 1105), (745, 1110), (800, 1040),
    (785, 960), (830, 880), (790, 800), (730, 730), (690, 660), (700, 600), (760, 540), (840, 480), (915, 400),
    (985, 330), (995, 230), (940, 130), (870, 70), (770, 55), (690, 105), (600, 95), (520, 130), (430, 100),
    (330, 85), (240, 130), (150, 160), (70, 215), (40, 300), (75, 390), (50, 480), (25, 570), (60, 650), (120, 700),
    (90, 780), (40, 840), (55, 930), (130, 985), (210, 1010), (265, 1075),
)  # fmt: skip
"""The border of the county as sketched by hand, clockwise."""

SEATS: dict[str, Point] = {
    "chengguan": (440, 1045),
    "donghu": (665, 985),
    "liuhe": (180, 885),
    "linjiang": (430, 865),
    "shiqiao": (695, 780),
    "baisha": (485, 650),
    "qingquan": (170, 585),
    "qingshan": (450, 400),
    "nanling": (190, 270),
    "daping": (780, 250),
}
"""The seat of every township in the sketch."""

CANDIDATES = 40
ROUNDS = 3
BEYOND = 160.0
"""How far outside the sketch the neighbouring counties' points are drawn."""
BUILT_UP = {"subdistrict": 82.0, "town": 45.0}
"""How far from its seat the communities of a township lie."""
SMALL = -1700.0
"""The weight of a community in the diagram: many people on little land."""


def sites(dice: Dice) -> tuple[list[Site], int]:
    """Sites of all units in the order of the names, then those of the neighbouring counties; and how many are units."""
    inside: list[Site] = []
    for township in TOWNSHIPS:
        for place in township.units:
            community = place.kind == "community"
            within = BUILT_UP[township.kind] if community else None
            tries = [_inside_township(dice, township.code, within) for _ in range(CANDIDATES)]
            best = max(tries, key=lambda one: _clearance(one, inside))
            inside.append(Site(best, SMALL if community else 0.0))
    everything = inside + _neighbouring_counties(dice, inside)
    for _ in range(ROUNDS):
        everything = _relaxed(everything, len(inside))
    return everything, len(inside)


def _inside_township(dice: Dice, code: str, within: float | None) -> Point:
    seat = SEATS[code]
    reach = within or 1200.0
    while True:
        point = (dice.real(seat[0] - reach, seat[0] + reach), dice.real(seat[1] - reach, seat[1] + reach))
        nearest = min(SEATS, key=lambda other: square(point, SEATS[other]))
        if nearest == code and in_county(point) and square(point, seat) < reach * reach:
            return point


def _clearance(point: Point, others: list[Site]) -> float:
    return min((square(point, other.at) for other in others), default=0.0)


def _neighbouring_counties(dice: Dice, inside: list[Site]) -> list[Site]:
    """Sites all around, no nearer to each other or to a unit than villages are among themselves."""
    found: list[Site] = []
    for _ in range(4000):
        point = (dice.real(-BEYOND, 1000 + BEYOND), dice.real(-BEYOND, 1200 + BEYOND))
        clear_of_units = _clearance(point, inside) > 72 * 72
        if not in_county(point) and clear_of_units and all(square(point, other.at) > 85 * 85 for other in found):
            found.append(Site(point))
    return found


def _relaxed(everything: list[Site], units: int) -> list[Site]:
    """Every unit's site moved halfway to the middle of its cell (Lloyd 1982): less crowded, still irregular."""
    moved = []
    for site, cell in zip(everything[:units], cells(everything, units), strict=True):
        x, y = centroid(cell.corners)
        moved.append(Site(((site.at[0] + x) / 2, (site.at[1] + y) / 2), site.weight))
    return moved + everything[units:]


def in_county(point: Point) -> bool:
    """Whether a point lies inside the sketched border (even-odd rule)."""
    x, y = point
    inside = False
    for (ax, ay), (bx, by) in zip(OUTLINE, OUTLINE[1:] + OUTLINE[:1], strict=True):
        if (ay > y) != (by > y) and x < ax + (y - ay) * (bx - ax) / (by - ay):
            inside = not inside
    return inside
