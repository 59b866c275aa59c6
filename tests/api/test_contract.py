"""The contract is whole: every operation is named, told and typed, has its problems, and examples that hold."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from jsonschema import Draft202012Validator

from api.app import create_app
from api.contract import operations
from service.office import Office

PROBLEM = {"$ref": "#/components/schemas/Problem"}
OPEN = re.compile(
    r"^(Problem\.|\w+\.(scenario|change|gates|request)\b|Event\.data$|Certificate\.|PolicyRead\.funds|Rule\.parameters)"
)
"""What may hold more than it says: members of a kind of problem (RFC 9457, 3.2), the language of scenarios, which has a
schema of its own (`/v1/scenarios/schema`), a fact as it was recorded, by its name and version, and parts of what has a
format of its own, certificates and policy files."""
VERBS = re.compile(r"^[a-z]+(_[a-z0-9]+)*_?$")
SAYS_WHAT_IT_IS = {"$ref", "type", "anyOf", "oneOf", "allOf", "const", "enum"}


@pytest.fixture(scope="module")
def schema(office: Office) -> dict[str, Any]:
    found: dict[str, Any] = create_app(office).openapi()
    return found


@pytest.fixture(scope="module")
def ways(schema: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """Every operation by method and address."""
    return [
        (f"{method.upper()} {path}", operation)
        for path, those in schema["paths"].items()
        for method, operation in those.items()
        if path.startswith("/v1/")  # what watches a server is no part of the contract of its users
    ]


Ways = list[tuple[str, dict[str, Any]]]


def test_every_operation_has_a_name_of_its_own_words_and_a_tag(ways: Ways) -> None:
    names = [operation["operationId"] for _, operation in ways]
    assert len(names) > 30
    assert len(set(names)) == len(names)
    assert [name for name in names if not VERBS.match(name)] == []
    for way, operation in ways:
        assert operation["summary"].strip(), way
        assert len(operation["description"].strip()) > 8, way
        assert operation["tags"], way


def test_every_parameter_says_what_it_is(ways: Ways) -> None:
    for way, operation in ways:
        for one in operation.get("parameters", []):
            assert one.get("description") or one["in"] == "path", (way, one["name"])
            assert SAYS_WHAT_IT_IS & set(one["schema"]), (way, one["name"])


def test_every_answer_that_succeeds_is_typed_whole(schema: dict[str, Any], ways: Ways) -> None:
    for way, operation in ways:
        good = {status: one for status, one in operation["responses"].items() if status.startswith("2")}
        assert good, way
        for status, one in good.items():
            assert one["description"], way
            content = one.get("content", {})
            assert content or status in ("202", "204"), way
            for kind, body in content.items():
                told = body.get("schema", body.get("itemSchema"))  # a stream says what its events are
                assert SAYS_WHAT_IT_IS & set(told), (way, kind)
                # what long work gives is of the kind of work, and kept with the job as it is
                assert told != {"type": "object"} or "202" in operation["responses"] or "jobs" in operation["tags"], way


def test_every_problem_is_documented_as_one(ways: Ways) -> None:
    for way, operation in ways:
        bad = {status: one for status, one in operation["responses"].items() if status[0] in "45"}
        assert "503" in bad, way
        assert {"401", "403"} <= set(bad) or {} in operation["security"], way
        if any(one["name"] != "If-None-Match" for one in operation.get("parameters", [])) or "requestBody" in operation:
            assert "422" in bad, way
        for status, one in bad.items():
            assert one["content"] == {"application/problem+json": {"schema": PROBLEM}}, (way, status)
            assert one["description"], (way, status)


def test_groups_and_headers_are_told(schema: dict[str, Any], ways: Ways) -> None:
    told = {one["name"]: one["description"] for one in schema["tags"]}
    assert {tag for _, operation in ways for tag in operation["tags"]} <= set(told)
    headers = schema["components"]["headers"]
    for way, operation in ways:
        for status, answer in operation["responses"].items():
            named = {
                name: one["$ref"].rpartition("/")[2] if "$ref" in one else "" for name, one in answer["headers"].items()
            }
            assert set(named.values()) - {""} <= set(headers), way
            wanted = {"201": "Location", "202": "Location", "401": "WWW-Authenticate", "429": "Retry-After"}
            assert wanted.get(status, "X-Request-ID") in named, (way, status)
        if "304" in operation["responses"]:
            assert "ETag" in operation["responses"]["200"]["headers"], way
    for one in headers.values():
        assert one["description"]
        assert Draft202012Validator(one["schema"]).is_valid(one["example"])


def test_models_have_one_name_which_clients_can_use(schema: dict[str, Any]) -> None:
    for name, one in schema["components"]["schemas"].items():
        assert one["title"] == name
        assert name.isidentifier(), name
        assert "__" not in name, name


def test_every_body_has_examples_of_what_must_be_in_it(schema: dict[str, Any], ways: Ways) -> None:
    untold = []
    for way, operation in ways:
        for kind, body in operation.get("requestBody", {}).get("content", {}).items():
            if kind != "application/json" or "$ref" not in body["schema"]:
                continue
            model = schema["components"]["schemas"][body["schema"]["$ref"].rpartition("/")[2]]
            for name in model.get("required", []):
                one = model["properties"][name]
                if not {
                    "examples",
                    "example",
                    "enum",
                    "const",
                    "$ref",
                    "default",
                    "items",
                    "additionalProperties",
                } & set(one):
                    untold.append(f"{way} {name}")
    assert untold == []


def test_who_may_call_is_part_of_the_contract(ways: Ways) -> None:
    for way, operation in ways:
        assert operation["x-townships"] in ("county", "place", "own", "open", "self"), way
        assert ({} in operation["security"]) == (operation["x-roles"] == []), way


def nodes(of: Any, at: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every schema inside a schema, with where it stands."""
    yield at, of
    for name, one in of.get("properties", {}).items():
        yield from nodes(one, f"{at}.{name}")
    for part in ("anyOf", "oneOf", "allOf", "prefixItems"):
        for number, one in enumerate(of.get(part, [])):
            yield from nodes(one, f"{at}/{number}")
    for part in ("items", "additionalProperties"):
        if isinstance(of.get(part), dict):
            yield from nodes(of[part], f"{at}[]")


def test_nothing_is_left_untyped(schema: dict[str, Any]) -> None:
    found = []
    for name, whole in schema["components"]["schemas"].items():
        for at, one in nodes(whole, name):
            untyped = not SAYS_WHAT_IT_IS & set(one)
            anything = one.get("type") == "object" and not {
                "properties",
                "additionalProperties",
                "patternProperties",
            } & set(one)
            if untyped or anything or (one.get("additionalProperties") is True and "properties" not in one):
                found.append(at)
            if one.get("type") == "array" and not {"items", "prefixItems"} & set(one):
                found.append(at)
    assert [at for at in found if not OPEN.match(at)] == []


def test_every_example_is_what_its_schema_says(schema: dict[str, Any], ways: Ways) -> None:
    wholes = [nodes(one, name) for name, one in schema["components"]["schemas"].items()]
    wholes += [nodes(one["schema"], f"{way} {one['name']}") for way, op in ways for one in op.get("parameters", [])]
    count = 0
    for whole in wholes:
        for at, one in whole:
            check = Draft202012Validator({**one, "components": schema["components"]})
            for example in one.get("examples", []):
                count += 1
                assert check.is_valid(example), (at, example)
    for way, operation in ways:
        for response in [*operation["responses"].values(), operation.get("requestBody", {})]:
            for kind, body in response.get("content", {}).items():
                if "example" in body:
                    check = Draft202012Validator({**body["schema"], "components": schema["components"]})
                    assert check.is_valid(body["example"]), (way, kind)
    assert count > 50


def test_an_item_of_chosen_fields_is_what_the_contract_says_of_it(client: TestClient, schema: dict[str, Any]) -> None:
    some = {"$ref": "#/components/schemas/SomeOfUnit", "components": schema["components"]}
    for item in client.get("/v1/units?fields=code,households").json()["items"]:
        Draft202012Validator(some).validate(item)
    assert not Draft202012Validator(some).is_valid({"code": 7})


def test_the_contract_is_served_and_stays_the_same_from_one_application_to_the_next(
    client: TestClient, schema: dict[str, Any]
) -> None:
    served = client.get("/v1/openapi.json").json()
    assert served["openapi"].startswith("3.1")
    assert json.dumps(schema, sort_keys=True) == json.dumps(served, sort_keys=True)
    assert len(list(operations(served))) > 30
