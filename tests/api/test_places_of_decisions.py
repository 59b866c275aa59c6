"""An account limited to townships decides about what is there, wherever in address, body or record the place stands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from domain.facts.plans import PlanAnnounced
from service.branches import start_branch
from service.registers import Moment
from tests.api.writers import Writer, writer_in
from tests.service.small import PLANNER
from tests.year import PLAN

UNIT = {"name_zh": "七村", "name_en": "Seven", "kind": "village", "households": 10}
PROJECT = {
    "name_zh": "修路",
    "name_en": "Road",
    "category": "road",
    "builder": "committee",
    "responsible_post": "head",
    "purposes": ["construction"],
    "cost_fen": 100,
    "benefit": 1,
    "target": "one road",
    "due_on": "2027-01-01",
}
PIECE = {"kind": "photo", "sha256": "0" * 64}
DUTY = {"name": "lights", "fund": "service", "amount_fen": 1}
PAID = {"payee": "p", "voucher": "v", "amount_fen": 1}
CALLS: list[tuple[str, str, str, dict[str, Any], dict[str, Any]]] = [
    ("li-na", "POST", "/units", {**UNIT, "code": "v7", "township": "t2"}, {**UNIT, "code": "v8", "township": "t1"}),
    ("li-na", "PATCH", "/units/v4", {"households": 91}, {"township": "t1"}),
    ("li-na", "POST", "/projects", {**PROJECT, "code": "q1", "unit": "v4"}, {**PROJECT, "code": "q2", "unit": "v1"}),
    ("li-na", "PUT", "/duties/lights", {**DUTY, "unit": "v4"}, {**DUTY, "unit": "v1"}),
    (
        "chen-jie",
        "POST",
        "/commitments",
        {"plan": PLAN, "line": "service.v4", "amount_fen": 1},
        {"plan": PLAN, "line": "service.v1", "amount_fen": 1},
    ),
    (
        "chen-jie",
        "POST",
        "/disbursements",
        {**PAID, "disbursement": "x1", "commitment": f"{PLAN}.service.v4"},
        {**PAID, "disbursement": "x2", "commitment": f"{PLAN}.service.v1"},
    ),
    (
        "li-na",
        "POST",
        "/evidence",
        {**PIECE, "evidence": "e1", "unit": "v4"},
        {**PIECE, "evidence": "e2", "unit": "v1"},
    ),
]


@pytest.fixture(scope="module")
def writer(tmp_path_factory: pytest.TempPathFactory, year_store: str) -> Iterator[Writer]:
    with writer_in(tmp_path_factory.mktemp("writer"), year_store) as writer:
        yield writer


@pytest.mark.parametrize("person,method,path,own,other", CALLS, ids=[call[2] for call in CALLS])
def test_what_is_elsewhere_is_refused_and_what_is_there_gets_as_far_as_the_record(
    writer: Writer, person: str, method: str, path: str, own: dict[str, Any], other: dict[str, Any]
) -> None:
    head = writer.head()
    refused = writer.send(method, path, other, by=f"{person} t2")
    assert (refused.status_code, refused.json()["code"]) == (403, "outside-township")
    assert writer.head() == head
    decided = writer.send(method, path, own, by=f"{person} t2")
    assert decided.status_code in (200, 201, 409), decided.text  # what the record says of it is another matter


def test_the_place_in_an_address_is_asked_before_the_body_is_looked_at(writer: Writer) -> None:
    for path in ("/projects/p1/appraisals", "/units/v1/strike-off"):
        assert writer.send("POST", path, {"nonsense": 1}, by="li-na t2").json()["code"] == "outside-township"
    returned = writer.send("POST", "/disbursements/d-000/returns", {}, by="chen-jie t2")
    assert returned.json()["code"] == "outside-township"
    assert writer.send("PATCH", "/units/nowhere", {"households": 1}, by="li-na t2").status_code == 404
    assert writer.send("PATCH", "/funds/service", {"new_amount_fen": 1}, by="li-na t2").status_code == 403


def test_a_piece_of_evidence_is_where_it_is_about(writer: Writer) -> None:
    for code, unit in (("f1", "v1"), ("f4", "v4")):
        assert writer.send("POST", "/evidence", {**PIECE, "evidence": code, "unit": unit}).status_code == 201
    reason = {"reason": "blurred"}
    assert writer.send("POST", "/evidence/f1/withdrawal", reason, by="li-na t2").json()["code"] == "outside-township"
    assert writer.send("POST", "/evidence/f4/withdrawal", reason, by="li-na t2").status_code == 200
    data = {"evidence": "f2", "kind": "photo", "unit": "v1"}
    file = {"file": ("a.jpg", b"x")}
    headers = {"Authorization": "Bearer li-na t2"}
    assert writer.client.post("/v1/evidence-files", data=data, files=file, headers=headers).status_code == 403


def test_an_objection_is_where_it_is_about_and_one_to_the_whole_plan_is_the_county_s(writer: Writer) -> None:
    """On a branch of the day the plan was announced on: the year of the record has gone on."""
    with writer.office.county() as county:
        [announced] = county.log.facts(types=[PlanAnnounced])
        start_branch(county, "hearing", PLANNER, "what was objected", Moment(announced.position))

    def send(path: str, body: dict[str, Any], by: str) -> Any:
        return writer.send("POST", f"{path}?branch=hearing", {**body, "effective_on": "2026-03-10"}, by=by)

    said = {"capacity": "resident", "text": "forgotten", "by": "a resident"}
    for code, about in (("o1", {"unit": "v1"}), ("o4", {"line": "service.v4"}), ("o0", {})):
        lodged = send(f"/plans/{PLAN}/objections", {**said, **about, "objection": code}, "zhao-min")
        assert lodged.status_code == 201, lodged.text
        limited = send(f"/plans/{PLAN}/objections", {**said, **about, "objection": f"{code}x"}, "zhao-min t2")
        assert limited.status_code == (201 if code == "o4" else 403)
    answered = {"outcome": "rejected", "reason": "it was counted"}
    assert send("/objections/o1/answer", answered, "wang-wei t2").json()["code"] == "outside-township"
    assert send("/objections/o0/answer", answered, "wang-wei t2").json()["code"] == "outside-township"
    assert send("/objections/o1/answer", answered, "wang-wei t1").status_code == 200
    assert send("/objections/o0/withdrawal", {"reason": "settled"}, "zhao-min t1").status_code == 403
    assert send("/objections/o0/withdrawal", {"reason": "settled"}, "zhao-min").status_code == 200
