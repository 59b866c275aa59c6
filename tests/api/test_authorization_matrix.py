"""Every route × every role, signed in or not × its own or another township: let in exactly as its rule says.

Rows and columns are read from the application, so a new route is in the table by itself, and fails it without a rule.
The accounts are real, and so are their keys. What lies behind the door is left out where the rule says all there is to
say; where a route asks for the place itself (scopes `place` and `own`) it is called.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import anyio
import fastapi.routing
import pytest
from fastapi import FastAPI, HTTPException
from fastapi.dependencies.models import Dependant
from fastapi.routing import run_endpoint_function

from api.access import Check, Rule, rule_of
from api.app import create_app
from desk.access_log import AccessLog
from desk.sqlite_desk import SQLiteDesk
from domain.decisions.evidence import AttachEvidence
from service.access.accounts import add_account, give_password
from service.access.keys import make_key
from service.access.noting import AT_THE_MACHINE, Visit
from service.access.principal import ROLES
from service.access.sessions import log_in
from service.office import Office
from tests.api.asking import Answer, ask
from tests.api.every_route import Found, every_route
from tests.service.small import REVIEWER
from tests.year import PLAN, finished_year
from web.app import add_pages

OWN, OTHER = "t1", "t2"
PLACES = {
    "unit": ("v1", "v4"),
    "project": ("p1", "p4"),
    "township": (OWN, OTHER),
    "commitment": (f"{PLAN}.service.v1", f"{PLAN}.service.v4"),
    "disbursement": ("d-000", "d-003"),
    "evidence": ("photo-p1", "photo-p4"),
}
"""Names of path parameters that say a place -> one in the own township of an account, one in another."""
THERE = {"plan": PLAN, "fund": "service"}
"""Other parameters with something behind them; the rest get a name nothing has."""
PLACES_IN_BODIES = {
    "register_unit",
    "propose_project",
    "move_duty",
    "commit_line",
    "disburse",
    "lodge_objection",
    "answer_objection",
    "withdraw_objection",
    "attach_evidence",
    "attach_evidence_file",
}
"""Names of routes that learn the place from the body, or from what a year need not have, each held to it by
`test_places_of_decisions.py`."""
ADDRESSES = {
    "get_history": ("/v1/history/unit:v1", "/v1/history/unit:v4"),
    "trace_money": (f"/v1/traces?of={PLAN}.service.v1", f"/v1/traces?of={PLAN}.service.v4"),
}
"""Names of routes that learn the place in a way of their own -> an address of the own township, one of another."""
DOORS = {"unauthenticated", "forbidden", "outside-township", "password-must-change"}


class Caller(NamedTuple):
    """Somebody who asks: roles (None: nobody signed in), whether limited to a township, how they show who they are."""

    name: str
    role: str | None
    limited: bool
    bearer: str | None
    must_change: bool = False


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FastAPI]:
    """API and pages over a finished year of their own."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.mktemp("config")))
        with finished_year(tmp_path_factory.mktemp("year")) as year:
            url = year.county.store
            for project in PLACES["project"]:
                year.county.decide(
                    AttachEvidence(
                        mandate=year.by(REVIEWER),
                        evidence=f"photo-{project}",
                        sha256="0" * 64,
                        kind="photo",
                        found_on=date(2026, 10, 9),
                        finder="p-finder",
                        finder_post="inspector",
                        project=project,
                    )
                )
        office = Office(url)
        office.access.log = AccessLog(SQLiteDesk(None))  # hundreds of refusals, each of which would wait for the disk
        served = create_app(office)
        add_pages(served)
        yield served
        office.close()


@pytest.fixture(scope="module")
def callers(app: FastAPI) -> list[Caller]:
    """Nobody; somebody in each role, for the county and for a township; somebody who has a password to change."""
    access = app.state.office.access
    found = [Caller("nobody", None, False, None)]
    for role in ROLES:
        for limit in (None, [OWN]):
            if limit is not None and role == "admin":
                continue  # there is no such account
            name = f"{role}-{'county' if limit is None else OWN}"
            owner = add_account(
                access, AT_THE_MACHINE, login=name, person=name, post=role, roles=[role], townships=limit
            )
            key = make_key(access, owner, AT_THE_MACHINE, label=name, days=1).shown
            found.append(Caller(name, role, limit is not None, key))
            if name == "planner-county":
                one_time = give_password(access, owner, AT_THE_MACHINE)
                token = log_in(access, name, one_time, Visit("127.0.0.1", "POST", "/v1/sessions")).access_token
                found.append(Caller("one-time password", role, False, token, must_change=True))
    return found


async def behind_the_door(*, dependant: Dependant, **given: Any) -> Any:
    """Call a route that asks for the place itself; else it is enough that somebody came this far."""
    checks = [one.call for one in dependant.dependencies if isinstance(one.call, Check)]
    if checks and checks[0].rule.scope in ("place", "own"):
        return await run_endpoint_function(dependant=dependant, **given)
    raise HTTPException(418)


def expected(rule: Rule, caller: Caller, own: bool) -> int | None:
    """The refusal at the door a rule means for a caller, at a place of the own township or another; None: let in."""
    if rule.public:
        return None
    if caller.role is None:
        return 401
    if caller.must_change and rule.scope != "self":
        return 403
    if caller.role not in rule.roles:
        return 403
    outside = rule.scope == "county" or (rule.scope == "place" and not own)
    return 403 if caller.limited and outside else None


def at_the_door(answer: Answer) -> int | None:
    """The status an answer was refused with at the door; None for any other answer. A page says its problem, too."""
    said = re.search(rb'data-problem="([^"]*)"', answer.body)
    code = (answer.json() or {}).get("code") if said is None else said.group(1).decode()
    return answer.status if code in DOORS else None


def address(found: Found, own: bool) -> str:
    """The path with something for each parameter."""
    if found.route.name in ADDRESSES:
        return ADDRESSES[found.route.name][0 if own else 1]
    values = {name: place[0 if own else 1] for name, place in PLACES.items()} | THERE
    return re.sub(r"{(\w+)(?::\w+)?}", lambda part: values.get(part.group(1), "nothing-there"), found.path)


def test_every_route_declares_one_rule(app: FastAPI) -> None:
    routes = every_route(app)
    assert [found.path for found in routes if rule_of(found.route) is None] == []
    documented = {(path, method.upper()) for path, item in app.openapi()["paths"].items() for method in item}
    walked = {(re.sub(r":\w+}", "}", found.path), method) for found in routes for method in found.methods}
    assert documented <= walked
    assert len(routes) > 15


def test_every_route_about_a_place_says_where_it_is_told(app: FastAPI) -> None:
    untold = [
        found.path
        for found in every_route(app)
        if (rule := rule_of(found.route)) is not None
        and rule.scope == "place"
        and not any(f"{{{name}}}" in found.path for name in PLACES)
        and found.route.name not in ADDRESSES
        and found.route.name not in PLACES_IN_BODIES
    ]
    assert untold == []


def test_every_route_lets_in_whom_its_rule_names_and_nobody_else(
    app: FastAPI, callers: list[Caller], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fastapi.routing, "run_endpoint_function", behind_the_door)
    wrong: list[tuple[object, ...]] = []
    asked = 0

    async def whole_matrix() -> None:
        nonlocal asked
        for found in every_route(app):
            rule = rule_of(found.route)
            assert rule is not None
            by_place = rule.scope == "place" and found.route.name not in PLACES_IN_BODIES
            for method in found.methods:
                for caller in callers:
                    for own in (True, False) if by_place else (True,):
                        answer = await ask(app, method, address(found, own), caller.bearer)
                        asked += 1
                        if at_the_door(answer) != expected(rule, caller, own):
                            wrong.append((method, address(found, own), caller.name, answer.status, answer.body[:200]))
                        if caller.limited and answer.status == 200 and not rule.public:
                            wrong.extend((found.path, caller.name, item) for item in foreign(answer))

    anyio.run(whole_matrix)
    assert wrong == []
    assert asked > 200


def foreign(answer: Answer) -> list[object]:
    """Items of a list that are of another township than the account's."""
    content = answer.json()
    items = content.get("items") if isinstance(content, dict) else None
    return [one for one in items or [] if isinstance(one, dict) and one.get("township", OWN) not in (OWN, None)]


def test_the_matrix_would_see_a_route_without_a_rule_and_one_that_lets_everybody_in(tmp_path: Path) -> None:
    from fastapi import APIRouter

    from api.access import PLAN as PLANNERS
    from api.access import may

    office = Office(f"sqlite:///{tmp_path / 'county.db'}")
    app, router = create_app(office), APIRouter()
    router.add_api_route("/forgotten", lambda: "", methods=["GET"])
    router.add_api_route("/planners", lambda: "", methods=["GET"], dependencies=[may(PLANNERS, scope="open")])
    app.include_router(router, prefix="/v1")
    found = {one.path: one for one in every_route(app)}
    assert rule_of(found["/v1/forgotten"].route) is None
    assert rule_of(found["/v1/planners"].route) == Rule(PLANNERS, "open")
    assert at_the_door(anyio.run(ask, app, "GET", "/v1/planners", None)) == 401
    assert at_the_door(anyio.run(ask, app, "GET", "/v1/forgotten", None)) is None
    office.close()
