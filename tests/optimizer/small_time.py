"""Random small counties over time: an earlier plan to compare with, and a programme of two or three years."""

from __future__ import annotations

import random
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import yaml

from domain.plan import Baseline, ScheduledProject
from domain.policy.loading import LoadedPolicy, load_policy
from domain.register import Register
from optimizer.case import Case, CaseMisfit, build_case
from optimizer.rules import RULES
from tests.optimizer.small import Small, policy_text, small_county, yuan_text

PROJECTS_MAX = 5


@dataclass(frozen=True)
class SmallInTime:
    """A county, its policy and what its plan is compared with."""

    register: Register
    loaded: LoadedPolicy
    baseline: Baseline

    @property
    def case(self) -> Case:
        """The case the optimizer makes of it."""
        return build_case(self.register, self.loaded, self.baseline)


def small_in_time(dice: random.Random, *, programme: bool) -> SmallInTime:
    """A county with few projects; with a programme, or with rules of stability, or both; mostly counting changes."""
    while True:
        county = small_county(dice)
        if not 2 <= len(county.case.projects) <= PROJECTS_MAX:
            continue
        found = _in_time(dice, county, programme)
        with suppress(CaseMisfit):  # a bundle of two variants
            assert found.case.projects
            return found


def _in_time(dice: random.Random, county: Small, programme: bool) -> SmallInTime:
    policy = yaml.safe_load(county.loaded.text)
    quantum = county.case.quantum_fen
    years = [2026, 2027] if dice.random() < 0.6 else [2026, 2027, 2028]
    rules = [rule for rule in policy["rules"] if rule["rule"] != "demonstration-sites" or dice.random() < 0.7]
    if programme:
        rules.append(_programme(dice, list(county.case.funds), years, quantum))
        if dice.random() < 0.3:
            rules.append({"rule": "bundle", "id": "together", "clause": "M06", "within": "county", "closes": "place"})
    if not programme or dice.random() < 0.5:
        rules.append(_stability(dice))
    objectives = [step for step in policy["objectives"] if step["id"] != "shortfall"]
    if dice.random() < 0.7:
        objectives.insert(dice.randint(0, len(objectives)), {"id": "changes", "clause": "M45"})
    if any(rule.get("kind") == "should" for rule in rules):
        objectives.insert(0, {"id": "shortfall", "clause": "M20"})
    text = policy_text({**policy, "rules": rules, "objectives": objectives})
    return SmallInTime(county.register, load_policy(text, RULES), _baseline(dice, county, years))


def _programme(dice: random.Random, funds: list[str], years: list[int], quantum: int) -> dict[str, Any]:
    money = [
        {
            "year": year,
            "fund": fund,
            "amount_yuan": yuan_text(quantum * dice.randint(1, 5) + dice.choice([0, quantum // 2])),
        }
        for year in years[1:]
        for fund in funds
        if dice.random() < 0.8
    ]
    whole = {"year": years[-1], "fund": funds[0], "amount_yuan": yuan_text(3 * quantum)}
    rule: dict[str, Any] = {
        "rule": "programme",
        "id": "years",
        "clause": "M17",
        "kind": dice.choice(["must", "should"]),
        "priority_class": 5,
        "years": years,
        "money": money or [whole],
        "batches": [_batch(dice, name) for name in ("backward", "not backward") if dice.random() < 0.5],
    }
    if dice.random() < 0.3:
        rule["committed_through"] = dice.choice(years)
    return rule


def _batch(dice: random.Random, where: str) -> dict[str, Any]:
    batch: dict[str, Any] = {"id": where.replace(" ", "-"), "where": where, "at_least": dice.choice([0, 0, 1])}
    return {**batch, "at_most": dice.choice([1, 2])} if dice.random() < 0.6 else batch


def _stability(dice: random.Random) -> dict[str, Any]:
    rule: dict[str, Any] = {"id": "stable", "clause": "M45", "kind": dice.choice(["must", "should"])}
    if dice.random() < 0.6:
        limits = {"dropped_at_most": dice.randint(0, 2), "changed_at_most": dice.randint(0, 3)}
        chosen = dice.sample(sorted(limits), dice.choice([1, 1, 2]))
        return {**rule, "rule": "stability", "priority_class": 6, **{key: limits[key] for key in chosen}}
    return {**rule, "rule": "stable-money", "priority_class": 7, "within": dice.choice([0.1, 0.5, 1])}


def _baseline(dice: random.Random, county: Small, years: list[int]) -> Baseline:
    """Some projects of the county, and one that is gone."""
    projects = sorted(county.register.projects)
    before = {p for p in projects if dice.random() < 0.4} | {"GONE"}
    entries = [
        ScheduledProject(
            project=p,
            unit=county.register.projects[p].unit,
            fund="F0",
            year=dice.choice([2025, *years, years[-1] + 1]),
            amount_fen=county.case.quantum_fen,
        )
        for p in projects
        if p not in before and dice.random() < 0.4
    ]
    units = sorted(county.register.units)
    return Baseline(
        plan_hash="0" * 64,
        projects=tuple(sorted(before)),
        sites=tuple(u for u in [*units, "GONE"] if dice.random() < 0.3),
        money_fen={u: dice.randint(1, 5 * county.case.quantum_fen) for u in units if dice.random() < 0.7},
        schedule=tuple(entries),
    )
