"""Reads of the register, the money and the plans say what the command line says of the same store."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from service.office import Office
from service.payments import Payments
from service.registers import Moment, moment
from tests.cli.running import Desk
from tests.year import PLAN

Ask = Callable[..., Any]


@pytest.fixture
def desk(tmp_path: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Desk:
    return Desk(tmp_path, monkeypatch, capsys)


@pytest.fixture
def typed(desk: Desk, year_store: str) -> Ask:
    """A command of the command line on the finished year, as its JSON."""
    return lambda *words: desk.run(*words, "--store", year_store, "--json").json


def items(client: TestClient, path: str, **asked: Any) -> list[dict[str, Any]]:
    answer = client.get(f"/v1/{path}", params={"limit": 1000, **asked})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


TIMES: list[dict[str, Any]] = [{}, {"as_of": "2026-06-30"}, {"known_at": "2026-09-30"}, {"position": 50}]


def options(times: dict[str, Any]) -> list[str]:
    return [word for name, value in times.items() for word in (f"--{name.replace('_', '-')}", str(value))]


@pytest.mark.parametrize("times", TIMES)
def test_the_ledger_and_its_totals_are_those_of_the_command_line(
    client: TestClient, typed: Ask, times: dict[str, Any]
) -> None:
    rows = typed("ledger", *options(times))["rows"]
    answer = client.get("/v1/ledger", params=times).json()
    assert answer["items"] == rows
    assert answer["totals"] == {name: sum(row[name] for row in rows) for name in answer["totals"]}
    assert {row["fund"] for row in items(client, "ledger", fund="service", **times)} <= {"service"}


@pytest.mark.parametrize("times", TIMES)
def test_progress_and_plans_are_those_of_the_command_line(
    client: TestClient, typed: Ask, times: dict[str, Any]
) -> None:
    progress = typed("progress", *options(times))
    told = progress if isinstance(progress, list) else progress["projects"]
    assert [(p["project"], p["step"], p["paid_fen"]) for p in items(client, "progress", **times)] == [
        (p["project"], p["step"], p["paid_fen"]) for p in told
    ]
    assert [(p["plan"], p["state"], p["amount_fen"]) for p in items(client, "plans", **times)] == [
        (p["plan"], p["state"], p["amount_fen"]) for p in typed("plans", "list", *options(times))
    ]


def test_what_a_plan_says_is_what_plan_json_says(client: TestClient, typed: Ask) -> None:
    told, plan = typed("plans", "show", PLAN), client.get(f"/v1/plans/{PLAN}").json()
    lines = [{name: line[name] for name in told["lines"][0]} for line in items(client, f"plans/{PLAN}/lines")]
    assert lines == told["lines"]
    assert items(client, f"plans/{PLAN}/not-funded") == told["not_funded"]
    assert (plan["plan_hash"], plan["funds"], plan["sites"]) == (told["plan_hash"], told["funds"], told["sites"])
    assert [float(step["value"]) for step in plan["objectives"]] == [step["value"] for step in told["objectives"]]
    assert plan["amount_fen"] == sum(line["amount_fen"] for line in told["lines"])


def test_why_and_why_not_and_rules_are_those_of_the_command_line(client: TestClient, typed: Ask) -> None:
    told, found = typed("why", "v1")["why"], client.get(f"/v1/plans/{PLAN}/reasons/v1").json()
    assert found["total_fen"] == told["total_fen"]
    assert [{name: piece[name] for name in told["pieces"][0]} for piece in found["pieces"]] == told["pieces"]
    (left_out,) = items(client, f"plans/{PLAN}/why-not/p5")
    assert left_out["near"] == typed("why-not", "p5", "--quick")["near"][0]
    standings = typed("rules", PLAN)
    assert [(one["rule"], one["binding"]) for one in items(client, f"plans/{PLAN}/rules")] == [
        (one["rule"], one["binding"]) for one in standings["rules"]
    ]
    assert items(client, f"plans/{PLAN}/fund-worth") == standings["funds"]


def test_reasons_of_a_line_add_up_to_it_and_speak_the_asked_language(client: TestClient) -> None:
    for line in items(client, f"plans/{PLAN}/lines"):
        pieces = items(client, f"plans/{PLAN}/lines/{line['line']}/reasons")
        assert sum(piece["amount_fen"] for piece in pieces) == line["amount_fen"]
    zh = client.get(f"/v1/plans/{PLAN}/reasons/v1", headers={"Accept-Language": "zh-CN"}).json()["sentence"]
    en = client.get(f"/v1/plans/{PLAN}/reasons/v1", headers={"Accept-Language": "en"}).json()["sentence"]
    assert "保底" in zh
    assert en.isascii() or "floor" in en.lower()


@pytest.mark.parametrize("times", TIMES[1:])
def test_lines_of_a_moment_before_there_was_a_plan_are_not_there(client: TestClient, times: dict[str, Any]) -> None:
    answer = client.get(f"/v1/plans/{PLAN}/lines", params=times)
    early = client.get(f"/v1/plans/{PLAN}/lines", params={"position": 30})
    assert answer.status_code == 200
    assert (early.status_code, early.json()["code"]) == (404, "unknown-plan")


def test_the_money_of_a_unit_is_its_plans_and_its_ledger(client: TestClient) -> None:
    found = client.get("/v1/units/v1/money").json()
    assert found["granted_fen"] == sum(one["amount_fen"] for one in items(client, f"plans/{PLAN}/lines", unit="v1"))
    ledger = client.get("/v1/ledger", params={"unit": "v1"}).json()["totals"]
    assert {name: found[name] for name in ("committed_fen", "disbursed_fen", "returned_fen", "open_fen")} == {
        name: ledger[name] for name in ("committed_fen", "disbursed_fen", "returned_fen", "open_fen")
    }
    assert client.get("/v1/units/v1/money", params={"position": 41}).json()["committed_fen"] == 0


@pytest.mark.parametrize("times", [{}, {"as_of": "2026-08-31"}, {"position": 60}])
def test_commitments_and_disbursements_add_up_to_the_ledger(client: TestClient, times: dict[str, Any]) -> None:
    for row in items(client, "ledger", **times):
        if row["unit"] is None:
            continue
        about = {name: row[name] for name in ("fund", "unit", "project") if row[name] is not None}
        made = [one for one in items(client, "commitments", **about, **times) if one["project"] == row["project"]]
        paid = [one for one in items(client, "disbursements", **about, **times) if one["project"] == row["project"]]
        assert sum(one["open_fen"] for one in made) == row["open_fen"]
        assert sum(one["amount_fen"] - one["released_fen"] for one in made) == row["committed_fen"]
        assert sum(one["amount_fen"] for one in paid) == row["disbursed_fen"]
        assert sum(one["returned_fen"] for one in paid) == row["returned_fen"]


def test_a_payment_says_where_it_belongs_and_what_came_back(client: TestClient) -> None:
    paid = client.get("/v1/disbursements/d-000").json()
    assert (paid["state"], paid["returned_fen"], paid["plan"]) == ("partly-returned", 10_000, PLAN)
    assert paid["commitment"] in {one["commitment"] for one in items(client, "commitments", plan=PLAN)}
    released = items(client, "commitments", state="paid")
    assert {one["state"] for one in released} == {"paid"}
    assert any(one["released_fen"] for one in released)
    assert client.get("/v1/disbursements/d-000", params={"position": 5}).json()["code"] == "unknown-disbursement"


def test_payments_kept_folded_are_those_read_anew(office: Office) -> None:
    kept = Payments()
    with office.county() as county:
        for position in (45, 50, 70, 60, moment(county).position):
            at = Moment(position)
            for about in ({}, {"fund": "service"}, {"unit": "v2"}, {"project": "p1"}):
                assert kept.commitments(county, at, about) == Payments(0).commitments(county, at, about)
                assert kept.disbursements(county, at, about) == Payments(0).disbursements(county, at, about)


def test_register_entries_filters_and_their_versions(client: TestClient) -> None:
    register = client.get("/v1/register").json()
    assert register["units"] == len(items(client, "units"))
    assert register["townships"] == len(items(client, "townships"))
    assert register["projects"] == len(items(client, "projects"))
    assert {one["township"] for one in items(client, "units", township="t1")} == {"t1"}
    assert {one["stage"] for one in items(client, "projects", stage="accepted")} == {"accepted"}
    assert {one["code"] for one in items(client, "funds/beautiful/tranches", arrived=True)} == {"b1", "b2"}
    assert [one["code"] for one in items(client, "funds/beautiful/tranches", arrived=True, known_at="2026-08-09")] == [
        "b1"
    ]
    fund = client.get("/v1/funds/service")
    assert int(fund.headers["etag"].strip('"')) == 80
    assert fund.json()["plannable_fen"] == 6_500_000
    assert client.get("/v1/units/v5").headers["etag"] != client.get("/v1/units/v5?position=60").headers["etag"]


def test_policies_are_listed_read_and_checked(client: TestClient) -> None:
    (row,) = items(client, "policies", in_force=True)
    read = client.get(f"/v1/policies/{row['policy']}/{row['version']}").json()
    assert read == client.get("/v1/policies/in-force").json()
    assert read == client.get(f"/v1/policies/{row['policy']}").json()
    assert read["policy_hash"] == row["policy_hash"]
    assert {rule["kind"] for rule in read["rules"]} <= {"must", "should"}
    before, after = (
        client.post("/v1/policy-checks", json={"text": read["text"]}, params=times).json()
        for times in ({"position": 30}, {})
    )
    assert (before["policy_hash"], before["impossible"], before["findings"]) == (row["policy_hash"], False, [])
    assert after["impossible"] == any(one["impossible"] for one in after["findings"]) is True
    faulty = client.post("/v1/policy-checks", json={"text": "policy: x\nversion: nought\n"})
    assert (faulty.status_code, faulty.json()["code"]) == (422, "policy-faults")
    assert client.get(f"/v1/policies/{row['policy']}/99").json()["code"] == "policy-unknown"
    assert client.get("/v1/policies/in-force?on=1999-01-01").json()["code"] == "no-policy"


def test_the_verifier_finds_the_plan_sound_and_one_set_by_hand_has_no_certificate(client: TestClient) -> None:
    assert client.get(f"/v1/plans/{PLAN}/verification").json()["verified"] is True
    refused = client.get(f"/v1/plans/{PLAN}/certificate")
    assert (refused.status_code, refused.json()["code"]) == (409, "plan-not-certifiable")
    computed = client.get(f"/v1/plans/{PLAN}/certificate", params={"position": 32}).json()
    assert computed["plan_hash"] == client.get(f"/v1/plans/{PLAN}", params={"position": 32}).json()["plan_hash"]
