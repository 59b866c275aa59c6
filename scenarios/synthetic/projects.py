"""The project library (项目库) of the county: four to six candidates per unit, together many times the money."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from domain.register import Project, Township, Unit
from scenarios.synthetic.catalogue import ALTERNATIVES, CLOSERS, OTHERS, Template
from scenarios.synthetic.dice import Dice

FEWEST, MOST = 4, 6
UNFINISHED = 12
UNFINISHED_PER_TOWNSHIP_MAX = 2
UNFINISHED_COST_YUAN = (44_000, 130_000)
LEFT_TO_PAY_YUAN = (18_000, 36_000)
FUND_OF_RUNNING_COSTS = "service"
BY_KEY = {template.key: template for template in (*CLOSERS, *OTHERS)}
WORKS = {"construction", "public-service-construction"}
LAST_DAYS = {6: 30, 7: 31, 8: 31, 9: 30, 10: 31, 11: 30, 12: 31}


@dataclass
class Wish:
    """A project that a unit asks for, before it has its code; with `group`, one of two variants."""

    template: Template
    quantity: int
    cost_yuan: int
    due_on: date
    group: str | None = None
    left_yuan: int | None = None
    """What a half-finished one still costs; None for one that has not begun."""


@dataclass
class Library:
    """The wishes of one unit, in the order it ranks them."""

    unit: Unit
    township: Township
    wishes: list[Wish] = field(default_factory=list)

    def kinds_of_project(self) -> set[str]:
        return {wish.template.key for wish in self.wishes}

    def needed_for(self, wish: Wish) -> list[Wish]:
        """What must be built before: variants are left out, because either of the two will do."""
        return [one for one in self.wishes if one.template.key in wish.template.after and one.group is None]

    def due_on(self, wish: Wish) -> date:
        """Nothing is due before what it needs."""
        return max([wish.due_on, *(self.due_on(earlier) for earlier in self.needed_for(wish))])

    def code(self, wish: Wish) -> str:
        return f"{self.unit.code}-{self.wishes.index(wish) + 1}"


def projects(units: list[Unit], townships: list[Township], seed: str) -> list[Project]:
    """All projects in the order of units and, inside a unit, of its own ranking."""
    dice = Dice(f"{seed}:projects")
    by_code = {township.code: township for township in townships}
    libraries = [Library(unit, by_code[unit.township]) for unit in units]
    for library in libraries:
        _close_what_is_missing(library, dice)
        _fill_up(library, dice)
    _leave_some_unfinished(libraries, dice)
    return [_project(library, wish, dice) for library in libraries for wish in library.wishes]


def _close_what_is_missing(library: Library, dice: Dice) -> None:
    """One project, or two variants of one, for every missing have; a rented-out office is taken back (M18, M19)."""
    unit = library.unit
    missing = [have for have in ("place", "money", "services", "people", "rules", "records") if have not in unit.haves]
    if "rules" in missing and "records" in missing and dice.chance(0.5):
        _wish(library, BY_KEY["order"], dice)
        missing = [have for have in missing if have not in {"rules", "records"}]
    for have in missing:
        taken_back = have == "place" and unit.office_rented_out
        closing = [t for t in CLOSERS if t.closes == (have,) and unit.kind in t.kinds]
        fitting = [t for t in closing if t.returns_office == taken_back]
        _wish(library, dice.pick(fitting), dice)


def _fill_up(library: Library, dice: Dice) -> None:
    """Other wishes up to four to six: the weak ask for works, the best for services (M44), some for a second step."""
    unit = library.unit
    wanted = dice.whole(FEWEST, MOST)
    services = 0.68 if (unit.stars or 0) >= 4 else 0.42
    while len(library.wishes) < wanted:
        fitting = [t for t in OTHERS if unit.kind in t.kinds and t.key not in library.kinds_of_project()]
        second_steps = [t for t in fitting if library.kinds_of_project() & set(t.after)]
        works = [t for t in fitting if t.purposes == ("construction",)]
        rest = [t for t in fitting if t.purposes != ("construction",)]
        choices = rest if dice.chance(services) else works
        if second_steps and dice.chance(0.22):
            choices = second_steps
        _wish(library, dice.pick(choices), dice, room=wanted - len(library.wishes))


def _wish(library: Library, template: Template, dice: Dice, room: int = MOST) -> None:
    """Add a wish, or two variants of it where it comes in two ways and there is room."""
    alternative = ALTERNATIVES.get(template.key)
    space = min(room, MOST - 1 - len(library.wishes))  # leaves a place for what else the unit may lack
    group = None
    if alternative is not None and alternative not in library.kinds_of_project() and space >= 2 and dice.chance(0.7):
        group = f"{library.unit.code}-{template.category}"
        library.wishes.append(_drawn(BY_KEY[alternative], group, dice))
    library.wishes.append(_drawn(template, group, dice))


def _drawn(template: Template, group: str | None, dice: Dice) -> Wish:
    quantity = dice.whole(*template.quantity)
    step = 10 ** max(0, len(str(quantity)) - 2)  # people ask for 320 m, not for 317
    quantity = max(template.quantity[0], quantity // step * step)
    cost_yuan = (quantity * dice.whole(*template.price) + template.fixed + 50) // 100 * 100
    month = dice.whole(*template.months)
    due_on = date(2026, month, LAST_DAYS[month] if dice.chance(0.7) else 15)
    return Wish(template, quantity, cost_yuan, due_on, group)


def _leave_some_unfinished(libraries: list[Library], dice: Dice) -> None:
    """Half-finished works (半拉子工程, M20), ranked first by their units; none where an office is rented out."""
    found: list[Library] = []
    low, high = UNFINISHED_COST_YUAN
    for library in dice.shuffled(libraries):
        able = [
            wish
            for wish in library.wishes
            if wish.group is None
            and low <= wish.cost_yuan <= high
            and wish.template.purposes[0] in WORKS
            and not library.needed_for(wish)
        ]
        in_township = sum(other.township.code == library.township.code for other in found)
        full = len(found) == UNFINISHED or in_township == UNFINISHED_PER_TOWNSHIP_MAX
        if able and not full and not library.unit.office_rented_out:
            wish = dice.pick(able)
            wish.left_yuan = dice.whole(*(yuan // 100 for yuan in LEFT_TO_PAY_YUAN)) * 100
            library.wishes.remove(wish)
            library.wishes.insert(0, wish)
            found.append(library)


def _project(library: Library, wish: Wish, dice: Dice) -> Project:
    unit, template = library.unit, wish.template
    unfinished = wish.left_yuan is not None
    running_yuan = dice.whole(template.running[0] // 100, template.running[1] // 100) * 100
    # good done: a part that every unit needs alike, and a part that grows with its households
    benefit = (400 + unit.households) * template.weight * dice.whole(70, 135) // 100_000
    yuan_per_crew_day = dice.whole(480, 640) if template.purposes[0] in WORKS else dice.whole(900, 1_300)
    words = {"n": wish.quantity, "h": unit.households, "m": wish.quantity * template.gain}
    return Project(
        code=library.code(wish),
        unit=unit.code,
        name_zh=template.zh.format(**words) + ("（续建）" if unfinished else ""),
        name_en=template.en.format(**words) + (" (to be finished)" if unfinished else ""),
        category=template.category,
        builder=_builder(template, library),
        responsible_post=_post(template, library),
        purposes=template.purposes,
        closes=tuple(sorted(set(template.closes) - set(unit.haves))),
        returns_office=template.returns_office,
        cost_fen=wish.cost_yuan * 100,
        running_cost_fen=running_yuan * 100,
        running_fund=FUND_OF_RUNNING_COSTS if running_yuan else None,
        benefit=benefit,
        target=template.target.format(**words),
        due_on=library.due_on(wish),
        requires=tuple(sorted(library.code(earlier) for earlier in library.needed_for(wish))),
        variant_group=wish.group,
        started=unfinished,
        spent_fen=0 if wish.left_yuan is None else (wish.cost_yuan - wish.left_yuan) * 100,
        rank=library.wishes.index(wish) + 1,
        quantities={"crew_days": Decimal(wish.cost_yuan // yuan_per_crew_day)},
    )


def _builder(template: Template, library: Library) -> str:
    """实施单位: most are carried out by the unit itself (M08)."""
    unit, township = library.unit, library.township
    if template.by == "unit":
        return unit.name_zh + ("村民委员会" if unit.kind == "village" else "居民委员会")
    if template.by == "township":
        return township.name_zh + ("人民政府" if township.kind == "town" else "办事处")
    return template.by


def _post(template: Template, library: Library) -> str:
    """责任人, as a post: names of persons have no place in a register that is hashed and published."""
    unit, township = library.unit, library.township
    if template.by == "unit":
        return f"{unit.name_zh}党支部书记" if unit.kind == "village" else f"{unit.name_zh}党委书记"
    if template.by == "township":
        return f"{township.name_zh}分管副镇长" if township.kind == "town" else f"{township.name_zh}办事处分管副主任"
    return f"{template.by}分管副局长"
