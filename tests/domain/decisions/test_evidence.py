"""Evidence is about one thing, replaced or withdrawn in the open, and cited by what rests on it."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Any

import msgspec
import pytest

from domain.decisions import (
    AcceptProject,
    AssessUnit,
    AttachEvidence,
    CommitLine,
    CorrectUnit,
    Disburse,
    ListBackward,
    StartProject,
    StrikeOff,
    WithdrawEvidence,
)
from domain.decisions.citing import BeforeInspection, EvidenceElsewhere, EvidenceFallen, UnknownEvidence
from domain.decisions.common import ImpossibleValue, ReasonMissing, UnknownProject, UnknownUnit
from domain.decisions.evidence import EvidenceTaken, FoundLater, SubjectUnclear
from domain.decisions.objections import UnknownObjection
from domain.decisions.paying import UnknownDisbursement
from domain.facts.evidence import EvidenceAttached, EvidenceCited, file_tag
from domain.folds import EvidenceFold
from domain.folds.evidence import Subject
from tests.domain.decisions.harness import Record, by
from tests.domain.decisions.samples import approved, recorded, usual_lines

FILE = hashlib.sha256(b"a photograph").hexdigest()
SEEN_ON = date(2026, 3, 20)


@pytest.fixture
def record() -> Record:
    return recorded()


def attach(code: str = "e1", **more: Any) -> AttachEvidence:
    fields: dict[str, Any] = {
        "sha256": FILE,
        "kind": "photo",
        "found_on": SEEN_ON,
        "finder": "p-inspector",
        "finder_post": "inspector",
        **({} if {"unit", "project", "objection", "disbursement"} & more.keys() else {"unit": "v1"}),
        **more,
    }
    return AttachEvidence(mandate=by("p-clerk", "clerk"), evidence=code, **fields)


def pieces(record: Record) -> EvidenceFold:
    fold = EvidenceFold()
    for fact in record.facts:
        fold.apply(fact)
    return fold


def test_a_piece_is_found_by_its_file_its_code_and_what_it_is_about(record: Record) -> None:
    [fact] = record.decide(attach(indicator="stars"))
    assert {file_tag(FILE), "evidence:e1", "unit:v1"} <= set(fact.tags())
    fold = pieces(record)
    assert [piece.attached.evidence for piece in fold.about(Subject("unit", "v1"))] == ["e1"]
    assert fold.about(Subject("project", "v1")) == []
    assert [piece.attached.evidence for piece in fold.of_file(FILE)] == ["e1"]


@pytest.mark.parametrize(
    "about,refusal",
    [
        ({"unit": None}, SubjectUnclear),
        ({"unit": "v1", "project": "p1"}, SubjectUnclear),
        ({"unit": "v9"}, UnknownUnit),
        ({"unit": "v1", "indicator": "no such figure"}, ImpossibleValue),
        ({"project": "p1", "indicator": "stars"}, ImpossibleValue),
        ({"project": "p9"}, UnknownProject),
        ({"objection": "o9"}, UnknownObjection),
        ({"disbursement": "d9"}, UnknownDisbursement),
        ({"found_on": date(2026, 4, 1)}, FoundLater),
        ({"supersedes": "e9"}, UnknownEvidence),
    ],
)
def test_evidence_is_about_exactly_one_thing_that_is_there(record: Record, about: Any, refusal: Any) -> None:
    record.refuses(attach(**about), refusal)


def test_money_that_was_paid_can_have_its_evidence(record: Record) -> None:
    approved(record)
    record.decide(
        CommitLine.of(usual_lines()[2], plan="pl1", commitment="k1", mandate=by()),
        Disburse(mandate=by(), disbursement="d1", commitment="k1", amount_fen=5, payee="builder", voucher="1"),
        attach(disbursement="d1"),
    )
    assert len(pieces(record).about(Subject("disbursement", "d1"))) == 1


def test_a_better_piece_replaces_one_that_stands_and_is_about_the_same(record: Record) -> None:
    record.decide(attach("e1"), attach("e2", supersedes="e1"))
    record.refuses(attach("e2"), EvidenceTaken)
    record.refuses(attach("e3", supersedes="e1"), EvidenceFallen)
    record.refuses(attach("e3", unit="v2", supersedes="e2"), EvidenceElsewhere)
    record.refuses(WithdrawEvidence(mandate=by(), evidence="e1", reason="blurred"), EvidenceFallen)
    [old, new] = pieces(record).about(Subject("unit", "v1"))
    assert (old.state, old.by_evidence, new.state) == ("superseded", "e2", "standing")


def test_a_withdrawn_piece_carries_nothing_any_more_and_what_cited_it_shows(record: Record) -> None:
    record.decide(attach(), AssessUnit(mandate=by(), unit="v1", changes={"stars": 2}, cites=("e1",)))
    record.refuses(WithdrawEvidence(mandate=by(), evidence="e1", reason=""), ReasonMissing)
    record.refuses(WithdrawEvidence(mandate=by(), evidence="e9", reason="forged"), UnknownEvidence)
    record.decide(WithdrawEvidence(mandate=by(), evidence="e1", reason="another village"))
    record.refuses(AssessUnit(mandate=by(), unit="v1", changes={"stars": 3}, cites=("e1",)), EvidenceFallen)
    [piece] = pieces(record).about(Subject("unit", "v1"))
    assert (piece.state, piece.reason) == ("withdrawn", "another village")
    assert [cited.decided for cited in piece.cited_by] == ["unit.assessed"]


def test_every_decision_about_a_unit_can_rest_on_evidence_about_it_or_its_projects(record: Record) -> None:
    record.decide(attach("e1"), attach("e2", project="p1"))
    cites = ("e2", "e1", "e2")
    for decision in (
        StrikeOff(mandate=by(), unit="v1", evidence="seen", cites=cites),
        ListBackward(mandate=by(), unit="v1", reason="seen again", cites=cites),
        CorrectUnit(mandate=by(), unit="v1", changes={"households": 3}, cites=cites),
        AssessUnit(mandate=by(), unit="v1", changes={"stars": 5}, cites=cites),
    ):
        decided, cited = record.decide(decision)
        assert isinstance(cited, EvidenceCited)
        assert (cited.cited, cited.decided, cited.unit) == (("e1", "e2"), decided.stored_name(), "v1")
        assert {"evidence:e1", "evidence:e2", "unit:v1"} <= set(cited.tags())


def test_a_project_is_accepted_on_photographs_of_it(record: Record) -> None:
    record.decide(attach(project="p2"), attach("e2"), StartProject(mandate=by(), project="p2"))
    record.refuses(AcceptProject(mandate=by(), project="p2", evidence="seen", cites=("e2",)), EvidenceElsewhere)
    _, cited = record.decide(AcceptProject(mandate=by(), project="p2", evidence="seen", cites=("e1",)))
    assert isinstance(cited, EvidenceCited)
    assert cited.project == "p2"


def test_evidence_about_another_unit_or_none_at_all_carries_nothing(record: Record) -> None:
    record.decide(attach(unit="v2"))
    for cites, refusal in ((("e1",), EvidenceElsewhere), (("e9",), UnknownEvidence)):
        record.refuses(AssessUnit(mandate=by(), unit="v1", changes={"stars": 2}, cites=cites), refusal)


def test_an_unannounced_inspection_changes_a_standing_from_its_date_on(record: Record) -> None:
    record.decide(attach(kind="inspection", indicator="stars"))
    before = AssessUnit(mandate=by(on=date(2026, 3, 19)), unit="v1", changes={"stars": 1}, cites=("e1",))
    assert record.refuses(before, BeforeInspection).details["found_on"] == SEEN_ON
    record.decide(AssessUnit(mandate=by(on=SEEN_ON), unit="v1", changes={"stars": 1}, cites=("e1",)))
    assert record.register().units["v1"].stars == 1


def test_a_repeated_command_that_cites_is_one_decision(record: Record) -> None:
    record.decide(attach())
    assess = AssessUnit(mandate=by(command="once"), unit="v1", changes={"stars": 2}, cites=("e1",))
    record.decide(assess)
    again = record.read(assess)
    assert not again.settle()
    assert [fact.stored_name() for fact in again.repeated] == ["unit.assessed", "evidence.cited"]


def test_a_hash_that_is_none_cannot_be_stored() -> None:
    [fact] = recorded().decide(attach())
    plain = {**msgspec.to_builtins(fact), "sha256": "XYZ"}
    with pytest.raises(msgspec.ValidationError, match="sha256"):
        msgspec.convert(plain, EvidenceAttached)
