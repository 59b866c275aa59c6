"""Random small counties and policies, small enough that every plan of theirs can be written down and compared.

All money is a few whole quanta; what kind of fund, formula, rule and order of objectives there is, the dice decide.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import yaml

from domain.formula import FormulaFault
from domain.policy.loading import LoadedPolicy, load_policy
from domain.register import Duty, Fund, Project, Register, Township, Unit
from optimizer.case import Case, CaseMisfit, build_case
from optimizer.rules import RULES

QUANTUM_FEN = 1_000_000
ODD_QUANTUM_FEN = 999_983
"""A prime number of fen, so that nothing comes out even by luck."""
HAVES = ("place", "money")
PURPOSES = ("build", "serve")
Stage = Literal["proposed", "admitted", "withdrawn", "accepted"]
MOSTLY_ADMITTED: tuple[Stage, ...] = ("proposed", "accepted", "withdrawn", *("admitted",) * 9)
METHODS = ("sainte-lague", "sainte-lague", "dhondt", "adams", "huntington-hill")


@dataclass(frozen=True)
class Small:
    """A random county with the policy it is planned under."""

    register: Register
    loaded: LoadedPolicy

    @property
    def case(self) -> Case:
        """The case the optimizer makes of it."""
        return build_case(self.register, self.loaded)


def small_county(dice: random.Random, *, tolerances: bool = False) -> Small:
    """One county of 2 to 4 units, up to 8 projects, 1 to 3 funds; dice that make no case are thrown again."""
    while True:
        county = _thrown(dice, tolerances)
        try:
            choices = len(county.case.projects)
        except (FormulaFault, CaseMisfit):
            continue
        if choices >= 3 or dice.random() < 0.3:  # few have anything to choose unless one asks for it
            return county


def _thrown(dice: random.Random, tolerances: bool) -> Small:
    quantum = dice.choice([QUANTUM_FEN, QUANTUM_FEN, ODD_QUANTUM_FEN])
    towns = [f"T{i}" for i in range(dice.randint(1, 2))]
    units = [_unit(dice, f"U{i}", towns) for i in range(dice.randint(2, 4))]
    funds = [_fund(dice, f"F{i}", quantum) for i in range(dice.randint(1, 3))]
    projects: dict[str, Project] = {}
    for i in range(dice.choice([0, 2, 4, 5, 6, 6, 7, 8])):
        project = _project(dice, f"P{i}", units, list(projects), quantum)
        projects[project.code] = project
    formulas = {fund.code: _fund_policy(dice, fund, quantum) for fund in funds}
    paying = [code for code, spec in formulas.items() if "formula" in spec]
    duties = {}
    if paying and dice.random() < 0.2:
        unit, fund = dice.choice(units).code, dice.choice(paying)
        duties["D0"] = Duty(code="D0", name="records", unit=unit, fund=fund, amount_fen=quantum)
    register = Register(
        county="small",
        name_zh="小县",
        name_en="Small",
        townships={
            t: Township(code=t, name_zh=t, name_en=t, kind=dice.choice(["town", "town", "subdistrict"])) for t in towns
        },
        units={u.code: u for u in units},
        projects=projects,
        funds={f.code: f for f in funds},
        duties=duties,
    )
    rules = _rules(dice, [f.code for f in funds], quantum)
    policy = {
        "policy": "small",
        "version": 1,
        "title": {"zh": "试", "en": "Trial"},
        "in_force_from": date(2026, 1, 1),
        "quantum_yuan": yuan_text(quantum * dice.choice([1, 1, 1, 2])),
        "checklist": list(HAVES),
        "priority": {
            "need": dice.choice(["households", "households", "1"]),
            "need_label": {"zh": "户", "en": "Households"},
            "criteria": [
                {"id": "backward", "clause": "M11", "when": "backward", "add": 0.5, "label": {"zh": "后", "en": "b"}},
                {"id": "missing", "clause": "M18", "per": "missing", "add": 0.25, "label": {"zh": "缺", "en": "m"}},
            ],
        },
        "welfare": {"alpha": dice.choice([0, 0.5, 1, 1, 2]), "pieces": dice.choice([2, 3, 6, 12])},
        "funds": formulas,
        "rules": rules,
        "objectives": _objectives(dice, rules, tolerances),
    }
    return Small(register, load_policy(policy_text(policy), RULES))


def policy_text(policy: dict[str, Any]) -> str:
    """A policy as the YAML a county would write."""
    return yaml.safe_dump(policy, sort_keys=False, allow_unicode=True)


def yuan_text(fen: int) -> int | str:
    """An amount as a policy writes it: whole yuan as a number, others quoted."""
    return fen // 100 if fen % 100 == 0 else f"{fen // 100}.{fen % 100:02d}"


def _unit(dice: random.Random, code: str, towns: list[str]) -> Unit:
    return Unit(
        code=code,
        name_zh=code,
        name_en=code,
        kind=dice.choice(["village", "village", "community"]),
        township=dice.choice(towns),
        households=dice.randint(1, 9),
        backward=dice.random() < 0.4,
        poor=dice.random() < 0.4,
        haves=tuple(sorted(h for h in HAVES if dice.random() < 0.6)),
    )


def _fund(dice: random.Random, code: str, quantum: int) -> Fund:
    return Fund(
        code=code,
        name_zh=code,
        name_en=code,
        department="finance",
        document_no="1",
        budget_year=2026,
        purposes=dice.choice([("build",), ("serve",), PURPOSES, PURPOSES, PURPOSES, PURPOSES]),
        amount_fen=quantum * dice.randint(2, 8),
        eligibility=dice.choice([None] * 8 + ["backward", "not poor", 'kind == "village"']),
        pooled=dice.random() < 0.95,
        closed=dice.random() < 0.03,
    )


def _project(dice: random.Random, code: str, units: list[Unit], earlier: list[str], quantum: int) -> Project:
    cost = dice.choice([1, 1, 2, 2, 3, 4])
    spent = dice.randint(1, cost) if (started := dice.random() < 0.15) else 0
    return Project(
        code=code,
        unit=dice.choice(units).code,
        name_zh=code,
        name_en=code,
        category="works",
        builder="builder",
        responsible_post="post",
        purposes=dice.choice([("build",), ("serve",), ("build",), ("serve",), PURPOSES]),
        closes=tuple(sorted(h for h in HAVES if dice.random() < 0.4)),
        cost_fen=cost * quantum,
        spent_fen=spent * quantum,
        benefit=dice.choice([0, 1, 2, 3, 5, 8]),
        target="done",
        due_on=date(2026, 12, 1),
        requires=(dice.choice(earlier),) if earlier and dice.random() < 0.2 else (),
        variant_group=dice.choice([None] * 5 + ["V"]),
        started=started,
        stage=dice.choice(MOSTLY_ADMITTED),
    )


def _fund_policy(dice: random.Random, fund: Fund, quantum: int) -> dict[str, Any]:
    whole = fund.amount_fen // quantum
    spec: dict[str, Any] = {"clause": "M01"}
    envelopes: dict[str, Any] = {}
    if dice.random() < 0.2:
        envelopes["projects_at_most_share"] = dice.choice([0.5, 1, 0.75])
    else:
        envelopes["projects_at_most_yuan"] = yuan_text(quantum * dice.choice([0, 1, *range(whole // 2, whole + 1)]))
    if dice.random() < 0.75:
        spec["mode"] = dice.choice(["factor", "factor", "optimize"])
        formula: dict[str, Any] = {
            "factors": [_factor(dice, "one", 1)]
            if dice.random() < 0.7
            else [_factor(dice, "one", 0.5), _factor(dice, "two", 0.5)],
            "method": dice.choice(METHODS),
        }
        if dice.random() < 0.2:
            formula["floor_yuan"] = yuan_text(quantum)
        elif dice.random() < 0.2:
            formula["floor_yuan"] = [
                {"when": dice.choice(["backward", "priority > 1"]), "amount_yuan": yuan_text(quantum)}
            ]
        if dice.random() < 0.3:
            formula["cap_yuan"] = yuan_text(quantum * dice.randint(1, 3))
        spec["formula"] = formula
        envelopes["rest"] = dice.choice(["formula", "formula", "unallocated"])
        if envelopes["rest"] == "unallocated" and dice.random() < 0.2:
            formula["method"] = "largest-remainder"
    spec["envelopes"] = envelopes
    return spec


def _factor(dice: random.Random, name: str, share: float) -> dict[str, Any]:
    weight = dice.choice(["weight", "weight", "households", "if(poor, households, 0)", "need"])
    return {"id": name, "clause": "M02", "share": share, "weight": weight, "label": {"zh": "权", "en": "Weight"}}


def _rules(dice: random.Random, funds: list[str], quantum: int) -> list[dict[str, Any]]:
    rules: list[dict[str, Any]] = []
    for number in range(dice.choice([0, 1, 1, 2, 2, 3])):
        rule: dict[str, Any] = {"id": f"R{number}", "clause": "M12", "kind": dice.choice(["must", "should", "should"])}
        name = rule["rule"] = dice.choice(["floor", "cap", "share", "share", "unfinished-first", "demonstration-sites"])
        rule["priority_class"] = 3 if name == "demonstration-sites" else dice.choice([1, 2])
        if name in ("floor", "cap"):
            if dice.random() < 0.8:
                rule["amount_yuan"] = yuan_text(quantum * dice.randint(1, 3) + dice.choice([0, 0, quantum // 3]))
            else:
                rule["per_household_yuan"] = yuan_text(quantum // dice.randint(2, 5))
        if name == "share":
            rule[dice.choice(["at_least", "at_most"])] = dice.choice([0.25, 0.3, 0.5, 0.6, 0.75])
            rule |= dice.choice(
                [
                    {"where": "backward"},
                    {"where": "poor"},
                    {"each": "township"},
                    {"each": "kind"},
                    {"where": "backward or poor"},
                ]
            )
        if name in ("floor", "cap") and dice.random() < 0.5:
            rule["where"] = dice.choice(["backward", "poor", 'kind == "village"', "false"])
        if name in ("floor", "cap", "share") and dice.random() < 0.3:
            rule["funds"] = [dice.choice(funds)]
        if name == "demonstration-sites":
            rule |= {
                "sites_min": dice.choice([0, 1, 1]),
                "sites_max": dice.choice([1, 2]),
                "benefit_per_site": dice.randint(0, 3),
            }
            rule["town_kinds"] = dice.choice([["town"], ["town", "subdistrict"]])
        rules.append(rule)
    return rules


def _objectives(dice: random.Random, rules: list[dict[str, Any]], tolerances: bool) -> list[dict[str, Any]]:
    names = [["welfare", "benefit"], ["welfare", "benefit"], ["benefit", "welfare"], ["welfare"], ["benefit"]]
    chosen = list(dice.choice(names))
    if any(rule["kind"] == "should" for rule in rules):
        chosen.insert(dice.choice([0, 0, 0, 1]), "shortfall")
    steps = []
    for name in chosen:
        step: dict[str, Any] = {"id": name, "clause": "M11"}
        if tolerances and dice.random() < 0.7:
            step["tolerance"] = dice.choice([0.001, 0.02, 0.1, 0.3])
        steps.append(step)
    return steps
