"""What the settings of a workbench ask, in one line: what is moved from where to where."""

from __future__ import annotations

from decimal import Decimal

from documents.wording import figure, money_unit, percent
from service.workbench.answering import Ground
from service.workbench.controls import ALPHA, Unit
from service.workbench.settings import OFF, Settings
from texts import Both, both, both_or, literal

NAMED_MAX = 3


def question_of(settings: Settings, ground: Ground) -> Both:
    """The question of the page, and of the scenario its settings are saved as."""
    controls = ground.controls
    numbers = {one.path: one for one in controls.numbers}
    switches = {one.path: one.label for one in controls.switches}
    brought = {one.name: one.label for one in controls.arrangements}
    named = [both("workbench.question.use", label=brought.get(name, literal(name))) for name in settings.uses]
    for path, value in settings.values:
        if path in numbers and (now := settings.number(path)) is not None:
            one = numbers[path]
            key = "workbench.question.raised" if now > one.present else "workbench.question.lowered"
            was, new = amount_text(one.unit, one.present), amount_text(one.unit, now)
            named.append(both(key, label=one.label, was=was, now=new))
        elif path == ALPHA:
            named.append(
                both("workbench.question.alpha", now=both_or(f"workbench.alpha.{value.replace('.', '_')}", value))
            )
        elif path in switches and value == OFF:
            named.append(both("workbench.question.off", label=switches[path]))
        else:
            rule = switches.get(path.rpartition(".")[0])
            key = "workbench.question.should" if path.endswith(".kind") and rule else "workbench.question.other"
            named.append(both(key, label=rule or literal(path), now=value))
    if not named:
        return both("workbench.question.nothing")
    listed = Both.join(named[:NAMED_MAX], zh="，", en=", ")
    if len(named) > NAMED_MAX:
        listed = both("workbench.question.more", some=listed, count=len(named) - NAMED_MAX)
    return both("workbench.question.whole", changes=listed)


def amount_text(unit: Unit, value: Decimal) -> Both:
    """A value of a control in a sentence."""
    if unit == "yuan":
        return money_unit(round(value * 100))
    if unit == "share":
        return literal(percent(value, 1).replace(".0%", "%"))
    return literal(f"+{figure(value, 2)}") if unit == "points" else literal(figure(value, 0))
