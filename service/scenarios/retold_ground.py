"""The other ground under a past: another policy in place of those adopted, or a scenario's changes on top of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from domain.facts import POLICY_FACTS, Mandate
from domain.folds import PolicyFold
from domain.policy.loading import LoadedPolicy
from domain.policy.yaml_text import load_yaml
from domain.policy.yaml_writing import yaml_text
from history.log import Receipt
from optimizer.rules import RULES
from scenarios.situation import Situation
from service.county import County
from service.policies import adopt_policy, parse_policy, policy_at, read_policy
from service.registers import moment, register_at, registered
from service.scenarios.finding import Composed
from service.scenarios.running import ACTOR, decide_steps


@dataclass
class Ground:
    """What the past is told again under; `laid` once it is in place. Without policy and scenario nothing is laid."""

    policy: Path | None
    scenario: Composed | None
    laid: bool = field(init=False)

    def __post_init__(self) -> None:
        self.laid = self.policy is None and self.scenario is None

    @property
    def name(self) -> str:
        """The file's or the scenario's name; empty where nothing changes."""
        return self.scenario.name if self.scenario else self.policy.name if self.policy else ""

    def lay(self, branch: County) -> bool:
        """Put it under what comes as soon as that can be; whether it was done now, and not by an adoption's place."""
        standing = _policies(branch)
        if self.laid or standing.latest is None:
            return False
        if self.policy is not None:
            mandate = branch.mandate(ACTOR, why=self.policy.name, command="replay-policy")
            self.adopt(branch, mandate, standing.latest.in_force_from)
            return True
        here, today = moment(branch), branch.today()
        if self.scenario is None or not registered(branch, here) or standing.in_force(today) is None:
            return False
        situation = Situation(register_at(branch, here), policy_at(branch, here, today), RULES)
        decide_steps(branch, situation, self.scenario.name, self.scenario.changes, cause="replay")
        self.laid = True
        return True

    def adopt(self, branch: County, mandate: Mandate, day: date) -> Receipt:
        """Adopt the other policy, counting from a day at the latest, in a version that can follow here."""
        assert self.policy is not None
        here = moment(branch)
        register = register_at(branch, here) if registered(branch, here) else None
        self.laid = True
        return adopt_policy(branch, _fitted(read_policy(self.policy, register), _policies(branch), day), mandate)


def _policies(county: County) -> PolicyFold:
    """Every adoption so far."""
    fold = PolicyFold()
    for one in county.log.facts(types=POLICY_FACTS):
        fold.apply(one.fact)
    return fold


def _fitted(loaded: LoadedPolicy, before: PolicyFold, day: date) -> LoadedPolicy:
    """The policy as it can be adopted here: from that day if its own is later, in a version nobody has used."""
    policy = loaded.policy
    newest = before.policy(policy.policy)
    said: Any = load_yaml(loaded.text).data
    data = {**said}
    if policy.in_force_from > day:
        data["in_force_from"] = day
    if newest is not None and newest.policy_hash != loaded.policy_hash and policy.version <= newest.policy_version:
        data["version"] = newest.policy_version + 1
    return loaded if data == said else parse_policy(yaml_text(data))
