"""The year of `tests/year.py` told by calls over HTTP: the same decisions, on the same days, by the same persons."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from typing import Any

from fastapi.testclient import TestClient
from httpx2 import Response

from api.app import create_app
from service.access.principal import Principal, Role
from service.county import Actor
from service.office import Office
from service.plan_life import content_now
from service.planning import compute, draft_and_propose
from tests.service.small import APPROVER, PLANNER, POLICY, REVIEWER, TABLES, TREASURER
from tests.year import PLAN, YearClock

ROLES_OF: dict[Actor, frozenset[Role]] = {
    PLANNER: frozenset(("planner",)),
    REVIEWER: frozenset(("auditor",)),
    APPROVER: frozenset(("approver",)),
    TREASURER: frozenset(("treasurer",)),
}


def principal_of(header: str) -> Principal:
    """`Bearer PERSON`, or `Bearer PERSON TOWNSHIP`: one of the four persons of the year."""
    _, person, *townships = header.split()
    actor = next(actor for actor in ROLES_OF if actor.person == person)
    return Principal(person, person, actor.post, ROLES_OF[actor], frozenset(townships) or None)


def opened(url: str, clock: YearClock) -> tuple[Office, TestClient]:
    """An office over a store, and a client of it; close both."""
    office = Office(url, clock=clock)
    app = create_app(office)
    app.state.authenticate = principal_of
    return office, TestClient(app)


def zipped(tables: dict[str, str]) -> bytes:
    """Tables as a zip of CSV files."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in tables.items():
            archive.writestr(f"{name}.csv", text)
    return packed.getvalue()


class Told:
    """The year over HTTP."""

    def __init__(self, office: Office, client: TestClient, clock: YearClock) -> None:
        self.office, self.client, self.clock = office, client, clock
        self._commands = 0

    def on(self, month: int, day: int) -> None:
        """It is that day."""
        self.clock.turn_to(date(2026, month, day))

    def call(
        self,
        actor: Actor,
        method: str,
        path: str,
        body: dict[str, Any] | None = None,
        *,
        why: str = "as the rules say",
        headers: dict[str, str] | None = None,
        **upload: Any,
    ) -> Response:
        """One call, with the reason and document the year gives; it must succeed."""
        self._commands += 1
        mandate = {"why": why, "document": f"2026-{self._commands}"}
        sent = {"Authorization": f"Bearer {actor.person}", "Idempotency-Key": f"c{self._commands}", **(headers or {})}
        content = {"data": mandate, **upload} if upload else {"json": {**(body or {}), **mandate}}
        answer = self.client.request(method, f"/v1{path}", headers=sent, **content)
        assert answer.status_code in (200, 201), answer.text
        return answer

    def tell(self) -> None:
        """The whole year."""
        self._plan()
        self._spend()
        self._correct()

    def _plan(self) -> None:
        self.call(PLANNER, "POST", "/register-imports", files={"file": ("register.zip", zipped(TABLES))})
        self.call(PLANNER, "POST", "/policies", {"text": POLICY})
        self.on(3, 2)
        with self.office.county() as county:
            draft_and_propose(county, compute(county), PLANNER)
        self.on(3, 4)
        returned = self.call(APPROVER, "POST", f"/plans/{PLAN}/return", {"reason": "the road to v2 was washed away"})
        amounts = {one.line: one.amount_fen for one in self.lines()}
        moved = {"service.v2": amounts["service.v2"] + 10_000, "service.v3": amounts["service.v3"] - 10_000}
        body = {"lines": moved, "reason": "road repair"}
        based_on = {"If-Match": returned.headers["etag"]}
        adjusted = self.call(PLANNER, "PATCH", f"/plans/{PLAN}/lines", body, headers=based_on)
        assert adjusted.json()["cost"]
        self.call(PLANNER, "POST", f"/plans/{PLAN}/proposal")
        self.on(3, 5)
        self.call(REVIEWER, "POST", f"/plans/{PLAN}/review", {"opinion": "sound"})
        self.on(3, 9)
        self.call(PLANNER, "POST", f"/plans/{PLAN}/announcement", {"objections_until": "2026-03-16"})
        self.on(3, 17)
        self.call(PLANNER, "POST", f"/plans/{PLAN}/objections-closing")
        self.on(3, 20)
        self.call(APPROVER, "POST", f"/plans/{PLAN}/approval")
        self.call(PLANNER, "POST", f"/plans/{PLAN}/notice")

    def _spend(self) -> None:
        lines = self.lines()
        self.on(4, 1)
        for line in lines:
            if line.fund == "service":
                made = self.call(TREASURER, "POST", "/commitments", {"plan": PLAN, "line": line.line})
                assert made.headers["location"] == f"/v1/commitments/{PLAN}.{line.line}"
        self.on(4, 20)
        for number, line in enumerate(one for one in lines if one.fund == "service"):
            self._pay(f"d-{number:03}", line.line, line.amount_fen // 2, line.unit)
        self.on(8, 10)
        self.call(TREASURER, "POST", "/funds/beautiful/tranches/b2/arrival", {"arrived_on": "2026-08-07"})
        built = [one for one in lines if one.project is not None and one.fund != "service"]
        for line in built:
            self.call(TREASURER, "POST", "/commitments", {"plan": PLAN, "line": line.line})
            self.call(REVIEWER, "POST", f"/projects/{line.project}/start")
        self.on(10, 9)
        for number, line in enumerate(built):
            self._pay(f"w-{number:03}", line.line, line.amount_fen, line.unit)
            if number:
                accepted = {"evidence": "inspected on site"}
                self.call(REVIEWER, "POST", f"/projects/{line.project}/acceptance", accepted)

    def _correct(self) -> None:
        service = [one for one in self.lines() if one.fund == "service"]
        self.on(10, 20)
        self.call(TREASURER, "POST", "/disbursements/d-000/returns", {"amount_fen": 10_000, "reason": "paid twice"})
        released = {"reason": "the rest is not needed"}
        self.call(TREASURER, "POST", f"/commitments/{PLAN}.{service[-1].line}/release", released)
        self.on(11, 3)
        self.call(REVIEWER, "POST", "/units/v2/assessments", {"stars": 4, "effective_on": "2026-06-30"})
        self.on(11, 17)
        struck = {"evidence": "meetings are held", "effective_on": "2026-09-30"}
        self.call(REVIEWER, "POST", "/units/v1/strike-off", struck)
        self.on(12, 1)
        self.call(PLANNER, "PATCH", "/units/v5", {"households": 210}, why="a typing error")
        self.call(PLANNER, "PATCH", "/funds/service", {"new_amount_fen": 6_500_000})

    def lines(self) -> Any:
        """The lines of the plan as it stands."""
        with self.office.county() as county:
            return content_now(county, PLAN).lines

    def _pay(self, code: str, line: str, amount_fen: int, unit: str) -> None:
        paid = {
            "disbursement": code,
            "commitment": f"{PLAN}.{line}",
            "amount_fen": amount_fen,
            "payee": f"payee of {unit}",
            "voucher": f"V-{code}",
        }
        self.call(TREASURER, "POST", "/disbursements", paid)
