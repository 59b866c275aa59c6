"""What the stand-alone check works out from register and policy is what the product worked out, two ways."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from domain.hashing import case_hash
from domain.policy.loading import LoadedPolicy, load_policy
from domain.register import Register
from intake.register_csv import write_register_folder
from intake.register_file import read_register
from optimizer.case import Case, build_case
from optimizer.certificate.form import certificate_json
from optimizer.certificate.making import Certificate
from optimizer.certificate.shape import shape_of
from optimizer.planning import solve_plan
from optimizer.rules import RULES
from optimizer.solve.order import NoPlan
from tests.conftest import SEED
from tests.documents.standalone.handed_out import checked, script, write_papers
from tests.optimizer import medium
from tests.optimizer.small import small_county

LIBRARY = Path(__file__).resolve().parents[3] / "scenarios" / "library"


def shipped(name: str) -> tuple[Register, LoadedPolicy]:
    folder = LIBRARY / name
    return read_register(folder), load_policy((folder / "policy.yaml").read_text(encoding="utf-8"), RULES)


def read_anew(tables: Path, loaded: LoadedPolicy) -> tuple[Any, Any]:
    """Register and case as the script reads them."""
    content = certificate_json(Certificate(build_case(read_register(tables), loaded), medium.plan(), ()))
    register = script().read_register(tables, content["decided"])
    return register, script().Case(register, content["policy"])


def assert_same_case(case: Case, other: Any) -> None:
    """Scores, funds, formula grants, costs, payers, welfare and rows are the same numbers."""
    found = {name: getattr(other, name) for name in ("need", "priority", "quantum", "payers", "cost", "missing")}
    assert found == {
        "need": case.scores.need,
        "priority": case.scores.priority,
        "quantum": case.quantum_fen,
        "payers": {p: list(funds) for p, funds in case.payers.items()},
        "cost": {p: case.cost_quanta(p) for p in case.projects},
        "missing": {u: case.missing(u) for u in case.units},
    }
    funds = other.funds
    assert {f: fund.sure for f, fund in funds.items()} == {f: dict(own) for f, own in case.guaranteed_fen.items()}
    sums = {f: (fund.total, fund.cap, tuple(fund.units)) for f, fund in funds.items()}
    assert sums == {f: (fund.total_fen, fund.projects_fen, fund.units) for f, fund in case.funds.items()}
    welfare = other.welfare
    assert (welfare.slopes, welfare.breaks) == (case.welfare.slopes, case.welfare.breakpoints)
    shape, rows = shape_of(case), script().Rows(other)
    assert list(rows.shared) == list(shape.shared)
    for name, row in shape.shared.items():
        mine = rows.shared[name]
        own = sorted(k for c, k in mine.terms.items() if c[0] != "short")  # the model leaves out those that cannot be
        terms = sorted(k for c, k in row.terms.items() if c not in shape.shorts)
        assert (mine.label, mine.low, mine.high, own) == (row.label, row.low, row.high, terms), name


@pytest.mark.parametrize("name", ["x-county", "middlesbrough"])
def test_a_shipped_county_is_worked_out_alike_from_its_own_tables_to_the_last_digit(name: str) -> None:
    register, loaded = shipped(name)
    anew, other = read_anew(LIBRARY / name, loaded)
    assert anew.instance_hash(loaded.policy_hash) == case_hash(register, loaded.policy_hash)
    assert_same_case(build_case(register, loaded), other)


@pytest.mark.parametrize("number", range(25))
def test_any_small_county_is_worked_out_alike(number: int, tmp_path: Path) -> None:
    county = small_county(random.Random(f"{SEED}:alike:{number}"))
    write_register_folder(county.register, tmp_path)
    content = certificate_json(Certificate(county.case, medium.plan(), ()))
    register = script().read_register(tmp_path, content["decided"])
    assert register.instance_hash(county.loaded.policy_hash) == county.case.instance_hash
    assert_same_case(county.case, script().Case(register, content["policy"]))


@pytest.mark.parametrize("number", range(30))
def test_the_certificate_of_a_small_county_is_found_right(number: int, tmp_path: Path) -> None:
    county = small_county(random.Random(f"{SEED}:right:{number}"), tolerances=number % 2 == 1)
    try:
        plan = solve_plan(county.case)
    except NoPlan:
        return
    write_papers(tmp_path, county.register, county.loaded, plan)
    answer = checked(tmp_path)
    assert (answer.code, answer.err) == (0, "")
