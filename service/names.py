"""Codes in words: what sentences about a policy call its rules and groups, and a register its places and projects."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from documents.citations import Citations
from documents.wording import have, name
from domain.money import Lang
from domain.policy.model import Policy
from domain.register import Register
from intake.sheet_units import UNITS
from texts import Both, both, has

_CODE = re.compile(r"[\w\-]+(?:\.[\w\-]+)*")


@dataclass(frozen=True)
class Names:
    """Code -> name, in both languages; without any, codes stand as they are."""

    known: Mapping[str, Both] = field(default_factory=dict)
    rules: Mapping[str, Both] = field(default_factory=dict)

    @classmethod
    def of(cls, register: Register, policy: Policy) -> Names:
        """Everything the two call by a name."""
        shelves = (register.townships, register.units, register.projects, register.funds)
        known = {code: name(thing) for shelf in shelves for code, thing in shelf.items()}
        citations = Citations(policy)
        labels = {rule.id: citations[rule.id].label for rule in policy.rules}
        return cls(known, {rule: label for rule, label in labels.items() if label != Both(rule, rule)})

    def rule(self, code: str, lang: Lang) -> str:
        """A rule by its label, its id behind it."""
        return self._beside(self.rules.get(code), code, lang)

    def place(self, said: str, lang: Lang) -> str:
        """Where a rule asks for something: a code, `town.least`, a group of units, or several in one text."""
        key = f"group.{said.replace(' ', '-')}"
        if has(key):
            return both(key)[lang]
        return _CODE.sub(lambda found: self._piece(found.group(), lang), said)

    def lacking(self, said: str, lang: Lang) -> str:
        """A unit and the haves nothing brings it: `0502-zhangmu (place, rules)`."""
        unit, bracket, haves = said.partition(" (")
        words = [have(code)[lang] for code in haves.removesuffix(")").split(", ")]
        return self.place(unit, lang) + (f"{bracket}{', '.join(words)})" if bracket else "")

    def figure(self, code: str, lang: Lang) -> str:
        """A figure of the units by the Chinese header of its column; in English headers are the codes."""
        column = UNITS.by_key.get(code)
        return column.zh[0] if lang == "zh" and column is not None else code

    def _piece(self, code: str, lang: Lang) -> str:
        whole, dot, side = code.rpartition(".")
        if code not in self.known and dot and has(f"side.{side}"):
            return self._piece(whole, lang) + both(f"side.{side}")[lang]
        if code not in self.known and has(f"group.{code}"):
            return both(f"group.{code}")[lang]
        return self._beside(self.known.get(code), code, lang)

    def _beside(self, called: Both | None, code: str, lang: Lang) -> str:
        if called is None:
            return code
        return f"{called.zh}（{code}）" if lang == "zh" else f"{called.en} ({code})"


NO_NAMES = Names()
