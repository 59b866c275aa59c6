"""The plans of both shipped counties prove themselves, as close as `docs/decisions/0006-certificate.md` says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from domain.policy.loading import load_policy
from intake.register_file import read_register
from optimizer.case import build_case
from optimizer.planning import solve_plan
from optimizer.rules import RULES
from tests.documents.standalone.handed_out import run_alone, write_papers

pytestmark = pytest.mark.slow
LIBRARY = Path(__file__).resolve().parents[3] / "scenarios" / "library"
GAPS_MAX = {
    "x-county": {"shortfall-1": 0.0, "shortfall-2": 0.0, "welfare": 0.001, "benefit": 0.005},
    "middlesbrough": {"welfare": 0.0},
}


@pytest.mark.parametrize("name", list(GAPS_MAX))
def test_a_shipped_county_proves_its_plan_from_the_tables_it_is_shipped_with(name: str, tmp_path: Path) -> None:
    folder = LIBRARY / name
    register = read_register(folder)
    loaded = load_policy((folder / "policy.yaml").read_text(encoding="utf-8"), RULES)
    write_papers(tmp_path, register, loaded, solve_plan(build_case(register, loaded)))
    for tables in (tmp_path / "register", folder):
        answer = run_alone(tmp_path, "plan.json", "certificate.json", str(tables), "--json")
        assert answer.code == 0, answer
        steps = {step["step"]: float(step["gap"]) for step in json.loads(answer.out)["steps"]}
        assert steps.keys() == GAPS_MAX[name].keys()
        assert all(gap <= GAPS_MAX[name][step] for step, gap in steps.items()), steps
