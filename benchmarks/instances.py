"""What the search is measured on: seeded cases, the same to the last byte for the same seed and on every machine.

    mission   90 units, about 450 projects, 8 funds: the shipped county's policy with the further funds pooled; two
              of them leave their grants to the objectives, and the rules of the shipped policy (no corridor, no
              contiguity, no bundles, one year)
    hard      the same with 30 % of the cost of all projects in the funds, benefits that follow costs, and shares and
              caps so narrow that they bind
    large     several counties' units in one, budgets in proportion, no share per township: 1,080 and 3,060 units

Nothing here is measured reality; `scenarios/synthetic` says how the counties are made.
"""

from __future__ import annotations

from collections.abc import Iterable
from copy import deepcopy
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import yaml

from domain.policy.loading import LoadedPolicy, load_policy
from domain.register import Fund, Project, Register
from optimizer.case import Case, build_case
from optimizer.rules import RULES
from scenarios.synthetic.county import county
from scenarios.synthetic.dice import Dice
from scenarios.synthetic.further_funds import further_funds

SEEDS = ("6", "7", "8", "9", "10")
"""The five counties every figure is the median of; the search was tuned on others, 1 to 5."""
LIBRARY = Path(__file__).resolve().parents[1] / "scenarios" / "library" / "x-county"
HARD_FUNDABLE = Decimal("0.30")
HARD_TENTHS_PER_POINT = 9
"""Hard variant: a point of benefit per so many hundred yuan of cost, give or take a seventh."""
LARGE_COUNTIES = {"1000": 12, "3000": 34}
"""How many counties of 90 units make at least so many units."""
Words = dict[str, Any]


@cache
def mission_register(seed: str) -> Register:
    """The county of a seed with all eight funds."""
    drawn = county(f"bench:{seed}")
    return msgspec.structs.replace(drawn, funds=drawn.funds | {fund.code: fund for fund in further_funds()})


@cache
def hard_register(seed: str) -> Register:
    """The same county with funds of 30 % of what its projects cost, and benefits that follow costs."""
    whole = mission_register(seed)
    dice = Dice(f"bench:{seed}:hard")
    projects = {code: _benefit_by_cost(one, dice) for code, one in sorted(whole.projects.items())}
    wanted_fen = int(sum(p.remaining_fen for p in whole.plannable_projects()) * HARD_FUNDABLE)
    lots = {code: fund for code, fund in whole.funds.items() if code != "service"}
    pooled_fen = sum(fund.plannable_fen for fund in lots.values())
    funds = {code: _scaled(fund, wanted_fen, pooled_fen) for code, fund in lots.items()}
    return msgspec.structs.replace(whole, projects=projects, funds=whole.funds | funds)


@cache
def large_register(counties: int, seed: str = "1") -> Register:
    """The units of several counties in one, codes `c07-…`; funds in proportion, neighbours only inside a county."""
    parts = [_renamed(county(f"bench:{seed}:{number}"), f"c{number:02d}-") for number in range(counties)]
    first = parts[0]
    funds = {fund.code: _scaled(fund, counties, 1) for fund in (*first.funds.values(), *further_funds())}
    return msgspec.structs.replace(
        first,
        townships={code: one for part in parts for code, one in part.townships.items()},
        units={code: one for part in parts for code, one in part.units.items()},
        projects={code: one for part in parts for code, one in part.projects.items()},
        areas={},
        adjacency=tuple(pair for part in parts for pair in part.adjacency),
        funds=funds,
    )


def mission(seed: str, **differs: Any) -> Case:
    """The mission of a seed; `differs` replaces top-level sections of its policy."""
    return build_case(mission_register(seed), _loaded(mission_policy() | differs))


def hard(seed: str, **differs: Any) -> Case:
    """The hard variant of a seed."""
    return build_case(hard_register(seed), _loaded(hard_policy() | differs))


def large(size: str, seed: str = "1", **differs: Any) -> Case:
    """A case of at least 1,000 or 3,000 units (`size` is "1000" or "3000")."""
    counties = LARGE_COUNTIES[size]
    words = mission_policy()
    words["funds"]["service"]["envelopes"]["projects_at_most_yuan"] *= counties
    words["rules"] = [rule for rule in words["rules"] if rule["id"] != "township-share"]  # binds no one among so many
    return build_case(large_register(counties, seed), _loaded(words | differs))


def mission_policy() -> Words:
    """The shipped policy with all eight funds, as a policy file's data."""
    words: Words = deepcopy(_shipped())
    weight, whole = words["funds"]["service"]["formula"]["factors"], {"projects_at_most_share": 1}
    words["funds"] |= {
        "roads": {"clause": "M04", "purposes": ["construction", "maintenance"], "envelopes": whole},
        "water": {"clause": "M04", "purposes": ["construction", "maintenance"], "envelopes": whole},
        "culture": {"clause": "M04", "purposes": ["construction", "service"], "envelopes": whole},
        "helpers": {"clause": "M10", "envelopes": whole},
        "elderly": {
            "clause": "M04",
            "mode": "optimize",
            "formula": {"floor_yuan": 1000, "cap_yuan": 20000, "factors": weight},
            "envelopes": {"projects_at_most_share": Decimal("0.5"), "rest": "formula"},
        },
        "revitalisation": {
            "clause": "M06",
            "mode": "optimize",
            "formula": {"floor_yuan": 5000, "cap_yuan": 80000, "factors": weight},
            "envelopes": {"projects_at_most_share": Decimal("0.7"), "rest": "formula"},
        },
    }  # fmt: skip
    return words


def hard_policy() -> Words:
    """Shares and caps that bind: the backward get nearly half, no township a ninth, nobody above 150,000 yuan."""
    words = mission_policy()
    words["rules"] = [rule | HARD_RULES.get(rule["id"], {}) for rule in words["rules"]]
    return words


HARD_RULES: dict[str, Words] = {
    "nobody-above-cap": {"amount_yuan": 180000},
    "backward-share": {"at_least": Decimal("0.50")},
    "township-share": {"at_most": Decimal("0.12")},
    "poor-share": {"at_least": Decimal("0.48")},
}


@cache
def _shipped() -> Words:
    words: Words = yaml.safe_load((LIBRARY / "policy.yaml").read_text(encoding="utf-8"))
    return words


def _loaded(words: Words) -> LoadedPolicy:
    return load_policy(yaml.safe_dump(_plain(words), allow_unicode=True, sort_keys=False), RULES)


def _plain(words: Any) -> Any:
    """Decimals as the numbers a policy file would hold."""
    if isinstance(words, dict):
        return {key: _plain(value) for key, value in words.items()}
    if isinstance(words, list):
        return [_plain(value) for value in words]
    return float(words) if isinstance(words, Decimal) else words


def _benefit_by_cost(project: Project, dice: Dice) -> Project:
    hundreds = project.cost_fen // 10_000
    points = hundreds * dice.whole(60, 80) // (70 * HARD_TENTHS_PER_POINT)
    return msgspec.structs.replace(project, benefit=max(1, points))


def _scaled(fund: Fund, times: int, part: int) -> Fund:
    """A fund of `times / part` its amount, all of it arrived, in whole hundreds of yuan."""
    amount_fen = fund.plannable_fen * times // part // 10_000 * 10_000
    return msgspec.structs.replace(fund, amount_fen=amount_fen, tranches=(), pledges=(), carried_in_fen=0)


def _renamed(register: Register, prefix: str) -> Register:
    """The register with a prefix on every code of a township, unit, project and variant group."""

    def all_of(codes: Iterable[str]) -> tuple[str, ...]:
        return tuple(prefix + code for code in codes)

    change = msgspec.structs.replace
    return change(
        register,
        townships={prefix + c: change(one, code=prefix + c) for c, one in register.townships.items()},
        units={
            prefix + c: change(one, code=prefix + c, township=prefix + one.township)
            for c, one in register.units.items()
        },
        projects={
            prefix + c: change(
                one,
                code=prefix + c,
                unit=prefix + one.unit,
                requires=all_of(one.requires),
                variant_group=one.variant_group and prefix + one.variant_group,
            )
            for c, one in register.projects.items()
        },
        adjacency=tuple((prefix + a, prefix + b) for a, b in register.adjacency),
    )  # fmt: skip
