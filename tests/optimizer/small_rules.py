"""Random rules about money, projects and resources on top of a random small county (`small.py`)."""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Any

import yaml
from msgspec.structs import replace

from domain.formula import FormulaFault
from domain.policy.loading import load_policy
from domain.register import Pledge
from optimizer.case import CaseMisfit
from optimizer.rules import RULES
from tests.optimizer.small import HAVES, Small, policy_text, small_county, yuan_text

KINDS = ("bundle", "matched-grant", "both-ends", "rented-office", "reward-tiers", "resource", "linear")
CATEGORIES = ("road", "hall")


def county_with(dice: random.Random, kinds: tuple[str, ...] = KINDS) -> Small:
    """A small county with one or two rules of these kinds, pledges, quantities, offices let and results graded."""
    while True:
        base = small_county(dice)
        county = replace(
            base.register,
            units={
                code: replace(
                    unit,
                    office_rented_out=dice.random() < 0.4,
                    last_result=Decimal(dice.choice([40, 60, 75, 90])),
                    indicators={"hands": Decimal(dice.randint(0, 6)) / 2},
                )
                for code, unit in base.register.units.items()
            },
            projects={
                code: replace(
                    project,
                    category=dice.choice(CATEGORIES),
                    returns_office=dice.random() < 0.3,
                    running_cost_fen=dice.choice([0, 1_000, 2_550]),
                    quantities={"days": Decimal(dice.randint(0, 8)) / 4} if dice.random() < 0.9 else {},
                )
                for code, project in base.register.projects.items()
            },
            adjacency=tuple(
                (a, b) for a in base.register.units for b in base.register.units if a < b and dice.random() < 0.5
            ),
        )
        content = yaml.safe_load(base.loaded.text)
        quantum, funds = base.case.quantum_fen, list(content["funds"])
        new = [_rule(dice, f"N{n}", kinds, funds, quantum) for n in range(dice.choice([1, 1, 2]))]
        content["rules"] = [*content["rules"][:1], *new]
        if any(rule["kind"] == "should" for rule in new) and content["objectives"][0]["id"] != "shortfall":
            steps = [step for step in content["objectives"] if step["id"] != "shortfall"]
            content["objectives"] = [{"id": "shortfall", "clause": "M20"}, *steps]
        if not any(rule["kind"] == "should" for rule in content["rules"]):
            content["objectives"] = [step for step in content["objectives"] if step["id"] != "shortfall"]
        if dice.random() < 0.3:
            code = dice.choice(funds)
            content["funds"][code]["pledges_confidence"] = dice.choice([0, 0.5, 0.8, 1])
            promised = Pledge(code="G", by="helper", kind="money", amount_fen=quantum * 3, arrived_fen=quantum)
            in_kind = replace(promised, code="H", kind="in_kind")
            pledged = replace(county.funds[code], pledges=(promised, in_kind))
            county = replace(county, funds={**county.funds, code: pledged})
        try:
            found = Small(county, load_policy(policy_text(content), RULES))
            if len(found.case.projects) >= 2:
                return found
        except (FormulaFault, CaseMisfit):
            continue


def _rule(dice: random.Random, name: str, kinds: tuple[str, ...], funds: list[str], quantum: int) -> dict[str, Any]:
    kind = dice.choice(kinds)
    if kind == "matched-grant" and len(funds) < 2:
        kind = "linear"
    rule: dict[str, Any] = {"rule": kind, "id": name, "clause": "M10", "kind": dice.choice(["must", "should"])}
    rule["priority_class"] = int(name[1:]) + 4  # measures differ, so that every rule has a class of its own
    if kind == "bundle":
        rule |= dice.choice([{"category": "road"}, {"closes": dice.choice(HAVES)}, {"where": "backward"}])
        rule["within"] = dice.choice(["unit", "neighbours", "county"])
        if rule["kind"] == "must":
            rule |= dice.choice([{}, {"discount_share": 0.5}, {"discount_yuan": yuan_text(quantum)}])
    elif kind == "matched-grant":
        dice.shuffle(funds)
        rule |= {"fund": funds[0], "local_funds": funds[1:], "each": dice.choice(["project", "unit", "county"])}
        rule["ratio"] = dice.choice([0, 0.5, 1, 1.25])
        if dice.random() < 0.4:
            rule["ceiling_yuan"] = yuan_text(quantum + dice.choice([0, quantum // 3]))
    elif kind == "both-ends":
        rule |= {"best": "last_result >= 90", "last": "last_result < 60", "best_share": 0.2, "last_share": 0.3}
        rule["middle_floor_yuan"] = yuan_text(dice.choice([0, quantum]))
    elif kind == "rented-office":
        rule["purposes"] = dice.choice([["build"], ["build", "serve"]])
    elif kind == "reward-tiers":
        rule |= {"fund": dice.choice(funds), "result": "last_result", "per": dice.choice(["unit", "household"])}
        tiers: list[dict[str, Any]] = [{"from_result": 50}, {"from_result": 70}, {"from_result": 85.5}]
        if dice.random() < 0.3:
            tiers = [{**tier, "amount_yuan": yuan_text(quantum * n // 4)} for n, tier in enumerate(tiers, 1)]
        rule["tiers"] = tiers
    elif kind == "resource":
        rule |= {"quantity": "days"}
        rule |= dice.choice(
            [{"at_most": 2.25}, {"at_least": 1}, {"supply": "hands / 3"}, {"at_most": 3, "at_least": 2}]
        )
        rule |= dice.choice([{}, {"each": "township"}, {"each": "unit"}, {"each": "kind"}, {"where": "backward"}])
    else:
        rule["terms"] = [_term(dice, funds) for _ in range(dice.randint(1, 3))]
        rule |= dice.choice([{"at_least": 1}, {"at_most": 2.5}, {"at_least": 0.5, "at_most": 8}, {"equals": 2}])
    return rule


def _term(dice: random.Random, funds: list[str]) -> dict[str, Any]:
    names = ["money", "cost", "running-cost", "projects", "benefit", "sites", "units", "households", "days"]
    term: dict[str, Any] = {"quantity": dice.choice(names), "factor": dice.choice([1, 1, -1, 0.5, 2])}
    if term["quantity"] in ("money", "cost", "running-cost"):
        term["factor"] = dice.choice([0.0001, -0.0001, 0.0003])
    if term["quantity"] in ("money", "cost") and dice.random() < 0.4:
        term["funds"] = [dice.choice(funds)]
    if dice.random() < 0.4:
        term["where"] = dice.choice(["backward", "poor"])
    if term["quantity"] not in ("money", "sites") and dice.random() < 0.4:
        term |= dice.choice([{"category": "road"}, {"closes": "place"}])
    return term
