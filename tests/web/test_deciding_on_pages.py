"""A plan walks from draft to notice through the forms of its page: duties apart, once each, refused with a cure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from domain.decisions.units import CorrectUnit
from service.access import passwords
from service.office import Office
from service.planning import compute, draft_and_propose
from service.policies import adopt_policy, read_policy
from service.registers import import_register
from tests.service.access.doors import CHEAP
from tests.service.small import APPROVER, PLANNER, REVIEWER, TREASURER, write_policy, write_register
from tests.web.desk import Browser, account, browsers
from tests.year import PLAN, YearClock

HOSTILE = "<script>alert(1)</script>\"'&{{7*7}}\u202e" + "长" * 60
PAGE = f"/plans/{PLAN}"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A proposed plan of the small county, one village of which bears a hostile name, and four accounts."""
    folder = tmp_path_factory.mktemp("county")
    with pytest.MonkeyPatch.context() as environment:
        environment.setattr(passwords, "RFC_9106_LOW_MEMORY", CHEAP)
        office = Office("sqlite://", clock=YearClock(date(2026, 3, 2)))
        with office.county() as county:
            register = write_register(folder / "register")
            held = import_register(county, register, county.mandate(PLANNER)).register
            adopt_policy(county, read_policy(write_policy(folder / "policy.yaml"), held), county.mandate(PLANNER))
            hostile = {"name_zh": HOSTILE, "name_en": HOSTILE}
            county.decide(CorrectUnit(mandate=county.mandate(PLANNER), unit="v1", changes=hostile))
            draft_and_propose(county, compute(county), PLANNER)
        account(office, "planner", PLANNER, "planner", "auditor")
        account(office, "reviewer", REVIEWER, "auditor", "planner")
        account(office, "approver", APPROVER, "approver")
        account(office, "village", TREASURER, "reader", townships=["t1"])
        yield office
        office.close()


@pytest.fixture(scope="module")
def served(office: Office) -> Iterator[TestClient]:
    """The application."""
    with browsers(office) as client:
        yield client


@pytest.fixture(scope="module")
def people(served: TestClient) -> dict[str, Browser]:
    """Everybody signed in, each in a browser of their own."""
    found = {}
    for login in ("planner", "reviewer", "approver", "village"):
        found[login] = Browser(TestClient(served.app))
        assert found[login].sign_in(login).status_code == 303
    return found


def test_a_plan_is_taken_through_its_life_by_forms_with_the_duties_apart(
    office: Office, people: dict[str, Browser]
) -> None:
    planner, reviewer, approver, village = (people[one] for one in ("planner", "reviewer", "approver", "village"))
    clock = office.clock
    assert isinstance(clock, YearClock)

    assert "made or proposed plan 2026-01 and cannot review it" in planner.get(PAGE).text
    refused = _step(planner, "review", command="0" * 32, said="fine")
    assert refused.status_code == 403
    assert 'data-problem="maker-reviews"' in refused.text

    # a double click, and the same form sent once more later, are one decision
    sent = {"command": reviewer.command(PAGE, f"{PAGE}/review"), "said": "sound"}
    first, again = _step(reviewer, "review", **sent), _step(reviewer, "review", **sent)
    assert (first.status_code, again.status_code) == (303, 303)
    assert first.headers["location"] == again.headers["location"]
    assert "Recorded as no." in reviewer.get(first.headers["location"]).text
    assert "Recorded as no." not in planner.get(first.headers["location"]).text

    # what is refused is said at the form with a cure, and everything typed is kept
    head = office.head()
    kept = _step(reviewer, "announce", command="1" * 32, until="2026-03-01", document='no. <7> "x"', why="as usual")
    assert kept.status_code == 409
    assert "State a later last day" in kept.text
    assert 'value="no. &lt;7&gt; &#34;x&#34;"' in kept.text
    assert 'value="2026-03-01"' in kept.text
    assert _step(reviewer, "announce", command="x", until="2026-03-09").status_code == 422
    assert _step(reviewer, "announce", command="2" * 32, until="soon").status_code == 422
    assert office.head() == head
    assert _step(reviewer, "announce", command="3" * 32, until="2026-03-09").status_code == 303

    # an objection by a village’s own account, of its township only; then the answer by another
    lodged = {"command": "4" * 32, "said": "Why not <b>us</b>?", "capacity": "village-head", "project": "p3"}
    assert _sent(village, "/units/v4/objections", **lodged).status_code == 403
    assert _sent(village, "/units/v3/objections", **lodged, by="").status_code == 303
    assert _sent(village, "/units/v3/objections", **lodged | {"capacity": "king"}).status_code == 422
    page = approver.get(PAGE).text
    assert "Why not &lt;b&gt;us&lt;/b&gt;?" in page
    assert "cannot answer objection" in planner.get(PAGE).text
    answer = f"{PAGE}/objections/o-44444444/answer"
    unclear = _sent(approver, answer, command="5" * 32, reason="no")
    assert unclear.status_code == 422
    assert _sent(approver, answer, command="5" * 32, outcome="rejected", reason="").status_code == 422
    said = _sent(approver, answer, command="5" * 32, outcome="rejected", reason="The money goes to those without.")
    assert said.status_code == 303

    # too early, then closed; approved by whom it may be; published
    assert "is too early" in _step(reviewer, "close", command="6" * 32).text
    clock.turn_to(date(2026, 3, 10))
    assert _step(reviewer, "close", command="7" * 32).status_code == 401  # a working day is over
    for login, browser in people.items():
        browser.sign_in(login)
    assert _step(reviewer, "close", command="7" * 32).status_code == 303
    assert _step(planner, "approve", command="8" * 32).status_code == 403
    assert _step(approver, "approve", command="9" * 32, document="2026-7").status_code == 303
    assert _step(reviewer, "notice", command="a" * 32).status_code == 303
    final = approver.get(PAGE).text
    assert "No step of this plan waits for anybody" in final
    assert final.count("zhao-min") >= 3


@pytest.mark.parametrize("part", ["units", "townships", "funds", "projects", "rules", "fairness", "steps"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_part_of_a_plan_is_one_page_in_one_language(people: dict[str, Browser], part: str, lang: str) -> None:
    answer = people["approver"].get(f"{PAGE}?show={part}&lang={lang}")
    assert answer.status_code == 200
    assert answer.text.count("<h1>") == 1
    assert not re.search(r"\s(style|on\w+)=", answer.text)


def test_lines_are_changed_by_hand_only_in_a_draft_and_amounts_are_read_to_the_fen(people: dict[str, Browser]) -> None:
    planner = people["planner"]
    sent = {"command": "b" * 32, "line-1": "service.v2", "reason": "a washed-out road"}
    for amount in ("", "12.345", "much"):
        unclear = _sent(planner, f"{PAGE}/adjust", **sent, **{"amount-1": amount})
        assert unclear.status_code == 422
        assert "amount-1" in unclear.text
    assert _sent(planner, f"{PAGE}/adjust", **sent, **{"amount-1": "1.00"}).status_code == 409


@pytest.mark.parametrize(
    "path", [PAGE, f"{PAGE}?show=funds", "/units", "/units/v1", "/units/v1/objection", f"/notices/{PLAN}", "/"]
)
def test_a_hostile_name_of_the_register_is_text_and_nothing_else(people: dict[str, Browser], path: str) -> None:
    text = people["approver"].get(path).text
    assert "<script>alert" not in text
    assert "\u202e" not in text
    assert "&lt;script&gt;alert(1)" in text or path in ("/",)
    assert "{{7*7}}" in text or path in ("/",)


def _step(browser: Browser, action: str, **values: str) -> Response:
    return _sent(browser, f"{PAGE}/{action}", **values)


def _sent(browser: Browser, path: str, **values: str) -> Response:
    return browser.post(path, None, form_token=browser.token(), **values)
