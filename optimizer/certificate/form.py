"""A certificate as the JSON object that `verify_certificate.py` reads.

    kind, format            "certificate", 1
    plan_hash, instance_hash, policy_hash, quantum_fen     what it speaks of
    scale                   prices are whole multiples of 1 / scale
    policy                  the policy as plain JSON; the SHA-256 of its canonical form is `policy_hash`
    decided                 fund -> what decisions on the record changed of it, which no register table states
    steps                   step, sense, unit, value, bound (certified), floor (kept by later steps), solver_bound,
                            prices {row: price}, unpriced [rule, fund or earlier step]

Numbers that can exceed 2^53 are texts, as RFC 7493 advises.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from domain.policy.loading import LoadedPolicy, canonical_form
from domain.policy.yaml_text import load_yaml
from domain.register import Fund, Register
from optimizer.case import Case
from optimizer.certificate.bound import SCALE
from optimizer.certificate.making import Certificate, CertifiedStep

FORMAT = 1
DECIDED = {"pooled": True, "closed": False, "carried_in_fen": 0, "carried_out_fen": 0, "taken_back_fen": 0}
"""What of a fund only decisions change, and what it is before any."""


def certificate_json(certificate: Certificate) -> dict[str, Any]:
    """The object `certificate.json` holds."""
    case, run = certificate.case, certificate.plan.run
    return {
        "kind": "certificate",
        "format": FORMAT,
        "plan_hash": certificate.plan.plan_hash,
        "instance_hash": run.instance_hash,
        "policy_hash": run.policy_hash,
        "quantum_fen": case.quantum_fen,
        "scale": str(SCALE),
        "decided": decided_funds(case.register),
        "steps": [_step(step) for step in certificate.steps],
        "policy": plain_policy(case.loaded),
    }


def portable_impossibility(proof: Mapping[str, Any], case: Case) -> dict[str, Any]:
    """A proof that no plan exists (`conflicts/impossibility.py`) with what the script needs to work its rows out."""
    return {
        **proof,
        "policy_hash": case.loaded.policy_hash,
        "decided": decided_funds(case.register),
        "policy": plain_policy(case.loaded),
    }


def decided_funds(register: Register) -> dict[str, Any]:
    """Fund -> what decisions on the record changed of it; funds as their table states them are left out."""
    return {f.code: decided for f in register.funds.values() if (decided := _decided(f))}


def plain_policy(loaded: LoadedPolicy) -> dict[str, Any]:
    """What a policy says as plain JSON, in the form its hash is taken of."""
    plain: dict[str, Any] = json.loads(canonical_form(load_yaml(loaded.text).data))
    return plain


def _decided(fund: Fund) -> dict[str, Any]:
    return {name: getattr(fund, name) for name, before in DECIDED.items() if getattr(fund, name) != before}


def _step(step: CertifiedStep) -> dict[str, Any]:
    result = step.result
    return {
        "step": result.name,
        "sense": result.sense,
        "unit": result.unit,
        "value": str(result.raw_value),
        "bound": str(step.raw_bound),
        "floor": str(result.raw_floor),
        "solver_bound": str(result.raw_bound),
        "prices": {name: str(price) for name, price in sorted(step.prices.items())},
        "unpriced": list(step.unpriced),
    }
