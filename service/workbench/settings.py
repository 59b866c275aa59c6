"""The state of a workbench: what is set otherwise than the record has it, as a short readable query and as a scenario.

    funds.beautiful.amount_yuan=1600000&policy.rules.sites=off&use=corridor

Paths are those of the scenario language; `off` takes a rule of the policy away, `use` brings in a shipped scenario.
What is set to the value the record has is no setting. The order of a query says nothing: equal settings, equal query.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl, urlencode

from domain.errors import Refusal
from domain.policy.yaml_scalars import plain_value
from domain.policy.yaml_writing import yaml_text
from domain.quoting import printable
from scenarios.present import Plain, present
from scenarios.situation import KINDS, POLICY, NoSuchPath, Situation
from service.registers import library
from service.scenarios.finding import ENDING, Composed, composed_of
from texts import Both, both
from texts.recorded import recorded

OFF = "off"
USE = "use"
SETTINGS_MAX, LONGEST = 64, 200
_KINDS = frozenset((*KINDS, POLICY))
_RULES = "policy.rules."


class NoSuchSetting(Refusal):
    """Something in the address of a workbench that is no setting."""

    code = "no-such-setting"
    sentence_en = "“{given}” is no setting of the workbench."
    cure_en = "Take it out of the address, or write a path of the scenario language and its value."


@dataclass(frozen=True)
class Settings:
    """What is set, by path in order, and which shipped scenarios are brought in first."""

    values: tuple[tuple[str, str], ...] = ()
    uses: tuple[str, ...] = ()

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, str]]) -> Settings:
        """From the pairs of a query; of a path set twice the last counts. Raises `NoSuchSetting`."""
        values, uses = dict[str, str](), set[str]()
        for name, given in pairs:
            value = given.strip()
            if len(name) > LONGEST or len(value) > LONGEST or not (name + value).isprintable():
                raise NoSuchSetting(given=printable(name[:40]))
            if name == USE:
                uses.add(value)
            elif name.partition(".")[0] in _KINDS and "." in name and value:
                values[name] = value
            else:
                raise NoSuchSetting(given=printable(name[:40]))
        gone = tuple(f"{path}." for path, value in values.items() if value == OFF)
        kept = {path: value for path, value in values.items() if not path.startswith(gone)} if gone else values
        if len(kept) + len(uses) > SETTINGS_MAX:
            raise NoSuchSetting(given=f"{len(kept) + len(uses)} settings")
        return cls(tuple(sorted(kept.items())), tuple(sorted(uses)))

    @classmethod
    def parse(cls, query: str) -> Settings:
        """From a query as an address has it."""
        return cls.of(parse_qsl(query, keep_blank_values=True))

    @property
    def query(self) -> str:
        """The canonical query; nothing where nothing is set."""
        return urlencode([*((USE, name) for name in self.uses), *self.values], safe="*")

    @property
    def name(self) -> str:
        """What a scenario of these settings is called."""
        return f"workbench-{sha256(self.query.encode()).hexdigest()[:10]}"

    def get(self, path: str) -> str | None:
        """What a path is set to."""
        return dict(self.values).get(path)

    def number(self, path: str) -> Decimal | None:
        """The number a path is set to; None where it is set to none."""
        value = plain_value(self.get(path) or "").value
        return Decimal(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else None

    def with_values(self, changes: Mapping[str, str | None]) -> Settings:
        """The same with other values; None: as the record has it."""
        kept = {**dict(self.values), **changes}
        return Settings.of([*((USE, name) for name in self.uses), *((p, v) for p, v in kept.items() if v is not None)])

    def without_present(self, situation: Situation) -> Settings:
        """Without what is set to the value that is there."""
        return Settings(tuple(one for one in self.values if not _is_present(situation, *one)), self.uses)

    def scenario_text(self, situation: Situation, position: int, question: Both, why: str) -> str:
        """The scenario file of these settings, based on the record at a position; the command line can run it.

        Raises what `present` raises for a path that leads nowhere.
        """
        changes: list[dict[str, Any]] = [{"use": name} for name in self.uses]
        changes += [self._change(situation, path, value, why) for path, value in self.values]
        data: dict[str, Any] = {
            "scenario": self.name,
            "question": {"zh": question.zh, "en": question.en},
            "based_on": {"position": position},
            "change": changes,
        }
        return yaml_text(data)

    def _change(self, situation: Situation, path: str, value: str, why: str) -> dict[str, Any]:
        if value == OFF and path.startswith(_RULES):
            return {"remove": path, "why": why}
        change: dict[str, Any] = {"set": path}
        kind, _, rest = path.partition(".")
        section, dot, field = rest.partition(".")
        if kind == POLICY and dot and "." not in field and section not in situation.policy_data:
            return {"set": f"{POLICY}.{section}", "to": {field: plain_value(value).value}, "why": why}
        if not self.uses and (there := present_value(situation, path)) is not None:
            change["from"] = there
        return {**change, "to": plain_value(value).value, "why": why}

    def composed(
        self, situation: Situation, position: int, question: Both | None = None, why: str | None = None
    ) -> Composed:
        """The same as a scenario to be run. Raises `PolicyFaults` with what is wrong with it."""
        reason = why if why is not None else recorded("workbench")
        text = self.scenario_text(situation, position, question or both("workbench.question.settings"), reason)
        return composed_of(text, library() / f"{self.name}{ENDING}")


def present_value(situation: Situation, path: str) -> Plain:
    """The value that is there, as files write it; None where there is none."""
    try:
        return present(situation, path)
    except NoSuchPath:
        return None


def _is_present(situation: Situation, path: str, value: str) -> bool:
    if value == OFF:
        return False
    there = present_value(situation, path)
    return there is not None and bool(there == plain_value(value).value)
