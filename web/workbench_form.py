"""The form of the workbench: fields in the reader's units, and the settings that come back from them.

A field's name says its unit: `wan:` is 万元, `pct:` per cent, `rule:` how a rule is asked for. What a form sends beside
its changes is what nobody changed, so the page answers with the short address of the changes alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from domain.money import Lang
from service.workbench.answering import Ground
from service.workbench.asking import amount_text
from service.workbench.controls import ALPHA, ALPHAS, Control, Switch
from service.workbench.settings import OFF, USE, NoSuchSetting, Settings
from texts import Both, both, literal

PREFIXES = {"wan:": Decimal(10_000), "pct:": Decimal("0.01")}
RULE = "rule:"
ASKED = ("must", "should", OFF)


@dataclass(frozen=True)
class Field:
    """One number as the page shows it."""

    control: Control
    name: str
    value: str
    low: str
    high: str
    step: str
    unit: Both
    present: str
    changed: bool
    tick: int
    """Where the present value stands on the slider, in hundredths of its length."""


@dataclass(frozen=True)
class Asked:
    """One rule, and how it is asked for."""

    switch: Switch
    now: str
    present: str


def field_of(control: Control, settings: Settings, lang: Lang) -> Field:
    """A control with the value the settings give it."""
    prefix, factor = _unit(control, lang)
    given = settings.number(control.path)
    value = control.present if given is None else given
    high = max(control.high, value)
    return Field(
        control,
        f"{prefix}{control.path}",
        _text(value / factor),
        _text(control.low / factor),
        _text(high / factor),
        _text(control.step / factor),
        literal("%") if control.unit == "share" else both(f"workbench.unit.{control.unit}"),
        str(amount_text(control.unit, control.present)[lang]),
        given is not None,
        int(100 * (control.present - control.low) / (high - control.low)) if high > control.low else 0,
    )


def rules_of(ground: Ground, settings: Settings) -> list[Asked]:
    """Every rule with how it is asked for."""
    found = []
    for one in ground.controls.switches:
        off = settings.get(one.path) == OFF
        found.append(Asked(one, OFF if off else settings.get(f"{one.path}.kind") or one.kind, one.kind))
    return found


def others_of(ground: Ground, settings: Settings) -> list[tuple[str, str]]:
    """Settings that no field of the form shows, which the form carries along."""
    shown = {one.path for one in ground.controls.numbers} | {ALPHA}
    for one in ground.controls.switches:
        shown |= {one.path, f"{one.path}.kind"}
    brought = {one.name for one in ground.controls.arrangements}
    return [pair for pair in settings.values if pair[0] not in shown] + [
        (USE, name) for name in settings.uses if name not in brought
    ]


def settings_from(pairs: Iterable[tuple[str, str]], ground: Ground) -> Settings:
    """The settings of a query, be it short or a form's. Raises `NoSuchSetting`."""
    plain: list[tuple[str, str]] = []
    rules = {one.rule: one for one in ground.controls.switches}
    for name, value in pairs:
        prefix = name[:4]
        if prefix in PREFIXES and value.strip():
            number = _number(value.strip())
            plain.append((name[4:], value if number is None else _text(number * PREFIXES[prefix])))
        elif name.startswith(RULE):
            rule = rules.get(name.removeprefix(RULE))
            if rule is None or value not in ASKED:
                raise NoSuchSetting(given=name[:40])
            if value != rule.kind:
                plain.append((rule.path, OFF) if value == OFF else (f"{rule.path}.kind", value))
        elif value.strip() and (name, value) != (ALPHA, ground.controls.alpha):
            plain.append((name, value))
    return Settings.of(plain).without_present(ground.situation)


def _unit(control: Control, lang: Lang) -> tuple[str, Decimal]:
    if control.unit == "yuan" and lang == "zh":
        return "wan:", PREFIXES["wan:"]
    if control.unit == "share":
        return "pct:", PREFIXES["pct:"]
    return "", Decimal(1)


def _number(text: str) -> Decimal | None:
    try:
        found = Decimal(text.replace(",", ""))
    except InvalidOperation:
        return None
    return found if found.is_finite() and abs(found) < 10**15 else None


def _text(value: Decimal) -> str:
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


ALPHA_CHOICES = tuple((code, both(f"workbench.alpha.{code.replace('.', '_')}")) for code in ALPHAS)
