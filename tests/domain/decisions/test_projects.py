"""A project is declared, appraised, admitted, ranked, begun, accepted or withdrawn, each step in its order."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from domain.decisions import (
    AcceptProject,
    AdmitProject,
    AppraiseProject,
    CommitLine,
    CorrectUnit,
    Disburse,
    ProposeProject,
    RaiseCost,
    RankProject,
    RefusePool,
    ReleaseCommitment,
    StartProject,
    WithdrawProject,
)
from domain.decisions.common import (
    ImpossibleValue,
    NothingChanged,
    ReasonMissing,
    UnknownFund,
    UnknownProject,
    UnknownUnit,
)
from domain.decisions.projects import NoFundForProject, ProjectInWrongStage, ProjectTaken
from domain.decisions.works import CostNotRaised, ProjectCommitted, ProjectNotStarted, ProjectStartedAlready
from domain.facts.projects import ProjectWithdrawn
from tests.domain.decisions.harness import Record, by
from tests.domain.decisions.samples import YUAN, approved, county, project, recorded, unit, with_rows


@pytest.fixture
def record() -> Record:
    return recorded()


def test_a_project_goes_from_declared_to_admitted_through_its_appraisal(record: Record) -> None:
    record.decide(ProposeProject(mandate=by(), entry=project("n1")))
    assert record.register().projects["n1"].stage == "proposed"
    record.refuses(AdmitProject(mandate=by(), project="n1"), ProjectInWrongStage)
    record.decide(AppraiseProject(mandate=by(), project="n1", benefit=7, finding="needed"))
    assert record.register().projects["n1"].stage == "appraised"
    record.decide(AdmitProject(mandate=by(), project="n1"))
    record.refuses(AdmitProject(mandate=by(), project="n1"), ProjectInWrongStage)
    record.decide(AppraiseProject(mandate=by(), project="n1", benefit=9, finding="more than thought"))
    entry = record.register().projects["n1"]
    assert (entry.stage, entry.benefit) == ("admitted", 9)


def test_a_declared_project_names_only_what_is_on_the_record(record: Record) -> None:
    record.refuses(ProposeProject(mandate=by(), entry=project("p1")), ProjectTaken)
    record.refuses(ProposeProject(mandate=by(), entry=project("n1", unit="v9")), UnknownUnit)
    record.refuses(ProposeProject(mandate=by(), entry=project("n1", requires=("p9",))), UnknownProject)
    record.refuses(ProposeProject(mandate=by(), entry=project("n1", running_fund="nowhere")), UnknownFund)
    record.refuses(ProposeProject(mandate=by(), entry=project("n1", spent_fen=501 * YUAN)), ImpossibleValue)
    record.decide(ProposeProject(mandate=by(), entry=project("n1", requires=("p1",), running_fund="service")))


def test_an_appraisal_has_a_finding_and_points_from_zero_up(record: Record) -> None:
    record.refuses(AppraiseProject(mandate=by(), project="p1", benefit=1, finding=""), ReasonMissing)
    record.refuses(AppraiseProject(mandate=by(), project="p1", benefit=-1, finding="bad"), ImpossibleValue)
    record.refuses(AppraiseProject(mandate=by(), project="p9", benefit=1, finding="good"), UnknownProject)


def test_a_project_no_fund_may_pay_is_not_admitted_and_the_refusal_says_what_is_lacking(record: Record) -> None:
    record.decide(
        ProposeProject(mandate=by(), entry=project("n1", purposes=("service", "maintenance"))),
        AppraiseProject(mandate=by(), project="n1", benefit=1, finding="needed"),
    )
    refusal = record.refuses(AdmitProject(mandate=by(), project="n1"), NoFundForProject)
    assert "closest is service, which lacks maintenance" in refusal.sentence
    by_policy = {"service": ("service", "maintenance")}
    record.decide(AdmitProject(mandate=by(), project="n1", purposes_of_funds=by_policy))


def test_a_fund_outside_the_pool_admits_no_project(record: Record) -> None:
    record.decide(
        ProposeProject(mandate=by(), entry=project("n1", purposes=("service",))),
        AppraiseProject(mandate=by(), project="n1", benefit=1, finding="needed"),
        RefusePool(mandate=by(), fund="service", reason="earmarked"),
    )
    record.refuses(AdmitProject(mandate=by(), project="n1"), NoFundForProject)


def test_an_admitted_project_is_ranked_from_one(record: Record) -> None:
    record.decide(RankProject(mandate=by(), project="p1", rank=2))
    assert record.register().projects["p1"].rank == 2
    record.refuses(RankProject(mandate=by(), project="p1", rank=2), NothingChanged)
    record.refuses(RankProject(mandate=by(), project="p1", rank=0), ImpossibleValue)
    record.decide(ProposeProject(mandate=by(), entry=project("n1")))
    record.refuses(RankProject(mandate=by(), project="n1", rank=1), ProjectInWrongStage)


def test_an_overrun_is_a_decision_of_its_own_with_a_reason(record: Record) -> None:
    record.refuses(RaiseCost(mandate=by(), project="p1", new_cost_fen=600 * YUAN, reason=""), ReasonMissing)
    record.refuses(RaiseCost(mandate=by(), project="p1", new_cost_fen=500 * YUAN, reason="rock"), CostNotRaised)
    record.decide(RaiseCost(mandate=by(), project="p1", new_cost_fen=600 * YUAN, reason="rock"))
    assert record.register().projects["p1"].cost_fen == 600 * YUAN


def test_work_begins_once_and_ends_with_its_haves_closed_and_the_office_back() -> None:
    rented = unit("v2", office_rented_out=True, haves=("rules",))
    hall = project("p2", unit="v2", closes=("place",), returns_office=True)
    record = recorded(with_rows(county(), units=[rented], projects=[hall]))
    record.refuses(AcceptProject(mandate=by(), project="p2", evidence="photos"), ProjectNotStarted)
    record.decide(StartProject(mandate=by(), project="p2"))
    record.refuses(StartProject(mandate=by(), project="p2"), ProjectStartedAlready)
    record.refuses(AcceptProject(mandate=by(), project="p2", evidence=""), ReasonMissing)
    record.decide(AcceptProject(mandate=by(), project="p2", evidence="photos"))
    register = record.register()
    assert register.projects["p2"].stage == "accepted"
    assert register.units["v2"] == replace(rented, office_rented_out=False, haves=("place", "rules"))
    record.refuses(AcceptProject(mandate=by(), project="p2", evidence="photos"), ProjectInWrongStage)
    record.refuses(StartProject(mandate=by(), project="p2"), ProjectInWrongStage)


def test_a_correction_after_acceptance_keeps_the_haves_the_project_closed() -> None:
    """The decision reads only facts of its unit, and still sees what an accepted project closed there."""
    record = recorded()
    record.decide(
        StartProject(mandate=by(), project="p2"),
        AcceptProject(mandate=by(), project="p2", evidence="photos"),
        CorrectUnit(mandate=by(), unit="v2", changes={"households": 90}),
    )
    assert record.register().units["v2"] == unit("v2", households=90, haves=("place",))


def test_a_project_never_begun_is_withdrawn_without_ado(record: Record) -> None:
    [fact] = record.decide(WithdrawProject(mandate=by(), project="p1"))
    assert isinstance(fact, ProjectWithdrawn)
    assert fact.sunk_fen == 0
    record.refuses(WithdrawProject(mandate=by(), project="p1"), ProjectInWrongStage)
    record.refuses(ProposeProject(mandate=by(), entry=project("p1")), ProjectTaken)


def test_dropping_unfinished_work_needs_a_reason_and_shows_its_sunk_cost() -> None:
    record = recorded(with_rows(county(), projects=[project("p1", spent_fen=40 * YUAN, cost_fen=540 * YUAN)]))
    content = approved(record)
    commit = CommitLine.of(content.lines[0], plan="pl1", commitment="k1", mandate=by())
    pay = Disburse(mandate=by(), disbursement="d1", commitment="k1", amount_fen=150 * YUAN, payee="B", voucher="1")
    record.decide(commit, pay)
    record.refuses(WithdrawProject(mandate=by(), project="p1", reason="flood"), ProjectCommitted)
    record.decide(ReleaseCommitment(mandate=by(), commitment="k1", reason="flood"))
    record.refuses(WithdrawProject(mandate=by(), project="p1"), ReasonMissing)
    [fact] = record.decide(WithdrawProject(mandate=by(), project="p1", reason="flood"))
    assert isinstance(fact, ProjectWithdrawn)
    assert fact.sunk_fen == 190 * YUAN
