"""Register, imports, scenarios, sweeps, comparisons and policies as pages: what they show, and what their forms do."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.app import create_app
from domain.decisions.units import AssessUnit
from service.access.principal import ROLES, Principal
from service.county import Actor
from service.jobs.asks import SweepAsk
from service.office import Office
from tests.service.small import write_register
from tests.service.work import store_with_work, until
from tests.web.desk import Browser, account
from web.app import add_pages

LESS = """scenario: less
question: {zh: 少一成会怎样？, en: "What if a tenth less came?"}
change:
  - {scale: funds.beautiful.amount_yuan, by: 0.9, why: mid-year note}
"""
SWEEP = "sweep:\n  grid:\n    - {scale: funds.beautiful.amount_yuan, values: [0.9, 1]}\n"
PAGES = [
    "/register",
    "/register/units",
    "/register/units?q=v1&sort=-households",
    "/register/units/v1",
    "/register/projects",
    "/register/projects?late=true",
    "/register/funds",
    "/register/funds/beautiful",
    "/register/posts",
    "/register/import",
    "/policies",
    "/clauses",
    "/scenarios",
    "/scenarios/thinner",
    "/sweeps",
    "/compare",
    "/jobs",
]


def _somebody(header: str) -> Principal:
    name = header.removeprefix("Bearer ")
    return Principal(name, name, f"{name}-post", frozenset(ROLES if name != "reader" else ("reader",)))


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FastAPI]:
    office = Office(store_with_work(tmp_path_factory.mktemp("work")))
    app = create_app(office, warm=True)
    app.state.authenticate = _somebody
    add_pages(app)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.mktemp("config")))
        yield app
    office.close()


@pytest.fixture(scope="module")
def desk(app: FastAPI) -> Iterator[TestClient]:
    """Somebody with every role, over a small county whose long work is done in this process."""
    with TestClient(app, headers={"Authorization": "Bearer li"}) as client:
        yield client


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_whole_in_either_language_and_asks_nobody_else(pages: TestClient, path: str, lang: str) -> None:
    answer = pages.get(f"{path}{'&' if '?' in path else '?'}lang={lang}")
    assert answer.status_code == 200, answer.text
    assert f'<html lang="{"zh-CN" if lang == "zh" else "en"}">' in answer.text
    assert not re.search(r"(src|href)=\"(https?:)?//", answer.text)
    assert not re.search(r"\s(style|on\w+)=", answer.text)


def test_units_are_searched_and_sorted_and_those_elsewhere_are_not_there(pages: TestClient) -> None:
    found = pages.get("/register/units?q=v1").text
    assert "/register/units/v1" in found
    assert "/register/units/v2" not in found
    assert pages.get("/register/units/none").status_code == 404
    assert pages.get("/register/units?standing=code").status_code == 422


def _packed(folder: Path, sheet: str, wanted: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for path in sorted(folder.iterdir()):
            archive.writestr(path.name, wanted if path.stem == sheet else path.read_text(encoding="utf-8"))
    return packed.getvalue()


def _sent(desk: TestClient, content: bytes) -> str:
    answer = desk.post("/register/import", files={"file": ("new.zip", content)}, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def test_every_fault_of_an_import_is_shown_at_its_cell_and_nothing_is_recorded(
    desk: TestClient, app: FastAPI, tmp_path: Path
) -> None:
    head = app.state.office.head()
    folder = write_register(tmp_path / "register")
    first = (folder / "units.csv").read_text(encoding="utf-8").splitlines()
    column = first[0].split(",").index("households")
    cells = first[2].split(",")
    cells[column] = "<b>many</b>"
    wrong = "\n".join([*first[:2], ",".join(cells), *first[3:]])
    answer = desk.get(_sent(desk, _packed(folder, "units", wrong)))
    assert answer.status_code == 422
    marked = re.findall(r'<td class="?fault"?>([^<]*)<b class="mark">1', answer.text)
    assert marked == ["&lt;b&gt;many&lt;/b&gt;"]
    assert f'<th scope="col">{chr(ord("A") + column)}</th>' in answer.text
    assert app.state.office.head() == head


def test_an_import_is_previewed_then_recorded_once_with_its_reason(
    desk: TestClient, app: FastAPI, tmp_path: Path
) -> None:
    folder = write_register(tmp_path / "register")
    lines = (folder / "units.csv").read_text(encoding="utf-8").splitlines()
    column = lines[0].split(",").index("households")
    cells = lines[1].split(",")
    before, cells[column] = cells[column], str(int(cells[column]) + 7)
    wanted = "\n".join([lines[0], ",".join(cells), *lines[2:]])
    head = app.state.office.head()
    look = _sent(desk, _packed(folder, "units", wanted))
    preview = desk.get(look, params={"lang": "en"}).text
    assert f'<td class="old">{int(before):,}</td><td class="new">{int(before) + 7:,}</td>' in preview
    assert app.state.office.head() == head
    other = desk.get(look, headers={"Authorization": "Bearer somebody-else"})
    assert other.status_code in (404, 409)
    done = desk.post(look, data={"why": "recount", "document": "No. 7"}, follow_redirects=False)
    assert done.status_code == 303
    position = int(done.headers["location"].rpartition("=")[2])
    recorded = next(app.state.office.log.facts(after=position - 1, until=position))
    assert (recorded.fact.mandate.why, recorded.fact.mandate.document) == ("recount", "No. 7")
    assert desk.post(look, data={"why": "recount"}, follow_redirects=False).status_code != 303
    assert app.state.office.head() == position


def _run(desk: TestClient, app: FastAPI, path: str, data: dict[str, str]) -> str:
    answer = desk.post(path, data=data, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    found = str(answer.headers["location"])
    until(app.state.office, found.rpartition("/")[2])
    return found


def test_a_scenario_is_run_shown_and_adopted_as_the_very_plan_it_found(desk: TestClient, app: FastAPI) -> None:
    job = _run(desk, app, "/scenarios", {"text": LESS})
    page = desk.get(job, params={"lang": "en"}).text
    assert "What if a tenth less came?" in page
    assert "what-if-band" in page
    assert "comparison.xlsx" in page
    assert "<style" not in page
    assert re.search(r"lang=(zh|en)>", page) is None
    head = app.state.office.head()
    adopted = desk.get(_run(desk, app, f"{job}/adopt", {}), params={"lang": "en"}).text
    plan = re.search(r'href="/plans/([^"]+)"', adopted)
    assert plan is not None, adopted
    assert app.state.office.head() > head


def test_a_sweep_goes_on_with_the_cases_an_earlier_one_has(desk: TestClient, app: FastAPI) -> None:
    office: Office = app.state.office
    first = office.ask_for("sweep", SweepAsk(text=LESS + SWEEP, papers=True), _somebody("Bearer li"))
    until(office, first)
    page = desk.get(f"/jobs/{first}", params={"lang": "en"}).text
    assert 'class="chart' in page
    second = _run(desk, app, f"/jobs/{first}/again", {}).rpartition("/")[2]
    rows = [office.jobs.file(office.jobs.get(job), "cases.jsonl").read_bytes() for job in (first, second)]
    assert rows[0] == rows[1]


def test_a_comparison_stands_at_an_address_of_its_own(desk: TestClient, app: FastAPI) -> None:
    asked = {"left": "record@2", "right": "record"}
    answer = desk.post("/compare", data={**asked, "left": "record"}, follow_redirects=False)
    assert answer.status_code == 303
    office: Office = app.state.office
    until(office, office.jobs.table.newest(kind="comparison", limit=1)[0].id)
    address = str(answer.headers["location"])
    assert "record%40" in address
    assert 'class="compared"' in desk.get(address).text
    assert desk.post("/compare", data={"left": "policy:/etc/passwd", "right": "record"}).status_code in (404, 409, 422)


def _saved(desk: TestClient, name: str, settings: str = "funds.beautiful.amount_yuan=61000") -> str:
    """The id of a scenario saved from the workbench."""
    answer = desk.post("/workbench/save", data={"name": name, "settings": settings}, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"]).removeprefix("/scenarios#s-")


def test_a_scenario_saved_from_the_workbench_is_opened_run_compared_taken_away_and_deleted(
    desk: TestClient, app: FastAPI
) -> None:
    saved = _saved(desk, "  瘦年 <b>thin</b> ")
    assert _saved(desk, "瘦年 <b>thin</b>") == saved  # the same again, as after a double click
    shelf = desk.get("/scenarios", params={"lang": "en"}).text
    assert "瘦年 &lt;b&gt;thin&lt;/b&gt;" in shelf
    assert 'href="/workbench?funds.beautiful.amount_yuan=61000"' in shelf
    text = desk.get(f"/scenarios/saved/{saved}/file").text
    assert text == desk.get("/workbench/scenario?funds.beautiful.amount_yuan=61000").text
    page = desk.get(_run(desk, app, "/scenarios", {"saved": saved}), params={"lang": "en"}).text
    assert "¥61,000.00" in page
    office: Office = app.state.office
    answer = desk.post("/compare", data={"left": "record", "right": f"saved:{saved}"}, follow_redirects=False)
    until(office, office.jobs.table.newest(kind="comparison", limit=1)[0].id)
    assert 'class="compared"' in desk.get(str(answer.headers["location"])).text
    assert ">Comparison</td>" in desk.get("/jobs?lang=en").text
    somebody = {"Authorization": "Bearer reader"}
    assert desk.post(f"/scenarios/saved/{saved}/delete", headers=somebody).status_code == 403
    assert desk.post(f"/scenarios/saved/{saved}/delete").status_code == 200
    assert desk.get(f"/scenarios/saved/{saved}/file").status_code == 404
    assert desk.post("/compare", data={"left": "record", "right": f"saved:{saved}"}).status_code == 422


def test_programs_save_list_run_and_delete_scenarios_and_hear_what_is_wrong_with_them(desk: TestClient) -> None:
    made = desk.post("/v1/saved-scenarios", json={"name": "less", "text": LESS})
    assert made.status_code == 201
    one = made.json()
    assert desk.get(made.headers["location"]).json() == one
    assert (one["text"], one["workbench"], one["based_on_position"]) == (LESS, None, None)
    listed = desk.get("/v1/saved-scenarios").json()["items"]
    assert {key: one[key] for key in listed[0]} in listed
    wait = {"Prefer": "wait=50"}
    ran = [desk.post("/v1/scenarios", json=asked, headers=wait) for asked in ({"saved": one["id"]}, {"text": LESS})]
    assert [answer.status_code for answer in ran] == [200, 200]
    assert ran[0].json()["after"]["plan_hash"] == ran[1].json()["after"]["plan_hash"]
    for body, status, code in (
        ({"name": "less", "text": LESS + "\n"}, 409, "saved-name-taken"),
        ({"name": " ", "text": LESS}, 422, "saved-name-unfit"),
        ({"name": "x" * 81, "text": LESS}, 422, "saved-name-unfit"),
        ({"name": "a\u202eb", "text": LESS}, 422, "saved-name-unfit"),
        ({"name": "wrong", "text": "scenario: [x\n"}, 422, "policy-faults"),
        ({"name": "out", "text": LESS + "based_on: {policy: /etc/passwd}\n"}, 422, "scenario-reaches-out"),
        ({"name": "long", "text": "#" * 300_000}, 422, "request-invalid"),
    ):
        answer = desk.post("/v1/saved-scenarios", json=body)
        assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert desk.post("/v1/scenarios", json={"saved": "none"}).status_code == 404
    assert desk.delete(f"/v1/saved-scenarios/{one['id']}").status_code == 204
    assert desk.delete(f"/v1/saved-scenarios/{one['id']}").status_code == 404


def test_a_saved_scenario_whose_base_moved_on_says_so_and_is_worked_out_on_the_record_as_it_stands(
    desk: TestClient, app: FastAPI
) -> None:
    saved = _saved(desk, "before the move", "policy.rules.sites=off")
    office: Office = app.state.office
    base = office.head()
    assert "changed since" not in desk.get("/scenarios", params={"lang": "en"}).text
    with office.county() as county:
        mandate = county.mandate(Actor("Wu", "planner-post"), why="assessed anew")
        county.decide(AssessUnit(mandate=mandate, unit="v2", changes={"stars": 4}))
    shelf = desk.get("/scenarios", params={"lang": "en"}).text
    assert f"as of no. {base}; register, funds or policy changed since, from no. {base + 1} on." in shelf
    assert desk.get(f"/v1/saved-scenarios/{saved}").json()["moved_on_at"] == base + 1
    job = _run(desk, app, "/scenarios", {"saved": saved, "on": "record"})
    asked = json.loads(office.jobs.get(job.rpartition("/")[2]).request)
    assert f'"position": {base}' not in asked["text"]
    assert "what-if-band" in desk.get(job).text
    desk.post(f"/scenarios/saved/{saved}/delete")


def test_who_only_reads_is_offered_no_work_and_given_none(desk: TestClient) -> None:
    reader = {"Authorization": "Bearer reader"}
    assert 'action="/scenarios"' not in desk.get("/scenarios/thinner", headers=reader).text
    assert desk.post("/scenarios", data={"scenario": "thinner"}, headers=reader).status_code == 403
    assert desk.get("/register/import", headers=reader).status_code == 403


def test_faults_of_a_scenario_are_told_with_the_text_that_was_typed(desk: TestClient) -> None:
    answer = desk.post("/scenarios", data={"text": "scenario: bad\nquestion: <script>"})
    assert answer.status_code == 422
    assert "question: &lt;script&gt;</textarea>" in answer.text
    assert "line" in answer.text


def test_a_policy_is_checked_at_its_lines_and_nothing_is_recorded(desk: TestClient, app: FastAPI) -> None:
    head = app.state.office.head()
    answer = desk.post("/policies", data={"text": "policy: x\nversion: many\n"}, params={"lang": "en"})
    assert answer.status_code == 422
    assert "<b>Line 2</b>" in answer.text
    assert app.state.office.head() == head


def test_a_browser_that_is_signed_in_sends_a_file_with_the_token_of_its_session_and_not_without(
    app: FastAPI, tmp_path: Path
) -> None:
    account(app.state.office, "shelves", Actor("Wu", "planner-post"), "planner")
    folder = write_register(tmp_path / "register")
    file = {"file": ("new.zip", _packed(folder, "", ""))}
    with TestClient(app) as client:
        browser = Browser(client)
        browser.sign_in("shelves")
        token = browser.token("/register/import")
        headers = {"sec-fetch-site": "same-origin"}
        sent = [
            client.post("/register/import", data=data, files=file, headers=headers, follow_redirects=False)
            for data in ({"form_token": token}, {})
        ]
        assert [answer.status_code for answer in sent] == [303, 403]
        assert browser.get(str(sent[0].headers["location"])).status_code == 200
