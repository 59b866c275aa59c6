"""Decisions over HTTP: every one has an address and a rule; versions, townships and branches are held to."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec
import pytest

from api.deciding.table import WAYS
from domain.decisions.catalogue import ALL_DECISIONS
from domain.decisions.plans import DraftPlan
from domain.decisions.register import ImportRegister
from domain.facts.evidence import EvidenceAttached
from service.branches import start_branch
from tests.api.told import zipped
from tests.api.writers import Writer, writer_in
from tests.service.small import PLANNER, POLICY, TABLES, edited, edited_policy


@pytest.fixture(scope="module")
def writer(tmp_path_factory: pytest.TempPathFactory, year_store: str) -> Iterator[Writer]:
    with writer_in(tmp_path_factory.mktemp("writer"), year_store) as writer:
        yield writer


def test_every_decision_has_an_address_but_the_draft_of_a_plan_which_is_a_job() -> None:
    assert {way.decision for way in WAYS} == set(ALL_DECISIONS) - {DraftPlan, ImportRegister}
    assert len({way.name for way in WAYS}) == len(WAYS)


def test_no_body_says_who_decides() -> None:
    for way in WAYS:
        assert not set(way.body.model_fields) & {"person", "post", "actor", "mandate", "command", "objector"}


def test_a_change_is_made_only_to_the_version_it_is_based_on(writer: Writer) -> None:
    read = writer.send("GET", "/units/v6")
    changed = writer.send("PATCH", "/units/v6", {"households": 241}, If_Match=read.headers["etag"])
    assert changed.status_code == 200
    assert changed.headers["etag"] != read.headers["etag"]
    head = writer.head()
    late = writer.send("PATCH", "/units/v6", {"households": 242}, If_Match=read.headers["etag"])
    assert (late.status_code, late.json()["code"]) == (412, "entry-moved")
    assert writer.send("GET", "/units/v6").headers["etag"] == changed.headers["etag"]
    assert writer.head() == head
    assert writer.send("PATCH", "/units/v6", {"households": 242}, If_Match="*").status_code == 200
    assert writer.send("PATCH", "/units/v6", {"households": 243}, If_Match='W/"1"').json()["code"] == "version-unclear"


def test_of_many_changes_based_on_one_version_one_is_made(writer: Writer) -> None:
    """The version is asked under the boundary of the decision, not before it: no change slips in between."""
    version = writer.send("GET", "/funds/service").headers["etag"]
    head = writer.head()

    def call(number: int) -> int:
        body = {"new_amount_fen": 7_000_000 + number}
        return writer.send("PATCH", "/funds/service", body, If_Match=version).status_code

    with ThreadPoolExecutor(8) as pool:
        answers = sorted(pool.map(call, range(8)))
    assert answers == [200, *[412] * 7]
    assert writer.head() == head + 1


def test_a_plan_is_not_changed_by_hand_without_saying_on_which_version(writer: Writer) -> None:
    body = {"lines": {"service.v2": 1}, "reason": "none"}
    missing = writer.send("PATCH", "/plans/2026-01/lines", body)
    assert (missing.status_code, missing.json()["code"]) == (428, "version-missing")


def test_who_has_not_the_role_is_refused_before_the_body_is_read(writer: Writer) -> None:
    refused = writer.send("POST", "/commitments", {"nonsense": 1}, by="li-na")
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    nobody = writer.client.post("/v1/commitments", content=b"\xff")
    assert (nobody.status_code, nobody.json()["code"]) == (401, "unauthenticated")


def test_what_is_decided_on_a_branch_is_not_on_the_record(writer: Writer) -> None:
    with writer.office.county() as county:
        start_branch(county, "thinner", PLANNER, "what if less comes")
    head = writer.head()
    body = {"tranche": "x1", "amount_fen": 5}
    on_branch = writer.send("POST", "/funds/service/tranches?branch=thinner", body, Idempotency_Key="b1")
    assert (on_branch.status_code, on_branch.json()["branch"]) == (201, "thinner")
    assert "location" not in on_branch.headers
    again = writer.send("POST", "/funds/service/tranches?branch=thinner", body)
    assert again.json()["code"] == "tranche-taken"
    assert writer.head() == head
    assert writer.send("POST", "/funds/service/tranches?branch=none", body).status_code == 404
    assert writer.send("POST", "/funds/service/tranches", body).status_code == 201
    assert writer.head() == head + 1


def test_a_faulty_register_names_every_cell_and_a_dry_run_says_what_would_change(writer: Writer) -> None:
    head = writer.head()
    faulty = edited(
        "units", (",100,320,", ",many,320,"), ("六社区,Community Six,community,t2", "六社区,Community Six,community,t9")
    )
    answer = upload(writer, {**TABLES, "units": faulty})
    problem = answer.json()
    assert (answer.status_code, problem["code"], problem["errors_total"]) == (422, "register-faults", 2)
    first, second = problem["errors"]
    assert (first["sheet"], first["row"], first["column"], first["value"]) == ("units.csv", 2, "households", '"many"')
    assert (second["row"], second["column"]) == (7, "township")
    assert {"problem", "cure", "letter", "code"} <= set(first)
    better = edited("units", (",90,300,", ",95,300,"))
    dry = upload(writer, {"units": better}, dry_run="true").json()
    assert dry["recorded"] is False
    changes = [one for one in dry["changes"] if one["entry"] == "unit:v4"]
    assert {(one["field"], one["after"]) for one in changes} == {("households", 95)}
    assert writer.head() == head
    done = upload(writer, {"units": better}).json()
    assert done["facts"] == dry["facts"] == {"unit.corrected": 1}
    assert writer.head() == head + 1


def test_a_faulty_policy_names_line_and_key(writer: Writer) -> None:
    faulty = edited_policy(("floor_yuan: 5000", "floor_yuan: lots"))
    answer = writer.send("POST", "/policies", {"text": faulty})
    [fault] = answer.json()["errors"]
    assert answer.status_code == 422
    assert faulty.splitlines()[fault["line"] - 1].strip() == "floor_yuan: lots"
    assert fault["path"].endswith("floor_yuan")
    same = writer.send("POST", "/policies", {"text": POLICY})
    assert (same.status_code, same.json()["facts"]) == (200, [])


def test_a_file_at_hand_is_evidence_by_its_hash(writer: Writer) -> None:
    data = {"evidence": "e1", "kind": "photo", "unit": "v2", "note": "the room"}
    answer = upload_to(writer, "/evidence-files", {"file": ("room.jpg", b"picture")}, data)
    assert (answer.status_code, answer.headers["location"]) == (201, "/v1/evidence/e1")
    same = {**data, "evidence": "e2", "sha256": "0" * 64}
    assert writer.send("POST", "/evidence", same, by="zhao-min").status_code == 201
    pieces = [msgspec.to_builtins(one.fact) for one in writer.office.log.facts(types=[EvidenceAttached])]
    assert [one["sha256"] for one in pieces] == [hashlib.sha256(b"picture").hexdigest(), "0" * 64]


def upload(writer: Writer, tables: dict[str, str], **query: str) -> Any:
    return upload_to(writer, "/register-imports", {"file": ("tables.zip", zipped(tables))}, {"why": "a test"}, query)


def upload_to(
    writer: Writer, path: str, files: dict[str, Any], data: dict[str, str], query: dict[str, str] | None = None
) -> Any:
    headers = {"Authorization": "Bearer li-na"}
    return writer.client.post(f"/v1{path}", files=files, data=data, params=query, headers=headers)
