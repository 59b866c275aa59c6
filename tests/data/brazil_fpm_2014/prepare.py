"""Writes `policy.yaml`: the official formula of Brazil's municipal fund (interior part), with the amount of each
state of 2014.

The formula is law; what each state got is data. It is taken from the payments themselves in a way that the few
municipalities paid by another coefficient (court orders) cannot disturb: the *median* of what a municipality of the
state got per point of its coefficient, times the sum of the coefficients, to the centavo. Run `python
tests/data/brazil_fpm_2014/prepare.py` to write it again.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from fractions import Fraction
from pathlib import Path
from statistics import median

HERE = Path(__file__).parent
LARGEST_POPULATION = 142_632
"""Larger municipalities also share in a reserve with rules of its own, and are left out."""
FIRST_TENTHS = 6
"""The coefficient of the smallest, in tenths; every step adds two tenths."""
STEPS_FROM = (
    10_189, 13_585, 16_981, 23_773, 30_565, 37_357, 44_149, 50_941,
    61_129, 71_317, 81_505, 91_693, 101_881, 115_465, 129_049,
)  # fmt: skip
"""From how many people each step counts (Lei 5.172/66 art. 91; DL 1.881/81; LC 91/97)."""

HEAD = """\
# Brazil, Fundo de Participação dos Municípios 2014, the part for municipalities that are no state capitals.
# Written by prepare.py: the formula is the law's, the amounts of the states are derived from the payments (README.md).
policy: brazil-fpm-2014
version: 1
title: {zh: 巴西2014年市镇参与基金（内陆部分）, en: Brazil's municipal participation fund 2014 (interior)}
in_force_from: 2014-01-01
note: Public data of Tesouro Nacional and IBGE. Amounts are reais and centavos where the program says yuan and fen.
quantum_yuan: '0.01'
checklist: []
priority:
  need: >-
    STEPS
  need_label: {zh: 人口系数, en: Coefficient by population}
funds:
  fpm:
    clause: M23
    mode: factor
    formula:
      floor_yuan: 0
      factors:
        - {id: coefficient, clause: M23, share: 1, weight: need, part: need, label: {zh: 人口系数, en: Coefficient}}
      group_by: township
      groups:
"""
TAIL = """\
objectives:
  - {id: welfare, clause: M23}
"""


def tenths(population: int) -> int:
    """The legal coefficient of a municipality, in tenths."""
    return FIRST_TENTHS + 2 * sum(population >= start for start in STEPS_FROM)


def municipalities() -> list[dict[str, str]]:
    """The rows of the official table, as they are."""
    with (HERE / "municipalities.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def in_the_formula(row: dict[str, str]) -> bool:
    """Whether the simple formula covers a municipality."""
    return row["is_capital"] == "0" and int(row["population_2013"]) <= LARGEST_POPULATION


def centavos(row: dict[str, str]) -> int:
    """What was paid in 2014."""
    amount = Fraction(row["fpm_paid_2014_brl"]) * 100
    assert amount.denominator == 1, row
    return amount.numerator


def state_amounts() -> dict[str, int]:
    """State -> centavos for its municipalities of the formula: median payment per tenth × sum of the tenths, rounded
    half up."""
    per_tenth: defaultdict[str, list[Fraction]] = defaultdict(list)
    sum_of: defaultdict[str, int] = defaultdict(int)
    for row in filter(in_the_formula, municipalities()):
        points = tenths(int(row["population_2013"]))
        per_tenth[row["state"]].append(Fraction(centavos(row), points))
        sum_of[row["state"]] += points
    return {state: int(median(per_tenth[state]) * sum_of[state] + Fraction(1, 2)) for state in sorted(per_tenth)}


def policy_text() -> str:
    """The whole policy file."""
    rows = [(0, FIRST_TENTHS), *((start, FIRST_TENTHS + 2 * n) for n, start in enumerate(STEPS_FROM, start=1))]
    table = ", ".join(f"[{start}, {points // 10}.{points % 10}]" for start, points in rows)
    groups = "".join(
        f"        - {{group: {state}, amount_yuan: '{amount // 100}.{amount % 100:02d}'}}\n"
        for state, amount in state_amounts().items()
    )
    return HEAD.replace("STEPS", f"step(population, [{table}])") + groups + TAIL


if __name__ == "__main__":
    (HERE / "policy.yaml").write_text(policy_text(), encoding="utf-8", newline="\n")
