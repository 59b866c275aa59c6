"""The figures of the ninety units: weaker to the south, and each figure of a unit in keeping with its others."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from math import isqrt

from domain.register import Township, Unit
from scenarios.synthetic.borders import Areas
from scenarios.synthetic.dice import Dice
from scenarios.synthetic.names import TOWNSHIPS, Named, Place

HAVES = ("people", "money", "place", "rules", "services", "records")
BACKWARD_PERMILLE = 350
"""后进党组织大约占35％ (M11)."""
POOR = 30
FIVE_STARS, FOUR_STARS, TWO_STARS_UNLISTED = 9, 20, 3
"""Of the units that are not backward: a tenth of all has five stars, and three of two stars are not on the list yet."""
RENTED_OUT = 9
BACKWARD_PER_TOWNSHIP_MAX = 6
MISSED_MORE_OFTEN = {"money": 3, "services": 3, "place": 2, "records": 2, "people": 2, "rules": 2}


@dataclass
class Draft:
    """A unit while its figures are drawn."""

    code: str
    township: Named
    township_code: str
    place: Place
    lon_e6: int
    lat_e6: int
    south_permille: int
    """0 for the northernmost unit, 1000 for the southernmost."""
    income_yuan: int = 0
    poor: bool = False
    backward: bool = False
    stars: int = 3
    rented_out: bool = False
    missing: tuple[str, ...] = ()
    collective_yuan: int = 0

    @property
    def community(self) -> bool:
        return self.place.kind == "community"


def townships() -> list[Township]:
    """The townships of the register, subdistricts first."""
    return [
        Township(code=township_code(number, one), name_zh=one.name_zh, name_en=one.name_en, kind=one.kind)
        for number, one in enumerate(TOWNSHIPS, start=1)
    ]


def township_code(number: int, township: Named) -> str:
    """`01-chengguan`: in order of codes the townships stand as in the county's own lists."""
    return f"{number:02d}-{township.code}"


def units(drawn: Areas, seed: str) -> list[Unit]:
    """All units in the order of their codes, which is that of the areas."""
    dice = Dice(f"{seed}:units")
    drafts = _drafts(drawn)
    seat = drafts[0]
    _draw_income_and_poverty(drafts, dice)
    _choose_backward(drafts, dice)
    _give_stars(drafts, dice)
    _rent_out_offices(drafts, dice)
    for draft in drafts:
        draft.missing = _missing_haves(draft, dice)
        draft.collective_yuan = _collective_income(draft, dice)
    return [_unit(draft, seat, dice) for draft in drafts]


def _drafts(drawn: Areas) -> list[Draft]:
    middles = iter(drawn.middles)
    north = max(lat for _, lat in drawn.middles)
    height = north - min(lat for _, lat in drawn.middles)
    drafts = []
    for number, township in enumerate(TOWNSHIPS, start=1):
        for position, place in enumerate(township.units, start=1):
            lon, lat = next(middles)
            code = f"{number:02d}{position:02d}-{place.slug}"
            south = (north - lat) * 1000 // height
            drafts.append(Draft(code, township, township_code(number, township), place, lon, lat, south))
    return drafts


def _draw_income_and_poverty(drafts: list[Draft], dice: Dice) -> None:
    for draft in drafts:
        in_city = draft.township.kind == "subdistrict"
        start, fall = ((34_000, 4) if in_city else (26_500, 6)) if draft.community else (24_800, 12)
        draft.income_yuan = (start - fall * draft.south_permille + dice.whole(-2_900, 2_900)) // 10 * 10
    hardship = {draft.code: draft.income_yuan + dice.whole(-3_000, 3_000) for draft in drafts}
    for draft in sorted(drafts, key=lambda one: (hardship[one.code], one.code))[:POOR]:
        draft.poor = True


def _choose_backward(drafts: list[Draft], dice: Dice) -> None:
    """The weakest by position, poverty and chance; at least one in every township, but in none nearly all."""
    score = {
        draft.code: draft.south_permille + 550 * draft.poor + 200 * (not draft.community) + dice.whole(0, 2_000)
        for draft in drafts
    }
    ranked = sorted(drafts, key=lambda one: (-score[one.code], one.code))
    wanted = (len(drafts) * BACKWARD_PERMILLE + 500) // 1000
    chosen = {one.township_code: one for one in reversed(ranked)}  # the weakest of every township
    for one in chosen.values():
        one.backward = True
    for one in ranked:
        listed = [other for other in drafts if other.backward]
        in_township = sum(other.township_code == one.township_code for other in listed)
        if len(listed) < wanted and in_township < BACKWARD_PER_TOWNSHIP_MAX:
            one.backward = True


def _give_stars(drafts: list[Draft], dice: Dice) -> None:
    quality = {draft.code: dice.whole(0, 1_200) - draft.south_permille for draft in drafts}
    others = sorted((d for d in drafts if not d.backward), key=lambda one: (-quality[one.code], one.code))
    for rank, draft in enumerate(others):
        if rank < FIVE_STARS:
            draft.stars = 5
        elif rank < FIVE_STARS + FOUR_STARS:
            draft.stars = 4
        elif rank >= len(others) - TWO_STARS_UNLISTED:
            draft.stars = 2
    for draft in drafts:
        if draft.backward:
            draft.stars = 1 if dice.chance(0.3) else 2


def _rent_out_offices(drafts: list[Draft], dice: Dice) -> None:
    """Two thirds of the rented-out offices are found in backward units, none in the best (M19)."""
    backward = dice.shuffled([d for d in drafts if d.backward])
    middling = dice.shuffled([d for d in drafts if not d.backward and d.stars <= 3])
    for draft in [*backward[: RENTED_OUT * 2 // 3], *middling[: RENTED_OUT - RENTED_OUT * 2 // 3]]:
        draft.rented_out = True


def _missing_haves(draft: Draft, dice: Dice) -> tuple[str, ...]:
    """The best miss none or one, backward units one to three; a rented-out office is no place to meet in."""
    throw = dice.whole(1, 100)
    if draft.stars == 5:
        number = 0 if throw <= 55 else 1
    elif draft.stars == 4:
        number = 0 if throw <= 10 else 1 if throw <= 75 else 2
    elif not draft.backward:
        number = 1 if throw <= 40 else 2
    else:
        number = 1 if throw <= 15 else 2 if throw <= 65 else 3
    missing = {"place"} if draft.rented_out else set()
    bag = [have for have in HAVES for _ in range(MISSED_MORE_OFTEN[have])]
    if draft.community:
        bag = [have for have in bag if have != "money"] + ["money"]
    while len(missing) < number:
        missing.add(dice.pick(bag))
    return tuple(sorted(missing))


def _collective_income(draft: Draft, dice: Dice) -> int:
    """What the collective earns in a year; some that lack `money` earn nothing at all (空白村, M42)."""
    if "money" in draft.missing:
        return 0 if dice.chance(0.6) else dice.whole(20, 260) * 100
    if draft.community:
        return dice.whole(600, 5_200) * 100
    return dice.whole(260, 700 + 350 * draft.stars) * 100


def _unit(draft: Draft, seat: Draft, dice: Dice) -> Unit:
    if draft.community:
        households = dice.whole(920, 1_600) if draft.township.kind == "subdistrict" else dice.whole(560, 1_120)
    else:
        households = (dice.whole(180, 1_040) + dice.whole(180, 1_040)) // 2
    population = households * dice.whole(270, 350) // 100
    return Unit(
        code=draft.code,
        name_zh=draft.place.name_zh,
        name_en=draft.place.name_en,
        kind=draft.place.kind,
        township=draft.township_code,
        households=households,
        population=population,
        income_fen=draft.income_yuan * 100,
        poor=draft.poor,
        backward=draft.backward,
        backward_reason=_reason(draft, dice) if draft.backward else None,
        stars=draft.stars,
        haves=tuple(sorted(set(HAVES) - set(draft.missing))),
        office_rented_out=draft.rented_out,
        collective_income_fen=draft.collective_yuan * 100,
        lon_e6=draft.lon_e6,
        lat_e6=draft.lat_e6,
        last_result=Decimal(min(990, draft.stars * 110 + 340 + dice.whole(-60, 90))).scaleb(-1),
        indicators={
            "distance_km": Decimal(_road_km(draft, seat)),
            "party_members": Decimal(12 + population * dice.whole(18, 34) // 1000),
            "reserve_cadres": Decimal(dice.whole(0, 2) if "people" in draft.missing else dice.whole(2, 5)),
        },
    )


def _road_km(draft: Draft, seat: Draft) -> int:
    """Whole kilometres of road to the county seat, a third longer than the straight line, at least 1."""
    east_m = (draft.lon_e6 - seat.lon_e6) * 98 // 1000
    north_m = (draft.lat_e6 - seat.lat_e6) * 111 // 1000
    return max(1, isqrt(east_m * east_m + north_m * north_m) * 4 // 3 // 1000)


REASONS = {
    "people": ("班子缺员，后备力量不足", "班子年龄老化，无人接续"),
    "money": ("集体经济薄弱，无钱办事", "集体资产长期闲置，收入无来源"),
    "place": ("活动场所破旧，无处议事", "办公用房不足，服务群众不便"),
    "rules": ("议事决策不规范，村务公开不及时", "“三会一课”落实不到位"),
    "services": ("服务功能弱，群众办事难", "便民服务有名无实"),
    "records": ("台账缺失，工作底数不清", "档案管理混乱"),
}
GENERAL_REASONS = ("班子不团结、战斗力不强", "信访矛盾突出", "党员外出多，组织生活不经常")


def _reason(draft: Draft, dice: Dice) -> str:
    """Why a unit is on the list, in the words of the list, out of its own figures."""
    parts = ["办公场所出租，只留一间办公"] if draft.rented_out else []
    if draft.collective_yuan == 0:
        parts.append("集体经济空白")
    covered = {"place"} if draft.rented_out else set()
    if draft.collective_yuan == 0:
        covered.add("money")
    parts += [dice.pick(REASONS[have]) for have in draft.missing if have not in covered]
    if len(parts) < 3 and dice.chance(0.6):
        parts.append(dice.pick(GENERAL_REASONS))
    return "；".join(parts)
