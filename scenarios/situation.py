"""What a scenario changes: a register and a policy, as one tree of entries with the words their files use.

`funds.beautiful.amount_yuan`, `units.0502-zhangmu.stars`, `policy.rules.backward-share.at_least`: an entry is reached
by its code, an item of a list by its `id`, `group` or `code`. Amounts are given in yuan, as everywhere in files.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import msgspec

from domain.figures import unit_values
from domain.policy.loading import LoadedPolicy, load_written, policy_tree
from domain.policy.model import Rule, written
from domain.policy.wording import suggest
from domain.register import Duty, Fund, Project, Register, Township, Unit

KINDS: dict[str, type[msgspec.Struct]] = {
    "townships": Township,
    "units": Unit,
    "projects": Project,
    "funds": Fund,
    "duties": Duty,
}
POLICY = "policy"
_NAMED_BY = ("id", "group", "code")


class NoSuchPath(ValueError):
    """A path that leads nowhere: `reached` is as far as it led, `known` what could come next there."""

    def __init__(self, path: str, reached: str, step: str, known: list[str]) -> None:
        self.path = path
        self.reached = reached
        self.step = step
        self.known = known
        self.suggestion = suggest(step, known)
        super().__init__(path)

    @property
    def expected(self) -> str:
        """What exists instead, in words."""
        some = ", ".join(self.known[:12]) + (f" and {len(self.known) - 12} more" if len(self.known) > 12 else "")
        return f"one of {some}" if self.known else "nothing below it"


@dataclass(frozen=True)
class Situation:
    """A register and a policy at one moment, before or after changes. `touched` names the entries changed so far."""

    register: Register
    loaded: LoadedPolicy
    rule_types: Mapping[str, type[Rule]] = field(repr=False)
    touched: frozenset[tuple[str, str]] = frozenset()

    @cached_property
    def policy_data(self) -> Any:
        """The policy's text as data, which whoever changes it copies first."""
        return policy_tree(self.loaded.text).data

    def shelf(self, kind: str) -> dict[str, Any]:
        """The entries of a kind of the register, by code."""
        entries: dict[str, Any] = getattr(self.register, kind)
        return entries

    def with_entry(self, kind: str, code: str, record: msgspec.Struct | None) -> Situation:
        """The same with one entry of the register put in, replaced, or (None) taken away."""
        entries = {**self.shelf(kind)}
        if record is None:
            del entries[code]
        else:
            entries[code] = record
        changed: Any = {kind: dict(sorted(entries.items()))}
        register = msgspec.structs.replace(self.register, **changed)
        return replace(self, register=register, touched=self.touched | {(kind, code)})

    def with_policy(self, data: Any) -> Situation:
        """The same with another policy text. Raises `PolicyFaults` of that text."""
        loaded = load_written(data, self.rule_types, source=f"{self.loaded.policy.policy} as changed")
        return replace(self, loaded=loaded, touched=self.touched | {(POLICY, self.loaded.policy.policy)})

    def figures(self, kind: str, code: str) -> Mapping[str, Any]:
        """What a condition may ask of an entry: its fields, and a unit's figures (for a project those of its unit)."""
        record = self.shelf(kind)[code]
        own = {name: value for name, value in _plain(record).items() if isinstance(value, int | str | bool)}
        unit = record if kind == "units" else self.register.units.get(getattr(record, "unit", "") or "")
        if unit is None:
            return own
        of_unit = unit_values(unit, self.register.townships[unit.township], self.loaded.policy.checklist)
        return {**own, **of_unit}


def steps_of(path: str, situation: Situation) -> list[list[str]]:
    """The ways a path can be read, each as its steps; codes may hold dots, and `*` stands for every entry.

    Raises `NoSuchPath`.
    """
    kind, _, rest = path.partition(".")
    if kind == POLICY:
        return [[POLICY, *steps] for steps in _policy_steps(situation.policy_data, rest, path)]
    if kind not in KINDS:
        raise NoSuchPath(path, "", kind, [*KINDS, POLICY])
    codes = situation.shelf(kind)
    if not rest:
        return [[kind]]
    if rest == "*" or rest.startswith("*."):
        return [[kind, code, *([rest[2:]] if len(rest) > 2 else [])] for code in codes]
    for code in _beginnings(rest):
        if code in codes:
            return [[kind, code, *([rest[len(code) + 1 :]] if len(rest) > len(code) else [])]]
    raise NoSuchPath(path, kind, rest.split(".")[0], sorted(codes))


def _beginnings(text: str) -> Iterator[str]:
    """`a.b.c`, `a.b`, `a`: the longest first."""
    parts = text.split(".")
    for length in range(len(parts), 0, -1):
        yield ".".join(parts[:length])


def _policy_steps(data: Any, rest: str, path: str) -> list[list[str]]:
    steps: list[str] = []
    while rest:
        here = _names(data)
        if rest == "*" or rest.startswith("*."):
            return [
                [*steps, name, *more] for name in here for more in _policy_steps(_below(data, name), rest[2:], path)
            ]
        found = next((name for name in _beginnings(rest) if name in here), None)
        if found is None:
            if "." in rest or not isinstance(data, dict):
                raise NoSuchPath(path, ".".join([POLICY, *steps]), rest.split(".", maxsplit=1)[0], here)
            return [[*steps, rest]]  # a key the policy may have and does not write yet
        steps.append(found)
        data, rest = _below(data, found), rest[len(found) + 1 :]
    return [steps]


def _names(data: Any) -> list[str]:
    if isinstance(data, dict):
        return list(data)
    if isinstance(data, list):
        return [name for item in data if (name := name_of(item)) is not None]
    return []


def name_of(item: Any) -> str | None:
    """What an item of a policy's list is called."""
    if isinstance(item, str):
        return item
    return next((item[key] for key in _NAMED_BY if key in item), None) if isinstance(item, dict) else None


def _below(data: Any, name: str) -> Any:
    return data[name] if isinstance(data, dict) else next(item for item in data if name_of(item) == name)


def fields_of(kind: type[msgspec.Struct]) -> dict[str, str]:
    """The fields of a record: as files write them -> as they are kept."""
    return {written(name): name for name in kind.__struct_fields__ if name != "code"}


def _plain(record: msgspec.Struct) -> dict[str, Any]:
    return {name: getattr(record, name) for name in record.__struct_fields__}
