"""Stories: every fact about a thing, once and in order, as known then and as true then."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from domain.facts import Fact
from domain.facts.plans import PlanDrafted
from history.log import Log
from history.mapper import FactMapper
from service.asking.stories import story_of
from service.asking.subjects import SubjectAmbiguous, SubjectUnknown
from service.county import County, open_county
from service.registers import import_register, moment
from tests.service.asking.conftest import before
from tests.service.small import PLANNER, edited, write_register


def test_the_story_of_a_unit_holds_its_projects_its_plan_and_its_money_in_order(county: County) -> None:
    told = story_of(county, "v2", moment(county)).told
    kinds = [one.fact for one in told]
    assert [one.position for one in told] == sorted({one.position for one in told})
    assert kinds[0] == "unit.registered"
    assert {"project.admitted", "plan.approved", "money.committed", "money.disbursed", "project.accepted"} <= set(kinds)
    assert kinds[-1] == "unit.assessed"


def test_every_fact_with_the_things_tag_is_in_its_story(county: County) -> None:
    for subject in ("unit:v1", "fund:service", "project:p2", "plan:2026-01", "commitment:2026-01.service.v1"):
        tagged = {one.position for one in county.log.facts(tags=[subject])}
        assert tagged <= {one.position for one in story_of(county, subject, moment(county)).told}, subject


def test_a_plans_share_of_the_unit_is_said_with_its_draft_and_its_approval(county: County) -> None:
    told = {one.position: one for one in story_of(county, "v2", moment(county)).told}
    drafted = next(one for one in told.values() if one.fact == "plan.drafted")
    approved = next(one for one in told.values() if one.fact == "plan.approved")
    assert "二村（v2）得26,500.00元" in drafted.sentence.zh
    assert "Village Two (v2) gets ¥26,600.00" in approved.sentence.en


def test_the_story_of_a_plan_goes_on_to_what_was_paid_and_came_back(county: County) -> None:
    kinds = {one.fact for one in story_of(county, "2026-01", moment(county)).told}
    assert {"plan.drafted", "plan.noticed", "money.committed", "money.disbursed", "money.returned"} <= kinds


class Counting(FactMapper):
    """Counts the facts that are read."""

    read = 0

    def fact(self, name: str, data: bytes) -> Fact:
        self.read += 1
        return super().fact(name, data)


@pytest.mark.parametrize("subject", ["commitment:2026-01.service.v1", "disbursement:d-003", "project:p2", "unit:v5"])
def test_a_story_reads_little_more_of_the_log_than_it_tells(county: County, subject: str) -> None:
    mapper = Counting()
    asked = replace(county, log=Log(county.log.recorder, mapper))
    told = story_of(asked, subject, moment(county)).told
    for_names_and_posts = len(told) + 10
    assert mapper.read <= len(told) + for_names_and_posts < county.log.head()


def test_late_facts_are_marked_and_change_only_what_is_known_today(county: County) -> None:
    late = [one for one in story_of(county, "v2", moment(county)).told if one.late_days]
    assert [(one.fact, one.late_days) for one in late] == [("unit.assessed", 126)]
    assert "stars from 3 to 4" in late[0].sentence.en
    then = moment(county, as_of=date(2026, 7, 1), position=late[0].position - 1)
    assert all(one.fact != "unit.assessed" for one in story_of(county, "v2", then).told)
    today = moment(county, as_of=date(2026, 7, 1))
    assert story_of(county, "v2", today).told[-1].fact == "unit.assessed"


def test_a_story_as_of_a_day_holds_nothing_that_counts_from_later(county: County) -> None:
    day = date(2026, 4, 1)
    told = story_of(county, "service", moment(county, as_of=day)).told
    assert told
    assert max(one.effective_on for one in told) <= day


def test_a_name_finds_what_a_code_finds(county: County) -> None:
    by_code = story_of(county, "v1", moment(county))
    assert story_of(county, "一村", moment(county)) == by_code
    assert story_of(county, "Village One", moment(county)) == by_code
    assert story_of(county, "unit:v1", moment(county)) == by_code


@pytest.mark.parametrize("given", ["", "%", "v_", "unit:", "unit:v1 ", "nobody", "plan:v1", "\0", "村"])
def test_what_is_not_on_the_record_is_refused(county: County, given: str) -> None:
    with pytest.raises(SubjectUnknown):
        story_of(county, given, moment(county))


def test_what_is_not_yet_on_the_record_is_refused(county: County) -> None:
    with pytest.raises(SubjectUnknown):
        story_of(county, "2026-01", moment(county, position=before(county, PlanDrafted)))


def test_a_code_of_two_things_is_refused_with_both(tmp_path: Path) -> None:
    register = write_register(
        tmp_path / "register",
        units=edited("units", ("v6,六社区", "service,六社区")),
        projects=edited("projects", ("p6,v6", "p6,service")),
    )
    with open_county("sqlite://") as county:
        import_register(county, register, county.mandate(PLANNER))
        with pytest.raises(SubjectAmbiguous, match="fund:service, unit:service"):
            story_of(county, "service", moment(county))
        assert story_of(county, "unit:service", moment(county)).told[0].fact == "unit.registered"
