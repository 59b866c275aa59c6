"""A county of medium size: 12 units, 49 projects, 6 funds, every kind of fund and rule; the same on each run.

Most of it is up to the search; what the tests tamper with is certain. `BRIDGE` is paid by both road funds together; of
the ponds `POND` and `WELL` are built, `SMALL-POND` is kept out by a rule, `SEA` by money, `SPRING` by its variant
`WELL`; nobody may pay for `STATUE`, and so `SQUARE`, which needs it, must wait; `RUIN` was withdrawn.
"""

from __future__ import annotations

import random
from datetime import date
from functools import cache

from domain.plan import Plan
from domain.policy.loading import LoadedPolicy
from domain.register import Project, Register, Unit
from optimizer.case import Case
from tests.optimizer.hand import K, best_plan, by_formula, case_of, fund, policy, project, projects_only, register, unit

HAVES = ("money", "people", "place", "records")


@cache
def county() -> Register:
    """Four townships of three units, the last one a subdistrict; every project library has all sorts of entries."""
    dice = random.Random("medium")
    units: list[Unit] = []
    projects: list[Project] = []
    for i in range(12):
        missing = dice.sample(HAVES, dice.choice([0, 1, 1, 2]))
        units.append(
            unit(
                f"U{i:02d}",
                township="S9" if i % 4 == 3 else f"T{i % 4}",
                households=dice.randint(60, 400),
                kind=dice.choice(["village", "village", "community"]),
                backward=i % 3 == 0,
                poor=dice.random() < 0.4,
                haves=tuple(h for h in HAVES if h not in missing),
                collective_income_fen=dice.randint(0, 90) * 100_000,
                income_fen=dice.randint(8_000, 20_000) * 100,
            )
        )
        for j in range(4 if i < 4 else 3):
            projects.append(_project(dice, f"P{i:02d}{j}", f"U{i:02d}", missing[j : j + 1], projects))
    return register(
        units,
        sorted([*projects, *_certain()], key=lambda one: one.code),
        [
            fund("beautiful", 600, purposes=("build",), carried_in_fen=37_700),  # an odd rest that fits no project
            fund("service", 900, purposes=("serve", "build")),
            fund("care", 300, purposes=("serve",), eligibility="not backward or poor"),
            fund("road-a", 30, purposes=("roads",)),
            fund("road-b", 30, purposes=("roads",)),
            fund("ponds", 100, purposes=("ponds",)),
        ],
    )


def _certain() -> list[Project]:
    return [
        project("BRIDGE", "U07", 55, purposes=("roads",), started=True, spent_fen=5 * K),
        project("POND", "U11", 60, purposes=("ponds",), started=True),
        project("WELL", "U10", 10, purposes=("ponds",), started=True, variant_group="VW"),
        project("SMALL-POND", "U11", 25, purposes=("ponds",)),
        project("SEA", "U10", 300, purposes=("ponds",)),
        project("SPRING", "U10", 9, purposes=("ponds",), variant_group="VW"),
        project("RUIN", "U10", 5, purposes=("ponds",), stage="withdrawn"),
        project("STATUE", "U09", 20, purposes=("art",)),
        project("SQUARE", "U09", 20, purposes=("ponds",), requires=("STATUE",)),
    ]


def _project(dice: random.Random, code: str, of: str, closes: list[str], earlier: list[Project]) -> Project:
    mine = [p.code for p in earlier if p.unit == of]
    started = dice.random() < 0.1
    return project(
        code,
        of,
        dice.randint(12, 90),
        purposes=dice.choice([("build",), ("serve",), ("build", "serve"), ("build",)]),
        closes=tuple(closes),
        benefit=dice.randint(5, 60),
        started=started,
        spent_fen=500_000 if started else 0,
        requires=(mine[-1],) if mine and not started and dice.random() < 0.3 else (),
        variant_group=f"V{of}" if not closes and dice.random() < 0.25 else None,
        stage=dice.choice(["admitted"] * 12 + ["withdrawn"]) if not closes and not started else "admitted",
        due_on=date(2026, 10, 31),
    )


@cache
def loaded() -> LoadedPolicy:
    """Floors, caps, shares, sites and unfinished works, musts and shoulds, over all three kinds of fund."""
    return policy(
        {
            "beautiful": projects_only(),
            "service": by_formula(250, floor_yuan=20_000, cap_yuan=110_000),
            "care": by_formula(200, mode="optimize", floor_yuan=5_000),
            "road-a": projects_only(),
            "road-b": projects_only(),
            "ponds": projects_only(),
        },
        [
            {"rule": "unfinished-first", "kind": "must", "clause": "M20"},
            {"rule": "demonstration-sites", "sites_min": 1, "sites_max": 2, "benefit_per_site": 20, "clause": "M14"},
            {"rule": "floor", "amount_yuan": 40_000},
            {"rule": "cap", "amount_yuan": 330_000},
            {"rule": "cap", "id": "pond-cap", "amount_yuan": 80_000, "funds": ["ponds"]},
            {"rule": "share", "id": "backward-share", "where": "backward", "at_least": 0.38},
            {
                "rule": "share",
                "id": "town-share",
                "each": "township",
                "at_most": 0.3,
                "kind": "should",
                "priority_class": 2,
            },
        ],
        checklist=list(HAVES),
        objectives=[
            {"id": "shortfall", "clause": "M20"},
            {"id": "welfare", "clause": "M11", "tolerance": 0.001},
            {"id": "benefit", "clause": "M26"},
        ],
    )


@cache
def plan() -> Plan:
    """The best plan of the medium county."""
    return best_plan(county(), loaded())


def build() -> Case:
    """The case of the medium county, made anew."""
    return case_of(county(), loaded())
