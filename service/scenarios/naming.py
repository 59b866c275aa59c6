"""A decision a scenario names: found among all there are, its arguments read as its fields want them."""

from __future__ import annotations

from dataclasses import MISSING, fields
from datetime import date
from decimal import Decimal
from typing import Any, get_type_hints

import msgspec

from domain.decisions.adjustments import AdjustLines
from domain.decisions.base import Deciding
from domain.decisions.catalogue import ALL_DECISIONS
from domain.decisions.keys import IntroduceSigningKey, RecogniseWitness, ReplaceSigningKey, RotateSigningKey
from domain.decisions.plans import DraftPlan
from domain.decisions.policies import AdoptPolicy
from domain.decisions.register import ImportRegister
from domain.facts import Mandate
from domain.money import MoneyFault, parse_yuan
from domain.policy.checks import Finding
from domain.policy.model import written
from domain.policy.placing import placed
from domain.policy.wording import Wording, suggest
from domain.policy.yaml_tree import Path as Place
from scenarios.changes import expected_by_type
from scenarios.language import Decide, LoadedScenario

NOT_NAMED: frozenset[type[Deciding]] = frozenset(
    {
        *(AdjustLines, DraftPlan, ImportRegister, AdoptPolicy),
        *(IntroduceSigningKey, RotateSigningKey, ReplaceSigningKey, RecogniseWitness),
    }
)
"""Not for a file to state: whole plans, registers and policies, which changes of entries bring about, and what proves
the record, which a branch is not."""
DECISIONS = {kind.title().replace(" ", "-"): kind for kind in ALL_DECISIONS if kind not in NOT_NAMED}
"""`strike-off`, `move-duty`, … -> the decision."""


def decision_named(change: Decide, file: LoadedScenario, place: Place, mandate: Mandate) -> Deciding:
    """The decision with its arguments; amounts are written in yuan. Raises `PolicyFaults` at the change's line."""

    def fault(key: Place, found: str, expected: str, cure: str, suggestion: str | None = None) -> Exception:
        wording = Wording("scenario-decision", found, expected, cure, suggestion)
        return placed([Finding((*place, *key), wording)], file.tree)

    kind = DECISIONS.get(change.decide)
    if kind is None:
        known = sorted(DECISIONS)
        likely = suggest(change.decide, known)
        raise fault(("decide",), f"`{change.decide}`", f"one of {', '.join(known)}", "write one of them", likely)
    own = {written(one.name): one.name for one in fields(kind) if one.init and one.name != "mandate"}
    hints = get_type_hints(kind, include_extras=True)
    arguments: dict[str, Any] = {}
    for word, value in change.arguments.items():
        if word not in own:
            expected = f"one of {', '.join(own)}"
            raise fault(("with", word), f"`{word}`", expected, "write one of them", suggest(word, list(own)))
        try:
            arguments[own[word]] = _read(own[word], hints[own[word]], value)
        except MoneyFault as wrong:
            raise fault(("with", word), f"`{value}`", wrong.expected, wrong.cure) from wrong
        except msgspec.ValidationError as wrong:
            raise fault(("with", word), f"`{value}`", expected_by_type(wrong), "correct it") from wrong
    try:
        return kind(mandate=mandate, **arguments)
    except TypeError as wrong:
        optional = {one.name for one in fields(kind) if (one.default, one.default_factory) != (MISSING, MISSING)}
        missing = [word for word, name in own.items() if name not in {*arguments, *optional}]
        raise fault(("decide",), "", f"`with` to say {', '.join(missing)}", "add what is missing") from wrong


def _read(name: str, hint: Any, value: Any) -> Any:
    if name.endswith("_fen"):
        return parse_yuan(value)
    return msgspec.convert(_plain(value), hint)


def _plain(value: Any) -> Any:
    """Values as a file's tables give them: amounts inside an entry in yuan, keys as they are kept."""
    if isinstance(value, dict):
        return {
            key.removesuffix("_yuan") + "_fen" if key.endswith("_yuan") else key: (
                parse_yuan(one) if key.endswith("_yuan") else _plain(one)
            )
            for key, one in value.items()
        }
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, Decimal):
        return str(value)
    return value.isoformat() if isinstance(value, date) else value
