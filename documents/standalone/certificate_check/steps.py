"""The certificate: what it states of every step, worked out anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from documents.standalone.certificate_check.bounds import SCALE, Bounds
from documents.standalone.certificate_check.case import Case
from documents.standalone.certificate_check.files import at, canonical, number, only, sha256, texts
from documents.standalone.certificate_check.order import Step, floor_of, in_own_unit, steps_of
from documents.standalone.certificate_check.plan import Plan
from documents.standalone.certificate_check.rows import Rows, Shared
from documents.standalone.certificate_check.sayings import Wrong
from documents.standalone.certificate_check.tables import read_register

CERTIFICATE_KEYS = [
    "kind",
    "format",
    "plan_hash",
    "instance_hash",
    "policy_hash",
    "quantum_fen",
    "scale",
    "policy",
    "decided",
    "steps",
]
STEP_KEYS = ["step", "sense", "unit", "value", "bound", "floor", "solver_bound", "prices", "unpriced"]
SIX_PLACES = Decimal("0.000001")


def places(value: Fraction) -> Decimal:
    """Six decimals, half to even, as plan.json states figures."""
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(SIX_PLACES, ROUND_HALF_EVEN)


def gap_of(value: Fraction, bound: Fraction) -> Fraction:
    base = max(abs(value), abs(bound))
    return abs(bound - value) / base if base else Fraction(0)


@dataclass
class Told:
    """One line of the answer."""

    step: str
    unit: str
    value: Decimal
    bound: Decimal
    gap: Decimal
    solver_bound: Decimal
    solver_gap: Decimal
    unpriced: list[str]
    dropped: list[str]
    """Rules that were not worked out at all."""


def check(plan_data: Any, certificate: Any, register_path: Path) -> list[Told]:
    """All that a certificate and its plan state, worked out anew; raises `Wrong` at the first thing that is not so."""
    only(certificate, CERTIFICATE_KEYS, "certificate")
    if certificate.get("kind") != "certificate" or at(certificate, "format", int, "certificate") != 1:
        raise Wrong("unknown", where="certificate", name=certificate.get("kind"))
    policy = at(certificate, "policy", dict, "certificate")
    policy_hash = sha256(canonical(policy))
    run = at(plan_data, "run", dict, "plan")
    hashes = [(certificate, "policy_hash", "certificate.json"), (run, "policy_hash", "plan.json")]
    for holder, key, file in hashes:
        if at(holder, key, str, file) != policy_hash:
            raise Wrong("hash", what=key, file=file)
    register = read_register(register_path, at(certificate, "decided", dict, "certificate"))
    instance_hash = register.instance_hash(policy_hash)
    for holder, file in ((plan_data, "plan.json"), (certificate, "certificate.json")):
        if at(holder, "instance_hash", str, file) != instance_hash:
            raise Wrong("hash", what="instance_hash", file=file)
    if at(certificate, "plan_hash", str, "certificate") != at(plan_data, "plan_hash", str, "plan"):
        raise Wrong("hash", what="plan_hash", file="certificate.json")
    case = Case(register, policy)
    quanta = [
        at(certificate, "quantum_fen", int, "certificate"),
        at(run, "parameters", dict, "plan.run").get("quantum_fen"),
    ]
    if quanta != [case.quantum, str(case.quantum)]:
        raise Wrong(
            "figure", file="certificate.json", step="–", figure="quantum_fen", stated=quanta, found=case.quantum
        )
    rows = Rows(case)
    plan = Plan(plan_data, case, rows)
    return each_step(plan_data, certificate, plan, run)


def each_step(plan_data: Any, certificate: Any, plan: Plan, run: Any) -> list[Told]:
    case, rows = plan.case, plan.rows
    steps = steps_of(case, rows)
    wanted = [step.name for step in steps]
    claims, reached = at(certificate, "steps", list, "certificate"), at(plan_data, "objectives", list, "plan")
    for file, stated, key in (("certificate.json", claims, "step"), ("plan.json", reached, "name")):
        found = [at(one, key, str, file) for one in stated]
        if found != wanted:
            raise Wrong("steps", file=file, found=found, expected=wanted)
    if certificate.get("scale") != str(SCALE):
        raise Wrong("shape", where="certificate.scale", found=certificate.get("scale"), expected=SCALE)
    limits = {
        stop.removesuffix(": limit")
        for stop in at(run, "termination", str, "plan.run").split("; ")
        if stop.endswith(": limit")
    }
    shared, bounds, told = dict(rows.shared), Bounds(case, rows), []
    for step, claim, objective in zip(steps, claims, reached, strict=True):
        told.append(_step(step, claim, objective, plan, shared, bounds, step.name in limits))
        floor = number(claim["floor"], "floor")
        name = f"keep.{step.name}"
        low, high = (
            (floor - step.expression.constant, None) if step.sign > 0 else (None, floor - step.expression.constant)
        )
        shared[name] = Shared(name, name, step.expression.terms, low, high)
    return told


def _step(
    step: Step,
    claim: Any,
    objective: Any,
    plan: Plan,
    shared: Mapping[str, Shared],
    bounds: Bounds,
    limited: bool,
) -> Told:
    case = plan.case
    only(claim, STEP_KEYS, f"certificate.steps.{step.name}")
    value = step.expression.value(plan.values)
    stated = {
        key: number(claim.get(key), f"certificate.steps.{step.name}.{key}")
        for key in ("value", "bound", "floor", "solver_bound")
    }
    raw_bound, raw_floor = (
        at(objective, key, int, f"plan.objectives.{step.name}") for key in ("raw_bound", "raw_floor")
    )

    def same(figure: str, said: object, found: object, file: str = "certificate.json") -> None:
        if said != found:
            raise Wrong("figure", file=file, step=step.name, figure=figure, stated=said, found=found)

    at(objective, "raw_value", int, f"plan.objectives.{step.name}")
    sense = "max" if step.sign > 0 else "min"
    same("sense", claim.get("sense"), sense)
    same("unit", claim.get("unit"), step.unit)
    same("value", stated["value"], value)
    same("solver_bound", stated["solver_bound"], raw_bound)
    same("floor", stated["floor"], raw_floor)
    # What plan.json says of the step must follow from its value, its bound and the policy's tolerance.
    own_value, own_bound = in_own_unit(case, step, value), in_own_unit(case, step, raw_bound)
    figures: dict[str, object] = {"sense": sense, "unit": step.unit, "raw_value": value}
    figures |= {"value": places(own_value), "bound": places(own_bound), "gap": places(gap_of(own_value, own_bound))}
    figures["tolerance"] = Decimal(step.tolerance.numerator) / step.tolerance.denominator
    for figure, found in figures.items():
        said = objective.get(figure)
        if isinstance(found, Decimal) and isinstance(said, (int, Decimal)) and not isinstance(said, bool):
            same(figure, float(said), float(found), "plan.json")
        else:
            same(figure, said, found, "plan.json")
    floor = floor_of(case, step, raw_bound)
    if raw_floor != floor and not (limited and step.sign * raw_floor <= step.sign * floor):
        same("raw_floor", raw_floor, floor, "plan.json")
    if step.sign * value > step.sign * raw_bound:
        raise Wrong("beyond", step=step.name)
    if step.sign * value < step.sign * raw_floor:
        raise Wrong("kept", step=step.name, found=value, expected=raw_floor)
    # The proof.
    prices = {name: number(price, f"prices.{name}") for name, price in at(claim, "prices", dict, step.name).items()}
    scaled = bounds.scaled(step, shared, prices)
    bound = step.sign * (scaled // SCALE)
    if step.sign < 0:
        bound = max(bound, 0)  # nothing falls short by less than nothing
    same("bound", stated["bound"], bound)
    if step.sign * value > step.sign * bound:
        raise Wrong("beyond", step=step.name)
    labels = {*case.dropped, *(row.label for row in shared.values())}
    unpriced = sorted(labels - {shared[name].label for name in prices})
    named = texts(claim.get("unpriced"), f"certificate.steps.{step.name}.unpriced")
    if named != unpriced:
        raise Wrong("unpriced", step=step.name, stated=named, found=unpriced)
    certified = in_own_unit(case, step, bound)
    return Told(
        step.name, step.unit, places(own_value), places(certified), places(gap_of(own_value, certified)),
        places(own_bound), places(gap_of(own_value, own_bound)), unpriced, case.dropped,
    )  # fmt: skip
