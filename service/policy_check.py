"""Use case: a policy held against a register before anything is recorded: what adding up shows, a proof on request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from domain.formula import FormulaFault
from domain.plan import Baseline
from domain.policy.loading import LoadedPolicy
from domain.register import Register
from domain.scoring import ScoringFault
from optimizer.case import CaseMisfit, build_case
from optimizer.conflicts.conflict import has_no_plan
from optimizer.conflicts.impossibility import impossibility_proof
from optimizer.model import ModelFault
from optimizer.prechecks import Finding, prechecks
from service.planning import CaseFault


@dataclass(frozen=True)
class Checked:
    """What was found, and the proof that no plan exists where one was asked for and is portable."""

    findings: tuple[Finding, ...]
    impossible: bool
    """Whether it is certain that no plan exists: by adding up, or, where a proof was asked for, by a search."""
    proof: dict[str, Any] | None = None


def check_policy(
    loaded: LoadedPolicy, register: Register, *, baseline: Baseline | None = None, prove: bool = False
) -> Checked:
    """Everything that can be told of a policy and a register before the search; with `prove` a search for a proof.

    `baseline` is the earlier plan the policy compares with (M45).
    Raises `CaseFault` where the two do not fit together.
    """
    try:
        case = build_case(register, loaded, baseline)
        findings = tuple(prechecks(case))
        impossible = any(finding.certain for finding in findings)
        if not prove or not (impossible := has_no_plan(case)):
            return Checked(findings, impossible)
        return Checked(findings, impossible, impossibility_proof(case))
    except (CaseMisfit, ScoringFault, FormulaFault, ModelFault) as fault:
        raise CaseFault(reason=str(fault)) from fault
