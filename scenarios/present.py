"""The value that lies at a path of a situation, as the files write it: amounts in yuan, shares as decimals."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from scenarios.situation import KINDS, POLICY, NoSuchPath, Situation, fields_of, name_of, steps_of

Plain = int | str | bool | Decimal | None


def present(situation: Situation, path: str) -> Plain:
    """The value; None where nothing is written there, or no single value. Raises `NoSuchPath`."""
    every = steps_of(path, situation)
    if len(every) != 1:
        return None
    kind, *steps = every[0]
    found = _of_policy(situation.policy_data, steps) if kind == POLICY else _of_record(situation, path, kind, steps)
    return found if isinstance(found, int | str | bool | Decimal) else None


def _of_policy(data: Any, steps: list[str]) -> Any:
    for step in steps:
        if isinstance(data, dict):
            data = data.get(step)
        elif isinstance(data, list):
            data = next((item for item in data if name_of(item) == step), None)
        else:
            return None
    return data


def _of_record(situation: Situation, path: str, kind: str, steps: list[str]) -> Any:
    if len(steps) != 2:
        return None
    code, name = steps
    fields = fields_of(KINDS[kind])
    if name not in fields:
        raise NoSuchPath(path, f"{kind}.{code}", name, list(fields))
    value = getattr(situation.shelf(kind)[code], fields[name])
    if fields[name].endswith("_fen") and isinstance(value, int):
        whole, rest = divmod(value, 100)
        return whole if not rest else Decimal(value).scaleb(-2)
    return value
