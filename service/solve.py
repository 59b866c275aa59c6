"""Use case without a store: a register and a policy file in, a verified plan out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from domain.errors import Refusal
from domain.money import Lang
from intake.register_file import read_register
from optimizer.solve.engine import Listener
from service.outputs import computed_summary, plan_object
from service.planning import Computed, How, compute_from
from service.policies import read_policy
from service.registers import library, register_path, shipped_registers


class PolicyNeeded(Refusal):
    """A register of the user's own and no policy to plan it under."""

    code = "policy-needed"
    sentence_en = "There is no policy to plan {register} under."
    cure_en = "Name a policy file after the register; only shipped registers ({shipped}) come with one."


@dataclass(frozen=True)
class SolvedFiles:
    """The plan, and the two ways to show it."""

    computed: Computed

    def as_object(self) -> dict[str, Any]:
        """What `plan --json` says of the same case."""
        return plan_object(self.computed)

    def summary(self, lang: Lang) -> Any:
        """What the terminal shows: a renderable of `rich`."""
        return computed_summary(self.computed, lang)


def solve_files(
    register: str, policy: Path | None = None, *, how: How | None = None, listener: Listener | None = None
) -> SolvedFiles:
    """The best plan for a register (shipped name, file or folder) under a policy file.

    Raises every fault of either file, `PolicyNeeded`, and what `compute_from` raises.
    """
    if policy is None:
        if register not in shipped_registers():
            raise PolicyNeeded(register=register, shipped=", ".join(shipped_registers()))
        policy = library() / register / "policy.yaml"
    content = read_register(register_path(register))
    loaded = read_policy(policy, content)
    return SolvedFiles(compute_from(content, loaded, how=how, listener=listener))
