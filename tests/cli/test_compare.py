"""`tongchou scenario compare`, `run --out` and the pictures of `sweep`: anything with anything, and their papers."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from tests.cli.running import BAD_INPUT, REFUSED, Desk
from tests.service.small import edited_policy

SCENARIO = """\
scenario: leaner
question: {zh: 公共服务资金的保底降低，谁会少？, en: "If the floor of the service money falls, who gets less?"}
change:
  - {set: policy.funds.service.formula.floor_yuan, from: 5000, to: 1000, why: "a note of June"}
  - {remove: policy.rules.nobody-below-floor, why: "it says the same floor again"}
gates:
  - {measure: units_losing, at_most: 6}
"""
SWEEP = """\
scenario: floors
question: {zh: 保底该定多少？, en: "How high should the floor be?"}
change:
  - {remove: policy.rules.nobody-below-floor, why: "it says the same floor again"}
sweep:
  grid:
    - {set: policy.funds.service.formula.floor_yuan, values: [0, 2000, 4000]}
"""
OTHER = edited_policy(
    ("version: 1", "version: 2"), ("clause: M13, amount_yuan: 60000", "clause: M13, amount_yuan: 27000")
)


@pytest.fixture
def planned(desk: Desk) -> Desk:
    """A plan of the small county on the record, another policy and a scenario beside it."""
    desk.planned()
    (desk.folder / "other.yaml").write_text(OTHER, encoding="utf-8")
    (desk.folder / "leaner.scenario.yaml").write_text(SCENARIO, encoding="utf-8")
    return desk


def compared(desk: Desk, before: str, after: str, *further: object) -> dict[str, object]:
    said = json.loads(desk.done("scenario", "compare", before, after, "--json", *further).out)
    assert isinstance(said, dict)
    return said


def plan_of(desk: Desk) -> str:
    found = json.loads(desk.done("plans", "list", "--json").out)
    return str(found[0]["plan"])


def moved(comparison: object) -> int:
    assert isinstance(comparison, dict)
    return sum(max(one["after_fen"] - one["before_fen"], 0) for one in comparison["units"])


def test_a_plan_on_the_record_and_the_record_worked_out_again_are_the_same(planned: Desk) -> None:
    before = planned.rows()
    found = compared(planned, f"plan:{plan_of(planned)}", "record")
    assert moved(found["comparison"]) == 0
    assert planned.rows() == before


def test_a_scenario_compared_with_the_record_says_what_its_own_run_says(planned: Desk) -> None:
    ran = json.loads(planned.done("scenario", "run", "leaner.scenario.yaml", "--json").out)
    found = compared(planned, "record", "scenario:leaner.scenario.yaml")
    assert moved(found["comparison"]) > 0
    for part in ("units", "groups", "flows", "funds", "rules", "objectives"):
        assert found["comparison"][part] == ran["comparison"][part]  # type: ignore[index]
    turned = compared(planned, "leaner.scenario.yaml", "record")
    assert moved(turned["comparison"]) == moved(found["comparison"])


def test_another_policy_is_compared_on_the_same_record(planned: Desk) -> None:
    found = compared(planned, "record", "policy:other.yaml")
    comparison = found["comparison"]
    assert isinstance(comparison, dict)
    assert max(one["before_fen"] for one in comparison["units"]) > 2_700_000
    assert max(one["after_fen"] for one in comparison["units"]) <= 2_700_000
    same = compared(planned, "record", "policy:policy.yaml")
    assert moved(same["comparison"]) == 0


def test_the_record_at_a_position_is_what_was_known_there(planned: Desk) -> None:
    head = len(planned.rows())
    assert moved(compared(planned, f"record@{head}", "record")["comparison"]) == 0
    assert "No policy is in force" in planned.told(REFUSED, "scenario", "compare", "record@1", "record")


@pytest.mark.parametrize(
    "before, expected",
    [
        ("nonsense", "nothing that can be compared"),
        ("record@999", "outside the record"),
        ("record@2999-01-01", "outside the record"),
        ("record@0", "outside the record"),
        ("plan:no-such", "no plan no-such"),
        ("scenario:no-such", "no-such"),
        ("plan:", "nothing that can be compared"),
        ("scenario:income-doubled", "two counties"),
    ],
)
def test_what_cannot_be_compared_is_told_and_nothing_is_recorded(planned: Desk, before: str, expected: str) -> None:
    assert expected in planned.told(REFUSED, "scenario", "compare", before, "record")


def test_a_policy_that_cannot_be_read_is_told_before_anything_is_opened(planned: Desk) -> None:
    assert "no-such.yaml" in planned.told(BAD_INPUT, "scenario", "compare", "policy:no-such.yaml", "record")


def test_the_papers_of_a_comparison_and_of_a_run_lie_in_the_folder_asked_for(planned: Desk) -> None:
    planned.done("scenario", "compare", "record", "policy:other.yaml", "--out", "papers")
    planned.done("scenario", "run", "leaner.scenario.yaml", "--out", "run", "--lang", "zh")
    for folder in ("papers", "run"):
        written = sorted(path.name for path in (planned.folder / folder).iterdir())
        assert written == ["comparison.html", "comparison.json", "comparison.xlsx"]
    page = (planned.folder / "run" / "comparison.html").read_text(encoding="utf-8")
    assert "a note of June" in page
    assert 'lang="zh-CN"' in page
    ran = json.loads((planned.folder / "run" / "comparison.json").read_text(encoding="utf-8"))
    assert ran["kept"] is True


def test_a_page_of_two_plans_is_no_what_if_and_one_of_the_past_says_so(planned: Desk) -> None:
    plan, head = f"plan:{plan_of(planned)}", len(planned.rows())
    states = {}
    for name, sides in (
        ("record", (plan, plan)),
        ("past", (f"record@{head}", plan)),
        ("what-if", (plan, "policy:other.yaml")),
    ):
        planned.done("scenario", "compare", *sides, "--out", name)
        states[name] = (planned.folder / name / "comparison.html").read_text(encoding="utf-8")
    for name, page in states.items():
        assert f'<body class="{name}">' in page


def test_a_sweep_leaves_its_page_and_the_chances_of_each_unit_beside_its_table(planned: Desk) -> None:
    (planned.folder / "floors.scenario.yaml").write_text(SWEEP, encoding="utf-8")
    options = ("--out", "sweep", "--jobs", 1, "--show", "least_unit_yuan")
    planned.done("scenario", "sweep", "floors.scenario.yaml", *options)
    folder: Path = planned.folder / "sweep"
    with (folder / "chances.csv").open(encoding="utf-8", newline="") as file:
        chances = list(csv.DictReader(file))
    assert [row["unit"] for row in chances] == ["v1", "v2", "v3", "v4", "v5", "v6"]
    assert {row["cases"] for row in chances} == {"3"}
    page = (folder / "sweep.html").read_text(encoding="utf-8")
    assert "Least any unit gets" in page
    assert "policy.funds.service.formula.floor_yuan" in page


def test_a_measure_nobody_knows_is_refused_before_the_sweep_begins(planned: Desk) -> None:
    (planned.folder / "floors.scenario.yaml").write_text(SWEEP, encoding="utf-8")
    err = planned.told(REFUSED, "scenario", "sweep", "floors.scenario.yaml", "--show", "beauty")
    assert "beauty" in err
    assert not (planned.folder / "sweep").exists()
