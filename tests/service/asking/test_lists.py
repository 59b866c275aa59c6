"""The auditors' lists over a finished year: what the story planted is found, nothing else, and in both times."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from domain.decisions.funds import AmendFund
from domain.facts.spending import MoneyDisbursed
from domain.money import parse_yuan
from service.asking.lists import LISTS, ChoiceOutOfRange, Choices, ListUnknown, audit_list
from service.county import County, open_county
from service.plan_life import commit_line
from service.registers import import_register, moment
from tests.service.asking.conftest import before
from tests.service.small import PLANNER, TREASURER, edited, write_register
from tests.year import finished_year


@pytest.mark.parametrize("kind", LISTS)
def test_every_list_says_its_rule_and_every_finding_its_witnesses_and_who(county: County, kind: str) -> None:
    listed = audit_list(county, kind, moment(county))
    assert listed.rule.zh
    assert listed.rule.en
    for one in listed.found:
        assert one.finding.positions
        assert one.who
        assert "{" not in one.sentence.zh + one.sentence.en


def test_the_two_late_facts_of_the_year_are_found_and_the_correction_of_the_day_is_not(county: County) -> None:
    found = audit_list(county, "backdated", moment(county)).found
    assert [one.finding.said["days"] for one in found] == [126, 48]
    assert "stars from 3 to 4" in found[0].sentence.en
    assert audit_list(county, "backdated", moment(county), Choices(days=126)).found == ()
    assert len(audit_list(county, "backdated", moment(county, position=found[0].finding.positions[0])).found) == 1


def test_the_change_by_hand_is_listed_with_its_sums_and_its_cost_in_the_objectives_unit(county: County) -> None:
    (found,) = audit_list(county, "by-hand", moment(county)).found
    assert found.finding.amount_fen == 100_00
    assert found.who == ("li-na@finance-planner",)
    assert "元/加权户" in found.sentence.zh


def test_the_work_that_was_paid_and_never_accepted_is_listed_and_was_not_before_it_was_paid(county: County) -> None:
    found = audit_list(county, "unaccepted", moment(county, as_of=date(2026, 12, 1))).found
    still = [one.finding.said["project"] for one in found if one.finding.kind == "unaccepted.still"]
    assert still == ["p1"]
    assert audit_list(county, "unaccepted", moment(county, position=before(county, MoneyDisbursed))).found == ()
    halves = audit_list(county, "unaccepted", moment(county), Choices(share_percent=100)).found
    assert {one.finding.kind for one in halves} == {"unaccepted.overdue"}


def test_an_honest_year_is_over_no_document_and_pays_nobody_for_several_units(county: County) -> None:
    assert audit_list(county, "over-document", moment(county)).found == ()
    assert audit_list(county, "payees", moment(county)).found == ()


def test_payments_just_under_the_chosen_limit_are_rows_of_one_payee(county: County) -> None:
    choices = Choices(limit_fen=parse_yuan("5500"), near_percent=20, days=30)
    found = audit_list(county, "split", moment(county), choices).found
    assert [one.finding.said["payee"] for one in found] == ["payee of v6", "payee of v4"]
    assert found[0].finding.amount_fen == (5_250 + 1_500) * 100


def test_a_need_declared_again_is_found_with_its_pair(tmp_path: Path) -> None:
    again = "p7,v1,新修议事厅,Meeting hall anew,place,village committee,village head,construction,place,28000,50,,,\n"
    again = again.replace(",50,,,", ",50,one hall,2026-11-30,")
    register = write_register(tmp_path / "register", projects=edited("projects") + again)
    with open_county("sqlite://") as county:
        import_register(county, register, county.mandate(PLANNER))
        (found,) = audit_list(county, "twice", moment(county)).found
        assert (found.finding.said["project"], found.finding.said["other_project"]) == ("p1", "p7")
        assert "新修议事厅（p7）" in found.sentence.zh


def test_a_paper_under_which_more_is_committed_than_it_granted_is_listed(tmp_path: Path) -> None:
    with finished_year(tmp_path) as year:
        county = year.county
        paper = county.mandate(PLANNER, document="府办〔2026〕9号")
        county.decide(AmendFund(mandate=paper, fund="service", new_amount_fen=66_000_00))
        cited = county.mandate(TREASURER, document="府办[2026] 9号")
        commit_line(county, "2026-01", "service.p6", cited, commitment="again", amount_fen=1_500_00)
        (found,) = audit_list(county, "over-document", moment(county)).found
        assert found.finding.amount_fen == 500_00
        assert "超出500.00元" in found.sentence.zh
        assert set(found.who) == {"li-na@finance-planner", "chen-jie@treasurer"}


def test_an_unknown_list_and_a_senseless_number_are_refused(county: County) -> None:
    with pytest.raises(ListUnknown, match="backdated"):
        audit_list(county, "everything", moment(county))
    with pytest.raises(ChoiceOutOfRange):
        audit_list(county, "unaccepted", moment(county), Choices(share_percent=101))
