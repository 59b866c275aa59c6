"""Later years and changes in every document: the schedule of a programme (M17), what differs from before (M45)."""

from __future__ import annotations

import json
from io import BytesIO, StringIO

import msgspec
import pytest
from openpyxl import load_workbook
from rich.console import Console

from documents.console import summary
from documents.distribution import distribution
from documents.over_time import changes_of, later_years
from documents.plan_json import plan_json
from documents.report import render_report
from documents.view import ForeignPlan, make_view
from domain.measures import Churn, Measures
from domain.plan import Plan, ScheduledProject
from domain.policy.model import Policy
from domain.register import Register
from tests.documents.county import everything

Case = tuple[Register, Policy, Plan, Measures]


def over_time(case: Case) -> Case:
    """The plan with what it leaves out scheduled for two later years, compared with an earlier plan."""
    county, policy, plan, measures = case
    left = [county.projects[entry.project] for entry in plan.not_funded]
    schedule = tuple(
        ScheduledProject(project=p.code, unit=p.unit, fund="beautiful", year=2027 + n % 2, amount_fen=p.remaining_fen)
        for n, p in enumerate(left)
    )
    built = sorted({line.project for line in plan.lines if line.project is not None})
    churn = Churn(
        baseline="ab" * 32,
        kept=tuple(built[1:]),
        dropped=(left[0].code,),
        added=(built[0],),
        moved=(left[1].code,),
        sites_dropped=(),
        sites_added=plan.sites[:1],
    )
    later = msgspec.structs.replace(plan, schedule=schedule, not_funded=())
    return county, policy, later, msgspec.structs.replace(measures, churn=churn)


def printed(case: Case, lang: str) -> str:
    console = Console(width=200, file=StringIO(), color_system=None)
    console.print(summary(*case, lang="zh" if lang == "zh" else "en"))
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


def test_the_object_for_programs_holds_the_schedule_and_the_changes_only_where_there_are_any(case: Case) -> None:
    plain = plan_json(case[2], verified=True, measures=case[3])
    assert not {"schedule", "changes"} & set(plain)
    later = over_time(case)
    content = json.loads(json.dumps(plan_json(later[2], verified=True, measures=later[3])))
    assert [msgspec.convert(entry, ScheduledProject) for entry in content["schedule"]] == list(later[2].schedule)
    churn = later[3].churn
    assert churn is not None
    assert content["changes"]["changes"] == churn.count == 1 + 1 + 2 + 1
    assert content["changes"]["dropped"] == list(churn.dropped)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_terminal_says_what_each_later_year_builds_and_what_changed(case: Case, lang: str) -> None:
    text = printed(over_time(case), lang)
    assert {"zh": "以后年度只是打算", "en": "Later years are an intention"}[lang] in text
    assert all(str(year) in text for year in (2027, 2028))
    assert "ab" * 6 in text
    assert "2027" not in printed(case, lang)


def test_the_report_has_a_section_for_each_and_none_for_a_plan_of_one_year(case: Case) -> None:
    html = render_report(*over_time(case), generated_for={})
    for head in ('id="years-head"', 'id="churn-head"', 'id="M17"', 'id="M45"'):
        assert head in html
    plain = render_report(*case, generated_for={})
    assert "years-head" not in plain
    assert "churn-head" not in plain


def test_a_hostile_name_stays_text_in_the_new_sections(hostile_county: Register) -> None:
    html = render_report(*over_time(everything(hostile_county)), generated_for={})
    assert "<script>alert" not in html
    assert "<img src=x" not in html


def test_the_table_has_a_sheet_of_later_years_whose_sums_close_to_the_fen(case: Case) -> None:
    found = make_view(*over_time(case))
    workbook = load_workbook(BytesIO(distribution(found)), data_only=True)
    sheet = workbook["以后年度"]
    totals = [row for row in sheet.iter_rows(values_only=True) if row[1] == "合计 / Total"]
    assert [round(row[5] * 100) for row in totals] == [year.fen for year in later_years(found)]
    assert "以后年度" not in load_workbook(BytesIO(distribution(make_view(*case)))).sheetnames


def test_a_year_says_how_many_units_and_projects_it_builds_for_how_much(case: Case) -> None:
    found = make_view(*over_time(case))
    years = later_years(found)
    assert sum(year.fen for year in years) == sum(entry.amount_fen for entry in found.plan.schedule)
    assert f"projects {len(years[0].projects)}," in years[0].saying.en
    assert later_years(make_view(*case)) == []
    assert changes_of(make_view(*case)) is None


def test_long_lists_of_changes_are_cut_and_counted(case: Case) -> None:
    county, policy, plan, measures = over_time(case)
    assert measures.churn is not None
    many = tuple(sorted(county.projects)) * 10
    churn = msgspec.structs.replace(measures.churn, dropped=many)
    changed = changes_of(make_view(county, policy, plan, msgspec.structs.replace(measures, churn=churn)))
    assert changed is not None
    assert f"{len(many) - 40} more" in changed.named[0][1].en


def test_a_schedule_of_another_register_is_refused(case: Case) -> None:
    county, policy, plan, measures = over_time(case)
    stranger = msgspec.structs.replace(plan.schedule[0], project="nowhere")
    with pytest.raises(ForeignPlan, match="nowhere"):
        make_view(county, policy, msgspec.structs.replace(plan, schedule=(stranger,)), measures)
