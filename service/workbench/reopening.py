"""A scenario as settings of the workbench, where all it changes can be set there.

The other way round than `Settings.scenario_text`: what was saved from a workbench opens at the address it was saved at.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from domain.policy.yaml_scalars import plain_value
from scenarios.language import AnyChange, Remove, Set, Use
from scenarios.situation import POLICY
from service.scenarios.finding import Composed, shipped_scenarios
from service.workbench.settings import OFF, USE, NoSuchSetting, Settings


class _Beyond(Exception):  # no error: a change no setting can say
    """A change that is none of the workbench's."""


def settings_of(composed: Composed) -> Settings | None:
    """The settings of a scenario about the record; None where it changes more than the workbench can set."""
    scenario = composed.loaded.scenario
    if scenario.based_on.register_name is not None or scenario.based_on.policy is not None:
        return None
    try:
        return Settings.of([pair for change in scenario.change for pair in _pairs(change)])
    except (_Beyond, NoSuchSetting):
        return None


def _pairs(change: AnyChange) -> Iterator[tuple[str, str]]:
    if isinstance(change, Use) and change.use in shipped_scenarios():
        yield USE, change.use
    elif isinstance(change, Remove) and change.remove.startswith(f"{POLICY}.rules.") and change.where is None:
        yield change.remove, OFF
    elif isinstance(change, Set) and change.where is None and isinstance(change.to, dict):
        for field, value in change.to.items():
            yield f"{change.set}.{field}", _text(value)
    elif isinstance(change, Set) and change.where is None:
        yield change.set, _text(change.to)
    else:
        raise _Beyond


def _text(value: Any) -> str:
    """A value as the address has it."""
    if isinstance(value, bool):
        text = "true" if value else "false"
    elif isinstance(value, str | int | Decimal):
        text = format(value, "f") if isinstance(value, Decimal) else str(value)
    else:
        raise _Beyond
    if plain_value(text).value != value:
        raise _Beyond
    return text
