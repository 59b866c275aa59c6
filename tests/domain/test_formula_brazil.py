"""An official formula reproduced from a policy file: Brazil's municipal fund of 2014 (`tests/data/brazil_fpm_2014`)."""

from __future__ import annotations

import runpy
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from domain.formula import FormulaSplit, formula_grants
from domain.policy.loading import LoadedPolicy, load_policy
from domain.register import Fund, Register, Township, Unit
from domain.scoring import may_receive, score, unit_values

FOLDER = Path(__file__).parent.parent / "data" / "brazil_fpm_2014"
PREPARE = runpy.run_path(str(FOLDER / "prepare.py"))
ROWS: list[dict[str, str]] = PREPARE["municipalities"]()
EVERY_CENTAVO = 10**13
"""More than the fund held: what each state gets is stated in the policy, not here."""
PAID_OTHERWISE = {
    "Barcelos (AM)", "Barreiros (PE)", "Cumaru (PE)", "Flores (PE)", "Itaipava do Grajaú (MA)", "Jacareacanga (PA)",
    "Santa Luzia do Paruá (MA)", "Urbano Santos (MA)",
}  # fmt: skip
"""Paid, for all of the year or a part of it, by another coefficient than their population gives."""


@pytest.fixture(scope="module")
def loaded() -> LoadedPolicy:
    return load_policy((FOLDER / "policy.yaml").read_text(encoding="utf-8"), {}, source="policy.yaml")


@pytest.fixture(scope="module")
def register() -> Register:
    states = sorted({row["state"] for row in ROWS})
    fund = Fund(
        code="fpm",
        name_zh="市镇参与基金",
        name_en="Municipal participation fund",
        department="Tesouro Nacional",
        document_no="Lei 5.172/66",
        budget_year=2014,
        purposes=("operation",),
        amount_fen=EVERY_CENTAVO,
        eligibility="kind == 'interior' and population <= 142632",
    )
    return Register(
        county="BR",
        name_zh="巴西",
        name_en="Brazil",
        townships={state: Township(code=state, name_zh=state, name_en=state, kind="state") for state in states},
        units={row["ibge_code"]: unit(row) for row in sorted(ROWS, key=lambda row: row["ibge_code"])},
        funds={"fpm": fund},
    )


def unit(row: dict[str, str]) -> Unit:
    return Unit(
        code=row["ibge_code"],
        name_zh=row["name"],
        name_en=row["name"],
        kind="capital" if row["is_capital"] == "1" else "interior",
        township=row["state"],
        households=0,
        population=int(row["population_2013"]),
    )


@pytest.fixture(scope="module")
def split(loaded: LoadedPolicy, register: Register) -> FormulaSplit:
    policy, fund = loaded.policy, register.funds["fpm"]
    units = [
        code
        for code, one in register.units.items()
        if may_receive(fund, unit_values(one, register.townships[one.township], policy.checklist))
    ]
    formula = policy.funds["fpm"].formula
    assert formula is not None
    return formula_grants(
        formula,
        units=units,
        register=register,
        checklist=policy.checklist,
        scores=score(policy, register),
        envelope_fen=fund.plannable_fen,
        quantum_fen=policy.quantum_fen,
    )


def test_the_official_payments_of_2014_come_out_of_a_policy_file_to_one_in_a_million(split: FormulaSplit) -> None:
    paid = {row["ibge_code"]: row for row in ROWS if PREPARE["in_the_formula"](row)}
    assert set(split.parts) == set(paid), "the fund's eligibility picks exactly the municipalities of the formula"
    wrong = {code for code, row in paid.items() if not equal_to_a_millionth(split.grant_fen(code), row)}
    assert {f"{paid[code]['name']} ({paid[code]['state']})" for code in wrong} == PAID_OTHERWISE
    assert len(paid) == 5289
    assert Fraction(len(paid) - len(wrong), len(paid)) == Fraction(5281, 5289)  # 99.849 %


def equal_to_a_millionth(centavos: int, row: dict[str, str]) -> bool:
    paid: int = PREPARE["centavos"](row)
    return abs(centavos - paid) * 10**6 <= paid


def test_what_each_state_gets_is_given_out_to_the_centavo(split: FormulaSplit, register: Register) -> None:
    amounts: dict[str, int] = PREPARE["state_amounts"]()
    given = dict.fromkeys(amounts, 0)
    for code in split.parts:
        given[register.units[code].township] += split.grant_fen(code)
    assert given == amounts
    assert split.unallocated_fen == EVERY_CENTAVO - sum(amounts.values())


def test_equal_coefficients_of_a_state_differ_by_at_most_a_centavo(split: FormulaSplit, register: Register) -> None:
    seen: dict[tuple[str, Any], list[int]] = {}
    for code in split.parts:
        one = register.units[code]
        seen.setdefault((one.township, PREPARE["tenths"](one.population)), []).append(split.grant_fen(code))
    assert all(max(amounts) - min(amounts) <= 1 for amounts in seen.values())


def test_the_policy_file_is_the_one_its_script_writes() -> None:
    assert (FOLDER / "policy.yaml").read_text(encoding="utf-8") == PREPARE["policy_text"]()
