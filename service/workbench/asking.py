"""What the settings of a workbench ask, in one line: what is moved from where to where."""

from __future__ import annotations

from decimal import Decimal

from documents.wording import figure, money_unit, percent
from service.workbench.controls import ALPHA, Unit
from service.workbench.grounding import Ground
from service.workbench.settings import OFF, Settings
from texts import Both, both, both_or, literal

NAMED_MAX = 3


def question_of(settings: Settings, ground: Ground) -> Both:
    """The question of the page, and of the scenario its settings are saved as."""
    brought = {one.name: one.label for one in ground.controls.arrangements}
    named = [both("workbench.question.use", label=brought.get(name, literal(name))) for name in settings.uses]
    named += [change_said(settings, path, ground) for path, _ in settings.values]
    if not named:
        return both("workbench.question.nothing")
    listed = Both.join(named[:NAMED_MAX], zh="，", en=", ")
    if len(named) > NAMED_MAX:
        listed = both("workbench.question.more", some=listed, count=len(named) - NAMED_MAX)
    return both("workbench.question.whole", changes=listed)


def change_said(settings: Settings, path: str, ground: Ground) -> Both:
    """What one of the settings moves, from where to where."""
    controls, value = ground.controls, settings.get(path) or ""
    numbers = {one.path: one for one in controls.numbers}
    switches = {one.path: one.label for one in controls.switches}
    if path in numbers and (now := settings.number(path)) is not None:
        one = numbers[path]
        key = "workbench.question.raised" if now > one.present else "workbench.question.lowered"
        return both(key, label=one.label, was=amount_text(one.unit, one.present), now=amount_text(one.unit, now))
    if path == ALPHA:
        return both("workbench.question.alpha", now=both_or(f"workbench.alpha.{value.replace('.', '_')}", value))
    if path in switches and value == OFF:
        return both("workbench.question.off", label=switches[path])
    rule = switches.get(path.rpartition(".")[0])
    key = "workbench.question.should" if path.endswith(".kind") and rule else "workbench.question.other"
    return both(key, label=rule or literal(path), now=value)


def amount_text(unit: Unit, value: Decimal) -> Both:
    """A value of a control in a sentence."""
    if unit == "yuan":
        return money_unit(round(value * 100))
    if unit == "share":
        return literal(percent(value, 1).replace(".0%", "%"))
    return literal(f"+{figure(value, 2)}") if unit == "points" else literal(figure(value, 0))
