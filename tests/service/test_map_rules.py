"""A county under every rule about the map and equality, and under every α: planned, printed, approved, explained."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pulp
import pytest
from openpyxl import load_workbook
from rich.console import Console

from domain.decisions.hearing import AnnouncePlan, CloseObjections, ReturnPlan, ReviewPlan
from optimizer.case import build_case
from optimizer.certificate.making import NotCertifiable, certify
from optimizer.planning import default_engine
from optimizer.reasons.why_not import Reasons
from service.county import County
from service.exporting import export_step
from service.outputs import console_summary, write_outputs
from service.plan_life import adjust, approve
from service.plan_reading import findings
from service.planning import compute, draft_and_propose
from service.prepare import prepare
from tests.service.small import (
    APPROVER,
    PLANNER,
    REVIEWER,
    edited_policy,
    small_county,
    write_policy,
    write_register,
)
from texts import Lang

RULES = """\
  - {rule: corridor, id: side-by-side, clause: M15, points_per_pair: 7}
  - {rule: corridor, id: one-walk, clause: M15, each: township, connected: true, kind: should, priority_class: 3}
  - {rule: contiguity, id: joined, clause: M16, where: households < 220, points_per_pair: 2}
  - {rule: contiguity, id: more-joined, clause: M16, where: poor, pairs_at_least: 1, kind: should, priority_class: 4}
  - {rule: inequality, id: ratio, clause: M13, max_min_at_most: 9, of: weight}
  - {rule: inequality, id: index, clause: M13, gini_at_most: 0.05, kind: should, priority_class: 2}
"""
CONTIGUITY = "  - {id: contiguity, clause: M16}\n  - {id: benefit"


@contextmanager
def county_of(folder: Path, alpha: str, *changes: tuple[str, str]) -> Iterator[County]:
    """The small county under all of it, some of its text changed, with money for four of its six projects."""
    text = edited_policy(("objectives:\n", RULES + "objectives:\n"), ("  - {id: benefit", CONTIGUITY))
    text = text.replace("funds:\n", f"welfare: {{alpha: {alpha}}}\nfunds:\n", 1)
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    with small_county(folder) as found:
        policy = write_policy(folder / "policy.yaml", text)
        list(prepare(found, PLANNER, register=str(write_register(folder / "register")), policy=policy))
        yield found


def printed(made: object, lang: Lang) -> str:
    console = Console(width=140)
    with console.capture() as captured:
        console.print(console_summary(made, lang))  # type: ignore[arg-type]  # handed through as it was made
    return captured.get()


@pytest.mark.parametrize("alpha", ["0", "0.5", "1", "2", "inf"])
def test_under_every_alpha_a_plan_is_verified_printed_adjusted_and_approved(tmp_path: Path, alpha: str) -> None:
    with county_of(tmp_path, alpha) as county:
        made = draft_and_propose(county, compute(county), PLANNER)
        steps = [o.name for o in made.computed.plan.run.objectives]
        shoulds = ["shortfall-1", "shortfall-2", "shortfall-3", "shortfall-4"]
        welfare = [name for name in steps if name.startswith("welfare")]
        assert steps == [*shoulds, *welfare, "contiguity", "benefit"]
        assert (len(welfare) > 1) == (alpha == "inf")
        day, plan = county.today(), made.plan_id
        county.decide(ReviewPlan(mandate=county.mandate(REVIEWER, why="read"), plan=plan, opinion="sound"))
        announced = county.mandate(PLANNER, why="shown", effective_on=day - timedelta(days=10))
        county.decide(AnnouncePlan(mandate=announced, plan=plan, objections_until=day - timedelta(days=3)))
        county.decide(CloseObjections(mandate=county.mandate(PLANNER, why="over", effective_on=day), plan=plan))
        approve(county, plan, county.mandate(APPROVER, why="resolved"))
        assert findings(county, plan) == []


def test_a_hand_in_a_plan_of_the_worst_off_first_is_costed_level_by_level(tmp_path: Path) -> None:
    with county_of(tmp_path, "inf") as county:
        made = draft_and_propose(county, compute(county), PLANNER)
        line = next(x for x in made.computed.plan.lines if x.fund == "service" and x.project is None)
        mandate = county.mandate(PLANNER, why="the mayor asked")
        back = county.mandate(REVIEWER, why="read")
        county.decide(ReturnPlan(mandate=back, plan=made.plan_id, reason="a hand is asked for"))
        changes = {line.line: line.amount_fen - 100_00}
        _, cost = adjust(county, made.plan_id, changes, "the mayor asked", mandate)
        assert {name for name in cost if name.startswith("welfare")} == {
            o.name for o in made.computed.plan.run.objectives if o.name.startswith("welfare")
        }
        assert findings(county, made.plan_id) == []


def test_the_papers_name_rules_levels_and_pairs_in_both_languages(tmp_path: Path) -> None:
    with county_of(tmp_path, "inf") as county:
        made = draft_and_propose(county, compute(county), PLANNER)
    written = {p.name: p for p in write_outputs(made, tmp_path / "out", lang="zh")}
    report = written["report.html"].read_text(encoding="utf-8")
    for said in (
        "示范点串点成线",
        "Demonstration sites joined into a corridor",
        "后进村连片建设",
        "Inequality within its bound",
        "先顾最差的（第 01 档）",
        "The worst-off first, level 01",
        "元/加权户，计至",
        "yuan per weighted household, up to",
        "Pairs of neighbours that both get projects: ",
        "Pairs of demonstration sites that are neighbours: ",
        "Most neighbours built together",
        "M15",
        "M16",
    ):
        assert said in report, said
    saved = json.loads(written["plan.json"].read_text(encoding="utf-8"))
    assert saved["verified"]
    first = next(step for step in saved["objectives"] if step["name"] == "welfare-01")
    assert first["unit"].startswith("yuan per weighted household, up to ")
    cells = [str(c) for row in load_workbook(written["distribution.xlsx"]).worksheets[0].values for c in row if c]
    assert any("有 " in cell and "对相邻单位同时安排了项目" in cell for cell in cells)
    assert any("先顾最差的" in cell for cell in cells)
    assert "对相邻单位同时安排了项目" in printed(made, "zh")
    assert "The worst-off first, level 01" in printed(made, "en")


MUST = (
    ("connected: true, kind: should, priority_class: 3", "connected: true"),
    ("gini_at_most: 0.05, kind: should, priority_class: 2", "gini_at_most: 0.4"),
)


@pytest.mark.filterwarnings("ignore:PULP_CBC_CMD is deprecated:DeprecationWarning")
@pytest.mark.parametrize("step", ["welfare-03", "contiguity", "benefit"])
def test_another_program_that_solves_an_exported_step_finds_its_value(tmp_path: Path, step: str) -> None:
    with county_of(tmp_path, "inf", *MUST) as county:
        draft_and_propose(county, compute(county), PLANNER)
        told = export_step(county, tmp_path / "step.mps", step=step)
    _, problem = pulp.LpProblem.fromMPS(str(tmp_path / "step.mps"), sense=pulp.LpMaximize)
    problem.solve(pulp.PULP_CBC_CMD(msg=False, gapRel=0))
    assert pulp.LpStatus[problem.status] == "Optimal"
    assert round(pulp.value(problem.objective), 6) == told.value == told.bound


def test_why_not_answers_under_the_worst_off_first_and_the_certificate_says_what_it_does_not_know(
    tmp_path: Path,
) -> None:
    with county_of(tmp_path, "inf") as county:
        computed = compute(county)
        case = build_case(computed.register, computed.loaded)
        assert computed.plan.not_funded
        reasons = Reasons(case, computed.plan, default_engine(case))
        answer = reasons.project(computed.plan.not_funded[0].project)
        assert answer.obstacle is not None or answer.forced is not None
        with pytest.raises(NotCertifiable, match="side-by-side"):
            certify(case, computed.plan)
